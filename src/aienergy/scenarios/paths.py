"""Run the scenario files, and bind what they give."""

from collections.abc import Sequence

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.pathways.bind import Bound, bind_scenario, cohort_keys
from aienergy.pathways.document import Document
from aienergy.pathways.drivers import DRIVERS
from aienergy.pathways.identity import CAPS, OUTPUTS
from aienergy.pathways.outcome import SAMPLES, SENSITIVITY_SAMPLES, run_scenario

BOUND_YEARS = (2030, 2035)
_UNITS = {"energy_twh": "TWh", "mean_power_w": "W", "peak_power_w": "W",
          "installed_count": "1", "compute_h100e": "1"}  # fmt: skip
_WORDS = {
    "energy_twh": "electricity in {}",
    "mean_power_w": "mean power in {}",
    "peak_power_w": "peak power at the end of {}",
    "installed_count": "installed chips at the end of {}",
    "compute_h100e": "compute of powered chips at the end of {}, in H100",
}


def run_all(documents: Sequence[Document], ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Run every scenario.

    Args:
        documents: Scenarios as read.
        ledger: Numbers so far, with the fleet; drivers, outputs, caps and indices are added.

    Returns:
        paths (scenario, title, output, year, low, middle, high, key: empty except in years that
        are bound), caps (scenario, cap, year, share, key), sensitivity (scenario, driver, short,
        year, total: the total Sobol index, key), drivers (scenario, driver, short,
        meaning, unit, key, value, low, high, basis, reason, source) and scenarios (key, title,
        story).
    """
    tables: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("paths", "caps", "sensitivity", "drivers", "scenarios")
    }
    label = "Draws of each scenario"
    ledger.derive("scenario.samples", label, "1", "unit_conversion",
                  {"value": float(SAMPLES), "factor": 1.0})  # fmt: skip
    for document in documents:
        bound = bind_scenario(document, ledger)
        key = document.key
        tables["scenarios"].append({"key": key, "title": document.title, "story": document.story})
        tables["drivers"] += [{"scenario": key, **row} for row in bound.rows]
        inputs = _inputs(document, bound, ledger)
        tables["paths"] += _paths(document, bound, inputs, ledger)
        tables["caps"] += _caps(document, bound, inputs, ledger)
        tables["sensitivity"] += _sensitivity(document, inputs, ledger)
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def _inputs(document: Document, bound: Bound, ledger: Ledger) -> dict[str, Input]:
    keys = cohort_keys(ledger)
    return {
        "last_year": float(document.last_year),
        "medians": bound.keys,
        "lows": bound.lows,
        "highs": bound.highs,
        "correlations": bound.triples,
        "shipped_year": [float(key.rpartition(".")[2]) for key in keys["power"]],
        "shipped_power_w": keys["power"],
        "shipped_count": keys["count"],
        "shipped_h100e": keys["h100e"],
        "samples": float(SAMPLES),
        "seed": float(ledger.seed),
    }


def _paths(
    document: Document, bound: Bound, inputs: dict[str, Input], ledger: Ledger
) -> list[dict[str, object]]:
    outcome = run_scenario(bound.scenario, bound.cohorts, SAMPLES, ledger.seed)
    rows: list[dict[str, object]] = []
    for output in OUTPUTS:
        for place, year in enumerate(outcome.years):
            low, middle, high = map(float, outcome.ranges[output][:, place])
            key = ""
            if year in BOUND_YEARS:
                key = f"scenario.{document.key}.{output}.{year}"
                label = f"{document.title}: {_WORDS[output].format(year)}, conditional range"
                ledger.derive(
                    key, label, _UNITS[output], f"scenario_{output}",
                    {"year": float(year), **inputs}, boundary=_boundary(output),
                    note="A range on the condition that the scenario holds; no probability.",
                )  # fmt: skip
            rows.append({"scenario": document.key, "title": document.title, "output": output,
                         "year": year, "low": low, "middle": middle, "high": high,
                         "key": key})  # fmt: skip
    return rows


def _boundary(output: str) -> str:
    return "facility" if output.endswith(("_twh", "_w")) else ""


def _caps(
    document: Document, bound: Bound, inputs: dict[str, Input], ledger: Ledger
) -> list[dict[str, object]]:
    outcome = run_scenario(bound.scenario, bound.cohorts, SAMPLES, ledger.seed)
    rows: list[dict[str, object]] = []
    for place, cap in enumerate(CAPS):
        for step, year in enumerate(outcome.years):
            key = ""
            if year in BOUND_YEARS:
                key = f"scenario.{document.key}.bound_by_{cap}.{year}"
                label = f"{document.title}: share of draws bounded by {cap} in {year}"
                told: dict[str, Input] = {"cap": float(place), "year": float(year), **inputs}
                ledger.derive(key, label, "1", "scenario_binding_share", told)
            share = float(outcome.binding[cap][step])
            rows.append({"scenario": document.key, "cap": cap, "year": year, "share": share,
                         "key": key})  # fmt: skip
    return rows


def _sensitivity(
    document: Document, inputs: dict[str, Input], ledger: Ledger
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    year = min(BOUND_YEARS[-1], document.last_year)
    told = {**inputs, "samples": float(SENSITIVITY_SAMPLES), "year": float(year)}
    for place, driver in enumerate(DRIVERS):
        key = f"scenario.{document.key}.total_index.{driver.name}"
        label = f"{document.title}: total Sobol index of {driver.short} for {year}"
        number = ledger.derive(
            key, label, "1", "scenario_total_index", {"driver": float(place), **told}
        )
        rows.append({"scenario": document.key, "driver": driver.name, "short": driver.short,
                     "year": year, "total": number.value, "key": key})  # fmt: skip
    return rows
