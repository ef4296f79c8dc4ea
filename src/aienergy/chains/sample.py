"""Draws of a chain: energies with shared steps, and times along the longest path."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aienergy.intervals import Floats, Interval, Propagated, normal_scores

Numbers = tuple[float, ...]


def total_energy(
    stages: Sequence[Interval], first_steps: Sequence[int], steps: Sequence[Interval], seed: int
) -> Propagated:
    """Sum the energies of stages, each taken up by the steps that its boundary lacks.

    A step is drawn once for all stages: what makes one server take more than its boards makes the
    next one do so, too. The energies of stages are drawn each for itself.

    Args:
        stages: Energy of each stage in its own boundary, all in one unit.
        first_steps: For each stage the place of the first step that it lacks, `len(steps)` for
            none.
        steps: Energy of each wider boundary over that of the narrower, from the narrowest.
        seed: Seed of the scrambling.

    Returns:
        Median and 5th to 95th percentile, and what stages and steps each add to the variance of
        the logarithm.
    """
    used = range(min(first_steps), len(steps))
    factors = {("stages", i): stage for i, stage in enumerate(stages)}
    factors |= {("steps", i): steps[i] for i in used}
    uncertain = [place for place, factor in factors.items() if not factor.is_point]
    scores = normal_scores(len(uncertain), seed) if uncertain else np.zeros((1, 0))
    at = {place: scores[:, i] for i, place in enumerate(uncertain)}
    zero = np.zeros(len(scores))
    draws = {place: factor.at(at.get(place, zero)) for place, factor in factors.items()}
    ratios = [np.ones(len(scores))]
    for i in reversed(range(len(steps))):
        ratios.append(ratios[-1] * draws["steps", i] if i in used else ratios[-1])
    up = ratios[::-1]  # up[i]: the product of step i and all above it
    total = np.zeros(len(scores))
    for i, first in enumerate(first_steps):
        total = total + draws["stages", i] * up[first]
    if not uncertain:
        return Propagated(Interval(float(total[0])), {}, "point")
    low, middle, high = (float(end) for end in np.percentile(total, [5, 50, 95]))
    return Propagated(Interval(middle, low, high), _shares(at, np.log(total)), "sampled")


def _shares(at: dict[tuple[str, int], Floats], log_total: Floats) -> dict[str, float]:
    squares = {place: float(np.corrcoef(z, log_total)[0, 1] ** 2) for place, z in at.items()}
    whole = sum(squares.values())
    parts: dict[str, float] = {}
    for (name, _), square in squares.items():
        parts[name] = parts.get(name, 0.0) + square / whole
    return parts


def scaled(quantity: Interval, factor: Interval, seed: int) -> Propagated:
    """Multiply; an exact factor moves the ends with the median."""
    if not factor.is_point:
        return total_energy([quantity], [0], [factor], seed)
    if quantity.is_point:
        return Propagated(Interval(quantity.value * factor.value), {}, "point")
    low, high = (float(end or 0.0) * factor.value for end in (quantity.low, quantity.high))
    return Propagated(Interval(quantity.value * factor.value, low, high), {}, "closed_form")


@dataclass(frozen=True, slots=True)
class Timed:
    """Stages with the times that one call of each takes, in an order in which they may run.

    Attributes:
        medians: Median time of one call (s); 0 for a stage that takes none.
        spreads: Standard deviation of its logarithm; 0 for a time that hardly varies.
        calls: Calls, one after another; of a broken number the rest is the chance of one more.
        befores: Pairs of places, the earlier stage and one that waits for it, flat.
    """

    medians: Numbers
    spreads: Numbers
    calls: Numbers
    befores: Numbers

    def earlier(self, place: int) -> list[int]:
        """Return the places of the stages that one waits for."""
        pairs = zip(self.befores[::2], self.befores[1::2], strict=True)
        return [int(first) for first, second in pairs if int(second) == place]


@lru_cache(maxsize=8)  # three quantiles and a share for each stage ask for the same draws
def draw_times(timed: Timed, seed: int) -> "tuple[Floats, NDArray[np.bool_]]":
    """Draw the time of a request, and which stages it spends on the longest path.

    Args:
        timed: The stages.
        seed: Seed of the scrambling.

    Returns:
        Times of the whole (s), shape (8192,), and for each draw and stage whether the stage is on
        the longest path, shape (8192, stages).
    """
    times = _stage_times(timed, seed)
    count, stages = times.shape
    ends = np.zeros((count, stages))
    came_from = np.full((count, stages), -1)
    for place in range(stages):
        earlier = timed.earlier(place)
        if earlier:
            last = np.argmax(ends[:, earlier], axis=1)
            came_from[:, place] = np.asarray(earlier)[last]
            ends[:, place] = ends[:, earlier].max(axis=1)
        ends[:, place] += times[:, place]
    on_path = np.zeros((count, stages), dtype=bool)
    at = ends.argmax(axis=1)
    for _ in range(stages):
        alive = at >= 0
        on_path[np.flatnonzero(alive), at[alive]] = True
        at = np.where(alive, came_from[np.arange(count), at], -1)
    return ends.max(axis=1), on_path


def _stage_times(timed: Timed, seed: int) -> Floats:
    """Return the time of each stage, all its calls together, shape (8192, stages)."""
    # A stage that takes no time is not drawn, so that it does not move what the others draw.
    calls = [c if m > 0 else 0.0 for c, m in zip(timed.calls, timed.medians, strict=True)]
    wholes = [int(np.floor(count)) for count in calls]
    rests = [count - whole for count, whole in zip(calls, wholes, strict=True)]
    draws = [whole + 2 * (rest > 0) for whole, rest in zip(wholes, rests, strict=True)]
    scores = normal_scores(max(sum(draws), 1), seed)
    parts, used = [], 0
    for place, whole in enumerate(wholes):
        z = scores[:, used : used + draws[place]]
        times = timed.medians[place] * np.exp(timed.spreads[place] * z)
        part = times[:, :whole].sum(axis=1)
        if rests[place] > 0:
            is_more = z[:, whole + 1] < _score_of(rests[place])
            part = part + times[:, whole] * is_more
        parts.append(part)
        used += draws[place]
    return np.column_stack(parts)


def _score_of(share: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(share))


def fit_lognormal(quantiles: Sequence[float], levels: Sequence[float]) -> tuple[float, float]:
    """Fit a log-normal to printed quantiles.

    Where the median is printed it is kept, and the spread is that of least squares through it;
    else both come from a line through the logarithms on the normal scores.

    Args:
        quantiles: Positive values, at least two.
        levels: Share of values below each, without repetition.

    Returns:
        Median and standard deviation of the logarithm, the latter not below zero.
    """
    scores = np.array([_score_of(level) for level in levels])
    logs = np.log(np.asarray(quantiles, dtype=float))
    if 0.5 in levels:
        middle = float(logs[list(levels).index(0.5)])
    else:
        slope = np.polyfit(scores, logs, 1)[0]
        middle = float((logs - slope * scores).mean())
    spread = float(np.sum(scores * (logs - middle)) / np.sum(scores**2))
    return float(np.exp(middle)), max(0.0, spread)
