"""Throughput, latency and energy of one unit of work, by chip, from tests of whole machines."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.facts import Facts

# Tests that chips of several years took: task, and how a reader knows it.
TASKS = ("resnet50", "stable_diffusion_xl", "llama2_70b_99")
UNDER_LOAD, ALONE = "under_load", "alone"
SINGLE = "_single_stream"
COLUMNS = [
    *("task", "subject", "source", "year", "throughput", "per_chip", "energy"),
    *("boundary", "latency", "latency_kind", "per_chip_value", "energy_value", "latency_value"),
]


def compare_chips(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Set what each chip completes, how long one unit takes, and its energy beside each other.

    A machine's largest batch counts, all requests at once. Energy is that of the same run, where
    its power was read or stated; it is empty where not. Latency is that of the same chip and
    source under load, the slowest of a hundred requests or the mean, or else of one request alone.

    Returns:
        One row a chip, task and source: task, subject, source, year, throughput, per_chip, energy,
        boundary, latency, latency_kind (`under_load`, `alone`), keys; and the values in 1/s, J, s.
    """
    rows = [row for task in TASKS for row in _of_task(task, facts, ledger)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["task", "year", "per_chip_value"], ignore_index=True)


def _of_task(task: str, facts: Facts, ledger: Ledger) -> Iterator[dict[str, object]]:
    whole = facts.select("throughput_per_s", q_task=task)
    whole = whole.assign(size=pd.to_numeric(whole["q_batch"], errors="coerce").fillna(0))
    for (subject, source), runs in whole.groupby(["subject", "source"], sort=True):
        best = runs.sort_values("size").iloc[-1]
        key = str(best["id"])
        name = f"{facts.name(subject)}, {task.replace('_', ' ')}"
        counts: dict[str, Input] = {
            "throughput_per_s": key,
            "chip_count": float(best["q_accelerator_count"]),
        }
        formula = "chip_throughput_per_s"
        chip = ledger.derive(f"{key}.per_chip", f"{name}: by one chip", "1/s", formula, counts)
        power = _power(best, facts)
        told: dict[str, object] = {"energy": "", "boundary": "", "energy_value": None}
        if power is not None:
            drawn = ledger[power]
            inputs: dict[str, Input] = {"power_w": power, "throughput_per_s": key}
            label = f"{name}: energy of one unit at full load"
            energy = ledger.derive(
                f"{key}.energy",
                label,
                "J",
                "energy_per_sample_j",
                inputs,
                boundary=drawn.boundary,
                scope="use",
                evidence=drawn.evidence,
            )
            told = {"energy": energy.key, "boundary": drawn.boundary, "energy_value": energy.value}
        latency, kind = _latency(task, str(subject), str(source), runs, facts, ledger)
        yield {
            "task": task,
            "subject": subject,
            "source": source,
            "year": int(str(best["period"])[:4]),
            "throughput": key,
            "per_chip": chip.key,
            "per_chip_value": chip.value,
            **told,
            "latency": latency,
            "latency_kind": kind,
            "latency_value": ledger[latency].value if latency else None,
        }


def _power(best: "pd.Series[Any]", facts: Facts) -> str | None:
    """Return the key of the power of the machine in the same run."""
    same = {
        name: str(best[name]) for name in ("q_task", "q_accelerator_count", "q_batch", "source")
    }
    return facts.first("system_power_w", str(best["subject"]), **same)


def _latency(
    task: str, subject: str, source: str, runs: pd.DataFrame, facts: Facts, ledger: Ledger
) -> tuple[str, str]:
    """Return the key of the time that one unit takes, and under what conditions."""
    for ending, kind in (("_server", UNDER_LOAD), (SINGLE, ALONE)):
        found = facts.select("latency_s", subject, q_task=task + ending, source=source)
        if not found.empty:
            return str(found["id"].iloc[0]), kind
    first = runs[runs["size"] == 1]
    if first.empty:
        return "", ""
    key = str(first["id"].iloc[0])
    label = f"{facts.name(subject)}: time of one image alone"
    inputs = {"throughput_per_s": key}
    return ledger.derive(f"{key}.alone", label, "s", "time_alone_s", inputs).key, ALONE
