"""Hourly intensity: Electricity Maps, and EIA's generation by fuel.

Traps: stamps without a mark of their zone; hours that are blank or missing (daylight saving); an
hour in which fuels are missing that still carries an intensity.
"""

import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots.layouts import Normalized, read_csv, with_notes

ELECTRICITY_MAPS = "hourly_electricitymaps"
EIA = "hourly_eia"
# An hour with less than this part of the day's median generation lacks fuels.
LEAST_SHARE_OF_DAY = 0.5
SHOWN = 3


def read_electricity_maps(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read a year of hours; see `layouts.normalize` for errors, and a repeated hour."""
    result, _ = read_csv(content, ELECTRICITY_MAPS, name, corrections)
    table = result.table
    estimated = int(table["is_estimated"].sum()) if "is_estimated" in table else 0
    return with_notes(
        result,
        table,
        _missing_hours(table, name, ["zone"]),
        _blank(table, "lifecycle_intensity_gco2e_per_kwh"),
        f"{estimated} hours are estimated by the publisher" if estimated else "",
    )


def read_eia(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read a year of hours; adds `generation_w` and `is_complete`.

    An hour is complete where every fuel stands and all together reach at least half of the day's
    median: an hour in which most fuels are missing can still carry an intensity.

    Raises:
        LedgerError: See `layouts.normalize`; or an hour that stands twice.
    """
    result, _ = read_csv(content, EIA, name, corrections)
    table = result.table
    fuels = table.filter(regex=r"_generation_w$")
    total = fuels.sum(axis="columns", min_count=1)
    usual = total.groupby(table["hour_utc"].str[:10]).transform("median")
    table["generation_w"] = total
    table["is_complete"] = fuels.notna().all(axis="columns") & (total >= LEAST_SHARE_OF_DAY * usual)
    partial = int((~table["is_complete"] & table["grid_intensity_gco2e_per_kwh"].notna()).sum())
    return with_notes(
        result,
        table,
        _missing_hours(table, name, []),
        _blank(table, "grid_intensity_gco2e_per_kwh"),
        f"{partial} hours lack generation but carry an intensity: leave them out"
        if partial
        else "",
    )


def _missing_hours(table: pd.DataFrame, name: str, by: list[str]) -> str:
    stamps = pd.to_datetime(table["hour_utc"], format="%Y-%m-%dT%H:%M:%SZ")
    twice = table.duplicated([*by, "hour_utc"])
    if twice.any():
        hint = "Hours in UTC do not repeat: is this local time with daylight saving?"
        what = f"hour {table.loc[twice, 'hour_utc'].iloc[0]} stands twice"
        raise LedgerError(Problem(name, what, hint))
    whole = pd.date_range(stamps.min(), stamps.max(), freq="h")
    gone = whole.difference(pd.DatetimeIndex(stamps))
    shown = ", ".join(gone[:SHOWN].strftime("%Y-%m-%dT%H:%M:%SZ"))
    return f"{len(gone)} hours are missing ({shown})" if len(gone) else ""


def _blank(table: pd.DataFrame, column: str) -> str:
    blank = table.loc[table[column].isna(), "hour_utc"]
    shown = ", ".join(blank[:SHOWN])
    return f"{len(blank)} hours are blank ({shown})" if len(blank) else ""
