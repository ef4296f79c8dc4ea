"""What a rate of growth depends on, what forecasts are worth, what a known fact takes away."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from aienergy.formulas.registry import ALIKE, formula
from aienergy.formulas.trends import Key, key_of, points_of
from aienergy.intervals import Interval

if TYPE_CHECKING:  # it brings pandas, which few callers of a formula need
    from aienergy.growth.breaks import Breaks


@formula("share of the estimates that lie between low and high", on_values=True)
def share_between(estimates: list[float], low: float, high: float) -> float:
    """Share of a grid of specifications that supports a sentence; no probability."""
    found = np.asarray(estimates)
    return float(np.mean((low <= found) & (found <= high)))


@formula("growth a year with undisclosed systems at `factor` times the fitted line", on_values=True)
def growth_with_undisclosed_per_year(
    years: list[float],
    values: list[float],
    undisclosed_years: list[float],
    first_year: float,
    last_year: float,
    size: float,
    factor: float,
) -> float:
    """Growth if every system of unknown size lay at a multiple of the frontier's line."""
    from aienergy.growth.resampling import Rule
    from aienergy.growth.undisclosed import growth_with_hidden

    rule = Rule(int(size), first_year, last_year)
    return growth_with_hidden(points_of(years, values), np.asarray(undisclosed_years), rule, factor)


@formula(
    "smallest factor at which growth with undisclosed systems reaches `growth`", on_values=True
)
def undisclosed_tipping_factor(
    years: list[float],
    values: list[float],
    undisclosed_years: list[float],
    first_year: float,
    last_year: float,
    size: float,
    growth: float,
) -> float:
    """How much larger than the frontier's line the undisclosed must be to change a sentence."""
    from aienergy.growth.resampling import Rule
    from aienergy.growth.undisclosed import tipping_factor

    rule = Rule(int(size), first_year, last_year)
    return tipping_factor(points_of(years, values), np.asarray(undisclosed_years), rule, growth)


@formula(
    "10^location, and the middle `level` of 10^(Student's t with `df`, of that location and scale);"
    " a normal distribution if df is 0",
    on_values=True,
)
def forecast_compute_flop(
    location_log10: float, scale_log10: float, df: float, level: float
) -> Interval:
    """Median of a forecast that is made on the logarithm, with its central interval."""
    from scipy.special import ndtri, stdtrit

    share = (1 + level) / 2
    half = scale_log10 * float(stdtrit(df, share) if df else ndtri(share))
    return Interval(
        10**location_log10, 10 ** (location_log10 - half), 10 ** (location_log10 + half)
    )


@formula(
    "10^slope among the systems of a rule, with the interval of the method of that place in the"
    " list ordinary, case, clustered, reranked, reranked_errors",
    on_values=True,
)
def growth_by_method_per_year(
    years: list[float],
    values: list[float],
    makers: list[float],
    errors_dex: list[float],
    first_year: float,
    last_year: float,
    size: float,
    method: float,
    level: float,
    draws: float,
    seed: float,
) -> Interval:
    """Multiplier from one year to the next, with an interval of a chosen method.

    Args:
        years: Days of all systems.
        values: Their values.
        makers: Number of the organization behind each.
        errors_dex: Standard deviation of the error of log10.
        first_year: First day of the window.
        last_year: Last day of the window.
        size: How many count as the frontier; 0 for all.
        method: Place of the method in the list.
        level: Nominal coverage.
        draws: Resamples.
        seed: Seed of the resamples.
    """
    from aienergy.growth.lines import fit_line
    from aienergy.growth.points import points_with
    from aienergy.growth.resampling import METHODS, Rule, slope_interval

    points = points_with(years, values, makers, errors_dex)
    rule = Rule(int(size), first_year, last_year)
    name = METHODS[int(method)]
    low, high = slope_interval(points, rule, name, level, int(draws), int(seed))
    middle = fit_line(points.where(rule.chosen(points))).slope
    return Interval(10**middle, 10**low, 10**high)


@formula(
    "growth a year of one piece of the joined lines that the criterion chooses", on_values=True
)
def piece_growth_per_year(
    years: list[float],
    values: list[float],
    first_year: float,
    last_year: float,
    size: float,
    level: float,
    draws: float,
    seed: float,
    piece: float,
) -> float:
    """Multiplier from one year to the next between two breaks; pieces count from 0."""
    found = _breaks(key_of((years, values), first_year, last_year, size, level, draws, seed))
    return float(10 ** found.slopes[int(piece)])


@formula("share of resamples in which one break beats none by the criterion", on_values=True)
def break_support_share(
    years: list[float],
    values: list[float],
    first_year: float,
    last_year: float,
    size: float,
    level: float,
    draws: float,
    seed: float,
) -> float:
    """How firmly the points ask for a change of growth."""
    key = key_of((years, values), first_year, last_year, size, level, draws, seed)
    return _breaks(key).supported


@lru_cache(maxsize=2)  # the numbers of one fit follow each other
def _breaks(key: Key) -> "Breaks":
    from aienergy.growth.breaks import find_breaks
    from aienergy.growth.resampling import Rule

    lists, (first_year, last_year, size, level, draws, seed) = key
    rule = Rule(int(size), first_year, last_year)
    return find_breaks(points_of(*lists), rule, level, int(draws), int(seed))


@formula(
    "sum of the sums / sum of the counts, with the middle `level` of resamples of blocks of"
    " `block` neighbours",
    on_values=True,
)
def mean_over_blocks(
    sums: list[float], counts: list[float], block: float, level: float, draws: float, seed: float
) -> Interval:
    """Mean of scores that neighbours in time share, with an interval that respects it."""
    from aienergy.growth.forecasting import block_difference

    mean, low, high = block_difference(
        np.asarray(sums), np.asarray(counts), int(block), level, int(draws), int(seed)
    )
    return Interval(mean, low, high, "real")


@formula(
    "high / low to the power of the square root of (1 - known share)",
    on_values=True,
    unit="1",
    units={"low": ALIKE, "high": ALIKE},
)
def spread_left(low: float, high: float, known_share: float) -> float:
    """Upper over lower end of an interval, once the facts behind a share of its variance are known.

    The variance is that of the logarithm, so that it holds for a log-normal quantity whose factors
    are independent.
    """
    return float((high / low) ** np.sqrt(1 - known_share))
