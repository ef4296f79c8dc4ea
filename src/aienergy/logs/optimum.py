"""Reports of optimum-benchmark, as the AI Energy Score publishes them.

Energies in kWh by cpu, ram and gpu for prefill, decode and preprocessing. Decode is a difference
(whole generation less prefill), so that a reading that failed leaves a zero in one phase and a
negative or doubled value in the other: such iterations are left out of both.
"""

import math
from typing import Any

import numpy as np
import pandas as pd

from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import refuse
from aienergy.logs.reading import Companions, Flag, Reading, Row, tabulate
from aienergy.logs.text import json_number, json_object, parse_json

PARTS = {"cpu": ("modelled", "chip"), "ram": ("modelled", "chip"), "gpu": ("counter", "board")}
PHASES = ("prefill", "decode", "preprocess", "forward", "call", "load", "train", "warmup")
SUM_TOLERANCE = 1e-3
# Reports have tens of iterations; a thousand times as many are no report.
MOST_ITERATIONS = 10_000


def recognizes(head: Head) -> bool:
    """Say whether phases with an energy and its unit stand in the file."""
    return {"energy", "unit", "measures", "efficiency"} <= head.names and bool(
        head.names & set(PHASES)
    )


def read(text: str, where: str, _: Companions) -> Reading:
    """Read the phases: run is the phase, its energy the mean over the iterations that count.

    Raises:
        LedgerError: No phase with energy, a unit other than kWh, parts that miss the total, or no
            iteration left.
    """
    report = json_object(parse_json(text, where), where)
    phases = {
        name: json_object(report[name], f"{where} {name}")
        for name in PHASES
        if isinstance(report.get(name), dict) and report[name].get("energy")
    }
    if not phases:
        raise refuse(where, "no phase with an energy", "Measure with energy tracking switched on.")
    tables = {name: _iterations(phase, f"{where} {name}") for name, phase in phases.items()}
    failed = _failed(tables)
    rows: list[Row] = []
    flags: list[Flag] = []
    for name, phase in phases.items():
        stated = _energies(phase["energy"], f"{where} {name}.energy")
        energies, told = _mean(tables[name], failed, stated, f"{where} {name}")
        flags += told
        rows += [
            Row(
                run=name,
                component=part,
                energy_kwh=float(energies[part]),
                evidence=evidence,
                boundary=boundary,
                sample_count=int((~failed[: len(tables[name])]).sum()) or 1,
            )
            for part, (evidence, boundary) in PARTS.items()
        ]
    return Reading(
        format="optimum_benchmark",
        tool="optimum-benchmark",
        tool_version="",
        components=tabulate(rows),
        flags=tuple(flags),
        notes=(
            "mean over iterations; each covers all inputs of the benchmark, not one request",
            "phases of one run: prefill and decode add up, warm-up is apart",
        ),
        per="iteration",
    )


def _mean(
    table: pd.DataFrame,
    failed: "np.typing.NDArray[np.bool_]",
    stated: "pd.Series[float]",
    place: str,
) -> tuple["pd.Series[float]", tuple[Flag, ...]]:
    """Return the mean energies of the iterations that count, else those that the report states."""
    if table.empty:
        if not (stated > 0).any():
            raise refuse(place, "no energy above 0", "Run again.")
        return stated, ()
    kept = table[~failed[: len(table)]]
    if kept.empty:
        raise refuse(place, "no iteration has an energy above 0", "Run again.")
    energies = kept.mean()
    if len(kept) == len(table):
        return energies, ()
    told = (
        f"{place.rsplit(' ', 1)[-1]}: {len(table) - len(kept)} of {len(table)} iterations read a "
        f"zero or negative energy; without them the mean is {energies['total']:.6g} kWh, the "
        f"report says {stated['total']:.6g}"
    )
    off = abs(float(stated["total"] / energies["total"] - 1))
    return energies, (Flag("failed_iterations", told, 1 + off),)


def _energies(value: object, place: str, *, least: float = 0.0) -> "pd.Series[float]":
    """Return energies in kWh by part and total; missing ones are NaN."""
    energy = json_object(value, place)
    if energy.get("unit") != "kWh":
        raise refuse(f"{place}.unit", f"{str(energy.get('unit'))[:40]}", "Only kWh is known.")
    names = (*PARTS, "total")
    found = {name: json_number(energy.get(name), f"{place}.{name}", least=least) for name in names}
    # A machine without a GPU has none to report.
    parts = sum(found[name] for name in PARTS if not math.isnan(found[name]))
    if not math.isclose(parts, found["total"], rel_tol=SUM_TOLERANCE, abs_tol=1e-12):
        what = f"cpu + ram + gpu is {parts:.6g}, total {found['total']:.6g} kWh"
        raise refuse(place, what, "Use the report as the tool wrote it.")
    return pd.Series(found, dtype=float)


def _iterations(phase: dict[str, Any], place: str) -> pd.DataFrame:
    """Return the energies of the iterations, one row each; negative ones are kept for judgement."""
    measures = phase.get("measures")
    if not isinstance(measures, list):
        return pd.DataFrame(columns=[*PARTS, "total"], dtype=float)
    if len(measures) > MOST_ITERATIONS:
        raise refuse(place, f"{len(measures)} iterations", f"At most {MOST_ITERATIONS:,} are read.")
    return pd.DataFrame(
        [
            _energies(measure, f"{place}.measures[{n}]", least=-math.inf)
            for n, measure in enumerate(measures)
        ],
        columns=[*PARTS, "total"],
    )


def _failed(tables: dict[str, pd.DataFrame]) -> "np.typing.NDArray[np.bool_]":
    """Say which iterations failed in any phase: one reading belongs to two phases."""
    longest = max((len(table) for table in tables.values()), default=0)
    bad = np.zeros(longest, dtype=np.bool_)
    for table in tables.values():
        bad[: len(table)] |= ~(table["total"].to_numpy() > 0)
    return bad


READER = Reader("optimum_benchmark", "optimum-benchmark report (JSON)", recognizes, read)
