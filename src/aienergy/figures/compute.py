"""Training compute over time, era by era."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results, records
from aienergy.figures.labels import Box, along, box_of, place_labels
from aienergy.figures.lines import growth_line
from aienergy.figures.marks import grid, heading, label_axis, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    SKY,
    SMALL,
    VERMILLION,
    Look,
    marker,
    power_of_ten,
    tint,
)
from aienergy.frontier import fractional_year
from aienergy.prose import significant

# Systems that readers know; labelled where there is room, the first ones first.
LANDMARKS = (
    "gpt3", "gpt4", "alexnet", "alphago_zero", "transformer_big", "bert_large", "palm_540b",
    "gpt5", "llama_3_1_405b", "gpt4_5", "vgg16", "gnmt", "alphastar", "deepseek_v3", "dqn",
    "word2vec", "gans", "gpt1", "t5_11b", "gpt2_1_5b", "snm_skip", "olmo_2_32b",
)  # fmt: skip
EARLY_LANDMARKS = (
    "theseus", "perceptron_mark_i", "neocognitron", "nettalk_transcription", "zip_cnn", "td_gammon",
    "lstm", "lenet_5", "neural_lm", "rnn_lm",
)  # fmt: skip
LESSER = tint(SKY, 0.8)
ERA_COLOURS = (GREEN, VERMILLION, BLUE)
ZOOM = 2012.0
# Where the lines of the eras are told, as shares of the panel.
_WHOLE_SPOTS = ((0.345, 0.03), (0.30, 0.66), (0.30, 0.84))
_ZOOM_SPOTS = ((0.37, 0.02), (0.985, 0.02))


def history_table(results: Results) -> pd.DataFrame:
    """Return systems and the trend of each era.

    Returns:
        Columns series (`system`, `trend`), era, system, name, key, date, year, flop, frontier,
        flop_low and flop_high (what the interval of the slope allows), n, doubling_month with its
        interval, level of the interval, its simulated coverage, and frontier_size. A trend has
        rows for its ends and for the mean of its years.
    """
    points = results.table("trends/compute_points")
    systems = pd.DataFrame(
        {
            "series": "system",
            "era": "",
            "system": points["system"],
            "name": [results.name(key) for key in points["system"]],
            "key": points["key"],
            "date": points["date"],
            "year": fractional_year(points["date"]),
            "flop": points["value"],
            "frontier": points["frontier"],
        }
    )
    eras = records(results.table("trends/compute_eras"))
    lines = pd.DataFrame([row for era in eras for row in _trend(era, systems, results)])
    return pd.concat([systems, lines], ignore_index=True)


def _trend(era: dict[str, Any], systems: pd.DataFrame, results: Results) -> list[dict[str, Any]]:
    """Return the line of one era at its ends and where it pivots, with what its interval allows."""
    growth, doubling = results.number(era["growth_key"]), results.number(era["doubling_key"])
    inside = systems["date"].between(era["start"], era["end"])
    if era["rule"] == "frontier":
        inside &= systems["frontier"].astype(bool)
    pivot = float(systems.loc[inside, "year"].mean())
    years = (era["first_year"], era["last_year"])
    logs = (era["log10_at_first"], era["log10_at_last"])
    line = growth_line(*years, pivot, float(np.interp(pivot, years, logs)), growth)
    coverage = results.numbers.get(f"trend.training_compute.{era['era']}.coverage")
    return [
        {
            "series": "trend", "era": era["era"], "system": "", "name": "", "key": doubling.key,
            "date": "", "year": row["year"], "flop": row["value"],
            "frontier": era["rule"] == "frontier", "flop_low": row["low"],
            "flop_high": row["high"], "n": era["n"], "doubling_month": doubling.value,
            "doubling_low": doubling.low, "doubling_high": doubling.high,
            "level": growth.inputs["level"], "coverage": coverage.value if coverage else np.nan,
            "frontier_size": coverage.inputs["size"] if coverage else np.nan,
        }
        for row in line
    ]  # fmt: skip


def history_facts(table: pd.DataFrame) -> dict[str, str]:
    """Say how many systems there are, when, and which is the largest."""
    systems = table[table["series"] == "system"]
    largest = systems.sort_values("flop").iloc[-1]
    trends = table[table["series"] == "trend"]
    return {
        "frontier_size": f"{trends['frontier_size'].max():.0f}",
        "level": f"{trends['level'].iloc[0] * 100:.0f}\u00a0%",
        **{f"n_{era}": f"{rows['n'].iloc[0]:.0f}" for era, rows in trends.groupby("era")},
        "count": str(len(systems)),
        "first_year": systems["date"].min()[:4],
        "last_year": systems["date"].max()[:4],
        "first_name": str(systems.sort_values("year")["name"].iloc[0]),
        "largest_name": str(largest["name"]),
        "largest_year": str(largest["date"])[:4],
        "largest_flop": significant(float(largest["flop"]), 2),
    }


def draw_history(table: pd.DataFrame) -> Sheet:
    """Draw the whole history above, and the years of deep learning below."""
    sheet = Sheet(7.2)
    sheet.legend(0.1, [(_look(INK), "among the largest of its day"), (_look(LESSER), "smaller")])
    whole = sheet.panel(0.40, 0.74, sheet.width - 0.48, 2.3)
    _panel(sheet, whole, table, (1948.5, 2028.0))
    ticks(whole, "x", range(1950, 2021, 10))
    ticks(whole, "y", [10.0**power for power in range(1, 30, 4)], power_of_ten)
    heading(whole, "Since the first learning machines", shift=28)
    _labels(whole, table, EARLY_LANDMARKS, _WHOLE_SPOTS)
    zoom = sheet.panel(0.40, 3.74, sheet.width - 0.48, 3.2)
    later = table[table["year"] >= ZOOM]
    _panel(sheet, zoom, later, (2011.7, 2027.2))
    ticks(zoom, "x", range(2012, 2027, 2))
    ticks(zoom, "y", [10.0**power for power in range(11, 30, 2)], power_of_ten)
    heading(zoom, "Since AlexNet", shift=28)
    newest = str(later.sort_values("flop")["system"].iloc[-1])
    _labels(zoom, later, (newest, *(key for key in LANDMARKS if key != newest)), _ZOOM_SPOTS)
    return sheet


def _panel(
    sheet: Sheet,
    axes: Axes,
    table: pd.DataFrame,
    years: tuple[float, float],
) -> None:
    axes.set_yscale("log")
    axes.set_xlim(*years)
    axes.set_ylim(table["flop"].min() / 3, table["flop"].max() * 10)
    grid(axes, "y")
    label_axis(axes, "Training compute, FLOP")
    systems = table[table["series"] == "system"]
    tips = [f"{row['name']}, {row['date'][:7]}: {significant(row['flop'], 2)} FLOP"
            for row in records(systems)]  # fmt: skip
    systems = tipped(systems, tips)
    at_frontier = systems["frontier"].astype(bool)
    sheet.dots(axes, systems[~at_frontier], "year", "flop", _look(LESSER))
    sheet.dots(axes, systems[at_frontier], "year", "flop", _look(INK))
    for rows, colour in _eras(table):
        ends = (rows["flop_low"], rows["flop_high"])
        axes.fill_between(rows["year"], *ends, color=colour, alpha=0.16, linewidth=0, zorder=1)
        axes.plot(rows["year"], rows["flop"], color=colour, linewidth=1.7, zorder=4)


def _look(colour: str) -> Look:
    return {**marker(colour, size=3.6), "markeredgecolor": "white", "markeredgewidth": 0.35}


def _eras(table: pd.DataFrame) -> list[tuple[pd.DataFrame, str]]:
    """Return the trends that are there with their colours; the last one is blue in both panels."""
    trends = table[table["series"] == "trend"]
    parts = [rows for _, rows in trends.groupby("era", sort=False)]
    return list(zip(parts, ERA_COLOURS[len(ERA_COLOURS) - len(parts) :], strict=True))


def _labels(
    axes: Axes,
    table: pd.DataFrame,
    landmarks: Sequence[str],
    spots: Sequence[tuple[float, float]],
) -> None:
    """Tell the doubling time of each era at its spot, then name systems where there is room."""
    taken: list[Box] = []
    obstacles = []
    for (rows, colour), spot in zip(_eras(table), spots, strict=True):
        text = axes.text(
            *spot, _era_text(rows), transform=axes.transAxes, color=colour, fontsize=SMALL,
            fontweight=600, ha="right" if spot[0] > 0.9 else "left", va="bottom", linespacing=1.0,
            zorder=6,
        )  # fmt: skip
        taken.append(box_of(text))
        obstacles.append(along(rows["year"], rows["flop"]))
    systems = table[table["series"] == "system"]
    obstacles.append(systems[["year", "flop"]].to_numpy(dtype=float))
    indexed = systems.set_index("system")
    chosen = indexed.loc[[key for key in landmarks if key in indexed.index]]
    at = chosen[["year", "flop"]].to_numpy(dtype=float)
    place_labels(axes, at, list(chosen["name"]), np.vstack(obstacles), taken)


def _era_text(rows: pd.DataFrame) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    low, high = (significant(float(first[f"doubling_{end}"]), 2) for end in ("low", "high"))
    return (
        f"{int(first['year'])}–{int(last['year'])}: doubling every\n"
        f"{significant(float(first['doubling_month']), 2)} months ({low} to {high})"
    )
