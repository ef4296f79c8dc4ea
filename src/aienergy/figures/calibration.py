"""How often intervals of a growth rate hold the truth in simulated histories, by method."""

from statistics import NormalDist
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.marks import grid, label_axis, row_label, stripe, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREY, INK, VERMILLION, Look, marker
from aienergy.prose import significant
from aienergy.tables import records

PITCH, STEP, TOP = 0.52, 0.078, 0.68  # inches: a world, a method within it, above all
LEFT, WIDTHS, GAP = 1.62, 1.16, 0.3
HEADLINE_METHOD = "reranked"
# Label, colour and shape of each method; the one of the headlines is filled and larger.
METHODS: dict[str, tuple[str, str, str]] = {
    "ordinary": ("Student's t", GREY, "s"),
    "case": ("systems drawn again", GREY, "^"),
    "clustered": ("makers drawn again", GREY, "D"),
    "reranked": ("all drawn and ranked again", BLUE, "o"),
    "reranked_errors": ("the same, with errors of values", VERMILLION, "o"),
}
WIDEST_LABEL = 26  # characters of a line


def table(results: Results) -> pd.DataFrame:
    """Return how often each method's interval held the truth, and how wide it was.

    Returns:
        Columns world, label, method, nominal, worlds (histories simulated), systems (mean number
        fitted), share (of histories held), low and high (what so few histories leave open, at the
        nominal level), width (of the interval of the slope, orders of magnitude a year), bias
        (mean slope less the true one), key.
    """
    frame = results.table("trends/coverage")
    score = NormalDist().inv_cdf(0.5 + frame["nominal"].iloc[0] / 2)
    known = frame[frame["method"].isin(list(METHODS))]
    keys = "coverage." + known["world"] + "." + known["method"]
    values = results.values(keys)
    columns = ["world", "label", "method", "nominal", "worlds", "systems", "share", "low", "high",
               "width", "bias", "key"]  # fmt: skip
    return known.reset_index(drop=True).assign(
        share=values["value"],
        low=(known["share"] - score * known["error"]).clip(lower=0.0).to_numpy(),
        high=(known["share"] + score * known["error"]).clip(upper=1.0).to_numpy(),
        key=values["key"],
    )[columns]


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many histories there are, and how the methods fare under selection."""
    ours = frame[frame["method"] == HEADLINE_METHOD].set_index("world")
    case = frame[frame["method"] == "case"].set_index("world")
    hidden = ours[ours.index == "hidden"]
    selected = [world for world in ours.index if world not in ("plain", "hidden")]
    ratio = ours.loc[selected, "width"] / case.loc[selected, "width"]
    return {
        "histories": f"{frame['worlds'].max():,.0f}",
        "worlds": str(frame["world"].nunique()),
        "methods": str(frame["method"].nunique()),
        "ours_low": _percent(float(ours.loc[selected, "share"].min())),
        "ours_high": _percent(float(ours.loc[selected, "share"].max())),
        "case_low": _percent(float(case.loc[selected, "share"].min())),
        "case_high": _percent(float(case.loc[selected, "share"].max())),
        "wider_low": significant(float(ratio.min()), 3),
        "wider_high": significant(float(ratio.max()), 3),
        "hidden": _percent(float(hidden["share"].iloc[0])),
        "hidden_bias": f"{hidden['bias'].iloc[0]:.2f}".replace("-", "\N{MINUS SIGN}"),
    }


def _percent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw, for each world, the coverage of every method at the left and its width at the right."""
    worlds = list(dict.fromkeys(frame["world"]))
    tall = PITCH * len(worlds)
    sheet = Sheet(TOP + tall + 0.3)
    shift = {method: STEP * (at - (len(METHODS) - 1) / 2) for at, method in enumerate(METHODS)}
    placed = frame.assign(
        y=PITCH * (frame["world"].map(worlds.index) + 0.5) + frame["method"].map(shift)
    )
    wide = sheet.width - LEFT - WIDTHS - GAP - 0.14
    left = sheet.panel(LEFT, TOP, wide, tall)
    right = sheet.panel(LEFT + wide + GAP, TOP, WIDTHS, tall)
    _coverage(sheet, left, placed)
    _width(right, placed)
    for at, world in enumerate(worlds):
        row_label(left, _wrapped(_label(frame, world)), PITCH * (at + 0.5), 10)
        if at % 2:
            for axes in (left, right):
                stripe(axes, PITCH * (at + 0.5), PITCH)
    sheet.legend(0.1, [(_look(method), METHODS[method][0]) for method in METHODS])
    return sheet


def _coverage(sheet: Sheet, axes: Axes, placed: pd.DataFrame) -> None:
    _rows(axes, placed, "Share of intervals that hold the truth")
    axes.set_xlim(0, 1)
    ticks(axes, "x", (0, 0.25, 0.5, 0.75, 1), _percent)
    axes.axvline(float(placed["nominal"].iloc[0]), color=INK, linewidth=0.9, zorder=1)
    for method, rows in placed.groupby("method", sort=False):
        colour = METHODS[str(method)][1]
        axes.hlines(rows["y"], rows["low"], rows["high"], color=colour, linewidth=1.1)
        tips = [
            f"{METHODS[str(method)][0]}, {row['label']}: {_percent(row['share'])}"
            for row in records(rows)
        ]
        sheet.dots(axes, tipped(rows, tips), "share", "y", _look(str(method)))


def _width(axes: Axes, placed: pd.DataFrame) -> None:
    _rows(axes, placed, "Width, orders of\nmagnitude a year")
    axes.set_xlim(0, float(placed["width"].max()) * 1.05)
    ticks(axes, "x", (0, 0.05, 0.1, 0.15), lambda value: f"{value:g}")
    for method, rows in placed.groupby("method", sort=False):
        look: dict[str, Any] = {"clip_on": False, "zorder": 3, **_look(str(method))}
        axes.plot(rows["width"], rows["y"], **look)


def _rows(axes: Axes, placed: pd.DataFrame, title: str) -> None:
    axes.set_ylim(PITCH * placed["world"].nunique(), 0)
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    grid(axes, "x")
    label_axis(axes, title)


def _look(method: str) -> Look:
    _, colour, shape = METHODS[method]
    is_ours = method == HEADLINE_METHOD
    known = "measured" if is_ours else "outside"
    return marker(colour, known, shape, 5.4 if is_ours else 3.9)


def _label(frame: pd.DataFrame, world: str) -> str:
    return str(frame.loc[frame["world"] == world, "label"].iloc[0])


def _wrapped(text: str) -> str:
    """Return a label in lines that fit beside the panel."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= WIDEST_LABEL:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
