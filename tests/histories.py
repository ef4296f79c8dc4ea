"""Made-up histories whose growth is known, as `Points`."""

import numpy as np
import pandas as pd

from aienergy.growth.points import EPOCH, Points, make_points
from aienergy.growth.resampling import Rule

EVERYTHING = Rule(0, -np.inf, np.inf)


def points_at(days, log10, **more) -> Points:
    """Return points on whole days since the start of 2000."""
    written = pd.Series(EPOCH + pd.to_timedelta(np.asarray(days), unit="D"))
    return make_points(
        written.dt.strftime("%Y-%m-%d"), pd.Series(10.0 ** np.asarray(log10)), **more
    )


def even_days(n: int, years: float = 15.0, first: int = 3653) -> np.ndarray:
    """Return n days at even intervals; the first is that of 2010."""
    return first + np.round(np.arange(n) * years * 365.25 / n).astype(int)


def scattered(n: int, slope: float, spread: float, rng: np.random.Generator, **more) -> Points:
    """Return points that scatter normally around a straight line."""
    days = even_days(n)
    return points_at(days, 20 + slope * days / 365.25 + spread * rng.standard_normal(n), **more)


def kinked(n: int, slopes, years, spread: float, rng: np.random.Generator) -> Points:
    """Return points around joined lines, the slopes of which change in the given years."""
    days = even_days(n)
    t = 2000 + days / 365.25
    log10 = 20 + slopes[0] * (t - 2010)
    for before, after, year in zip(slopes, slopes[1:], years, strict=False):
        log10 = log10 + (after - before) * np.maximum(t - year, 0)
    return points_at(days, log10 + spread * rng.standard_normal(n))
