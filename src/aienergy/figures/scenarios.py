"""Scenarios to the last year: conditional ranges, what others project, and what spreads them."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.labels import pushed_apart
from aienergy.figures.lanes import place_rows
from aienergy.figures.marks import (
    grid,
    heading,
    label_axis,
    note,
    row_label,
    rows_axis,
    stripe,
    ticks,
)
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    SMALL,
    VERMILLION,
    marker,
    shade,
    tint,
)
from aienergy.prose import significant
from aienergy.tables import records

COLOURS = (VERMILLION, BLUE, PURPLE, ORANGE, GREEN)
_REGIONS = {"world": "World", "usa": "US"}
_WHO = {
    "iea2025": "IEA 2025",
    "iea2026key": "IEA 2026",
    "gartner2025dc": "Gartner",
    "shehabi2024": "LBNL 2024",
    "smith2026update": "LBNL 2026",
}
_SHOWN = 8  # drivers of the lower panel
_PITCH, _GAP, _LEFT = 0.235, 0.3, 2.3
_YEAR = 2030  # that most projections of others reach


def table(results: Results) -> pd.DataFrame:
    """Return paths, projections of others, and indices.

    Returns:
        Columns series (`path`, `ai`, `all`, `index`), scenario, name, year, key (empty for years
        of a path that are not bound), low, value, high (TWh; for `index` a total Sobol index),
        what (definition), point_source.
    """
    paths = results.table("scenarios/paths")
    paths = paths[paths["output"] == "energy_twh"]
    rows: list[dict[str, Any]] = [
        {"series": "path", "scenario": row["scenario"], "name": row["title"], "year": row["year"],
         "key": row["key"] if isinstance(row["key"], str) else "", "low": row["low"],
         "value": row["middle"], "high": row["high"], "what": "counted makers, facilities"}
        for row in records(paths)
    ]  # fmt: skip
    rows += _counted(results) + _ai(results) + _all(results)
    titles = dict(zip(paths["scenario"], paths["title"], strict=True))
    indices = results.table("scenarios/sensitivity")
    rows += [
        {"series": "index", "scenario": row["scenario"], "name": row["short"], "year": row["year"],
         "key": row["key"], "low": None, "value": row["total"], "high": None,
         "what": titles[row["scenario"]]}
        for row in records(indices)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    floats = ["low", "value", "high"]
    return frame.assign(**{name: frame[name].astype(float) for name in floats})


def _counted(results: Results) -> list[dict[str, Any]]:
    rows = []
    for row in records(results.table("scenarios/fleet")):
        number = results.number(row["energy"])
        rows.append({"series": "count", "scenario": "", "name": "counted", "year": row["year"],
                     "key": number.key, "low": number.low, "value": number.value,
                     "high": number.high, "what": "counted makers, facilities"})  # fmt: skip
    return rows


def _ai(results: Results) -> list[dict[str, Any]]:
    """Return projections of others for AI alone."""
    others = results.table("scenarios/others")
    others = others[(others["measure"] == "electricity") & (others["year"] == _YEAR)]
    rows = []
    for row in records(others):
        number = results.number(row["key"])
        where = ", US" if row["region"] != "World" else ""
        rows.append({"series": "ai", "scenario": row["scenario"], "name": f"{row['who']}{where}",
                     "year": row["year"], "key": row["key"], "low": None, "value": number.value,
                     "high": None, "what": row["what"]})  # fmt: skip
    return sorted(rows, key=lambda row: -float(row["value"]))


def _all(results: Results) -> list[dict[str, Any]]:
    """Return projections for all data centres of the world and of the United States."""
    rows = results.facts.select("electricity_demand_twh", list(_REGIONS), q_sector="data_centre")
    rows = rows[rows["source"].isin(list(_WHO))]
    rows = rows[(rows["read"] == "primary") | (rows["source"] != "iea2025")]
    rows = rows[(rows["year"] >= 2028) & (rows["q_scenario"] != "historic")]
    rows = rows.sort_values(
        ["subject", "source", "year", "value"], ascending=[False, True, True, True]
    )
    return [
        {"series": "all", "scenario": row["q_scenario"], "name": _WHO[row["source"]],
         "year": int(row["year"]), "key": row["id"], "low": row["low"], "value": row["value"],
         "high": row["high"], "what": _REGIONS[row["subject"]]}
        for row in records(rows)
    ]  # fmt: skip


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say which scenarios there are, their last year, and what spreads the first most."""
    paths = frame[frame["series"] == "path"]
    last = paths[paths["year"] == paths["year"].max()]
    index = frame[frame["series"] == "index"]
    leading = index.loc[index.groupby("scenario")["value"].idxmax(), "name"]
    return {
        "count": str(paths["scenario"].nunique()),
        "last_year": f"{paths['year'].max():.0f}",
        "low": significant(float(last["low"].min()), 2),
        "high": significant(float(last["high"].max()), 2),
        "leading": ", ".join(dict.fromkeys(leading)),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw paths above, what others project beside them between, and indices below."""
    lanes = _lanes(frame)
    between = _PITCH * len(lanes) + _GAP * len({heading for heading, _, _ in lanes})
    first, below = 2.75, _PITCH * _SHOWN
    sheet = Sheet(0.5 + first + 0.95 + between + 1.15 + below + 0.45)
    axes = sheet.panel(0.45, 0.5, sheet.width - 0.45 - 1.55, first)
    heading(axes, "AI chips of the counted makers, with their sites", shift=32)
    label_axis(axes, "TWh a year; bands: 5th to 95th percentile of the draws")
    _paths(sheet, axes, frame)
    top = 0.5 + first + 0.95
    axes = sheet.panel(_LEFT, top, sheet.width - _LEFT - 0.25, between)
    heading(axes, "Beside projections of others, TWh a year", lift=24, shift=_LEFT * 72 - 2)
    _beside(sheet, axes, lanes, between)
    top += between + 1.15
    axes = sheet.panel(_LEFT, top, sheet.width - _LEFT - 0.25, below)
    title = "What spreads the last year of a scenario: total Sobol index"
    heading(axes, title, lift=34, shift=_LEFT * 72 - 2)
    _indices(sheet, axes, frame, below, top)
    return sheet


def _paths(sheet: Sheet, axes: Axes, frame: pd.DataFrame) -> None:
    paths = frame[frame["series"] == "path"]
    count = frame[frame["series"] == "count"].sort_values("year")
    axes.set_xlim(2022.6, float(paths["year"].max()) + 0.3)
    top = float(paths["high"].max()) * 1.04
    axes.set_ylim(0, top)
    ticks(axes, "x", range(2025, int(paths["year"].max()) + 1, 5))
    ticks(axes, "y", range(0, int(top) + 1, 500), lambda v: f"{v:,.0f}")
    grid(axes, "y")
    ends: list[tuple[float, str, str]] = []
    last = records(count)[-1]
    for (_, part), colour in zip(paths.groupby("scenario", sort=False), COLOURS, strict=False):
        line = pd.concat([count.tail(1), part])
        axes.fill_between(
            line["year"], line["low"], line["high"], color=colour, alpha=0.13, linewidth=0, zorder=1
        )
        axes.plot(line["year"], line["value"], color=colour, linewidth=1.7, zorder=3)
        bound = part[part["key"].ne("")]
        tips = [f"{r['name']}, {r['year']}: {_between(r)} TWh" for r in records(bound)]
        sheet.dots(axes, tipped(bound, tips), "year", "value", marker(colour, "stated", "o", 4.4))
        end = records(part)[-1]
        ends.append((end["value"], str(end["name"]), colour))
    tips = [f"counted, {row['year']}: {_between(row)} TWh" for row in records(count)]
    axes.plot(count["year"], count["value"], color=INK, linewidth=1.6, zorder=3)
    sheet.dots(axes, tipped(count, tips), "year", "value", marker(INK, "stated", "o", 4.4))
    note(axes, "counted", (2023.0, last["value"]), (0, 8), colour=INK, bold=True)
    _ends(axes, ends, float(paths["year"].max()))


def _ends(axes: Axes, ends: list[tuple[float, str, str]], year: float) -> None:
    gap = axes.get_ylim()[1] / axes.get_window_extent().height * 23
    ends = sorted(ends)
    places = pushed_apart([value for value, _, _ in ends], gap)
    for (value, name, colour), y in zip(ends, places, strict=True):
        words = name.split(" ")
        text = name if len(name) < 17 else " ".join(words[:2]) + "\n" + " ".join(words[2:])
        axes.text(year + 0.45, y, f"{text} {significant(value, 2)}", fontsize=SMALL,
                  color=shade(colour), va="center", linespacing=1.0)  # fmt: skip


def _between(row: dict[str, Any]) -> str:
    value, low, high = (significant(row[name], 2) for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def _lanes(frame: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    """Return the rows of the middle panel: heading, name and what stands there."""
    paths = frame[(frame["series"] == "path") & (frame["year"] == _YEAR)]
    lanes = [
        (f"AI alone, {_YEAR}", str(name), part) for name, part in paths.groupby("name", sort=False)
    ]
    others = frame[frame["series"] == "ai"]
    for (name, what), part in others.groupby(["name", "what"], sort=False):
        short = str(what).replace("servers with accelerators", "accelerated servers")
        lanes.append((f"AI alone, {_YEAR}", f"{name}, {short}", part))
    whole = frame[frame["series"] == "all"]
    lanes += [
        ("All data centres", f"{what} {year}, {name}", part)
        for (what, name, year), part in whole.groupby(["what", "name", "year"], sort=False)
    ]
    return lanes


def _beside(
    sheet: Sheet, axes: Axes, lanes: list[tuple[str, str, pd.DataFrame]], tall: float
) -> None:
    rows_axis(axes, (220, 2000), tall, (250, 500, 1000, 2000), lambda v: f"{v:,.0f}")
    named = [(heading, name) for heading, name, _ in lanes]
    middles = place_rows(axes, named, _PITCH, _GAP, _LEFT - 0.02, rise=0.11)
    own = 0
    for (_, name, part), y in zip(lanes, middles, strict=True):
        ends = part[["low", "value", "high"]].to_numpy(dtype=float)
        low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
        is_ours = bool((part["series"] == "path").any())
        colour = COLOURS[own % len(COLOURS)] if is_ours else MUTED
        own += is_ours
        axes.hlines([y], low, high, color=tint(colour, 0.4), linewidth=5, zorder=2)
        look = marker(colour, "stated", "o", 4.4) if is_ours else marker(INK, "outside", "o", 4.2)
        tips = [f"{name}: {_case(row)}" for row in records(part)]
        sheet.dots(axes, tipped(part, tips).assign(y=y), "value", "y", look)


def _case(row: dict[str, Any]) -> str:
    if row["series"] == "path":
        return f"{_between(row)} TWh"
    return f"{str(row['scenario']).replace('_', ' ')}, {row['value']:,.0f} TWh"


def _indices(sheet: Sheet, axes: Axes, frame: pd.DataFrame, tall: float, top: float) -> None:
    index = frame[frame["series"] == "index"]
    most = index.groupby("name")["value"].max().sort_values(ascending=False).head(_SHOWN)
    axes.set_xlim(0, 0.65)
    axes.set_ylim(tall, 0)
    ticks(axes, "x", (0, 0.2, 0.4, 0.6), lambda v: f"{v:g}")
    grid(axes, "x")
    axes.set_yticks([])
    places = {name: _PITCH * (place + 0.5) for place, name in enumerate(most.index)}
    for place, (name, y) in enumerate(places.items()):
        if place % 2 == 0:
            stripe(axes, y, _PITCH)
        row_label(axes, str(name), y)
    entries = []
    groups = index.groupby("what", sort=False)
    order = list(dict.fromkeys(frame.loc[frame["series"] == "path", "name"]))
    for colour, name in zip(COLOURS, order, strict=False):
        part = groups.get_group(name)
        part = part[part["name"].isin(list(places))]
        part = part.assign(y=part["name"].map(places))
        look = marker(colour, "stated", "o", 4.8)
        tips = [f"{row['name']}, {name}: {row['value']:.2f}" for row in records(part)]
        sheet.dots(axes, tipped(part, tips), "value", "y", look)
        entries.append((look, name))
    sheet.legend(top - 0.26, entries)
