"""What forms of disclosure ask for, and how it is known of the worked examples."""

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.marks import note, row_label
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREEN, MUTED, PAPER, VERMILLION, tint
from aienergy.tables import records

PITCH = 0.3  # inches a row
LEFT = 1.3
COLUMNS = {
    "training_compute": "Com-\npute",
    "hardware": "Hard-\nware",
    "accelerator_hours": "Chip\nhours",
    "training_place": "Place",
    "training_energy": "En-\nergy",
    "training_energy_facility": "at\nsite",
    "training_emissions": "CO₂e",
    "training_emissions_market": "con-\ntract",
    "embodied_emissions": "em-\nbod.",
    "training_water": "Wa-\nter",
    "inference_energy": "En-\nergy",
    "inference_water": "Wa-\nter",
}
OF_USE = 2  # columns of use, the last ones
# How a cell is known, from the best to nothing, with its colour and the mark in it.
KINDS = {
    "measured": ("measured", GREEN, 1.0),
    "reported": ("stated", BLUE, 1.0),
    "modelled": ("modelled by maker or others", BLUE, 0.36),
    "ours": ("our estimate", VERMILLION, 0.42),
    "unknown": ("unknown", MUTED, 0.06),
}


def table(results: Results) -> pd.DataFrame:
    """Return how each fact is known of each example.

    Returns:
        Columns example, name, fact, column (middle of its column), kind, key (of the number; empty
        for words), published first by how much is.
    """
    rows = results.table("verify/form_fields")
    rows = rows[rows["fact"].isin(list(COLUMNS))].copy()
    rows["kind"] = [
        _kind(str(row["state"]), is_ours=row["said_by"] == "ledger" and row["low"] == row["low"])
        for row in records(rows[["state", "said_by", "low"]])
    ]
    rows["rank"] = rows["kind"].map(list(KINDS).index)
    best = rows.sort_values("rank", kind="stable").drop_duplicates(["example", "fact"])
    forms = results.table("verify/forms").drop_duplicates("example")
    forms = forms[forms["kind"] == "system"]
    names = dict(zip(forms["example"], forms["name"], strict=True))
    whole = pd.MultiIndex.from_product([list(names), list(COLUMNS)], names=["example", "fact"])
    frame = best.set_index(["example", "fact"])[["kind", "number"]].reindex(whole).reset_index()
    frame["kind"] = frame["kind"].fillna("unknown")
    frame["key"] = frame["number"].fillna("")
    frame["name"] = (
        frame["example"]
        .map(names)
        .str.replace("Furious ", "")
        .str.split(r",| \(", regex=True)
        .str[0]
    )
    frame["column"] = frame["fact"].map(list(COLUMNS).index) + 0.5
    known = frame["kind"].isin(["measured", "reported", "modelled"])
    frame["known"] = known.groupby(frame["example"]).transform("sum")
    frame = frame.sort_values(["known", "name", "column"], ascending=[False, True, True])
    columns = ["example", "name", "fact", "column", "kind", "key"]
    return frame[columns].reset_index(drop=True)


def _kind(state: str, *, is_ours: bool) -> str:
    """Return how a field is known; what merely follows from published values is not ours."""
    if state == "estimated":
        return "ours" if is_ours else "modelled"
    return state if state in KINDS else "unknown"


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Count systems and cells, by how they are known."""
    published = frame["kind"].isin(["measured", "reported", "modelled"])
    by_fact = published.groupby(frame["fact"]).sum()
    energies = frame["fact"].isin(["training_energy", "inference_energy"])
    measured = frame[energies & (frame["kind"] == "measured")]
    return {
        "systems": str(frame["example"].nunique()),
        "facts": str(frame["fact"].nunique()),
        "cells": str(len(frame)),
        "published": str(int(published.sum())),
        "ours": str(int((frame["kind"] == "ours").sum())),
        "unknown": str(int((frame["kind"] == "unknown").sum())),
        "measured": str(measured["example"].nunique()),
        "compute": str(by_fact["training_compute"]),
        "energy": str(by_fact["training_energy"]),
        "water": str(by_fact["training_water"]),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw a matrix: one row a system, one column a fact, coloured by how it is known."""
    names = list(dict.fromkeys(frame["name"]))
    tall = PITCH * len(names)
    sheet = Sheet(tall + 1.06)
    axes = sheet.panel(LEFT, 0.6, sheet.width - LEFT - 0.06, tall)
    axes.set_xlim(0, len(COLUMNS))
    axes.set_ylim(tall, 0)
    axes.set_axis_off()
    y = [PITCH * (names.index(name) + 0.5) for name in frame["name"]]
    tips = [f"{row['name']}, {row['fact'].replace('_', ' ')}: {KINDS[row['kind']][0]}"
            for row in records(frame)]  # fmt: skip
    drawn = tipped(frame, tips, y=y)
    for row in records(drawn):
        _, colour, strength = KINDS[row["kind"]]
        face = tint(colour, strength)
        axes.barh(row["y"], 0.94, PITCH * 0.86, left=row["column"] - 0.47, color=face)
        if row["kind"] == "unknown":
            note(axes, "–", (row["column"], row["y"]), ha="center", colour=MUTED)
        if row["kind"] == "ours":
            note(axes, "est.", (row["column"], row["y"]), ha="center")
    hidden = {"marker": "s", "markersize": 13, "alpha": 0, "linestyle": "none"}
    sheet.dots(axes, drawn, "column", "y", hidden)
    for place, name in enumerate(names):
        row_label(axes, name, PITCH * (place + 0.5))
    for place, text in enumerate(COLUMNS.values()):
        note(axes, text, (place + 0.5, 0), (0, 13), ha="center", va="center", colour=MUTED)
    first_of_use = len(COLUMNS) - OF_USE
    note(axes, "Training", (0, 0), (2, 32), bold=True)
    note(axes, "One use", (first_of_use, 0), (2, 32), bold=True)
    axes.axvline(first_of_use, color=PAPER, linewidth=4, zorder=3)
    looks = [
        ({"marker": "s", "markersize": 8, "linestyle": "none", "color": tint(c, s)}, text)
        for text, c, s in KINDS.values()
    ]
    sheet.legend(sheet.height - 0.2, looks)
    return sheet
