"""Contracts of series of points and of published trends, and what they must fulfil together."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from aienergy import units
from aienergy.contracts.columns import (
    DATE_PATTERN,
    ID_PATTERN,
    KEY,
    KEY_PATTERN,
    LOCATOR,
    NAME,
    NOTE,
    READ,
    SOURCE,
    Column,
    Table,
)
from aienergy.contracts.findings import Findings

# What the points of a series are, and the unit into which theirs must convert.
MEASURES = {
    "training_compute_flop": "FLOP",
    "compute_to_reach_flop": "FLOP",
    "training_cost_usd": "USD",
    "cluster_performance_flop_per_s": "FLOP/s",
    "cluster_power_w": "W",
    "training_power_w": "W",
    "cluster_cost_usd": "USD",
    "cluster_efficiency_flop_per_j": "FLOP/J",
    "chip_rate_flop_per_s": "FLOP/s",
    "chip_efficiency_flop_per_j": "FLOP/J",
    "chip_rate_flop_per_s_per_usd": "flop_s/USD",
    "time_horizon_min": "min",
    "halving_time_month": "month",
    "million_token_price_usd": "USD",
    "system_count": "1",
    "grid_intensity_gco2e_per_kwh": "gCO2e/kWh",
}
# Draws of a bootstrap have no date, and a count may be zero.
UNDATED = ("halving_time_month",)
COUNTS = ("system_count",)
RULES = (
    "all",
    "language",
    "top10",
    "regular_scale",
    "large_scale",
    "regular",
    "record",
    "best_of_month",
    "draws",
    "endpoints",
)
SERIES_PREFIX = "series:"
_POINTS = (
    r"series:[a-z0-9_]+|snapshot:(epoch_models|epoch_clusters|epoch_hardware|chips)|arithmetic"
)
GROWTH = ("growth_per_year", "growth_dex_per_year", "doubling_time_month")
IDENTITY = ["series", "name", "date", "group"]

SERIES = Table(
    "series",
    "Series of points to which trends are fitted: what the values are and whose edition it is",
    {
        "key": KEY,
        "name": NAME,
        "unit": Column("Unit of the values as printed", required=True),
        "measure": Column("What a value is", required=True, values=tuple(MEASURES)),
        "source": SOURCE,
        "vintage": Column("Day of the edition", required=True, pattern=DATE_PATTERN),
        "locator": LOCATOR,
        "read": READ,
        "note": NOTE,
    },
)
SERIES_POINT = Table(
    "series_points",
    "The points of the series, one row each, as their source prints them",
    {
        "series": Column("Key of series.csv", required=True, pattern=KEY_PATTERN),
        "name": Column("Name of the point in its source", required=True),
        "date": Column(
            "Day to which the value belongs; empty for the draws of a bootstrap",
            pattern=DATE_PATTERN,
        ),
        "value": Column("Value as printed", required=True),
        "group": Column("Class of the point, as the source has it"),
        "organization": Column("Who made it"),
        "country": Column("Country of the maker; several are separated by `; `"),
        "locator": LOCATOR,
        "note": NOTE,
    },
)
PUBLISHED_TREND = Table(
    "published_trends",
    "Published rates of growth, and what it takes to compute each again",
    {
        "key": KEY,
        "label": Column("What grows, in words", required=True),
        "observation": Column(
            "Id of the published rate; empty where nobody read it, or it is told without one",
            pattern=ID_PATTERN,
        ),
        "published_n": Column("Number of points that the source states", pattern=r"[1-9]\d*"),
        "points": Column(
            "Where the points are: `series:<key>`, `snapshot:<source>` (a publisher's file),"
            " `arithmetic` (the printed figures alone); empty where nobody has them",
            pattern=_POINTS,
        ),
        "rule": Column(
            "Which points count: `top10` are the ten largest at release, `record` each largest so"
            " far, `regular` those of that group, `regular_scale` and `large_scale` as in Sevilla"
            " et al. 2022",
            values=RULES,
        ),
        "start": Column("First day of the window of the recomputation", pattern=DATE_PATTERN),
        "end": Column("Last day of that window", pattern=DATE_PATTERN),
        "convention": Column(
            "How the source fits: `plain` is least squares of the logarithm on time, the others"
            " follow one paper in months, filters and intervals",
            values=("plain", "sevilla2022", "cottier2024", "metr2026", "ho2024"),
        ),
        "cause": Column(
            "Why it cannot be computed again, or comes out differently",
            values=(
                "not_read",
                "no_data",
                "other_price_list",
                "subset_unknown",
                "definition_changed",
                "qualitative",
                "self_inconsistent",
                "composition",
            ),
        ),
        "note": NOTE,
    },
)


def check_series(tables: Mapping[str, pd.DataFrame], folder: Path, findings: Findings) -> None:
    """Check series, their points and the published trends against each other.

    Args:
        tables: All tables of `data/raw` by name, as text.
        folder: The folder `data/raw`, for messages.
        findings: Where problems are noted.
    """
    series, points = tables["series"], tables["series_points"]
    _check_registry(series, points, str(folder / "series.csv"), findings)
    registry = series.drop_duplicates("key").set_index("key")
    again = points.duplicated(IDENTITY)
    for where, part in points.assign(again=again).groupby("file", sort=False):
        _check_points(part.reset_index(drop=True), registry, str(where), findings)
    where = str(folder / "published_trends.csv")
    rates, keys = tables["observations"], set(series["key"])
    _check_trends(tables["published_trends"], rates, keys, where, findings)


def _check_registry(
    series: pd.DataFrame, points: pd.DataFrame, where: str, findings: Findings
) -> None:
    fits = [
        measure not in MEASURES or _converts(unit, MEASURES[measure])
        for unit, measure in zip(series["unit"], series["measure"], strict=True)
    ]
    bad = ~pd.Series(fits, series.index, dtype=bool)
    hint = "Use a unit of the measure's dimension."
    findings.flag(where, bad, series["unit"], "unit '{value}' does not fit the measure", hint)
    bad = ~series["key"].isin(points["series"])
    hint = "Add its points to a table under series_points."
    findings.flag(where, bad, series["key"], "'{value}' has no points", hint)


def _check_points(
    points: pd.DataFrame, registry: pd.DataFrame, where: str, findings: Findings
) -> None:
    key, date = points["series"], points["date"]
    hint = "Add it to series.csv."
    findings.flag(where, ~key.isin(registry.index), key, "unknown series '{value}'", hint)
    hint = "Tell the points apart by their group, or by what the source numbers them with."
    findings.flag(where, points["again"], points["name"], "'{value}' repeats another point", hint)
    measure = key.map(registry["measure"])
    bad = measure.notna() & (date != "") == measure.isin(UNDATED)
    hint = "Every point has its day, and only the draws of a bootstrap have none."
    findings.flag(where, bad & measure.notna(), date, "date '{value}' does not fit", hint)
    bad = date > key.map(registry["vintage"]).fillna("9999")
    hint = "Mend the date, or the vintage in series.csv."
    findings.flag(where, bad, date, "'{value}' is later than the edition", hint)
    value = pd.to_numeric(points["value"], errors="coerce")
    bad = (points["value"] != "") & (value.isna() | value.abs().eq(float("inf")))
    hint = "Write a plain number: a decimal point, no thousands separator, no unit."
    findings.flag(where, bad, points["value"], "'{value}' is no number", hint)
    bad = (value < 0) | (value.eq(0) & ~measure.isin(COUNTS))
    hint = "Only a count may be zero, and nothing is negative."
    findings.flag(where, bad, points["value"], "{value} is not above zero", hint)


def _check_trends(
    trends: pd.DataFrame,
    observations: pd.DataFrame,
    series: set[str],
    where: str,
    findings: Findings,
) -> None:
    rates = observations.loc[observations["quantity"].isin(GROWTH), "id"]
    name = trends["observation"]
    bad = (name != "") & ~name.isin(rates)
    hint = f"Name an observation of one of: {', '.join(GROWTH)}."
    findings.flag(where, bad, name, "'{value}' is no published rate", hint)
    bad = (name != "") & name.duplicated()
    findings.flag(where, bad, name, "'{value}' stands in an earlier row", "Keep one of the two.")
    points = trends["points"]
    ours = points.str.startswith(SERIES_PREFIX)
    bad = ours & ~points.str.removeprefix(SERIES_PREFIX).isin(series)
    findings.flag(where, bad, points, "unknown series '{value}'", "Add it to series.csv.")
    bad = (trends["cause"] == "") & ((points == "") | (name == ""))
    hint = "Where the rate or the points are missing, say why."
    findings.flag(where, bad, trends["cause"], "no cause '{value}' is given", hint)
    bad = (points != "") & (trends["rule"] == "")
    findings.flag(where, bad, trends["rule"], "no rule '{value}' is given", "Say which points.")
    bad = (trends["start"] != "") & (trends["end"] != "") & (trends["start"] > trends["end"])
    findings.flag(where, bad, trends["start"], "'{value}' is after the end", "Mend the window.")


def _converts(unit: str, canonical: str) -> bool:
    try:
        units.conversion_factor(unit, canonical)
    except units.UnknownUnitError:
        return False
    return True
