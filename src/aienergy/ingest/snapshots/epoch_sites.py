"""Epoch AI's clusters, frontier data centres and chip stocks.

Traps: which power is facility power and which is IT power, by edition; rows dated after the
snapshot are plans; anonymized clusters share a name and are not duplicates; `checked` marks.
"""

import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots.layouts import Normalized, read_csv, vintage, with_notes

CLUSTERS = "epoch_gpu_clusters"
DATA_CENTERS = "epoch_frontier_data_centers"
CHIP_COUNTS = "epoch_ai_chip_counts"
# `Current power (MW)` meant the facility in the edition of the first day and IT equipment in that
# of the second; nothing between them has been seen.
LAST_FACILITY_EDITION = "2026-05-23"
FIRST_IT_EDITION = "2026-07-07"


def read_clusters(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read the table of clusters; see `layouts.normalize` for errors."""
    result, _ = read_csv(content, CLUSTERS, name, corrections)
    table = result.table
    table["is_anonymized"] = table["cluster"].str.startswith("Anonymized")
    return with_notes(
        result,
        table,
        "facility_power_w is a capacity: reported where stated, else nameplate with server overhead"
        " and PUE; not consumption",
        f"{int(table['is_anonymized'].sum())} anonymized rows share names: not duplicates",
        "sum only rows with in_standard_analysis, without possible duplicates",
    )


def read_data_centers(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read sites, timelines, chip quantities, or tables of cooling equipment.

    Dated tables gain `is_future`: whether the row is later than the snapshot, a plan.

    Raises:
        LedgerError: See `layouts.normalize`; or the name carries no date of a snapshot where the
            meaning of a column depends on it.
    """
    result, layout = read_csv(content, DATA_CENTERS, name, corrections)
    table, day = result.table, vintage(name)
    notes = []
    if layout == "data_centers":
        if not day or LAST_FACILITY_EDITION < day < FIRST_IT_EDITION:
            what = f"it is unknown whether 'Current power (MW)' of '{day}' is facility or IT power"
            hint = "Name the file with the folder of its snapshot: .../2026-07-07/data_centers.csv"
            raise LedgerError(Problem(name, what, hint))
        power = "facility_power_w" if day <= LAST_FACILITY_EDITION else "it_power_w"
        table = table.rename(columns={"current_power_w": power})
        notes.append(f"'Current power (MW)' is {power} in this edition")
    elif "date" in table and day:
        table["is_future"] = table["date"] > day
        notes.append(f"{int(table['is_future'].sum())} rows are later than the snapshot: plans")
    return with_notes(result, table, *notes)


def read_chip_counts(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read one table of chip stocks, of any vendor; see `layouts.normalize` for errors."""
    result, _ = read_csv(content, CHIP_COUNTS, name, corrections)
    table, notes = result.table, []
    if "is_incomplete" in table and table["is_incomplete"].any():
        notes.append(f"{int(table['is_incomplete'].sum())} rows of an incomplete quarter")
    if "chip_power_w" in table:
        notes.append("chip_power_w is units times rated power (inferred), without servers and PUE")
    return with_notes(result, table, *notes)
