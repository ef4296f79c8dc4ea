"""What a training run costs by the essay's three routes."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.marks import row_label, rows_axis, stripe
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREEN, INK, ORANGE, Look, marker, money, tint
from aienergy.tables import records

ROUTES = {
    "electricity": ("electricity", GREEN, "o"),
    "amortized_hardware": ("hardware, amortized", ORANGE, "s"),
    "cloud_rental": ("cloud rental", BLUE, "D"),
}
# The input of each route that is a price.
PRICES = ("electricity_price_usd_per_kwh", "purchase_price_usd", "rental_price_usd_per_h")
PRINTED = "strubell2019"
PER_YEAR = 2  # of each year of publication the dearest runs are drawn
PITCH = 0.25  # inches a system


def table(results: Results) -> pd.DataFrame:
    """Return the costs of chosen systems by each route.

    The systems that Strubell et al. priced are chosen, and of each year of publication the
    dearest to rent.

    Returns:
        Columns system, name, date, series (`electricity`, `amortized_hardware`, `cloud_rental`,
        `printed`), key, cost_usd, low, high, price_key, price_usd; the oldest system first.
    """
    costs = results.table("estimate/costs")
    printed = results.facts.select("training_cost_usd", source=PRINTED, q_route="cloud_rental")
    printed = printed[(printed["q_stage"] == "") & printed["subject"].isin(costs["system"])]
    printed = printed.drop_duplicates("subject")
    chosen = set(printed["subject"]) | set(_dearest(costs, results))
    rows = [
        *_rows(costs["system"], costs["key"], costs["route"], results),
        *_rows(printed["subject"], printed["id"], ["printed"] * len(printed), results),
    ]
    frame = pd.DataFrame([row for row in rows if row["system"] in chosen])
    order = frame["series"].map([*ROUTES, "printed"].index)
    frame = frame.assign(order=order)
    frame = frame.sort_values(["date", "system", "order", "key"], ignore_index=True)
    return frame.drop(columns="order")


def _rows(
    systems: Iterable[str], keys: Iterable[str], series: Iterable[str], results: Results
) -> list[dict[str, Any]]:
    found = []
    for system, key, name in zip(systems, keys, series, strict=True):
        number = results.number(str(key))
        price_key = next((number.inputs[p] for p in PRICES if p in number.inputs), "")
        price = results.number(price_key).value if price_key else float("nan")
        found.append(
            {
                "system": system, "name": results.name(system), "date": results.dates[system],
                "series": name, "key": key, "cost_usd": number.value, "low": number.low,
                "high": number.high, "price_key": price_key, "price_usd": price,
            }
        )  # fmt: skip
    return found


def _dearest(costs: pd.DataFrame, results: Results) -> list[str]:
    rent = costs[costs["route"] == "cloud_rental"]
    rent = rent.assign(year=[results.dates[key][:4] for key in rent["system"]])
    rent = rent.sort_values(["year", "value", "system"], ascending=[True, False, True])
    return [str(key) for key in rent.groupby("year").head(PER_YEAR)["system"]]


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many systems there are, and what the dearest costs by each route."""
    rent = frame[frame["series"] == "cloud_rental"].sort_values("cost_usd")
    system = str(rent["system"].iloc[-1])
    dearest = frame[frame["system"] == system].set_index("series")["cost_usd"]
    wide = frame.pivot_table(index="system", columns="series", values="cost_usd")
    ratio = (wide["cloud_rental"] / wide["electricity"]).dropna()
    prices = frame.loc[frame["series"] == "electricity", "price_usd"]
    return {
        "electricity_price": "$" + " to $".join(f"{p:g}" for p in sorted(set(prices))),
        "per_year": str(PER_YEAR),
        "count": str(frame["system"].nunique()),
        "printed_count": str(int((frame["series"] == "printed").sum())),
        "dearest_name": str(rent["name"].iloc[-1]),
        **{f"dearest_{name}": money(float(dearest[name])) for name in ROUTES if name in dearest},
        "ratio_low": f"{ratio.min():.0f}",
        "ratio_high": f"{ratio.max():.0f}",
        "ratio_median": f"{ratio.median():.0f}",
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one row a system."""
    systems = list(dict.fromkeys(frame["system"]))
    tall = PITCH * len(systems) + 0.04
    sheet = Sheet(tall + 0.92)
    axes = sheet.panel(1.42, 0.64, sheet.width - 1.52, tall)
    decades = [10.0**power for power in range(1, 9)]
    most = float(frame[["cost_usd", "high"]].max().max())
    rows_axis(axes, (2, most * 1.5), tall, decades, lambda dollars: money(dollars, 1))
    names = {**{route: text for route, (text, _, _) in ROUTES.items()}, "printed": "printed"}
    tips = [f"{row['name']}, {names[row['series']]}: {money(row['cost_usd'])}"
            for row in records(frame)]  # fmt: skip
    rows = tipped(frame, tips, y=[PITCH * (systems.index(s) + 0.5) for s in frame["system"]])
    for i, (_, part) in enumerate(rows.groupby("system", sort=False)):
        if i % 2 == 0:
            stripe(axes, float(part["y"].iloc[0]), PITCH)
        row_label(axes, str(part["name"].iloc[0]), float(part["y"].iloc[0]))
    band: Look = {"color": tint(INK, 0.28), "linewidth": 7, "linestyle": "-"}
    printed = rows[rows["series"] == "printed"]
    axes.hlines(printed["y"], printed["low"], printed["high"], zorder=1, **band)
    looks = {route: marker(colour, "stated", shape) for route, (_, colour, shape) in ROUTES.items()}
    for route, (_, colour, _) in ROUTES.items():
        part = rows[rows["series"] == route]
        known = part.dropna(subset=["low", "high"])
        axes.hlines(known["y"], known["low"], known["high"], color=colour, linewidth=1.5,
                    alpha=0.6, zorder=2)  # fmt: skip
        sheet.dots(axes, part, "cost_usd", "y", looks[route])
    sheet.legend(0.1, [(looks[route], names[route]) for route in ROUTES])
    sheet.legend(0.29, [(band, "cloud price printed by Strubell et al., low to high")])
    return sheet
