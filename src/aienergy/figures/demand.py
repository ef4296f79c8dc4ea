"""Electricity demand of data centres: what was used, and what is projected."""

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.labels import pushed_apart
from aienergy.figures.marks import grid, heading, label_axis, note, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
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

HISTORY = "historic"
SOURCES = {"iea2025": ("IEA", INK, "o"), "shehabi2024": ("LBNL", GREEN, "s")}
SCENARIOS = {
    "lift_off": ("lift-off", VERMILLION),
    "base": ("base", BLUE),
    "high_efficiency": ("high efficiency", ORANGE),
    "headwinds": ("headwinds", PURPLE),
    "high": ("high", GREEN),
    "low": ("low", GREEN),
}
REGIONS = {"world": "World", "usa": "United States"}


def table(results: Results) -> pd.DataFrame:
    """Return demand by region, source, scenario and year.

    Returns:
        Columns region, name, source, scenario, year, key, demand_twh, low, high, evidence, said_by.
    """
    rows = results.table("scenarios/demand")
    rows = rows[rows["region"].isin(list(REGIONS))]
    values = results.values(rows["key"])
    frame = pd.DataFrame(
        {
            "region": list(rows["region"]),
            "name": [results.name(key) for key in rows["region"]],
            "source": list(rows["source"]),
            "scenario": list(rows["scenario"]),
            "year": list(rows["year"]),
            "key": list(rows["key"]),
            "demand_twh": values["value"],
            **{name: values[name] for name in ("low", "high", "evidence", "said_by")},
        }
    )
    order = frame["region"].map(list(REGIONS).index)
    frame = frame.assign(order=order, past=frame["scenario"] != HISTORY)
    by = ["order", "source", "past", "scenario", "year"]
    return frame.sort_values(by, ignore_index=True).drop(columns=["order", "past"])


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say the latest year of history and the last projected one, by region."""
    told: dict[str, str] = {}
    for region in REGIONS:
        rows = frame[frame["region"] == region]
        past = rows[rows["scenario"] == HISTORY]
        ahead = rows[rows["scenario"] != HISTORY]
        last = ahead[ahead["year"] == ahead["year"].max()]
        told |= {
            f"{region}_first_year": f"{past['year'].min():.0f}",
            f"{region}_history_year": f"{past['year'].max():.0f}",
            f"{region}_last_year": f"{ahead['year'].max():.0f}",
            f"{region}_low": significant(float(last["demand_twh"].min()), 3),
            f"{region}_high": significant(float(last["demand_twh"].max()), 3),
        }
    return told


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw the world above and the United States below, on one scale of years."""
    sheet = Sheet(5.78)
    for i, (region, title) in enumerate(REGIONS.items()):
        axes = sheet.panel(0.45, 0.5 + i * 2.9, sheet.width - 1.78, 2.12)
        _panel(sheet, axes, frame[frame["region"] == region])
        heading(axes, title, shift=32)
        label_axis(axes, "Electricity of all data centres, TWh a year")
    return sheet


def _panel(sheet: Sheet, axes: Axes, frame: pd.DataFrame) -> None:
    top = float(frame["demand_twh"].max()) * 1.08
    axes.set_xlim(2013.5, 2035.4)
    axes.set_ylim(0, top)
    ticks(axes, "x", range(2015, 2036, 5))
    ticks(axes, "y", range(0, int(top) + 1, 500 if top > 1000 else 200), lambda v: f"{v:,.0f}")
    grid(axes, "y")
    ends = []
    several = frame["source"].nunique() > 1
    for source, rows in frame.groupby("source", sort=False):
        name, ink, shape = SOURCES[str(source)]
        past = rows[rows["scenario"] == HISTORY]
        axes.plot(past["year"], past["demand_twh"], color=ink, linewidth=1.6, zorder=3)
        _dots(sheet, axes, past, ink, shape, name)
        first, last = past.iloc[0], past.iloc[-1]
        start = (float(first["year"]), float(first["demand_twh"]))
        note(axes, name, start, (0, 12), ha="center", colour=shade(ink), bold=True)
        ahead = rows[rows["scenario"] != HISTORY]
        for scenario, line in ahead.groupby("scenario", sort=False):
            text, colour = SCENARIOS[str(scenario)]
            x = [last["year"], *line["year"]]
            y = [last["demand_twh"], *line["demand_twh"]]
            axes.plot(x, y, color=colour, linewidth=1.4, linestyle=(0, (3, 1.6)), zorder=2)
            _dots(sheet, axes, line, colour, shape, f"{name} {text}")
            ends.append((float(x[-1]), float(y[-1]), f"{name} {text}" if several else text, colour))
    _ends(axes, ends)


def _dots(sheet: Sheet, axes: Axes, rows: pd.DataFrame, colour: str, shape: str, name: str) -> None:
    tips = [f"{name}, {row['year']:.0f}: {row['demand_twh']:,.0f} TWh" for row in records(rows)]
    look = {**marker(colour, "measured", shape, 4.2), "markerfacecolor": tint(colour, 0.4)}
    sheet.dots(axes, tipped(rows, tips), "year", "demand_twh", look)


def _ends(axes: Axes, ends: list[tuple[float, float, str, str]]) -> None:
    """Label the ends of the projections, pushed apart where they would touch."""
    gap = axes.get_ylim()[1] / axes.get_window_extent().height * 12
    places = pushed_apart([value for _, value, _, _ in ends], gap)
    for (year, value, text, colour), y in zip(ends, places, strict=True):
        axes.text(year + 0.5, y, f"{text} {value:,.0f}", fontsize=SMALL, color=shade(colour),
                  va="center")  # fmt: skip
