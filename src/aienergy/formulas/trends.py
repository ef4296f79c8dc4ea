"""Growth, and the real coverage of its interval."""

import numpy as np

from aienergy.formulas.registry import MONTHS_PER_YEAR, formula
from aienergy.intervals import Interval


@formula("10^slope of log10(values) on years, with its t interval", on_values=True)
def growth_per_year(years: list[float], values: list[float], level: float) -> Interval:
    """Multiplier from one year to the next, by least squares on log10."""
    slope, half_width = _log10_slope(years, values, level)
    return Interval(10**slope, 10 ** (slope - half_width), 10 ** (slope + half_width))


@formula("12 x log10(2) / slope of log10(values) on years, with its t interval", on_values=True)
def doubling_time_month(years: list[float], values: list[float], level: float) -> Interval:
    """Months to double; the interval is that of the slope.

    Raises:
        ValueError: The slope's interval reaches zero: a doubling time has no upper end then.
    """
    slope, half_width = _log10_slope(years, values, level)
    if slope - half_width <= 0:
        raise ValueError("growth is not distinguishable from none: no doubling time")
    month = MONTHS_PER_YEAR * np.log10(2)
    low, mid, high = month / np.array([slope + half_width, slope, slope - half_width])
    return Interval(float(mid), float(low), float(high))


def _log10_slope(years: list[float], values: list[float], level: float) -> tuple[float, float]:
    """Return the slope and the half-width of its two-sided t interval with n - 2 degrees."""
    from scipy import stats  # slow to import; only trends need it

    line = stats.linregress(years, np.log10(values))
    return float(line.slope), float(line.stderr * stats.t.ppf((1 + level) / 2, len(years) - 2))


@formula("share of simulated worlds whose interval holds the true growth", on_values=True)
def frontier_coverage(
    growth_per_year: float, years: float, size: float, level: float, worlds: float, seed: float
) -> float:
    """Real coverage of a nominal interval of growth when only the frontier is fitted."""
    from aienergy.frontier import record_set_coverage  # brings pandas, which few callers need

    return record_set_coverage(growth_per_year, years, size, level, worlds, seed)
