"""Energy of one picture or film against the work of making it, and the fitted line."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.labels import along, place_labels
from aienergy.figures.marks import grid, label_axis, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    Look,
    brief,
    marker,
    power_of_ten,
    scaled,
    tint,
)
from aienergy.formulas.generation import NAMES, generated_energy_j
from aienergy.prose import significant
from aienergy.tables import records

JOULE = ((1e6, "MJ"), (1e3, "kJ"), (1.0, "J"))
BOARD = "nvidia_h100_sxm"
KINDS = {"image_generation": (BLUE, "pictures"), "video_generation": (ORANGE, "films")}
SHAPES = {"nvidia_h100_sxm": "o", "nvidia_b200": "D"}
SERVER = marker(PURPLE, "stated", "^", 5.5)
WORK = (5e15, 3e20)
COLUMNS = [
    *("series", "name", "key", "task", "accelerator", "board_name", "boundary", "batch", "work"),
    *("value", "low", "high"),
]


def table(results: Results) -> pd.DataFrame:
    """Return measurements and the line.

    Returns:
        Columns series (`run`, `server`, `line`), name, key, task, accelerator, board_name,
        boundary, batch, work (parameters x steps x pixels), value, low, high (J).
    """
    rows = results.table("estimate/generation")
    series = np.where(rows["boundary"] == "board", "run", "server")
    names = [results.name(str(key)) for key in rows["subject"]]
    boards = [results.name(str(key)) for key in rows["accelerator"]]
    runs = rows.assign(series=series, name=names, board_name=boards)
    return pd.concat([runs, _line(results)], ignore_index=True).reindex(columns=COLUMNS)


def _line(results: Results) -> pd.DataFrame:
    rated = {"q_precision": "bf16", "q_sparsity": "dense"}
    power = results.facts.first("board_power_w", BOARD, q_statistic="rated")
    peak = results.facts.first("peak_flop_per_s", BOARD, **rated)
    factor = results.number("generation.model_factor")
    work = np.geomspace(*WORK, 25)
    energy = generated_energy_j(
        **{name: results.number(f"generation.{name}").value for name in NAMES},
        parameter_count=work,
        step_count=1.0,
        pixel_count=1.0,
        generation_batch=1.0,
        board_power_w=results.number(str(power)).value,
        peak_flop_per_s=results.number(str(peak)).value,
        model_factor=1.0,
    )
    ends = {"low": energy * (factor.low or 1), "high": energy * (factor.high or 1)}
    told = {"series": "line", "accelerator": BOARD, "work": work, "value": energy, **ends}
    return pd.DataFrame(told)


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many measurements there are, and which take least and most."""
    runs = frame[frame["series"] == "run"].sort_values("value")
    low, high = runs.iloc[[0, -1]].to_dict("records")
    return {
        "runs": str(len(runs)),
        "models": str(runs["name"].nunique()),
        "lowest": brief(low["value"], JOULE, 2),
        "lowest_name": str(low["name"]),
        "highest": brief(high["value"], JOULE, 2),
        "highest_name": str(high["name"]),
        "servers": str(int((frame["series"] == "server").sum())),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw energy against work, both on logarithmic scales."""
    sheet = Sheet(4.35)
    axes = sheet.panel(0.52, 0.75, sheet.width - 0.75, 3.1)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(*WORK)
    axes.set_ylim(60, 6e6)
    ticks(axes, "y", (100, 1e3, 1e4, 1e5, 1e6), lambda j: scaled(j, JOULE, 1))
    ticks(axes, "x", [10.0**n for n in range(16, 21)], power_of_ten)
    grid(axes, "y")
    label_axis(axes, "Energy of one picture or film")
    axes.set_xlabel("Parameters × steps × pixels", loc="left")
    line = frame[frame["series"] == "line"]
    axes.fill_between(line["work"], line["low"], line["high"], color=tint(INK, 0.08), linewidth=0)
    axes.plot(line["work"], line["value"], color=INK, linewidth=1.2, zorder=2)
    points = frame[frame["series"] != "line"]
    points = tipped(points, [_tip(row) for row in records(points)])
    runs, servers = points[points["series"] == "run"], points[points["series"] == "server"]
    for task, (colour, _) in KINDS.items():
        for board, shape in SHAPES.items():
            same = (runs["task"] == task) & (runs["accelerator"] == board)
            sheet.dots(axes, runs[same], "work", "value", _look(colour, shape))
    sheet.dots(axes, servers, "work", "value", SERVER)
    _labels(axes, points, line)
    _keys(sheet)
    return sheet


def _look(colour: str, shape: str) -> Look:
    return {**marker(colour, "stated", shape, 4.2), "markeredgewidth": 0.7, "alpha": 0.85}


def _tip(row: Mapping[str, object]) -> str:
    batch, energy = float(str(row["batch"])), brief(float(str(row["value"])), JOULE, 2)
    told = f"{row['name']} on {row['board_name']}: {energy}"
    if row["series"] == "server":  # which does not tell its batch
        return told
    return f"{told}, {significant(batch, 2).removesuffix('.0')} at once"


def _labels(axes: Axes, points: pd.DataFrame, line: pd.DataFrame) -> None:
    """Name each model beside the middle of its points."""
    told = points.groupby("name", sort=True)[["work", "value"]].median().sort_values("work")
    obstacles = np.vstack(
        [points[["work", "value"]].to_numpy(dtype=float), along(line["work"], line["value"])]
    )
    place_labels(axes, told.to_numpy(dtype=float), list(told.index), obstacles)


def _keys(sheet: Sheet) -> None:
    colours = [(_look(colour, "o"), text) for colour, text in KINDS.values()]
    sheet.legend(0.1, [*colours, (SERVER, "servers at the wall, not in the fit")])
    shapes = [(_look(MUTED, "o"), "H100"), (_look(MUTED, "D"), "B200")]
    sheet.legend(0.29, shapes, "Board:")
