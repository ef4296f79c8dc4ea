"""Read the description of a system or a facility: one YAML file that anybody may write."""

import csv
import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from aienergy import units
from aienergy.contracts.descriptions import read_description
from aienergy.errors import LedgerError, Problem

SCHEMA = "disclosure.schema.json"
MOST_LETTERS = 200_000
MOST_DEPTH = 6
AMOUNTS = ("value", "low", "high")
# Units of the forms that the registry knows by another name.
_ALSO = {"m3": "kL", "g": "gCO2e", "FLOP/s": "flop_s"}


@dataclass(frozen=True, slots=True)
class FactKind:
    """What a fact is.

    Attributes:
        key: Its name in a description.
        label: Its name for a reader.
        kind: `number` or `text`.
        unit: Unit in which the forms take it from.
        description: What it means.
    """

    key: str
    label: str
    kind: str
    unit: str
    description: str


@dataclass(frozen=True, slots=True)
class Description:
    """One description, checked.

    Attributes:
        key: Name of its file, without the ending.
        kind: `system` or `facility`.
        compiled_by: `provider` or `third_party`.
        compiled_on: Day, ISO.
        facts: What is given, by fact; amounts are numbers.
        system: Key of the registry of systems, or empty.
        accelerator: Key of the registry of accelerators, or empty.
        region: Key of the registry of regions, or empty.
        note: What a reader must know.
    """

    key: str
    kind: str
    compiled_by: str
    compiled_on: str
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    system: str = ""
    accelerator: str = ""
    region: str = ""
    note: str = ""


@cache
def fact_kinds() -> dict[str, FactKind]:
    """Return the closed list of facts, by key."""
    text = resources.files("aienergy.disclose").joinpath("facts.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["fact"]: FactKind(
            row["fact"], row["label"], row["kind"], row["unit"], row["description"]
        )
        for row in rows
    }


def factor_to(unit: str, wanted: str) -> float:
    """Return what a value in one unit is to be multiplied with to be in another.

    Raises:
        UnknownUnitError: The units do not fit each other.
    """
    if unit == wanted:
        return 1.0
    return units.conversion_factor(_ALSO.get(unit, unit), _ALSO.get(wanted, wanted))


def read(text: str, key: str, where: str) -> Description:
    """Read a description.

    Args:
        text: Content of the YAML file.
        key: Name by which derived numbers will be known.
        where: Name of the file for error messages.

    Raises:
        LedgerError: Too long, too deep, no YAML, a field that the schema refuses, an unknown fact,
            a text where a number belongs, a unit that does not fit, or an amount that is none.
    """
    if len(text) > MOST_LETTERS:
        hint = f"A description has at most {MOST_LETTERS:,} letters."
        raise LedgerError(Problem(where, "too long", hint))
    told = read_description(text, where, SCHEMA, MOST_DEPTH)
    facts = {name: _amounts(given) for name, given in told["facts"].items()}
    problems = [p for name, given in facts.items() for p in _judge(name, given, where)]
    if problems:
        raise LedgerError(*problems)
    rest = {name: value for name, value in told.items() if name != "facts"}
    return Description(key=key, facts=facts, **rest)


def _amounts(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fact whose amounts are floats: YAML takes `3.8e25` for a text."""
    try:
        return {k: float(v) if k in AMOUNTS else v for k, v in given.items()}
    except OverflowError:  # an integer beyond the largest float
        return {k: math.inf if k in AMOUNTS else v for k, v in given.items()}


def _judge(name: str, given: Mapping[str, Any], where: str) -> list[Problem]:
    """Return what is wrong with one fact."""
    place = f"{where} facts.{name}"
    kind = fact_kinds().get(name)
    if kind is None:
        near = difflib.get_close_matches(name, fact_kinds(), n=3, cutoff=0.5)
        hint = f"Near ones: {', '.join(near) or 'none'}; `aienergy disclose --list` has all."
        return [Problem(place, f"unknown fact '{name}'", hint)]
    wrong = _wrong_kind(kind, given) or _wrong_amount(kind, given)
    return [Problem(place, *wrong)] if wrong else []


def _wrong_kind(kind: FactKind, given: Mapping[str, Any]) -> tuple[str, str] | None:
    if kind.kind == "text" and ("value" in given or "number" in given):
        return "a number where words belong", "Write it under `text`."
    if kind.kind == "number" and "text" in given:
        return "words where a number belongs", "Give `value` and `unit`."
    return None


def _wrong_amount(kind: FactKind, given: Mapping[str, Any]) -> tuple[str, str] | None:
    amounts = [given[part] for part in AMOUNTS if part in given]
    if not all(math.isfinite(amount) and amount >= 0 for amount in amounts):
        return "an amount that is negative or no number", "Mend it."
    if "low" in given and not given["low"] <= given.get("value", given["low"]) <= given["high"]:
        return "the value lies outside of its range", "Mend low and high."
    if "unit" in given:
        try:
            factor_to(str(given["unit"]), kind.unit)
        except units.UnknownUnitError as error:
            return str(error), f"The fact is told in {kind.unit}."
    return None


def flatten(description: Description) -> list[dict[str, str]]:
    """Return a description as rows of text: example, fact (empty for the head), part, content."""
    head = {
        name: getattr(description, name)
        for name in (
            "kind",
            "compiled_by",
            "compiled_on",
            "system",
            "accelerator",
            "region",
            "note",
        )
    }
    rows = [("", name, str(value)) for name, value in head.items() if value]
    for fact, given in description.facts.items():
        rows += [(fact, name, _plain(value)) for name, value in given.items()]
    return [
        {"example": description.key, "fact": fact, "part": part, "content": content}
        for fact, part, content in rows
    ]


def _plain(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def rebuild(rows: pd.DataFrame) -> list[Description]:
    """Return the descriptions of a table that `flatten` made, in its order."""
    found = []
    for key, part in rows.groupby("example", sort=False):
        head: dict[str, str] = {}
        facts: dict[str, dict[str, Any]] = {}
        for fact, name, content in part[["fact", "part", "content"]].itertuples(index=False):
            if fact:
                value = float(content) if name in AMOUNTS else str(content)
                facts.setdefault(str(fact), {})[str(name)] = value
            else:
                head[str(name)] = str(content)
        found.append(Description(key=str(key), facts=facts, **head))
    return found
