"""Publishers' tables of measured runs as readings, by the readers of `ingest.snapshots`.

They are tables of results, not logs: one row a run or configuration. `aienergy run` takes them
beside logs, so that a user's run and a published one come in one form.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots import ml_energy, mlperf
from aienergy.ingest.snapshots.layouts import Normalized
from aienergy.logs.detect import Head, Reader
from aienergy.logs.reading import Companions, Flag, Reading, tabulate
from aienergy.unit_names import JOULE_PER_KWH

_UNITS_OF_USE = ("output_token", "image", "video")


def _of(kind: str, title: str, told: Normalized, table: pd.DataFrame, per: str) -> Reading:
    """Return a reading of energies in J (`energy_j`) over `duration_s`; rows without are left."""
    known = table[table["energy_j"].notna()]
    if known.empty:
        what = "a table of results without energy"
        raise LedgerError(Problem(title, what, "Name a round with power."))
    # Configurations may differ in what their names do not hold.
    again = known.groupby(["run", "component"]).cumcount() + 1
    known = known.assign(
        run=known["run"].where(again == 1, known["run"] + " #" + again.astype(str))
    )
    dc = int(known["component"].str.endswith("_dc").sum())
    told_dc = (Flag("dc", f"{dc} rows are the same runs measured in DC: never add them"),)
    return Reading(
        format=kind,
        tool=title,
        tool_version="",
        components=tabulate(
            known.assign(
                energy_kwh=known["energy_j"] / JOULE_PER_KWH,
                mean_power_w=known["energy_j"] / known["duration_s"],
            )
        ),
        flags=(*_left_out(table, known), *(told_dc if dc else ())),
        notes=tuple(filter(None, told.notes)),
        per=per,
    )


def _require(table: pd.DataFrame, names: tuple[str, ...], where: str) -> None:
    missing = [name for name in names if name not in table]
    if missing:
        hint = "Give the table as its publisher keeps it."
        raise LedgerError(Problem(where, f"no column for {', '.join(missing)}", hint))


def _left_out(table: pd.DataFrame, known: pd.DataFrame) -> tuple[Flag, ...]:
    missing = len(table) - len(known)
    return (Flag("no_value", f"{missing} rows have no energy, left out"),) if missing else ()


def _joined(table: pd.DataFrame, *columns: str) -> "pd.Series[str]":
    """Return the cells of several columns as one name; whole numbers without a point."""
    cells = [
        table[name].map(lambda cell: f"{cell:g}" if isinstance(cell, float) else str(cell))
        for name in columns
        if name in table
    ]
    first, *others = cells
    joined: pd.Series[str] = first.str.cat(pd.concat(others, axis="columns"), sep=" ")
    return joined


def read_ml_energy(text: str, where: str, _: Companions) -> Reading:
    """Read a file of ML.ENERGY: energy of one token, image or video of each configuration.

    J per token is W over tokens a second; rows in which it is not are refused by the reader of
    the snapshot.
    """
    told = ml_energy.read(text, where)
    unit = next(unit for unit in _UNITS_OF_USE if f"energy_per_{unit}_j" in told.table)
    table = told.table
    energy_j = table[f"energy_per_{unit}_j"]
    batch = "largest_batch" if "largest_batch" in table else "batch"
    table = table.assign(
        run=_joined(table, "model", "accelerator_count", "accelerator", batch),
        component="gpu",
        energy_j=energy_j,
        duration_s=energy_j / table["gpu_power_w"].where(table["gpu_power_w"] > 0),
        evidence="counter",
        boundary="board",
    )
    return _of("ml_energy", "ML.ENERGY benchmark", told, table, unit.replace("_", " "))


def read_nodes(text: str, where: str, _: Companions) -> Reading:
    """Read the extract of MLPerf Training's node logs: one row a node of a run."""
    told = mlperf.read_training(text, where)
    table = told.table
    _require(table, ("measured_at", "node", "node_energy_j", "duration_s", "max_gap_s"), where)
    dc = table["measured_at"] == "dc"
    switch = table["node"].str.match(r"(?:sw|switch)")
    table = table.assign(
        run=_joined(table, "round", "submitter", "system", "task", "run"),
        component=table["node"].str.rsplit(".", n=1).str[0] + np.where(dc, "_dc", ""),
        energy_j=table["node_energy_j"],
        evidence="metered",
        boundary=np.where(switch, "it", "node"),
        largest_gap_s=table["max_gap_s"],
    )
    return _of("mlperf_training_nodes", "MLPerf Training extract", told, table, "run")


def read_windows(text: str, where: str, _: Companions) -> Reading:
    """Read summaries of MLPerf Inference: window averages (CSV) or results of a round (JSON).

    Of a window, energy is mean power times its length. Of a result in watts it is that of one
    unit of its performance, whose name ends the run's; of one in millijoules, of one stream.
    """
    told = mlperf.read_inference(text, where)
    table = told.table
    if "window_s" in table:
        _require(table, ("system_power_w",), where)
        table = table.assign(
            run=_joined(table, "round", "submitter", "system", "task", "scenario"),
            energy_j=table["system_power_w"] * table["window_s"],
            duration_s=table["window_s"],
        )
        per = "run"
    else:
        _require(table, ("system_power_w", "performance", "energy_per_stream_j"), where)
        table = table[~table["repeats_run"]]
        by_power = table["system_power_w"] / table["performance"].where(table["performance"] > 0)
        energy_j = by_power.where(by_power.notna(), table["energy_per_stream_j"])
        table = table.assign(
            run=_joined(table, "submitter", "platform", "task", "scenario", "performance_unit"),
            energy_j=energy_j,
            duration_s=energy_j / table["system_power_w"],
        )
        per = "unit of performance, or stream"
    table = table.assign(component="node", evidence="metered", boundary="node")
    return _of("mlperf_inference_summary", "MLPerf Inference summary", told, table, per)


def read_tiny(text: str, where: str, _: Companions) -> Reading:
    """Read the summary of MLPerf Tiny: energy of one inference on each board."""
    told = mlperf.read_tiny(text, where)
    _require(told.table, ("inference_energy_j",), where)
    table = told.table.assign(
        run=_joined(told.table, "submitter", "board", "system", "task"),
        component="total",
        energy_j=told.table["inference_energy_j"],
        duration_s=np.nan,
        evidence="metered",
        boundary="board",
    )
    return _of("mlperf_tiny_summary", "MLPerf Tiny summary", told, table, "inference")


@dataclass(frozen=True, slots=True)
class _Sign:
    """Names of columns or members that a table of one kind has all of."""

    names: frozenset[str]

    def __call__(self, head: Head) -> bool:
        """Say whether a file has them all."""
        return self.names <= head.names or self.names <= set(head.header)


def _reader(
    kind: str, title: str, read: Callable[[str, str, Companions], Reading], *names: str
) -> Reader:
    return Reader(kind, title, _Sign(frozenset(names)), read)


def _near_ml_energy(head: Head) -> str:
    if {"architectures", "models"} <= head.names and "energy" not in json.dumps(sorted(head.names)):
        return "an index of ML.ENERGY: it lists models and holds no energy"
    return ""


READERS = (
    Reader(
        "ml_energy",
        "ML.ENERGY results (JSON)",
        _Sign(frozenset({"configurations", "avg_power_watts"})),
        read_ml_energy,
        _near_ml_energy,
    ),
    _reader(
        "mlperf_training_nodes",
        "MLPerf Training extract",
        read_nodes,
        "submitter",
        "node",
        "energy_j_trapz",
    ),
    _reader(
        "mlperf_inference_windows", "MLPerf Inference windows", read_windows,
        "submitter", "scenario", "avg_power_w", "window_s",
    ),
    _reader(
        "mlperf_inference_summary", "MLPerf Inference summary", read_windows,
        "Submitter", "Scenario", "Performance_Result",
    ),
    _reader(
        "mlperf_tiny_summary", "MLPerf Tiny summary", read_tiny,
        "BoardName", "HasPower", "PowerUnit",
    ),
)  # fmt: skip
