"""Which points count: the rules of inclusion, one ranking or as many as there are draws.

A system at the frontier is there because it is large for its day. What that does to an interval is
the matter of `resampling` and `worlds`; here the rules themselves are told.
"""

import numpy as np

from aienergy.growth.points import Floats, Mask, Points

_MOST_COMPARED = 3000


def at_release(points: Points, size: int) -> Mask:
    """Say which points were among the `size` largest up to and including their day.

    Points of one day are ranked together; equal values share a place.
    """
    if len(points) > _MOST_COMPARED:
        one = np.ones((1, len(points)))
        return np.asarray(ranked(points.year, points.by[None, :], one, size)[0])
    # Compared with all at once: thirty times as fast as going through them for a single draw.
    before = np.arange(len(points)) < np.searchsorted(points.year, points.year, "right")[:, None]
    larger = before & (points.by[None, :] > points.by[:, None])
    return np.asarray(larger.sum(axis=1) < size)


def ranked(year: Floats, log10: Floats, weight: Floats, size: int) -> Mask:
    """Rank every draw: who is among the `size` largest at release.

    The loop runs over the points in order of time; the draws are handled together.

    Args:
        year: Days in ascending order, shape (n,).
        log10: Values of each draw, shape (draws, n).
        weight: How often a point occurs in each draw (0: not at all), shape (draws, n).
        size: How many count as the frontier; a point that occurs twice takes two places.

    Returns:
        Shape (draws, n).
    """
    draws, n = log10.shape
    largest = np.full((draws, size), -np.inf)
    chosen = np.zeros((draws, n), dtype=bool)
    place = np.arange(size)
    starts = np.flatnonzero(np.r_[True, np.diff(year) > 0])
    for start, end in zip(starts, np.r_[starts[1:], n], strict=True):
        for i in range(start, end):
            enters = np.flatnonzero((log10[:, i] >= largest[:, -1]) & (weight[:, i] > 0))
            if len(enters):
                value, copies = log10[enters, i, None], weight[enters, i, None].astype(int)
                before = largest[enters]
                at = (before > value).sum(axis=1, keepdims=True)
                moved = np.take_along_axis(before, np.maximum(place - copies, 0), axis=1)
                own = (place >= at) & (place < at + copies)
                largest[enters] = np.where(place < at, before, np.where(own, value, moved))
        day = slice(start, end)
        chosen[:, day] = (log10[:, day] >= largest[:, -1:]) & (weight[:, day] > 0)
    return chosen


def trailing(points: Points, size: int, years: float = 1.0) -> Mask:
    """Say which points were among the `size` largest of the years up to their day."""
    year, value = points.year, points.by
    recent = (year[None, :] <= year[:, None]) & (year[None, :] > year[:, None] - years)
    larger = recent & (value[None, :] > value[:, None])
    return np.asarray(larger.sum(axis=1) < size)


def restarted(points: Points, size: int, start: float) -> Mask:
    """Say which points are among the `size` largest of a ranking that begins at `start`.

    A known artefact: the first points are records whatever their size, which bends the line.
    """
    inside = points.year >= start
    chosen = np.zeros(len(points), dtype=bool)
    chosen[inside] = at_release(points.where(inside), size)
    return chosen
