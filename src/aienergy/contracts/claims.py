"""The inputs of a claim: printed literals, and references to other claims."""

import re

import pandas as pd

from aienergy.contracts.findings import Findings
from aienergy.contracts.quantities import ABSENT
from aienergy.formulas import FORMULAS
from aienergy.units import UnknownUnitError, conversion_factor

LITERAL = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
REFERENCE = "claim:"


def split_inputs(cell: str) -> dict[str, str]:
    """Turn `chips=200;energy_mwh=claim:x.y` into a dictionary of texts.

    Raises:
        ValueError: A part without an equals sign or a repeated name.
    """
    parts = [part.partition("=") for part in cell.split(";")]
    names = [name for name, _, _ in parts]
    if any(sign != "=" for _, sign, _ in parts) or len(set(names)) != len(names):
        raise ValueError(f"'{cell}' is not `name=value;name=value`")
    return {name: value for name, _, value in parts}


def _is_unit(unit: str) -> bool:
    try:
        return conversion_factor(unit, unit) == 1.0
    except UnknownUnitError:
        return False


def check_claims(
    frame: pd.DataFrame, subjects: set[str], sources: set[str], where: str, findings: Findings
) -> None:
    """Check that each claim names a formula, its inputs, a subject and a source that exist."""
    bad = ~frame["formula"].isin(list(FORMULAS))
    hint = "Use a function registered in aienergy/formulas.py."
    findings.flag(where, bad, frame["formula"], "unknown formula '{value}'", hint)
    bad = ~frame["subject"].isin(subjects)
    findings.flag(
        where, bad, frame["subject"], "unknown subject '{value}'", "Add it to a registry."
    )
    bad = ~frame["source"].isin(sources)
    hint = "Add an entry '{value}' to data/raw/sources.bib."
    findings.flag(where, bad, frame["source"], "unknown source '{value}'", hint)
    known = pd.Series([_is_unit(unit) for unit in frame["unit"]], frame.index)
    hint = "Use a unit of aienergy/units.py."
    findings.flag(where, ~known, frame["unit"], "unknown unit '{value}'", hint)
    own = [
        f"{REFERENCE}{key}" in cell for key, cell in zip(frame["id"], frame["inputs"], strict=True)
    ]
    hint = "A claim is recomputed from other values than its own."
    of_itself = pd.Series(own, frame.index)
    findings.flag(where, of_itself, frame["inputs"], "the claim refers to itself", hint)
    for name in ("value", "low", "high"):
        bad = (frame[name] != ABSENT) & ~frame[name].str.fullmatch(LITERAL.pattern)
        hint = "Write a plain number, with the digits that the source prints."
        findings.flag(where, bad, frame[name], "'{value}' is no number", hint)

    def problem(cell: str, formula: str) -> str:
        try:
            inputs = split_inputs(cell)
        except ValueError as error:
            return str(error)
        powers = FORMULAS[formula].powers if formula in FORMULAS else None
        if powers is not None and set(inputs) != set(powers):
            return f"the inputs must be {sorted(powers)}"
        for name, value in inputs.items():
            if value.startswith(REFERENCE):
                if value.removeprefix(REFERENCE) not in set(frame["id"]):
                    return f"input '{name}' refers to an unknown claim"
            elif not LITERAL.fullmatch(value):
                return f"input '{name}' is no number"
        return ABSENT

    pairs = zip(frame["inputs"], frame["formula"], strict=True)
    said = pd.Series([problem(cell, formula) for cell, formula in pairs], frame.index, dtype=str)
    for text in sorted(set(said) - {ABSENT}):
        what = text.replace("{", "{{").replace("}", "}}")
        hint = "Inputs are `name=number` or `name=claim:<id>` of the same table."
        findings.flag(where, said == text, frame["inputs"], what, hint)
