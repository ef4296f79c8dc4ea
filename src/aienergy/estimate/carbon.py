"""From energy to carbon: one run on many grids, and our own runs on some."""

from collections.abc import Collection

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.errors import LedgerError, Problem
from aienergy.facts import Facts

GRID = {"q_basis": "average", "q_stage_of_life": "lifecycle", "q_mix": "production"}
# Editions and tools disagree on the same year; one edition is used throughout.
GRID_SOURCE = "owid_ember2026"


def grid_keys(facts: Facts, year: int) -> pd.DataFrame:
    """Return the accounted, average, lifecycle intensity of each region in a year.

    Returns:
        Columns region, id, value (gCO2e/kWh), sorted by value.
    """
    rows = facts.select("grid_intensity_gco2e_per_kwh", source=GRID_SOURCE, **GRID)
    # A factor of one day or hour is none of the year.
    whole = rows["period"].astype(str).str.fullmatch(r"\d{4}(\.0)?")
    rows = rows[(rows["year"] == year) & whole].drop_duplicates("subject")
    rows = rows.rename(columns={"subject": "region"})
    return rows[["region", "id", "value"]].sort_values(["value", "region"], ignore_index=True)


def place_run(
    energy_key: str,
    year: int,
    regions: Collection[str],
    facts: Facts,
    ledger: Ledger,
    stem: str,
) -> pd.DataFrame:
    """Express one run on the grids of a year.

    Args:
        energy_key: Number that holds the energy (kWh).
        year: Year of the grid intensities.
        regions: Keys of the grids.
        facts: Normalized observations.
        ledger: Numbers so far; one emission per region is added under `stem.<region>`.
        stem: Beginning of the keys.

    Returns:
        One row a region: region, grid_intensity_gco2e_per_kwh, emissions_kgco2e, key.

    Raises:
        LedgerError: A region without an intensity of that year; none is put in its place.
    """
    grids = grid_keys(facts, year)
    missing = sorted(set(regions) - set(grids["region"]))
    if missing:
        hint = "Leave it out, or add the year's observation; another year does not stand in."
        what = f"no grid intensity of {year} for {', '.join(missing)}"
        raise LedgerError(Problem("config.yaml key place.regions", what, hint))
    grids = grids[grids["region"].isin(list(regions))]
    rows = []
    for grid in grids.itertuples():
        number = ledger.derive(
            f"{stem}.{grid.region}",
            f"{ledger[energy_key].label}, as emissions on the grid of {facts.name(grid.region)}",
            "kgCO2e",
            "emissions_kgco2e",
            {"energy_kwh": energy_key, "grid_intensity_gco2e_per_kwh": str(grid.id)},
            boundary=ledger[energy_key].boundary,
            scope=ledger[energy_key].scope,
            note="Accounted emissions: average, lifecycle intensity of the year's production mix.",
        )
        rows.append(
            {
                "region": grid.region,
                "grid_intensity_gco2e_per_kwh": grid.value,
                "emissions_kgco2e": number.value,
                "key": number.key,
            }
        )
    return pd.DataFrame(rows)


def estimate_emissions(
    estimates: pd.DataFrame, systems: pd.DataFrame, facts: Facts, ledger: Ledger
) -> pd.DataFrame:
    """Express each energy estimate on the world's average grid of the system's year.

    Which grid fed a run is rarely disclosed. The world's average is a common yardstick, not a
    guess at the place; `place_run` shows what the place changes.

    Args:
        estimates: Energy estimates by system and route.
        systems: Registry rows with key and publication_date.
        facts: Normalized observations.
        ledger: Numbers so far; the emissions are added to it.

    Returns:
        One row per estimate whose year has a grid value: system, route, year, key, value, low,
        high (kg CO2e).
    """
    world = facts.select("grid_intensity_gco2e_per_kwh", "world", source=GRID_SOURCE, **GRID)
    grid_of_year = world.dropna(subset=["year"]).drop_duplicates("year").set_index("year")["id"]
    years = systems["publication_date"].str[:4].astype(int)
    year_of = dict(zip(systems["key"], years, strict=True))
    rows = []
    for row in estimates.itertuples():
        year = year_of[str(row.system)]
        if year not in grid_of_year.index:
            continue
        number = ledger.derive(
            f"{row.system}.emissions_on_world_grid.{row.route}_route",
            f"{ledger[str(row.key)].label}, as emissions on the world's average grid",
            "kgCO2e",
            "emissions_kgco2e",
            {"energy_kwh": str(row.key), "grid_intensity_gco2e_per_kwh": grid_of_year[year]},
            boundary="facility",
            scope="final_run",
            note="Accounted: average, lifecycle intensity of the year of publication.",
        )
        rows.append(
            {
                "system": row.system,
                "route": row.route,
                "year": year,
                "key": number.key,
                "value": number.value,
                "low": number.low,
                "high": number.high,
            }
        )
    return pd.DataFrame(rows)
