"""All fits of growth at once: rate, interval, number of points and window, by family."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.growth_families import FAMILIES, place
from aienergy.figures.marks import row_heading, row_label, rows_axis
from aienergy.figures.scales import log_ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREEN, GREY, INK, MUTED, SMALL, Look, marker
from aienergy.prose import significant
from aienergy.tables import records
from aienergy.wording import in_sentence

HEADINGS = {
    "compute": "Training compute",
    "runs": "Training runs",
    "cost_energy": "Energy, emissions, cost",
    "hardware": "Accelerators",
    "clusters": "Clusters",
    "use": "Use and electricity",
    "others": "Others",
}
COMPUTE = ("training_compute", "openai_chart")
SHORT = {"openai_chart": "OpenAI's chart, frontier", "without_guesses": "Without guesses, frontier"}
_PITCH, _LEFT, _WIDE, _TOP = 0.172, 1.76, 1.62, 0.72  # inches
_COLUMNS = ((3.82, "right"), (4.22, "right"), (4.34, "left"))  # inches: rate, n, window


def table(results: Results) -> pd.DataFrame:
    """Return one row a fit, by family.

    Returns:
        Columns family, fit, name, key (empty without a trend), status, growth_per_year, low, high,
        n, measured, rule, start, end, level, last_year.
    """
    fits = results.table("trends/fits")
    panels = {
        fit: (family, panel.heading)
        for family, parts in FAMILIES.items()
        for panel in parts
        for fit in panel.fits
    }
    rows = [_row(fit, panels) for fit in records(fits)]
    order = {family: i for i, family in enumerate(HEADINGS)}
    frame = pd.DataFrame(rows)
    by_family = frame["family"].map(order)
    return frame.loc[by_family.sort_values(kind="stable").index].reset_index(drop=True)


def _row(fit: dict[str, Any], panels: dict[str, tuple[str, str]]) -> dict[str, Any]:
    others = "compute" if fit["quantity"] in COMPUTE else "others"
    family, name = panels.get(str(fit["fit"]), (others, _called(fit)))
    if str(fit["fit"]).startswith("grid"):
        name = f"Electricity, {place(fit)}"
    return {
        "family": family, "fit": fit["fit"], "name": name, "key": fit["growth_key"],
        "status": fit["status"], "growth_per_year": fit["value"], "low": fit["low"],
        "high": fit["high"],
        **{part: fit[part] for part in
           ("n", "measured", "rule", "start", "end", "level", "last_year")},
    }  # fmt: skip


def _called(fit: dict[str, Any]) -> str:
    """Return what stands beside a fit of compute: its subset and rule, `Language, frontier`."""
    if fit["fit"] in SHORT:
        return SHORT[str(fit["fit"])]
    text = str(fit["label"]).removeprefix("training compute").lstrip(", ") or "all systems"
    return text[0].upper() + text[1:]


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many fits there are, which grow fastest and slowest, and which tell nothing."""
    told = frame[frame["status"] != "too_few"].sort_values("growth_per_year")
    grows = told[told["status"] == "grows"]
    slowest, fastest = records(told)[0], records(grows)[-1]
    return {
        "count": str(len(frame)),
        "grows": str(len(grows)),
        "falls": str(int((frame["status"] == "falls").sum())),
        "untold": str(int(frame["status"].isin(["none", "too_few"]).sum())),
        "derived": str(int((told["measured"] < told["n"]).sum())),
        "fastest": _sentence(fastest),
        "slowest": _sentence(slowest),
    }


def _sentence(row: dict[str, Any]) -> str:
    name = f"{HEADINGS[row['family']]}: {row['name']}"
    rate, low, high = (significant(row[part], 3) for part in ("growth_per_year", "low", "high"))
    return f"{in_sentence(name)}, × {rate} ({low} to {high})"


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one row a fit, under the heading of its family."""
    families = [rows for _, rows in frame.groupby("family", sort=False)]
    places, down = {}, 0.0
    for rows in families:
        down += 1.35
        for fit in rows["fit"]:
            places[fit] = (down + 0.5) * _PITCH
            down += 1
    tall = (down + 0.3) * _PITCH
    sheet = Sheet(_TOP + tall + 0.3)
    sheet.legend(0.1, _legend())
    axes = sheet.panel(_LEFT, _TOP, _WIDE, tall)
    told = frame[frame["status"] != "too_few"]
    low, high = float(told["low"].min()) / 1.15, float(told["high"].max()) * 1.15
    rows_axis(axes, (low, high), tall, log_ticks(low, high, 7), lambda value: f"{value:g}")
    axes.axvline(1, color=INK, linewidth=0.9, zorder=1)
    _columns(axes)
    for rows in families:
        family, first = str(rows["family"].iloc[0]), places[rows["fit"].iloc[0]]
        row_heading(axes, HEADINGS[family], first - _PITCH, _LEFT - 0.04)
        for row in records(rows):
            _texts(axes, row, places[row["fit"]])
    _marks(sheet, axes, told, places)
    return sheet


def _legend() -> list[tuple[Look, str]]:
    return [
        (_look("grows", 1.0), "grows"), (_look("falls", 1.0), "falls"),
        (_look("none", 1.0), "not told from none"), (_look("grows", 0.5), "some points derived"),
        (_look("grows", 0.0), "all derived"),
    ]  # fmt: skip


def _look(status: str, measured_share: float) -> Look:
    colour = {"grows": BLUE, "falls": GREEN}.get(status, GREY)
    fill = "measured" if measured_share == 1 else "outside" if measured_share == 0 else "stated"
    return marker(colour, fill, size=4.2)


def _columns(axes: Axes) -> None:
    """Head the columns of text, and say what the scale is."""
    heads = ("rate", "n", "window")
    for (inch, side), text in zip(_COLUMNS, heads, strict=True):
        axes.annotate(
            text, (0, 1), ((inch - _LEFT) * 72, 6), xycoords="axes fraction", ha=side,
            textcoords="offset points", fontsize=SMALL, color=MUTED, va="bottom",
        )  # fmt: skip
    axes.annotate(
        "Growth, × a year", (0, 1), (0, 21), xycoords="axes fraction", color=MUTED, va="bottom",
        textcoords="offset points", fontsize=SMALL,
    )  # fmt: skip


def _texts(axes: Axes, row: dict[str, Any], y: float) -> None:
    """Write the name of a fit at the left, and its rate, n and window at the right."""
    row_label(axes, row["name"], y)
    told = row["status"] != "too_few"
    rate = significant(float(row["growth_per_year"]), 3) if told else "no trend"
    window = f"{row['start'][:4]}–{row['end'][:4]}"
    for (inch, side), text in zip(_COLUMNS, (rate, f"{row['n']:.0f}", window), strict=True):
        axes.annotate(
            text, (0, y), ((inch - _LEFT) * 72, 0), xycoords=("axes fraction", "data"), ha=side,
            textcoords="offset points", fontsize=SMALL, va="center", color=INK if told else MUTED,
        )  # fmt: skip


def _marks(sheet: Sheet, axes: Axes, told: pd.DataFrame, places: dict[str, float]) -> None:
    """Draw rates with their intervals."""
    tips = [
        f"{row['name']}: × {significant(row['growth_per_year'], 3)} a year" for row in records(told)
    ]
    told = tipped(told, tips, y=told["fit"].map(places))
    share = told["measured"] / told["n"]
    kind = share.where(share.isin([0.0, 1.0]), 0.5)
    for (status, measured), rows in told.groupby([told["status"], kind], sort=False):
        look = _look(str(status), float(str(measured)))
        axes.hlines(rows["y"], rows["low"], rows["high"], color=look["markeredgecolor"],
                    linewidth=1.3, zorder=2)  # fmt: skip
        sheet.dots(axes, rows, "growth_per_year", "y", look)
