"""Summaries of MLPerf results with power: inference, training and tiny.

Traps: watts or millijoules by scenario in one column; rows of two accuracies that share one run;
AC and DC that are two measurements of one run; a column named Power that holds energy, with 0 for
"not measured".
"""

import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots.grid_tools import refuse_corrections
from aienergy.ingest.snapshots.layouts import (
    Normalized,
    decode,
    objects,
    parse_json,
    read_csv,
    with_notes,
)
from aienergy.units import conversion_factor

INFERENCE = "mlperf_inference_power"
TRAINING = "mlperf_training_power"
TINY = "mlperf_tiny"
POWER_UNITS = {
    "Watts": ("system_power_w", "W", "W"),
    "millijoules": ("energy_per_stream_j", "mJ", "J"),
}
INFERENCE_TEXTS = {
    "ID": "id",
    "Submitter": "submitter",
    "Availability": "availability",
    "Category": "division",
    "Suite": "suite",
    "System": "system",
    "Platform": "platform",
    "Model": "task",
    "UsedModel": "model",
    "Scenario": "scenario",
    "Processor": "processor",
    "Accelerator": "accelerator",
    "Location": "path",
    "Performance_Units": "performance_unit",
    "version": "round",
    "weight_data_types": "weight_precision",
    "Notes": "note",
}
INFERENCE_NUMBERS = {
    "Nodes": "node_count",
    "a#": "accelerator_count",
    "p#": "processor_count",
    "Performance_Result": "performance",
}
INFERENCE_KNOWN = (
    *("Accuracy", "host_processors_per_node", "host_processor_core_count", "Software"),
    *("operating_system", "compliance", "errors", "inferred", "has_power", "Details", "Code"),
    *("Unique ID (e.g. for Audit)", "ColorKey", "Power_Result", "Power_Units"),
)


def read_inference(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read the summary of a round (JSON), or the extract of window averages (CSV).

    Adds `repeats_run`: the row's power is that of an earlier row of the same run.

    Raises:
        LedgerError: Not such a file, an unknown power key, or an unknown unit of power.
    """
    text = decode(content, name)
    if not text.lstrip().startswith("["):
        return _windows(text, name, corrections)
    if corrections is not None and len(corrections):
        refuse_corrections(corrections, name)
    rows = pd.DataFrame(objects(parse_json(text, name), ("ID", "Model", "Scenario"), name))
    missing = [
        key for key in ("ID", "Model", "Scenario", "Power_Result", "Power_Units") if key not in rows
    ]
    if missing:
        hint = "Name a summary_results.json of a round with power."
        raise LedgerError(Problem(name, f"missing key {', '.join(missing)}", hint))
    known = (*INFERENCE_TEXTS, *INFERENCE_NUMBERS, *INFERENCE_KNOWN)
    unknown = tuple(str(key) for key in rows if key not in known)
    fatal = [key for key in unknown if "power" in key.lower() or "watt" in key.lower()]
    units = rows["Power_Units"].dropna().astype(str)
    strange = sorted(set(units) - set(POWER_UNITS))
    if fatal or strange:
        what = f"unknown power key or unit {', '.join((*fatal, *strange))}"
        raise LedgerError(Problem(name, what, f"Known units: {', '.join(POWER_UNITS)}."))
    table = rows[[key for key in INFERENCE_TEXTS if key in rows]].rename(columns=INFERENCE_TEXTS)
    table = table.fillna("").astype(str)
    for key, new in INFERENCE_NUMBERS.items():
        if key in rows:
            table[new] = pd.to_numeric(rows[key], errors="coerce")
    power = pd.to_numeric(rows["Power_Result"], errors="coerce")
    if (power.isna() & rows["Power_Units"].notna()).any():
        raise LedgerError(Problem(name, "a Power_Result is no number", "Is the file whole?"))
    for unit, (column, printed, canonical) in POWER_UNITS.items():
        values = power.where(rows["Power_Units"] == unit)
        table[column] = values * conversion_factor(printed, canonical)
    table["repeats_run"] = _repeats(table)
    note = f"{int(table['repeats_run'].sum())} rows repeat the run of another accuracy"
    return Normalized(table, unknown, (), ("whole system at the wall", note))


def _repeats(table: pd.DataFrame) -> "pd.Series[bool]":
    """Say which rows have power and all that belongs to it in common with an earlier row."""
    power = table[[column for column, _, _ in POWER_UNITS.values()]]
    run = ["submitter", "platform", "scenario", *power.columns]
    same = [column for column in run if column in table]
    return table.duplicated(same) & power.notna().any(axis="columns")


def _windows(text: str, name: str, corrections: pd.DataFrame | None) -> Normalized:
    result, _ = read_csv(text, INFERENCE, name, corrections)
    return with_notes(result, result.table, "mean over the run window, whole system at the wall")


def read_training(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read the extract of node logs; adds `measured_at` (`ac`, `dc`, or blank where unsaid).

    Raises:
        LedgerError: See `layouts.normalize`.
    """
    result, _ = read_csv(content, TRAINING, name, corrections)
    table = result.table
    table["measured_at"] = table["submitter"].str.extract(r"-(ac|dc)-power$")[0].fillna("")
    dc = "rows measured in DC are the same runs as those in AC: never add them"
    return with_notes(
        result,
        table,
        "whole logs of nodes, not cut to the run; without cooling and conversion losses",
        dc if {"ac", "dc"} <= set(table["measured_at"]) else "",
    )


def read_tiny(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read the summary of MLPerf Tiny, microjoules turned to joules; 0 without power is missing.

    Raises:
        LedgerError: See `layouts.normalize`; or another unit of energy.
    """
    result, _ = read_csv(content, TINY, name, corrections)
    if result.unknown_categories:
        what = f"unknown unit: {', '.join(result.unknown_categories)}"
        raise LedgerError(Problem(name, what, "Expected inf./sec. and uJ/inf."))
    table = result.table
    table["inference_energy_j"] = table["inference_energy_j"].where(table["has_energy"])
    return with_notes(result, table, "the column Power holds energy per inference")
