"""BoAmps reports, JSON or flattened CSV: energy of a task as its author measured it.

`powerConsumption` is an energy in kWh and `measurementDuration` is in seconds. Which counters stand
behind it is told by the tracking modes; a `constant` processor is a rated power.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import refuse
from aienergy.logs.reading import Companions, Flag, Reading, Row, tabulate
from aienergy.logs.text import json_number, json_object, parse_json
from aienergy.unit_names import JOULE_PER_KWH

ENERGY, DURATION = "powerConsumption", "measurementDuration"
_COUNTERS = ("nvml", "rapl", "wattmeter")
METERS = ("wattmeter", "pdu", "smart plug")


def recognizes(head: Head) -> bool:
    """Say whether a report, not its schema, is in the file."""
    if {"measures", ENERGY} <= head.names and "$schema" not in head.text[:200]:
        return True
    return any(cell.startswith("measures_0_") for cell in head.header)


def near(head: Head) -> str:
    """Tell that a schema or a report without measures is none."""
    if "BoAmps" in head.text and "$schema" in head.text[:200]:
        return "the schema of BoAmps reports, no report: it holds no measure"
    if {"header", "task", "infrastructure"} <= head.names:
        return f"a BoAmps report without measures.{ENERGY}"
    return ""


def read(text: str, where: str, _: Companions) -> Reading:
    """Read the measures; each is a row, component `total`.

    Raises:
        LedgerError: No measure with an energy, or a value that is no number.
    """
    is_json = text.lstrip().startswith("{")
    measures = _from_json(text, where) if is_json else _from_csv(text, where)
    rows: list[Row] = []
    flags: list[Flag] = []
    for number, measure in enumerate(measures):
        place = f"{where} measures[{number}]"
        energy_kwh = json_number(measure.get(ENERGY), f"{place}.{ENERGY}")
        duration_s = json_number(measure.get(DURATION), f"{place}.{DURATION}")
        if duration_s == 0:
            raise refuse(place, f"{DURATION} is 0", "Missing is not zero.")
        rows.append(
            Row(
                run=f"measure {number}",
                component="total",
                energy_kwh=energy_kwh,
                duration_s=duration_s,
                mean_power_w=energy_kwh * JOULE_PER_KWH / duration_s,
                evidence=_evidence(measure),
                boundary="board",
            )
        )
    if len(rows) > 1:
        flags.append(Flag("overlap", "several measures of one task: never add them"))
    method = str(measures[0].get("measurementMethod", ""))
    return Reading(
        format="boamps",
        tool=f"BoAmps report ({method or 'method not stated'})",
        tool_version=str(measures[0].get("version", "")),
        components=tabulate(rows),
        flags=tuple(flags),
        started_on=str(measures[0].get("measurementDateTime", ""))[:10],
        notes=("powerConsumption is an energy in kWh", f"stated by its author, by {method}"),
    )


def _evidence(measure: Mapping[str, Any]) -> str:
    """Return how the sum is known: its weakest part decides."""
    method = str(measure.get("measurementMethod", "")).lower()
    if any(meter in method for meter in METERS):
        return "metered"
    modes = [str(measure.get(f"{part}TrackingMode", "")).lower() for part in ("cpu", "gpu")]
    told = [mode for mode in modes if mode]
    return "counter" if told and all(mode in _COUNTERS for mode in told) else "modelled"


def _from_json(text: str, where: str) -> list[dict[str, Any]]:
    report = json_object(parse_json(text, where), where)
    measures = report.get("measures")
    if not isinstance(measures, list) or not measures:
        raise refuse(where, "no list of measures", "Give the report as its tool wrote it.")
    return [json_object(measure, f"{where} measures[{n}]") for n, measure in enumerate(measures)]


def _from_csv(text: str, where: str) -> list[dict[str, Any]]:
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        raise refuse(where, str(error), "Is the report whole?") from error
    if len(lines) != 2 or len(lines[0]) != len(lines[1]):
        what = f"{len(lines)} lines, or cells that do not fit the header"
        raise refuse(where, what, "A flattened report has a header and one row.")
    measures: dict[str, dict[str, Any]] = {}
    for name, cell in zip(*lines, strict=True):
        part = name.split("_", 2)
        if part[0] == "measures" and len(part) == 3 and cell:
            value = _number(cell) if part[2] in (ENERGY, DURATION) else cell
            measures.setdefault(part[1], {})[part[2]] = value
    if not measures:
        raise refuse(where, "no measure", "Give the report as its tool wrote it.")
    return list(measures.values())


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


READER = Reader("boamps", "BoAmps report (JSON or CSV)", recognizes, read, near)
