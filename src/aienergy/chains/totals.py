"""The request as a whole: energy at the facility, emissions, cost, and quantiles of its time."""

from dataclasses import replace

from aienergy.chains.bound import (
    DEVICE,
    FIRST_STEPS,
    MOST_DRAWS,
    QUANTILES,
    STEPS,
    BoundStage,
    Given,
)
from aienergy.chains.model import Amount, Chain
from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.errors import LedgerError, Problem


def at_facility(
    key: str, label: str, parts: list[tuple[str, str]], ledger: Ledger, given: Given, note: str = ""
) -> Number:
    """Derive the sum of energies (key and boundary of each) at the facility."""
    steps: list[float | str] = [*STEPS[:2], STEPS[2] if given.pue is None else given.pue]
    inputs: dict[str, Input] = {
        "stages": [energy for energy, _ in parts],
        "first_steps": [float(FIRST_STEPS.get(boundary, len(STEPS))) for _, boundary in parts],
        "steps": steps,
        "seed": float(ledger.seed),
    }
    # On the user's device alone nothing is taken anywhere.
    boundary = "board" if {part for _, part in parts} == {DEVICE} else "facility"
    return ledger.derive(
        key, label, "Wh", "chain_energy_wh", inputs, boundary=boundary, scope="use", note=note
    )


def totals(
    key: str, chain: Chain, bound: list[BoundStage], ledger: Ledger, given: Given
) -> tuple[str, str, str]:
    """Derive energy, emissions and cost of a request; empty keys for what is not known."""
    known = [(part.energy, part.boundary) for part in bound if part.energy]
    if not known:
        return "", "", ""
    lacking = [part.stage.label for part in bound if not part.energy]
    note = f"Lower bound: the energy of {', '.join(lacking)} is not known." if lacking else ""
    label = f"{chain.title}: energy at the facility"
    energy = at_facility(f"chain.{key}.energy", label, known, ledger, given, note)
    emissions = cost = ""
    details = {"boundary": energy.boundary, "scope": "use", "note": note}
    seed = float(ledger.seed)
    if given.grid:
        inputs: dict[str, Input] = {
            "energy_wh": energy.key, "grid_intensity_gco2e_per_kwh": given.grid, "seed": seed,
        }  # fmt: skip
        label = f"{chain.title}: emissions of its electricity"
        emissions = ledger.derive(
            f"chain.{key}.emissions", label, "gCO2e", "request_emissions_gco2e", inputs, **details
        ).key
    if given.price is not None:
        inputs = {"energy_wh": energy.key, "electricity_price_usd_per_kwh": given.price,
                  "seed": seed}  # fmt: skip
        label = f"{chain.title}: cost of its electricity"
        cost = ledger.derive(
            f"chain.{key}.cost", label, "USD", "request_cost_usd", inputs, **details
        ).key
    return energy.key, emissions, cost


def times(
    key: str, chain: Chain, bound: list[BoundStage], ledger: Ledger
) -> tuple[list[BoundStage], dict[str, str]]:
    """Derive quantiles of the time and how often each stage is waited for."""
    timed = [part for part in bound if part.median]
    if not timed:
        return bound, {}
    calls = [_value(part.stage.calls, ledger) for part in bound]
    if sum(calls) > MOST_DRAWS:
        hint = "Put many small calls into the units of one."
        raise LedgerError(Problem(f"chain {key}", f"{sum(calls):g} calls in all", hint))
    inputs: dict[str, Input] = {
        "medians": [part.median or 0.0 for part in bound],
        "spreads": [part.spread or 0.0 for part in bound],
        "calls": [_call(part.stage.calls) for part in bound],
        "befores": chain.befores(),
    }
    seed = float(ledger.seed)
    lacking = [part.stage.label for part in bound if part.stage.latency.not_known]
    note = f"Lower bound: the time of {', '.join(lacking)} is not known." if lacking else ""
    latency = {}
    for name, share in QUANTILES.items():
        told = f"{chain.title}: time that {100 * share:g} % of requests stay below"
        latency[name] = ledger.derive(
            f"chain.{key}.latency.{name}", told, "s", "chain_latency_s",
            {**inputs, "share": share, "seed": seed}, note=note,
        ).key  # fmt: skip
    stages = []
    for place, part in enumerate(bound):
        label = f"{chain.title}: requests that wait for {part.stage.label}"
        told_share = {**inputs, "place": float(place), "seed": seed}
        own = f"chain.{key}.{part.stage.name}.critical_share"
        share_key = ""
        if part.median:
            share_key = ledger.derive(own, label, "1", "critical_share", told_share).key
        stages.append(replace(part, critical=share_key))
    return stages, latency


def _value(amount: Amount, ledger: Ledger) -> float:
    if isinstance(amount, str):
        return ledger[amount].value
    return amount[0] if isinstance(amount, tuple) else amount


def _call(amount: Amount) -> float | str:
    return amount[0] if isinstance(amount, tuple) else amount
