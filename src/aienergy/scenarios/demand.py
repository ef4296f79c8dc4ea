"""Electricity demand of data centres as one tidy table, with growth by scenario."""

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts

REGIONS = ("world", "usa")
BASE_YEAR = {"iea2025": 2024, "shehabi2024": 2023}


def demand_table(facts: Facts) -> pd.DataFrame:
    """Return electricity demand of all data centres.

    Returns:
        One row per region, source, scenario and year: region, source, scenario, year, key,
        value, low, high (TWh), sorted.
    """
    rows = facts.select("electricity_demand_twh", REGIONS, q_sector="data_centre")
    rows = rows.dropna(subset=["year"])
    rows = rows[rows["source"].isin(list(BASE_YEAR))]
    rows = rows.drop_duplicates(["subject", "source", "q_scenario", "year"])
    rows = rows.rename(columns={"subject": "region", "id": "key", "q_scenario": "scenario"})
    columns = ["region", "source", "scenario", "year", "key", "value", "low", "high"]
    return rows[columns].sort_values(["region", "source", "year", "scenario"], ignore_index=True)


def derive_growth(table: pd.DataFrame, facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Derive how many times the demand of a source's base year each projection is.

    Returns:
        One row per projection: region, source, scenario, year, key, ratio.
    """
    rows = []
    for source, base_year in BASE_YEAR.items():
        mine = table[table["source"] == source]
        base = mine[(mine["year"] == base_year) & (mine["scenario"] == "historic")]
        ahead = mine[(mine["year"] > base_year) & (mine["scenario"] != "historic")]
        pairs = ahead.merge(base[["region", "key"]], on="region", suffixes=("", "_base"))
        for row in pairs.itertuples():
            number = ledger.derive(
                f"demand.{row.region}.{row.scenario}.{row.year:.0f}.{source}.growth",
                f"{facts.name(row.region)}: electricity demand of data centres in {row.year:.0f} "
                f"over {base_year}, {str(row.scenario).replace('_', ' ')}",
                "1",
                "ratio",
                {"numerator": str(row.key), "denominator": str(row.key_base)},
            )
            rows.append(
                {
                    "region": row.region,
                    "source": source,
                    "scenario": row.scenario,
                    "year": row.year,
                    "key": number.key,
                    "ratio": number.value,
                }
            )
    return pd.DataFrame(rows)
