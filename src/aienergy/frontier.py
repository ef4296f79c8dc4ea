"""Systems at the frontier, and what fitting only them does to an interval.

A system at the frontier is there because it is large for its day. Records depend on each other, so
the textbook interval, which takes deviations for independent, is too narrow. How much too narrow
is found by simulation, not assumed away.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DAYS_PER_YEAR = 365.25
EPOCH = pd.Timestamp("2000-01-01")
SYSTEMS_PER_YEAR = 40
LOG10_SPREAD = 1.0  # dex around the line; about that of notable systems
# Ranking begins before the window does: a ranking that starts with it calls its first systems
# records whatever their size, and bends the line.
YEARS_BEFORE = 8.0


def fractional_year(dates: pd.Series) -> pd.Series:
    """Return ISO dates as years, counted in days of 1 / 365.25 year from the start of 2000."""
    return 2000 + (pd.to_datetime(dates) - EPOCH).dt.days / DAYS_PER_YEAR


def is_frontier(dates: pd.Series, values: pd.Series, size: int) -> pd.Series:
    """Say which systems were among the `size` largest on the day of their publication.

    Systems of one day are ranked together, against all published up to and including that day.

    Args:
        dates: Publication dates as ISO text, shape (n,).
        values: Training compute in FLOP, shape (n,).
        size: How many count as the frontier.
    """
    day = pd.to_datetime(dates).to_numpy()
    value = values.to_numpy(dtype=float)
    # n x n comparisons: a few hundred systems, well below a millisecond
    larger_so_far = (value[None, :] > value[:, None]) & (day[None, :] <= day[:, None])
    return pd.Series(larger_so_far.sum(axis=1) < size, dates.index)


def record_set_coverage(
    growth_per_year: float, years: float, size: float, level: float, worlds: float, seed: float
) -> float:
    """Return the share of simulated worlds whose interval holds the true growth rate.

    Each world publishes systems at even intervals with log-normal compute around an exponential;
    its frontier (the `size` largest so far, at release) is fitted by least squares.

    Args:
        growth_per_year: True multiplier a year.
        years: Length of the window.
        size: Systems that count as the frontier.
        level: Nominal coverage of the interval.
        worlds: Number of simulations.
        seed: Seed of the random numbers.
    """
    from scipy import stats  # slow to import; only this simulation needs it

    rng = np.random.default_rng(int(seed))
    n = round(SYSTEMS_PER_YEAR * (years + YEARS_BEFORE))
    time = np.linspace(-YEARS_BEFORE, years, n)
    truth = np.log10(growth_per_year)
    values = truth * time + rng.normal(0.0, LOG10_SPREAD, (int(worlds), n))
    held = [_holds(time, row, int(size), level, truth, stats) for row in values]
    return float(np.mean(held))


def _holds(
    time: NDArray[np.float64],
    values: NDArray[np.float64],
    size: int,
    level: float,
    truth: float,
    stats: object,
) -> bool:
    order = np.tril(values[None, :] > values[:, None]).sum(axis=1)
    chosen = (order < size) & (time >= 0)
    line = stats.linregress(time[chosen], values[chosen])  # type: ignore[attr-defined]
    half = line.stderr * stats.t.ppf((1 + level) / 2, chosen.sum() - 2)  # type: ignore[attr-defined]
    return bool(abs(line.slope - truth) <= half)
