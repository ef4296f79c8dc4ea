"""Growth: rates with their intervals, and how much of a grid of fits supports a sentence."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from aienergy.formulas.registry import MONTHS_PER_YEAR, SAME, formula
from aienergy.intervals import Interval

if TYPE_CHECKING:  # it brings pandas, which few callers of a formula need
    from aienergy.growth.points import Points

Key = tuple[tuple[tuple[float, ...], ...], tuple[float, ...]]


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
    return _doubling(slope, slope - half_width, slope + half_width)


def _log10_slope(years: list[float], values: list[float], level: float) -> tuple[float, float]:
    """Return the slope and the half-width of its two-sided t interval with n - 2 degrees."""
    from aienergy.growth.lines import fit_line, t_quantile

    line = fit_line(points_of(years, values))
    return line.slope, line.slope_error * t_quantile(level, line.n)


_RULE = (
    " of those among the `size` largest at release (all if 0), with the interval of resamples of"
    " all values, each ranked anew"
)
_BY = (
    " of those among the `size` largest at release by their ranks, with the interval of resamples"
    " of all systems, each ranked anew"
)


@formula("10^slope of log10(values) on years," + _RULE, on_values=True)
def reranked_growth_per_year(
    years: list[float],
    values: list[float],
    first_year: float,
    last_year: float,
    size: float,
    level: float,
    draws: float,
    seed: float,
) -> Interval:
    """Multiplier from one year to the next among the systems of a rule.

    Args:
        years: Days of all systems, those before the window included: they rank.
        values: Their values.
        first_year: First day of the window.
        last_year: Last day of the window.
        size: How many count as the frontier; 0 for all.
        level: Nominal coverage.
        draws: Resamples.
        seed: Seed of the resamples.
    """
    return _growth(key_of((years, values), first_year, last_year, size, level, draws, seed))


@formula("12 x log10(2) / slope of log10(values) on years," + _RULE, on_values=True)
def reranked_doubling_time_month(
    years: list[float],
    values: list[float],
    first_year: float,
    last_year: float,
    size: float,
    level: float,
    draws: float,
    seed: float,
) -> Interval:
    """Months to double among the systems of a rule; arguments as for the growth a year.

    Raises:
        ValueError: The slope's interval reaches zero: a doubling time has no upper end then.
    """
    key = key_of((years, values), first_year, last_year, size, level, draws, seed)
    return _doubling(*_reranked(key))


@formula("10^slope of log10(values) on years," + _BY, on_values=True)
def growth_of_frontier_per_year(
    years: list[float],
    values: list[float],
    ranks: list[float],
    other_years: list[float],
    other_ranks: list[float],
    first_year: float,
    last_year: float,
    size: float,
    level: float,
    draws: float,
    seed: float,
) -> Interval:
    """Multiplier from one year to the next of a quantity, among systems ranked by another.

    Args:
        years: Days of the systems whose value is known.
        values: Their values.
        ranks: What ranks them: their training compute.
        other_years: Days of systems that only rank.
        other_ranks: What ranks those.
        first_year: First day of the window.
        last_year: Last day of the window.
        size: How many count as the frontier.
        level: Nominal coverage.
        draws: Resamples.
        seed: Seed of the resamples.
    """
    lists = years, values, ranks, other_years, other_ranks
    return _growth(key_of(lists, first_year, last_year, size, level, draws, seed))


@formula("12 x log10(2) / slope of log10(values) on years," + _BY, on_values=True)
def doubling_time_of_frontier_month(
    years: list[float],
    values: list[float],
    ranks: list[float],
    other_years: list[float],
    other_ranks: list[float],
    first_year: float,
    last_year: float,
    size: float,
    level: float,
    draws: float,
    seed: float,
) -> Interval:
    """Months to double, among systems ranked by another quantity; arguments as for the growth.

    Raises:
        ValueError: The slope's interval reaches zero: a doubling time has no upper end then.
    """
    lists = years, values, ranks, other_years, other_ranks
    return _doubling(*_reranked(key_of(lists, first_year, last_year, size, level, draws, seed)))


@formula("number of values in the window and among the `size` largest at release", on_values=True)
def selected_count(
    years: list[float], values: list[float], first_year: float, last_year: float, size: float
) -> float:
    """How many points a growth rate rests on; arguments as for the growth a year."""
    from aienergy.growth.resampling import Rule

    return float(Rule(int(size), first_year, last_year).chosen(points_of(years, values)).sum())


@formula(
    "number of values in the window and, by their ranks, among the `size` largest at release",
    on_values=True,
)
def selected_frontier_count(
    years: list[float],
    values: list[float],
    ranks: list[float],
    other_years: list[float],
    other_ranks: list[float],
    first_year: float,
    last_year: float,
    size: float,
) -> float:
    """How many points a growth among systems ranked by another quantity rests on."""
    from aienergy.growth.resampling import Rule

    points = ranked_points(years, values, ranks, other_years, other_ranks)
    return float(Rule(int(size), first_year, last_year).chosen(points).sum())


def key_of(lists: Sequence[Sequence[float]], *settings: float) -> Key:
    """Return lists and settings as something that can be remembered."""
    return tuple(tuple(values) for values in lists), settings


@lru_cache(maxsize=4)  # growth and doubling time of one fit follow each other
def _reranked(key: Key) -> tuple[float, float, float]:
    from aienergy.growth.lines import fit_line
    from aienergy.growth.resampling import Rule, slope_interval

    lists, (first_year, last_year, size, level, draws, seed) = key
    points = points_of(*lists) if len(lists) == 2 else ranked_points(*lists)
    rule = Rule(int(size), first_year, last_year)
    slope = fit_line(points.where(rule.chosen(points))).slope
    return slope, *slope_interval(points, rule, "reranked", level, int(draws), int(seed))


def _growth(key: Key) -> Interval:
    middle, low, high = _reranked(key)
    return Interval(10**middle, 10**low, 10**high)


@formula(
    "log10(2) / slope in months of 30 days, with resamples of cases with an error added each",
    on_values=True,
)
def sevilla_doubling_time_month(
    years: list[float], values: list[float], level: float, draws: float, seed: float
) -> Interval:
    """Doubling time by the conventions of Sevilla et al. (2022)."""
    from aienergy.growth.conventions import sevilla_doubling

    return sevilla_doubling(points_of(years, values), level, int(draws), int(seed))


@formula(
    "median of the draws, with the middle `level` of them",
    on_values=True,
    unit=SAME,
    units={"terms": SAME, "level": "1"},
)
def median_of_draws(terms: list[float], level: float) -> Interval:
    """Median and interval of somebody's stored resamples."""
    low, middle, high = np.quantile(terms, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Interval(float(middle), float(low), float(high))


@formula("months / log2(ratio)", unit="month", units={"ratio": "1"})
def endpoint_doubling_time_month(months_month: float, ratio: float) -> float:
    """Doubling time from a ratio over a span of time: two points, no line."""
    return float(months_month / np.log2(ratio))


def points_of(years: Sequence[float], values: Sequence[float]) -> "Points":
    """Return days and values as points in their order."""
    from aienergy.growth.points import points_of_years

    return points_of_years(years, values)


def ranked_points(
    years: Sequence[float],
    values: Sequence[float],
    ranks: Sequence[float],
    other_years: Sequence[float],
    other_ranks: Sequence[float],
) -> "Points":
    """Return points that are ranked by another quantity, with systems that only rank."""
    from aienergy.growth.points import points_of_years

    unknown = [float("nan")] * len(other_years)
    return points_of_years([*years, *other_years], [*values, *unknown], [*ranks, *other_ranks])


def _doubling(slope: float, low: float, high: float) -> Interval:
    if low <= 0:
        raise ValueError("growth is not distinguishable from none: no doubling time")
    month = MONTHS_PER_YEAR * np.log10(2)
    return Interval(float(month / slope), float(month / high), float(month / low))
