"""Rows under headings, and the bands in them, that several figures share."""

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.marks import row_heading, row_label, stripe
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import INK, Look, bar_end, tint

_HEAD = 0.34  # inches from where a block begins to its first row
BAND: Look = {"linestyle": "-", "linewidth": 5, "color": tint(INK, 0.25)}


def place_rows(
    axes: Axes,
    rows: Sequence[tuple[str, str]],
    pitch: float,
    gap: float,
    left: float,
    rise: float = 0.12,
) -> list[float]:
    """Write headings and names of rows, every other row of a heading shaded.

    Args:
        axes: What `rows_axis` set up, so that rows are placed in inches from the top.
        rows: Heading and name of each row, those of one heading together.
        pitch: Inches of a row.
        gap: Inches above a heading.
        left: Inches from the headings to the axes.
        rise: Inches from a heading down to its first row.

    Returns:
        The middle of each row, in the order of `rows`.
    """
    middles = []
    at = 0.0
    for heading, part in groupby(rows, key=lambda row: row[0]):
        at += gap
        row_heading(axes, heading, at - rise, left)
        for i, (_, name) in enumerate(part):
            middle = at + pitch / 2
            if i % 2 == 0:
                stripe(axes, middle, pitch)
            row_label(axes, name, middle)
            middles.append(middle)
            at += pitch
    return middles


def bands(sheet: Sheet, axes: Axes, frame: pd.DataFrame, tips: Sequence[str], tall: float) -> None:
    """Draw intervals, the median of each a stroke that carries its number.

    Args:
        sheet: Where the axes stand.
        axes: Where.
        frame: Columns y, value, low, high and those that `Sheet.dots` reads.
        tips: What each stroke says when it is pointed at.
        tall: Points of a stroke.
    """
    colour, thick = BAND["color"], BAND["linewidth"]
    axes.hlines(frame["y"], frame["low"], frame["high"], color=colour, linewidth=thick, zorder=1.5)
    stroke: Look = {**bar_end(INK, tall), "zorder": 2.5}
    sheet.dots(axes, tipped(frame, tips), "value", "y", stroke)


def row_heights(
    rows: pd.DataFrame, pitch: float, rise: float
) -> tuple[dict[tuple[str, str], float], dict[str, float], float]:
    """Return how far below the top each row and heading stands, and how tall all are, in inches.

    Args:
        rows: Columns heading and row, in order; a row that comes again has one place.
        pitch: Inches of a row.
        rise: Inches from where a block begins down to its heading.
    """
    places: dict[tuple[str, str], float] = {}
    heads: dict[str, float] = {}
    y = 0.0
    for head, part in rows.groupby(rows.columns[0], sort=False):
        heads[str(head)] = y + rise
        y += _HEAD
        for row in dict.fromkeys(part.iloc[:, 1]):
            places[str(head), str(row)] = y
            y += pitch
    return places, heads, y
