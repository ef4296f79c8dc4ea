"""Factors that tools ship: Cloud Carbon Footprint, Green Algorithms, ML CO2 Impact, CodeCarbon.

Traps: metric tons per kWh, pounds per MWh, two header lines, cells where a comma took the place of
`0.`; the year is often not stated.
"""

import pandas as pd

from aienergy.contracts.findings import FIRST_DATA_LINE, Findings
from aienergy.contracts.quantities import quantities
from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots.layouts import (
    Normalized,
    decode,
    normalize,
    objects,
    parse_json,
    read_csv,
    rows_of,
    with_notes,
)
from aienergy.units import conversion_factor

CCF = "ccf_coefficients"
GREEN_ALGORITHMS = "green_algorithms"
MLCO2 = "mlco2_impact"
CODECARBON = "codecarbon_factors"
INTENSITY = "grid_intensity_gco2e_per_kwh"
POUNDS = ("lb/mwh", "lbs/mwh")
NOTE_KEYS = ("_unit", "_source")


def read_ccf(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read Cloud Carbon Footprint's factors, tons turned to grams.

    Raises:
        LedgerError: See `layouts.normalize`; or a factor that no grid has (`000077` for 0.000077).
    """
    result, _ = read_csv(content, CCF, name, corrections)
    _refuse_impossible(result.table[INTENSITY], name)
    return with_notes(result, result.table, "printed in metric ton/kWh; the year is not stated")


def read_green_algorithms(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read Green Algorithms' factors, whose header takes two lines, the first with the unit.

    Raises:
        LedgerError: See `layouts.normalize`; or the first line names another unit.
    """
    first, _, rest = decode(content, name).partition("\n")
    if "gco2e/kwh" not in first.casefold():
        hint = "Its first line says `in gCO2e/kWh`, its second names the columns."
        raise LedgerError(Problem(f"{name}:1", "the first header line names no such unit", hint))
    result, _ = normalize(rows_of(rest, name), GREEN_ALGORITHMS, name, corrections)
    _refuse_impossible(result.table[INTENSITY], name)
    return with_notes(result, result.table, "mostly of 2020")


def read_mlco2(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read ML CO2 Impact's regions or GPUs; see `layouts.normalize` for errors.

    A row of the GPUs that lacks a cell keeps the cells before the gap.
    """
    short: list[int] = []
    frame = rows_of(decode(content, name), name, short)
    result, layout = normalize(frame, MLCO2, name, corrections)
    lines = ", ".join(map(str, short))
    if layout != "gpus" and short:
        hint = "Is the file cut off? Fetch it again."
        raise LedgerError(Problem(f"{name}:{lines}", "too few cells", hint))
    told = "factors of 2019, some of one evening hour" if layout == "regions" else ""
    cut = f"line {lines} lacks cells: those behind the gap are missing" if short else ""
    return with_notes(result, result.table, told, cut)


def read_codecarbon(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read CodeCarbon's factors: US states in pounds per MWh, or countries in g/kWh.

    Returns:
        Columns key, name, year, grid_intensity_gco2e_per_kwh.

    Raises:
        LedgerError: Not such JSON, another unit, or corrections (cells of JSON have none).
    """
    if corrections is not None and len(corrections):
        refuse_corrections(corrections, name)
    entries = objects([parse_json(content, name)], (), name)[0]
    named = {key: entry for key, entry in entries.items() if key not in NOTE_KEYS}
    if "_unit" in entries:
        objects([entries["_unit"], entries.get("_source", {})], (), name)
        objects(list(named.values()), ("regionCode", "emissions"), name)
        unit = str(entries["_unit"].get("emissions", "")).casefold()
        if unit not in POUNDS:
            raise LedgerError(Problem(name, f"unit '{unit}', not lbs/MWh", "Pin the release."))
        year = entries.get("_source", {}).get("year")
        factor = conversion_factor("lbCO2e/MWh", "gCO2e/kWh")
        rows = [
            (entry["regionCode"], key, year, _number(entry["emissions"], name) * factor)
            for key, entry in named.items()
        ]
    else:
        objects(list(named.values()), ("carbon_intensity",), name)
        rows = [
            (
                key,
                entry.get("country_name", ""),
                entry.get("year"),
                _number(entry["carbon_intensity"], name),
            )
            for key, entry in named.items()
        ]
    table = pd.DataFrame(rows, columns=["key", "name", "year", INTENSITY])
    table = table.astype({"year": "Int64", INTENSITY: float})
    _refuse_impossible(table[INTENSITY], name)
    return Normalized(table, notes=("the year stands with each row",))


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LedgerError(Problem(name, f"'{value}' is no number", "Is the file damaged?"))
    return float(value)


def refuse_corrections(corrections: pd.DataFrame, name: str) -> None:
    """Refuse corrections of a file of JSON, whose cells they cannot name.

    Raises:
        LedgerError: A correction is for this file.
    """
    path = name.replace("\\", "/")
    keys = [row.key for row in corrections.itertuples() if path.endswith(str(row.snapshot))]
    if keys:
        what = f"correction {', '.join(map(str, keys))} is for JSON"
        raise LedgerError(Problem(name, what, "Corrections are for cells of CSV files."))


def _refuse_impossible(values: pd.Series, name: str) -> None:
    """Refuse intensities that no grid has, which are another unit or a lost decimal point."""
    most = float(quantities()["maximum"].loc[INTENSITY])
    lines = pd.Series(values.to_numpy(), pd.RangeIndex(len(values)), name=INTENSITY)
    findings = Findings()
    hint = f"No grid passes {most:.0f} g/kWh: a lost decimal point? Add a correction."
    findings.flag(
        f"{name} (rows counted from {FIRST_DATA_LINE})", lines > most, lines, "{value}", hint
    )
    findings.raise_if_any()
