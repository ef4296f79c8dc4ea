"""Feed damaged logs to every reader: nothing but the ledger's own error may come out.

`python -m tests.fuzz --count 10000 [--only FORMAT ...]`; the seed is fixed, so that a failure
comes again. Prints per format how many were read and refused, the slowest one, and peak memory.
"""

import argparse
import resource
import sys
import time
import warnings
from pathlib import Path

import numpy as np

from aienergy.errors import LedgerError
from aienergy.ingest.summaries import READERS
from aienergy.logs.detect import read_log
from tests.fuzz.mutate import mutate
from tests.fuzz.samples import SAMPLES

SEED = 20261126
SLOWEST_S = 5.0


def fuzz(name: str, count: int) -> tuple[int, int, float]:
    """Return how many damaged logs were read, how many refused, and the slowest one in s.

    Raises:
        Exception: Whatever a reader let out, with the damaged log beside it as a note.
    """
    random = np.random.default_rng([SEED, *name.encode()])
    file, text, beside = SAMPLES[name]
    companions = {key: content.encode() for key, content in beside.items()}
    read = refused = 0
    slowest_s = 0.0
    for number in range(count):
        content = mutate(text.encode(), random)
        others = dict(companions)
        if others and number % 2:
            key = next(iter(others))
            others[key] = mutate(others[key], random)
        begin = time.perf_counter()
        try:
            reading = read_log(content, file, others, READERS)
            assert (reading.components["energy_kwh"].dropna() > 0).all()
            assert reading.components["energy_kwh"].notna().any()
            assert np.isfinite(reading.widens)
            read += 1
        except LedgerError:
            refused += 1
        except Exception as error:
            Path("logs").mkdir(exist_ok=True)
            Path(f"logs/fuzz-{name}.bin").write_bytes(content)
            error.add_note(f"{name}, log {number}, kept as logs/fuzz-{name}.bin")
            raise
        slowest_s = max(slowest_s, time.perf_counter() - begin)
    return read, refused, slowest_s


def main() -> None:
    """Fuzz every format, or some."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="logs a format")
    parser.add_argument("--only", nargs="*", default=list(SAMPLES), metavar="FORMAT")
    options = parser.parse_args()
    # A warning of a library is no answer to a user; here it is a failure.
    warnings.simplefilter("error")
    for name in options.only:
        begin = time.perf_counter()
        read, refused, slowest_s = fuzz(name, options.count)
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name:24} {read:6} read {refused:6} refused {time.perf_counter() - begin:6.0f} s, "
            f"slowest {slowest_s:.2f} s, peak {peak_mib:.0f} MiB",
            flush=True,
        )
        if slowest_s > SLOWEST_S or peak_mib > 1024:
            sys.exit("too slow or too large")


if __name__ == "__main__":
    main()
