"""What is known of a system or facility: given, found in the ledger, or derived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import yaml

from aienergy.contracts.columns import known_date
from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.contracts.schema import MEASURED_EVIDENCE
from aienergy.disclose.describe import Description, fact_kinds, factor_to
from aienergy.errors import LedgerError, Problem
from aienergy.facts import Facts
from aienergy.formulas import FORMULAS
from aienergy.wording import in_sentence

REPORTED, MEASURED, ESTIMATED = "reported", "measured", "estimated"
WITHHELD, UNKNOWN, NOT_APPLICABLE = "withheld", "unknown", "not_applicable"
ANSWERED = (MEASURED, REPORTED, ESTIMATED)
# Somebody's model or a rating is an estimate, whoever prints it.
_BY_MODEL = ("modelled", "nameplate", "assumption")
# The format that a run is taken to have used: the first that its accelerator has.
_PRECISIONS = ("bf16", "fp16", "tf32", "fp32")
_FACTOR = "factor."
# Tables of the stage `ingest` that a base is made of, and the column of their keys.
TABLES = {"systems": "key", "places": "system", "sources": "key", "accelerators": "key"}


@dataclass(frozen=True, slots=True)
class Known:
    """One fact as it is known.

    Attributes:
        state: `measured`, `reported`, `estimated`, `withheld` or `not_applicable`.
        value: Number in the unit of the fact, words, or None.
        low: Lower end, or None where no interval is known.
        high: Upper end.
        range: What low and high are.
        number: Key of the number in the ledger; empty for words.
        evidence: How it is known.
        said_by: Who says it: `operator`, `third_party` or `ledger`.
        boundary: Hardware that it covers.
        scope: Activities that it covers.
        method: How it was measured or estimated.
        source: Where it comes from.
        note: Anything else, or the reason why it is withheld or does not apply.
    """

    state: str
    value: float | str | None = None
    low: float | None = None
    high: float | None = None
    range: str = ""
    number: str = ""
    evidence: str = ""
    said_by: str = ""
    boundary: str = ""
    scope: str = ""
    method: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Base:
    """Where facts that a description names by key are found.

    Attributes:
        ledger: Numbers; derived ones are added to it.
        facts: Observations.
        systems: Registry of systems by key.
        places: Places of training by system.
        sources: Sources by key.
        accelerators: Registry of accelerators by key.
    """

    ledger: Ledger
    facts: Facts
    systems: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    accelerators: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger, facts: Facts, tables: Mapping[str, pd.DataFrame]) -> "Base":
        """Return the base of the tables `TABLES`, as the stage `ingest` writes them."""
        by_key = {
            name: {
                str(row[key]): {str(k): str(v) for k, v in row.items()}
                for row in tables[name].to_dict("records")
            }
            for name, key in TABLES.items()
        }
        return cls(ledger, facts, **by_key)


@cache
def derivations() -> list[dict[str, Any]]:
    """Return how facts follow from others, in the order in which they are tried."""
    text = resources.files("aienergy.disclose").joinpath("derivations.yaml").read_text("utf-8")
    return list(yaml.safe_load(text))


def resolve(description: Description, base: Base) -> dict[str, Known]:
    """Return all that is known: what is given, what the registries tell, what follows.

    Args:
        description: The description.
        base: Where its keys are looked up; derived numbers are added to its ledger.

    Raises:
        LedgerError: A key that the ledger does not have, or a number in a unit that does not fit.
    """
    known = _from_registries(description, base)
    problems = []
    for name, given in description.facts.items():
        try:
            known[name] = _given(name, given, description, base)
        except LedgerError as error:
            problems += [
                Problem(f"{description.key} facts.{name}", p.what, p.hint) for p in error.problems
            ]
    if problems:
        raise LedgerError(*problems)
    for line in derivations():
        fact = str(line["fact"])
        if fact not in known:
            found = _derived(line, known, description, base.ledger)
            if found is not None:
                known[fact] = found
    return known


def _from_registries(description: Description, base: Base) -> dict[str, Known]:
    """Return the words and ratings that keys of the registries stand for."""
    known: dict[str, Known] = {}
    region = description.region
    if description.system:
        row = base.systems.get(description.system)
        if row is None:
            hint = "Keys stand in data/raw/systems.csv."
            what = f"unknown system '{description.system}'"
            raise LedgerError(Problem(f"{description.key} system", what, hint))
        source = _title(row["source"], base)
        for fact, column in (("name", "name"), ("provider", "organization")):
            if row[column]:
                known[fact] = Known(REPORTED, row[column], source=source)
        day = known_date(row["publication_date"], row.get("date_precision", "day"))
        known["release_date"] = Known(REPORTED, day, source=source)
        place = base.places.get(description.system)
        if place is not None:
            told = _title(place["source"], base)
            known["training_place"] = Known(REPORTED, place["place"], source=told)
            region = region or place["region"]
    country = _country(region, base)
    if country:
        known["country"] = Known(REPORTED, country)
    if description.accelerator:
        known |= _of_accelerator(description, base)
    return known


def _country(region: str, base: Base) -> str:
    return str(base.facts.name(region)) if region else ""


def _of_accelerator(description: Description, base: Base) -> dict[str, Known]:
    key, facts = description.accelerator, base.facts
    if key not in base.accelerators:
        hint = "Keys stand in data/raw/accelerators.csv; leave it out if it is not there."
        what = f"unknown accelerator '{key}'"
        raise LedgerError(Problem(f"{description.key} accelerator", what, hint))
    found = {"hardware": Known(REPORTED, str(facts.name(key)))}
    board = facts.first("board_power_w", key, q_statistic="rated")
    peaks = (
        facts.first("peak_flop_per_s", key, q_precision=precision, q_sparsity="dense")
        for precision in _PRECISIONS
    )
    peak = next((one for one in peaks if one), None)
    embodied = facts.first("embodied_emissions_kgco2e", key, q_part="card")
    for fact, number in (
        ("board_power", board), ("peak_rate", peak), ("embodied_per_board", embodied)
    ):  # fmt: skip
        if number is not None and number in base.ledger:
            found[fact] = _of_number(base.ledger[number], {}, base)
    return found


def _given(name: str, given: Mapping[str, Any], description: Description, base: Base) -> Known:
    details: dict[str, Any] = {k: str(given[k]) for k in ("method", "source", "note") if k in given}
    for state, part in ((WITHHELD, "withheld"), (NOT_APPLICABLE, "not_applicable")):
        if part in given:
            return Known(state, note=str(given[part]))
    if "text" in given:
        return Known(REPORTED, str(given["text"]), **details)
    unit = fact_kinds()[name].unit
    if "number" in given:
        number = _in_unit(base.ledger[str(given["number"])], name, description.key, base.ledger)
        return _of_number(number, given, base)
    factor = factor_to(str(given["unit"]), unit)
    who = "operator" if description.compiled_by == "provider" else "third_party"
    number = base.ledger.add(
        Number(
            key=f"disclose.{description.key}.given.{name}",
            label=fact_kinds()[name].label,
            value=float(given["value"]) * factor,
            unit=unit,
            formula="unit_conversion",
            inputs={"value": float(given["value"]), "factor": factor},
            sources=(str(given["source"]),),
            low=float(given["low"]) * factor if "low" in given else None,
            high=float(given["high"]) * factor if "high" in given else None,
            range=str(given.get("range", "")),
            evidence=str(given["evidence"]),
            said_by=str(given.get("said_by", who)),
            boundary=str(given.get("boundary", "")),
            scope=str(given.get("scope", "")),
        )
    )
    return _of_number(number, given, base)


def _in_unit(number: Number, name: str, key: str, ledger: Ledger) -> Number:
    """Return a number in the unit of a fact, a derived one where it is in another."""
    unit = fact_kinds()[name].unit
    try:
        factor = factor_to(number.unit, unit)
    except ValueError as error:
        hint = f"The fact is told in {unit}."
        raise LedgerError(Problem(number.key, str(error), hint)) from error
    if factor == 1.0:
        return number
    return ledger.derive(
        f"disclose.{key}.given.{name}", number.label, unit, "unit_conversion",
        {"value": number.key, "factor": factor}, evidence=number.evidence,
        said_by=number.said_by, boundary=number.boundary, scope=number.scope,
    )  # fmt: skip


def _of_number(number: Number, given: Mapping[str, Any], base: Base) -> Known:
    """Return a number of the ledger as a fact."""
    state = REPORTED
    if number.evidence in MEASURED_EVIDENCE:
        state = MEASURED
    elif number.evidence in _BY_MODEL:
        state = ESTIMATED
    method = "" if number.said_by != "ledger" else FORMULAS[number.formula].text
    if not method and state == ESTIMATED:
        method = f"{number.evidence} by the {_WHO.get(number.said_by, number.said_by)}"
    return Known(
        state, number.value, number.low, number.high, number.range, number.key,
        number.evidence, number.said_by, number.boundary, number.scope,
        str(given.get("method", method)),
        str(given.get("source", "; ".join(_sourced(s, base) for s in number.sources))),
        str(given.get("note", "")),
    )  # fmt: skip


_WHO = {"operator": "provider", "third_party": "source"}


def _sourced(text: str, base: Base) -> str:
    key, colon, locator = text.partition(": ")
    return f"{_title(key, base)}{', ' + locator if colon else ''}"


def _title(key: str, base: Base) -> str:
    row = base.sources.get(key)
    if row is None:
        return key
    authors = row["authors"].split("; ")
    first = f"{authors[0]} et al." if len(authors) > 2 else " and ".join(authors)
    return f"{first} ({row['year']}), {row['title']}" if first else row["title"]


def _derived(
    line: Mapping[str, Any], known: Mapping[str, Known], description: Description, ledger: Ledger
) -> Known | None:
    """Return a fact by one derivation, or None where an input is not known."""
    allowed: Mapping[str, Sequence[str]] = line.get("boundary", {})
    inputs: dict[str, Input] = {}
    told, states, fitted, bare = [], [], [], []
    for parameter, asked in line["inputs"].items():
        options = [asked] if isinstance(asked, str) else list(asked)
        found = next((o for o in options if _usable(o, known, ledger, allowed)), None)
        if found is None:
            return None
        if found.startswith(_FACTOR):
            inputs[parameter] = found
            fitted.append(ledger[found].label)
            continue
        inputs[parameter] = known[found].number
        told.append(in_sentence(fact_kinds()[found].label))
        states.append(known[found].state)
        if known[found].state == ESTIMATED and known[found].low is None:
            bare.append(told[-1])
    fact = str(line["fact"])
    kind = fact_kinds()[fact]
    same = line["formula"] == "same_value"
    source = known[str(line["inputs"]["value"])] if same else None
    number = ledger.derive(
        f"disclose.{description.key}.{fact}", kind.label, kind.unit, str(line["formula"]), inputs,
        boundary=_boundary(line, source, known), scope=_scope(line, known),
    )  # fmt: skip
    if source is not None:
        return Known(
            source.state, number.value, number.low, number.high, number.range, number.key,
            source.evidence, source.said_by, source.boundary, source.scope, source.method,
            source.source, source.note,
        )  # fmt: skip
    method = FORMULAS[number.formula].text
    if fitted:
        method += f"; fitted: {', '.join(map(in_sentence, fitted))}"
    if bare and number.low is not None:
        method += f"; the interval leaves out that of {', '.join(bare)}, which nobody states"
    worst = max(states, key=ANSWERED.index, default=ESTIMATED)
    return Known(
        ESTIMATED if fitted else worst, number.value, number.low, number.high, number.range,
        number.key, number.evidence, number.said_by, number.boundary, number.scope, method,
        f"AI Energy Ledger, from {', '.join(told)}", str(line.get("note", "")),
    )  # fmt: skip


def _usable(
    name: str, known: Mapping[str, Known], ledger: Ledger, allowed: Mapping[str, Sequence[str]]
) -> bool:
    if name.startswith(_FACTOR):
        return name in ledger
    one = known.get(name)
    if one is None or not one.number:
        return False
    return name not in allowed or one.boundary in allowed[name]


def _boundary(line: Mapping[str, Any], source: Known | None, known: Mapping[str, Known]) -> str:
    if source is not None:
        return source.boundary
    if str(line["fact"]).endswith("_facility"):
        return "facility"
    energies = [known[n].boundary for n in _names(line) if n in known and "energy" in n]
    return energies[0] if energies else ""


def _scope(line: Mapping[str, Any], known: Mapping[str, Known]) -> str:
    scopes = [known[n].scope for n in _names(line) if n in known and known[n].scope]
    return scopes[0] if scopes else ""


def _names(line: Mapping[str, Any]) -> list[str]:
    return [
        name
        for asked in line["inputs"].values()
        for name in ([asked] if isinstance(asked, str) else asked)
    ]
