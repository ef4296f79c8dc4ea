"""Registered forecasts of compute at the frontier, and what is said to limit training by then."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.lines import HEADLINE, at_frontier, fitted, points_of
from aienergy.figures.marks import grid, heading, label_axis, ticks
from aienergy.figures.models import MODELS
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    SMALL,
    bar_end,
    marker,
    power_of_ten,
    tint,
)
from aienergy.growth.points import fractional_year
from aienergy.prose import significant
from aienergy.tables import records

QUANTITY, SUBJECT = "training_compute_cap_flop", "largest_training_run_2030"
# What limits a run, in the order of the lower ends that are read from the source.
CAPS = {
    "campus": "power of one campus",
    "network": "power, sites apart",
    "data": "data",
    "chips": "chips",
    "bandwidth": "links between sites",
    "latency": "latency",
}
TOGETHER = "together"
LEFT, RIGHT, TOP, TALL = 0.4, 1.46, 0.66, 3.35  # inches
DODGE = 0.24  # years between the models


def table(results: Results) -> pd.DataFrame:
    """Return the frontier so far, the newest forecasts and what limits a run.

    Returns:
        Columns series (`system`, `forecast`, `cap` or `together`), name, model, made, year, flop
        (of a forecast the median; none for a cap), low, high (of a forecast at the level of the
        report, of a cap as printed), low80, high80, low95, high95, at (where it is drawn: the year,
        moved a little by model; of a cap its place in the row), key.
    """
    points = points_of(results, "training_compute")
    fit = fitted(results, HEADLINE)
    chosen = at_frontier(points, int(fit["size"])) & (points["date"] >= fit["start"]).to_numpy()
    known = points[chosen]
    systems = pd.DataFrame(
        {
            "series": "system",
            "name": [results.name(key) for key in known["subject"]],
            "year": fractional_year(known["date"]),
            "flop": known["value"],
            "at": fractional_year(known["date"]),
            "key": known["key"],
        }
    )
    told = results.table("trends/forecasts")
    told = told[told["made"] == told["made"].max()]
    numbers = results.values(told["number_key"])
    columns = ["model", "made", "year", "low80", "high80", "low95", "high95"]
    forecasts = told[columns].reset_index(drop=True).assign(
        series="forecast", name=[MODELS[model][0] for model in told["model"]],
        flop=numbers["value"], low=numbers["low"], high=numbers["high"], key=numbers["key"],
        at=[year + DODGE * (list(MODELS).index(model) - 1)
            for year, model in zip(told["year"], told["model"], strict=True)],
    )  # fmt: skip
    parts: list[pd.DataFrame] = [systems, forecasts, _caps(results)]
    order = ["series", "name", "model", "made", "year", "flop", "low", "high", "low80", "high80",
             "low95", "high95", "at", "key"]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[order]


def _caps(results: Results) -> pd.DataFrame:
    """Return what limits a run, in the order of `CAPS`; together they have no interval."""
    facts_of = results.facts.select(QUANTITY, SUBJECT).set_index("q_limit")
    limits = [limit for limit in (*CAPS, TOGETHER) if limit in facts_of.index]
    caps = results.values(facts_of.loc[limits, "id"])
    is_whole = np.array([limit == TOGETHER for limit in limits])
    return caps[["low", "high", "key"]].assign(
        series=np.where(is_whole, "together", "cap"),
        name=[CAPS.get(limit, "all together") for limit in limits],
        flop=np.where(is_whole, caps["value"], np.nan),
        at=np.where(is_whole, (len(caps) - 2) / 2, np.arange(float(len(caps)))),
    )


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say what the models tell for the first and the last year, and which limit is the lowest."""
    forecasts = frame[frame["series"] == "forecast"]
    years = forecasts["year"].astype(int)
    last = forecasts[years == years.max()]
    caps = frame[frame["series"] == "cap"]
    systems = frame[frame["series"] == "system"]
    lowest = caps.sort_values("high").iloc[0]
    return {
        "n": str(len(systems)),
        "since": f"{systems['year'].min():.0f}",
        "made": str(forecasts["made"].iloc[0]),
        "models": str(forecasts["model"].nunique()),
        "inner": "80\u00a0%",
        "outer": "95\u00a0%",
        "first_year": str(years.min()),
        "last_year": str(years.max()),
        "last_low": significant(float(last["flop"].min()), 2),
        "last_high": significant(float(last["flop"].max()), 2),
        "wide_low": significant(float(last["low95"].min()), 1),
        "wide_high": significant(float(last["high95"].max()), 1),
        "caps": str(len(caps)),
        "lowest_cap": str(lowest["name"]),
        "lowest_low": significant(float(lowest["low"]), 1),
        "lowest_high": significant(float(lowest["high"]), 1),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw the frontier and the forecasts at the left, what limits a run at the right."""
    sheet = Sheet(TOP + TALL + 0.3)
    ends = frame[["flop", "low", "high", "low95", "high95"]]
    limits = (float(ends.min().min()) / 3, float(ends.max().max()) * 3)
    wide = sheet.width - LEFT - RIGHT - 0.1
    left = sheet.panel(LEFT, TOP, wide, TALL)
    right = sheet.panel(LEFT + wide + 0.14, TOP, RIGHT - 0.08, TALL)
    for axes in (left, right):
        axes.set_yscale("log")
        axes.set_ylim(*limits)
        axes.minorticks_off()
        ticks(axes, "y", [10.0**power for power in range(19, 40, 2)], power_of_ten)
        grid(axes, "y")
    label_axis(left, "FLOP")
    _systems(sheet, left, frame[frame["series"] == "system"])
    _forecasts(sheet, left, frame[frame["series"] == "forecast"])
    _limits(sheet, right, frame)
    looks = [
        ({"color": colour, "linewidth": 3.0, "linestyle": "-"}, name)
        for name, colour in MODELS.values()
    ]
    dots = [(marker(INK, size=3.6), "systems so far")]
    together = [(marker(ORANGE, "outside", size=4.0), "all limits together")]
    sheet.legend(0.1, [*dots, *looks, *together])
    return sheet


def _systems(sheet: Sheet, axes: Axes, systems: pd.DataFrame) -> None:
    tips = [f"{row['name']}: {significant(row['flop'], 2)} FLOP" for row in records(systems)]
    sheet.dots(axes, tipped(systems, tips), "at", "flop", marker(INK, size=2.6))


def _forecasts(sheet: Sheet, axes: Axes, forecasts: pd.DataFrame) -> None:
    axes.set_xlim(2017.8, float(forecasts["year"].max()) + 0.6)
    ticks(axes, "x", range(2018, int(forecasts["year"].max()) + 1, 2), lambda y: f"{y:.0f}")
    for model, (name, colour) in MODELS.items():
        rows = forecasts[forecasts["model"] == model]
        axes.vlines(rows["at"], rows["low95"], rows["high95"], color=colour, linewidth=0.9)
        axes.vlines(
            rows["at"], rows["low80"], rows["high80"], color=tint(colour, 0.55), linewidth=3.0
        )
        tips = [
            f"{name}, {row['year']:.0f}: {significant(row['flop'], 2)} FLOP, "
            f"{significant(row['low'], 1)} to {significant(row['high'], 1)}"
            for row in records(rows)
        ]
        sheet.dots(
            axes, tipped(rows, tips), "at", "flop", bar_end(colour, 4.2, 2.0) | {"marker": "_"}
        )


def _limits(sheet: Sheet, axes: Axes, frame: pd.DataFrame) -> None:
    caps = frame[frame["series"] == "cap"]
    axes.tick_params(axis="y", labelleft=False)
    axes.set_xlim(-0.6, len(caps) - 0.4)
    axes.set_xticks([])
    heading(axes, "Limits by 2030", lift=5.0)
    axes.vlines(caps["at"], caps["low"], caps["high"], color=PURPLE, linewidth=5.0)
    for row in records(caps):
        axes.text(
            row["at"], row["low"] / 4, row["name"], rotation=90, ha="center", va="top",
            fontsize=SMALL, bbox={"boxstyle": "square,pad=0.1", "fc": PAPER, "ec": "none"},
            zorder=2,
        )  # fmt: skip
    whole = frame[frame["series"] == "together"]
    tips = [f"all together: {significant(flop, 1)} FLOP" for flop in whole["flop"]]
    for flop in whole["flop"]:
        axes.axhline(flop, color=ORANGE, linewidth=1.2, zorder=1)
    sheet.dots(axes, tipped(whole, tips), "at", "flop", marker(ORANGE, "outside", size=4.0))
