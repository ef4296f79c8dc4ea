"""Speed as a ratio in one run, and memory: clocks of two machines are not compared."""

import time
import tracemalloc
from functools import partial

import pytest

from aienergy.growth.breaks import find_breaks
from aienergy.growth.resampling import Rule, slope_interval
from tests.bench_growth import EVERYTHING, LEVEL, MIB, MOST_MIB, SEED, history, loop_cases, peak_mib


def processor_seconds(work) -> float:
    """Return the least processor time of three runs: others on the machine only add to it."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


@pytest.mark.parametrize(("n", "least"), [(100, 100), (1000, 20)])
def test_resamples_are_fitted_many_times_as_fast_as_one_by_one(n, least):
    points, draws, part = history(n), 2000, 100
    vectorized = partial(slope_interval, points, EVERYTHING, "case", LEVEL, draws, SEED)

    loop = processor_seconds(partial(loop_cases, points, part)) * draws / part

    assert loop / processor_seconds(vectorized) > least


def test_the_loop_finds_the_interval_that_is_found_at_once():
    # Either end of 800 resamples has a standard error of some 5 % of the half width.
    points = history(100)
    low, high = loop_cases(points, 800)

    found = slope_interval(points, EVERYTHING, "case", LEVEL, 6000, SEED)

    assert found == pytest.approx((low, high), abs=0.18 * (high - low) / 2)


@pytest.mark.parametrize(
    "work",
    [
        partial(slope_interval, history(1000), EVERYTHING, "case", LEVEL, 10_000, SEED),
        partial(
            slope_interval, history(900), Rule(10, 2018, 2026), "reranked_errors", 0.9, 2300, SEED
        ),
        partial(find_breaks, history(900), EVERYTHING, 0.9, 1000, SEED),
    ],
    ids=["cases", "ranked with errors", "breaks"],
)
def test_draws_are_made_in_blocks_that_fit_memory(work):
    assert peak_mib(work) < MOST_MIB


def test_the_peak_of_memory_is_measured():
    held = peak_mib(lambda: bytearray(64 * MIB))

    assert held == pytest.approx(64, abs=1)
    assert not tracemalloc.is_tracing()
