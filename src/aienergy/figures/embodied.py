"""Embodied emissions of one paid hour: a panel for each extent, service lives side by side."""

from typing import Any

import pandas as pd

from aienergy.additivity import STAGES, one_extent
from aienergy.figures.data import Results
from aienergy.figures.lanes import place_rows
from aienergy.figures.marks import heading, label_axis, rows_axis
from aienergy.figures.scales import log_ticks, tick_texts
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREEN, ORANGE, Look, marker
from aienergy.prose import authors_short, significant
from aienergy.tables import records

PITCH, GAP = 0.27, 0.3  # inches of a row, and above a heading
LEFT = 2.15  # inches of the names
STEP = 0.075  # inches between the marks of one row
HEAD = 0.76  # inches above the rows of a panel
COLOURS = (ORANGE, GREEN, BLUE)
PARTS = {
    "card": "Chip and board",
    "total": "With the share of the server",
    "server": "Whole server or its host",
}
ONE = {False: "one accelerator", True: "one server"}
# Names that are too long to stand beside a mark.
SHORT = {
    "EcoLogits contributors": "EcoLogits",
    "Cloud Carbon Footprint": "CCF",
    ", without its accelerators": "",
    "Host of AWS ": "Host of ",
    "NVIDIA ": "",
    "Google TPU": "TPU",
}
COVERED = ("chip", "board", "server", "rack", "building", "transport", "end_of_life")


def table(results: Results) -> pd.DataFrame:
    """Return the embodied emissions of one paid hour.

    Returns:
        Columns panel (extent, and whether servers), stages, part, name, life_year, key, value,
        low, high (g CO2e an hour), holds, lacks (what the total covers and what not).
    """
    rows = results.table("estimate/embodied")
    names = [_name(results, row) for row in records(rows)]
    holds, lacks = ([_parts(row, said) for row in records(rows)] for said in ("yes", "no"))
    panel = rows["stages"] + "|" + rows["part"].eq("server").astype(str)
    frame = rows.assign(name=names, holds=holds, lacks=lacks, panel=panel)
    frame = frame.assign(
        extent=frame["stages"].map(list(STAGES).index), kind=frame["part"].map(list(PARTS).index)
    )
    frame = frame.sort_values(["extent", "kind", "total_kgco2e", "name", "life_year"])
    columns = ["panel", "stages", "part", "name", "life_year", "key", "value", "low", "high",
               "holds", "lacks"]  # fmt: skip
    return frame[columns].reset_index(drop=True)


def _name(results: Results, row: dict[str, Any]) -> str:
    author, name = authors_short(results.sources[row["source"]]), results.name(row["subject"])
    for long, short in SHORT.items():
        author, name = author.replace(long, short), name.replace(long, short)
    return f"{name}, {author or 'NVIDIA'}"


def _parts(row: dict[str, Any], said: str) -> str:
    return ", ".join(part.replace("_", " ") for part in COVERED if row[part] == said)


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many totals there are, over which lives, and the extremes of cards."""
    lives = sorted(set(frame["life_year"]))
    cards = frame[frame["part"] == "card"]
    cards = cards[cards["stages"] == next(iter(STAGES))].sort_values("value")
    return {
        "totals": str(len(frame.drop_duplicates(["panel", "name"]))),
        "panels": str(frame["panel"].nunique()),
        "lives": ", ".join(str(life) for life in lives[:-1]) + f" and {lives[-1]}",
        "card_low": significant(float(cards["value"].iloc[0]), 2),
        "card_high": significant(float(cards["value"].iloc[-1]), 2),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one panel an extent; a panel with two would be refused."""
    parts = [part for _, part in frame.groupby("panel", sort=False)]
    talls = [_tall(part) for part in parts]
    sheet = Sheet(0.2 + sum(talls) + (HEAD + 0.3) * len(parts))
    lives = sorted(set(frame["life_year"]))
    looks = {life: marker(COLOURS[i], "stated", "o", 4.6) for i, life in enumerate(lives)}
    entries: list[tuple[Look, str]] = [(looks[life], f"{life} years") for life in lives]
    sheet.legend(0.1, entries, "g CO\u2082e for one paid hour; service life:")
    top = 0.2
    for part, tall in zip(parts, talls, strict=True):
        _panel(sheet, part, top + HEAD, tall, looks)
        top += tall + HEAD + 0.3
    return sheet


def _tall(part: pd.DataFrame) -> float:
    lanes = part.drop_duplicates(["part", "name"])
    return PITCH * len(lanes) + GAP * lanes["part"].nunique()


def _stages_text(frame: pd.DataFrame) -> str:
    """Say which parts and stages all totals of a panel hold, and which none does."""
    told = []
    for column, lead in (("holds", "in all of them"), ("lacks", "in none")):
        rows = [set(text.split(", ")) for text in frame[column]]
        common = [
            p.replace("_", " ") for p in COVERED if all(p.replace("_", " ") in r for r in rows)
        ]
        if common:
            told.append(f"{lead}: {', '.join(common)}")
    return "; ".join(told)


def _panel(
    sheet: Sheet, frame: pd.DataFrame, top: float, tall: float, looks: dict[int, Look]
) -> None:
    extent = one_extent(frame["stages"], "fig-embodied")
    servers = bool((frame["part"] == "server").any())
    axes = sheet.panel(LEFT, top, sheet.width - LEFT - 0.2, tall)
    limits = (float(frame["low"].min()) / 1.2, float(frame["high"].max()) * 1.2)
    ticks = log_ticks(*limits, most=5)
    rows_axis(axes, limits, tall, ticks, tick_texts(ticks))
    heading(axes, f"{STAGES[extent]}: {ONE[servers]}", lift=33, shift=LEFT * 72 - 2)
    label_axis(axes, _stages_text(frame), (-LEFT * 72 + 2, 19))
    lanes = frame.drop_duplicates(["part", "name"])
    building = " and building" if extent == "cradle_to_site" else ""
    heads = {part: text + building * (part == "total") for part, text in PARTS.items()}
    told = [(heads[part], name) for part, name in zip(lanes["part"], lanes["name"], strict=True)]
    middles = place_rows(axes, told, PITCH, GAP, LEFT - 0.02, rise=0.11)
    place = dict(zip(zip(lanes["part"], lanes["name"], strict=True), middles, strict=True))
    middle = (len(looks) - 1) / 2
    for i, (life, look) in enumerate(looks.items()):
        rows = frame[frame["life_year"] == life]
        lanes_of = zip(rows["part"], rows["name"], strict=True)
        rows = rows.assign(y=[place[lane] + (i - middle) * STEP for lane in lanes_of])
        colour = look["markeredgecolor"]
        axes.hlines(rows["y"], rows["low"], rows["high"], color=colour, linewidth=1.2, alpha=0.5)
        tips = [
            f"{row['name']}, {life} years: {significant(row['value'], 2)} g"
            f" ({significant(row['low'], 2)} to {significant(row['high'], 2)}); {row['holds']}"
            for row in records(rows)
        ]
        sheet.dots(axes, tipped(rows, tips), "value", "y", look)
