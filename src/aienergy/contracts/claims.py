"""The inputs of a claim: printed literals, references, lists, and what is not published."""

import re
from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.findings import Findings
from aienergy.contracts.quantities import ABSENT
from aienergy.formulas import FORMULAS
from aienergy.units import UnknownUnitError, conversion_factor

NUMBER = r"-?\d+(\.\d+)?([eE][+-]?\d+)?"
LITERAL = re.compile(rf"({NUMBER}(?:\|{NUMBER})*)(?: (\S+))?")
CLAIM = "claim:"
OBSERVATION = "obs:"
UNPUBLISHED = "?"


@dataclass(frozen=True, slots=True)
class Literal:
    """Printed numbers, as text, with the unit they are printed in (empty where none is)."""

    texts: tuple[str, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class References:
    """Values of other claims or observations, by id with prefix."""

    ids: tuple[str, ...]


def split_inputs(cell: str) -> dict[str, str]:
    """Turn `chips=200;energy_mwh=claim:x.y` into a dictionary of texts.

    Raises:
        ValueError: A part without an equals sign or a repeated name.
    """
    if cell == ABSENT:
        return {}
    parts = [part.partition("=") for part in cell.split(";")]
    names = [name for name, _, _ in parts]
    if any(sign != "=" for _, sign, _ in parts) or len(set(names)) != len(names):
        raise ValueError(f"'{cell}' is not `name=value;name=value`")
    return {name: value for name, _, value in parts}


def parse_input(text: str) -> Literal | References | None:
    """Read one input; None stands for an input that is not published.

    Raises:
        ValueError: It is none of the forms of the contract.
    """
    if text == UNPUBLISHED:
        return None
    if text.startswith((CLAIM, OBSERVATION)):
        ids = tuple(text.split("|"))
        if all(part.startswith((CLAIM, OBSERVATION)) for part in ids):
            return References(ids)
        raise ValueError(f"'{text}' mixes references and numbers")
    found = LITERAL.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is no number, list or reference")
    return Literal(tuple(found[1].split("|")), found[found.re.groups] or "")


def references(cell: str) -> list[str]:
    """Return the ids, with prefix, that the inputs of a claim refer to."""
    return [
        part
        for text in split_inputs(cell).values()
        for part in text.split("|")
        if part.startswith((CLAIM, OBSERVATION))
    ]


def is_unit(unit: str) -> bool:
    """Return whether the registry knows the unit."""
    try:
        return conversion_factor(unit, unit) == 1.0
    except UnknownUnitError:
        return False


def check_claims(
    frame: pd.DataFrame,
    subjects: set[str],
    sources: set[str],
    ids: set[str],
    where: str,
    findings: Findings,
) -> None:
    """Check that each claim names a formula, its inputs, a subject and a source that exist.

    Args:
        frame: Claims of one file, as text, with an index from 0.
        subjects: Keys of all registries.
        sources: Keys of the bibliography.
        ids: What inputs may refer to: `claim:<id>` and `obs:<id>`.
        where: Name of the file, for the message.
        findings: Where problems are noted.
    """
    bad = (frame["formula"] != ABSENT) & ~frame["formula"].isin(list(FORMULAS))
    hint = "Use a function registered in aienergy/formulas."
    findings.flag(where, bad, frame["formula"], "unknown formula '{value}'", hint)
    bad = (frame["formula"] == ABSENT) & (frame["inputs"] != ABSENT)
    hint = "Name the formula that takes them, or leave both empty."
    findings.flag(where, bad, frame["inputs"], "inputs without a formula", hint)
    bad = ~frame["subject"].isin(subjects)
    hint = "Add it to a registry."
    findings.flag(where, bad, frame["subject"], "unknown subject '{value}'", hint)
    for name in ("source", "first_said_by"):
        bad = (frame[name] != ABSENT) & ~frame[name].isin(sources)
        hint = "Add an entry '{value}' to data/raw/sources.bib."
        findings.flag(where, bad, frame[name], "unknown source '{value}'", hint)
    known = pd.Series([is_unit(unit) for unit in frame["unit"]], frame.index)
    hint = "Use a unit of aienergy/units.py."
    findings.flag(where, ~known, frame["unit"], "unknown unit '{value}'", hint)
    for name in ("value", "low", "high"):
        bad = (frame[name] != ABSENT) & ~frame[name].str.fullmatch(NUMBER)
        hint = "Write a plain number, with the digits that the source prints."
        findings.flag(where, bad, frame[name], "'{value}' is no number", hint)
    quoted = frame["flags"].str.contains("misquoted") != (frame["misquoted_as"] != ABSENT)
    hint = "The flag `misquoted` and the column misquoted_as go together."
    findings.flag(where, quoted, frame["misquoted_as"], "only one of flag and words", hint)
    rows = zip(frame["id"], frame["formula"], frame["inputs"], strict=True)
    said = pd.Series([_problem(*row, ids) for row in rows], frame.index, dtype=str)
    for text in sorted(set(said) - {ABSENT}):
        what = text.replace("{", "{{").replace("}", "}}")
        hint = "Inputs are `name=number unit`, `name=claim:<id>`, `name=obs:<id>` or `name=?`."
        findings.flag(where, said == text, frame["inputs"], what, hint)


def _problem(key: str, formula: str, cell: str, ids: set[str]) -> str:
    """Return the first thing that is wrong with the inputs of one claim."""
    if formula not in FORMULAS:
        return ABSENT
    equation = FORMULAS[formula]
    try:
        inputs = split_inputs(cell)
        parsed = {name: parse_input(text) for name, text in inputs.items()}
    except ValueError as error:
        return str(error)
    if set(inputs) != set(equation.parameters):
        return f"the inputs must be {sorted(equation.parameters)}"
    told = (
        _problem_of_input(key, name, value, ids, takes_list=name in equation.lists)
        for name, value in parsed.items()
    )
    return next((text for text in told if text), ABSENT)


def _problem_of_input(
    key: str, name: str, value: Literal | References | None, ids: set[str], *, takes_list: bool
) -> str:
    count = 1
    if isinstance(value, References):
        if f"{CLAIM}{key}" in value.ids:
            return "the claim refers to itself: it is recomputed from other values than its own"
        unknown = [one for one in value.ids if one not in ids]
        if unknown:
            return f"input '{name}' refers to an unknown claim or observation {unknown}"
        count = len(value.ids)
    elif isinstance(value, Literal):
        if value.unit and not is_unit(value.unit):
            return f"input '{name}' has the unknown unit '{value.unit}'"
        count = len(value.texts)
    return f"input '{name}' takes one value" if count > 1 and not takes_list else ABSENT


def check_cycles(frame: pd.DataFrame, where: str, findings: Findings) -> None:
    """Check that no claim rests on itself through others; all files as one table."""
    inputs = dict(zip(frame["id"], frame["inputs"], strict=True))
    circular = {key: _reaches(key, key, inputs, set()) for key in inputs}
    bad = frame["id"].map(circular).astype(bool)
    hint = "Give the input as printed instead of referring back."
    findings.flag(where, bad, frame["id"], "'{value}' rests on itself through other claims", hint)


def _reaches(start: str, goal: str, inputs: dict[str, str], seen: set[str]) -> bool:
    try:
        nearest = [r.removeprefix(CLAIM) for r in references(inputs.get(start, ABSENT))]
    except ValueError:  # told of where the cell is checked
        return False
    if goal in nearest:
        return True
    new = [one for one in nearest if one not in seen]
    seen.update(new)
    return any(_reaches(one, goal, inputs, seen) for one in new)
