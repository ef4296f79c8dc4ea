"""Uses until use has taken as much energy as training, each pair on one boundary."""

from typing import Any

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.lanes import row_heights
from aienergy.figures.marks import note, row_heading, row_label, rows_axis
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    HAIRLINE,
    INK,
    MUTED,
    VERMILLION,
    bar_end,
    brief,
    marker,
)
from aienergy.tables import records

COUNTS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1.0, ""))
GROUPS = {"use": "Queries, requests, responses", "output_token": "Tokens written"}
# What tells two uses of one model apart.
TASKS = {
    "zero_shot_mean_of_public_tests": "boards read",
    "sharegpt_one_per_second": "one at a time",
    "sharegpt_saturated": "many at once",
    "api_deployment": "as deployed",
}
BOUNDARIES = {"facility": "o", "node": "s", "board": "^"}
LEGEND = (
    (marker(BLUE, "stated", "^"), "on the boundary of the boards"),
    (marker(BLUE, "stated", "s"), "of the server"),
    (marker(BLUE, "stated", "o"), "of the facility"),
    (marker(VERMILLION, "stated", "s"), "with experiments"),
    (bar_end(INK, 8.0), "as printed, boundaries mixed"),
)
STEP = 0.19  # inches between rows
START, END = 3e7, 6e15


def table(results: Results) -> pd.DataFrame:
    """Return the admitted pairs, and beside them the counts that their sources print.

    Returns:
        Columns group, label, series (`final_run`, `with_experiments`, `printed`), system, per,
        key, queries, low, high, boundary; groups in order, rows of a group by size.
    """
    pairs = results.table("estimate/break_even")
    pairs = pairs[pairs["verdict"] == "admitted"]
    rows: list[dict[str, Any]] = []
    for pair in records(pairs):
        label = _label(results, pair)
        common = {
            "group": "output_token" if pair["per"] == "output_token" else "use",
            "label": label,
            "system": pair["system"],
            "per": pair["per"],
        }
        counted = {name: pair[name] for name in ("key", "low", "high", "boundary")}
        rows.append({**common, **counted, "series": pair["scope"], "queries": pair["value"]})
        if isinstance(pair["printed_key"], str) and pair["printed_key"]:
            printed = results.number(pair["printed_key"])
            rows.append({**common, "series": "printed", "key": printed.key,
                         "queries": printed.value, "low": None, "high": None,
                         "boundary": ""})  # fmt: skip
    frame = pd.DataFrame(rows).astype({"low": float, "high": float})
    order = frame["group"].map(list(GROUPS).index)
    size = frame.groupby(["group", "label"])["queries"].transform("min")
    frame = frame.assign(order=order, size=size)
    frame = frame.sort_values(["order", "size", "label", "series", "queries"], ignore_index=True)
    return frame.drop(columns=["order", "size"])


def _label(results: Results, pair: dict[str, Any]) -> str:
    name = results.name(pair["system"])
    task = TASKS.get(str(pair["task"]))
    return f"{name}, {task}" if task else name


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many pairs there are, and the extremes among uses and tokens."""
    drawn = frame[frame["series"] != "printed"]
    told: dict[str, str] = {
        "count": str(len(drawn)),
        "systems": str(drawn["system"].nunique()),
        "without_interval": str(int(drawn["low"].isna().sum())),
        "experiments": str(int((drawn["series"] == "with_experiments").sum())),
        "printed": str(int((frame["series"] == "printed").sum())),
    }
    for group in GROUPS:
        part = drawn[(drawn["group"] == group) & (drawn["series"] == "final_run")]
        part = part.sort_values("queries")
        low, high = records(part)[0], records(part)[-1]
        told |= {
            f"{group}_smallest": brief(low["queries"], COUNTS, 2),
            f"{group}_smallest_name": str(low["label"]),
            f"{group}_largest": brief(high["queries"], COUNTS, 2),
            f"{group}_largest_name": str(high["label"]),
        }
    return told


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one line a model and kind of use, on a logarithmic scale."""
    places, heads, tall = row_heights(frame[["group", "label"]], STEP, rise=0.14)
    sheet = Sheet(tall + 0.9)
    sheet.legend(0.1, LEGEND)
    axes = sheet.panel(1.72, 0.68, sheet.width - 1.9, tall)
    rows_axis(
        axes, (START, END), tall, (1e8, 1e10, 1e12, 1e14),
        lambda count: brief(count, COUNTS, 1), minor=(1e9, 1e11, 1e13),
    )  # fmt: skip
    for group, y in heads.items():
        row_heading(axes, GROUPS[group], y, 1.70, MUTED)
    pairs = zip(frame["group"], frame["label"], strict=True)
    said = frame["series"].str.replace("_", " ")
    tips = [f"{row['label']}: {brief(row['queries'], COUNTS, 2)} ({series})"
            for row, series in zip(records(frame), said, strict=True)]  # fmt: skip
    placed = tipped(frame, tips, y=[places[pair] for pair in pairs])
    placed["y"] += [0.045 if s == "with_experiments" else 0.0 for s in placed["series"]]
    for (_, label), y in places.items():
        row_label(axes, label, y)
        axes.plot([START, END], [y, y], color=HAIRLINE, linewidth=0.6, zorder=0.5)
    for series, colour in (("final_run", BLUE), ("with_experiments", VERMILLION)):
        part = placed[placed["series"] == series]
        axes.hlines(part["y"], part["low"], part["high"], color=colour, linewidth=1.4, zorder=2)
        for boundary, shape in BOUNDARIES.items():
            rows = part[part["boundary"] == boundary]
            sheet.dots(axes, rows, "queries", "y", marker(colour, "stated", shape))
    printed = placed[placed["series"] == "printed"]
    sheet.dots(axes, printed, "queries", "y", {**bar_end(INK, 8.0), "zorder": 4})
    for pair, rows in placed.groupby(["group", "label"], sort=False):
        last = rows[["queries", "high"]].max().max()
        own = rows[rows["series"] == "final_run"]["queries"].min()
        place = (float(last), places[str(pair[0]), str(pair[1])])
        note(axes, brief(float(own), COUNTS, 2), place, (7, 0), on_paper=True, zorder=1)
    return sheet
