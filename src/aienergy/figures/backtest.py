"""How forecasts of compute at the frontier would have fared, and whether one model is better."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.marks import grid, heading, label_axis, note, row_label, ticks
from aienergy.figures.models import MODELS
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import INK, marker, shade, tint
from aienergy.prose import significant
from aienergy.tables import records

KINDS = {"today": "today's table", "edition": "older editions"}
LEVELS = {"held80": 0.8, "held95": 0.95}
SHORT = {"recent_line": "five years", "long_line": "since 2010", "drift": "drift"}
PITCH, STEP = 0.42, 0.1  # inches: a row, and a model within it


def table(results: Results) -> pd.DataFrame:
    """Return scores by origin, shares of systems inside the intervals, and differences of models.

    Returns:
        Columns series (`origin`, `mean`, `held` or `difference`), kind (`today`: every half-year on
        today's table; `edition`: an edition as it was published), model, other (the model
        subtracted), origin (fractional year), scored (systems), crps (mean score, orders of
        magnitude), level, share, difference with low and high, key (empty for an origin).
    """
    scores = results.table("trends/backtest_scores")
    by = ["kind", "model", "origin"]
    origins = scores.groupby(by, sort=False)["crps"].agg(crps="mean", scored="size").reset_index()
    origins = origins.assign(series="origin", key="")
    rows = []
    for row in records(results.table("trends/backtest")):
        shared = {"kind": row["kind"], "model": row["model"], "scored": row["scored"]}
        stem = f"backtest.{row['kind']}.{row['model']}"
        mean = results.number(f"{stem}.crps")
        rows.append({"series": "mean", **shared, "crps": mean.value, "key": mean.key})
        for tail, level in LEVELS.items():
            held = results.number(f"{stem}.{tail}")
            told = {"level": level, "share": held.value, "key": held.key}
            rows.append({"series": "held", **shared, **told})
    for row in records(results.table("trends/backtest_pairs")):
        number = results.number(f"backtest.{row['first']}_less_{row['second']}")
        ends = {"difference": number.value, "low": number.low, "high": number.high}
        pair = {"kind": "today", "model": row["first"], "other": row["second"]}
        rows.append({"series": "difference", **pair, **ends, "key": number.key})
    columns = ["series", "kind", "model", "other", "origin", "scored", "crps", "level", "share",
               "difference", "low", "high", "key"]  # fmt: skip
    return pd.concat([origins, pd.DataFrame(rows)], ignore_index=True)[columns]


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many origins, editions and scores there are, and who scores best in each kind."""
    origins = frame[frame["series"] == "origin"]
    means = frame[frame["series"] == "mean"]
    counts = origins.groupby("kind")["origin"].nunique()
    scored = means.groupby("kind")["scored"].max()
    best = {
        str(kind): MODELS[str(rows.sort_values("crps")["model"].iloc[0])][0]
        for kind, rows in means.groupby("kind")
    }
    today = origins[origins["kind"] == "today"]
    told = {
        "origins": f"{counts['today']:.0f}",
        "first_origin": f"{today['origin'].min():.0f}",
        "last_origin": f"{today['origin'].max():.0f}",
        "scored": f"{scored['today']:,.0f}",
        "models": str(means["model"].nunique()),
        "lowest": significant(float(origins["crps"].min()), 2),
        "highest": significant(float(origins["crps"].max()), 2),
        "editions": f"{counts['edition']:.0f}",
        "edition_scored": f"{scored['edition']:,.0f}",
    }
    return told | {f"best_{kind}": name for kind, name in best.items()}


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw scores by origin above, and below them coverage and differences of the models."""
    sheet = Sheet(4.8)
    _origins(sheet, frame)
    _held(sheet, frame[frame["series"] == "held"])
    _differences(sheet, frame[frame["series"] == "difference"])
    return sheet


def _origins(sheet: Sheet, frame: pd.DataFrame) -> None:
    axes = sheet.panel(0.34, 0.44, sheet.width - 2.36, 1.75)
    origins = frame[frame["series"] == "origin"]
    axes.set_xlim(origins["origin"].min() - 0.4, origins["origin"].max() + 0.4)
    axes.set_ylim(0, float(origins["crps"].max()) * 1.08)
    ticks(axes, "x", range(2016, 2026, 2))
    ticks(axes, "y", np.arange(0, float(origins["crps"].max()), 0.2), lambda v: f"{v:.1f}")
    grid(axes, "y")
    heading(axes, "Score by the day of the forecast", shift=22)
    label_axis(axes, "Mean CRPS, orders of magnitude; smaller is better")
    for model, (name, colour) in MODELS.items():
        rows = origins[origins["model"] == model]
        tips = [
            f"{name}, {row['origin']:.1f}, {KINDS[row['kind']]}: {significant(row['crps'], 2)}"
            for row in records(rows)
        ]
        rows = tipped(rows, tips)
        today = rows[rows["kind"] == "today"]
        axes.plot(today["origin"], today["crps"], color=colour, linewidth=1.2, zorder=2)
        sheet.dots(axes, today, "origin", "crps", marker(colour, size=3.2))
        of_editions = rows[rows["kind"] == "edition"]
        sheet.dots(axes, of_editions, "origin", "crps", marker(colour, "outside", "D", 5.4))
    _names(axes, frame)


def _names(axes: Axes, frame: pd.DataFrame) -> None:
    """Name the models at the right of the scores, with their means on today's table."""
    means = frame[(frame["series"] == "mean") & (frame["kind"] == "today")].set_index("model")
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    for at, (model, (name, colour)) in enumerate(MODELS.items()):
        text = f"{name}\nmean {significant(float(means['crps'][model]), 3)}"
        place = (right, top * (0.9 - 0.24 * at))
        note(axes, text, place, (10, 0), colour=shade(colour), bold=True)
    note(axes, "diamonds: older editions", (right, top * 0.12), (10, 0))


def _held(sheet: Sheet, held: pd.DataFrame) -> None:
    """Draw, for each level and kind of data, the share of systems inside the intervals."""
    pairs = [(kind, level) for kind in KINDS for level in LEVELS.values()]
    tall = PITCH * len(pairs)
    axes = sheet.panel(1.12, 2.84, 1.62, tall)
    _rows(axes, tall, "Systems inside the intervals", 78)
    axes.set_xlim(min(0.7, float(held["share"].min()) - 0.03), 1.005)
    ticks(axes, "x", (0.7, 0.8, 0.9, 1), lambda share: f"{share * 100:.0f} %")
    for at, (kind, level) in enumerate(pairs):
        y = PITCH * (at + 0.5)
        row_label(axes, f"{level * 100:.0f} %,\n{KINDS[kind]}", y, 8)
        axes.vlines(level, y - PITCH * 0.45, y + PITCH * 0.45, color=INK, linewidth=1.0)
        rows = held[(held["kind"] == kind) & (held["level"] == level)]
        for i, row in enumerate(records(rows)):
            name, colour = MODELS[row["model"]]
            tip = f"{name}, {KINDS[kind]}: {significant(row['share'] * 100, 2)} % inside"
            look = marker(colour, "measured" if kind == "today" else "outside")
            point = pd.DataFrame([row | {"y": y + STEP * (i - 1), "tip": tip}])
            sheet.dots(axes, point, "share", "y", look)


def _differences(sheet: Sheet, pairs: pd.DataFrame) -> None:
    tall = PITCH * len(pairs)
    axes = sheet.panel(3.72, 2.84, sheet.width - 3.86, tall)
    _rows(axes, tall, "Score, first less second", 62)
    reach = 1.1 * float(pairs[["low", "high"]].abs().max().max())
    axes.set_xlim(-reach, reach)
    ticks(axes, "x", (-0.05, 0, 0.05), lambda value: f"{value:g}".replace("-", "\N{MINUS SIGN}"))
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)
    for at, row in enumerate(records(pairs)):
        y = PITCH * (at + 0.5)
        colour = MODELS[row["model"]][1]
        row_label(axes, f"{SHORT[row['model']]},\n{SHORT[row['other']]}", y, 6)
        axes.hlines(y, row["low"], row["high"], color=tint(colour, 0.7), linewidth=1.6)
        tip = f"{MODELS[row['model']][0]} less {MODELS[row['other']][0]}"
        point = pd.DataFrame([row | {"y": y, "tip": tip}])
        sheet.dots(axes, point, "difference", "y", marker(colour))


def _rows(axes: Axes, tall: float, title: str, shift: float) -> None:
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    grid(axes, "x")
    heading(axes, title, lift=6.0, shift=shift)
