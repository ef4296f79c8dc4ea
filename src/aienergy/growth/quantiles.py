"""Slopes of quantile lines, of the median of pairs, and of lines that weigh by error."""

import numpy as np

from aienergy.growth.points import Floats, Points

_STEPS = 400
_CLOSE = 1e-6  # dex, where a deviation counts as none


def quantile_slope(points: Points, share: float) -> float:
    """Return the slope of the line that leaves `share` of the points below.

    The absolute deviations are minimized by a sequence of weighted least squares, each of which
    bounds the loss from above (Hunter and Lange 2000, doi:10.1080/10618600.2000.10474866).

    Args:
        points: At least three points of two days.
        share: Quantile, between 0 and 1.
    """
    t = points.year - points.year.mean()
    x = np.stack([np.ones_like(t), t], axis=1)
    y = points.log10 - points.log10.mean()
    found = np.linalg.lstsq(x, y, rcond=None)[0]
    for step in range(_STEPS):
        close = max(_CLOSE, 0.5 * 0.95**step)
        weight = 1 / (close + np.abs(y - x @ found))
        left = (x * weight[:, None]).T @ x
        right = x.T @ (weight * y + 2 * share - 1)
        found = np.linalg.solve(left, right)
    return float(found[1])


def pairwise_slope(points: Points) -> float:
    """Return the median slope of all pairs of points (Theil 1950, Sen 1968)."""
    first, second = np.triu_indices(len(points), 1)
    years = points.year[second] - points.year[first]
    apart = years > 0
    rise = points.log10[second] - points.log10[first]
    return float(np.median(rise[apart] / years[apart]))


def weighted_slope(points: Points, spread_dex: float) -> float:
    """Return the least-squares slope with weights of the measurement error.

    Args:
        points: At least three points of two days.
        spread_dex: Standard deviation of the values around the line without any error.
    """
    weight = 1 / (spread_dex**2 + points.error_dex**2)
    t = points.year - np.average(points.year, weights=weight)
    return float((weight * t) @ points.log10 / ((weight * t) @ t))


def check_loss(points: Points, slope: float, level: float, share: float) -> float:
    """Return what a quantile line minimizes; `level` is its log10 at the mean year."""
    left: Floats = points.log10 - level - slope * (points.year - points.year.mean())
    return float(np.sum(left * (share - (left < 0))))
