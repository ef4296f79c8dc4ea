"""Put labels beside points so that none covers another, a point or a line; always in one way."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from aienergy.figures.sheet import extent
from aienergy.figures.style import INK, MUTED, SMALL

Box = tuple[float, float, float, float]  # left, bottom, right, top in display points
Coordinates = NDArray[np.float64]


class Place(NamedTuple):
    """Where a label may stand: points to the right and upwards, alignment, and what it costs."""

    right: float
    up: float
    ha: str
    va: str
    cost: float


_ACROSS = {"left": 0.0, "center": 0.5, "right": 1.0}
_UPWARDS = {"bottom": 0.0, "center": 0.5, "top": 1.0}
_FAR = 1.0  # a place that costs as much is joined to its point by a line
_DIRECTIONS = ((1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1), (1, 0.4), (-1, 0.4), (1, -0.4),
               (-1, -0.4))  # fmt: skip
_PLACES = [
    Place(5, 0, "left", "center", 0.0),
    Place(0, 5, "center", "bottom", 0.3),
    Place(4, 4, "left", "bottom", 0.4),
    Place(-4, 4, "right", "bottom", 0.4),
    Place(0, -5, "center", "top", 0.5),
    Place(-5, 0, "right", "center", 0.6),
    Place(4, -4, "left", "top", 0.6),
    Place(-4, -4, "right", "top", 0.7),
    *(
        Place(
            dx * reach,
            dy * reach,
            "left" if dx > 0 else "right" if dx < 0 else "center",
            "bottom" if dy > 0 else "top",
            _FAR + reach / 12,
        )
        for reach in (10, 15, 21, 28)
        for dx, dy in _DIRECTIONS
    ),
]


def place_labels(
    axes: Axes,
    at: Coordinates,
    texts: Sequence[str],
    obstacles: Coordinates,
    taken: Sequence[Box] = (),
) -> list[str]:
    """Label points; the first ones get the best places.

    Args:
        axes: Where; its limits and scales must be final.
        at: Data coordinates of the points, shape (n, 2).
        texts: What to write, shape (n,).
        obstacles: Data coordinates of all that a label must not cover, shape (m, 2).
        taken: Boxes where nothing may be written.

    Returns:
        The texts that found no free place and were left out.
    """
    frame = axes.get_window_extent()
    inside = (frame.x0 - 2, frame.y0, frame.x1 + 2, frame.y1 + 2)
    points = axes.transData.transform(obstacles) if len(obstacles) else np.empty((0, 2))
    anchors = axes.transData.transform(at)
    boxes, left_out = list(taken), []
    for text, place_of_point, anchor in zip(texts, at, anchors, strict=True):
        probe = axes.text(0, 0, text, fontsize=SMALL)
        size = (extent(probe).width, extent(probe).height)
        probe.remove()
        found = _free_place(anchor, size, points, boxes, inside)
        if found is None:
            left_out.append(text)
            continue
        place, drawn = found
        boxes += drawn
        _write(axes, text, place_of_point, place)
    return left_out


def _write(axes: Axes, text: str, at: Coordinates, place: Place) -> None:
    arrow = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2,
             "relpos": (_ACROSS[place.ha], _UPWARDS[place.va])}  # fmt: skip
    axes.annotate(
        text, (float(at[0]), float(at[1])), (place.right, place.up), textcoords="offset points",
        ha=place.ha, va=place.va, fontsize=SMALL, color=INK, zorder=6, annotation_clip=False,
        arrowprops=arrow if place.cost >= _FAR else None,
    )  # fmt: skip


def _free_place(
    anchor: Coordinates,
    size: tuple[float, float],
    points: Coordinates,
    boxes: list[Box],
    inside: Box,
) -> tuple[Place, list[Box]] | None:
    """Return the cheapest free place of one label and the boxes it fills; None if there is none."""
    for place in sorted(_PLACES, key=lambda place: place.cost):
        left = anchor[0] + place.right - size[0] * _ACROSS[place.ha]
        low = anchor[1] + place.up - size[1] * _UPWARDS[place.va]
        box = (left, low + size[1] * 0.12, left + size[0], low + size[1] * 0.88)
        if box[0] < inside[0] or box[2] > inside[2] or box[1] < inside[1] or box[3] > inside[3]:
            continue
        drawn = [box, *(_leader(anchor, box) if place.cost >= _FAR else [])]
        if any(_meet(part, other) for part in drawn for other in boxes):
            continue
        if not any(_covers(part, points) for part in drawn):
            return place, drawn
    return None


def _leader(anchor: Coordinates, box: Box) -> list[Box]:
    """Return small boxes along the line that joins a point to its label, the outer part of it."""
    end = np.clip(anchor, box[:2], box[2:])
    line = [anchor + (end - anchor) * share for share in np.linspace(0.2, 0.95, 8)]
    return [(float(x) - 1, float(y) - 1, float(x) + 1, float(y) + 1) for x, y in line]


def _meet(one: Box, other: Box) -> bool:
    across = one[0] < other[2] + 2 and other[0] < one[2] + 2
    return across and one[1] < other[3] and other[1] < one[3]


def _covers(box: Box, points: Coordinates) -> bool:
    pad = 1.5
    across = (points[:, 0] > box[0] - pad) & (points[:, 0] < box[2] + pad)
    upright = (points[:, 1] > box[1] - pad) & (points[:, 1] < box[3] + pad)
    return bool((across & upright).any())


def along(x: ArrayLike, y: ArrayLike, n: int = 40) -> Coordinates:
    """Return places along a line that is drawn on a logarithmic vertical scale, shape (n, 2)."""
    xs, logs = np.asarray(x, dtype=float), np.log10(np.asarray(y, dtype=float))
    share = np.linspace(0, len(xs) - 1, n)
    steps = np.arange(len(xs))
    return np.column_stack([np.interp(share, steps, xs), 10 ** np.interp(share, steps, logs)])


def box_of(text: object) -> Box:
    """Return the box of something drawn."""
    box = extent(text)  # type: ignore[arg-type]
    return box.x0, box.y0, box.x1, box.y1


def pushed_apart(places: Sequence[float], gap: float) -> list[float]:
    """Return places moved upwards as little as it takes to keep a gap, in the given order.

    Args:
        places: Where each label would like to stand, shape (n,).
        gap: Least distance between two.
    """
    moved = list(places)
    lowest = -np.inf
    for i in sorted(range(len(moved)), key=lambda i: (moved[i], i)):
        moved[i] = max(moved[i], lowest + gap)
        lowest = moved[i]
    return moved
