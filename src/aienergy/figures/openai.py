"""OpenAI's chart of training compute, and what today's table says of the same systems."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.labels import along, box_of, place_labels
from aienergy.figures.lines import (
    at_frontier,
    fitted,
    growth_line,
    points_of,
    told_vintages,
    vintage_of,
)
from aienergy.figures.marks import grid, heading, label_axis, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
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
from aienergy.units import conversion_factor

MODERN = 2012.0
REVISED = 1.25  # a change by less than this factor is no revision that a reader could see
LOOKS: dict[str, Look] = {
    "chart": marker(VERMILLION, "measured", size=4.2),
    "today": marker(BLUE, "outside", size=4.2),
    "today_before": marker(tint(BLUE, 0.45), "outside", size=4.2),
}
FIRST = (
    "alphago_zero", "alphazero", "alexnet", "dqn", "gnmt", "transformer_big", "seq2seq", "vgg16",
    "resnet_152", "deepspeech2", "word2vec", "nasv3_cifar_10", "openai_ti7_dota_1v1", "gans",
    "xception", "googlenet", "vae", "dropout_imagenet", "adam_optimizer", "visualizing_cnns",
)  # fmt: skip


def table(results: Results) -> pd.DataFrame:
    """Return the points of the chart, today's values, and the trend.

    Returns:
        Columns series (`chart`, `today`, `today_before`, `trend`), system, name, key, date, year,
        petaflop_s_day, low, high, n, doubling_month, doubling_low, doubling_high.
    """
    chart = _points(results, points_of(results, "openai_chart"), "chart")
    now = _points(results, points_of(results, "training_compute"), "today")
    same = now[now["system"].isin(chart["system"])]
    before = now[(now["year"] < MODERN) & ~now["system"].isin(chart["system"])]
    line = _trend(fitted(results, "openai_chart"), chart, results)
    parts = [chart, same, before.assign(series="today_before"), line]
    return pd.concat(parts, ignore_index=True)


def _points(results: Results, rows: pd.DataFrame, series: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series": series,
            "system": rows["subject"],
            "name": [results.name(key) for key in rows["subject"]],
            "key": rows["key"],
            "date": rows["date"],
            "year": fractional_year(rows["date"]),
            "petaflop_s_day": rows["value"] * conversion_factor("FLOP", "petaflop_s_day"),
            "vintage": [vintage_of(key, results) for key in rows["key"]],
        }
    )


def _trend(era: dict[str, Any], chart: pd.DataFrame, results: Results) -> pd.DataFrame:
    growth, doubling = results.number(era["growth_key"]), results.number(era["doubling_key"])
    inside = chart["date"].between(era["start"], era["end"])
    inside &= at_frontier(chart.assign(value=chart["petaflop_s_day"]), int(era["size"]))
    scale = np.log10(conversion_factor("FLOP", "petaflop_s_day"))
    pivot = float(chart.loc[inside, "year"].mean())
    years = (era["first_year"], era["last_year"])
    level = float(np.interp(pivot, years, (era["log10_at_first"], era["log10_at_last"]))) + scale
    line = pd.DataFrame(growth_line(*years, pivot, level, growth))
    return line.rename(columns={"value": "petaflop_s_day"}).assign(
        series="trend", system="", name="", key=doubling.key, date="", n=era["n"],
        doubling_month=doubling.value, doubling_low=doubling.low, doubling_high=doubling.high,
    )  # fmt: skip


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many points there are, and which one was revised furthest."""
    chart = frame[frame["series"] == "chart"]
    now = frame[frame["series"] == "today"]
    both = chart.merge(now, on="system", suffixes=("", "_today"))
    both = both.assign(change=both["petaflop_s_day_today"] / both["petaflop_s_day"])
    both = both.assign(distance=both["change"].map(lambda change: max(change, 1 / change)))
    furthest = records(both.sort_values("distance"))[-1]
    return {
        "n": f"{frame.loc[frame['series'] == 'trend', 'n'].iloc[0]:.0f}",
        "count": str(len(chart)),
        "today_count": str(len(now)),
        "vintages": told_vintages(now),
        "revised_count": str(int((both["distance"] > REVISED).sum())),
        "before_count": str(int((frame["series"] == "today_before").sum())),
        "furthest_name": str(furthest["name"]),
        "furthest_factor": significant(furthest["distance"], 2),
        "furthest_direction": "lower" if furthest["change"] < 1 else "higher",
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw the two eras above, and the modern one below."""
    sheet = Sheet(6.75)
    names = {"chart": "in the chart", "today": "today", "today_before": "today, not in the chart"}
    sheet.legend(0.1, [(LOOKS[series], text) for series, text in names.items()])
    whole = sheet.panel(0.62, 0.74, sheet.width - 1.12, 1.75)
    _panel(sheet, whole, frame, (1947.5, 2020), (-19.6, 5.4), 5)
    ticks(whole, "x", range(1950, 2021, 10))
    heading(whole, "Both eras", shift=44)
    modern = sheet.panel(0.62, 3.19, sheet.width - 1.12, 3.3)
    late = frame[frame["year"] >= MODERN]
    _panel(sheet, modern, late, (2011.7, 2019.35), (-6.3, 4.3), 2)
    ticks(modern, "x", range(2012, 2019))
    heading(modern, "The modern era", shift=44)
    _labels(modern, late)
    return sheet


def _panel(
    sheet: Sheet,
    axes: Axes,
    frame: pd.DataFrame,
    years: tuple[float, float],
    powers: tuple[float, float],
    step: int,
) -> None:
    axes.set_yscale("log")
    axes.set_xlim(*years)
    axes.set_ylim(10.0 ** powers[0], 10.0 ** powers[1])
    ticks(axes, "y", _powers(powers, step), _day_label)
    grid(axes, "y")
    label_axis(axes, "Petaflop/s-days")
    _flop_axis(axes, powers, step)
    rows = frame[frame["series"] == "trend"]
    ends = (rows["low"], rows["high"])
    axes.fill_between(rows["year"], *ends, color=VERMILLION, alpha=0.14, linewidth=0)
    axes.plot(rows["year"], rows["petaflop_s_day"], color=VERMILLION, linewidth=1.6, zorder=2)
    for join in _joins(frame):
        axes.plot(join[:, 0], join[:, 1], color=BLUE, linewidth=0.8, zorder=2)
    for series in ("today_before", "today", "chart"):
        part = frame[frame["series"] == series]
        tips = [
            f"{row['name']}, {row['date'][:4]}: {significant(row['petaflop_s_day'], 2)}"
            " petaflop/s-days"
            for row in records(part)
        ]
        sheet.dots(axes, tipped(part, tips), "year", "petaflop_s_day", LOOKS[series])


def _joins(frame: pd.DataFrame) -> list[Any]:
    """Return the line from the chart's value of each system to today's."""
    wide = frame.pivot_table(index=["system", "year"], columns="series", values="petaflop_s_day")
    both = wide[["chart", "today"]].dropna().reset_index()
    return [along([r["year"]] * 2, [r["chart"], r["today"]], 24) for r in records(both)]


def _labels(axes: Axes, frame: pd.DataFrame) -> None:
    trend = frame[frame["series"] == "trend"]
    first = trend.iloc[0]
    low, high = (significant(float(first[f"doubling_{end}"]), 2) for end in ("low", "high"))
    months = significant(float(first["doubling_month"]), 2)
    text = axes.text(
        0.03, 0.86, f"doubling every {months} months\n({low} to {high})", va="bottom",
        transform=axes.transAxes, color=VERMILLION, fontweight=600, fontsize=SMALL, linespacing=1.0,
    )  # fmt: skip
    points = frame[frame["series"] == "chart"].set_index("system")
    chosen = points.loc[[key for key in FIRST if key in points.index]]
    drawn = frame[frame["series"].isin(["chart", "today"])]
    places = ["year", "petaflop_s_day"]
    line = along(trend["year"], trend["petaflop_s_day"])
    obstacles = np.vstack([drawn[places].to_numpy(dtype=float), line, *_joins(frame)])
    at = chosen[places].to_numpy(dtype=float)
    place_labels(axes, at, list(chosen["name"]), obstacles, [box_of(text)])


def _day_label(value: float) -> str:
    """Write days plainly where that is short, else with an exponent."""
    power = round(np.log10(value))
    # the font has no raised minus
    return f"{value:,.{max(0, -power)}f}" if power >= -4 else f"1e−{-power}"  # noqa: RUF001


def _powers(ends: tuple[float, float], step: int) -> list[float]:
    """Return every so many powers of ten between two ends."""
    return [10.0**p for p in range(-40, 41) if ends[0] <= p <= ends[1] and p % step == 0]


def _flop_axis(axes: Axes, powers: tuple[float, float], step: int) -> None:
    """Tell the same scale in FLOP at the right."""
    shift = float(np.log10(conversion_factor("petaflop_s_day", "FLOP")))
    ends = (powers[0] + shift, powers[1] + shift)
    right = axes.twinx()
    right.set_yscale("log")
    right.set_ylim(10.0 ** ends[0], 10.0 ** ends[1])
    ticks(right, "y", _powers(ends, step), power_of_ten)
    right.grid(False)
    label_axis(right, "FLOP", (axes.get_window_extent().width + 5, 5))
    axes.set_zorder(right.get_zorder() + 1)
