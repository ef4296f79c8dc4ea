"""Has growth changed? Joined straight lines, their number chosen by an information criterion.

The lines meet at the break. No break is one of the answers. Candidate dates lie on a grid, so every
model is compared at once instead of being searched for.
"""

from dataclasses import dataclass

import numpy as np

from aienergy.growth.points import Floats, Points
from aienergy.growth.ranking import ranked
from aienergy.growth.resampling import Rule, case_counts

STEP_YEARS = 0.25
_EDGE_SHARE = 0.1  # of the points lie on either side of a break, and between two
_MIN_EDGE = 4


@dataclass(frozen=True, slots=True)
class Breaks:
    """What the search found.

    Attributes:
        years: Dates of the breaks of the chosen model; empty for none.
        slopes: Slope of each piece, orders of magnitude a year.
        bic: Information criterion of no, one and two breaks, less that of no break.
        interval: Where the one best break lies in the middle `level` of the resamples.
        supported: Share of resamples in which one break beats none.
        n: Number of points.
    """

    years: tuple[float, ...]
    slopes: tuple[float, ...]
    bic: tuple[float, ...]
    interval: tuple[float, float]
    supported: float
    n: int


def find_breaks(points: Points, rule: Rule, level: float, draws: int, seed: int) -> Breaks:
    """Choose among no, one and two breaks by the Bayesian information criterion.

    A break costs two parameters: its date and the change of slope. The interval of the date comes
    from resamples of all points, each ranked anew where the rule ranks.

    Args:
        points: All points.
        rule: Which of them count.
        level: Coverage of the interval of the date.
        draws: Number of resamples.
        seed: Seed of the random numbers.

    Raises:
        ValueError: Too few points for a break.
    """
    chosen = points.where(rule.chosen(points))
    grid = candidates(chosen.year)
    if len(grid) == 0:
        raise ValueError(f"{len(chosen)} points are too few to look for a break")
    one = np.ones((1, len(chosen)))
    base, gain = _gains(chosen.year, chosen.log10, one, grid)
    pair, pair_gain = _best_pair(chosen, grid)
    n = len(chosen)
    rss = (base[0], base[0] - gain[0].max(), base[0] - pair_gain)
    bic = tuple(n * np.log(max(r, 1e-12) / n) + 2 * k * np.log(n) for k, r in enumerate(rss))
    at: tuple[tuple[float, ...], ...] = ((), (float(grid[gain[0].argmax()]),), pair)
    best = at[int(np.argmin(bic))]
    seen = points.where(points.year <= rule.end)
    weight = _redrawn(seen, rule, draws, seed)
    inside = rule.window(seen) & np.isfinite(seen.log10)
    base, gain = _gains(seen.year[inside], seen.log10[inside], weight[:, inside], grid)
    tail = (1 - level) / 2
    low, high = np.quantile(grid[gain.argmax(axis=1)], [tail, 1 - tail])
    total = weight[:, inside].sum(axis=1)
    least = np.full_like(base, 1e-12)
    left = np.maximum(base - gain.max(axis=1), least)
    beats = total * np.log(left / np.maximum(base, least)) + 2 * np.log(total) < 0
    return Breaks(
        best,
        _slopes(chosen, best),
        tuple(float(b - bic[0]) for b in bic),
        (float(low), float(high)),
        float(beats.mean()),
        n,
    )


def candidates(year: Floats) -> Floats:
    """Return the dates at which a break is looked for: with enough points on either side."""
    edge = max(_MIN_EDGE, int(_EDGE_SHARE * len(year)))
    if len(year) <= 2 * edge:
        return np.array([])
    first, last = year[edge], year[-edge - 1]
    whole = np.arange(np.ceil(first / STEP_YEARS), np.floor(last / STEP_YEARS) + 1) * STEP_YEARS
    return np.asarray(whole, dtype=float)


def _redrawn(points: Points, rule: Rule, draws: int, seed: int) -> Floats:
    weight = case_counts(len(points), draws, np.random.default_rng(seed))
    if rule.size:
        by = np.broadcast_to(points.by, weight.shape)
        weight = weight * ranked(points.year, by, weight, rule.size)
    return weight


def _gains(year: Floats, log10: Floats, weight: Floats, grid: Floats) -> tuple[Floats, Floats]:
    """Return the squared deviations of no break, and what a break at each date takes off them.

    Args:
        year: Shape (n,).
        log10: Shape (n,).
        weight: Shape (draws, n).
        grid: Dates, shape (dates,).

    Returns:
        Shapes (draws,) and (draws, dates).
    """
    t, y = year - year.mean(), log10 - log10.mean()
    hinge = np.maximum(t[:, None] - (grid - year.mean())[None, :], 0.0)
    s1, st, stt = weight.sum(axis=1), weight @ t, weight @ (t * t)
    sy, sty, syy = weight @ y, weight @ (t * y), weight @ (y * y)
    spread = s1 * stt - st * st
    slope, level = (s1 * sty - st * sy) / spread, (stt * sy - st * sty) / spread
    base = syy - level * sy - slope * sty
    h1, ht, hh = weight @ hinge, weight @ (hinge * t[:, None]), weight @ hinge**2
    hy = weight @ (hinge * y[:, None])
    column = (..., None)
    b = (s1[column] * ht - st[column] * h1) / spread[column]
    a = (stt[column] * h1 - st[column] * ht) / spread[column]
    left = hh - a * h1 - b * ht
    moved = hy - level[column] * h1 - slope[column] * ht
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(left > 1e-9, moved**2 / left, 0.0)
    return base, gain


def _best_pair(points: Points, grid: Floats) -> tuple[tuple[float, float], float]:
    """Return the best two dates, and what they take off the squared deviations."""
    t = points.year - points.year.mean()
    plain = np.stack([np.ones_like(t), t], axis=1)
    hinge = np.maximum(t[:, None] - (grid - points.year.mean())[None, :], 0.0)
    base = np.linalg.lstsq(plain, np.column_stack([points.log10, hinge]), rcond=None)[0]
    y = points.log10 - plain @ base[:, 0]
    rest = hinge - plain @ base[:, 1:]
    gram, moved = rest.T @ rest, rest.T @ y
    own = np.diag(gram)
    det = own[:, None] * own[None, :] - gram**2
    top = (
        moved[:, None] ** 2 * own[None, :]
        - 2 * moved[:, None] * moved[None, :] * gram
        + moved[None, :] ** 2 * own[:, None]
    )
    edge = max(_MIN_EDGE, int(_EDGE_SHARE * len(points)))
    before = np.searchsorted(points.year, grid)
    apart = before[None, :] - before[:, None] >= edge
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(apart & (det > 1e-9), top / det, 0.0)
    i, j = np.unravel_index(int(gain.argmax()), gain.shape)
    return (float(grid[i]), float(grid[j])), float(gain[i, j])


def _slopes(points: Points, years: tuple[float, ...]) -> tuple[float, ...]:
    """Return the slope of each piece of the joined line."""
    pivot = points.year.mean()
    t = points.year - pivot
    columns = [np.ones_like(t), t, *(np.maximum(t - (year - pivot), 0.0) for year in years)]
    found = np.linalg.lstsq(np.stack(columns, axis=1), points.log10, rcond=None)[0]
    return tuple(float(s) for s in np.cumsum(found[1:]))
