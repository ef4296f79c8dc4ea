"""What others say of the same electricity and capacity, each with its definition."""

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.facts import Facts

# What an observation counts: sector or subject, in words; region; what hardware is in.
_DEFINITIONS = {
    "accelerated_servers": "servers with accelerators",
    "ai_optimized_servers": "AI-optimized servers",
    "ai_focused_data_centre": "AI-focused data centres",
}
_WHO = {
    "iea2025": "IEA",
    "iea2026key": "IEA",
    "gartner2025dc": "Gartner",
    "shehabi2024": "LBNL",
    "smith2026update": "LBNL",
    "epoch2025dcpower": "Epoch AI",
    "devriesgao2025": "de Vries-Gao",
}
_COLUMNS = ["measure", "who", "year", "region", "what", "boundary", "scenario", "key"]


def tabulate_others(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Derive and tabulate electricity and capacity of AI as others state them.

    Returns:
        One row a value: measure (`electricity` or `capacity`), who, year, region, what, boundary
        (`node` for servers alone, `facility` with their sites), scenario, key.
    """
    rows = [*_energies(facts), *_shares(facts, ledger), *_capacities(facts)]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.sort_values(["measure", "year", "who", "what"], ignore_index=True)


def _energies(facts: Facts) -> list[dict[str, object]]:
    rows = facts.select("electricity_demand_twh")
    rows = rows[rows["q_sector"].isin(list(_DEFINITIONS))]
    return [
        {
            "measure": "electricity",
            "who": _WHO[str(row.source)],
            "year": int(float(str(row.year))),
            "region": "United States" if row.subject == "ai_servers_usa" else "World",
            "what": _DEFINITIONS[str(row.q_sector)],
            "boundary": "facility" if row.q_sector == "ai_focused_data_centre" else "node",
            "scenario": str(row.q_scenario),
            "key": str(row.id),
        }
        for row in rows.itertuples()
    ]


def _shares(facts: Facts, ledger: Ledger) -> list[dict[str, object]]:
    """Yield electricity of a part of which a source prints the share alone, and its growth."""
    wanted = (
        ("data_centres_world", "world", "iea2025", "2024", "World"),
        ("usa", "usa", "smith2026update", "2030", "United States"),
    )
    rows: list[dict[str, object]] = []
    for subject, whole_of, source, year, region in wanted:
        share = facts.select("electricity_share", subject, q_sector="accelerated_servers")
        wholes = facts.select("electricity_demand_twh", whole_of, q_sector="data_centre")
        wholes = wholes[(wholes["source"] == source) & (wholes["year"] == float(year))]
        wholes = wholes[wholes["q_scenario"].isin(["historic", "base"])]
        if share.empty or wholes.empty:
            continue
        key = f"ai.{whole_of}.{year}.{source}"
        label = f"{region}: electricity of servers with accelerators in {year}, share x total"
        inputs: dict[str, Input] = {
            "whole_twh": str(wholes["id"].iloc[0]),
            "part_share": str(share["id"].iloc[0]),
        }
        ledger.derive(key, label, "TWh", "part_energy_twh", inputs, boundary="node")
        rows.append({"measure": "electricity", "who": _WHO[source], "year": int(year),
                     "region": region, "what": _DEFINITIONS["accelerated_servers"],
                     "boundary": "node", "scenario": "historic" if year == "2024" else "base",
                     "key": key})  # fmt: skip
    grown = facts.first("growth_per_year", "accelerated_servers_world")
    if grown is not None and "ai.world.2024.iea2025" in ledger:
        inputs = {"start_twh": "ai.world.2024.iea2025", "growth_per_year": grown, "year_count": 6.0}
        label = "World: electricity of servers with accelerators in 2030, grown from 2024"
        key = "ai.world.2030.iea2025"
        ledger.derive(key, label, "TWh", "grown_energy_twh", inputs, boundary="node")
        rows.append({**rows[0], "year": 2030, "scenario": "base", "key": key})
    return rows


def _capacities(facts: Facts) -> list[dict[str, object]]:
    rows = facts.select("installed_power_w", ["ai_chips_sold", "ai_accelerators_world"])
    return [
        {
            "measure": "capacity",
            "who": _WHO[str(row.source)],
            "year": int(float(str(row.year))),
            "region": "World",
            "what": facts.name(row.subject),
            "boundary": "facility",
            "scenario": "",
            "key": str(row.id),
        }
        for row in rows.itertuples()
    ]


def derive_gaps(others: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Derive how many times our electricity of servers what others state for a year is.

    Returns:
        The rows of others' electricity in a year that we count, with columns ours and ratio (keys).
    """
    rows = others[(others["measure"] == "electricity") & (others["boundary"] == "node")]
    told = []
    for row in rows.to_dict("records"):
        ours = f"fleet.server_energy.{row['year']}"
        if ours not in ledger:
            continue
        key = f"{row['key']}.over_fleet"
        label = f"{row['who']}, {row['what']}, {row['year']}: over our count of servers"
        inputs: dict[str, Input] = {"numerator": str(row["key"]), "denominator": ours}
        ledger.derive(key, label, "1", "ratio", inputs, boundary="node")
        told.append({**row, "ours": ours, "ratio": key})
    return pd.DataFrame(told)
