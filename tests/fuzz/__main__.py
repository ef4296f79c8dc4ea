"""Feed damaged logs to every reader: nothing but the ledger's own error may come out.

`python -m tests.fuzz [--count 10000] [--only FORMAT ...]`; the logs are the same every time.
Each format gets a process of its own, two side by side. Prints for each how many logs were read
and refused, the slowest one, the time for one as large as is read, and peak memory. A log that fails lies below logs/fuzz, shrunk to
what matters: `aienergy run logs/fuzz/FORMAT` shows the failure again.
"""

import argparse
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.fuzz.reader import KEPT, fuzz, largest, limit_memory
from tests.fuzz.samples import SAMPLES

SIDE_BY_SIDE = 2
FORMAT_LIMIT_S = 3600


def one(name: str, count: int) -> str:
    """Fuzz one format in this process, and return a line about it."""
    limit_memory()
    begin = time.perf_counter()
    tally = fuzz(name, count)
    fuzzed_s = time.perf_counter() - begin
    largest_s = largest(name)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{name:32} {tally.read:6} read {tally.refused:6} refused {fuzzed_s:6.0f} s, slowest "
        f"{tally.slowest_s:.2f} s, largest {largest_s:.0f} s, peak {peak_mib:.0f} MiB"
    )


def apart(name: str, count: int) -> bool:
    """Fuzz one format in a process of its own, print what it says, and say whether all is well."""
    command = [sys.executable, "-m", "tests.fuzz", "--apart", name, "--count", str(count)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=FORMAT_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"{name}: no end within {FORMAT_LIMIT_S} s; the log in hand is {KEPT / name}")
        return False
    if done.returncode:
        told = f"{name}: FAILED ({done.returncode}); the log is kept as {KEPT / name}"
        print(f"{done.stdout}{done.stderr}{told}", flush=True)
    else:
        print(done.stdout, end="", flush=True)
    return done.returncode == 0


def main() -> None:
    """Fuzz every format, or some."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="logs a format")
    parser.add_argument("--only", nargs="*", default=list(SAMPLES), metavar="FORMAT")
    parser.add_argument("--apart", metavar="FORMAT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.apart:
        print(one(options.apart, options.count))
        return
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        good = list(pool.map(apart, options.only, [options.count] * len(options.only)))
    if not all(good):
        sys.exit(f"{good.count(False)} of {len(good)} formats failed")


if __name__ == "__main__":
    main()
