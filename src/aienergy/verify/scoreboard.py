"""How often intervals hold measured values of sources that had no part in them.

Nothing is fitted here: the fits with each source left out come from the stage `estimate`.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.contracts.validation import FULL_SERVER

# Fewer sources make a check; from this many on, coverage says something of calibration.
MIN_SOURCES = 10
PHASES = ("training", "inference")
COLUMNS = [
    "method",
    "boundary",
    "interval",
    "source",
    "source_name",
    "phases",
    "domain",
    "runs",
    "fit",
    "value",
    "low",
    "high",
    "inside",
]


def judge_methods(
    cases: pd.DataFrame, methods: pd.DataFrame, ledger: Ledger
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold each source against the interval of every method that left it out.

    Args:
        cases: Table `method_cases` of the stage `estimate`.
        methods: Its table `methods`.
        ledger: Numbers so far; the coverages are added.

    Returns:
        `left_out`, one row a method and source: method, boundary, interval (`fitted` to the other
        sources, or `stated` by the method), source, source_name, phases, domain, runs, fit
        (key), value (mean of measured over estimated), low, high, inside.
        `scoreboard`, one row a method, interval and phase (`all`, `outside` for sources outside
        the domain of the fits, `training`, `inference`): method, boundary, interval, phase,
        inside, sources (counts), coverage (key), called (`calibration` or `check`).
    """
    least = {"value": float(MIN_SOURCES), "factor": 1.0}
    label = "Sources from which on coverage says something of calibration"
    ledger.derive("validation.calibration_sources", label, "1", "unit_conversion", least)
    left_out = pd.concat([_fitted(cases, methods, ledger), _stated(cases)], ignore_index=True)
    left_out["inside"] = (left_out["low"] <= left_out["value"]) & (
        left_out["value"] <= left_out["high"]
    )
    table = left_out[COLUMNS].sort_values(["method", "boundary", "interval", "source"])
    return table.reset_index(drop=True), pd.DataFrame(list(_scores(table, ledger)))


def _fitted(cases: pd.DataFrame, methods: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    rows = methods[methods["source"] != "all"]
    fits = [ledger[str(key)] for key in rows["fit"]]
    ends = pd.DataFrame({"low": [f.low for f in fits], "high": [f.high for f in fits]}, rows.index)
    told = rows[["method", "boundary", "source", "source_name", "fit"]].assign(
        interval="fitted",
        value=[ledger[str(key)].value for key in rows["source_key"]],
        low=ends["low"],
        high=ends["high"],
    )
    runs = _by_source(cases)[["method", "boundary", "source", "phases", "domain", "runs"]]
    return told.merge(runs, on=["method", "boundary", "source"])


def _stated(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the sources of the methods that state an interval with every estimate."""
    return _by_source(cases.dropna(subset=["low", "high"])).assign(interval="stated")


def _by_source(cases: pd.DataFrame) -> pd.DataFrame:
    """Return geometric means over the runs of each source."""
    logs = cases.assign(**{name: np.log(cases[name]) for name in ("value", "low", "high")})
    by = logs.groupby(["method", "boundary", "source", "source_name"], as_index=False, sort=True)
    means = by.agg(
        phases=("phase", lambda phases: ";".join(sorted(set(phases)))),
        domain=("domain", "first"),
        fit=("fit", "first"),
        runs=("phase", "size"),
        value=("value", "mean"),
        low=("low", "mean"),
        high=("high", "mean"),
    )
    means[["value", "low", "high"]] = np.exp(means[["value", "low", "high"]])
    return means


def _scores(table: pd.DataFrame, ledger: Ledger) -> Iterator[dict[str, object]]:
    for (method, boundary, interval), whole in table.groupby(["method", "boundary", "interval"]):
        full = whole["domain"] == FULL_SERVER
        parts = {"all": whole[full], "outside": whole[~full]} | {
            phase: whole[full & whole["phases"].str.contains(phase)] for phase in PHASES
        }
        for phase, part in parts.items():
            if part.empty:
                continue
            stem = f"validation.{method}.{boundary}.{interval}.{phase}"
            label = f"{method}, {boundary}, interval {interval}, {phase}: sources left out"
            held, trials, coverage = count_inside(part, stem, label, ledger)
            yield {
                "method": method,
                "boundary": boundary,
                "interval": interval,
                "phase": phase,
                "inside": int(held.value),
                "sources": int(trials.value),
                "coverage": coverage.key,
                "called": called(trials),
            }


def count_inside(
    part: pd.DataFrame, stem: str, label: str, ledger: Ledger
) -> tuple[Number, Number, Number]:
    """Derive how many left-out sources an interval held, of how many, and the exact coverage.

    Args:
        part: One row a source: inside, value.
        stem: What the keys of the numbers begin with.
        label: What was left out.
        ledger: Numbers so far; three are added.
    """
    inside: dict[str, Input] = {"terms": part["inside"].astype(float).tolist()}
    held = ledger.derive(f"{stem}.inside", f"{label} inside", "1", "total", inside)
    terms: dict[str, Input] = {"terms": part["value"].tolist()}
    trials = ledger.derive(f"{stem}.sources", label, "1", "count", terms)
    counts: dict[str, Input] = {"inside": held.key, "trials": trials.key}
    name = f"{label}, share inside"
    return held, trials, ledger.derive(f"{stem}.coverage", name, "1", "exact_coverage", counts)


def called(trials: Number) -> str:
    """Return whether so many sources make a `calibration`, or a `check` alone."""
    return "calibration" if trials.value >= MIN_SOURCES else "check"
