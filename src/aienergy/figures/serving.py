"""Energy of one token of output: measurements, the fitted line, and sources it left out."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.lanes import BAND, place_rows
from aienergy.figures.marks import grid, label_axis, note, rows_axis, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    VERMILLION,
    Look,
    brief,
    marker,
    scaled,
    shade,
    tint,
)
from aienergy.formulas.serving import NAMES, token_energy_j
from aienergy.prose import significant
from aienergy.tables import records

JOULE = ((1.0, "J"), (1e-3, "mJ"))
COUNT = ((1e9, "bn"), (1e6, "m"))
BOARD = "nvidia_h100_sxm"
WIDTH_BYTE = 2.0  # of a parameter along the lines: sixteen bits
BATCHES = {"low": VERMILLION, "middle": ORANGE, "high": BLUE}
SAID = {"low": "few", "middle": "some", "high": "many"}
SHAPES = {"B200": "D", "H100": "o", "H100 NVL": "o", "A100": "s", "RTX 3090": "^"}
FAMILIES = {"D": "B200", "o": "H100", "s": "A100", "^": "RTX 3090"}
KINDS = {
    ("board", "machine"): "Left out: who measured, on one board",
    ("board", "publisher"): "Left out: all of a publisher",
    ("node", "publisher"): "Never in the fit: servers at the wall",
}
PITCH, GAP, LEFT = 0.2, 0.3, 2.25  # inches
COLUMNS = [
    *("series", "group", "name", "generation", "together", "key", "across", "active", "batch"),
    *("value", "low", "high", "inside"),
]


def table(results: Results) -> pd.DataFrame:
    """Return measurements, lines and left-out sources.

    Returns:
        Columns series (`run`, `line`, `check`), group (of a check), name, generation, together
        (`low`, `middle`, `high`: third of the realized batches), key, across (where it is drawn:
        active parameters, or the ratio of a check), active (parameters), batch, value (J, or
        measured over predicted), low, high, inside (of a check).
    """
    parts = [_runs(results), _lines(results), _checks(results)]
    whole = pd.concat(parts, ignore_index=True)
    across = whole["active"].astype(float).fillna(whole["value"].astype(float))
    return whole.assign(across=across)[COLUMNS]


def _runs(results: Results) -> pd.DataFrame:
    rows = results.table("estimate/serving")
    rows = rows[rows["boundary"] == "board"]
    edges = rows["batch"].quantile([1 / 3, 2 / 3]).to_numpy()
    third = np.searchsorted(edges, rows["batch"].to_numpy(), side="left")
    active = [results.number(str(key)).value for key in rows["active"]]
    names = [results.name(str(key)) for key in rows["subject"]]
    together = [list(BATCHES)[i] for i in third]
    return rows.assign(series="run", group="", name=names, active=active, together=together)


def _lines(results: Results) -> pd.DataFrame:
    line = {name: results.number(f"serving.{name}").value for name in NAMES}
    facts = results.facts
    power = facts.first("board_power_w", BOARD, q_statistic="rated")
    memory = facts.first("memory_bandwidth_byte_per_s", BOARD)
    sizes = np.geomspace(2e9, 5e11, 25)
    factor = results.number("serving.source_factor")
    parts = []
    for together in BATCHES:
        batch = results.number(f"serving.batch.{together}").value
        energy = token_energy_j(
            **line,
            active_parameter_count=sizes,
            parameter_count=sizes,
            parameter_byte=WIDTH_BYTE,
            realized_batch=batch,
            board_power_w=results.number(str(power)).value,
            memory_bandwidth_byte_per_s=results.number(str(memory)).value,
            source_factor=1.0,
            run_factor=1.0,
        )
        told = {"together": together, "active": sizes, "batch": batch, "value": energy}
        ends = {"low": energy * (factor.low or 1), "high": energy * (factor.high or 1)}
        parts.append(pd.DataFrame({**told, **ends}))
    whole = pd.concat(parts, ignore_index=True)
    return whole.assign(series="line", group="", name="", generation="H100", key="")


def _checks(results: Results) -> pd.DataFrame:
    rows = results.table("verify/serving_left_out")
    groups = [KINDS[pair] for pair in zip(rows["boundary"], rows["kind"], strict=True)]
    rows = rows.assign(series="check", group=groups, name=rows["source_name"], key=rows["ratio"])
    rows["order"] = rows["group"].map(list(KINDS.values()).index)
    return rows.sort_values(["order", "name"])


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many measurements there are, the batches of the lines, and who lies outside."""
    runs, lines, checks = (frame[frame["series"] == s] for s in ("run", "line", "check"))
    batches = lines.groupby("together")["batch"].first()
    edges = runs.groupby("together")["batch"].max()
    outside = checks[~checks["inside"].astype(bool)]["name"].tolist()
    low, high = runs.sort_values("value").iloc[[0, -1]].to_dict("records")
    return {
        "runs": str(len(runs)),
        "few_to": significant(edges["low"], 2),
        "some_to": significant(edges["middle"], 2),
        **{f"batch_{name}": significant(batches[name], 2) for name in BATCHES},
        "outside": ", ".join(outside) or "none",
        "smallest": brief(low["value"], JOULE, 2),
        "smallest_name": str(low["name"]),
        "largest": brief(high["value"], JOULE, 2),
        "largest_name": str(high["name"]),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw energy against size above, and what was left out below."""
    runs, lines, checks = (frame[frame["series"] == s] for s in ("run", "line", "check"))
    upper = 2.75
    tall = PITCH * len(checks) + GAP * checks["group"].nunique()
    sheet = Sheet(upper + tall + 2.05)
    axes = sheet.panel(0.52, 0.92, sheet.width - 1.3, upper)
    _energies(sheet, axes, runs, lines)
    below = sheet.panel(LEFT, upper + 1.52, sheet.width - LEFT - 0.2, tall)
    _left_out(sheet, below, checks)
    _keys(sheet, runs)
    return sheet


def _energies(sheet: Sheet, axes: Axes, runs: pd.DataFrame, lines: pd.DataFrame) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(2e9, 5e11)
    axes.set_ylim(0.012, 130)
    ticks(axes, "y", (0.1, 1, 10, 100), lambda j: scaled(j, JOULE, 1))
    ticks(axes, "x", (3e9, 1e10, 3e10, 1e11, 4e11), lambda n: scaled(n, COUNT, 1))
    grid(axes, "y")
    label_axis(axes, "Energy of one token of output, at the boards")
    axes.set_xlabel("Active parameters", loc="left")
    for together, colour in BATCHES.items():
        line = lines[lines["together"] == together]
        if together == "middle":
            axes.fill_between(
                line["active"], line["low"], line["high"], color=tint(colour, 0.18), linewidth=0
            )
        axes.plot(line["active"], line["value"], color=colour, linewidth=1.2, zorder=2)
        end = line.iloc[-1]
        text = f"{_count(end['batch'])} at once"
        note(axes, text, (end["active"], end["value"]), (3, 0), colour=shade(colour))
    tips = [
        f"{row['name']} on {row['generation']}: {brief(row['value'], JOULE, 2)}, "
        f"{_count(row['batch'])} at once"
        for row in records(runs)
    ]
    drawn = tipped(runs, tips)
    for together, colour in BATCHES.items():
        for generation, shape in SHAPES.items():
            same = (drawn["together"] == together) & (drawn["generation"] == generation)
            sheet.dots(axes, drawn[same], "across", "value", _mark(colour, shape))


def _mark(colour: str, shape: str) -> Look:
    return {**marker(colour, "stated", shape, 4.0), "markeredgewidth": 0.7, "alpha": 0.85}


def _left_out(sheet: Sheet, axes: Axes, checks: pd.DataFrame) -> None:
    tall = PITCH * len(checks) + GAP * checks["group"].nunique()
    rows_axis(axes, (0.2, 5.2), tall, (0.25, 0.5, 1, 2, 4), lambda v: f"{v:g}")
    axes.axvline(1, color=INK, linewidth=0.9, zorder=1)
    names = list(zip(checks["group"], checks["name"], strict=True))
    checks = checks.assign(y=place_rows(axes, names, PITCH, GAP, LEFT - 0.02))
    axes.hlines(
        checks["y"], checks["low"], checks["high"], color=BAND["color"], linewidth=5, zorder=1.5
    )
    tips = [
        f"{row['name']}: {significant(row['value'], 2)} of what was predicted"
        for row in records(checks)
    ]
    drawn = tipped(checks, tips)
    held = drawn["inside"].astype(bool)
    sheet.dots(axes, drawn[held], "across", "y", marker(GREEN, "measured", "o", 4.8))
    sheet.dots(axes, drawn[~held], "across", "y", marker(PURPLE, "measured", "D", 4.8))
    axes.set_xlabel("Measured energy over predicted energy", loc="left")


def _count(batch: float) -> str:
    """Return a batch with two digits, a whole one without a decimal point."""
    return significant(batch, 2).removesuffix(".0")


def _keys(sheet: Sheet, runs: pd.DataFrame) -> None:
    edges = runs.groupby("together")["batch"].max()
    few, some = (_count(edges[name]) for name in ("low", "middle"))
    texts = {"low": f"up to {few}", "middle": f"to {some}", "high": "more"}
    colours = [(_mark(BATCHES[t], "o"), texts[t]) for t in BATCHES]
    sheet.legend(0.1, colours, "Answers at once:")
    shapes = [(_mark(MUTED, shape), name) for shape, name in FAMILIES.items()]
    sheet.legend(0.29, shapes, "Board:")
    checks = [
        (marker(GREEN, "measured", "o", 4.8), "inside"),
        (marker(PURPLE, "measured", "D", 4.8), "outside"),
        (BAND, "90 % by the other sources"),
    ]
    sheet.legend(0.48, checks, "Below:")
