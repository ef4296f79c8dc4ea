"""Rules in force or adopted: since when the text stands, and from when its first duty applies."""

import re

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.lanes import place_rows
from aienergy.figures.marks import note, rows_axis
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREEN, INK, MUTED, Look, marker
from aienergy.growth.points import fractional_year
from aienergy.tables import records

PITCH, GAP, LEFT = 0.2, 0.28, 2.72  # inches
PLACES = {
    "European Union": "European Union",
    "Germany": "Member states",
    "France": "Member states",
    "Ireland": "Member states",
    "United Kingdom": "United Kingdom and China",
    "China": "United Kingdom and China",
}
ELSEWHERE = "United States"
GROUPS = (*dict.fromkeys(PLACES.values()), ELSEWHERE)
AS_OF = "setting.as_of_year"
_LONGEST = 46  # characters that fit beside the axes
_IN_BRACKETS = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)")
TEXT, DUTY = marker(BLUE, "measured", "o", 4.6), marker(GREEN, "measured", "D", 4.6)
LATER = marker(GREEN, "outside", "D", 4.6)


def table(results: Results) -> pd.DataFrame:
    """Return both days of each rule.

    Returns:
        Columns group, name, jurisdiction, event (`text`, in force or adopted; `duty`, the first one
        applies; `later`, it will), date, year (fractional), as_of_year, key (empty).
    """
    rows = results.table("ingest/instruments")
    rows = rows[rows["status"].isin(["in_force", "adopted"])].fillna("")
    groups = [PLACES.get(str(place), ELSEWHERE) for place in rows["jurisdiction"]]
    rows = rows.assign(group=groups, name=[short(str(name)) for name in rows["name"]], key="")
    rank = rows["group"].map(GROUPS.index)
    rows = rows.assign(rank=rank).sort_values(["rank", "status_date", "name"], kind="stable")
    as_of = results.number(AS_OF).value
    texts = rows.assign(event="text", date=rows["status_date"])
    duties = rows[rows["applies_from"] > rows["status_date"]]
    duties = duties.assign(event="duty", date=duties["applies_from"])
    frame = pd.concat([texts, duties], ignore_index=True)
    frame = frame.assign(year=fractional_year(frame["date"]), as_of_year=as_of)
    later = (frame["event"] == "duty") & (frame["year"] > as_of)
    frame["event"] = frame["event"].where(~later, "later")
    columns = ["group", "name", "jurisdiction", "event", "date", "year", "as_of_year", "key"]
    return frame[columns]


def short(name: str) -> str:
    """Return a name without what stands in brackets, cut at a comma where it is too long."""
    told = _IN_BRACKETS.sub("", name)
    while len(told) > _LONGEST and "," in told:
        told = told.rpartition(",")[0]
    return told


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Count the rules, and those whose first duty is still to come."""
    return {
        "rules": str(int((frame["event"] == "text").sum())),
        "later": str(int((frame["event"] == "later").sum())),
        "first_year": str(frame["date"].min())[:4],
        "last_year": str(frame["date"].max())[:4],
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one row a rule, a line from its text to its first duty."""
    texts = frame[frame["event"] == "text"]
    tall = PITCH * len(texts) + GAP * texts["group"].nunique()
    sheet = Sheet(tall + 1.0)
    axes = sheet.panel(LEFT, 0.7, sheet.width - LEFT - 0.25, tall)
    first, last = int(frame["year"].min()), int(frame["year"].max()) + 1
    years = list(range(first, last + 1))
    rows_axis(axes, (first - 0.1, last + 0.1), tall, years[::2], str, years, scale="linear")
    lanes = list(zip(texts["group"], texts["name"], strict=True))
    middles = place_rows(axes, lanes, PITCH, GAP, LEFT - 0.02)
    at = dict(zip(lanes, middles, strict=True))
    frame = frame.assign(y=[at[pair] for pair in zip(frame["group"], frame["name"], strict=True)])
    _marks(sheet, axes, frame)
    as_of = float(frame["as_of_year"].iloc[0])
    axes.axvline(as_of, color=INK, linewidth=0.8, linestyle=(0, (3, 2)), zorder=1)
    note(axes, "this edition", (as_of, 0), (0, 21), ha="center", va="bottom", colour=MUTED)
    sheet.legend(
        0.1,
        [(TEXT, "in force or adopted"), (DUTY, "first duty applies"), (LATER, "will apply")],
    )
    return sheet


def _marks(sheet: Sheet, axes: Axes, frame: pd.DataFrame) -> None:
    ends = frame.groupby("y")["year"].agg(["min", "max"])
    axes.hlines(ends.index, ends["min"], ends["max"], color=MUTED, linewidth=1.0, zorder=1.5)
    looks: dict[str, tuple[Look, str]] = {
        "text": (TEXT, "in force or adopted"),
        "duty": (DUTY, "first duty applies from"),
        "later": (LATER, "first duty will apply from"),
    }
    for event, (look, said) in looks.items():
        part = frame[frame["event"] == event]
        tips = [f"{row['name']}: {said} {row['date']}" for row in records(part)]
        sheet.dots(axes, tipped(part, tips), "year", "y", look)
