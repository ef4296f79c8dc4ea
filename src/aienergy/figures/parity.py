"""Training against use: how many queries it takes until they have used as much energy."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.marks import grid, heading, label_axis, note, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    MUTED,
    SI_KWH,
    SMALL,
    VERMILLION,
    brief,
    marker,
    scaled,
    tint,
)
from aienergy.tables import records

REACH = 1.6  # the drawing ends at this many times the parity of the largest system
COUNTS = ((1e9, "billion"), (1e6, "million"), (1.0, ""))


def table(results: Results) -> pd.DataFrame:
    """Return, for each system, energy against the number of queries.

    Returns:
        Columns system, name, series (`training`, `training_and_fine_tuning`, `use`), queries,
        energy_kwh, at_parity, boundary, key, fine_tuning_key, parity_key. A series has rows at no
        query, at parity and at the end of the drawing; systems by parity.
    """
    parity = results.table("estimate/parity").sort_values("parity")
    end = float(parity["parity"].max()) * REACH
    rows = [
        {**line, "queries": queries, "energy_kwh": line["energy_kwh"] + per_query * queries,
         "at_parity": queries == system["parity"]}
        for system in records(parity)
        for line, per_query in _lines(system, results)
        for queries in (0.0, float(system["parity"]), end)
    ]  # fmt: skip
    columns = ["system", "name", "series", "queries", "energy_kwh", "at_parity", "boundary", "key",
               "fine_tuning_key", "parity_key"]  # fmt: skip
    return pd.DataFrame(rows)[columns]


def _lines(system: dict[str, Any], results: Results) -> list[tuple[dict[str, Any], float]]:
    """Return each line of a system: what it is, with its energy at no query, and kWh a query."""
    training = results.number(system["training_key"]).value
    both = training + results.number(system["fine_tuning_key"]).value
    per_query = results.number(system["use_key"]).value / 1000
    common = {"system": system["system"], "name": results.name(system["system"]),
              "parity_key": system["parity_key"], "fine_tuning_key": ""}  # fmt: skip
    once = {"boundary": system["training_boundary"], "key": system["training_key"]}
    use = {"boundary": system["use_boundary"], "key": system["use_key"]}
    tuned = {"series": "training_and_fine_tuning", "fine_tuning_key": system["fine_tuning_key"]}
    return [
        ({**common, **once, "series": "training", "energy_kwh": training}, 0.0),
        ({**common, **once, **tuned, "energy_kwh": both}, 0.0),
        ({**common, **use, "series": "use", "energy_kwh": 0.0}, per_query),
    ]


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say at how many queries use equals training, for the smallest and the largest system."""
    at = frame[frame["at_parity"] & (frame["series"] == "use")]
    low, high = at.iloc[0], at.iloc[-1]
    return {
        "count": str(len(at)),
        "smallest_name": str(low["name"]),
        "largest_name": str(high["name"]),
        "smallest_parity": brief(float(low["queries"]), COUNTS),
        "largest_parity": brief(float(high["queries"]), COUNTS),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw the largest system's account above, and the parity of all below."""
    systems = list(dict.fromkeys(frame["system"]))
    tall = 0.25 * len(systems)
    sheet = Sheet(4.02 + tall + 0.28)
    _account(sheet, frame[frame["system"] == systems[-1]])
    axes = sheet.panel(0.95, 4.02, sheet.width - 1.15, tall)
    at = frame[frame["at_parity"] & (frame["series"] == "use")]
    tips = [f"{row['name']}: {brief(row['queries'], COUNTS)} queries" for row in records(at)]
    at = tipped(at, tips, key=at["parity_key"], y=list(range(len(at))))
    axes.set_ylim(len(at) - 0.4, -0.6)
    axes.set_xlim(0, float(at["queries"].max()) * 1.3)
    axes.hlines(at["y"], 0, at["queries"], color=tint(VERMILLION, 0.5), linewidth=2)
    sheet.dots(axes, at, "queries", "y", marker(VERMILLION, "outside"))
    for row in records(at):
        note(axes, row["name"], (0, row["y"]), (-6, 0), ha="right")
        note(axes, brief(row["queries"], COUNTS), (row["queries"], row["y"]), (7, 0))
    axes.set_yticks([])
    _count_axis(axes)
    grid(axes, "x")
    axes.spines["bottom"].set_visible(False)
    heading(axes, "Queries until use equals training, by size of the model", lift=8, shift=66)
    return sheet


def _count_axis(axes: Axes) -> None:
    """Write counts in millions, at every two hundred."""
    end = int(axes.get_xlim()[1])
    ticks(axes, "x", range(0, end, 200_000_000), lambda count: f"{count / 1e6:,.0f}")


def _account(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Draw energy against queries for one system, on plain axes."""
    axes = sheet.panel(0.48, 0.5, sheet.width - 0.62, 2.65)
    use = rows[rows["series"] == "use"]
    both = rows[rows["series"] == "training_and_fine_tuning"]
    training = rows[rows["series"] == "training"]
    end, top = float(use["queries"].max()), float(use["energy_kwh"].max())
    axes.set_xlim(0, end)
    axes.set_ylim(0, top * 1.02)
    x, lower, upper = use["queries"], list(training["energy_kwh"]), list(both["energy_kwh"])
    axes.fill_between(x, 0, lower, color=tint(BLUE, 0.28), linewidth=0)
    axes.fill_between(x, lower, upper, color=tint(BLUE, 0.55), linewidth=0)
    axes.plot(x, upper, color=BLUE, linewidth=1.4)
    axes.plot(x, use["energy_kwh"], color=VERMILLION, linewidth=2)
    once, twice = lower[0], upper[0]
    text = f"training, boards only: {scaled(once, SI_KWH, 3)}"
    note(axes, text, (end, once / 2), (-8, 0), ha="right")
    text = f"+ fine-tuning: {scaled(twice - once, SI_KWH, 2)}"
    note(axes, text, (end, (once + twice) / 2), (-8, 0), ha="right")
    note(axes, "use, whole node", (end * 0.93, top * 0.93), (-9, 2), ha="right", colour=VERMILLION)
    _crossing(sheet, axes, use[use["at_parity"]])
    _count_axis(axes)
    ticks(axes, "y", range(0, int(top) + 1, 20_000), lambda kwh: f"{kwh / 1e3:,.0f}")
    grid(axes, "y")
    axes.set_xlabel("million queries", loc="right")
    label_axis(axes, "Energy, MWh")
    heading(axes, str(rows["name"].iloc[0]), shift=34)


def _crossing(sheet: Sheet, axes: Axes, at: pd.DataFrame) -> None:
    count = brief(float(at["queries"].iloc[0]), COUNTS)
    rows = tipped(at, [f"use equals training after {count} queries"], key=at["parity_key"])
    sheet.dots(axes, rows, "queries", "energy_kwh", marker(VERMILLION, "outside", size=6.5))
    place = (float(at["queries"].iloc[0]), float(at["energy_kwh"].iloc[0]))
    axes.annotate(
        f"as much as training\nafter {count} queries", place, (-12, 22), ha="right", va="bottom",
        textcoords="offset points", fontsize=SMALL, fontweight=600, color=VERMILLION,
        linespacing=1.0,
        arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.6, "shrinkB": 5},
    )  # fmt: skip
