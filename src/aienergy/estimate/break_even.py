"""Training against use: every pair that the facts hold, admitted on one boundary or refused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from aienergy.break_even import (
    STEP_TEXTS,
    Side,
    derive_count,
    mixed,
    objections,
    steps_of,
)
from aienergy.contracts.numbers import Ledger
from aienergy.estimate.training import hours_of
from aienergy.facts import Facts
from aienergy.tables import records

# Uses whose model's training stands under another name: use, training.
UNDER_OTHER_NAMES = (
    ("bloom_api.inference_energy.devries2023", "bloom_176b.energy.dynamic.luccioni2022bloom"),
    ("bloom_api.inference_energy.devries2023",
     "bigscience_project.energy.dynamic.luccioni2022bloom"),
    ("llama_1_65b.inference_energy.samsi2023", "llama_1_development.energy.touvron2023llama"),
)  # fmt: skip
# One model under two names: its service, its project, the family developed with it.
SAME_MODEL = {
    "bloom_api": "bloom_176b",
    "bigscience_project": "bloom_176b",
    "llama_1_development": "llama_1_65b",
}
# A rounded quotation of a deployment that stands under its own name.
QUOTED = frozenset({"bloom_176b.inference_energy.luccioni2024power"})
# Pairs that are told everywhere, and are none: use, training (empty: not published).
TOLD_EVERYWHERE = (
    ("chatgpt.stated_inference_energy.altman2025", "gpt3.energy.patterson2021"),
    ("chatgpt.inference_energy.devries2023", "gpt3.energy.patterson2021"),
    ("gemini_apps_text.inference_energy.comprehensive.elsworth2025", ""),
)
# Units in which counts of uses are read.
SIZES = (("trillion", 1e12), ("billion", 1e9), ("million", 0.0))
COLUMNS = [
    "use", "system", "per", "task", "source", "training_key", "use_key", "scope", "verdict",
    "reason", "mixed", "boundary", "steps", "key", "value", "low", "high", "shown_in",
    "printed_key", "per_day_key", "days_key",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """An energy of training and one of use.

    Attributes:
        use: Row of the use.
        training: Side of training.
        side: Side of use.
    """

    use: dict[str, object]
    training: Side
    side: Side


def derive_break_evens(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Judge every pair, and derive the uses to break-even of those admitted.

    Returns:
        One row a pair: use and system (subjects), per, task, source, keys of both energies, scope
        of training, verdict (`admitted`, `refused`), reason, whether the boundaries are mixed as
        printed, the common boundary and the steps to it, key, value and interval of the count
        and the unit it reads well in, key of the count that a source prints, of a published
        volume a day, and of the days.
    """
    rows = [_row(pair, facts, ledger) for pair in _pairs(facts, ledger)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = ["verdict", "system", "use", "per", "use_key", "scope", "training_key"]
    return table.sort_values(order, ignore_index=True)


def _pairs(facts: Facts, ledger: Ledger) -> Iterator[Pair]:
    """Yield each use with the training of its own model, then those under other names."""
    means = _means_over_tests(facts, ledger)
    quantities = ("inference_energy_wh", "stated_inference_energy_wh")
    uses = [row for one in quantities for row in records(facts.select(one).sort_values("id"))]
    by_key = {str(row["id"]): row for row in [*uses, *means]}
    for key, row in by_key.items():
        if row["q_statistic"] == "mean" and row["source"] == TESTS_BY and key not in _ids(means):
            continue  # single tests stand in their mean
        training = training_of(str(row["subject"]), facts, ledger)
        if training is not None and key not in QUOTED:
            yield Pair(row, training, _side_of_use(row))
    for use, training_key in (*UNDER_OTHER_NAMES, *TOLD_EVERYWHERE):
        row = by_key[use]
        known = Side("", "", "", "", "")
        if training_key:
            number = ledger[training_key]
            system = _subject(training_key, facts)
            known = Side(training_key, system, number.boundary, number.scope, number.evidence)
        yield Pair(row, known, _side_of_use(row))


TESTS_BY = "luccioni2023runs"


def _means_over_tests(facts: Facts, ledger: Ledger) -> list[dict[str, object]]:
    """Derive one mean for each model that a source ran on several tests, boards alone."""
    rows = facts.select("inference_energy_wh", source=TESTS_BY)
    means = []
    for system, tests in rows.groupby("subject", sort=True):
        label = f"{facts.name(system)}: energy of a use by its boards, mean over tests"
        number = ledger.derive(
            f"{system}.inference_energy.boards",
            label,
            "Wh",
            "mean_of",
            {"terms": sorted(tests["id"])},
            boundary="board",
            scope="use",
            evidence="counter",
        )
        first = dict(tests.iloc[0])
        means.append({**first, "id": number.key, "q_task": "zero_shot_mean_of_public_tests"})
    return means


def _ids(rows: list[dict[str, object]]) -> set[str]:
    return {str(row["id"]) for row in rows}


def _subject(key: str, facts: Facts) -> str:
    subject = str(facts.frame.loc[facts.frame["id"] == key, "subject"].iloc[0])
    return SAME_MODEL.get(subject, subject)


def _side_of_use(row: dict[str, object]) -> Side:
    subject = str(row["subject"])
    return Side(
        str(row["id"]),
        SAME_MODEL.get(subject, subject),
        str(row["boundary"]),
        str(row["scope"]),
        str(row["evidence"]),
        str(row["q_statistic"]),
    )


def training_of(system: str, facts: Facts, ledger: Ledger) -> Side | None:
    """Return the energy of a system's training, or None where nothing tells it.

    An energy that was read or stated at the boards, with fine-tuning where the same source has it;
    else accelerator-hours at rated power, which needs the step from rating to server.
    """
    rows = facts.select("training_energy_kwh", system)
    rows = rows[rows["q_statistic"] != "idle"]
    boards = rows[(rows["boundary"] == "board") & rows["q_stage"].isin(["", "pretraining"])]
    whole = rows[(rows["boundary"] == "facility") & (rows["evidence"] != "nameplate")]
    for found in (boards, whole):
        if not found.empty:
            row = found.iloc[0]
            tuned = rows[(rows["q_stage"] == "fine_tuning") & (rows["source"] == row["source"])]
            side = Side(str(row["id"]), system, str(row["boundary"]), str(row["scope"]),
                        str(row["evidence"]))  # fmt: skip
            return side if tuned.empty else _with_tuning(side, str(tuned["id"].iloc[0]), ledger)
    return _from_hours(system, facts, ledger)


def _with_tuning(side: Side, tuning: str, ledger: Ledger) -> Side:
    key = f"{side.system}.training_with_tuning"
    if key not in ledger:
        label = f"{ledger[side.key].label}, with fine-tuning"
        terms = {"terms": [side.key, tuning]}
        details = {"boundary": side.boundary, "scope": side.scope, "evidence": side.evidence}
        ledger.derive(key, label, "kWh", "total", terms, **details)
    return replace(side, key=key)


def _from_hours(system: str, facts: Facts, ledger: Ledger) -> Side | None:
    hours = hours_of(facts, system)
    if hours is None:
        return None
    power = facts.first("board_power_w", hours[1], q_statistic="rated")
    if power is None:
        return None
    key = f"{system}.training_at_rated_power"
    if key not in ledger:
        formula, named = "energy_from_hours_kwh", "power_per_accelerator_w"
        if "accelerator_count" in hours[0]:
            formula, named = "energy_from_run_kwh", "power_w"
        inputs = {**hours[0], named: power}
        label = f"{facts.name(system)}: training, rated power of the boards times hours"
        details = {"boundary": "board", "scope": "final_run", "evidence": "nameplate"}
        ledger.derive(key, label, "kWh", formula, inputs, **details)
    return Side(key, system, "board", "final_run", "nameplate")


def _row(pair: Pair, facts: Facts, ledger: Ledger) -> dict[str, object]:
    training, side, row = pair.training, pair.side, pair.use
    reasons = objections(training, side)
    told: dict[str, object] = {
        "use": row["subject"],
        "system": side.system,
        "per": row["q_per"],
        "task": row["q_task"],
        "source": row["source"],
        "training_key": training.key,
        "use_key": side.key,
        "scope": training.scope,
        "verdict": "refused" if reasons else "admitted",
        "reason": "; ".join(reasons),
        "mixed": "yes" if training.key and mixed(training, side) else "no",
        **dict.fromkeys(COLUMNS[COLUMNS.index("boundary") :], ""),
    }
    if reasons:
        return told
    boundary, up, down = steps_of(training, side)
    wide = "_with_experiments" if training.scope == "with_experiments" else ""
    key = f"{side.key}.break_even{wide}"
    label = f"{facts.name(row['subject'])}: uses whose energy equals that of training"
    number = derive_count(key, label, training, side, ledger)
    told |= {
        "boundary": boundary,
        "steps": "; ".join(
            f"{what}: {STEP_TEXTS[step]}" for what, steps in (("training", up), ("use", down))
            for step in steps
        ),
        "key": number.key,
        "value": number.value,
        "low": number.low,
        "high": number.high,
        "shown_in": next(unit for unit, size in SIZES if number.value >= size),
        "printed_key": _printed(row, facts),
    }  # fmt: skip
    return told | _days(number.key, row, facts, ledger)


def _printed(row: dict[str, object], facts: Facts) -> str:
    """Return the id of the count that the same source prints, on whichever boundaries."""
    wanted = {"source": str(row["source"]), "q_task": str(row["q_task"])}
    found = facts.first("use_to_training_parity_count", str(row["subject"]), **wanted)
    return found or ""


def _days(key: str, row: dict[str, object], facts: Facts, ledger: Ledger) -> dict[str, object]:
    """Derive the days of a published volume; where nobody published one there are none."""
    per_day = facts.first("use_count_per_day", str(row["subject"]), q_per=str(row["q_per"]))
    if per_day is None:
        return {}
    inputs = {"use_count": key, "use_count_per_day": per_day}
    label = f"{facts.name(row['subject'])}: days of its published use that equal training"
    number = ledger.derive(f"{key}.days", label, "day", "break_even_day", inputs)
    return {"per_day_key": per_day, "days_key": number.key}
