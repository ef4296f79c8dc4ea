"""Straight lines through logarithms: one line, or as many as there are resamples."""

from dataclasses import dataclass

import numpy as np

from aienergy.growth.points import Floats, Points

# Spread of the days, per count, below which all are one. It lies between what two days in a row
# leave, 7.5e-6 (n - 1) / n, and what rounding leaves of one day.
_ONE_DAY = 1e-6


@dataclass(frozen=True, slots=True)
class Line:
    """A least-squares line `log10 = level + slope x (year - pivot)`.

    Attributes:
        slope: Orders of magnitude a year.
        level: Value of log10 at the pivot.
        pivot: Mean year.
        slope_error: Standard error of the slope.
        residual: Standard deviation of the deviations, n - 2 degrees of freedom.
        r2: Share of the variance that the line takes up.
        n: Number of points.
    """

    slope: float
    level: float
    pivot: float
    slope_error: float
    residual: float
    r2: float
    n: int

    def at(self, year: Floats | float) -> Floats:
        """Return log10 on the line."""
        return np.asarray(self.level + self.slope * (np.asarray(year) - self.pivot))


def fit_line(points: Points) -> Line:
    """Fit one line.

    Raises:
        ValueError: Fewer than three points, or all of one day.
    """
    n = len(points)
    if n < 3:
        raise ValueError(f"{n} points carry no line with an error; at least 3 are needed")
    if points.year.min() == points.year.max():
        raise ValueError("all points are of one day: growth over time cannot be told")
    pivot, level = points.year.mean(), points.log10.mean()
    t, y = points.year - pivot, points.log10 - level
    stt, syy = float(t @ t), float(y @ y)
    slope = float(t @ y) / stt
    rss = max(syy - slope * float(t @ y), 0.0)
    residual = np.sqrt(rss / (n - 2))
    r2 = 1 - rss / syy if syy > 0 else 0.0
    return Line(slope, float(level), float(pivot), residual / stt**0.5, float(residual), r2, n)


def t_quantile(level: float, n: int) -> float:
    """Return Student's t of a two-sided level for a line through n points."""
    from scipy.special import stdtrit  # scipy.stats takes a second to load

    return float(stdtrit(n - 2, (1 + level) / 2))


def slopes(year: Floats, log10: Floats, weight: Floats) -> Floats:
    """Return the slope of each weighted line.

    Args:
        year: Shape (n,).
        log10: Shape (n,), or (draws, n) where the values were drawn anew.
        weight: How often each point counts in each draw, shape (draws, n).

    Returns:
        Shape (draws,); nan where a draw has no two days.
    """
    t = year - year.mean()
    total, st, stt = weight.sum(axis=1), weight @ t, weight @ (t * t)
    if log10.ndim == 1:
        y = log10 - log10.mean()
        sy, sty = weight @ y, weight @ (t * y)
    else:
        weighted = weight * (log10 - log10.mean())
        sy, sty = weighted.sum(axis=1), weighted @ t
    spread = total * stt - st * st
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > _ONE_DAY * total, (total * sty - st * sy) / spread, np.nan)
