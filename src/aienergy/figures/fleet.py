"""The fleet of AI chips: electricity bottom-up beside what others state, and capacity."""

from typing import Any

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.lanes import BAND, place_rows
from aienergy.figures.marks import heading, rows_axis
from aienergy.figures.scales import log_ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREEN, MUTED, SHAPES, VERMILLION, Look, marker
from aienergy.prose import significant
from aienergy.tables import records
from aienergy.wording import in_sentence

PITCH, GAP = 0.235, 0.3  # inches of a row, and above a heading
LEFT = 2.55  # inches of the names
COLOURS = {"board": BLUE, "node": VERMILLION, "facility": GREEN}
NAMES = {"board": "boards", "node": "servers", "facility": "facilities"}
_OURS = "Counted chips"
_MEASURES = {"electricity": ("TWh", 1.0), "capacity": ("GW", 1e-9)}


def table(results: Results) -> pd.DataFrame:
    """Return electricity by year and capacity at the end of the last one, ours and of others.

    Returns:
        Columns measure (`electricity`, `capacity`), group, name, whose (`ours`, `others`),
        boundary, key, value, low, high (TWh or GW), evidence, said_by.
    """
    parts = pd.DataFrame([*_ours(results), *_others(results)])
    ranks = {
        "is_other": parts["whose"] == "others",
        "rank": parts["boundary"].map(list(COLOURS).index),
    }
    parts = parts.assign(**ranks).sort_values(
        ["measure", "year", "is_other", "rank", "name"],
        ascending=[False, True, True, True, True],
        ignore_index=True,
    )
    parts = parts.drop(columns=list(ranks))
    numbers = results.values(parts["key"])
    factor = [_MEASURES[str(name)][1] for name in parts["measure"]]
    told = {name: numbers[name].to_numpy() * factor for name in ("value", "low", "high")}
    return parts.drop(columns="year").assign(
        **told, **{name: numbers[name].to_numpy() for name in ("evidence", "said_by")}
    )


def _ours(results: Results) -> list[dict[str, Any]]:
    fleet = results.table("scenarios/fleet")
    rows: list[dict[str, Any]] = []
    for row in records(fleet):
        told = {"measure": "electricity", "year": row["year"], "whose": "ours",
                "group": f"{row['year']}"}  # fmt: skip
        rows.append(
            {**told, "name": f"{_OURS}, servers", "boundary": "node", "key": row["server_energy"]}
        )
        rows.append(
            {**told, "name": f"{_OURS}, facilities", "boundary": "facility", "key": row["energy"]}
        )
    last = records(fleet)[-1]
    told = {"measure": "capacity", "year": last["year"], "whose": "ours",
            "group": f"End of {last['year']}"}  # fmt: skip
    for boundary, name, key in (
        ("board", "boards, rated", last["shipped_power"]),
        ("node", "servers, rated", "fleet.server_capacity"),
        ("facility", "facilities, peak", "fleet.peak"),
    ):
        rows.append({**told, "name": f"{_OURS}, {name}", "boundary": boundary, "key": key})
    return rows


def _others(results: Results) -> list[dict[str, Any]]:
    others = results.table("scenarios/others")
    counted = set(results.table("scenarios/fleet")["year"])
    others = others[others["year"].isin(counted) & (others["scenario"] != "base")]
    rows = []
    for row in records(others):
        where = ", US alone" if row["region"] == "United States" else ""
        what = str(row["what"]).partition(" (")[0]
        name = f"{row['who']}, {in_sentence(what)}{where}"
        when = "End of " if row["measure"] == "capacity" else ""
        rows.append({"measure": row["measure"], "year": row["year"], "whose": "others",
                     "group": f"{when}{row['year']}", "name": name,
                     "boundary": row["boundary"], "key": row["key"]})  # fmt: skip
    return rows


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many electricities of others stand beside, and over which years."""
    energies = frame[frame["measure"] == "electricity"]
    groups = list(dict.fromkeys(energies["group"]))
    return {
        "others": str((energies["whose"] == "others").sum()),
        "first_year": groups[0],
        "last_year": groups[-1],
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw electricity above and capacity below, each on its own scale."""
    parts = {name: frame[frame["measure"] == name] for name in _MEASURES}
    tall = {name: PITCH * len(part) + GAP * part["group"].nunique() for name, part in parts.items()}
    sheet = Sheet(0.78 + tall["electricity"] + 1.0 + tall["capacity"] + 0.4)
    top = 0.78
    titles = {
        "electricity": "Electricity of a year, TWh",
        "capacity": "Power, GW: ratings and peaks, no consumption",
    }
    for name, part in parts.items():
        axes = sheet.panel(LEFT, top, sheet.width - LEFT - 0.25, tall[name])
        heading(axes, titles[name], lift=43 if name == "electricity" else 24, shift=LEFT * 72 - 2)
        _panel(sheet, axes, part, tall[name], _MEASURES[name][0])
        top += tall[name] + 1.0
    sheet.legend(0.36, _legend())
    return sheet


def _legend() -> list[tuple[Look, str]]:
    entries: list[tuple[Look, str]] = [
        (marker(colour, "measured", SHAPES[boundary], 4.8), NAMES[boundary])
        for boundary, colour in COLOURS.items()
    ]
    outside = marker(MUTED, "outside", "o", 4.8)
    return [*entries, (BAND, "ours, 90 %"), (outside, "open: of others")]


def _panel(sheet: Sheet, axes: Any, frame: pd.DataFrame, tall: float, unit: str) -> None:  # noqa: ANN401
    ends = frame[["value", "low", "high"]].to_numpy(dtype=float)
    limits = (
        float(pd.DataFrame(ends).min().min()) / 1.15,
        float(pd.DataFrame(ends).max().max()) * 1.15,
    )
    rows_axis(axes, limits, tall, log_ticks(*limits, most=6), lambda v: f"{v:,.6g}")
    lanes = list(zip(frame["group"], frame["name"], strict=True))
    middles = place_rows(axes, lanes, PITCH, GAP, LEFT - 0.02, rise=0.11)
    frame = frame.assign(y=middles)
    ours = frame[frame["whose"] == "ours"]
    axes.hlines(
        ours["y"],
        ours["low"],
        ours["high"],
        color=BAND["color"],
        linewidth=BAND["linewidth"],
        zorder=1.5,
    )
    for boundary, colour in COLOURS.items():
        for whose, known in (("ours", "measured"), ("others", "outside")):
            part = frame[(frame["boundary"] == boundary) & (frame["whose"] == whose)]
            tips = [_tip(row, unit) for row in records(part)]
            look = marker(colour, known, SHAPES[boundary], 4.8)
            sheet.dots(axes, tipped(part, tips), "value", "y", look)


def _tip(row: dict[str, Any], unit: str) -> str:
    text = f"{row['name']}: {significant(row['value'], 2)}"
    if row["whose"] == "ours":
        text += f" ({significant(row['low'], 2)} to {significant(row['high'], 2)})"
    return f"{text} {unit}"
