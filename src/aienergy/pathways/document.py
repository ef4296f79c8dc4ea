"""Read a scenario from a file that anybody may have written."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aienergy.contracts.descriptions import read_description
from aienergy.errors import LedgerError, Problem
from aienergy.intervals import Interval
from aienergy.pathways.drivers import DRIVERS, Driver, Scenario
from aienergy.pathways.sampling import positive_definite
from aienergy.tables import read_text

SCHEMA = "scenario.schema.json"
_MOST_BYTES, _DEEPEST = 64 * 1024, 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One driver as a file gives it.

    Attributes:
        number: Key of a number of the ledger, or empty.
        interval: Value with its ends, or None where a number is named.
        assumption: Reason of an assumption, or empty.
        source: Key of the source, or empty.
        locator: Where it stands in the source.
    """

    number: str
    interval: Interval | None
    assumption: str
    source: str
    locator: str


@dataclass(frozen=True, slots=True)
class Document:
    """A scenario as a file gives it, checked.

    Attributes:
        key: Name of the file without its ending.
        where: Name of the file for messages.
        title: What a figure calls it.
        story: What is supposed.
        last_year: Year at which paths end.
        entries: Drivers by name, all of them.
        pairs: Correlations by the names of two drivers.
        reasons: Why two drivers go together, as of `pairs`.
    """

    key: str
    where: str
    title: str
    story: str
    last_year: int
    entries: Mapping[str, Entry]
    pairs: Mapping[tuple[str, str], float]
    reasons: Mapping[tuple[str, str], str]


def read_scenario(path: Path) -> Document:
    """Read one file.

    Raises:
        LedgerError: Too large or too deep, no YAML, a field that the closed schema refuses, a value
            outside the bounds of its driver, ends out of order, or correlations that no
            distribution can have; all are listed.
    """
    where = str(path)
    if path.is_file() and path.stat().st_size > _MOST_BYTES:
        hint = f"A scenario has at most {_MOST_BYTES // 1024} KiB."
        raise LedgerError(Problem(where, "the file is too large", hint))
    fields = read_description(read_text(path), where, SCHEMA, _DEEPEST)
    entries = {driver.name: _entry(fields["drivers"][driver.name], driver) for driver in DRIVERS}
    problems = [
        Problem(f"{where} drivers.{driver.name}", what, f"{driver.meaning}, in {driver.unit}.")
        for driver in DRIVERS
        for what in _wrong(entries[driver.name], driver)
    ]
    pairs: dict[tuple[str, str], float] = {}
    reasons: dict[tuple[str, str], str] = {}
    for pair in fields["correlations"]:
        names = (str(pair["between"][0]), str(pair["between"][1]))
        if names in pairs or names[::-1] in pairs:
            what = f"{names[0]} and {names[1]} are given twice"
            problems.append(Problem(f"{where} correlations", what, "Keep one of them."))
        pairs[names], reasons[names] = float(pair["value"]), str(pair["reason"])
    filler = {driver.name: Interval(driver.minimum) for driver in DRIVERS}
    if not positive_definite(Scenario(filler, pairs, fields["last_year"]).correlation):
        what = "no drivers can go together like this"
        hint = "Lower the correlations: their matrix must be positive definite."
        problems.append(Problem(f"{where} correlations", what, hint))
    if problems:
        raise LedgerError(*problems)
    return Document(
        path.stem, where, fields["title"], fields["story"], fields["last_year"], entries, pairs,
        reasons,
    )  # fmt: skip


def _entry(cell: Mapping[str, Any], driver: Driver) -> Entry:
    if "number" in cell:
        return Entry(str(cell["number"]), None, "", "", "")
    value, low, high = (float(cell[name]) for name in ("value", "low", "high"))
    told = (str(cell.get(name, "")) for name in ("assumption", "source", "locator"))
    return Entry("", Interval(value, low, high, driver.support), *told)


def _wrong(entry: Entry, driver: Driver) -> Iterator[str]:
    """Yield what is wrong with the numbers of a driver."""
    if entry.interval is None:
        return
    low, value, high = entry.interval.low, entry.interval.value, entry.interval.high
    for number in (low, value, high):
        if number is None or not math.isfinite(number):
            yield f"{number} is no number"
        elif not driver.minimum <= number <= driver.maximum:
            yield f"{number:g} is outside {driver.minimum:g} to {driver.maximum:g}"
    if low is not None and high is not None and not low <= value <= high:
        yield f"{low:g}, {value:g}, {high:g}: low, value and high do not rise"


def read_folder(folder: Path) -> list[Document]:
    """Read all scenarios of a folder, in the order of their names.

    Raises:
        LedgerError: Everything wrong in any of them.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            documents.append(read_scenario(path))
        except LedgerError as error:
            problems += error.problems
    if problems:
        raise LedgerError(*problems)
    return documents


def check_scenarios(folder: Path, sources: set[str]) -> list[Problem]:
    """Return what is wrong with the scenarios under `data/raw`."""
    try:
        documents = read_folder(folder)
    except LedgerError as error:
        return list(error.problems)
    return [
        Problem(
            f"{document.where} drivers.{name}",
            f"unknown source '{entry.source}'",
            f"Add an entry '{entry.source}' to data/raw/sources.bib.",
        )
        for document in documents
        for name, entry in document.entries.items()
        if entry.source and entry.source not in sources
    ]
