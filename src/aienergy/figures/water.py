"""Water consumed by training: on site and off site, each on an axis of its own."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.additivity import one_flow
from aienergy.figures.data import Results
from aienergy.figures.marks import heading, row_label, rows_axis, stripe
from aienergy.figures.scales import log_ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    VERMILLION,
    Look,
    bar_end,
    brief,
    marker,
    scaled,
    tint,
)
from aienergy.tables import records

FLOW = "consumption"
SITES = {
    "on_site": "On site: cooling, by factors of operators and of the USA",
    "off_site": "Off site: power generation, by grid",
}
VOLUME_L = ((1e9, "GL"), (1e6, "ML"), (1e3, "kL"), (1.0, "L"), (1e-3, "mL"))
COUNTRY = "usa"
PITCH = 0.3  # inches a system
LEFT = 1.5  # inches of the names
DROP = 0.055  # inches by which what others print lies lower
LOOKS: dict[str, Look] = {
    "grid": bar_end(tint(GREY, 0.8), 6, 0.9),
    "elsewhere": marker(ORANGE, "stated", "o", 5),
    "own": marker(BLUE, "stated", "s", 5.6),
    "published": marker(VERMILLION, "outside", "D", 5.2),
}
SAID = {
    "own": "own operator or place",
    "elsewhere": "another operator, or the USA",
    "grid": "another grid",
    "published": "published",
}


def table(results: Results) -> pd.DataFrame:
    """Return the water that training consumed, as derived here and as published.

    Returns:
        Columns series (site), kind (`own`, `elsewhere`, `grid`, `published`), name, place, flow,
        key, value, low, high (L).
    """
    water = results.table("estimate/water")
    water = water[(water["unit_of_use"] == "training") & (water["flow"] == FLOW)]
    rows: list[dict[str, Any]] = []
    for row in records(water):
        kind = "own" if row["known_place"] == "yes" else "grid"
        if kind == "grid" and (row["site"] == "on_site" or row["place"] == COUNTRY):
            kind = "elsewhere"
        told = {"series": row["site"], "kind": kind, "place": results.name(row["place"])}
        rows.append({**told, "name": results.name(row["subject"]), "key": row["key"]})
    systems = list(dict.fromkeys(water["subject"]))
    for row in records(_published(results, systems)):
        told = {"series": row["site"], "kind": "published", "place": ""}
        rows.append({**told, "name": results.name(row["subject"]), "key": row["id"]})
    frame = pd.DataFrame(rows).assign(flow=FLOW)
    numbers = results.values(frame["key"]).set_index(frame.index)
    frame = frame.assign(**{name: numbers[name] for name in ("value", "low", "high")})
    order = frame["series"].map(list(SITES).index)
    return frame.assign(order=order).sort_values("order", kind="stable").drop(columns="order")


def _published(results: Results, systems: list[str]) -> pd.DataFrame:
    """Return published waters whose site is told, those of the OLMo makers being off site."""
    rows = results.facts.select("training_water_l", systems)
    told = rows["q_part"].where(rows["q_part"] != "", "off_site")
    rows = rows.assign(site=told)
    return rows[rows["site"].isin(list(SITES))].drop_duplicates(["subject", "site"])


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many systems and grids there are, and how far the grids spread one run."""
    grids = frame[(frame["series"] == "off_site") & (frame["kind"] != "published")]
    one = grids[grids["name"] == grids["name"].iloc[0]].sort_values("value")
    low, high = records(one)[0], records(one)[-1]
    return {
        "systems": str(frame["name"].nunique()),
        "grids": str(one["place"].nunique()),
        "published": str(int((frame["kind"] == "published").sum())),
        "driest": str(low["place"]),
        "wettest": str(high["place"]),
        "ratio": f"{high['value'] / low['value']:.0f}",
        "smallest": brief(float(frame["value"].min()), VOLUME_L, 2),
        "largest": brief(float(frame["value"].max()), VOLUME_L, 2),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one panel a site, one row a system, on scales of the same span."""
    one_flow(frame["flow"], "fig-water")
    names = list(dict.fromkeys(frame["name"]))
    tall = PITCH * len(names)
    sheet = Sheet(2 * (tall + 0.92) + 0.06)
    ends = frame[["value", "low", "high"]].to_numpy(dtype=float)
    limits = (float(pd.DataFrame(ends).min().min()) / 1.5, float(pd.DataFrame(ends).max().max()))
    for i, site in enumerate(SITES):
        top = 0.68 + i * (tall + 0.92)
        axes = sheet.panel(LEFT, top, sheet.width - LEFT - 0.2, tall)
        ticks = log_ticks(limits[0], limits[1], most=5)
        rows_axis(axes, (limits[0], limits[1] * 1.5), tall, ticks, lambda v: scaled(v, VOLUME_L, 1))
        heading(axes, SITES[site], lift=20, shift=LEFT * 72 - 2)
        _draw_site(sheet, axes, frame[frame["series"] == site], names)
    entries: list[tuple[Look, str]] = [(LOOKS[kind], text) for kind, text in SAID.items()]
    sheet.legend(0.1, entries)
    return sheet


def _draw_site(sheet: Sheet, axes: Axes, frame: pd.DataFrame, names: list[str]) -> None:
    for i, name in enumerate(names):
        middle = PITCH * (i + 0.5)
        if i % 2 == 0:
            stripe(axes, middle, PITCH)
        row_label(axes, name, middle)
    middles = [PITCH * (names.index(name) + 0.5) for name in frame["name"]]
    lower = (frame["kind"] == "published").map({True: DROP, False: -DROP})
    frame = frame.assign(y=middles + lower)
    for kind in ("grid", "elsewhere", "own", "published"):
        part = frame[frame["kind"] == kind].dropna(subset="value")
        if kind != "grid":
            known = part.dropna(subset=["low", "high"])
            colour = {"own": BLUE, "elsewhere": ORANGE}.get(kind, INK)
            axes.hlines(
                known["y"], known["low"], known["high"], color=colour, linewidth=1.1, alpha=0.45
            )
        tips = [_tip(row) for row in records(part)]
        sheet.dots(axes, tipped(part, tips), "value", "y", LOOKS[kind])


def _tip(row: dict[str, Any]) -> str:
    where = f", factor of {row['place']}" if row["place"] else ", published"
    return f"{row['name']}{where}: {brief(row['value'], VOLUME_L, 3)}"
