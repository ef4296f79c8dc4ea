"""Published splits between training and use, side by side, each with what it is a share of."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.lanes import row_heights
from aienergy.figures.marks import note, row_heading, row_label
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    GREY,
    HAIRLINE,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    VERMILLION,
    marker,
    tint,
)
from aienergy.tables import records

# What each is a share of, in the order of a reader's question: energy first.
WHOLES = {
    "energy": "Share of energy",
    "emissions": "Share of emissions",
    "power_capacity": "Share of power capacity",
    "demand": "Share of demand",
    "workload": "Share of work",
    "cost": "Share of spending on compute",
}
PARTS = {
    "inference": ("use", VERMILLION),
    "training": ("training", BLUE),
    "experimentation": ("experiments", ORANGE),
    "data": ("data", GREEN),
    "rest": ("not told apart", GREY),
}
LABELS = {
    "meta_rm1": "Meta, one recommender",
    "meta_lm": "Meta, translation model",
    "meta_recommenders": "Meta, recommenders",
    "aws": "Amazon's cloud",
    "nvidia": "NVIDIA's customers",
}
STEP = 0.235  # inches between rows
TALL = 0.15  # inches a bar


def table(results: Results) -> pd.DataFrame:
    """Return every published share of training or use.

    Returns:
        Columns whole, subject, label, part, key, share, low, high, start (where the part begins
        in its bar), evidence, said_by, year, source; a `rest` that no source tells apart has no
        key. Rows of a bar in order, its use first.
    """
    rows = results.facts.select("use_share")
    rows = rows[rows["q_part"].isin(list(PARTS)) & rows["q_share_of"].isin(list(WHOLES))]
    rows = rows.assign(
        whole=rows["q_share_of"].map(list(WHOLES).index),
        part=rows["q_part"].map(list(PARTS).index),
    ).sort_values(["whole", "subject", "part"])
    found: list[dict[str, Any]] = []
    for _, bar in rows.groupby(["whole", "subject"], sort=False):
        start, first = 0.0, records(bar)[0]
        for row in records(bar):
            found.append(_part(row, results, start))
            start += float(row["value"])
        if start < 0.999:
            rest = {"part": "rest", "key": "", "share": 1 - start, "low": None, "high": None}
            found.append({**_part(first, results, start), **rest})
    frame = pd.DataFrame(found)
    return frame.astype({"low": float, "high": float, "share": float})


def _part(row: dict[str, Any], results: Results, start: float) -> dict[str, Any]:
    subject = str(row["subject"])
    return {
        "whole": row["q_share_of"],
        "subject": subject,
        "label": LABELS.get(subject) or results.name(subject),
        "part": row["q_part"],
        "key": row["id"],
        "share": row["value"],
        "low": row["low"],
        "high": row["high"],
        "start": start,
        **{name: row[name] for name in ("evidence", "said_by", "source")},
        "year": str(row["period"]).removesuffix(".0").replace("/", "–"),
    }


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many splits there are, of how many wholes, and how far their use is apart."""
    use = frame[frame["part"] == "inference"].sort_values("share")
    low, high = records(use)[0], records(use)[-1]
    return {
        "count": str(len(use)),
        "wholes": str(frame["whole"].nunique()),
        "metered": str(int((use["evidence"] == "metered").sum())),
        "energy": str(int((use["whole"] == "energy").sum())),
        "lowest": f"{low['share'] * 100:.0f} %",
        "lowest_name": str(low["label"]),
        "highest": f"{high['share'] * 100:.0f} %",
        "highest_name": str(high["label"]),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one bar a split, grouped by what it is a share of."""
    places, heads, tall = row_heights(frame[["whole", "subject"]], STEP, rise=0.13)
    sheet = Sheet(tall + 0.84)
    keys = [({"linestyle": "-", "color": _fill(part), "linewidth": 6.0}, name)
            for part, (name, _) in PARTS.items()]  # fmt: skip
    known = (("measured", "metered"), ("stated", "stated of itself"), ("outside", "by others"))
    sheet.legend(0.1, [*keys, *((marker(INK, how), text) for how, text in known)])
    axes = sheet.panel(1.72, 0.59, sheet.width - 2.42, tall)
    axes.set_xlim(0, 1)
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    axes.spines["bottom"].set_visible(False)
    for place in (0, 0.25, 0.5, 0.75, 1):
        axes.axvline(place, color=HAIRLINE, linewidth=0.6, zorder=0)
    for whole, y in heads.items():
        row_heading(axes, WHOLES[whole], y, 1.70, MUTED)
    for row in records(frame):
        _bar(axes, row, places[row["whole"], row["subject"]])
    use = frame[frame["part"] == "inference"]
    tips = [f"{row['label']}, {row['year']}: use {_percent(row)}" for row in records(use)]
    pairs = zip(use["whole"], use["subject"], strict=True)
    placed = tipped(use, tips, y=[places[pair] for pair in pairs])
    sheet.by_evidence(axes, placed, "share", "y", INK)
    for row in records(placed):
        row_label(axes, row["label"], row["y"])
        note(axes, _percent(row), (0, row["y"]), (5, 0), colour=PAPER, bold=True)
        note(axes, row["year"], (1, row["y"]), (6, 0), colour=MUTED)
    return sheet


def _percent(row: dict[str, Any]) -> str:
    """Return a share as its source prints it; of a range the ends, and no middle."""
    if row["low"] == row["low"]:
        return f"{row['low'] * 100:.0f} to {row['high'] * 100:.0f} %"
    return f"{row['share'] * 100:.0f} %"


def _fill(part: str) -> str:
    """Return the colour of a part: use in full, what nobody tells apart in grey."""
    share = {"rest": 0.3, "inference": 1.0}.get(part, 0.55)
    return tint(PARTS[part][1], share)


def _bar(axes: Axes, row: dict[str, Any], y: float) -> None:
    """Draw one part of a bar; an end that a source leaves open is a line."""
    axes.barh(y, row["share"], TALL, row["start"], color=_fill(row["part"]), linewidth=0, zorder=1)
    if row["low"] == row["low"]:  # a range
        axes.hlines(y, row["low"], row["high"], color=INK, linewidth=1.2, zorder=2)
