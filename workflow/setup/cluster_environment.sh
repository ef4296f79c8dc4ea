#!/bin/sh
# Set up .venv-cluster: the report's packages and Snakemake's plugins for Slurm and Kubernetes.
# Never install a plugin into the report's environment: every start of Snakemake imports it, and
# that of Slurm calls `scontrol`, which waits for a stopped daemon.
set -eu
python=${1:-python3}
folder=.venv-cluster
lock=workflow/setup/requirements-cluster.txt

if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --clear --seed --python "$python" "$folder"
    VIRTUAL_ENV=$folder uv pip install --quiet --require-hashes --compile-bytecode -r "$lock"
    VIRTUAL_ENV=$folder uv pip install --quiet --no-deps --no-build-isolation -e .
else
    "$python" -m venv --clear "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes --no-deps -r "$lock"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
        --no-deps --no-build-isolation -e .
fi
