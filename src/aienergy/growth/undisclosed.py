"""What systems of unknown size could do to a growth rate: bounds, and where a sentence tips."""

import numpy as np

from aienergy.growth.lines import fit_line
from aienergy.growth.points import Floats, Points, points_of_years
from aienergy.growth.resampling import Rule

_SMALLEST, _LARGEST, _STEP = -2.0, 4.0, 0.01  # dex around the fitted line


def growth_with_hidden(points: Points, hidden_year: Floats, rule: Rule, factor: float) -> float:
    """Return the growth a year if every hidden system lay at a multiple of the fitted line.

    Args:
        points: Systems of known size.
        hidden_year: Days of those of unknown size, shape (m,).
        rule: Which systems count; hidden ones are ranked among the others.
        factor: Size of a hidden system over the line of the known frontier on its day.
    """
    line = fit_line(points.where(rule.chosen(points)))
    size = line.at(hidden_year) + np.log10(factor)
    whole = points_of_years(np.r_[points.year, hidden_year], 10 ** np.r_[points.log10, size])
    return float(10 ** fit_line(whole.where(rule.chosen(whole))).slope)


def tipping_factor(points: Points, hidden_year: Floats, rule: Rule, growth: float) -> float:
    """Return how large the hidden must be for the growth to reach a value.

    Factors are searched from the smallest on, in steps of a hundredth of an order of magnitude.

    Args:
        points: Systems of known size.
        hidden_year: Days of those of unknown size.
        rule: Which systems count.
        growth: Growth a year at which a printed sentence no longer holds; above today's.

    Returns:
        The smallest factor that reaches it; infinite if none up to 10,000 does.
    """
    for exponent in np.arange(_SMALLEST, _LARGEST + _STEP / 2, _STEP):
        if growth_with_hidden(points, hidden_year, rule, float(10**exponent)) >= growth:
            return float(10**exponent)
    return float("inf")
