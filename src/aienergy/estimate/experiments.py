"""Our own experiments: what a search costs to reach an accuracy, and what a variant saves.

A median over seeds, or over rounds where one network was measured, comes with the interval of a
bootstrap over them. Where energy is a constant times CPU time, it says no more than that time.
"""

from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.estimate.repeats import LEVEL, Settings, bind_ratio, exact, known, source_of
from aienergy.estimate.variants import variants
from aienergy.formulas.experiments import bounds, cost_of, resampled_medians

SEARCH, BATCH, IDLE = "search_methods", "batch_precision", "idle_window"
COMPRESSION = ("compression_mlp", "compression_minilm")
BASE_METHOD = "random"
CURVE_POINTS = 40
# Column of the trials, end of the key, unit, and what it is.
COSTS = (
    ("energy_kwh", "energy", "kWh", "energy"),
    ("time_s", "time", "s", "wall time"),
    ("cpu_time_s", "cpu_time", "s", "CPU time"),
    ("operations_flop", "operations", "FLOP", "counted operations"),
    ("evaluation_count", "evaluations", "1", "evaluations"),
)
SEARCH_COLUMNS = (
    "experiment", "task", "method", "target", "quantity", "unit", "key", "value", "low", "high",
    "is_bounded", "seed_count", "censored_count", "over_random_key", "over_random",
    "over_random_low", "over_random_high",
)  # fmt: skip
CURVE_COLUMNS = ("task", "method", "energy_kwh", "accuracy", "low", "high", "seed_count")


def estimate_experiments(
    trials: pd.DataFrame, settings: Settings, ledger: Ledger
) -> dict[str, pd.DataFrame]:
    """Bind what the experiments found.

    Args:
        trials: Table `ingest/trials.csv`.
        settings: Accuracies and resamples.
        ledger: Numbers so far.

    Returns:
        Tables by name: `search` (cost to reach a target, by method), `curves` (best accuracy so far
        over energy), `compression` and `batch` (variants of networks).
    """
    found = running(trials[trials["experiment"] == SEARCH])
    inference = trials[trials["measure"] == "inference"]
    _bind_idle(trials[trials["experiment"] == IDLE], ledger)
    preparation = trials[trials["measure"] == "preparation"]
    tables = {
        "search": search_costs(found, settings, ledger),
        "curves": search_curves(found),
        "compression": variants(
            inference[inference["experiment"].isin(COMPRESSION)], settings, ledger
        ),
        "batch": variants(inference[inference["experiment"] == BATCH], settings, ledger),
    }
    _bind_preparation(preparation, settings, ledger)
    return tables


def running(trials: pd.DataFrame) -> pd.DataFrame:
    """Add up each search: costs so far, and the best accuracy so far.

    Args:
        trials: Evaluations with columns experiment, task, arm, seed, turn and those of `COSTS`.

    Returns:
        The evaluations in order, costs cumulated, with the column `best`.
    """
    found = trials.sort_values("turn", ignore_index=True)
    found = found.assign(evaluation_count=1.0, best=found["accuracy"])
    if found.empty:  # a table without rows has no types that could be added up
        return found
    group = found.groupby(["task", "arm", "seed"])
    costs = [name for name, *_ in COSTS]
    found[costs] = group[costs].cumsum()
    return found.assign(best=group["accuracy"].cummax())


def cost_to_reach(found: pd.DataFrame, target: float) -> pd.DataFrame:
    """Return what each search spent until its best accuracy first reached a target.

    Args:
        found: What `running` returned.
        target: Accuracy.

    Returns:
        One row a search: task, arm, seed, the costs, and `reached` (1, or 0 where the costs are
        all that was spent in vain).
    """
    searches = ["task", "arm", "seed"]
    ends = found.groupby(searches, as_index=False).last()
    # Accuracies are shares of a few hundred: a rounded cell must not miss its own target.
    hits = found[found["best"] >= target - 1e-9].groupby(searches, as_index=False).first()
    failed = ends.merge(hits[searches], how="left", indicator="state")
    missed = failed[failed.pop("state") == "left_only"]
    both = pd.concat([hits.assign(reached=1.0), missed.assign(reached=0.0)], ignore_index=True)
    return both.sort_values(searches, ignore_index=True)


def search_costs(found: pd.DataFrame, settings: Settings, ledger: Ledger) -> pd.DataFrame:
    """Bind the cost of each method to reach each target, and its ratio to random search.

    Args:
        found: What `running` returned.
        settings: Accuracies and resamples.
        ledger: Numbers so far.

    Returns:
        Columns `SEARCH_COLUMNS`; value and key are empty where half of the seeds or more did not
        reach the target, `high` where the upper end is above all that was spent.
    """
    rows = []
    for task, part in found.groupby("task"):
        for target in settings.targets.get(str(task), []):
            arms = dict(list(cost_to_reach(part, target).groupby("arm")))
            for method, costs in sorted(arms.items()):
                stem = f"experiment.search.{task!s}.{method!s}.at_{spelled(target)}"
                _bind_counts(stem, str(task), str(method), costs, ledger)
                shared = {
                    "experiment": SEARCH, "task": task, "method": method, "target": target,
                    "seed_count": len(costs),
                    "censored_count": int((costs["reached"] == 0).sum()),
                }  # fmt: skip
                rows += [
                    {**shared, **_cost(stem, column, costs, arms[BASE_METHOD], settings, ledger)}
                    for column in COSTS
                ]
    return pd.DataFrame(rows, columns=list(SEARCH_COLUMNS))


def spelled(target: float) -> str:
    """Return a share as a part of a key, in percent: 0.975 is `97_5`."""
    return f"{target * 100:.4g}".replace(".", "_")


def _bind_counts(stem: str, task: str, method: str, costs: pd.DataFrame, ledger: Ledger) -> None:
    words = f"{task}, {method}"
    for tail, text, value in (
        ("seeds", "Searches", len(costs)),
        ("censored", "Searches that did not reach the accuracy", (costs["reached"] == 0).sum()),
    ):
        inputs: dict[str, Input] = {"value": float(value), "factor": 1.0}
        ledger.derive(
            f"{stem}.{tail}", f"{text}: {words}", "1", "unit_conversion", inputs, source_of(SEARCH),
            evidence="counted",
        )  # fmt: skip


def _cost(
    stem: str,
    column: tuple[str, str, str, str],
    costs: pd.DataFrame,
    base: pd.DataFrame,
    settings: Settings,
    ledger: Ledger,
) -> dict[str, Any]:
    name, tail, unit, text = column
    drawn = cost_of(list(costs[name]), list(costs["reached"]))
    row: dict[str, Any] = {"quantity": name, "unit": unit, "is_bounded": False}
    if not np.isfinite(np.median(drawn)):
        return row
    inputs: dict[str, Input] = {
        "costs": exact(costs[name]), "reached": exact(costs["reached"]), **settings.resampling,
    }  # fmt: skip
    label = f"Median {text} of a search to its target: {stem.split('.', 2)[2]}"
    details = known(name, costs)
    number = ledger.derive(
        f"{stem}.{tail}", label, unit, "median_cost_to_reach", inputs, source_of(SEARCH), **details
    )
    low, high = bounds(resampled_medians(drawn, settings.draws, settings.seed), LEVEL)
    row |= {"key": number.key, "value": number.value, "low": low, "is_bounded": np.isfinite(high)}
    row["high"] = high if np.isfinite(high) else None
    both = np.median(cost_of(list(base[name]), list(base["reached"])))
    if np.isfinite(both) and list(base["seed"]) == list(costs["seed"]) and base is not costs:
        ratio = bind_ratio(
            f"{stem}.{tail}_over_{BASE_METHOD}", label, name, costs, base, settings, ledger
        )
        row |= {
            "over_random_key": ratio.key, "over_random": ratio.value,
            "over_random_low": ratio.low, "over_random_high": ratio.high,
        }  # fmt: skip
    return row


def search_curves(found: pd.DataFrame) -> pd.DataFrame:
    """Return the best accuracy so far on a common grid of energy, over the seeds of each method.

    Args:
        found: What `running` returned.

    Returns:
        Columns `CURVE_COLUMNS`: median, 5th and 95th percentile over seeds that had an evaluation
        by then; points without one for every seed are left out.
    """
    parts = []
    for (task, method), rows in found.groupby(["task", "arm"]):
        searches = [part for _, part in rows.groupby("seed")]
        ends = [part["energy_kwh"].iloc[[0, -1]].to_numpy() for part in searches]
        first, last = max(end[0] for end in ends), min(end[1] for end in ends)
        grid = np.geomspace(first, max(first, last), CURVE_POINTS)
        best = np.array(
            [
                part["best"].to_numpy()[np.searchsorted(part["energy_kwh"], grid * (1 + 1e-12)) - 1]
                for part in searches
            ]
        )
        low, middle, high = np.quantile(best, [0.05, 0.5, 0.95], axis=0)
        curve = {"energy_kwh": grid, "accuracy": middle, "low": low, "high": high}
        parts.append(pd.DataFrame({"task": task, "method": method, **curve}))
        parts[-1]["seed_count"] = len(searches)
    if not parts:
        return pd.DataFrame(columns=list(CURVE_COLUMNS))
    return pd.concat(parts, ignore_index=True)


def _bind_preparation(trials: pd.DataFrame, settings: Settings, ledger: Ledger) -> None:
    """Bind what making each variant cost, beside the training of the network it came from."""
    for (experiment, arm), part in trials.groupby(["experiment", "arm"]):
        for name, tail, unit, text in COSTS[:3]:
            inputs: dict[str, Input] = {"terms": exact(part[name]), **settings.resampling}
            key = f"experiment.{experiment}.{arm}.preparation.{tail}"
            label = f"{text.capitalize()} of making the variant {arm}"
            sources, details = source_of(str(experiment)), known(name, part)
            ledger.derive(key, label, unit, "resampled_median", inputs, sources, **details)


def _bind_idle(trials: pd.DataFrame, ledger: Ledger) -> None:
    """Bind the share of CPU time of a process that sleeps."""
    if trials.empty:
        return
    inputs: dict[str, Input] = {
        "numerator": float(trials["cpu_time_s"].sum()),
        "denominator": float(trials["time_s"].sum()),
    }  # fmt: skip
    label = "CPU time of an idle process over wall time"
    key = f"experiment.{IDLE}.cpu_share"
    ledger.derive(key, label, "1", "ratio", inputs, source_of(IDLE), evidence="counted")
