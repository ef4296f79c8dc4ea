"""Draw a trend in the style of the report: points, line and what the interval allows."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.lines import growth_line
from aienergy.figures.marks import grid, label_axis, ticks
from aienergy.figures.scales import log_ticks, tick_texts, year_ticks
from aienergy.figures.sheet import Sheet
from aienergy.figures.style import (
    BLUE,
    INK,
    SKY,
    SMALL,
    Look,
    marker,
    tint,
    use_style,
)
from aienergy.fit.say import growth_text, pace_text, rule_text, window_text
from aienergy.fit.series import Series
from aienergy.fit.trend import Asked, Trend
from aienergy.growth.points import Points
from aienergy.intervals import Interval
from aienergy.prose import significant

PALE = tint(SKY, 0.8)
_HEIGHT, _LEFT, _TOP = 4.1, 0.62, 0.94  # inches
_LETTERS = 78  # that fit across the sheet


def draw_trend(series: Series, asked: Asked, trend: Trend) -> Sheet:
    """Draw the points of a trend, those that it leaves out, the line and its band.

    Args:
        series: What was fitted.
        asked: How.
        trend: What came out.
    """
    use_style()
    sheet = Sheet(_HEIGHT)
    axes = sheet.panel(_LEFT, _TOP, sheet.width - _LEFT - 0.2, _HEIGHT - _TOP - 0.32)
    axes.set_yscale("log")
    others = trend.others.where(asked.rule().window(trend.others))
    _limits(axes, trend.points, others)
    unit = f", {series.unit}" if series.unit else ""
    label_axis(axes, _cut(f"{series.label}{unit}"))
    _line(axes, trend)
    _tell(axes, asked, trend)
    hollow = np.isin(trend.points.name.astype(str), sorted(series.derived))
    layers: list[tuple[str, Points, Look]] = [
        ("left out by the rule", others, _filled(PALE)),
        ("in the trend", trend.points.where(~hollow), _filled(INK)),
        ("in the trend, derived", trend.points.where(hollow), marker(INK, "outside", size=3.6)),
    ]
    layers = [layer for layer in layers if len(layer[1])]
    sheet.legend(0.5, [(look, f"{text} ({len(points)})") for text, points, look in layers])
    for _, points, look in layers:
        sheet.dots(axes, _rows(points), "year", "value", look)
    return sheet


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"


def _filled(colour: str) -> Look:
    return {**marker(colour, size=4.0), "markeredgecolor": "white", "markeredgewidth": 0.35}


def _rows(points: Points) -> pd.DataFrame:
    """Return points as rows that a sheet draws."""
    value = 10**points.log10
    tips = [
        f"{name}: {significant(float(v), 3)}" for name, v in zip(points.name, value, strict=True)
    ]
    return pd.DataFrame({"year": points.year, "value": value, "key": "", "tip": tips})


def _limits(axes: Axes, *drawn: Points) -> None:
    """Leave room around all points, and put the ticks."""
    year = np.concatenate([points.year for points in drawn])
    log10 = np.concatenate([points.log10 for points in drawn])
    side, edge = 0.03 * np.ptp(year) + 0.02, 0.06 * np.ptp(log10) + 0.05
    axes.set_xlim(year.min() - side, year.max() + side)
    low, high = float(10 ** (log10.min() - edge)), float(10 ** (log10.max() + edge))
    axes.set_ylim(low, high)
    places = log_ticks(low, high, 8)
    ticks(axes, "y", places, tick_texts(places))
    ticks(axes, "x", year_ticks(*axes.get_xlim()), str)
    grid(axes, "y")


def _line(axes: Axes, trend: Trend) -> None:
    """Draw the line with its band, as far as the axes go."""
    line, (first, last) = trend.line, (trend.points.year[0], trend.points.year[-1])
    growth = Interval(*trend.growth_per_year)
    rows = pd.DataFrame(growth_line(first, last, line.pivot, line.level, growth))
    floor, roof = axes.get_ylim()
    band = (rows["low"].clip(floor, roof), rows["high"].clip(floor, roof))
    axes.fill_between(rows["year"], *band, color=BLUE, alpha=0.16, linewidth=0, zorder=1)
    axes.plot(rows["year"], rows["value"], color=BLUE, linewidth=1.7, zorder=4)


def _tell(axes: Axes, asked: Asked, trend: Trend) -> None:
    """Say above the drawing what the line tells, and how it was fitted."""
    told = (
        f"× {growth_text(trend)} a year, {pace_text(trend)}",
        f"n = {len(trend.points)}, {rule_text(asked)}, {window_text(asked)}; {asked.method},"
        f" {100 * asked.level:g} %",
    )
    for text, down, weight in zip(told, (0.12, 0.31), (600, 400), strict=True):
        axes.annotate(
            text, (0, 1), (4 - _LEFT * 72, (_TOP - down) * 72), xycoords="axes fraction",
            va="center", textcoords="offset points", fontsize=SMALL, fontweight=weight,
        )  # fmt: skip
