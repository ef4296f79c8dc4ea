"""Sums of samples that stand in order: one row a stretch of rows of the same run.

The engine decodes and arrays are summed here, as its window over all rows and its many sums by run
cost several times as much. That is right only where rows ascend in time, run after run; where they
do not, nothing is summed, and it is the engine's turn.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

# More stretches in a batch (some 120,000 rows) would be about as much to hold as the samples.
MOST_STRETCHES = 2048
Columns = dict[str, NDArray[Any]]
Samples = tuple[NDArray[np.uint64], NDArray[Any], NDArray[np.float64]]
Batch = list[tuple[NDArray[Any], NDArray[np.bool_] | None]]


def summed(batches: Iterator[Batch], longest: float) -> Columns | None:
    """Sum samples that stand in order; return nothing if they do not.

    A stretch ends where a batch does, so that no batch waits for another: stretches are joined
    later anyway.

    Args:
        batches: Columns `code` (the same in all rows of a run), `tick` and `power`.
        longest: Longest step that is no gap, in ticks.

    Returns:
        One row a stretch: `first_row` and `last_row` among the rows given, and the columns of the
        sums of the engine (`energy._sums`).
    """
    parts, codes, n_rows = [], [], 0
    for batch in batches:
        (code, tick, power), rows = _usable(batch)
        if len(code):
            starts = np.append(0, np.flatnonzero(code[1:] != code[:-1]) + 1)
            if len(starts) > MOST_STRETCHES or not _ascends(tick, starts):
                return None
            part = _sums(tick, power, starts, longest)
            for name in ("first_row", "last_row"):
                part[name] = n_rows + (part[name] if rows is None else rows[part[name]])
            parts.append(part)
            codes.append(code[starts])
        n_rows += len(batch[0][0])
    if not parts or _comes_again(np.concatenate(codes)):
        return None
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _usable(batch: Batch) -> tuple[Samples, NDArray[np.intp] | None]:
    """Return the samples with a time and a power, and which rows these are (nothing: all)."""
    (code, _), (tick, has_tick), (power, has_power) = batch
    is_usable = ~np.isnan(power)
    for has in (has_tick, has_power):
        if has is not None:
            is_usable &= has
    if is_usable.all():
        return (code, tick, power), None
    return (code[is_usable], tick[is_usable], power[is_usable]), np.flatnonzero(is_usable)


def _ascends(tick: NDArray[Any], starts: NDArray[np.intp]) -> bool:
    is_later = tick[1:] >= tick[:-1]
    is_later[starts[1:] - 1] = True
    # A time that is no number is not later than any, but may stand alone.
    return bool(is_later.all() and not np.isnan(tick[starts]).any())


def _comes_again(codes: NDArray[np.uint64]) -> bool:
    """Return whether a run that ended begins anew."""
    ends = np.count_nonzero(codes[1:] != codes[:-1])
    return bool(ends + 1 > len(np.unique(codes)))


def _sums(
    tick: NDArray[Any], power: NDArray[np.float64], starts: NDArray[np.intp], longest: float
) -> Columns:
    ends = np.append(starts[1:], len(tick)) - 1
    n = ends - starts + 1
    # A step belongs to the row that it leads to; the first row of a stretch has none.
    step = np.empty_like(tick)
    np.subtract(tick[1:], tick[:-1], out=step[1:])
    step[starts] = 0
    area = np.empty_like(power)
    area[0] = 0
    # An infinite power is refused later, by its size.
    with np.errstate(invalid="ignore", over="ignore"):
        np.add(power[1:], power[:-1], out=area[1:])
        area *= step
    area[starts] = 0

    is_still = step == 0
    is_still[starts] = False
    still, gaps = np.flatnonzero(is_still), np.flatnonzero(step > longest)

    def by_stretch(rows: NDArray[np.intp], values: NDArray[Any] | None = None) -> NDArray[Any]:
        of = np.searchsorted(starts, rows, side="right") - 1
        return np.bincount(of, None if values is None else values[rows], len(starts))

    return {
        "first_row": starts,
        "last_row": ends,
        "samples": n,
        "stretches": np.ones_like(n),
        "shortest_step": np.zeros_like(n),
        "longest_step": np.where(n > 1, np.maximum.reduceat(step, starts), np.nan),
        "least_w": np.minimum.reduceat(power, starts),
        "most_w": np.maximum.reduceat(power, starts),
        "repeated": by_stretch(still),
        "different": by_stretch(still[power[still] != power[still - 1]]),
        "zeros": by_stretch(np.flatnonzero(power == 0)),
        "gaps": by_stretch(gaps),
        "ticks": tick[ends] - tick[starts],
        "bridged_ticks": by_stretch(gaps, step),
        "area": np.add.reduceat(area, starts),
        "bridged_area": by_stretch(gaps, area),
        "first_tick": tick[starts],
        "first_w": power[starts],
        "last_tick": tick[ends],
        "last_w": power[ends],
    }
