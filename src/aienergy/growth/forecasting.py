"""Say in advance how large the next systems of the frontier will be, and score what was said.

Three models, written down before any was scored. Each gives a distribution of log10 for one system
of the frontier on a day to come: Student's t, or a normal where `df` is infinite.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aienergy.growth.lines import fit_line
from aienergy.growth.points import Floats, Points
from aienergy.growth.ranking import at_release

FIVE_YEARS, SINCE = 5.0, 2010.0
_BIN_YEARS = 0.5
_MIN_POINTS = 8


@dataclass(frozen=True, slots=True)
class Told:
    """Distribution of log10 on each day asked for.

    Attributes:
        location: Shape (days,).
        scale: Shape (days,).
        df: Degrees of freedom of Student's t, infinite for a normal.
    """

    location: Floats
    scale: Floats
    df: float

    def quantile(self, share: float) -> Floats:
        """Return one quantile of log10, shape (days,)."""
        from scipy.special import ndtri, stdtrit

        score = ndtri(share) if np.isinf(self.df) else stdtrit(self.df, share)
        return np.asarray(self.location + self.scale * score)


Model = Callable[[Points, float, Floats], Told]


def recent_line(points: Points, origin: float, days: Floats) -> Told:
    """Go on with the line through the frontier of the last five years."""
    return _line(points.where(points.year > origin - FIVE_YEARS), days)


def long_line(points: Points, origin: float, days: Floats) -> Told:  # noqa: ARG001 -- a Model
    """Go on with the line through the frontier since 2010."""
    return _line(points.where(points.year >= SINCE), days)


def _line(points: Points, days: Floats) -> Told:
    line = fit_line(points)
    off = (days - line.pivot) * line.slope_error
    scale = np.sqrt(line.residual**2 * (1 + 1 / line.n) + off**2)
    return Told(line.at(days), scale, line.n - 2)


def drift(points: Points, origin: float, days: Floats) -> Told:
    """Let half-yearly means of the frontier walk at random around a steady drift.

    The mean step of a year and its variance come from the steps between half-years; a single
    system scatters around the mean as systems did within their half-years.
    """
    points = points.where(points.year >= SINCE)
    bin_of = np.floor((points.year - origin) / _BIN_YEARS).astype(int)
    bins, place, count = np.unique(bin_of, return_inverse=True, return_counts=True)
    mean = np.bincount(place, points.log10) / count
    time = np.bincount(place, points.year) / count
    within = float(np.sum((points.log10 - mean[place]) ** 2) / max(len(points) - len(bins), 1))
    gap = np.diff(time)
    step = float((mean[-1] - mean[0]) / (time[-1] - time[0]))
    noise = within * (1 / count[1:] + 1 / count[:-1])
    walk = max(float(np.mean((np.diff(mean) - step * gap) ** 2 - noise) / gap.mean()), 0.0)
    ahead = np.maximum(days - time[-1], 0.0)
    spread = walk * ahead + (walk / (time[-1] - time[0])) * ahead**2 + within
    return Told(mean[-1] + step * ahead, np.sqrt(spread), np.inf)


MODELS: dict[str, Model] = {"recent_line": recent_line, "long_line": long_line, "drift": drift}


def tell(points: Points, size: int, origin: float, days: Floats, model: str) -> Told | None:
    """Forecast from what was published up to the origin; None where that is too little.

    Args:
        points: All systems; later ones are not looked at.
        size: How many count as the frontier.
        origin: Day from which the model looks ahead, as a fractional year.
        days: Days asked for.
        model: Name in `MODELS`.
    """
    known = points.where(points.year <= origin)
    frontier = known.where(at_release(known, size))
    recent = frontier.year[(frontier.year > origin - FIVE_YEARS) & (frontier.year >= SINCE)]
    if len(recent) < _MIN_POINTS or np.ptp(recent) < _BIN_YEARS:
        return None
    return MODELS[model](frontier, origin, days)


def crps(told: Told, seen: Floats) -> Floats:
    """Return the continuous ranked probability score of each day, in the unit of log10."""
    import scoringrules

    if np.isinf(told.df):
        return np.asarray(scoringrules.crps_normal(seen, told.location, told.scale))
    return np.asarray(scoringrules.crps_t(seen, told.df, told.location, told.scale))


def held(told: Told, seen: Floats, level: float) -> Floats:
    """Return 1 where the central interval of the level holds what came, else 0."""
    tail = (1 - level) / 2
    inside = (told.quantile(tail) <= seen) & (seen <= told.quantile(1 - tail))
    return inside.astype(float)


def block_difference(
    by_origin: Floats, counts: Floats, block: int, level: float, draws: int, seed: int
) -> tuple[float, float, float]:
    """Return the mean difference of two scores with an interval that respects overlap.

    Neighbouring origins share what they are scored on, so whole blocks of origins are drawn
    (moving blocks, Kuensch 1989).

    Args:
        by_origin: Sum of the differences of each origin, in order of time, shape (origins,).
        counts: Number of scores of each origin, shape (origins,).
        block: Origins of a block.
        level: Coverage of the interval.
        draws: Number of resamples.
        seed: Seed of the random numbers.

    Returns:
        Mean, lower and upper end.
    """
    n = len(by_origin)
    block = min(block, n)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, n - block + 1, size=(draws, -(-n // block)))
    picked = (starts[:, :, None] + np.arange(block)).reshape(draws, -1)[:, :n]
    means = by_origin[picked].sum(axis=1) / counts[picked].sum(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(by_origin.sum() / counts.sum()), float(low), float(high)
