"""What is known of notable systems, by year of publication."""

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.labels import pushed_apart
from aienergy.figures.marks import grid, label_axis, note, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREEN, VERMILLION, marker, shade
from aienergy.tables import records

SUBJECT = "notable_ai_systems"
ALL = "all"
PARTS = {
    "with_compute": ("training compute", BLUE, "o"),
    "with_hardware": ("hardware", GREEN, "s"),
    "with_power_and_time": ("power and time", VERMILLION, "^"),
}


def table(results: Results) -> pd.DataFrame:
    """Return shares of the notable systems of each year.

    Returns:
        Columns year, part, key, system_count, all_key, all_count, share.
    """
    rows = results.facts.select("system_count", SUBJECT)
    rows = rows[["year", "q_part", "id", "value"]]
    whole = rows[rows["q_part"] == ALL].set_index("year")
    ids, counts = dict(whole["id"]), dict(whole["value"])
    parts = rows[rows["q_part"].isin(list(PARTS))]
    frame = pd.DataFrame(
        {
            "year": parts["year"],
            "part": parts["q_part"],
            "key": parts["id"],
            "system_count": parts["value"],
            "all_key": [ids[year] for year in parts["year"]],
            "all_count": [counts[year] for year in parts["year"]],
        }
    )
    frame = frame.assign(share=frame["system_count"] / frame["all_count"])
    order = frame["part"].map(list(PARTS).index)
    frame = frame.assign(order=order).sort_values(["order", "year"], ignore_index=True)
    return frame.drop(columns="order")


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say the years, the number of systems, and the share with compute at its peak and last."""
    compute = frame[frame["part"] == "with_compute"].sort_values("year")
    peak, last = compute.sort_values("share").iloc[-1], compute.iloc[-1]
    told = {
        "first_year": f"{compute['year'].min():.0f}",
        "last_year": f"{last['year']:.0f}",
        "count": f"{compute['all_count'].sum():,.0f}",
        "peak_year": f"{peak['year']:.0f}",
        "peak_share": _percent(float(peak["share"])),
        "before_last_year": f"{compute.iloc[-2]['year']:.0f}",
    }
    for part in PARTS:
        rows = frame[frame["part"] == part].sort_values("year")
        told[f"{part}_last"] = _percent(float(rows["share"].iloc[-1]))
        told[f"{part}_before_last"] = _percent(float(rows["share"].iloc[-2]))
    return told


def _percent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one line for each thing known; the part to the last year, not over, is dashed."""
    sheet = Sheet(3.52)
    axes = sheet.panel(0.47, 0.34, sheet.width - 2.02, 2.5)
    years = sorted(set(frame["year"]))
    counts = dict(zip(frame["year"], frame["all_count"], strict=True))
    axes.set_xlim(years[0] - 0.4, years[-1] + 0.15)
    axes.set_ylim(0, 1)
    ticks(axes, "y", (0, 0.25, 0.5, 0.75, 1), _percent)
    ticks(axes, "x", years, lambda year: f"{year:.0f}\n{counts[round(year)]:.0f}")
    axes.set_xlabel("Year of publication, and how many notable systems it has", loc="left")
    grid(axes, "y")
    label_axis(axes, "Share of notable systems whose … is known")
    for part, (text, colour, shape) in PARTS.items():
        rows = frame[frame["part"] == part]
        x, y = list(rows["year"]), list(rows["share"])
        axes.plot(x[:-1], y[:-1], color=colour, linewidth=1.7)
        axes.plot(x[-2:], y[-2:], color=colour, linewidth=1.7, linestyle=(0, (2, 1.5)))
        tips = [f"{text}, {row['year']:.0f}: {row['system_count']:.0f} of {row['all_count']:.0f}"
                for row in records(rows)]  # fmt: skip
        look = marker(colour, "measured", shape, 4.6)
        sheet.dots(axes, tipped(rows, tips), "year", "share", look)
    last = records(frame.drop_duplicates("part", keep="last"))
    heights = pushed_apart([row["share"] for row in last], 0.058)
    for row, height in zip(last, heights, strict=True):
        text, colour, _ = PARTS[row["part"]]
        said = f"{text} {_percent(row['share'])}"
        note(axes, said, (row["year"], height), (9, 0), colour=shade(colour), bold=True)
    return sheet
