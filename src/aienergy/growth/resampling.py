"""Intervals of a growth rate: what is drawn anew, and what is ranked anew.

A frontier is selected by its own values, so its points depend on each other: the next record
exists because it beat the last. Drawing among the *selected* points (`case`, `clustered`), like the
textbook's t interval (`ordinary`), holds the selection fixed and is too narrow. Drawing among *all*
systems and ranking each draw anew (`reranked`) lets the selection vary as it would in another
history. `worlds` measures how well each does.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aienergy.growth.lines import fit_line, slopes, t_quantile
from aienergy.growth.points import Floats, Mask, Points
from aienergy.growth.ranking import at_release, ranked

METHODS = ("ordinary", "case", "clustered", "reranked", "reranked_errors")
# Cells of a block of draws. Without ranking a block fits the processor's cache; ranking goes
# through the points one after the other, which is worth while for many draws at once.
_BLOCK, _RANKED_BLOCK = 50_000, 2_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """Which points a line is fitted to.

    Attributes:
        size: How many count as the frontier at release; 0 for all points.
        start: First year of the window. Ranking looks at all that came before, too.
        end: Last year of the window.
    """

    size: int
    start: float
    end: float

    def window(self, points: Points) -> Mask:
        """Say which points lie in the window."""
        return np.asarray((points.year >= self.start) & (points.year <= self.end))

    def chosen(self, points: Points) -> Mask:
        """Say which points the line is fitted to."""
        inside = self.window(points) & np.isfinite(points.log10)
        if self.size:
            inside &= at_release(points, self.size)
        return inside


def slope_interval(
    points: Points, rule: Rule, method: str, level: float, draws: int, seed: int
) -> tuple[float, float]:
    """Return the interval of the slope in orders of magnitude a year.

    Args:
        points: All points, those outside the rule included.
        rule: Which of them count.
        method: One of `METHODS`.
        level: Nominal coverage.
        draws: Number of resamples; `ordinary` has none.
        seed: Seed of the random numbers.

    Raises:
        ValueError: An unknown method, or too few points for a line.
    """
    line = fit_line(points.where(rule.chosen(points)))
    if method == "ordinary":
        half = t_quantile(level, line.n) * line.slope_error
        return line.slope - half, line.slope + half
    found = redrawn_slopes(points, rule, method, draws, np.random.default_rng(seed))
    tail = expanded_tail(level, line.n)
    low, high = np.nanquantile(found, [tail, 1 - tail])
    return float(low), float(high)


def expanded_tail(level: float, n: int) -> float:
    """Return the percentile at which a bootstrap interval for a slope of n points is cut.

    Resampling leaves out that residuals are smaller than errors and that the variance is estimated.
    For small n the percentiles are therefore moved outwards until they agree with Student's t: the
    expanded percentile interval of Hesterberg (2015), doi:10.1080/00031305.2015.1089789.
    """
    from scipy.special import ndtr

    return float(ndtr(-t_quantile(level, n) * np.sqrt(n / (n - 2))))


def redrawn_slopes(
    points: Points, rule: Rule, method: str, draws: int, rng: np.random.Generator
) -> Floats:
    """Return the slope of each draw, shape (draws,)."""
    drawn: dict[str, Callable[[int], Floats]] = {
        "case": lambda n: _selected(points, rule, n, rng, clustered=False),
        "clustered": lambda n: _selected(points, rule, n, rng, clustered=True),
        "reranked": lambda n: _reranked(points, rule, n, rng, errors=False),
        "reranked_errors": lambda n: _reranked(points, rule, n, rng, errors=True),
    }
    if method not in drawn:
        raise ValueError(f"unknown method '{method}'; known: {', '.join(METHODS)}")
    cells = _RANKED_BLOCK if method.startswith("reranked") and rule.size else _BLOCK
    block = max(1, cells // max(len(points), 1))
    sizes = [min(block, draws - start) for start in range(0, draws, block)]
    return np.concatenate([drawn[method](size) for size in sizes])


def case_counts(n: int, draws: int, rng: np.random.Generator) -> Floats:
    """Return how often each of n cases occurs in each draw with replacement, shape (draws, n)."""
    small = n <= np.iinfo(np.uint16).max  # half the random bits, half the time
    picked = rng.integers(0, n, size=(draws, n), dtype=np.uint16 if small else np.uint32)
    cell = picked.astype(np.intp)
    cell += np.arange(0, draws * n, n)[:, None]
    counts = np.bincount(cell.ravel(), minlength=draws * n)
    return counts.reshape(draws, n).astype(float)


def _selected(
    points: Points, rule: Rule, draws: int, rng: np.random.Generator, *, clustered: bool
) -> Floats:
    chosen = points.where(rule.chosen(points))
    if clustered:
        _, own = np.unique(chosen.cluster, return_inverse=True)
        weight = case_counts(int(own.max()) + 1, draws, rng)[:, own]
    else:
        weight = case_counts(len(chosen), draws, rng)
    return slopes(chosen.year, chosen.log10, weight)


def _reranked(
    points: Points, rule: Rule, draws: int, rng: np.random.Generator, *, errors: bool
) -> Floats:
    seen = points.where(points.year <= rule.end)  # what comes later ranks nobody
    weight = case_counts(len(seen), draws, rng)
    by = np.broadcast_to(seen.by, weight.shape)
    error = seen.error_dex * rng.standard_normal(weight.shape) if errors else 0.0
    if rule.size:
        weight = weight * ranked(seen.year, by + error, weight, rule.size)
    inside = rule.window(seen) & np.isfinite(seen.log10)
    values = (seen.log10 + error)[:, inside] if errors else seen.log10[inside]
    return slopes(seen.year[inside], values, weight[:, inside])
