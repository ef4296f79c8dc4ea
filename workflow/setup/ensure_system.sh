#!/bin/sh
# Check what the system must have before anything is installed: a Python that the lock file knows,
# its venv module, and the text libraries that WeasyPrint loads. As root, say what is missing and
# install it; otherwise stop with the exact command.
set -eu
python=$1

if ! command -v "$python" >/dev/null 2>&1; then
    echo "Error: '$python' is not there. Install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=python3.12" >&2
    exit 1
fi
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
case $version in
3.11 | 3.12 | 3.13) ;;
*)
    echo "Error: '$python' is Python $version. The locked set is made for 3.11, 3.12 and 3.13." >&2
    echo "Name one of these: make PYTHON=python3.12" >&2
    exit 1
    ;;
esac

missing=$(
    "$python" - <<'PYTHON'
import ctypes

# Library that WeasyPrint loads -> Debian and Ubuntu package that brings it.
needed = {
    "libgobject-2.0.so.0": "libpango-1.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libpangoft2-1.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
packages = set()
for library, package in needed.items():
    try:
        ctypes.CDLL(library)
    except OSError:
        packages.add(package)
try:
    import ensurepip, venv
except ImportError:
    packages.add("python%d.%d-venv" % __import__("sys").version_info[:2])
print(" ".join(sorted(packages)))
PYTHON
)
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing by apt: $missing"
    apt-get update -qq
    # shellcheck disable=SC2086 -- one word a package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    exit 0
fi
echo "Error: the system lacks: $missing" >&2
echo "Install it with:  sudo apt-get install --no-install-recommends $missing" >&2
exit 1
