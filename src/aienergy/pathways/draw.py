"""Draw one scenario in the style of the report: its electricity by year."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aienergy.figures.marks import grid, heading, label_axis, ticks
from aienergy.figures.scales import year_ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, marker, use_style
from aienergy.prose import significant

_HEIGHT, _LEFT, _TOP = 3.3, 0.62, 0.62  # inches
_LETTERS = 60


def draw_scenario(told: Mapping[str, Any]) -> Sheet:
    """Draw the median and the range of the electricity of each year.

    Args:
        told: What `aienergy.pathways.say.described` returns.
    """
    use_style()
    rows = pd.DataFrame([{"year": row["year"], **row["energy_twh"]} for row in told["years"]])
    sheet = Sheet(_HEIGHT)
    axes = sheet.panel(_LEFT, _TOP, sheet.width - _LEFT - 0.2, _HEIGHT - _TOP - 0.35)
    heading(axes, str(told["title"])[:_LETTERS], shift=_LEFT * 72 - 4)
    label_axis(axes, "TWh a year; median, 5th to 95th percentile of the draws")
    axes.set_xlim(float(rows["year"].min()) - 0.3, float(rows["year"].max()) + 0.3)
    axes.set_ylim(0, float(rows["high"].max()) * 1.05)
    ticks(axes, "x", year_ticks(*axes.get_xlim()), str)
    grid(axes, "y")
    axes.fill_between(rows["year"], rows["low"], rows["high"], color=BLUE, alpha=0.16, linewidth=0)
    axes.plot(rows["year"], rows["middle"], color=BLUE, linewidth=1.7)
    tips = [
        f"{year}: {significant(value, 3)} TWh"
        for year, value in zip(rows["year"], rows["middle"], strict=True)
    ]
    look = marker(BLUE, "stated", size=4.2)
    sheet.dots(axes, tipped(rows.assign(key=""), tips), "year", "middle", look)
    return sheet
