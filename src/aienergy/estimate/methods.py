"""Every usual method of estimation beside every measured value: ratios, bias and spread.

The unit of analysis is the independent source, one submitter or operator on one generation of
hardware: its runs are alike, and many logs of one source are not many tests. The fits are made
here, for all sources and with each source left out; the stage `verify` only reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.estimate.factors import MFU, NODE_POWER_RATIO, disclosed_mfu, source_of
from aienergy.estimate.training import hours_of, peak_of
from aienergy.facts import Facts

OVERHEAD = "epoch_power_formula.overhead.epoch2025powerformula"
MIN_SOURCES = 4  # with one left out, three remain to carry a spread
# What stands in the report for each method; a method without an interval of its own states none.
METHODS = {
    "rated_boards": "Rated power of the accelerators × hours",
    "rated_node": "Rated power of the server × hours",
    "epoch_formula": "Epoch AI's formula: rated power × constant overhead × hours",
    "fitted_ratio": "Ours: rated power × fitted ratio × hours",
    "compute_rated": "Compute ÷ (peak × usual utilization) × rated power",
    "compute_fitted": "Ours: compute ÷ (peak × usual utilization) × rated power × fitted ratio",
    "processor_model": "CodeCarbon's model of a processor from its load",
}
OWN = ("fitted_ratio", "compute_fitted")


@dataclass(frozen=True, slots=True)
class Case:
    """One measured value that methods are held against.

    Attributes:
        id: Of the observation.
        source: Key of the independent source.
        name: Name of the source.
        phase: `training`, `inference` or `processor_load`.
        boundary: Hardware that the value covers.
        measured: Key of the measured number, power or energy.
        estimates: Key of the estimate by method.
    """

    id: str
    source: str
    name: str
    phase: str
    boundary: str
    measured: str
    estimates: dict[str, str]


def score_methods(
    facts: Facts, cases: pd.DataFrame, ledger: Ledger
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold every method against every scored case, and fit bias and spread of each method.

    Args:
        facts: Normalized observations.
        cases: Table `validation_cases`.
        ledger: Numbers so far; estimates, ratios and fits are added.

    Returns:
        `method_cases`, one row a case and method: method, boundary, phase, source, source_name,
        observation, measured, estimate, ratio (keys), value (measured over estimate), low, high
        (interval that the estimate states, over its value; empty where it states none).
        `methods`, one row a fit: method, boundary, source (left out, or `all`), source_name,
        source_key (geometric mean of the source left out), fit (key of the interval over the other
        sources), within, between (keys), sources, runs (counts).
    """
    rows = [row for case in _cases(facts, cases, ledger) for row in _ratios(case, ledger)]
    table = pd.DataFrame(rows)
    fits: list[dict[str, object]] = []
    for (method, boundary), part in table.groupby(["method", "boundary"], sort=True):
        fits += _fits(str(method), str(boundary), part, ledger)
    return table, pd.DataFrame(fits)


def _cases(facts: Facts, cases: pd.DataFrame, ledger: Ledger) -> Iterator[Case]:
    rows = facts.frame.set_index("id", drop=False)
    for case in cases[cases["verdict"] == "scored"].itertuples():
        row = rows.loc[[str(case.observation)]].iloc[0]
        source = source_of(case.measured_by, case.hardware)
        made = {} if case.tool_estimate == "" else {"processor_model": str(case.tool_estimate)}
        name = f"{case.measured_by}, {case.hardware}"
        told = (str(case.observation), source, name, str(case.phase), str(row["boundary"]))
        if made:
            yield Case(*told, str(case.observation), made)
            continue
        accelerator = str(row["q_accelerator"] or row["subject"])
        if row["quantity"] != "training_energy_kwh":
            by_power = _by_power(facts, row, accelerator, source, ledger)
            yield Case(*told, str(case.observation), by_power)
        measured, by_compute = _by_compute(facts, row, accelerator, source, ledger)
        if by_compute:
            yield Case(*told, measured, by_compute)


def _by_power(
    facts: Facts, row: pd.Series, accelerator: str, source: str, ledger: Ledger
) -> dict[str, str]:
    """Estimate the mean power of a run from ratings: hours multiply both sides alike."""
    board = facts.first("board_power_w", accelerator, q_statistic="rated")
    if board is None:
        return {}
    count = float(row["q_accelerator_count"] or 1)
    inputs: dict[str, Input] = {"accelerator_count": count, "board_power_w": board}
    asked: dict[str, tuple[str, dict[str, Input]]] = {"rated_boards": ("nameplate_power_w", inputs)}
    if row["boundary"] == "node":
        overhead: dict[str, Input] = {"power_overhead_ratio": OVERHEAD}
        asked["epoch_formula"] = ("overhead_power_w", {**inputs, **overhead})
        ratio: dict[str, Input] = {"power_overhead_ratio": ratio_without(source, ledger)}
        asked["fitted_ratio"] = ("overhead_power_w", {**inputs, **ratio})
    made = {
        method: _estimate(str(row["id"]), method, "W", formula, given, ledger)
        for method, (formula, given) in asked.items()
    }
    if row["boundary"] == "node" and row["quantity"] == "system_power_w":
        rated = facts.select("node_power_w", accelerator, q_statistic="rated")
        rated = rated[rated["q_accelerator_count"] == row["q_accelerator_count"]]
        if not rated.empty:
            made["rated_node"] = str(rated["id"].iloc[0])
    return made


def _by_compute(
    facts: Facts, row: pd.Series, accelerator: str, source: str, ledger: Ledger
) -> tuple[str, dict[str, str]]:
    """Return the measured energy of a training run, and estimates of it from its compute.

    A measured mean power becomes an energy by the counted hours of the run.
    """
    system, id_ = str(row["subject"]), str(row["id"])
    compute = facts.first("training_compute_flop", system)
    board = facts.first("board_power_w", accelerator, q_statistic="rated")
    peak = peak_of(facts, accelerator)
    if compute is None or board is None or peak is None:
        return "", {}
    measured = id_
    if row["quantity"] != "training_energy_kwh":
        hours = hours_of(facts, system)
        if hours is None or hours[1] != accelerator:
            return "", {}
        measured = _energy(row, hours[0], ledger)
    inputs: dict[str, Input] = {
        "training_compute_flop": compute,
        "peak_flop_per_s": peak,
        "mfu": _mfu_without(facts, system, ledger),
        "board_power_w": board,
        "pue": 1.0,  # the measured value has none in it
    }
    ratios: dict[str, Input] = {"compute_rated": 1.0}
    if row["boundary"] == "node":
        ratios["compute_fitted"] = ratio_without(source, ledger)
    formula = "facility_energy_from_compute_kwh"
    return measured, {
        method: _estimate(
            id_, method, "kWh", formula, {**inputs, "node_power_ratio": ratio}, ledger
        )
        for method, ratio in ratios.items()
    }


def _energy(row: pd.Series, hours: dict[str, Input], ledger: Ledger) -> str:
    """Return the key of the energy of a run: its measured mean power over its counted hours."""
    key = f"{row['id']}.energy"
    label = f"{row['label']}: energy over the hours of the run"
    details = {"boundary": row["boundary"], "evidence": row["evidence"]}
    if "accelerator_count" in hours:
        formula, inputs = "facility_energy_from_run_kwh", {**hours, "pue": 1.0}
    else:
        formula, inputs = "energy_from_hours_kwh", hours
    power: dict[str, Input] = {"power_per_accelerator_w": str(row["id"])}
    return ledger.derive(key, label, "kWh", formula, {**inputs, **power}, **details).key


def _estimate(
    id_: str, method: str, unit: str, formula: str, inputs: dict[str, Input], ledger: Ledger
) -> str:
    label = f"{METHODS[method]}, for {ledger[id_].label}"
    return ledger.derive(f"{id_}.by_{method}", label, unit, formula, inputs).key


def ratio_without(source: str, ledger: Ledger) -> str:
    """Return the key of the fitted ratio of node power to rated power, one source left out."""
    fitted = ledger[NODE_POWER_RATIO]
    own = f"{source}.node_power_ratio"
    if own not in fitted.inputs["terms"]:
        return NODE_POWER_RATIO
    key = f"{NODE_POWER_RATIO}.without_{source}"
    if key not in ledger:
        terms = [term for term in fitted.inputs["terms"] if term != own]
        label = f"{fitted.label}, {source} left out"
        ledger.derive(key, label, "1", fitted.formula, {"terms": terms}, boundary="node")
    return key


def _mfu_without(facts: Facts, system: str, ledger: Ledger) -> str:
    """Return the key of the usual utilization, a system's own disclosed one left out."""
    own = set(disclosed_mfu(facts, system)["id"])
    fitted = ledger[MFU]
    if not own & set(fitted.inputs["terms"]):
        return MFU
    key = f"{MFU}.without_{system}"
    if key not in ledger:
        terms = [term for term in fitted.inputs["terms"] if term not in own]
        label = f"{fitted.label}, {facts.name(system)} left out"
        ledger.derive(key, label, "1", fitted.formula, {"terms": terms})
    return key


def _ratios(case: Case, ledger: Ledger) -> Iterator[dict[str, object]]:
    for method, estimate in case.estimates.items():
        inputs: dict[str, Input] = {"numerator": case.measured, "denominator": estimate}
        label = f"{ledger[case.id].label}, measured over the estimate by {method}"
        number = ledger.derive(f"{case.id}.over_{method}", label, "1", "ratio", inputs)
        told = ledger[estimate]
        stated = method in OWN and told.low is not None and told.high is not None
        yield {
            "method": method,
            "boundary": case.boundary,
            "phase": case.phase,
            "source": case.source,
            "source_name": case.name,
            "observation": case.id,
            "measured": case.measured,
            "estimate": estimate,
            "ratio": number.key,
            "value": number.value,
            "low": (told.low or 0) / told.value if stated else None,
            "high": (told.high or 0) / told.value if stated else None,
        }


def _fits(
    method: str, boundary: str, part: pd.DataFrame, ledger: Ledger
) -> Iterator[dict[str, object]]:
    """Fit one method at one boundary: over all sources, and with each left out."""
    stem = f"method.{method}.{boundary}"
    groups = {str(source): rows["ratio"].tolist() for source, rows in part.groupby("source")}
    name = f"{METHODS[method]}: measured over estimated"
    names = dict(zip(part["source"], part["source_name"], strict=True))
    means = {
        source: ledger.derive(
            f"{stem}.{source}", f"{name}, {names[source]}", "1", "geometric_mean", {"terms": keys}
        ).key
        for source, keys in groups.items()
    }
    for left_out in ("all", *means) if len(means) >= MIN_SOURCES else ():
        kept = [source for source in means if source != left_out]
        inputs = {"terms": [means[source] for source in kept]}
        key = stem if left_out == "all" else f"{stem}.without_{left_out}"
        label = name if left_out == "all" else f"{name}, {names[left_out]} left out"
        ledger.derive(key, label, "1", "fitted_positive", inputs, boundary=boundary)
        runs = [key for source in kept for key in groups[source]]
        sizes = [float(len(groups[source])) for source in kept]
        spreads = {}
        for part_of, formula in (
            ("within", "within_source_factor"),
            ("between", "between_source_factor"),
        ):
            told = {"terms": runs, "sizes": sizes}
            spreads[part_of] = ledger.derive(
                f"{key}.{part_of}", f"{label}: spread {part_of} sources", "1", formula, told
            ).key
        yield {
            "method": method,
            "boundary": boundary,
            "source": left_out,
            "source_name": names.get(left_out, "all"),
            "source_key": means.get(left_out, ""),
            "fit": key,
            **spreads,
            "sources": len(kept),
            "runs": len(runs),
        }
