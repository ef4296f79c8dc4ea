"""Electricity of the counted accelerators, bottom-up: shipped, installed and powered kept apart."""

from itertools import pairwise

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.facts import Facts

MAKERS = ("nvidia_ai_chips", "google_ai_chips", "amazon_ai_chips", "amd_ai_chips")
RATINGS = "epoch_hardware2026"  # the counting project's own table of hardware
# Servers of the counted fleet whose rating is published.
SERVERS = ("nvidia_a100_40gb", "nvidia_h100_sxm", "nvidia_b200")
PUE, SERVICE_LIFE = "factor.fleet_pue", "factor.service_life"
_COUNTED = {
    "count": ("shipped_accelerator_count", "fleet_count", "1", "chips"),
    "power": ("shipped_board_power_w", "fleet_power_w", "W", "rated power of the boards"),
    "h100e": ("shipped_h100_equivalent_count", "fleet_count", "1", "compute in H100"),
}
_SITES = (
    "microsoft_fairwater_wisconsin",
    "anthropic_amazon_new_carlisle",
    "meta_hyperion",
)


def derive_fleet(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Derive the electricity of the counted chips year by year.

    Args:
        facts: Normalized observations.
        ledger: Numbers so far, with factors and assumptions; `fleet.*` are added.

    Returns:
        One row a year with a year before it: year, and keys of shipped_count, shipped_power,
        shipped_h100e (from the beginning of the count to the end of the year), installed_power
        and powered_power (means over the year), server_energy, energy.
    """
    years = _sum_makers(facts, ledger)
    _factors(facts, ledger)
    rows = []
    for before, year in pairwise(years):
        installed = f"fleet.installed_power.{year}"
        lag: dict[str, Input] = {
            "before_w": f"fleet.shipped_power.{before}",
            "end_w": f"fleet.shipped_power.{year}",
            "install_lag_year": "assumption.install_lag",
        }
        label = f"Counted chips: rated power of installed boards, mean of {year}"
        ledger.derive(installed, label, "W", "mean_over_year", lag, boundary="board")
        powered = f"fleet.powered_power.{year}"
        label = f"Counted chips: rated power of boards with electricity, mean of {year}"
        part: dict[str, Input] = {"value": installed, "factor": "assumption.powered_share"}
        ledger.derive(powered, label, "W", "multiple_of", part, boundary="board")
        _energies(year, installed, ledger)
        rows.append({"year": year, "shipped_count": f"fleet.shipped_count.{year}",
                     "shipped_power": f"fleet.shipped_power.{year}",
                     "shipped_h100e": f"fleet.shipped_h100e.{year}",
                     "installed_power": installed, "powered_power": powered,
                     "server_energy": f"fleet.server_energy.{year}",
                     "energy": f"fleet.energy.{year}"})  # fmt: skip
    _at_the_end(years[-1], ledger)
    return pd.DataFrame(rows)


def _energies(year: int, installed: str, ledger: Ledger) -> None:
    servers: dict[str, Input] = {
        "board_power_w": installed,
        "powered_share": "assumption.powered_share",
        "node_over_board_ratio": "fleet.node_over_board_ratio",
        "power_fraction": "fleet.power_fraction",
    }
    site: dict[str, Input] = {"network_ratio": "assumption.network_ratio", "pue": PUE}
    label = f"Counted chips: electricity of their servers in {year}"
    formula = "fleet_server_energy_twh"
    ledger.derive(f"fleet.server_energy.{year}", label, "TWh", formula, servers, boundary="node")
    label = f"Counted chips: electricity of their facilities in {year}"
    formula, key = "fleet_energy_twh", f"fleet.energy.{year}"
    ledger.derive(key, label, "TWh", formula, servers | site, boundary="facility")


def _at_the_end(year: int, ledger: Ledger) -> None:
    """Derive capacities at the end of the last counted year: three boundaries of one stock."""
    boards = f"fleet.shipped_power.{year}"
    label = f"Counted chips: rated power of their servers, end of {year}"
    inputs: dict[str, Input] = {"value": boards, "factor": "fleet.node_over_board_ratio"}
    ledger.derive("fleet.server_capacity", label, "W", "multiple_of", inputs, boundary="node")
    label = f"Counted chips: peak power of the facilities that all of them need, end of {year}"
    peak: dict[str, Input] = {
        "board_power_w": boards,
        "node_over_board_ratio": "fleet.node_over_board_ratio",
        "peak_power_share": "assumption.peak_power_share",
        "network_ratio": "assumption.network_ratio",
        "pue": PUE,
    }
    ledger.derive("fleet.peak", label, "W", "facility_peak_w", peak, boundary="facility")
    spread: dict[str, Input] = {
        "low": ledger[boards].low or 0.0,
        "middle": ledger[boards].value,
        "high": ledger[boards].high or 0.0,
    }
    label = "Counted chips over the middle of their count"
    ledger.derive(
        "fleet.count_spread", label, "1", "spread_of_count", spread, [source(ledger, boards)]
    )


def source(ledger: Ledger, key: str) -> str:
    """Return the first source of a number."""
    return ledger[key].sources[0].partition(":")[0]


def _sum_makers(facts: Facts, ledger: Ledger) -> list[int]:
    """Add up the makers by year; return the years."""
    table = facts.select("shipped_board_power_w", MAKERS)
    years = sorted({int(year) for year in table["year"]})
    for year in years:
        for name, (quantity, formula, unit, what) in _COUNTED.items():
            rows = facts.select(quantity, MAKERS)
            mine = rows[rows["year"] == year]
            ids = dict(zip(map(str, mine["subject"]), map(str, mine["id"]), strict=True))
            parts: dict[str, Input] = {
                place: str(ids[maker]) if maker in ids else 0.0
                for place, maker in zip("abcd", MAKERS, strict=True)
            }
            label = f"Counted chips shipped up to the end of {year}: {what}"
            boundary = "board" if name == "power" else ""
            key = f"fleet.shipped_{name}.{year}"
            ledger.derive(key, label, unit, formula, parts, boundary=boundary)
            before: str | float = f"fleet.shipped_{name}.{year - 1}" if year > years[0] else 0.0
            label = f"Counted chips shipped in {year}: {what}, middle of the count"
            ledger.derive(f"fleet.shipped_in.{name}.{year}", label, unit, "increment",
                          {"terms": [key, before]}, boundary=boundary)  # fmt: skip
    for name, what in (("power", "rated power"), ("count", "chips"), ("h100e", "compute")):
        last, before_last = (f"fleet.shipped_in.{name}.{y}" for y in (years[-1], years[-2]))
        label = f"Shipped in {years[-1]} over {years[-2]}: {what}"
        ledger.derive(f"fleet.growth.{name}", label, "1", "ratio",
                      {"numerator": last, "denominator": before_last})  # fmt: skip
    return years


def _factors(facts: Facts, ledger: Ledger) -> None:
    """Derive the ratio of servers to boards, the power fraction, service life and cost."""
    rated = facts.select("node_power_w", SERVERS, q_statistic="rated").drop_duplicates("subject")
    ratios, nodes = [], {}
    for row in rated.sort_values("subject").itertuples():
        board = facts.first("board_power_w", str(row.subject), q_statistic="rated")
        inputs: dict[str, Input] = {
            "node_power_w": str(row.id),
            "accelerator_count": float(str(row.q_accelerator_count)),
            "board_power_w": str(board),
        }
        label = f"{facts.name(row.subject)}: rated power of the server over that of its boards"
        key = f"{row.id}.over_boards"
        ledger.derive(key, label, "1", "node_over_board_ratio", inputs, boundary="node")
        ratios.append(key)
        nodes[str(row.subject)] = str(row.id)
    label = "Rated power of a server over that of its boards"
    ledger.derive(
        "fleet.node_over_board_ratio",
        label,
        "1",
        "fitted_above_one",
        {"terms": ratios},
        boundary="node",
    )
    label = "Power of a server at work over its rated power"
    ledger.derive("fleet.at_work_share", label, "1", "fitted_share",
                  {"terms": _at_work(facts, nodes, ledger)}, boundary="node")  # fmt: skip
    idle = facts.first("idle_power_share", "ai_servers_usa")
    states: dict[str, Input] = {
        "busy_share": "assumption.fleet_busy_share",
        "at_work_share": "fleet.at_work_share",
        "idle_power_share": str(idle),
    }
    label = "Mean power of a server over all hours, as a share of its rated power"
    ledger.derive("fleet.power_fraction", label, "1", "power_fraction", states, boundary="node")
    life: dict[str, Input] = {"service_life_h": SERVICE_LIFE}
    label, formula = "Service life of a server", "years_of_hours_year"
    ledger.derive("fleet.service_life_year", label, "year", formula, life)
    _cost(facts, ledger)


def _at_work(facts: Facts, nodes: dict[str, str], ledger: Ledger) -> list[str]:
    """Return, source by source, the power at work of servers whose rating is known."""
    rows = facts.select("system_power_w", list(nodes), boundary="node", evidence="metered")
    rows = rows[rows["q_statistic"].isin(["mean", "median"]) & (rows["q_task"] != "idle")]
    shares: dict[str, list[str]] = {}
    for row in rows.sort_values("id").itertuples():
        inputs: dict[str, Input] = {
            "numerator": str(row.id),
            "denominator": nodes[str(row.subject)],
        }
        label = f"{facts.name(row.subject)}: power at work over the rated power of the server"
        key = f"{row.id}.over_rated_server"
        ledger.derive(key, label, "1", "ratio", inputs, boundary="node")
        # One benchmark body publishes what several makers metered; the id names the maker.
        maker = (
            str(row.id).split(".")[2]
            if row.source == "mlperf_training_power2025"
            else str(row.source)
        )
        shares.setdefault(maker, []).append(key)
    keys = []
    for maker, terms in sorted(shares.items()):
        label = f"Power of a server at work over its rated power: mean of {maker}"
        key = f"fleet.at_work_share.{maker}"
        ledger.derive(key, label, "1", "geometric_mean", {"terms": terms}, boundary="node")
        keys.append(key)
    return keys


def _cost(facts: Facts, ledger: Ledger) -> None:
    """Derive the cost of a watt of site power from sites with a published cost and power."""
    terms: list[float | str] = []
    for site in _SITES:
        cost = facts.first("site_cost_usd", site, q_currency_year="2025")
        power = facts.first("training_power_cap_w", site, boundary="facility")
        if cost is None or power is None:
            continue
        inputs: dict[str, Input] = {"site_cost_usd": cost, "site_power_w": power}
        label = f"{facts.name(site)}: cost of a watt of its power, with the computers"
        terms.append(
            ledger.derive(f"{site}.cost_usd_per_w", label, "USD/W", "cost_usd_per_w", inputs).key
        )
    label = "Cost of a watt of site power, with the computers"
    ledger.derive("fleet.cost_usd_per_w", label, "USD/W", "fitted_positive", {"terms": terms})


def tabulate_types(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Derive the rated power of each counted type of chip.

    Returns:
        One row a type, the largest first: type, name, count (key), board (key, may be empty),
        power (key, may be empty), count_value, power_value_w.
    """
    rows = []
    counted = facts.select("shipped_accelerator_count")
    counted = counted[~counted["subject"].isin(MAKERS)]
    for row in counted.sort_values("id").itertuples():
        board = facts.first("board_power_w", str(row.subject), source=RATINGS)
        power, value = "", float("nan")
        if board is not None:
            label = f"{facts.name(row.subject)}: rated power of all shipped boards"
            inputs: dict[str, Input] = {"accelerator_count": str(row.id), "board_power_w": board}
            number = ledger.derive(
                f"fleet.type.{row.subject}", label, "W", "rated_power_w", inputs, boundary="board"
            )
            power, value = number.key, number.value
        rows.append({"type": row.subject, "name": facts.name(row.subject), "count": row.id,
                     "board": board or "", "power": power, "count_value": row.value,
                     "power_value_w": value})  # fmt: skip
    return pd.DataFrame(rows).sort_values(
        ["power_value_w", "count_value"], ascending=False, ignore_index=True
    )
