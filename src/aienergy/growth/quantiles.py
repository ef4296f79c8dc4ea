"""Slopes of quantile lines, and of the median of pairs."""

import numpy as np

from aienergy.growth.points import Points


def quantile_slope(points: Points, share: float) -> float:
    """Return the slope of the line that leaves `share` of the points below.

    The weighted absolute deviations are minimized exactly, as a linear programme (Koenker and
    Bassett 1978, doi:10.2307/1913643). It is solved in its dual form: one bounded variable for
    each point, and the line as the price of the two constraints.

    Args:
        points: At least three points of two days.
        share: Quantile, between 0 and 1.
    """
    from scipy.optimize import linprog  # takes most of a second to load

    t = points.year - points.year.mean()
    x = np.stack([np.ones_like(t), t])
    y = points.log10 - points.log10.mean()
    found = linprog(-y, A_eq=x, b_eq=(1 - share) * x.sum(axis=1), bounds=(0, 1))
    return float(-found.eqlin.marginals[1])


def pairwise_slope(points: Points) -> float:
    """Return the median slope of all pairs of points (Theil 1950, Sen 1968)."""
    first, second = np.triu_indices(len(points), 1)
    years = points.year[second] - points.year[first]
    apart = years > 0
    rise = points.log10[second] - points.log10[first]
    return float(np.median(rise[apart] / years[apart]))
