"""Systems whose compute nobody knows: whose they are, and what they could do to the growth."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.lines import HEADLINE, fitted
from aienergy.figures.marks import grid, heading, label_axis, note, row_label, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, INK, MUTED, PAPER, VERMILLION, marker, tint
from aienergy.prose import significant
from aienergy.tables import records

STEM = "trend.undisclosed"
ALL, OTHER = "all", "other"
PITCH, LEFT, TOP = 0.215, 1.12, 0.56  # inches
CURVE, BETWEEN = 1.85, 0.78
# Multiples of the line at which the growth is a number of the ledger.
MARKED = {"tenth": 0.1, "same": 1.0, "tenfold": 10.0}


def table(results: Results) -> pd.DataFrame:
    """Return the shares without compute, and the growth over the size of those systems.

    The growth puts in the undisclosed of the last years, or all of the window.

    Returns:
        Columns series (`share`, `curve`, `all`, `marked`, `tipping` or `printed`), provider (`all`
        for the sum), year, column (place of the year, from the first), systems, without, share,
        factor (size over the line of the disclosed frontier), growth, low, high, n and first_year
        (of what is printed), key.
    """
    fit = fitted(results, HEADLINE)
    growth = results.number(fit["growth_key"])
    rows: list[dict[str, Any]] = []
    for name, factor in MARKED.items():
        number = results.number(f"{STEM}.recent.growth_{name}")
        told = {"factor": factor, "growth": number.value, "key": number.key}
        rows.append({"series": "marked", **told})
    if f"{STEM}.recent.tipping_factor" in results.numbers:
        tipping = results.number(f"{STEM}.recent.tipping_factor")
        told = {"factor": tipping.value, "growth": growth.high, "key": tipping.key}
        rows.append({"series": "tipping", **told})
    rows.append(
        {"series": "printed", "growth": growth.value, "low": growth.low, "high": growth.high,
         "n": fit["n"], "first_year": float(str(fit["start"])[:4]), "key": growth.key}
    )  # fmt: skip
    curve = results.table("trends/undisclosed_curve").assign(key="")
    curve["series"] = curve["which"].map({"recent": "curve", "all": "all"})
    columns = ["series", "provider", "year", "column", "systems", "without", "share", "factor",
               "growth", "low", "high", "n", "first_year", "key"]  # fmt: skip
    parts: list[pd.DataFrame] = [_shares(results), curve, pd.DataFrame(rows)]
    return pd.concat(parts, ignore_index=True)[columns]


def _shares(results: Results) -> pd.DataFrame:
    """Return one row a provider and year that has systems; the sum first, then the largest."""
    counts = results.table("trends/disclosure")
    whole = counts.groupby("year", as_index=False)[["with_compute", "without_compute"]].sum()
    frame = pd.concat([whole.assign(provider=ALL), counts], ignore_index=True)
    frame["systems"] = frame["with_compute"] + frame["without_compute"]
    frame = frame[frame["systems"] > 0].rename(columns={"without_compute": "without"})
    total = frame.groupby("provider")["systems"].transform("sum")
    last = frame["provider"] == OTHER
    frame = frame.assign(total=total, last=last, sum=frame["provider"] == ALL)
    by = ["sum", "last", "total", "provider", "year"]
    frame = frame.sort_values(by, ascending=[False, True, False, True, True], ignore_index=True)
    keys = [
        f"{STEM}.share_{row['year']}" if row["provider"] == ALL else "" for row in records(frame)
    ]
    return frame.assign(
        series="share", share=frame["without"] / frame["systems"],
        column=frame["year"] - frame["year"].min() + 0.5, key=keys,
    ).drop(columns=["total", "last", "sum"])  # fmt: skip


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many systems there are, the shares of the last years, and where growth tips."""
    shares = frame[frame["series"] == "share"]
    whole = shares[shares["provider"] == ALL].set_index("year")
    years = sorted(whole.index)
    least = whole["share"].idxmin()
    curve = frame[frame["series"] == "curve"]
    printed = frame[frame["series"] == "printed"].iloc[0]
    below = curve.loc[curve["growth"] < printed["low"], "factor"]
    told = {
        "systems": f"{whole['systems'].sum():,.0f}",
        "first_year": f"{years[0]:.0f}",
        "last_year": f"{years[-1]:.0f}",
        "providers": str(shares["provider"].nunique() - 2),
        "least_year": f"{least:.0f}",
        "least_share": _percent(float(whole["share"].min())),
        "last_share": _percent(float(whole["share"].iloc[-1])),
        "lowest_growth": significant(float(curve["growth"].min()), 2),
        "highest_growth": significant(float(curve["growth"].max()), 2),
        "n": f"{printed['n']:.0f}",
        "without": f"{whole.loc[whole.index >= printed['first_year'], 'without'].sum():,.0f}",
    }
    if len(below):
        told["below_first"] = significant(float(below.min()), 1)
        told["below_last"] = significant(float(below.max()), 1)
    return told


def _percent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw a matrix of shares by provider and year, and below it the growth over the size."""
    shares = frame[frame["series"] == "share"]
    tall = PITCH * shares["provider"].nunique()
    sheet = Sheet(TOP + tall + BETWEEN + CURVE + 0.5)
    matrix = sheet.panel(LEFT, TOP, sheet.width - LEFT - 0.05, tall)
    _matrix(sheet, matrix, shares)
    axes = sheet.panel(0.4, TOP + tall + BETWEEN, sheet.width - 0.62, CURVE)
    _curve(sheet, axes, frame)
    return sheet


def _matrix(sheet: Sheet, axes: Axes, shares: pd.DataFrame) -> None:
    providers = list(dict.fromkeys(shares["provider"]))
    axes.set_xlim(0, float(shares["column"].max()) + 0.5)
    axes.set_ylim(PITCH * len(providers), 0)
    axes.set_axis_off()
    heading(axes, "Notable systems without a value of compute, %", lift=22.0, shift=LEFT * 72 - 2)
    tips = [
        f"{row['provider']}, {row['year']:.0f}: {row['without']:.0f} of {row['systems']:.0f}"
        for row in records(shares)
    ]
    drawn = tipped(shares, tips, y=PITCH * (shares["provider"].map(providers.index) + 0.5))
    for row in records(drawn):
        colour = tint(BLUE, 0.04 + 0.96 * row["share"])
        axes.barh(row["y"], 0.95, PITCH * 0.92, left=row["column"] - 0.475, color=colour)
        ink = PAPER if row["share"] > 0.55 else INK
        text = f"{row['share'] * 100:.0f}"
        note(axes, text, (row["column"], row["y"]), ha="center", colour=ink)
    square = {"marker": "s", "markersize": 11, "alpha": 0, "linestyle": "none"}
    sheet.dots(axes, drawn, "column", "y", square)
    totals = shares.groupby("provider")["systems"].sum()
    for at, provider in enumerate(providers):
        row_label(axes, f"{provider} ({totals[provider]:.0f})", PITCH * (at + 0.5))
    for column, year in shares[["column", "year"]].drop_duplicates().itertuples(index=False):
        if year % 2 == 0:
            note(axes, f"{year:.0f}", (column, 0), (0, 8), ha="center", colour=MUTED)


def _curve(sheet: Sheet, axes: Axes, frame: pd.DataFrame) -> None:
    curve = frame[frame["series"] == "curve"]
    printed = frame[frame["series"] == "printed"].iloc[0]
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(curve["factor"].min(), curve["factor"].max())
    ends = (min(curve["growth"].min(), printed["low"]), max(curve["growth"].max(), printed["high"]))
    axes.set_ylim(ends[0] * 0.9, ends[1] * 1.06)
    axes.minorticks_off()
    ticks(axes, "x", [10.0**power for power in range(-2, 3)], lambda value: f"{value:g}×")
    ticks(axes, "y", (3, 4, 5, 6, 8, 10), lambda value: f"{value:g}×")
    axes.set_xlabel("Size of every undisclosed system over the line of the disclosed", loc="left")
    grid(axes, "y")
    heading(axes, "Growth with the undisclosed put in", lift=20.0, shift=27)
    label_axis(axes, "Growth of compute at the frontier, a year")
    axes.axhspan(printed["low"], printed["high"], color=BLUE, alpha=0.16, linewidth=0, zorder=1)
    said = " to ".join(significant(float(printed[end]), 2) for end in ("low", "high"))
    # At the left, where both curves run below the label: there the undisclosed don't count.
    corner = (float(curve["factor"].min()), float(printed["high"]))
    note(axes, f"printed: {said}", corner, (4, -8), colour=BLUE, bold=True)
    axes.plot(curve["factor"], curve["growth"], color=INK, linewidth=1.6, zorder=2)
    whole = frame[frame["series"] == "all"]
    axes.plot(whole["factor"], whole["growth"], color=MUTED, linewidth=1.4, ls="--", zorder=2)
    end = (float(whole["factor"].max()), float(whole["growth"].iloc[-1]))
    note(axes, "all of the window", end, (-4, -9), ha="right", colour=MUTED)
    top = (float(curve["factor"].max()), float(curve["growth"].iloc[-1]))
    note(axes, "those of the last years", top, (-18, -2), ha="right", colour=INK)
    marked = frame[frame["series"] == "marked"]
    tips = [f"{row['factor']:g} times the line: {significant(row['growth'], 2)} times a year"
            for row in records(marked)]  # fmt: skip
    sheet.dots(axes, tipped(marked, tips), "factor", "growth", marker(INK, size=4.6))
    for row in records(frame[frame["series"] == "tipping"]):
        axes.axvline(row["factor"], color=VERMILLION, linewidth=1.0, zorder=1)
        text = f"above {significant(row['factor'], 2)} times\nthe line, growth\nleaves the interval"
        place = (row["factor"], ends[1])
        note(axes, text, place, (-5, 0), ha="right", va="top", colour=VERMILLION, bold=True)
        point = pd.DataFrame([row | {"tip": f"{significant(row['factor'], 2)} times the line"}])
        sheet.dots(axes, point, "factor", "growth", marker(VERMILLION, size=4.6))
