"""The same fit on every edition of the table, and what the change between them consists of."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.marks import label_axis, note, row_heading, row_label, rows_axis
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREEN, INK, MUTED, ORANGE, VERMILLION, marker, shade, tint
from aienergy.prose import significant
from aienergy.tables import records

PITCH, HEADING, GAP = 0.16, 0.24, 0.1  # inches: a row, a heading, and what follows a window
LEFT, RIGHT, TOP = 1.68, 0.58, 0.44
LIMITS = (2.7, 38.0)  # times a year
EDITIONS = "epoch_compute_"
SYSTEMS = {
    "restarted": "ten largest, ranking restarted",
    "frontier": "ten largest at release",
    "all": "all notable systems",
}
# The steps of a change in their order: label, colour, and the step whose growth each starts from.
STEPS = {
    "removed": ("rows removed", ORANGE, "old"),
    "revised": ("values revised", VERMILLION, "removed"),
    "family": ("of these, ", tint(VERMILLION, 0.55), "removed"),
    "added": ("rows added", GREEN, "revised"),
}


def table(results: Results) -> pd.DataFrame:
    """Return the growth by edition, and the steps from the first full edition to the last.

    Returns:
        Columns series (`edition`, or a step: `removed`, `revised`, `family`, `added`), window,
        rule, start, end, name (of the edition, or of the family whose revision does most), n
        (systems fitted, or rows that a step concerns), growth, low, high, before (growth before
        a step), change_dex (of a step, orders of magnitude a year), point_source, key (none: these
        growths are no numbers of the ledger).
    """
    editions = results.table("trends/editions")
    known = results.table("ingest/series")
    known = known[known["key"].str.startswith(EDITIONS)]
    sources = dict(zip(known["vintage"], known["source"], strict=True))
    fits = editions.rename(columns={"edition": "name"}).assign(series="edition")
    fits["point_source"] = fits["name"].map(sources)
    windows = fits[["window", "rule", "start", "end"]].drop_duplicates("window")
    steps = _steps(results.table("trends/changes")).merge(windows, on="window")
    columns = ["series", "window", "rule", "start", "end", "name", "n", "growth", "low", "high",
               "before", "change_dex", "point_source", "key"]  # fmt: skip
    return pd.concat([fits, steps], ignore_index=True).assign(key="")[columns]


def _steps(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of each window with the growth before each, and the family that does most.

    The steps are those of the whole change; the family's revision is a part of `revised`.
    """
    growth = changes[changes["step"] != "family"].set_index(["window", "step"])["growth"]
    families = changes[changes["step"] == "family"]
    largest = families.groupby("window")["change_dex"].transform(lambda dex: dex.abs().max())
    chosen = families[families["change_dex"].abs() == largest].drop_duplicates("window")
    steps = changes[changes["step"].isin([step for step in STEPS if step != "family"])]
    steps = pd.concat([steps, chosen]).rename(columns={"step": "series", "rows": "n"})
    starts = zip(steps["window"], steps["series"], strict=True)
    before = [float(growth[window, STEPS[str(step)][2]]) for window, step in starts]
    order = steps["series"].map(list(STEPS).index)
    steps = steps.assign(before=before, order=order)
    return steps.sort_values(["window", "order"], kind="stable").drop(columns="order")


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say which editions there are, and how the first window moved and through which family."""
    fits = frame[frame["series"] == "edition"]
    whole = fits[fits["window"] == fits["window"].iloc[0]]
    steps = frame[frame["window"] == fits["window"].iloc[0]].set_index("series")
    removed, revised, family = (steps.loc[step] for step in ("removed", "revised", "family"))
    last = fits.drop_duplicates("window", keep="last").set_index("rule")
    first_full = fits[np.isclose(fits["growth"], float(removed["before"]), rtol=1e-5)].iloc[0]
    return {
        "count": str(fits["name"].nunique()),
        "first": str(whole["name"].iloc[0]),
        "first_full": str(first_full["name"]),
        "last": str(whole["name"].iloc[-1]),
        "window": _window(steps.iloc[0]),
        "growth_first": significant(float(whole["growth"].iloc[0]), 2),
        "growth_before": significant(float(removed["before"]), 3),
        "growth_last": significant(float(whole["growth"].iloc[-1]), 2),
        "family": str(family["name"]),
        "family_dex": _dex(float(family["change_dex"])),
        "revised_dex": _dex(float(revised["change_dex"])),
        "notable_low": significant(float(fits.loc[fits["rule"] == "all", "growth"].min()), 2),
        "notable_high": significant(float(fits.loc[fits["rule"] == "all", "growth"].max()), 2),
        "notable_n": f"{last['n']['all']:.0f}",
    }


def _dex(change: float) -> str:
    """Return a change in orders of magnitude with its sign."""
    return f"{change:+.3f}".replace("-", "\N{MINUS SIGN}")


def _window(row: pd.Series) -> str:
    return f"{row['start'][:4]} to {row['end'][:7].removesuffix('-12')}"


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw, for each window, one row an edition and below them the steps between two of them."""
    placed, headings, tall = _placed(frame)
    sheet = Sheet(TOP + tall + 0.28)
    axes = sheet.panel(LEFT, TOP, sheet.width - LEFT - RIGHT, tall)
    rows_axis(axes, LIMITS, tall, (3, 5, 8, 12, 20, 30), lambda value: f"{value:g}×")
    axes.tick_params(axis="x", labelbottom=True)
    label_axis(axes, "Growth of training compute a year, with its interval", (0, 19))
    for text, y in headings:
        row_heading(axes, text, y, LEFT - 0.02)
    _editions(sheet, axes, placed[placed["series"] == "edition"])
    _changes(axes, placed[placed["series"] != "edition"])
    return sheet


def _placed(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, float]], float]:
    """Return the rows with their height, headings with theirs, and the height of all, in inches."""
    parts, headings, top = [], [], 0.0
    for _, rows in frame.groupby("window", sort=False):
        first = rows.iloc[0]
        headings.append((f"{_window(first)}, {SYSTEMS[first['rule']]}", top + HEADING * 0.55))
        top += HEADING
        heights = top + PITCH * (np.arange(len(rows)) + 0.5)
        parts.append(rows.assign(y=heights))
        top += PITCH * len(rows) + GAP
    return pd.concat(parts), headings, top - GAP


def _editions(sheet: Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    tips = [
        f"edition of {row['name']}: {significant(row['growth'], 3)} times a year, "
        f"{significant(row['low'], 2)} to {significant(row['high'], 2)}"
        for row in records(rows)
    ]
    axes.hlines(rows["y"], rows["low"], rows["high"], color=BLUE, linewidth=1.3)
    sheet.dots(axes, tipped(rows, tips), "growth", "y", marker(BLUE, size=4.6))
    for row in records(rows):
        row_label(axes, row["name"], row["y"])
        _at_right(axes, f"n = {row['n']:.0f}", row["y"], INK)


def _changes(axes: Axes, rows: pd.DataFrame) -> None:
    for row in records(rows):
        label, colour, _ = STEPS[row["series"]]
        is_part = row["series"] == "family"
        tall = PITCH * (0.34 if is_part else 0.66)
        width = row["growth"] - row["before"]
        axes.barh(row["y"], width, tall, left=row["before"], color=colour, linewidth=0, zorder=2)
        axes.vlines(row["growth"], row["y"] - PITCH / 2, row["y"] + PITCH / 2, INK, linewidth=0.7)
        name = f"{label}{row['name']}" if is_part else label
        row_label(axes, f"{name} ({row['n']:.0f})", row["y"])
        _at_right(axes, _dex(row["change_dex"]), row["y"], MUTED if is_part else shade(colour))


def _at_right(axes: Axes, text: str, y: float, colour: str) -> None:
    note(axes, text, (LIMITS[1], y), (RIGHT * 72 - 2, 0), ha="right", colour=colour)
