"""Growth by family: each quantity in a panel of its own, with points, line and what it tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.labels import pushed_apart
from aienergy.figures.lines import growth_line, told_vintages, vintage_of
from aienergy.figures.marks import grid, note, ticks
from aienergy.figures.scales import log_ticks, tick_texts, year_ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    SIZE,
    SKY,
    SMALL,
    VERMILLION,
    Look,
    marker,
    shade,
    tint,
)
from aienergy.growth.points import fractional_year
from aienergy.prose import significant
from aienergy.tables import records
from aienergy.wording import in_sentence

COLOURS = (INK, BLUE, VERMILLION, GREEN, PURPLE, ORANGE)
PALE = tint(SKY, 0.75)
# Inches: a panel with its texts above and its years below, and what lies between two.
_ABOVE, _TALL, _BELOW, _LEFT, _RIGHT, _GAP = 0.66, 1.25, 0.36, 0.46, 0.14, 0.06
_WIDE_TALL, _TEXTS, _LINE = 2.0, 1.9, 0.18  # of a panel with several lines, and of a note below


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: what it shows, in which unit, and by which fits of the settings."""

    heading: str
    unit: str
    fits: tuple[str, ...]


FAMILIES: dict[str, tuple[Panel, ...]] = {
    "runs": (
        Panel("Parameters", "", ("parameters",)),
        Panel("Training tokens", "", ("training_tokens",)),
        Panel("Training time", "hours", ("training_time",)),
        Panel("Accelerators of a run", "", ("accelerator_count",)),
        Panel("Power of a run, modelled", "W", ("training_power",)),
    ),
    "cost_energy": (
        Panel("Training energy, our estimate", "kWh", ("training_energy",)),
        Panel("Training energy, reported", "kWh", ("reported_energy",)),
        Panel("Training emissions, reported", "kg CO₂e", ("reported_emissions",)),
        Panel("Hardware cost, our estimate", "US$", ("training_cost",)),
        Panel("Cost, as published", "US$", ("published_cost",)),
    ),
    "hardware": (
        Panel("Sixteen-bit rate", "FLOP/s", ("chip_rate",)),
        Panel("Sixteen-bit efficiency", "FLOP/J", ("chip_efficiency",)),
        Panel("32-bit efficiency", "FLOP/J", ("efficiency_fp32",)),
        Panel("8-bit float efficiency", "FLOP/J", ("efficiency_fp8",)),
        Panel("8-bit integer efficiency", "OP/J", ("efficiency_int8",)),
        Panel("Memory bandwidth", "byte/s", ("chip_bandwidth",)),
        Panel("Rated power", "W", ("chip_power",)),
        Panel("Sixteen-bit rate per price", "FLOP/s/US$", ("chip_rate_per_price",)),
    ),
    "clusters": (
        Panel("Sixteen-bit rate of a cluster", "FLOP/s", ("cluster_performance",)),
        Panel("Power of a cluster", "W", ("cluster_power",)),
        Panel("Hardware cost of a cluster", "US$", ("cluster_cost",)),
    ),
    "use": (
        Panel("Price of a million tokens", "US$", ("token_price",)),
        Panel("Compute to reach AlexNet", "FLOP", ("image_algorithms",)),
        Panel("Board energy of an answer", "Wh", ("inference_energy",)),
        Panel(
            "Intensity of electricity", "g CO₂e/kWh",
            ("grid_world", "grid_india", "grid_china", "grid_united_states", "grid_germany",
             "grid_ireland"),
        ),
    ),
}  # fmt: skip


def table_of(family: str) -> Callable[[Results], pd.DataFrame]:
    """Return what makes the table of a family, see `FAMILIES`."""

    def table(results: Results) -> pd.DataFrame:
        """Return points and lines of all panels of the family.

        Returns:
            Columns series (`point`, `trend`, `no_trend`), panel, unit, fit, subset, name, key,
            point_source, vintage (of the table a point is from), date, year, value, low, high (of
            a trend: what the interval of the slope allows), derived, chosen, status, n, measured,
            rule, start, end, level, growth_per_year, growth_low, growth_high. A trend has rows for
            its ends and for the mean of its years; where there is none, one row says so.
        """
        fits = results.table("trends/fits").set_index("fit")
        parts = []
        for panel in FAMILIES[family]:
            for key in panel.fits:
                told = {str(name): value for name, value in fits.loc[key].items()}
                points = _points(key, results)
                rows = pd.concat([points, _trend(told, points, results)], ignore_index=True)
                parts.append(rows.assign(panel=panel.heading, unit=panel.unit, fit=key))
        return pd.concat(parts, ignore_index=True)

    return table


def _points(fit: str, results: Results) -> pd.DataFrame:
    fitted = results.table("trends/fitted")
    rows = fitted[fitted["fit"] == fit]
    published = results.table("ingest/series").set_index("key")["vintage"]
    keys = list(zip(rows["key"], rows["series"], strict=True))
    return pd.DataFrame(
        {
            "series": "point", "name": rows["name"], "key": rows["key"],
            "point_source": rows["source"],
            "vintage": [str(published[s]) if s else vintage_of(k, results) for k, s in keys],
            "date": rows["date"], "year": fractional_year(rows["date"]), "value": rows["value"],
            "derived": rows["derived"].astype(bool), "chosen": rows["chosen"].astype(bool),
        }
    )  # fmt: skip


def _trend(fit: dict[str, Any], points: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Return the line at its ends and where it pivots, or a row that says that there is none."""
    told = {name: fit[name] for name in
            ("status", "n", "measured", "rule", "subset", "start", "end", "level")}  # fmt: skip
    if fit["status"] == "too_few":
        return pd.DataFrame([{"series": "no_trend", "key": "", "name": "", **told}])
    growth = results.number(fit["growth_key"])
    ends = (fit["first_year"], fit["last_year"])
    pivot = float(points.loc[points["chosen"], "year"].mean())
    level = float(np.interp(pivot, ends, (fit["log10_at_first"], fit["log10_at_last"])))
    line = pd.DataFrame(growth_line(*ends, pivot, level, growth))
    return line.assign(
        series="trend", key=growth.key, name="", growth_per_year=growth.value,
        growth_low=growth.low, growth_high=growth.high, **told,
    )  # fmt: skip


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how each quantity of the family grows, of which edition the points are, and how many."""
    lines = _lines(frame)
    points = frame[frame["series"] == "point"]
    derived = [str(row["panel"]) for row in lines if row["measured"] < row["n"]]
    return {
        "growth": "; ".join(f"{_called(row)}: {growth_text(row)}" for row in lines),
        "vintages": told_vintages(points),
        "point_count": f"{int(points['chosen'].sum()):,}",
        "derived": ", ".join(map(in_sentence, dict.fromkeys(derived))),
        "untold_count": str(sum(row["status"] in ("none", "too_few") for row in lines)),
    }


def _lines(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what is told of each fit, once."""
    return records(frame[frame["series"] != "point"].drop_duplicates("fit"))


def _called(row: dict[str, Any]) -> str:
    name = f"{row['panel']}, {place(row)}" if str(row["fit"]).startswith("grid") else row["panel"]
    return str(name)


def place(row: dict[str, Any]) -> str:
    """Return the place that a subset names: `united_states` is `United States`."""
    return str(row["subset"]).replace("_", " ").title()


def growth_text(row: dict[str, Any]) -> str:
    """Return `× 2.22 a year (2.08 to 2.39)`, or that there is no trend."""
    if row["status"] == "too_few":
        return f"no trend: n = {row['n']:.0f}"
    middle, low, high = (
        significant(float(row[f"growth_{part}"]), 3) for part in ("per_year", "low", "high")
    )
    if row["status"] == "none":
        return f"not told from none (× {low} to {high})"
    return f"× {middle} a year ({low} to {high})"


def made_of(row: dict[str, Any]) -> str:
    """Return `n = 36, 27 derived, frontier, 2019–2025`."""
    n, derived = int(row["n"]), int(row["n"] - row["measured"])
    parts = [f"n = {n}"] if row["status"] != "too_few" else []
    if derived:
        parts.append("all derived" if derived == n else f"{derived} derived")
    parts.append("frontier" if "frontier" in row["rule"] else str(row["subset"] or "all points"))
    return ", ".join([*parts, f"{row['start'][:4]}–{row['end'][:4]}"])


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw two panels a row; a panel of several lines takes a row of its own.

    A quantity without any point has no panel: a line below says that there is no trend.
    """
    panels = [rows for _, rows in frame.groupby("panel", sort=False)]
    empty = [rows for rows in panels if not (rows["series"] == "point").any()]
    panels = [rows for rows in panels if (rows["series"] == "point").any()]
    legend = _legend(frame)
    places, bottom = _places([_is_wide(rows) for rows in panels], 0.28 if legend else 0.0)
    sheet = Sheet(bottom + _LINE * len(empty))
    sheet.legend(0.1, legend)
    half = (sheet.width - _GAP) / 2
    for rows, (column, above) in zip(panels, places, strict=True):
        is_wide = _is_wide(rows)
        across = sheet.width - _TEXTS - _LEFT if is_wide else half - _LEFT - _RIGHT
        axes = sheet.panel(
            column * (half + _GAP) + _LEFT, above + _ABOVE, across,
            _WIDE_TALL if is_wide else _TALL,
        )  # fmt: skip
        _limits(axes, rows)
        (_several if is_wide else _one)(sheet, axes, rows)
    for i, rows in enumerate(empty):
        told = _lines(rows)[0]
        text = f"{told['panel']}: {growth_text(told)} ({made_of(told)})"
        at = (0.02 / sheet.width, (_LINE * (len(empty) - i) - 0.06) / sheet.height)
        sheet.figure.text(*at, text, fontsize=SMALL, color=MUTED, va="center")
    return sheet


def _is_wide(rows: pd.DataFrame) -> bool:
    return bool(rows["fit"].nunique() > 1)


def _places(wide: Sequence[bool], top: float) -> tuple[list[tuple[int, float]], float]:
    """Return column and upper edge of each panel, and the lower edge of all, in inches."""
    places, column = [], 0
    for is_wide in wide:
        if is_wide and column:
            column, top = 0, top + _ABOVE + _TALL + _BELOW
        places.append((column, top))
        if is_wide or column:
            top += _ABOVE + (_WIDE_TALL if is_wide else _TALL) + _BELOW
        column = 0 if is_wide else 1 - column
    return places, top + (_ABOVE + _TALL + _BELOW if column else 0.0)


def _legend(frame: pd.DataFrame) -> list[tuple[Look, str]]:
    """Return the keys of points that need one: derived, and left out by a rule."""
    points = frame[frame["series"] == "point"]
    keys = []
    if (points["derived"].astype(bool) & points["chosen"].astype(bool)).any():
        keys += [(_look(INK), "in the trend"), (_hollow(INK), "in the trend, derived")]
    if not points["chosen"].astype(bool).all():
        first = [] if keys else [(_look(INK), "in the trend")]
        keys += [*first, (_look(PALE), "left out by the rule")]
    return keys


def _look(colour: str) -> Look:
    return {**marker(colour, size=3.2), "markeredgecolor": "white", "markeredgewidth": 0.3}


def _hollow(colour: str) -> Look:
    return {**marker(colour, "outside", size=3.0), "markeredgewidth": 0.8}


def _limits(axes: Axes, rows: pd.DataFrame) -> None:
    """Leave room around the points of a panel, and put the ticks."""
    points = rows[rows["series"] == "point"]
    log10, year = np.log10(points["value"]), points["year"]
    pad, side = 0.07 * np.ptp(log10) + 0.04, 0.03 * np.ptp(year) + 0.1
    low, high = float(10 ** (log10.min() - pad)), float(10 ** (log10.max() + pad))
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.set_xlim(float(year.min()) - side, float(year.max()) + side)
    at = log_ticks(low, high, 5)
    decades = [place for place in at if place == 10.0 ** round(np.log10(place))]
    if high >= 1e5 and len(decades) > 1:  # `3 × 10¹¹` takes too much room
        at = decades
    ticks(axes, "y", at, tick_texts(at))
    ticks(axes, "x", year_ticks(*axes.get_xlim(), 5), str)
    grid(axes, "y")


def _one(sheet: Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    """Draw a panel of one quantity."""
    told = _lines(rows)[0]
    falls_short = told["status"] in ("none", "too_few")
    _headed(axes, rows, growth_text(told), made_of(told), MUTED if falls_short else shade(BLUE))
    _band(axes, rows, BLUE)
    _dots(sheet, axes, rows, INK)


def _several(sheet: Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    """Draw a panel of several places, each line told at its end."""
    parts = [part for _, part in rows.groupby("fit", sort=False)]
    told = [_lines(part)[0] for part in parts]
    window = f"all years, {told[0]['start'][:4]}–{told[0]['end'][:4]}"
    _headed(axes, rows, window, "growth a year, interval and n beside each", MUTED)
    ends = []
    for part, colour in zip(parts, COLOURS, strict=True):
        _band(axes, part, colour)
        _dots(sheet, axes, part, colour)
        points = part[part["series"] == "point"].sort_values("year")
        ends.append(float(points["value"].iloc[-1]))
    floor, roof = np.log10(axes.get_ylim())
    point = (roof - floor) / (_WIDE_TALL * 72)  # in decades
    spread = np.array(pushed_apart(list(np.log10(ends)), 23 * point))
    spread -= max(0.0, float(spread.max()) - roof)
    right = axes.get_xlim()[1]
    for row, colour, at in zip(told, COLOURS, spread, strict=True):
        n = "" if row["status"] == "too_few" else f" (n = {row['n']:.0f})"
        text = f"{place(row)}{n}\n{growth_text(row).replace(' a year', '')}"
        note(axes, text, (right, 10**at), (6, 0), colour=shade(colour))


def _headed(axes: Axes, rows: pd.DataFrame, second: str, third: str, colour: str) -> None:
    """Write three lines above a panel, from the edge of its tick labels."""
    first = records(rows)[0]
    unit = f", {first['unit']}" if first["unit"] else ""
    lines = ((f"{first['panel']}{unit}", INK, 600, SIZE), (second, colour, 600, SMALL),
             (third, MUTED, 400, SMALL))  # fmt: skip
    for (text, ink, weight, size), up in zip(lines, (35, 22, 10), strict=True):
        axes.annotate(
            text, (0, 1), (2 - _LEFT * 72, up), xycoords="axes fraction", va="baseline",
            textcoords="offset points", color=ink, fontweight=weight, fontsize=size,
        )  # fmt: skip


def _band(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    line = rows[rows["series"] == "trend"]
    if line.empty:
        return
    floor, roof = axes.get_ylim()
    band = (line["low"].clip(floor, roof), line["high"].clip(floor, roof))
    axes.fill_between(line["year"], *band, color=colour, alpha=0.18, linewidth=0, zorder=1)
    style: Sequence[float] | str = "-" if line["status"].iloc[0] != "none" else (0, (4, 2))  # type: ignore[assignment]
    axes.plot(line["year"], line["value"], color=colour, linewidth=1.4, linestyle=style, zorder=4)


def _dots(sheet: Sheet, axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    points = rows[rows["series"] == "point"]
    tips = [f"{row['name']}, {row['date'][:7]}: {significant(float(row['value']), 3)} {row['unit']}"
            for row in records(points)]  # fmt: skip
    points = tipped(points, [tip.strip() for tip in tips])
    chosen, derived = points["chosen"].astype(bool), points["derived"].astype(bool)
    sheet.dots(axes, points[~chosen], "year", "value", _look(PALE))
    sheet.dots(axes, points[chosen & derived], "year", "value", _hollow(colour))
    sheet.dots(axes, points[chosen & ~derived], "year", "value", _look(colour))
