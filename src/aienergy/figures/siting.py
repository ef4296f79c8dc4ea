"""Moving load to another place: what average factors attribute, and what marginal ones tell."""

import re

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.marks import row_label, rows_axis, stripe
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, INK, VERMILLION, marker
from aienergy.prose import significant
from aienergy.tables import records

PITCH = 0.3  # inches a place
LEFT = 2.1  # inches of the names
TOP = 0.78
BASES = {"average": ("average", BLUE, "o"), "marginal": ("marginal", VERMILLION, "s")}
CLOUDS = {"Amazon": "AWS", "Google": "Google", "Microsoft": "Azure"}
TICKS = (-400, -300, -200, -100, 0, 100, 200, 300)


def table(results: Results) -> pd.DataFrame:
    """Return the change of emissions by place and basis.

    Returns:
        Columns place, name, year, basis, key, value (g/kWh, the same as kt/TWh), places in the
        order of the average factor.
    """
    rows = results.table("scenarios/siting")
    long = rows.melt(["place", "year"], list(BASES), "basis", "key")
    numbers = results.values(long["key"]).set_index(long.index)
    order = long["place"].map({place: i for i, place in enumerate(rows["place"])})
    names = [_town(results.names[place]) for place in long["place"]]
    frame = long.assign(name=names, value=numbers["value"], order=order)
    frame = frame.sort_values(["order", "basis"], ignore_index=True).drop(columns="order")
    return frame[["place", "name", "year", "basis", "key", "value"]]


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many places there are, and for how many the two bases differ in sign."""
    wide = frame.pivot_table("value", ["place", "name"], "basis", sort=False).reset_index()
    differ = wide[(wide["average"] > 0) != (wide["marginal"] > 0)]
    first = records(wide)[0]
    return {
        "count": str(len(wide)),
        "differ": str(len(differ)),
        "year": str(int(frame["year"].iloc[0])),
        "first": str(first["name"]),
        "first_average": significant(abs(float(first["average"])), 3),
        "first_marginal": significant(abs(float(first["marginal"])), 3),
    }


def _town(name: str) -> str:
    """Return `Stockholm (AWS)` for the name of a cloud region that ends with its place."""
    inner = re.search(r"\(([^()]+)\)+$", name)
    whose = next(short for maker, short in CLOUDS.items() if name.startswith(maker))
    return f"{inner[1].partition(':')[0]} ({whose})" if inner else name


def _signed(value: float) -> str:
    return f"{value:+.0f}".replace("-", "\u2212") if value else "0"


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one row a place, a line between its two bases."""
    places = list(dict.fromkeys(frame["place"]))
    tall = PITCH * len(places)
    sheet = Sheet(TOP + tall + 0.45)
    axes = sheet.panel(LEFT, TOP, sheet.width - LEFT - 0.3, tall)
    rows_axis(axes, (TICKS[0] - 30, TICKS[-1]), tall, TICKS, _signed, scale="linear")
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)
    middles = {place: PITCH * (i + 0.5) for i, place in enumerate(places)}
    for i, (place, y) in enumerate(middles.items()):
        if i % 2 == 0:
            stripe(axes, y, PITCH)
        row_label(axes, str(frame.loc[frame["place"] == place, "name"].iloc[0]), y)
    frame = frame.assign(y=frame["place"].map(middles))
    ends = frame.groupby("y")["value"].agg(["min", "max"]).reset_index()
    axes.hlines(
        ends["y"], ends["min"], ends["max"], color=INK, linewidth=0.7, alpha=0.5, zorder=1.5
    )
    for basis, (told, colour, shape) in BASES.items():
        part = frame[frame["basis"] == basis]
        tips = [f"{row['name']}, {told}: {_signed(row['value'])} g/kWh" for row in records(part)]
        sheet.dots(axes, tipped(part, tips), "value", "y", marker(colour, "measured", shape, 5.2))
    entries = [
        (marker(BLUE, "measured", "o", 5.2), "attributed (average factor)"),
        (marker(VERMILLION, "measured", "s", 5.2), "avoided or added (marginal factor)"),
    ]
    sheet.legend(0.2, entries, "Change of emissions, g CO\u2082e per kWh moved:")
    return sheet
