"""What a training run costs, by the essay's three routes."""

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.estimate.factors import SERVICE_LIFE
from aienergy.estimate.training import hours_of
from aienergy.facts import Facts

BUSY_SHARE = "assumption.busy_share"


def estimate_costs(
    facts: Facts, systems: pd.DataFrame, estimates: pd.DataFrame, ledger: Ledger
) -> pd.DataFrame:
    """Estimate the cost of each run by electricity, amortized hardware and cloud rental.

    A price is the one read for the accelerator nearest in time to the system's publication, in
    the dollars of its own year; no route is adjusted for inflation.

    Returns:
        One row per system and route: system, route, key, value, low, high (USD).
    """
    energies = estimates.drop_duplicates("system").set_index("system")["key"]
    price = facts.first("electricity_price_usd_per_kwh", "usa")
    rows = []
    for system, published in zip(systems["key"], systems["publication_date"], strict=True):
        hours = hours_of(facts, str(system))
        if hours is None:
            continue
        routes: dict[str, tuple[str, dict[str, Input]]] = {}
        if system in energies.index and price is not None:
            inputs = {"energy_kwh": energies[system], "electricity_price_usd_per_kwh": price}
            routes["electricity"] = ("electricity_cost_usd", inputs)
        hours_key = _hours_key(str(system), hours[0], facts, ledger)
        routes |= _hardware_routes(facts, hours[1], hours_key, int(str(published)[:4]))
        for route, (formula, inputs) in routes.items():
            number = ledger.derive(
                f"{system}.cost.{route}",
                f"{facts.name(system)}: cost of training by {route.replace('_', ' ')}",
                "USD",
                formula,
                inputs,
                scope="final_run",
                note="Prices in dollars of the year of the price, not adjusted for inflation.",
            )
            rows.append(
                {
                    "system": system,
                    "route": route,
                    "key": number.key,
                    "value": number.value,
                    "low": number.low,
                    "high": number.high,
                }
            )
    return pd.DataFrame(rows, columns=["system", "route", "key", "value", "low", "high"])


def _hours_key(system: str, inputs: dict[str, Input], facts: Facts, ledger: Ledger) -> str:
    """Return the key of the accelerator-hours, deriving them where only their factors are known."""
    if "accelerator_hours_h" in inputs:
        return str(inputs["accelerator_hours_h"])
    key = f"{system}.accelerator_hours"
    label = f"{facts.name(system)}: accelerator-hours of training"
    return ledger.derive(key, label, "h", "accelerator_hours_h", inputs, scope="final_run").key


def _hardware_routes(
    facts: Facts, accelerator: str, hours_key: str, year: int
) -> dict[str, tuple[str, dict[str, Input]]]:
    routes: dict[str, tuple[str, dict[str, Input]]] = {}
    price = _nearest(facts.select("purchase_price_usd", accelerator), year)
    if price is not None:
        routes["amortized_hardware"] = (
            "amortized_hardware_cost_usd",
            {
                "accelerator_hours_h": hours_key,
                "purchase_price_usd": price,
                "service_life_h": SERVICE_LIFE,
                "busy_share": BUSY_SHARE,
            },
        )
    on_demand = facts.select("rental_price_usd_per_h", accelerator, q_statistic="on_demand")
    rent = _nearest(on_demand, year)
    if rent is not None:
        inputs: dict[str, Input] = {
            "accelerator_hours_h": hours_key,
            "rental_price_usd_per_h": rent,
        }
        routes["cloud_rental"] = ("rental_cost_usd", inputs)
    return routes


def _nearest(prices: pd.DataFrame, year: int) -> str | None:
    """Return the id of the price whose currency year is nearest to a year."""
    if prices.empty:
        return None
    distance = (pd.to_numeric(prices["q_currency_year"]) - year).abs()
    return str(prices.loc[distance.sort_values(kind="stable").index[0], "id"])
