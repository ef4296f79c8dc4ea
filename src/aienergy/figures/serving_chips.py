"""Chips for inference from the essay's days to now: throughput, latency, energy of one unit."""

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.marks import note, row_heading, row_label, stripe
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    SHAPES,
    SMALL,
    Look,
    brief,
    marker,
)
from aienergy.prose import significant
from aienergy.tables import records

TASKS = {
    "resnet50": "One image classified (ResNet-50)",
    "stable_diffusion_xl": "One image made (Stable Diffusion XL)",
    "llama2_70b_99": "One token written (Llama 2 70B)",
}
JOULE = ((1.0, "J"), (1e-3, "mJ"))
SECOND = ((1.0, "s"), (1e-3, "ms"))
MEASURES = ("per_chip", "latency", "energy")
HEADS = ("Units a second,\nby one chip", "Time of\none unit", "Energy of\none unit")
COLOURS = {"node": ORANGE, "board": GREEN}
PITCH, GAP, LEFT = 0.205, 0.34, 1.5  # inches
_MAKERS = ("NVIDIA ", "AMD Instinct ", "Google ", "Intel ")


def table(results: Results) -> pd.DataFrame:
    """Return one row a chip, task and measure that is known.

    Returns:
        Columns task, name, year, measure (`per_chip`, `latency`, `energy`), key, value (1/s, s, J),
        boundary (of an energy), kind (of a latency).
    """
    rows = results.table("estimate/serving_chips")
    rows = rows.assign(order=rows["task"].map(list(TASKS).index))
    rows = rows.sort_values(["order", "year", "per_chip_value"])
    told = [
        {
            "task": row["task"],
            "name": f"{_short(results.name(row['subject']))}, {row['year']}",
            "year": row["year"],
            "measure": measure,
            "key": row[measure],
            "value": row[f"{measure}_value"],
            "boundary": row["boundary"] if measure == "energy" else "",
            "kind": row["latency_kind"] if measure == "latency" else "",
        }
        for row in records(rows)
        for measure in MEASURES
        if row[measure]
    ]
    return pd.DataFrame(told)


def _short(name: str) -> str:
    for maker in _MAKERS:
        name = name.removeprefix(maker)
    for word in (" SXM5 80GB", " SXM4 80 GB", " SXM4", " 180GB", " SXM", "Tesla ", " PCIe 40 GB"):
        name = name.replace(word, "")
    return name.replace("Xeon Platinum", "Xeon")


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many chips there are, and the span of energies of one image classified."""
    images = frame[(frame["task"] == "resnet50") & (frame["measure"] == "energy")]
    images = images.sort_values("value")
    low, high = records(images)[0], records(images)[-1]
    return {
        "chips": str(frame["name"].nunique()),
        "first_year": str(frame["year"].min()),
        "last_year": str(frame["year"].max()),
        "lowest": brief(low["value"], JOULE, 2),
        "lowest_name": str(low["name"]),
        "highest": brief(high["value"], JOULE, 2),
        "highest_name": str(high["name"]),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw a block of rows for each task, with a scale of its own for each measure."""
    lanes = frame[["task", "name"]].drop_duplicates()
    groups = list(dict.fromkeys(lanes["task"]))
    tall = PITCH * len(lanes) + GAP * len(groups)
    sheet = Sheet(tall + 0.8)
    wide = (sheet.width - LEFT) / len(MEASURES)
    top = 0.72
    for task in groups:
        names = lanes.loc[lanes["task"] == task, "name"].tolist()
        high = PITCH * len(names)
        top += GAP
        for i, measure in enumerate(MEASURES):
            axes = sheet.panel(LEFT + i * wide, top, wide - 0.08, high)
            part = frame[(frame["task"] == task) & (frame["measure"] == measure)]
            _block(sheet, axes, part, names, measure)
            if i == 0:
                for j, name in enumerate(names):
                    row_label(axes, name, j)
                row_heading(axes, TASKS[task], -0.95, LEFT - 0.02)
            if task == groups[0]:
                axes.annotate(
                    HEADS[i], (0, 1), (0, 22), xycoords="axes fraction",
                    textcoords="offset points", fontsize=SMALL, color=MUTED, va="bottom",
                    linespacing=1.0,
                )  # fmt: skip
        top += high
    _keys(sheet)
    return sheet


def _block(sheet: Sheet, axes: Axes, part: pd.DataFrame, names: list[str], measure: str) -> None:
    """Draw the rows of one task and measure, the number beside each mark."""
    say: dict[str, Callable[[float], str]] = {
        "per_chip": lambda v: significant(v, 2),
        "latency": lambda v: brief(v, SECOND, 2),
        "energy": lambda v: brief(v, JOULE, 2),
    }
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    for j in range(0, len(names), 2):
        stripe(axes, j, 1)
    if part.empty:
        return
    axes.set_xscale("log")
    axes.minorticks_off()
    low, high = float(part["value"].min()), float(part["value"].max())
    span = max(high / low, 3.0)
    axes.set_xlim(low / span**0.12, high * span**0.85)
    axes.set_xticks([])
    tips = [f"{row['name']}: {say[measure](row['value'])}" for row in records(part)]
    drawn = tipped(part, tips, y=[names.index(name) for name in part["name"]])
    for row in records(drawn):
        note(axes, say[measure](row["value"]), (row["value"], row["y"]), (5, 0))
    for look, rows in _styles(drawn, measure):
        sheet.dots(axes, rows, "value", "y", look)


def _styles(rows: pd.DataFrame, measure: str) -> list[tuple[Look, pd.DataFrame]]:
    if measure == "energy":
        return [(_energy(b), rows[rows["boundary"] == b]) for b in COLOURS]
    if measure == "latency":
        alone = rows["kind"] == "alone"
        return [(_time(alone=True), rows[alone]), (_time(alone=False), rows[~alone])]
    return [(marker(INK, "measured", "o", 4.6), rows)]


def _energy(boundary: str) -> Look:
    known = "measured" if boundary == "node" else "stated"
    return marker(COLOURS[boundary], known, SHAPES[boundary], 4.8)


def _time(*, alone: bool) -> Look:
    return marker(BLUE, "outside" if alone else "measured", "o", 4.6)


def _keys(sheet: Sheet) -> None:
    times = [(_time(alone=False), "among many"), (_time(alone=True), "alone")]
    sheet.legend(0.1, times, "Time of one unit:")
    energies = [
        (_energy("node"), "whole server, metered"),
        (_energy("board"), "board alone, as stated"),
    ]
    sheet.legend(0.29, energies, "Energy:")
