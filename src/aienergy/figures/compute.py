"""Training compute over time, era by era."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.labels import Box, along, box_of, place_labels
from aienergy.figures.lines import (
    at_frontier,
    fitted,
    growth_line,
    points_of,
    told_vintages,
    vintage_of,
)
from aienergy.figures.marks import grid, heading, label_axis, row_label, ticks
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
from aienergy.growth.points import fractional_year
from aienergy.prose import significant
from aienergy.tables import records

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
# Fits of the settings, and what else was said of the same systems: a label and an observation.
ERAS = {
    "before_2010": (
        "all notable systems", {"Sevilla et al. 2022": "s1"},
    ),
    "notable_since_2010": (
        "all notable systems", {"Sevilla et al. 2022": "s2", "Epoch AI 2024": "e1"},
    ),
    "since_2018": ("frontier", {"OpenAI 2018": "o1", "Epoch AI 2024": "e3"}),
}  # fmt: skip
ERA_COLOURS = (GREEN, VERMILLION, BLUE)
ZOOM = 2010.0
MONTHS = 12
# Where the lines of the eras are told, as shares of the panel.
_WHOLE_SPOTS = ((0.345, 0.03), (0.30, 0.66), (0.30, 0.84))
_ZOOM_SPOTS = ((0.30, 0.02), (0.985, 0.02))


def history_table(results: Results) -> pd.DataFrame:
    """Return systems, the trend of each era, and what others said of it.

    Returns:
        Columns series (`system`, `trend`, `growth`), era, system, name, key, date, year, flop,
        frontier; of a trend flop_low and flop_high (what the interval of the slope allows), n,
        doubling_month with its interval, level and frontier_size, at its ends and at the mean of
        its years; of a growth (ours or somebody's) who, window, growth and its ends.
    """
    points = points_of(results, "training_compute")
    first = fitted(results, "since_2018")
    systems = pd.DataFrame(
        {
            "series": "system",
            "era": "",
            "system": points["subject"],
            "name": [results.name(key) for key in points["subject"]],
            "key": points["key"],
            "date": points["date"],
            "year": fractional_year(points["date"]),
            "flop": points["value"],
            "notable": points["notable"] == "yes",
            "frontier": at_frontier(points, int(first["size"])),
            "vintage": [vintage_of(key, results) for key in points["key"]],
        }
    )
    eras = [fitted(results, era) for era in ERAS]
    lines = [row for era in eras for row in _trend(era, systems, results)]
    rates = [row for era in eras for row in _rates(era, results)]
    return pd.concat([systems, pd.DataFrame(lines + rates)], ignore_index=True)


def _trend(era: dict[str, Any], systems: pd.DataFrame, results: Results) -> list[dict[str, Any]]:
    """Return the line of one era at its ends and where it pivots, with what its interval allows."""
    growth, doubling = results.number(era["growth_key"]), results.number(era["doubling_key"])
    inside = systems["date"].between(era["start"], era["end"])
    inside &= systems["frontier" if era["rule"] == "frontier" else "notable"].astype(bool)
    pivot = float(systems.loc[inside, "year"].mean())
    years = (era["first_year"], era["last_year"])
    logs = (era["log10_at_first"], era["log10_at_last"])
    line = growth_line(*years, pivot, float(np.interp(pivot, years, logs)), growth)
    return [
        {
            "series": "trend", "era": era["fit"], "key": doubling.key, "year": row["year"],
            "flop": row["value"], "frontier": era["rule"] == "frontier", "flop_low": row["low"],
            "flop_high": row["high"], "n": era["n"], "doubling_month": doubling.value,
            "doubling_low": doubling.low, "doubling_high": doubling.high, "level": era["level"],
            "window": _window(era["start"], era["end"]),
            "frontier_size": era["size"],
        }
        for row in line
    ]  # fmt: skip


def _rates(era: dict[str, Any], results: Results) -> list[dict[str, Any]]:
    """Return our growth a year and what others printed, doubling times turned into growth."""
    growth = results.number(era["growth_key"])
    shared = {"series": "growth", "era": era["fit"]}
    rows = [
        {
            **shared, "who": "this report", "window": _window(era["start"], era["end"]),
            "key": growth.key, "growth": growth.value, "growth_low": growth.low,
            "growth_high": growth.high, "n": era["n"],
        }
    ]  # fmt: skip
    published = results.table("trends/reproduced").set_index("key")
    windows = results.table("ingest/published_trends").set_index("key")
    for who, key in ERAS[era["fit"]][1].items():
        told = {str(name): value for name, value in published.loc[key].items()}
        ends = [told[name] for name in ("published", "published_low", "published_high")]
        if told["measure"] == "doubling_time_month":
            ends = [2 ** (MONTHS / end) for end in (ends[0], ends[2], ends[1])]
        start, end = (str(windows.loc[key, name]) for name in ("start", "end"))
        rows.append(
            {
                **shared, "who": who, "window": _window(start, end),
                "key": told["observation"], "growth": ends[0], "growth_low": ends[1],
                "growth_high": ends[2],
            }
        )  # fmt: skip
    return rows


def _window(start: str, end: str) -> str:
    first = int(start[:4]) + start.endswith("-12-31")  # the last day of a year opens the next
    return f"{first}–{end[:4]}"


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
        "vintages": told_vintages(systems),
        "first_year": systems["date"].min()[:4],
        "last_year": systems["date"].max()[:4],
        "first_name": str(systems.sort_values("year")["name"].iloc[0]),
        "largest_name": str(largest["name"]),
        "largest_year": str(largest["date"])[:4],
        "largest_flop": significant(float(largest["flop"]), 2),
    }


def draw_history(table: pd.DataFrame) -> Sheet:
    """Draw the whole history, the years of deep learning, and what was said of their growth."""
    sheet = Sheet(9.45)
    sheet.legend(0.1, [(_look(INK), "among the largest of its day"), (_look(LESSER), "smaller")])
    whole = sheet.panel(0.40, 0.74, sheet.width - 0.48, 2.3)
    _panel(sheet, whole, table, (1948.5, 2028.0))
    ticks(whole, "x", range(1950, 2021, 10))
    ticks(whole, "y", [10.0**power for power in range(1, 30, 4)], power_of_ten)
    heading(whole, "Since the first learning machines", shift=28)
    _labels(whole, table, EARLY_LANDMARKS, _WHOLE_SPOTS)
    zoom = sheet.panel(0.40, 3.74, sheet.width - 0.48, 3.2)
    later = table[(table["year"] >= ZOOM) & (table["era"] != "before_2010")]
    _panel(sheet, zoom, later, (2009.7, 2027.4))
    ticks(zoom, "x", range(2010, 2027, 2))
    ticks(zoom, "y", [10.0**power for power in range(11, 30, 2)], power_of_ten)
    heading(zoom, "Since the years before AlexNet", shift=28)
    newest = str(later[later["series"] == "system"].sort_values("flop")["system"].iloc[-1])
    _labels(zoom, later, (newest, *(key for key in LANDMARKS if key != newest)), _ZOOM_SPOTS)
    _said(sheet, table[table["series"] == "growth"])
    return sheet


def _said(sheet: Sheet, rates: pd.DataFrame) -> None:
    """Draw growth a year as we fit it and as others printed it, one row each."""
    pitch, height, left = 0.175, 1.5, 2.55
    axes = sheet.panel(left, 7.68, sheet.width - left - 0.2, height)
    axes.set_xscale("log")
    axes.set_xlim(1.25, 14)
    axes.set_ylim(height / pitch, 0)
    axes.set_yticks([])
    ticks(axes, "x", (1.5, 2, 3, 4, 6, 8, 12), lambda value: f"{value:g}×")
    grid(axes, "x")
    heading(axes, "Growth a year, ours and as printed", lift=4.0, shift=183)
    rows = rates.assign(y=[place + 0.55 for place in range(len(rates))])
    tips = [f"{row['who']}, {row['window']}: {significant(row['growth'], 2)} times a year"
            for row in records(rows)]  # fmt: skip
    rows = tipped(rows, tips)
    for (era, part), colour in zip(rows.groupby("era", sort=False), ERA_COLOURS, strict=True):
        known = part[part["growth_low"].notna()]
        axes.hlines(known["y"], known["growth_low"], known["growth_high"], color=colour, lw=1.3)
        ours = part["who"] == "this report"
        sheet.dots(axes, part[ours], "growth", "y", marker(colour, "measured", size=4.6))
        sheet.dots(axes, part[~ours], "growth", "y", marker(colour, "outside", size=4.6))
        for row in records(part):
            of_whom = ERAS[str(era)][0] if row["who"] == "this report" else ""
            text = f"{row['who']}, {row['window']}" + (f", {of_whom}" if of_whom else "")
            row_label(axes, text, row["y"])


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
    large = systems["frontier"].astype(bool)
    sheet.dots(axes, systems[~large], "year", "flop", _look(LESSER))
    sheet.dots(axes, systems[large], "year", "flop", _look(INK))
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
    first = rows.iloc[0]
    low, high = (significant(float(first[f"doubling_{end}"]), 2) for end in ("low", "high"))
    return (
        f"{first['window']}: doubling every\n"
        f"{significant(float(first['doubling_month']), 2)} months ({low} to {high})"
    )
