"""Power beside electricity: capacity, load factor and an identity of a publisher's annex."""

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.facts import Facts

ANNEX = "iea2025"
REGIONS = ("world", "usa", "chn", "iea_europe")


def check_annex(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Recompute the annex's electricity from its capacity and load factor.

    That they agree follows from the definition of a load factor: it is an identity, which tells
    that the table is consistent, and validates nothing.

    Returns:
        One row a scenario and year: scenario, year, capacity, load_factor, printed, recomputed,
        ratio (keys), value and inside (1 where a value within the rounding of both inputs gives
        the printed one within its own).
    """
    energies = _of(facts, "electricity_demand_twh")
    capacities, loads = _of(facts, "installed_power_w"), _of(facts, "load_factor")
    capacities = capacities[["subject", "q_scenario", "year", "id", "value"]]
    on = ["subject", "q_scenario", "year"]
    joined = energies.merge(capacities, on=on, suffixes=("", "_capacity"))
    joined = joined.merge(loads[[*on, "id", "value"]], on=on, suffixes=("", "_load"))
    rows = []
    for row in joined.sort_values(["year", "q_scenario"]).itertuples():
        stem = f"annex.world.{row.q_scenario}.{int(float(str(row.year)))}"
        when = f"{str(row.q_scenario).replace('_', ' ')}, {int(float(str(row.year)))}"
        inputs: dict[str, Input] = {
            "installed_power_w": str(row.id_capacity),
            "load_factor": str(row.id_load),
        }
        label = f"World, {when}: capacity x load factor x hours"
        number = ledger.derive(f"{stem}.recomputed", label, "TWh", "load_factor_energy_twh", inputs)
        label = f"World, {when}: recomputed over printed electricity"
        pair: dict[str, Input] = {"numerator": number.key, "denominator": str(row.id)}
        ratio = ledger.derive(f"{stem}.ratio", label, "1", "ratio", pair)
        rows.append({"scenario": row.q_scenario, "year": row.year, "capacity": row.id_capacity,
                     "load_factor": row.id_load, "printed": row.id, "recomputed": number.key,
                     "ratio": ratio.key, "value": ratio.value,
                     "inside": _inside(row)})  # fmt: skip
    table = pd.DataFrame(rows)
    _summarize(table, ledger)
    return table


def _of(facts: Facts, quantity: str) -> pd.DataFrame:
    rows = facts.select(quantity, "world", q_sector="data_centre", source=ANNEX, read="primary")
    return rows.dropna(subset=["year"])


def _inside(row: tuple[object, ...]) -> int:
    """Return 1 where the printed value follows within the rounding of all printed digits."""
    told = row._asdict()  # type: ignore[attr-defined]
    capacity_gw, load = float(told["value_capacity"]) / 1e9, float(told["value_load"])
    printed = float(told["value"])
    low = (capacity_gw - 0.5) * (load - 0.005) * 8.760
    high = (capacity_gw + 0.5) * (load + 0.005) * 8.784  # a leap year has a day more
    return int(low <= printed + 0.5 and high >= printed - 0.5)


def _summarize(table: pd.DataFrame, ledger: Ledger) -> None:
    keys = table["ratio"].tolist()
    ledger.derive("annex.identity.n", "Rows of the annex that were recomputed", "1", "count",
                  {"terms": keys})  # fmt: skip
    kept = table.loc[table["inside"] == 1, "ratio"].tolist()
    label = "Rows of the annex that agree within the rounding of their digits"
    ledger.derive("annex.identity.inside", label, "1", "count", {"terms": kept})
    label = "Recomputed over printed electricity: {} of all rows"
    for name, share in (("smallest", 0.0), ("largest", 1.0)):
        ledger.derive(f"annex.identity.{name}", label.format(name), "1", "quantile_of",
                      {"terms": keys, "share": share})  # fmt: skip


def tabulate_power(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Set capacity beside electricity, by region and year of history.

    Returns:
        One row a region and year: region, name, year, energy, capacity, load_factor, mean_power
        (keys).
    """
    energies = facts.select("electricity_demand_twh", REGIONS, q_sector="data_centre", source=ANNEX)
    capacities = facts.select("installed_power_w", REGIONS, q_sector="data_centre", source=ANNEX)
    on = ["subject", "q_scenario", "year"]
    energies = energies[energies["read"] == "primary"]
    joined = energies.merge(capacities[[*on, "id"]], on=on, suffixes=("", "_capacity"))
    rows = []
    for row in joined[joined["q_scenario"].isin(["historic", "base"])].itertuples():
        year = int(float(str(row.year)))
        stem, name = f"place.{row.subject}.{year}", facts.name(row.subject)
        inputs: dict[str, Input] = {
            "electricity_twh": str(row.id),
            "installed_power_w": str(row.id_capacity),
        }
        label = f"{name}, {year}: mean power over installed power"
        load = ledger.derive(f"{stem}.load_factor", label, "1", "load_factor", inputs)
        label = f"{name}, {year}: mean power of data centres"
        mean = ledger.derive(f"{stem}.mean_power", label, "W", "mean_power_w",
                             {"electricity_twh": str(row.id)}, boundary="facility")  # fmt: skip
        rows.append({"region": row.subject, "name": name, "year": year, "energy": row.id,
                     "capacity": row.id_capacity, "load_factor": load.key,
                     "mean_power": mean.key})  # fmt: skip
    table = pd.DataFrame(rows)
    order = table["region"].map(REGIONS.index)
    return (
        table.assign(order=order)
        .sort_values(["order", "year"], ignore_index=True)
        .drop(columns="order")
    )
