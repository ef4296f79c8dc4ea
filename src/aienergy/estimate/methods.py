"""Every usual method of estimation beside every measured value: ratios, bias and spread.

The unit of analysis is the independent source, one submitter or operator on one generation of
hardware: its runs are alike, and many logs of one source are not many tests. The fits are made
here, for all sources and with each source left out; the stage `verify` only reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.contracts.validation import FULL_SERVER
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
    "codecarbon": "CodeCarbon for the whole computer",
    "processor_model": "CodeCarbon's model of a processor from its load",
}
OWN = ("fitted_ratio", "compute_fitted")
TOOLS = ("codecarbon", "processor_model")
BOUNDARIES = ("node", "board", "chip")  # in the order in which they are told


@dataclass(frozen=True, slots=True)
class Case:
    """One measured value that methods are held against.

    Attributes:
        row: The observation, normalized.
        source: Key of the independent source.
        name: Name of the source.
        phase: `training`, `inference` or `load`.
        domain: `full_server` where all accelerators of a server were at work, or `other`.
        accelerator: Key of the accelerator.
        tool_estimate: Id of what a tool estimated, if the list names one.
    """

    row: pd.Series
    source: str
    name: str
    phase: str
    domain: str
    accelerator: str
    tool_estimate: str

    @property
    def id(self) -> str:
        """Id of the observation."""
        return str(self.row["id"])

    @property
    def boundary(self) -> str:
        """Hardware that the measured value covers."""
        return str(self.row["boundary"])

    @property
    def is_power(self) -> bool:
        """Whether a mean power was measured, not an energy."""
        return bool(self.row["unit"] == "W")


def score_methods(
    facts: Facts, cases: pd.DataFrame, ledger: Ledger
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold every method against every scored case, and fit bias and spread of each method.

    Args:
        facts: Normalized observations.
        cases: Table `validation_cases`.
        ledger: Numbers so far; estimates, ratios and fits are added.

    Returns:
        `method_cases`, one row a case and method: method, boundary, phase, domain, source,
        source_name, observation, measured, estimate, ratio (keys), value (measured over
        estimated), fit (key of the ratio an estimate of ours rests on), low, high (interval that
        the estimate states, over its value; empty where it states none).
        `methods`, one row a fit: method, label, boundary, source (left out, or `all`), source_name,
        source_key (geometric mean of the source left out), fit (key of the interval over the other
        sources), within, between (keys), sources, runs (counts).
    """
    rows = [
        row
        for case in _cases(facts, cases)
        for measured, estimates in _estimates(facts, case, ledger)
        for row in _ratios(case, measured, estimates, ledger)
    ]
    table = pd.DataFrame(rows)
    table["order"] = table["boundary"].map(BOUNDARIES.index)
    table["order"] = len(METHODS) * table["order"] + table["method"].map(list(METHODS).index)
    table = table.sort_values("order", kind="stable", ignore_index=True).drop(columns="order")
    fits: list[dict[str, object]] = []
    for (method, boundary), part in table.groupby(["method", "boundary"], sort=False):
        fits += _fits(str(method), str(boundary), part, ledger)
    return table, pd.DataFrame(fits)


def _cases(facts: Facts, cases: pd.DataFrame) -> Iterator[Case]:
    rows = facts.frame.set_index("id", drop=False)
    for case in cases[cases["verdict"] == "scored"].itertuples():
        row = rows.loc[[str(case.observation)]].iloc[0]
        yield Case(
            row=row,
            source=source_of(case.measured_by, case.hardware),
            name=f"{case.measured_by}, {case.hardware}",
            phase=str(case.phase),
            domain=str(case.domain),
            accelerator=str(row["q_accelerator"] or row["subject"]),
            tool_estimate=str(case.tool_estimate),
        )


def _estimates(facts: Facts, case: Case, ledger: Ledger) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield keys of a measured value, and of every estimate of it by method."""
    yield case.id, _by_tool(facts, case)
    if case.phase == "load":
        return
    if case.row["quantity"] != "training_energy_kwh":
        yield case.id, _by_rating(facts, case, ledger)
    yield _by_compute(facts, case, ledger)


def _by_tool(facts: Facts, case: Case) -> dict[str, str]:
    """Find what a tool gave for the same run: named in the list, or told beside the meter."""
    if case.tool_estimate:
        return {"processor_model": case.tool_estimate}
    if case.row["quantity"] != "workload_energy_kwh":
        return {}
    told = facts.select("workload_energy_kwh", case.row["subject"], q_task=case.row["q_task"])
    told = told[(told["source"] == case.row["source"]) & (told["boundary"] == case.boundary)]
    told = told[(told["evidence"] == "modelled") & told["q_meter"].isin(TOOLS)]
    return dict(zip(told["q_meter"], told["id"], strict=True))


def _by_rating(facts: Facts, case: Case, ledger: Ledger) -> dict[str, str]:
    """Estimate mean power, or energy over the time of the run, from ratings."""
    board = facts.first("board_power_w", case.accelerator, q_statistic="rated")
    if board is None:
        return {}
    count = float(case.row["q_accelerator_count"] or 1)
    inputs: dict[str, Input] = {"accelerator_count": count, "board_power_w": board}
    ratios: dict[str, Input] = {"rated_boards": 1.0}
    if case.boundary == "node":
        ratios |= {"epoch_formula": OVERHEAD, "fitted_ratio": ratio_without(case.source, ledger)}
    formula, name, unit = "overhead_power_w", "power_overhead_ratio", "W"
    if not case.is_power:
        told = facts.select("workload_time_h", case.row["subject"], q_task=case.row["q_task"])
        told = told[told["source"] == case.row["source"]]
        inputs |= {"training_time_h": str(told["id"].iloc[0]), "pue": 1.0}
        formula, name, unit = "facility_energy_from_count_kwh", "node_power_ratio", "kWh"
    made = {
        method: _estimate(case.id, method, unit, formula, {**inputs, name: ratio}, ledger)
        for method, ratio in ratios.items()
    }
    if case.boundary == "node" and case.is_power:
        rated = facts.select("node_power_w", case.accelerator, q_statistic="rated")
        rated = rated[rated["q_accelerator_count"] == case.row["q_accelerator_count"]]
        if not rated.empty:
            made["rated_node"] = str(rated["id"].iloc[0])
    return made


def _by_compute(facts: Facts, case: Case, ledger: Ledger) -> tuple[str, dict[str, str]]:
    """Return the measured energy of a training run, and estimates of it from its compute.

    A measured mean power becomes an energy by the counted hours of the run.
    """
    system = str(case.row["subject"])
    compute = facts.first("training_compute_flop", system)
    board = facts.first("board_power_w", case.accelerator, q_statistic="rated")
    peak = peak_of(facts, case.accelerator)
    if compute is None or board is None or peak is None:
        return "", {}
    measured = case.id
    if case.is_power:
        hours = hours_of(facts, system)
        if hours is None or hours[1] != case.accelerator:
            return "", {}
        measured = _energy(case, hours[0], ledger)
    inputs: dict[str, Input] = {
        "training_compute_flop": compute,
        "peak_flop_per_s": peak,
        "mfu": _mfu_without(facts, system, ledger),
        "board_power_w": board,
        "pue": 1.0,  # the measured value has none in it
    }
    ratios: dict[str, Input] = {"compute_rated": 1.0}
    if case.boundary == "node":
        ratios["compute_fitted"] = ratio_without(case.source, ledger)
    formula = "facility_energy_from_compute_kwh"
    return measured, {
        method: _estimate(
            case.id, method, "kWh", formula, {**inputs, "node_power_ratio": ratio}, ledger
        )
        for method, ratio in ratios.items()
    }


def _energy(case: Case, hours: dict[str, Input], ledger: Ledger) -> str:
    """Return the key of the energy of a run: its measured mean power over its counted hours."""
    label = f"{case.row['label']}: energy over the hours of the run"
    details = {"boundary": case.boundary, "evidence": case.row["evidence"]}
    if "accelerator_count" in hours:
        formula, inputs = "facility_energy_from_run_kwh", {**hours, "pue": 1.0}
    else:
        formula, inputs = "energy_from_hours_kwh", hours
    power: dict[str, Input] = {"power_per_accelerator_w": case.id}
    key = f"{case.id}.energy"
    return ledger.derive(key, label, "kWh", formula, {**inputs, **power}, **details).key


def _estimate(
    id_: str, method: str, unit: str, formula: str, inputs: dict[str, Input], ledger: Ledger
) -> str:
    label = f"{METHODS[method]}, for {ledger[id_].label}"
    return ledger.derive(f"{id_}.by_{method}", label, unit, formula, inputs).key


def ratio_without(source: str, ledger: Ledger) -> str:
    """Return the key of the fitted ratio of node power to rated power, one source left out."""
    return _fit_without(NODE_POWER_RATIO, {f"{source}.node_power_ratio"}, source, source, ledger)


def _mfu_without(facts: Facts, system: str, ledger: Ledger) -> str:
    """Return the key of the usual utilization, a system's own disclosed one left out."""
    own = set(disclosed_mfu(facts, system)["id"])
    return _fit_without(MFU, own, system, facts.name(system), ledger)


def _fit_without(fit: str, own: set[str], left_out: str, name: str, ledger: Ledger) -> str:
    """Return the key of a fit without some of its terms: its own, where it has none of them."""
    fitted = ledger[fit]
    terms = [term for term in fitted.inputs["terms"] if term not in own]
    if len(terms) == len(fitted.inputs["terms"]):
        return fit
    key = f"{fit}.without_{left_out}"
    if key not in ledger:
        label, inputs = f"{fitted.label}, {name} left out", {"terms": terms}
        ledger.derive(key, label, "1", fitted.formula, inputs, boundary=fitted.boundary)
    return key


def _ratios(
    case: Case, measured: str, estimates: dict[str, str], ledger: Ledger
) -> Iterator[dict[str, object]]:
    for method, estimate in estimates.items():
        inputs: dict[str, Input] = {"numerator": measured, "denominator": estimate}
        label = f"{ledger[case.id].label}, measured over the estimate by {method}"
        number = ledger.derive(f"{case.id}.over_{method}", label, "1", "ratio", inputs)
        told = ledger[estimate]
        stated = method in OWN and told.low is not None and told.high is not None
        yield {
            "method": method,
            "boundary": case.boundary,
            "phase": case.phase,
            "domain": FULL_SERVER if method in TOOLS else case.domain,
            "source": case.source,
            "source_name": case.name,
            "observation": case.id,
            "measured": measured,
            "estimate": estimate,
            "ratio": number.key,
            "value": number.value,
            "fit": _ratio_of(told) if stated else "",
            "low": (told.low or 0) / told.value if stated else None,
            "high": (told.high or 0) / told.value if stated else None,
        }


def _ratio_of(estimate: Number) -> str:
    """Return the key of the fitted ratio that one of our estimates rests on."""
    inputs = estimate.inputs
    return str(inputs.get("power_overhead_ratio") or inputs["node_power_ratio"])


def _fits(
    method: str, boundary: str, part: pd.DataFrame, ledger: Ledger
) -> Iterator[dict[str, object]]:
    """Fit one method at one boundary: over the sources of its domain, and with each left out.

    Sources outside the domain have a mean and no part in any fit.
    """
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
    inside = set(part.loc[part["domain"] == FULL_SERVER, "source"])
    for left_out in ("all", *means) if len(inside) >= MIN_SOURCES else ():
        kept = [source for source in means if source != left_out and source in inside]
        fit, label, spreads = stem, name, {"within": "", "between": ""}
        if left_out in inside:
            fit, label = f"{stem}.without_{left_out}", f"{name}, {names[left_out]} left out"
        if left_out == "all" or left_out in inside:
            inputs = {"terms": [means[source] for source in kept]}
            ledger.derive(fit, label, "1", "fitted_positive", inputs, boundary=boundary)
            spreads = _spreads(fit, label, [groups[source] for source in kept], ledger)
        yield {
            "method": method,
            "label": METHODS[method],
            "boundary": boundary,
            "source": left_out,
            "source_name": names.get(left_out, "all"),
            "source_key": means.get(left_out, ""),
            "fit": fit,
            **spreads,
            "sources": len(kept),
            "runs": sum(len(groups[source]) for source in kept),
        }


def _spreads(fit: str, label: str, groups: list[list[str]], ledger: Ledger) -> dict[str, str]:
    """Return the keys of the spread of runs within their sources, and of sources from another."""
    told: dict[str, Input] = {
        "terms": [key for runs in groups for key in runs],
        "sizes": [float(len(runs)) for runs in groups],
    }
    return {
        part: ledger.derive(
            f"{fit}.{part}", f"{label}: spread {part} sources", "1", f"{part}_source_factor", told
        ).key
        for part in ("within", "between")
    }
