"""Our estimates beside reported energies, each with its own accelerator held out of the fit."""

import pandas as pd

from aienergy.contracts.numbers import Ledger, Number
from aienergy.facts import Facts

# A reported energy that is itself hours times rated power cannot test hours times rated power.
TESTING_EVIDENCE = ("metered", "counter", "modelled")
FITTED_FACTOR = "factor.node_power_ratio"
COLUMNS = [
    "system",
    "route",
    "accelerator",
    "key",
    "value",
    "low",
    "high",
    "reported_key",
    "value_reported",
    "ratio",
    "inside",
]


def compare_with_reports(facts: Facts, estimates: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Set estimates that rest on fitted factors beside reported facility energies.

    The power of a run's own accelerator may have entered the fit of node power over rated power.
    Here the factor is fitted anew without that accelerator, so that no estimate is tested on what
    it was fitted to. Hours and compute are still shared with the report: what is tested is the
    step from hours or compute to energy.

    Returns:
        One row per estimate: system, route, accelerator, key, value, low, high (kWh, held out),
        reported_key, value_reported (kWh), ratio (estimate over report) and `inside`.
    """
    reports = facts.select("training_energy_kwh", boundary="facility", scope="final_run")
    reports = reports[reports["evidence"].isin(TESTING_EVIDENCE)]
    rows = []
    for row in estimates[estimates["route"] != "power"].itertuples():
        known = reports[reports["subject"] == row.system]
        known = known[known["q_accelerator"].isin(["", row.accelerator])]
        if known.empty:
            continue
        number = _held_out(ledger[str(row.key)], str(row.accelerator), facts, ledger)
        report = ledger[str(known["id"].iloc[0])]
        inputs = {"numerator": number.key, "denominator": report.key}
        label = f"{number.label}, over the reported energy"
        ledger.derive(f"{number.key}.over_reported", label, "1", "ratio", inputs)
        rows.append(
            {
                "system": row.system,
                "route": row.route,
                "accelerator": row.accelerator,
                "key": number.key,
                "value": number.value,
                "low": number.low,
                "high": number.high,
                "reported_key": report.key,
                "value_reported": report.value,
                "ratio": number.value / report.value,
                "inside": (number.low or 0) <= report.value <= (number.high or 0),
            }
        )
    table = pd.DataFrame(rows, columns=COLUMNS)
    for route, part in table.groupby("route", sort=True):
        inside = part["inside"].astype(float).tolist()
        label = "Reported energies inside the interval of the held-out estimate"
        ledger.derive(f"coverage.{route}_route.inside", label, "1", "total", {"terms": inside})
        label = "Reported energies compared"
        terms = {"terms": part["reported_key"].tolist()}
        ledger.derive(f"coverage.{route}_route.n", label, "1", "count", terms)
    return table


def _held_out(estimate: Number, accelerator: str, facts: Facts, ledger: Ledger) -> Number:
    """Derive an estimate once more, its accelerator left out of the fitted factor."""
    factor = f"{FITTED_FACTOR}.without_{accelerator}"
    if factor not in ledger:
        fitted = ledger[FITTED_FACTOR]
        own = estimate.inputs["board_power_w"]
        terms = {"terms": [t for t in fitted.inputs["terms"] if not _rests_on(t, own, ledger)]}
        label = f"{fitted.label}, {facts.name(accelerator)} held out"
        ledger.derive(factor, label, fitted.unit, fitted.formula, terms, boundary=fitted.boundary)
    return ledger.derive(
        f"{estimate.key}.held_out",
        f"{estimate.label}, its accelerator held out of the fit",
        estimate.unit,
        estimate.formula,
        {**estimate.inputs, "node_power_ratio": factor},
        boundary=estimate.boundary,
        scope=estimate.scope,
    )


def _rests_on(term: str, board_power: str, ledger: Ledger) -> bool:
    """Say whether a source's mean ratio has runs on the accelerator with this rated power."""
    runs = ledger[term].inputs["terms"]
    return any(ledger[run].inputs["board_power_w"] == board_power for run in runs)
