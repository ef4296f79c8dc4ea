"""Facility energy of training runs, by every route that the evidence allows."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.estimate.factors import FLEET_PUE, MFU, NODE_POWER_RATIO, disclosed_mfu
from aienergy.facts import Facts

# The format that a run is assumed to have used where it does not say: the first its chip has.
PRECISIONS = ("bf16", "fp16", "tf32", "fp32")
ROUTES = ("power", "hours", "compute")


@dataclass(frozen=True, slots=True)
class Route:
    """One way to the facility energy of a run.

    Attributes:
        name: `power` (hours x mean power of the run), `hours` (hours x rated power x fitted ratio)
            or `compute` (FLOP over dense peak and MFU, x rated power x fitted ratio).
        accelerator: Key of the accelerator of the run.
        formula: Name of the equation.
        inputs: Keys of its factors.
    """

    name: str
    accelerator: str
    formula: str
    inputs: dict[str, Input]


def estimate_training(facts: Facts, systems: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Estimate the facility energy of each system by each route.

    Args:
        facts: Normalized observations.
        systems: Registry rows of systems with `key`.
        ledger: Numbers so far; the estimates are added to it.

    Returns:
        One row per system and route: system, route, accelerator, key, value, low, high (kWh),
        factors, and `shares_inputs_with`: the other routes that use one of the same inputs.
    """
    rows = []
    of_site = facts.select("pue")
    of_site = of_site[of_site["q_system"] != ""].drop_duplicates("q_system")
    pues = dict(zip(of_site["q_system"], of_site["id"], strict=True))
    for system in systems["key"]:
        pue = str(pues.get(system, FLEET_PUE))
        routes = [route for route in _routes(facts, str(system), pue) if route is not None]
        for route in routes:
            number = ledger.derive(
                f"{system}.facility_energy.{route.name}_route",
                f"{facts.name(system)}: training energy by the {route.name} route",
                "kWh",
                route.formula,
                route.inputs,
                boundary="facility",
                scope="final_run",
            )
            mine = set(map(str, route.inputs.values()))
            shared = [
                r.name for r in routes if r != route and mine & set(map(str, r.inputs.values()))
            ]
            rows.append(
                {
                    "system": system,
                    "route": route.name,
                    "accelerator": route.accelerator,
                    "key": number.key,
                    "value": number.value,
                    "low": number.low,
                    "high": number.high,
                    "factors": ";".join(f"{k}={v}" for k, v in route.inputs.items()),
                    "shares_inputs_with": ";".join(shared),
                }
            )
    return pd.DataFrame(rows)


def _routes(facts: Facts, system: str, pue: str) -> list[Route | None]:
    hours = hours_of(facts, system)
    accelerator = hours[1] if hours is not None else _accelerator(facts, system)
    if accelerator is None:
        return []
    compute = _compute_route(facts, system, accelerator, pue)
    if hours is None:
        return [compute]
    power = _power_route(facts, system, accelerator, hours[0], pue)
    return [power, _hours_route(facts, accelerator, hours[0], pue), compute]


def hours_of(facts: Facts, system: str) -> tuple[dict[str, Input], str] | None:
    """Return the hours of a run as inputs, and its accelerator.

    Accelerator-hours where they are disclosed, else the number of accelerators and the time. Only
    rows of the final run count: no stage, or pretraining.
    """
    if facts.has("accelerator_hours_h", system):
        hours = _of_final_run(facts.select("accelerator_hours_h", system))
        if not hours.empty:
            row = hours.iloc[0]
            return {"accelerator_hours_h": str(row["id"])}, str(row["q_accelerator"])
    if not (facts.has("accelerator_count", system) and facts.has("training_time_h", system)):
        return None
    counts = _of_final_run(facts.select("accelerator_count", system))
    times = _of_final_run(facts.select("training_time_h", system))
    time_of: dict[tuple[str, str], str] = {}
    for accelerator, source, key in _joined(times):
        time_of.setdefault((accelerator, source), key)
    for accelerator, source, key in _joined(counts):
        if (accelerator, source) in time_of:
            inputs: dict[str, Input] = {
                "accelerator_count": key,
                "training_time_h": time_of[accelerator, source],
            }
            return inputs, accelerator
    return None


def _joined(rows: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Yield accelerator, source and id of each row: counts and times match by the former two."""
    return zip(rows["q_accelerator"], rows["source"], rows["id"], strict=True)


def _of_final_run(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["q_stage"].isin(["", "pretraining"]) & (rows["q_accelerator"] != "")]


def _power_route(
    facts: Facts, system: str, accelerator: str, hours: dict[str, Input], pue: str
) -> Route | None:
    power = facts.select("power_per_accelerator_w", system, q_accelerator=accelerator)
    power = power[power["boundary"].isin(["node", "it"])]
    if power.empty:
        return None
    inputs = {**hours, "power_per_accelerator_w": str(power["id"].iloc[0]), "pue": pue}
    by_count = "accelerator_count" in inputs
    return Route(
        "power",
        accelerator,
        f"facility_energy_from_{'run' if by_count else 'node_hours'}_kwh",
        inputs,
    )


def _hours_route(facts: Facts, accelerator: str, hours: dict[str, Input], pue: str) -> Route | None:
    board = facts.first("board_power_w", accelerator, q_statistic="rated")
    if board is None:
        return None
    inputs = {**hours, "board_power_w": board, "node_power_ratio": NODE_POWER_RATIO, "pue": pue}
    by_count = "accelerator_count" in inputs
    return Route(
        "hours", accelerator, f"facility_energy_from_{'count' if by_count else 'hours'}_kwh", inputs
    )


def _compute_route(facts: Facts, system: str, accelerator: str, pue: str) -> Route | None:
    compute = facts.first("training_compute_flop", system)
    if compute is None:
        return None
    board = facts.first("board_power_w", accelerator, q_statistic="rated")
    peak = peak_of(facts, accelerator)
    if board is None or peak is None:
        return None
    disclosed = disclosed_mfu(facts, system)
    mfu = MFU if disclosed.empty else str(disclosed["id"].iloc[0])
    inputs: dict[str, Input] = {
        "training_compute_flop": compute,
        "peak_flop_per_s": peak,
        "mfu": mfu,
        "board_power_w": board,
        "node_power_ratio": NODE_POWER_RATIO,
        "pue": pue,
    }
    return Route("compute", accelerator, "facility_energy_from_compute_kwh", inputs)


def peak_of(facts: Facts, accelerator: str) -> str | None:
    """Return the id of the dense peak of an accelerator at the format training would use."""
    peaks = [
        facts.first("peak_flop_per_s", accelerator, q_precision=precision, q_sparsity="dense")
        for precision in PRECISIONS
    ]
    return next((peak for peak in peaks if peak is not None), None)


def _accelerator(facts: Facts, system: str) -> str | None:
    if not facts.has("accelerator_count", system):
        return None
    rows = facts.select("accelerator_count", system)
    rows = rows[rows["q_accelerator"] != ""]
    return None if rows.empty else str(rows["q_accelerator"].iloc[0])
