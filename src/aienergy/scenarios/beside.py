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
# What a share is of, where no electricity is printed.
_PARTS = _DEFINITIONS | {"ai": "AI in data centres"}
_ENDS = ("low", "high")  # of a share that is printed as a range
_WHO = {
    "iea2025": "IEA",
    "iea2026key": "IEA",
    "gartner2025dc": "Gartner",
    "shehabi2024": "LBNL",
    "smith2026update": "LBNL",
    "epri2024": "EPRI",
    "epri2025scaling": "EPRI",
    "epoch2025dcpower": "Epoch AI",
    "devriesgao2025": "de Vries-Gao",
}
# Subjects of a capacity, and the region that they count.
_SITES = {
    "ai_chips_sold": "World",
    "ai_accelerators_world": "World",
    "ai_sites_usa": "United States",
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
    servers = "accelerated_servers"
    wanted = (
        ("data_centres_world", "world", "iea2025", "2024", "World", servers, "historic"),
        ("usa", "usa", "smith2026update", "2030", "United States", servers, "base"),
        ("usa", "usa", "epri2024", "2023", "United States", "ai", "low"),
        ("usa", "usa", "epri2024", "2023", "United States", "ai", "high"),
    )
    rows: list[dict[str, object]] = []
    for subject, whole_of, source, year, region, sector, scenario in wanted:
        asked = {"q_sector": sector, "q_scenario": scenario}
        share = facts.first("electricity_share", subject, **asked)
        wholes = facts.select("electricity_demand_twh", whole_of, q_sector="data_centre")
        wholes = wholes[(wholes["source"] == source) & (wholes["year"] == float(year))]
        wholes = wholes[wholes["q_scenario"].isin(["", "historic", "base"])]
        if share is None or wholes.empty:
            continue
        is_end = scenario in _ENDS
        what = _PARTS[sector] + f", {scenario} end" * is_end
        boundary = "facility" if sector == "ai" else "node"
        key = f"ai.{whole_of}.{year}.{source}" + f".{scenario}" * is_end
        label = f"{region}: electricity of {what} in {year}, share x total"
        inputs: dict[str, Input] = {
            "whole_twh": str(wholes["id"].iloc[0]),
            "part_share": share,
        }
        ledger.derive(key, label, "TWh", "part_energy_twh", inputs, boundary=boundary)
        rows.append({"measure": "electricity", "who": _WHO[source], "year": int(year),
                     "region": region, "what": what, "boundary": boundary,
                     "scenario": scenario, "key": key})  # fmt: skip
    grown = facts.first("growth_per_year", "accelerated_servers_world")
    if grown is not None and "ai.world.2024.iea2025" in ledger:
        inputs = {"start_twh": "ai.world.2024.iea2025", "growth_per_year": grown, "year_count": 6.0}
        label = "World: electricity of servers with accelerators in 2030, grown from 2024"
        key = "ai.world.2030.iea2025"
        ledger.derive(key, label, "TWh", "grown_energy_twh", inputs, boundary="node")
        rows.append({**rows[0], "year": 2030, "scenario": "base", "key": key})
    return rows


def _capacities(facts: Facts) -> list[dict[str, object]]:
    rows = facts.select("installed_power_w", list(_SITES))
    return [
        {
            "measure": "capacity",
            "who": _WHO[str(row.source)],
            "year": int(float(str(row.year))),
            "region": _SITES[str(row.subject)],
            "what": facts.name(row.subject),
            "boundary": "facility",
            "scenario": str(row.q_scenario),
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
