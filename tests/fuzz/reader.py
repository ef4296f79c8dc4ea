"""Feed damaged logs of one format to the readers, within bounds of time and memory."""

import json
import resource
import signal
import time
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from aienergy.errors import LedgerError
from aienergy.ingest.summaries import READERS
from aienergy.logs.detect import read_log
from aienergy.logs.outcomes import Outcome
from aienergy.logs.text import LARGEST_LOG_BYTE, MOST_CELLS
from aienergy.run.command import as_dict, lines
from tests.fuzz.damage import DAMAGES, Damage, damaged
from tests.fuzz.samples import SAMPLES

LOG_LIMIT_S = 10.0
MEMORY_LIMIT_BYTE = 2**30
KEPT = Path("logs/fuzz")


@dataclass(slots=True)
class Tally:
    """What became of the damaged logs.

    Attributes:
        read: How many were read, perhaps with flags.
        refused: How many were refused with a reason.
        slowest_s: Processor time that the slowest of them took.
    """

    read: int = 0
    refused: int = 0
    slowest_s: float = 0.0


class _TooSlowError(BaseException):
    """Time is up; no reader can catch it by catching `Exception`."""


def fuzz(name: str, count: int, kept: Path = KEPT) -> Tally:
    """Feed `count` damaged logs of one format; the same ones every time.

    Args:
        name: Key of `SAMPLES`.
        count: How many logs.
        kept: Folder below which the log in hand lies with the files beside it, so that it is
            there after a failure (shrunk) and even if the process was killed.

    Raises:
        Exception: Whatever came out of a reader that is not the ledger's own error, or an answer
            that is none, too slow, or too large, with the damages of the smallest such log.
    """
    file, text, beside = SAMPLES[name]
    companions = {key: content.encode() for key, content in beside.items()}
    lists = st.lists(DAMAGES, min_size=1, max_size=4)
    beside_lists = st.lists(DAMAGES, max_size=2) if beside else st.just([])
    tally = Tally()
    folder = kept / name

    @seed(zlib.crc32(name.encode()))
    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,  # a limit of our own interrupts the reader, rather than ask afterwards
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,  # the log in hand is to be the one that is reported
    )
    @given(lists, beside_lists)
    def check(damages: list[Damage], beside_damages: list[Damage]) -> None:
        content = damaged(text.encode(), damages)
        others = {key: damaged(other, beside_damages) for key, other in companions.items()}
        _keep(folder, {file: content, **others})
        begin = time.process_time()
        with _time_limit(LOG_LIMIT_S):
            if _is_read(content, file, others):
                tally.read += 1
            else:
                tally.refused += 1
        tally.slowest_s = max(tally.slowest_s, time.process_time() - begin)

    check()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    return tally


def largest(name: str) -> float:
    """Feed the sound log of a format, its lines repeated until a reader would refuse the size.

    The answer does not matter (a clock that goes back, most often), but that memory and the time
    of a format suffice to read it and to print its table.

    Returns:
        The time it took in s.
    """
    file, text, beside = SAMPLES[name]
    first, _, rest = text.partition("\n")
    cells = rest.count(",") + rest.count("\n")
    times = min((LARGEST_LOG_BYTE - len(text)) // len(rest), MOST_CELLS // cells - 1)
    companions = {key: content.encode() for key, content in beside.items()}
    begin = time.perf_counter()
    with suppress(LedgerError):
        reading = read_log(f"{first}\n{rest * times}".encode(), file, companions, READERS)
        assert all(lines([Outcome(file, "read", reading)]))
    return time.perf_counter() - begin


def _is_read(content: bytes, file: str, others: dict[str, bytes]) -> bool:
    """Say whether a log was read rather than refused, and check the answer."""
    # A warning of a library is no answer to a user; here it is a failure.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            reading = read_log(content, file, others, READERS)
        except LedgerError as refusal:
            problems = refusal.problems
        else:
            _check(Outcome(file, "read", reading))
            return True
    assert problems
    assert all(problem.what and problem.hint for problem in problems)
    return False


def _check(outcome: Outcome) -> None:
    """Fail unless energies are positive, some are known, and both forms of output hold them."""
    assert outcome.reading is not None
    energies_kwh = outcome.reading.components["energy_kwh"]
    assert energies_kwh.notna().any()
    assert (energies_kwh.dropna() > 0).all()
    assert np.isfinite(outcome.reading.widens)
    assert outcome.reading.widens >= 1
    json.dumps(as_dict(outcome), allow_nan=False)
    assert all(lines([outcome]))


def _keep(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Interrupt what takes more processor time, which other work on the machine does not change.

    Raises:
        AssertionError: It took more.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except _TooSlowError as error:
        raise AssertionError(f"no answer within {seconds:g} s") from error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def limit_memory() -> None:
    """Let this process grow to 1 GiB of memory, and fail with MemoryError beyond.

    What is mapped already stays (libraries, stacks of threads); resident memory cannot grow
    further than the address space does.
    """
    pages, resident_pages = map(int, Path("/proc/self/statm").read_text().split()[:2])
    rest = MEMORY_LIMIT_BYTE - resident_pages * resource.getpagesize()
    limit = pages * resource.getpagesize() + rest
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
