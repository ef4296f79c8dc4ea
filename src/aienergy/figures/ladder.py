"""The boundary ladder: what each step adds, and measured energies of use taken to the facility."""

from typing import Any

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.lanes import BAND, bands, place_rows
from aienergy.figures.marks import heading, row_label, rows_axis, stripe
from aienergy.figures.scales import log_ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    SHAPES,
    SI_WH,
    VERMILLION,
    Look,
    brief,
    marker,
    scaled,
)
from aienergy.prose import significant
from aienergy.tables import records

PITCH, GAP = 0.235, 0.3  # inches of a row, and above a heading
LEFT = 2.0  # inches of the names
STROKE = 10  # points of the stroke at a median
STEPS = {
    "chip_to_node": "Processor to workstation",
    "board_to_node": "Boards to server",
    "node_dc_to_node": "Server\u2019s supplies, in to out",
    "node_to_it": "Server to network",
    "it_to_facility": "Equipment to facility (PUE)",
    "board_to_facility": "Boards to facility, told at once",
}
PERS = {
    "output_token": "One token of output",
    "query": "One query",
    "response": "One query",
    "image": "One image",
}
TASKS = ("chat", "text_generation", "reasoning_gpqa", "image_generation", "text_prompt")
COLOURS = {"board": BLUE, "node": VERMILLION, "facility": GREEN}
NAMES = {"board": "boards", "node": "server", "facility": "facility"}
# One service told its energy at the facility as well as at its accelerators.
SERVICE = "gemini_apps_text"
SPOKEN = f"{SERVICE}.inference_energy.comprehensive.elsworth2025"


def table(results: Results) -> pd.DataFrame:
    """Return the steps by source, the fits, and measured energies taken to the facility.

    Returns:
        Columns series (`step`, `fit`, `energy`, `facility`), group (step, or what it is one of),
        name, boundary, key, value, low, high (ratio, or Wh).
    """
    parts = pd.concat([_steps(results), _energies(results)], ignore_index=True)
    numbers = results.values(parts["key"]).set_index(parts.index)
    return parts.assign(**{name: numbers[name] for name in ("value", "low", "high")})


def _steps(results: Results) -> pd.DataFrame:
    pairs = results.table("estimate/ladder")
    rows = [
        {"series": "step", "group": row["step"], "name": row["source_name"], "key": row["ratio"]}
        for row in records(pairs.drop_duplicates(["step", "source_name", "workload"]))
    ]
    rows += [
        {
            "series": "step",
            "group": "it_to_facility",
            "name": results.name(row["subject"]),
            "key": row["id"],
        }
        for row in records(results.facts.select("pue", q_level="fleet").sort_values("id"))
    ]
    fits = {
        "board_to_node": "ladder.board_to_node",
        "node_to_it": "assumption.network_ratio",
        "it_to_facility": "factor.fleet_pue",
        "board_to_facility": "ladder.board_to_facility.by_steps",
    }
    rows += [{"series": "fit", "group": g, "name": STEPS[g], "key": key} for g, key in fits.items()]
    frame = pd.DataFrame(rows).assign(boundary="")
    order = frame["group"].map(list(STEPS).index)
    return frame.assign(order=order).sort_values("order", kind="stable").drop(columns="order")


def _energies(results: Results) -> pd.DataFrame:
    """Return the energies of one token, query or image: those of large models alone."""
    placed = results.table("estimate/ladder_energies")
    placed = placed[placed["per"].isin(list(PERS))]
    placed = placed[placed["task"].isin(TASKS)]
    placed = placed[~placed["key"].str.contains("existing_approach|lowest")]
    rows = []
    for row in records(placed.sort_values("value")):
        name = results.name(str(row["subject"]))
        told = {"group": PERS[row["per"]], "name": name, "boundary": row["boundary"]}
        rows.append({"series": "energy", "key": row["key"], **told})
        rows.append({"series": "facility", "key": row["at_facility"], **told})
    whole = results.number(SPOKEN)
    told = {"group": PERS["query"], "name": results.name(SERVICE), "boundary": whole.boundary}
    rows.append({"series": "energy", "key": whole.key, **told})
    frame = pd.DataFrame(rows)
    groups = list(dict.fromkeys(PERS.values()))
    order = frame["group"].map(groups.index)
    return frame.assign(order=order).sort_values("order", kind="stable").drop(columns="order")


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many pairs there are, and how much the whole ladder adds."""
    steps = frame[frame["series"] == "step"]
    whole = records(frame[(frame["series"] == "fit") & (frame["group"] == "board_to_facility")])[0]
    energies = frame[frame["series"] == "energy"]
    boards = steps[steps["group"] == "board_to_node"]
    return {
        "pairs": str(len(steps)),
        "board_sources": str(boards["name"].nunique()),
        "whole": significant(whole["value"], 2),
        "whole_low": significant(whole["low"], 2),
        "whole_high": significant(whole["high"], 2),
        "energies": str(len(energies)),
        "smallest": brief(float(energies["value"].min()), SI_WH, 2),
        "largest": brief(float(energies["value"].max()), SI_WH, 2),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw steps above and energies below."""
    upper = frame[frame["series"].isin(["step", "fit"])]
    lower = frame[frame["series"].isin(["energy", "facility"])]
    lanes = _lanes(lower)
    first = PITCH * 1.2 * upper["group"].nunique()
    second = PITCH * len(lanes) + GAP * lanes["group"].nunique()
    sheet = Sheet(0.78 + first + 1.22 + second + 0.5)
    _draw_steps(sheet, upper, first)
    _draw_energies(sheet, lower, 0.78 + first + 1.22, second)
    return sheet


def _draw_steps(sheet: Sheet, frame: pd.DataFrame, tall: float) -> None:
    axes = sheet.panel(LEFT, 0.78, sheet.width - LEFT - 0.25, tall)
    rows_axis(axes, (0.95, 3.0), tall, (1, 1.25, 1.5, 2, 2.5, 3), lambda v: f"{v:g}")
    axes.axvline(1, color=INK, linewidth=0.9, zorder=1)
    pitch = PITCH * 1.2
    places = {group: pitch * (i + 0.5) for i, group in enumerate(dict.fromkeys(frame["group"]))}
    for i, (group, y) in enumerate(places.items()):
        if i % 2 == 0:
            stripe(axes, y, pitch)
        row_label(axes, STEPS[str(group)], y)
    frame = frame.assign(y=frame["group"].map(places))
    fits = frame[frame["series"] == "fit"]
    tips = [f"{STEPS[row['group']]}: {significant(row['value'], 3)}" for row in records(fits)]
    bands(sheet, axes, fits, tips, STROKE)
    steps = frame[frame["series"] == "step"]
    tips = [f"{row['name']}: {significant(row['value'], 3)}" for row in records(steps)]
    look = marker(BLUE, "measured", "o", 4.2)
    sheet.dots(axes, tipped(steps, tips), "value", "y", look)
    entries = [(look, "one pair of boundaries"), (BAND, "90 %, fitted, assumed or by steps")]
    sheet.legend(0.36, entries)
    heading(axes, "Energy of the wider boundary over the narrower", lift=43, shift=LEFT * 72 - 2)


def _draw_energies(sheet: Sheet, frame: pd.DataFrame, top: float, tall: float) -> None:
    axes = sheet.panel(LEFT, top, sheet.width - LEFT - 0.25, tall)
    ends = frame[["value", "low", "high"]].to_numpy(dtype=float)
    limits = (float(frame["value"].min()) / 1.6, float(pd.DataFrame(ends).max().max()) * 1.4)
    rows_axis(axes, limits, tall, log_ticks(*limits, most=4), lambda v: scaled(v, SI_WH, 1))
    lanes = _lanes(frame)
    names = zip(lanes["group"], lanes["name"], strict=True)
    middles = place_rows(axes, list(names), PITCH, GAP, LEFT - 0.02, rise=0.11)
    places = dict(zip(lanes["lane"], middles, strict=True))
    frame = frame.assign(y=_lane(frame).map(places))
    taken = frame[frame["series"] == "facility"]
    tips = [f"{row['name']}, at the facility: {_between(row)}" for row in records(taken)]
    bands(sheet, axes, taken, tips, STROKE)
    entries: list[tuple[Look, str]] = []
    known = frame[frame["series"] == "energy"]
    for boundary, colour in COLOURS.items():
        part = known[known["boundary"] == boundary]
        look = marker(colour, "measured", SHAPES[boundary], 4.8)
        said = [brief(value, SI_WH, 2) for value in part["value"]]
        named = zip(part["name"], said, strict=True)
        tips = [f"{name}, {NAMES[boundary]}: {text}" for name, text in named]
        sheet.dots(axes, tipped(part, tips), "value", "y", look)
        entries.append((look, f"measured, {NAMES[boundary]}"))
    sheet.legend(top - 0.5, [*entries, (BAND, "taken to the facility, 90 %")])
    heading(axes, "Measured energies of use on one ladder", lift=48, shift=LEFT * 72 - 2)


def _lane(frame: pd.DataFrame) -> "pd.Series[str]":
    """Name the row of each mark; the service that told two boundaries has one."""
    apart = frame["boundary"].where(frame["boundary"] == "node", "")
    return frame["group"] + "|" + frame["name"] + "|" + apart


def _lanes(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(lane=_lane(frame)).drop_duplicates("lane")


def _between(row: dict[str, Any]) -> str:
    value, low, high = (brief(row[name], SI_WH, 2) for name in ("value", "low", "high"))
    return f"{value} ({low} to {high})"
