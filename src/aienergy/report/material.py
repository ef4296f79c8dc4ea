"""What the pages are made of: numbers, names, sources and figures of `results/`."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from aienergy.contracts.numbers import Number, load
from aienergy.errors import LedgerError, Problem
from aienergy.tables import read_json, read_result, read_text, read_texts

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as the stage `figures` wrote it.

    Attributes:
        id: Stable id (`fig-place`).
        title: Short title.
        caption: Text below the figure.
        alt: Text instead of the figure.
        sources: Keys of its sources.
        numbers: Keys of the numbers in its caption.
        svg: The drawing.
    """

    id: str
    title: str
    caption: str
    alt: str
    sources: tuple[str, ...]
    numbers: tuple[str, ...]
    svg: str


@dataclass(frozen=True)
class Material:
    """Everything that the templates may ask for.

    Attributes:
        results: Folder `results`, read by `rows`.
        figures: Folder of the figures.
        as_of: Day of which the report tells, ISO.
        edition: Name of the edition.
        faces: Folder of the faces made ready, if they are.
    """

    results: Path
    figures: Path
    as_of: str
    edition: str
    faces: Path | None = None
    _tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _indexed: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], list[dict[str, Any]]]] = (
        field(default_factory=dict)
    )

    @cached_property
    def numbers(self) -> dict[str, Number]:
        """Numbers by key."""
        return {number.key: number for number in load(read_json(self.results / "numbers.json"))}

    @cached_property
    def subjects(self) -> Mapping[str, Mapping[str, str]]:
        """Rows of `normalize/subjects.csv` (name, kind, date) by key."""
        return _by_key(self.results / "normalize" / "subjects.csv", "key")

    @cached_property
    def sources(self) -> Mapping[str, Mapping[str, str]]:
        """Rows of the bibliography by key."""
        return _by_key(self.results / "ingest" / "sources.csv", "key")

    @cached_property
    def observations(self) -> Mapping[str, Mapping[str, str]]:
        """Rows of `normalize/observations.csv` by id, every cell as text."""
        return _by_key(self.results / "normalize" / "observations.csv", "id")

    @cached_property
    def known_figures(self) -> tuple[str, ...]:
        """Ids of the figures that lie in the folder, sorted."""
        return tuple(sorted(path.stem for path in self.figures.glob("fig-*.json")))

    def figure(self, key: str) -> Figure:
        """Read one figure.

        Raises:
            LedgerError: There is none of this id.
        """
        if key not in self.known_figures:
            hint = f"Figures are {', '.join(self.known_figures) or 'not drawn yet'}."
            raise LedgerError(Problem("template", f"unknown figure '{key}'", hint))
        told = read_json(self.figures / f"{key}.json")
        return Figure(
            id=key,
            title=str(told["title"]),
            caption=str(told["caption"]),
            alt=str(told["alt"]),
            sources=tuple(told.get("sources", ())),
            numbers=tuple(told.get("numbers", ())),
            svg=read_text(self.figures / f"{key}.svg"),
        )

    def rows(self, path: str, **equals: str | float) -> list[dict[str, Any]]:
        """Return rows of a table of the results.

        Args:
            path: Stage and name, `estimate/costs`.
            equals: Values that columns must have.

        Returns:
            One dictionary a row, in the order of the file; numbers as floats, empty cells as ''.

        Raises:
            LedgerError: Unknown table or column.
        """
        if path not in self._tables:
            self._tables[path] = _records(self.results / f"{path}.csv")
        table = self._tables[path]
        unknown = sorted(set(equals) - set(table[0])) if table else []
        if unknown:
            hint = f"Its columns are {', '.join(table[0])}."
            raise LedgerError(Problem("template", f"table '{path}' has no column {unknown}", hint))
        if not equals:
            return list(table)
        columns, wanted = tuple(equals), tuple(equals.values())
        if (path, columns) not in self._indexed:  # chapters ask a table for one row many times
            index = self._indexed.setdefault((path, columns), {})
            for row in table:
                index.setdefault(tuple(row[name] for name in columns), []).append(row)
        return list(self._indexed[path, columns].get(wanted, []))


def _by_key(path: Path, column: str) -> dict[str, dict[str, str]]:
    frame = read_texts(path).astype(object)
    names = [str(name) for name in frame.columns]
    records = (dict(zip(names, row, strict=True)) for row in frame.to_numpy())
    return {record[column]: record for record in records}


def _records(path: Path) -> list[dict[str, Any]]:
    read_text(path)  # a missing file is told as any other bad input
    frame = read_result(path)
    numeric = set(frame.select_dtypes(include="number").columns)
    return [
        {
            str(name): _cell(value, name in numeric)
            for name, value in zip(frame.columns, row, strict=True)
        }
        for row in frame.astype(object).to_numpy()
    ]


def _cell(value: object, numeric: bool) -> object:
    if not numeric:
        return value
    number = float(str(value))
    return "" if math.isnan(number) else number


def long_date(iso: str) -> str:
    """Return `1 November 2026`, whatever the locale."""
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
