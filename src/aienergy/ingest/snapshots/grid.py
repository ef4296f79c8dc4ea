"""Carbon intensity by country, state, grid area and cloud region.

Traps: the header of Our World in Data changed and values are revised; Google changed from
lifecycle to operational emissions in 2021; a market-based 0.0 is accounting, not air; eGRID is in
pounds; `N/A` is a location.
"""

import re

import pandas as pd

from aienergy.contracts.findings import Findings
from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots import cells
from aienergy.ingest.snapshots.corrections import apply_corrections
from aienergy.ingest.snapshots.layouts import (
    Normalized,
    decode,
    read_csv,
    repeated,
    rows_of,
    with_notes,
)
from aienergy.units import conversion_factor

OWID = "owid_carbon_intensity"
GOOGLE = "google_region_carbon"
GSF = "gsf_real_time_cloud"
EGRID_UNIT = "lbCO2e/MWh"
_YEAR = r"(?:19|20)\d{2}"


def read_owid(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read an edition of Our World in Data's table; see `layouts.normalize` for errors."""
    result, _ = read_csv(content, OWID, name, corrections)
    table = result.table
    zeros = int((table["grid_intensity_gco2e_per_kwh"] == 0).sum())
    groups = table.loc[table["iso3"] == "", "entity"].nunique()
    return with_notes(
        result,
        table,
        "life-cycle CO2e by Ember, whatever the header prints; editions revise earlier years",
        f"{groups} entities without a code are groups of countries" if groups else "",
        f"{zeros} values of zero" if zeros else "",
    )


def read_google(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read one year of Google's regions; adds `year` (from the file's name), `stage_of_life`.

    Raises:
        LedgerError: See `layouts.normalize`; or the file's name has no year.
    """
    result, layout = read_csv(content, GOOGLE, name, corrections)
    found = re.search(rf"(?<!\d)({_YEAR})\.csv$", name)
    if not found:
        hint = "Keep the publisher's name: 2024.csv."
        raise LedgerError(Problem(name, "the name does not say the year", hint))
    table = result.table.assign(year=int(found[1]), stage_of_life=layout)
    note = "lifecycle until 2020, operational since: two methods, not one trend"
    return with_notes(result, table, note)


def read_gsf(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read the Green Software Foundation's table; see `layouts.normalize` for errors."""
    result, _ = read_csv(content, GSF, name, corrections)
    key = result.table[["year", "provider", "region"]].astype(str).agg(" ".join, axis="columns")
    market = result.table.get("market_intensity_gco2e_per_kwh", pd.Series(dtype=float)).dropna()
    note = f"all {len(market)} market-based intensities are 0.0: accounting, not a grid without"
    zero = bool(len(market)) and bool((market == 0).all())
    return with_notes(
        result,
        result.table,
        repeated(key, "regions of a year"),
        f"{note} emissions" if zero else "",
    )


def read_egrid(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read eGRID's output emission rates: one row an area and year, pounds turned to grams.

    Returns:
        Columns state or subregion, year, grid_intensity_gco2e_per_kwh.

    Raises:
        LedgerError: No column state or subregion, no column of a year, or cells that are no rate.
    """
    frame = rows_of(decode(content, name), name)
    frame, notes = apply_corrections(frame, corrections, name)
    printed = [str(header) for header in frame]
    headers = {cells.header_key(header): header for header in printed}
    area = next((key for key in ("state", "subregion") if key in headers), "")
    years = [header for header in printed if re.fullmatch(_YEAR, header)]
    if not area or not years:
        hint = "Columns are state or subregion, and one a year (2018, ...)."
        missing = "a year" if area else "state or subregion"
        raise LedgerError(Problem(f"{name}:1", f"missing column {missing}", hint))
    findings, parts = Findings(), []
    for year in years:
        parsed = cells.numbers(frame[year])
        hint = "A rate in lb/MWh."
        findings.flag(name, parsed.bad, frame[year], "'{value}' is no number", hint)
        rate = parsed.values * conversion_factor(EGRID_UNIT, "gCO2e/kWh")
        names = cells.clean(frame[headers[area]])
        columns = {area: names, "year": int(year), "grid_intensity_gco2e_per_kwh": rate}
        parts.append(pd.DataFrame(columns))
    findings.raise_if_any()
    unknown = tuple(h for h in printed if h not in (*years, headers[area]))
    told = (*notes, "total output emission rate, direct CO2e, printed in lb/MWh")
    return Normalized(pd.concat(parts, ignore_index=True), unknown, (), told)
