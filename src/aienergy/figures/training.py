"""Energy of training runs: what was published, and what our routes give."""

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.marks import row_label, rows_axis, stripe
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    SHAPES,
    SI_KWH,
    bar_end,
    brief,
    marker,
    scaled,
)
from aienergy.tables import records

ROUTES = {
    "power": ("hours × stated power", GREEN),
    "hours": ("hours × rated power", BLUE),
    "compute": ("from compute", ORANGE),
}
PITCH = 0.25  # inches a system
# Inches from the middle of a system's row to the line of each series.
LANES = {"published": -0.062, "power": -0.01, "hours": 0.04, "compute": 0.09}


def table(results: Results) -> pd.DataFrame:
    """Return published energies and our estimates of systems that have both.

    A published energy counts if it covers the final run, pretraining and the whole system.

    Returns:
        Columns system, name, date, series (`published`, or the name of a route), key, energy_kwh,
        low, high, boundary, evidence, said_by; the smallest system first.
    """
    rows = results.facts.select("training_energy_kwh")
    kept = (rows["scope"] == "final_run") & rows["q_stage"].isin(["", "pretraining"])
    rows = rows[kept & (rows["q_statistic"] == "")]
    published = _series(results, rows["subject"], rows["id"], pd.Series("published", rows.index))
    routes = results.table("estimate/training")
    estimates = _series(results, routes["system"], routes["key"], routes["route"])
    both = set(published["system"]) & set(estimates["system"])
    frame = pd.concat([published, estimates], ignore_index=True)
    frame = frame[frame["system"].isin(both)]
    frame = frame.assign(
        order=frame["series"].map(["published", *ROUTES].index),
        size=frame.groupby("system")["energy_kwh"].transform("median"),
    )
    by = ["size", "system", "order", "energy_kwh", "key"]
    return frame.sort_values(by, ignore_index=True).drop(columns=["order", "size"])


def _series(
    results: Results, systems: pd.Series, keys: pd.Series, series: pd.Series
) -> pd.DataFrame:
    values = results.values(keys)
    columns = {
        "system": list(systems),
        "name": [results.name(key) for key in systems],
        "date": [results.dates[key] for key in systems],
        "series": list(series),
        "key": values["key"],
        "energy_kwh": values["value"],
        **{name: values[name] for name in ("low", "high", "boundary", "evidence", "said_by")},
    }
    return pd.DataFrame(columns)


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many systems and values there are, and the extremes."""
    published = frame[frame["series"] == "published"].sort_values("energy_kwh")
    bars = frame[frame["series"] != "published"].dropna(subset=["low"])
    pairs = published.merge(bars, on="system", suffixes=("", "_bar"))
    inside = pairs["energy_kwh"].between(pairs["low_bar"], pairs["high_bar"])
    with_interval = int(published["low"].notna().sum())
    low, high = published.iloc[0], published.iloc[-1]
    return {
        "system_count": str(frame["system"].nunique()),
        "inside_count": str(pairs.loc[inside, "key"].nunique()),
        "interval_count": str(with_interval) if with_interval else "none",
        "published_count": str(len(published)),
        "estimate_count": str(len(frame) - len(published)),
        "smallest_name": str(low["name"]),
        "smallest": brief(low["energy_kwh"], SI_KWH),
        "largest_name": str(high["name"]),
        "largest": brief(high["energy_kwh"], SI_KWH),
        "first_year": frame["date"].min()[:4],
        "last_year": frame["date"].max()[:4],
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one row a system: published values above, our routes below each other."""
    systems = list(dict.fromkeys(frame["system"]))
    tall = PITCH * len(systems) + 0.08
    sheet = Sheet(tall + 1.06)
    axes = sheet.panel(1.42, 0.82, sheet.width - 1.5, tall)
    decades = [10.0**power for power in range(1, 7)]
    rows_axis(axes, (8, 6e6), tall, decades, lambda kwh: scaled(kwh, SI_KWH, 1))
    middle = {system: PITCH * (i + 0.5) + 0.04 for i, system in enumerate(systems)}
    for system, rows in frame.groupby("system", sort=False):
        if systems.index(system) % 2 == 0:
            stripe(axes, middle[str(system)], PITCH)
        row_label(axes, str(rows["name"].iloc[0]), middle[str(system)])
    tips = [
        f"{row['name']}, {row['series']}: {scaled(row['energy_kwh'], SI_KWH, 3)}"
        f" ({row['boundary']})"
        for row in records(frame)
    ]
    lanes = [middle[row["system"]] + LANES[row["series"]] for row in records(frame)]
    _draw_rows(sheet, axes, tipped(frame, tips, y=lanes))
    _keys(sheet)
    return sheet


def _draw_rows(sheet: Sheet, axes: Axes, frame: pd.DataFrame) -> None:
    for route, (_, colour) in ROUTES.items():
        rows = frame[frame["series"] == route]
        known = rows.dropna(subset=["low", "high"])
        axes.hlines(known["y"], known["low"], known["high"], color=colour, linewidth=1.5,
                    alpha=0.55, zorder=2)  # fmt: skip
        sheet.dots(axes, rows, "energy_kwh", "y", bar_end(colour, 4.4))
    published = frame[frame["series"] == "published"]
    known = published.dropna(subset=["low", "high"])
    axes.hlines(known["y"], known["low"], known["high"], color=INK, linewidth=1.2, zorder=2)
    for boundary, shape in SHAPES.items():
        part = published[published["boundary"] == boundary]
        sheet.by_evidence(axes, part, "energy_kwh", "y", INK, shape)


def _keys(sheet: Sheet) -> None:
    fills = {
        "measured": "counter",
        "stated": "by the operator",
        "outside": "by others, nameplate",
    }
    looks = [(marker(INK, known), text) for known, text in fills.items()]
    sheet.legend(0.1, looks, "Published:")
    shapes = {"facility": "facility", "node": "node", "board": "boards only"}
    looks = [(marker(INK, "outside", SHAPES[key]), text) for key, text in shapes.items()]
    sheet.legend(0.29, looks, "Boundary:")
    lines = [
        ({"color": colour, "linewidth": 1.8, "linestyle": "-"}, text)
        for text, colour in ROUTES.values()
    ]
    sheet.legend(0.48, lines, "Ours:")
