"""Usual methods of estimation against meters: one mark a source, one band a method."""

from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.validation import FULL_SERVER
from aienergy.figures.data import Results
from aienergy.figures.lanes import BAND, bands, place_rows
from aienergy.figures.marks import note, rows_axis
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    VERMILLION,
    Look,
    marker,
    shade,
)
from aienergy.prose import significant
from aienergy.tables import records

PITCH, GAP = 0.3, 0.34  # inches of a row, and above a heading
LEFT = 1.95  # inches of the names
JITTER = 0.055  # inches by which neighbours are moved apart
# What the meter read, and the methods in the order in which they are told.
BOUNDARIES = {
    "node": "Held against the wall meter of servers",
    "board": "Held against the counters of boards",
    "chip": "Held against the counter of a processor",
}
METHODS = {
    "rated_boards": "Rated power of boards",
    "rated_node": "Rated power of the server",
    "epoch_formula": "Epoch AI\u2019s formula",
    "fitted_ratio": "Ours: fitted ratio",
    "compute_rated": "Compute, rated boards",
    "compute_fitted": "Ours: compute, fitted ratio",
    "processor_model": "CodeCarbon\u2019s model",
    "codecarbon": "CodeCarbon, whole computer",
}
PHASES = {
    "training": (BLUE, "o"),
    "inference": (VERMILLION, "s"),
    "inference;training": (INK, "D"),
    "load": (GREEN, "^"),
}
SAID = {"inference;training": "both", "load": "other load"}


COLUMNS = [
    *("series", "method", "boundary", "name", "phases", "domain", "runs"),
    *("key", "value", "low", "high"),
]


def table(results: Results) -> pd.DataFrame:
    """Return the mean ratio of each source, and the interval of each method over all of them.

    Returns:
        Columns series (`source`, `interval`), method, boundary, name (of the source), phases,
        domain, runs, key, value (measured over estimated), low, high (of the intervals).
    """
    cases = results.table("estimate/method_cases")
    named = ["method", "boundary", "source", "source_name", "domain"]
    sources = cases.groupby(named, as_index=False).agg(
        phases=("phase", lambda phases: ";".join(sorted(set(phases)))), runs=("phase", "size")
    )
    parts_of = zip(sources["method"], sources["boundary"], sources["source"], strict=True)
    sources["key"] = [f"method.{'.'.join(parts)}" for parts in parts_of]
    fits = results.table("estimate/methods")
    fits = fits[fits["source"] == "all"].rename(columns={"fit": "key"})
    parts = pd.concat(
        [sources.assign(series="source"), fits.assign(series="interval", phases="", domain="")],
        ignore_index=True,
    )
    numbers = results.values(parts["key"]).set_index(parts.index)
    parts = parts.assign(**{name: numbers[name] for name in ("value", "low", "high")})
    places = parts["boundary"].map(list(BOUNDARIES).index)
    order = parts["method"].map(list(METHODS).index)
    parts = parts.assign(place=places, order=order).sort_values(
        ["place", "order", "series", "source"], ignore_index=True
    )
    parts = parts.rename(columns={"source_name": "name"})
    return parts[COLUMNS]


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many sources and runs there are, and what the widest miss is."""
    marks = frame[frame["series"] == "source"]
    node = marks[(marks["boundary"] == "node") & (marks["method"] == "rated_boards")]
    rising = records(node.sort_values("value"))
    low, high = rising[0], rising[-1]
    return {
        "methods": str(marks["method"].nunique()),
        "sources": str(marks["name"].nunique()),
        "node_sources": str(len(node)),
        "node_runs": str(int(node["runs"].sum())),
        "highest_name": str(high["name"]),
        "highest": significant(high["value"], 2),
        "lowest_name": str(low["name"]),
        "lowest": significant(low["value"], 2),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one row a method, grouped by what it was held against."""
    lanes = frame[["boundary", "method"]].drop_duplicates()
    groups = lanes["boundary"].nunique()
    tall = PITCH * len(lanes) + GAP * groups
    sheet = Sheet(tall + 1.32)
    axes = sheet.panel(LEFT, 0.72, sheet.width - LEFT - 0.25, tall)
    ends = frame[["value", "low", "high"]].to_numpy(dtype=float)
    limits = (min(0.25, np.nanmin(ends) / 1.15), max(4.0, np.nanmax(ends) * 1.15))
    rows_axis(axes, limits, tall, (0.25, 0.5, 1, 2, 4), lambda v: f"{v:g}")
    axes.axvline(1, color=INK, linewidth=0.9, zorder=1)
    names = zip(lanes["boundary"].map(BOUNDARIES), lanes["method"].map(METHODS), strict=True)
    lanes = lanes.assign(y=place_rows(axes, list(names), PITCH, GAP, LEFT - 0.02))
    frame = frame.merge(lanes, on=["boundary", "method"])
    fits = frame[frame["series"] == "interval"]
    bands(sheet, axes, fits, [_interval_tip(row) for row in records(fits)], 11)
    marks = frame[frame["series"] == "source"]
    tips = [
        f"{row['name']}: measured {significant(row['value'], 2)} of estimated "
        f"({row['runs']:.0f} run{'s' if row['runs'] > 1 else ''})"
        for row in records(marks)
    ]
    rank = marks.groupby("y")["value"].rank(method="first").astype(int)
    drawn = tipped(marks, tips, y=marks["y"] + JITTER * (rank % 3 - 1))
    looks: dict[str, Look] = {}
    for phases, (colour, shape) in PHASES.items():
        part = drawn[drawn["phases"] == phases]
        if part.empty:
            continue
        looks[SAID.get(phases, phases)] = marker(colour, "measured", shape, 4.8)
        for full, known in ((True, "measured"), (False, "outside")):
            rows = part[(part["domain"] == FULL_SERVER) == full]
            sheet.dots(axes, rows, "value", "y", marker(colour, known, shape, 4.8))
    entries = [(look, text) for text, look in looks.items()]
    open_mark = marker(MUTED, "outside", "o", 4.8)
    more = [(open_mark, "outside the domain of the fit"), (BAND, "90 % for a further source")]
    sheet.legend(0.1, [*entries, *more])
    axes.set_xlabel("Measured energy over estimated energy", loc="left")
    note(axes, "estimate too high", (0.96, 0), (0, 25), ha="right", colour=shade(VERMILLION))
    note(axes, "too low", (1.04, 0), (0, 25), ha="left", colour=shade(VERMILLION))
    return sheet


def _interval_tip(row: dict[str, Any]) -> str:
    ends = [significant(row[name], 2) for name in ("value", "low", "high")]
    return f"{METHODS[row['method']]}: {ends[0]} ({ends[1]} to {ends[2]}) for a further source"
