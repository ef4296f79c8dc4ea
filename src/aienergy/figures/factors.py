"""The same country in different tools: what each carries as its grid's carbon intensity."""

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.marks import row_label, rows_axis, stripe
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    Look,
    marker,
)
from aienergy.prose import significant
from aienergy.tables import records

PITCH = 0.36  # inches a country
YEAR = 2023
# source: how a reader knows it, colour, shape; the statistics that the tools draw on come last
TOOLS = {
    "codecarbon332": ("CodeCarbon 3.3.2", VERMILLION, "s"),
    "ecologits0113": ("EcoLogits 0.11.3", PURPLE, "D"),
    "green_algorithms2025": ("Green Algorithms", GREEN, "^"),
    "mlco2_impact2026": ("ML CO2 Impact", ORANGE, "v"),
    "ccf2023": ("Cloud Carbon Footprint", SKY, "P"),
    "owid_ember_edition2025": ("Ember, edition of mid-2025", BLUE, "o"),
    "owid_ember2026": ("Ember, edition of 2026", INK, "o"),
}
COUNTRIES = ("swe", "fra", "gbr", "usa", "deu", "chn", "ind")
OFFSET = 0.055  # inches between the rows of tools of one country


def table(results: Results) -> pd.DataFrame:
    """Return the factors, the country with the widest spread first.

    Returns:
        Columns country, name, tool, source, region (a cloud region where the tool keys by it),
        key, year (empty where the tool does not say), value (g/kWh).
    """
    regions = results.table("ingest/regions").set_index("key")
    by_code = {results.table("ingest/regions").set_index("key")["iso3"][c]: c for c in COUNTRIES}
    rows = results.facts.select("grid_intensity_gco2e_per_kwh", q_basis="average")
    rows = rows[rows["source"].isin(list(TOOLS))].copy()
    rows["country"] = rows["subject"].map(regions["iso3"]).map(by_code)
    rows = rows.dropna(subset=["country"])
    statistic = rows["source"].str.startswith("owid")
    rows = rows[~statistic | (rows["year"] == YEAR)]
    frame = pd.DataFrame(
        {
            "country": rows["country"],
            "name": [results.name(key) for key in rows["country"]],
            "tool": [TOOLS[source][0] for source in rows["source"]],
            "source": rows["source"],
            "region": rows["subject"].where(rows["subject"] != rows["country"], ""),
            "key": rows["id"],
            "year": rows["year"],
            "value": rows["value"],
        }
    )
    spread = frame.groupby("country")["value"].agg(lambda v: v.max() / v.min())
    order = frame["country"].map(spread.rank(ascending=False))
    tool = frame["source"].map(list(TOOLS).index)
    frame = frame.assign(order=order, rank=tool).sort_values(["order", "rank", "region"])
    return frame.drop(columns=["order", "rank"]).reset_index(drop=True)


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how far the tools are apart, in the first country and in the last."""
    spread = frame.groupby(["country", "name"], sort=False)["value"].agg(["min", "max"])
    spread = spread.assign(ratio=spread["max"] / spread["min"]).reset_index()
    spread = spread.sort_values("ratio", ignore_index=True)
    narrowest, widest = records(spread)[0], records(spread)[-1]
    return {
        "count": str(len(frame)),
        "countries": str(len(spread)),
        "tools": str(frame["tool"].nunique()),
        "year": str(YEAR),
        "widest_name": widest["name"],
        "widest_low": significant(widest["min"], 2),
        "widest_high": significant(widest["max"], 2),
        "widest_ratio": significant(widest["ratio"], 2),
        "narrowest_name": narrowest["name"],
        "narrowest_ratio": significant(narrowest["ratio"], 2),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one band a country and one mark a factor; values of cloud regions are open."""
    countries = list(dict.fromkeys(frame["country"]))
    tall = PITCH * len(countries)
    sheet = Sheet(tall + 1.3)
    axes = sheet.panel(1.05, 0.78, sheet.width - 1.2, tall)
    rows_axis(
        axes, (4, 1500), tall, (5, 10, 20, 50, 100, 200, 500, 1000), lambda v: f"{v:.0f}",
    )  # fmt: skip
    tools = {name: look for name, *look in TOOLS.values()}
    names = dict(zip(frame["country"], frame["name"], strict=True))
    for at, country in enumerate(countries):
        middle = PITCH * (at + 0.5)
        if at % 2 == 0:
            stripe(axes, middle, PITCH)
        row_label(axes, names[country], middle)
    place = {country: PITCH * (at + 0.5) for at, country in enumerate(countries)}
    order = list(tools)
    shift = {tool: OFFSET * (order.index(tool) - (len(order) - 1) / 2) / 1.35 for tool in order}
    y = [place[c] + shift[t] for c, t in zip(frame["country"], frame["tool"], strict=True)]
    tips = [
        f"{row['tool']}, {row['region'].replace('_', ' ') or row['name']}: "
        f"{significant(row['value'], 3)} g/kWh"
        for row in records(frame)
    ]
    drawn = tipped(frame, tips, y=y)
    for tool, (colour, shape) in tools.items():
        rows = drawn[drawn["tool"] == tool]
        whole = rows["region"] == ""
        sheet.dots(axes, rows[whole], "value", "y", marker(colour, "measured", shape, 4.8))
        sheet.dots(axes, rows[~whole], "value", "y", marker(colour, "outside", shape, 4.4))
    entries: list[tuple[Look, str]] = [
        (marker(colour, "measured", shape, 4.8), tool) for tool, (colour, shape) in tools.items()
    ]
    sheet.legend(0.1, [*entries, (marker(INK, "outside", "o", 4.4), "a cloud region")])
    axes.set_xlabel("Carbon intensity of electricity, g per kWh", loc="left")
    return sheet
