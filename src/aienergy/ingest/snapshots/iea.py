"""The tidy extracts of the annex to the IEA's "Energy and AI"; the workbook itself is refused.

Traps: IT and facility values side by side; years such as `2030 Base` and `2035*`; units that stand
in the names of the metrics.
"""

import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots.cells import header_key
from aienergy.ingest.snapshots.layouts import Normalized, read_csv, with_notes
from aienergy.units import conversion_factor

SOURCE = "iea_energy_ai"
# Metric as printed: canonical name, unit as printed, canonical unit.
METRICS = {
    "Electricity consumption (TWh)": ("electricity_demand_twh", "TWh", "TWh"),
    "Total electricity consumption (TWh)": ("electricity_demand_twh", "TWh", "TWh"),
    "IT electricity consumption (TWh)": ("it_electricity_demand_twh", "TWh", "TWh"),
    "Installed capacity (GW)": ("facility_power_w", "GW", "W"),
    "Total installed capacity (GW)": ("facility_power_w", "GW", "W"),
    "IT installed capacity (GW)": ("it_power_w", "GW", "W"),
    "Load factor (%)": ("load_factor_share", "percent", "1"),
    "Power usage effectiveness": ("pue", "1", "1"),
}
IT_NAMES = {"electricity_demand_twh": "it_electricity_demand_twh", "facility_power_w": "it_power_w"}
EXPLORATORY = ("2035",)


def read(content: bytes | str, name: str, corrections: pd.DataFrame | None = None) -> Normalized:
    """Read an extract, one row a region or segment, scenario and year, one column a metric.

    Returns:
        Columns region or segment, scenario, year, is_exploratory and the metrics; `it_` marks
        values of IT equipment, the others are those of the facility.

    Raises:
        LedgerError: See `layouts.normalize`; or a metric that is not known.
    """
    result, layout = read_csv(content, SOURCE, name, corrections)
    rows = result.table
    keys = {header_key(metric): parts for metric, parts in METRICS.items()}
    known = rows["metric"].map(header_key)
    strange = sorted(set(rows["metric"][~known.isin(keys)]))
    if strange:
        hint = f"Known: {', '.join(METRICS)}."
        raise LedgerError(Problem(name, f"unknown metric {', '.join(strange)}", hint))
    factors = known.map(lambda key: conversion_factor(*keys[key][1:]))
    metric = known.map(lambda key: keys[key][0])
    years = rows["year"].str.extract(r"^(?P<year>\d{4})\*?(?: (?P<scenario>.+))?$")
    if years["year"].isna().any():
        bad = rows["year"][years["year"].isna()].iloc[0]
        raise LedgerError(Problem(name, f"'{bad}' is no year", "Such as 2030 or 2030 Base."))
    if layout == "world":
        is_it = rows["scope"] == "IT"
        metric = metric.where(~is_it, metric.replace(IT_NAMES))
        place = rows["segment"].where(~is_it | (rows["segment"] != "IT"), "Total")
        index = {"segment": place, "scenario": rows["scenario"]}
    else:
        index = {"region": rows["region"], "scenario": years["scenario"].fillna("Historical")}
    long = pd.DataFrame({**index, "year": years["year"], "metric": metric})
    long["value"] = rows["value"] * factors
    axes = [*index, "year"]
    if long.duplicated([*axes, "metric"]).any():
        raise LedgerError(Problem(name, "a value stands twice", "Name an extract as derived."))
    wide = long.pivot(index=axes, columns="metric", values="value").reset_index()
    wide.columns.name = None
    wide["is_exploratory"] = wide["year"].isin(EXPLORATORY)
    wide["year"] = wide["year"].astype("Int64")
    ends = [*axes, "is_exploratory"]
    table = wide[ends + [column for column in wide if column not in ends]]
    return with_notes(result, table, "facility_power_w is installed capacity, not consumption")
