"""Statistics of our own experiments: medians of repeats, with intervals from resamples."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aienergy.formulas.registry import ALIKE, SAME, formula
from aienergy.intervals import Interval

Floats = NDArray[np.float64]
_DRAWN = "the middle `level` of medians of resamples"


def resampled_medians(values: Floats, draws: int, seed: int) -> Floats:
    """Return the median of each resample with replacement (Efron 1979), shape (..., draws).

    Args:
        values: Shape (..., n); all rows are resampled alike, which keeps pairs together. Infinity
            stands for a value beyond all others.
        draws: Number of resamples.
        seed: Seed of the random numbers.
    """
    n = values.shape[-1]
    ordered = np.sort(values[..., _picked(n, draws, seed)], axis=-1)  # faster than median for few
    return np.asarray((ordered[..., (n - 1) // 2] + ordered[..., n // 2]) / 2)


@lru_cache(maxsize=8)  # hundreds of medians of equally many repeats
def _picked(n: int, draws: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, n, (draws, n))


def bounds(drawn: Floats, level: float) -> tuple[float, float]:
    """Return the ends between which the middle `level` of the draws lies, each one of the draws."""
    tail = (1 - level) / 2
    low, high = (float(np.quantile(drawn, q, method="inverted_cdf")) for q in (tail, 1 - tail))
    return low, high


def cost_of(costs: list[float], reached: list[float]) -> Floats:
    """Return what each search spent to reach its target, infinity where it did not reach it."""
    return np.where(np.asarray(reached) > 0, np.asarray(costs), np.inf)


@formula(f"median of the terms, with {_DRAWN}", on_values=True, unit=SAME, units={"terms": SAME})
def resampled_median(terms: list[float], level: float, draws: float, seed: float) -> Interval:
    """Median of repeats of one measurement, by the percentile bootstrap (Efron 1979).

    Args:
        terms: One value a repeat.
        level: Nominal coverage.
        draws: Resamples.
        seed: Seed of the resamples.
    """
    values = np.asarray(terms, dtype=float)
    low, high = bounds(resampled_medians(values, int(draws), int(seed)), level)
    return Interval(float(np.median(values)), low, high)


@formula(
    "median of the costs, one that did not reach its target counting as above all others, with"
    f" {_DRAWN}; no interval where its end is such a one",
    on_values=True,
    unit=SAME,
    units={"costs": SAME},
)
def median_cost_to_reach(
    costs: list[float], reached: list[float], level: float, draws: float, seed: float
) -> Interval:
    """Median cost of searches that may end without success (censored at what they spent).

    Args:
        costs: Cost to the target, or all that was spent where it was not reached.
        reached: 1 where the target was reached, else 0.
        level: Nominal coverage.
        draws: Resamples.
        seed: Seed of the resamples.

    Raises:
        ValueError: Half of the searches or more did not reach it, so there is no median.
    """
    values = cost_of(costs, reached)
    middle = float(np.median(values))
    if not np.isfinite(middle):
        raise ValueError("half of the searches or more did not reach their target")
    low, high = bounds(resampled_medians(values, int(draws), int(seed)), level)
    return Interval(middle, low, high) if np.isfinite(high) else Interval(middle)


@formula(
    "median of the first / median of the second, with the middle `level` of resamples of pairs;"
    " a cost that did not reach its target counts as above all others",
    on_values=True,
    unit="1",
    units={"first": ALIKE, "second": ALIKE},
)
def ratio_of_medians(
    first: list[float],
    first_reached: list[float],
    second: list[float],
    second_reached: list[float],
    level: float,
    draws: float,
    seed: float,
) -> Interval:
    """How many times the median of one arm is that of another, measured in pairs (Efron 1979).

    Args:
        first: Costs of the arm, one a seed.
        first_reached: 1 where it reached its target, else 0; all 1 where there is no target.
        second: Costs of the other arm, for the same seeds in the same order.
        second_reached: The same for the other arm.
        level: Nominal coverage.
        draws: Resamples.
        seed: Seed of the resamples.

    Raises:
        ValueError: Half of one arm or more did not reach its target.
    """
    pair = np.stack([cost_of(first, first_reached), cost_of(second, second_reached)])
    middle = np.median(pair, axis=1)
    if not np.isfinite(middle).all():
        raise ValueError("half of one arm or more did not reach its target")
    above, below = resampled_medians(pair, int(draws), int(seed))
    value = float(middle[0] / middle[1])
    if not np.isfinite(above + below).all():
        return Interval(value)
    return Interval(value, *bounds(above / below, level))
