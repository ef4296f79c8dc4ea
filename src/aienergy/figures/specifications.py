"""The headline's growth under every specification: which choice moves it, and how far."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from numpy.typing import NDArray

from aienergy.figures.data import Results
from aienergy.figures.lines import HEADLINE, SLOWER, fitted
from aienergy.figures.marks import grid, label_axis, note, row_heading, row_label, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREY, INK, MUTED, VERMILLION, marker, tint
from aienergy.prose import significant

LEFT, RIGHT, CURVE = 1.72, 0.42, 2.35  # inches
PITCH, HEADING = 0.152, 0.215  # inches a row, and of a heading
OTHER = tint(GREY, 0.5)
LIMITS = (0.88, 15.0)  # times a year
RULES = {
    "top5": "five largest at release",
    "top10": "ten largest at release",
    "top20": "twenty largest at release",
    "trailing_year": "ten largest of last year",
    "upper_decile": "upper tenth of all",
    "records": "records alone",
    "restarted": "ranking restarted",
    "at_least_1e23": "above 10²³ FLOP",
}
POPULATIONS = {
    "ledger": "all, this edition",
    "without_speculative": "no speculative values",
    "confident_only": "confident values only",
    "without_guesses": "no outsiders' guesses",
    "with_base_models": "base models counted in",
}
METHODS = {
    "least_squares": "least squares",
    "median_of_pairs": "median of pairwise slopes",
    "median_line": "median line",
    "quantile_line": "line above nine tenths",
}
# The choices of the dashboard: column, heading, and how a value is told.
GROUPS = {
    "rule": ("Which systems count", RULES),
    "population": ("From which table", POPULATIONS),
    "window": ("Window", {}),
    "method": ("Line", METHODS),
}
_EDITION = "edition_"
# Series of the growths that sentences are about, and their fits.
_SENTENCES = {"printed": HEADLINE, "slower": SLOWER}


def table(results: Results) -> pd.DataFrame:
    """Return every specification by growth, and the two growths that sentences are about.

    Returns:
        Columns series (`specification`, `printed` or `slower`), rank (by growth, the slowest
        first), population, rule, window, method, n, growth, low and high (of what is printed),
        admissible, headline (the specification that is printed), reason, key (of what is printed).
    """
    grid_of = results.table("trends/specifications")
    fit = fitted(results, HEADLINE)
    frame = grid_of.sort_values("growth", kind="stable", ignore_index=True)
    headline = (frame["population"] == "ledger") & (frame["rule"] == f"top{fit['size']}")
    headline &= (frame["start"] == fit["start"]) & (frame["end"] == fit["end"])
    headline &= frame["method"] == "least_squares"
    frame = frame.assign(
        series="specification",
        rank=np.arange(1.0, len(frame) + 1),
        window=frame["start"].str[:4] + " to " + frame["end"].str[:7],
        headline=headline,
        key=np.where(headline, fit["growth_key"], ""),
    )
    columns = ["series", "rank", "population", "rule", "window", "method", "n", "growth", "low",
               "high", "admissible", "headline", "reason", "key"]  # fmt: skip
    told = [_told(results, series, key) for series, key in _SENTENCES.items()]
    return pd.concat([frame, pd.DataFrame(told)], ignore_index=True)[columns]


def _told(results: Results, series: str, fit: str) -> dict[str, Any]:
    row = fitted(results, fit)
    growth = results.number(row["growth_key"])
    return {
        "series": series, "n": row["n"], "growth": growth.value, "low": growth.low,
        "high": growth.high, "key": growth.key, "admissible": False, "headline": False,
    }  # fmt: skip


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many specifications there are, and which rule gives the slowest and fastest."""
    grid_of = frame[frame["series"] == "specification"]
    counted = grid_of[grid_of["admissible"].astype(bool)]
    by_rule = counted.groupby("rule")["growth"].median().sort_values()
    left_out = grid_of.loc[~grid_of["admissible"].astype(bool), ["rule", "reason"]]
    reasons = left_out.drop_duplicates().sort_values("rule")["reason"]
    return {
        "count": f"{len(grid_of):,}",
        "admissible": f"{len(counted):,}",
        "populations": str(grid_of["population"].nunique()),
        "windows": str(grid_of["window"].nunique()),
        "rules": str(grid_of["rule"].nunique()),
        "slow_rule": RULES[str(by_rule.index[0])],
        "slow_rule_growth": significant(float(by_rule.iloc[0]), 2),
        "fast_rule": RULES[str(by_rule.index[-1])],
        "fast_rule_growth": significant(float(by_rule.iloc[-1]), 2),
        "reasons": ", ".join(map(str, reasons)),
        "lowest": significant(float(grid_of["growth"].min()), 2),
        "highest": significant(float(grid_of["growth"].max()), 2),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw the sorted growths, and below them a row of ticks for each choice."""
    grid_of = frame[frame["series"] == "specification"]
    rows = _rows(grid_of)
    tall = sum(PITCH if row["label"] else HEADING for row in rows)
    sheet = Sheet(0.42 + CURVE + 0.12 + tall + 0.05)
    width = sheet.width - LEFT - RIGHT
    over = sheet.panel(LEFT, 0.42, width, CURVE)
    over.set_xlim(0.5, len(grid_of) + 0.5)
    _curve(sheet, over, frame)
    board = sheet.panel(LEFT, 0.42 + CURVE + 0.12, width, tall)
    board.set_xlim(0.5, len(grid_of) + 0.5)
    board.set_ylim(tall, 0)
    board.set_axis_off()
    _board(board, rows, grid_of)
    kinds = {"admissible": INK, "known artefact": OTHER, "as printed": BLUE}
    sheet.legend(0.1, [(marker(colour, size=3.6), kind) for kind, colour in kinds.items()])
    return sheet


def _curve(sheet: Sheet, axes: Axes, frame: pd.DataFrame) -> None:
    axes.set_yscale("log")
    axes.set_ylim(*LIMITS)
    axes.minorticks_off()
    ticks(axes, "y", (1, 2, 3, 5, 8, 12), lambda value: f"{value:g}×")
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    grid(axes, "y")
    label_axis(axes, "Growth a year, all specifications from the slowest to the fastest")
    grid_of = frame[frame["series"] == "specification"]
    counted = grid_of["admissible"].astype(bool)
    for rows, colour in ((grid_of[~counted], OTHER), (grid_of[counted], INK)):
        axes.plot(
            rows["rank"], rows["growth"], linestyle="none", marker="o", markersize=1.7,
            color=colour, markeredgewidth=0, zorder=3,
        )  # fmt: skip
    printed, slower = (frame[frame["series"] == name].iloc[0] for name in _SENTENCES)
    axes.axhspan(printed["low"], printed["high"], color=BLUE, alpha=0.16, linewidth=0, zorder=1)
    axes.axhspan(slower["low"], slower["high"], color=VERMILLION, alpha=0.2, linewidth=0, zorder=1)
    axes.axhline(slower["growth"], color=VERMILLION, linewidth=1.2, zorder=2)
    ends = " to ".join(significant(float(printed[end]), 2) for end in ("low", "high"))
    middle = float(np.sqrt(printed["low"] * printed["high"]))
    note(axes, f"printed: {ends}", (0.5, middle), (4, 0), colour=BLUE, bold=True)
    said = f"efficiency of chips: {significant(float(slower['growth']), 3)}"
    right = len(grid_of) + 0.5
    place = (right, float(slower["high"]))
    note(axes, said, place, (0, 7), ha="right", colour=VERMILLION, bold=True)
    headline = grid_of[grid_of["headline"].astype(bool)]
    tips = [f"as printed: {significant(float(g), 3)} times a year" for g in headline["growth"]]
    sheet.dots(axes, tipped(headline, tips), "rank", "growth", marker(BLUE, size=4.4))


def _rows(grid_of: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of the dashboard: headings, which have no label, and one row a choice."""
    rows: list[dict[str, Any]] = []
    for column, (heading, names) in GROUPS.items():
        rows.append({"heading": heading, "label": ""})
        there = set(grid_of[column].astype(str))
        known = [value for value in names if value in there]
        for value in [*known, *sorted(there - set(known))]:
            label = names.get(value, value.replace(_EDITION, "edition of "))
            rows.append({"column": column, "value": value, "label": label})
    return rows


def _board(axes: Axes, rows: list[dict[str, Any]], grid_of: pd.DataFrame) -> None:
    counted = grid_of["admissible"].to_numpy(dtype=bool)
    top = 0.0
    for row in rows:
        if not row["label"]:
            row_heading(axes, row["heading"], top + HEADING * 0.58, LEFT - 0.02)
            if top == 0.0:
                place = (len(grid_of) + 0.5, HEADING * 0.58)
                note(axes, "median", place, (RIGHT * 72 - 1, 0), ha="right", colour=MUTED)
            top += HEADING
            continue
        middle = top + PITCH / 2
        chosen = (grid_of[row["column"]].astype(str) == row["value"]).to_numpy(dtype=bool)
        for kind, colour in ((~counted, OTHER), (counted, INK)):
            x, y = _strokes(chosen & kind, middle)
            axes.plot(x, y, color=to_rgba(colour), linewidth=PITCH * 0.78 * 72)
        told = chosen & counted if (chosen & counted).any() else chosen
        median = float(grid_of["growth"][told].median())
        row_label(axes, row["label"], middle)
        place = (len(grid_of) + 0.5, middle)
        ink = INK if (chosen & counted).any() else MUTED
        note(axes, f"{significant(median, 2)}×", place, (5, 0), colour=ink)
        top += PITCH


def _strokes(there: NDArray[np.bool_], y: float) -> tuple[list[float], list[float]]:
    """Return one broken line along the ranks that are there; neighbours make one stroke.

    Args:
        there: Which ranks have a tick, shape (n,), the first rank being 1.
        y: Height of the line.
    """
    edges = np.flatnonzero(np.diff(np.r_[False, there, False].astype(int)))
    starts, ends = edges[::2] + 0.5, edges[1::2] + 0.5
    x = np.column_stack([starts, ends, np.full(len(starts), np.nan)]).ravel()
    return x.tolist(), [y] * len(x)
