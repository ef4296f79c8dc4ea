"""Read one file of a snapshot into a table with canonical names and units.

`columns.csv` beside this module says, for each source and layout, which headers mean which column,
of which kind it is, and in which unit it is printed. What the table does not know is reported; a
missing key column ends the run, and so does an unknown column about power, because its boundary
(chip, IT, facility) decides what may be done with it.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from aienergy.contracts.findings import FIRST_DATA_LINE, Findings
from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots import cells
from aienergy.ingest.snapshots.corrections import apply_corrections
from aienergy.unit_names import unit_of_name
from aienergy.units import conversion_factor

COLUMNS = Path(__file__).with_name("columns.csv")
LARGEST_FILE_BYTE = 64 * 2**20
MOST_CATEGORIES = 20
MOST_DIGITS = 30  # of a whole number; a longer one is damage, and fits into no column
_POWER = re.compile(r"power|watt|draw|\btdp\b|\b[kmgt]?w\b", re.IGNORECASE)
_VINTAGE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Normalized:
    """One file of a snapshot after reading.

    Attributes:
        table: One row a row of the file, in its order, unless the reader says otherwise; canonical
            names that carry the unit; floats, ISO dates, clean text; missing numbers are NaN.
        unknown_columns: Headers that nothing here knows, as printed.
        unknown_categories: `column: value` for values outside a closed list.
        notes: What a reader of the table must know.
    """

    table: pd.DataFrame
    unknown_columns: tuple[str, ...] = ()
    unknown_categories: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a layout: canonical name, kind, unit as printed, rules, closed list, headers."""

    name: str
    kind: str
    unit: str
    rules: tuple[str, ...]
    categories: tuple[str, ...]
    headers: tuple[str, ...]


@dataclass(slots=True)
class Told:
    """What is found on the way and told with the table."""

    notes: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)


@cache
def layouts(source: str) -> dict[str, tuple[Column, ...]]:
    """Return the layouts of a source by name, each with its columns."""
    rows = pd.read_csv(COLUMNS, dtype=str, keep_default_na=False)
    found: dict[str, tuple[Column, ...]] = {}
    for name, part in rows[rows["source"] == source].groupby("layout", sort=False):
        found[str(name)] = tuple(
            Column(
                row["column"],
                row["kind"],
                row["unit"],
                tuple(row["rule"].split()),
                tuple(filter(None, row["categories"].split("|"))),
                tuple(row["headers"].split("|")),
            )
            for row in part.to_dict("records")
        )
    return found


def canonical(source: str, layout: str, header: str) -> str:
    """Return the canonical name of a header, empty where the layout does not know it."""
    key = cells.header_key(header)
    for column in layouts(source)[layout]:
        if key in map(cells.header_key, column.headers):
            return column.name
    return ""


def vintage(name: str) -> str:
    """Return the date of the snapshot that a file's name carries, empty without one."""
    found = _VINTAGE.findall(name)
    return found[-1] if found else ""


def decode(content: bytes | str, name: str) -> str:
    """Return the text of a file, without a byte-order mark.

    Raises:
        LedgerError: Too large, not UTF-8, or not text.
    """
    size = len(content)
    if size > LARGEST_FILE_BYTE:
        hint = "Snapshots are smaller; is this the right file?"
        what = f"{size} bytes, more than {LARGEST_FILE_BYTE}"
        raise LedgerError(Problem(name, what, hint))
    if isinstance(content, bytes):
        if content.startswith(b"PK\x03\x04"):
            hint = "Workbooks are not read: name the tidy extract in CSV (derived_*.csv)."
            raise LedgerError(Problem(name, "a workbook or archive", hint))
        try:
            content = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise LedgerError(Problem(name, str(error), "Save the file as UTF-8.")) from error
    if "\x00" in content:
        raise LedgerError(Problem(name, "a zero byte", "Name a text file."))
    return content.removeprefix("\ufeff")


def rows_of(text: str, name: str, short: list[int] | None = None) -> pd.DataFrame:
    """Split CSV into cells, all text; the index counts lines as `Findings` does.

    A blank line is no row. Empty cells beyond the header (a stray comma) are dropped.

    Args:
        text: The file.
        name: Its name, for messages.
        short: Where rows that lack cells are known of, a list to which their lines are added;
            such a row keeps its cells up to the first empty one, since those behind it may have
            moved.

    Raises:
        LedgerError: No header or no row, a repeated header, a ragged row, or an unclosed quote.
    """
    # A carriage return alone inside a line belongs to the cell that it was pasted with.
    whole = re.sub(r"\r(?!\n)", " ", text) if "\n" in text else text
    reader = csv.reader(io.StringIO(whole, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for line in reader:
            if line:
                lines.append((start, line))
            start = reader.line_num + 1
    except csv.Error as error:
        hint = "Is the file whole? Fetch it again; it must be comma-separated."
        raise LedgerError(Problem(f"{name}:{start}", str(error), hint)) from error
    if len(lines) < 2:
        raise LedgerError(Problem(name, "no header or no row", "Name the publisher's data file."))
    header = [cells.clean_name(cell) for cell in lines[0][1]]
    keys = [cells.header_key(cell) for cell in header]
    repeated = sorted({cell for cell, key in zip(header, keys, strict=True) if keys.count(key) > 1})
    if repeated:
        hint = "It is unclear which one to read; remove one."
        raise LedgerError(Problem(f"{name}:1", f"column {', '.join(repeated)} twice", hint))
    width = len(header)
    for number, line in lines[1:]:
        if short is not None and 1 < len(line) < width:
            short.append(number)
            kept = line[: line.index("")] if "" in line else line[:1]
            line[:] = kept + [""] * (width - len(kept))
        if len(line) < width or any(line[width:]):
            hint = "Is the file cut off, or a comma not quoted? Fetch it again, or mend the row."
            what = f"{len(line)} cells instead of {width}"
            raise LedgerError(Problem(f"{name}:{number}", what, hint))
    index = pd.Index([number - FIRST_DATA_LINE for number, _ in lines[1:]])
    return pd.DataFrame([line[:width] for _, line in lines[1:]], index, header, dtype=str)


def normalize(
    frame: pd.DataFrame, source: str, name: str, corrections: pd.DataFrame | None = None
) -> tuple[Normalized, str]:
    """Give a table of text its canonical names, kinds and units.

    Args:
        frame: The table as `rows_of` returns it.
        source: Folder name of the source.
        name: Name of the file, for messages and corrections.
        corrections: Corrections of upstream cells, applied before anything is parsed.

    Returns:
        The table with what was not understood, and the name of its layout.

    Raises:
        LedgerError: Missing key columns, an unknown column about power, or unreadable cells.
    """
    layout, renamed, unknown = _match(frame, source, name)
    power = [header for header in unknown if _POWER.search(header)]
    if power:
        hint = "Say in columns.csv what it covers: the chip, the IT equipment or the facility."
        raise LedgerError(Problem(f"{name}:1", f"unknown power column {', '.join(power)}", hint))
    text, notes = apply_corrections(frame, corrections, name)
    told, findings = Told(list(notes)), Findings()
    table: dict[str, pd.Series] = {}
    for header, column in renamed.items():
        table.update(_parse(text[header], column, name, findings, told))
    findings.raise_if_any()
    whole = pd.DataFrame(table).reset_index(drop=True)
    categories = tuple(told.categories)
    return Normalized(whole, tuple(unknown), categories, tuple(told.notes)), layout


def _match(frame: pd.DataFrame, source: str, name: str) -> tuple[str, dict[str, Column], list[str]]:
    """Return the layout that fits best, its columns by printed header, and unknown headers."""
    tried = []
    for layout, columns in layouts(source).items():
        by_key = {cells.header_key(h): column for column in columns for h in column.headers}
        headers = [str(header) for header in frame]
        known = {h: by_key[key] for h in headers if (key := cells.header_key(h)) in by_key}
        unknown = [header for header in headers if header not in known and header]
        present = {column.name for column in known.values()}
        missing = [c.headers[0] for c in columns if "key" in c.rules and c.name not in present]
        tried.append((len(missing), len(unknown), layout, known, unknown, missing))
    _, _, layout, known, unknown, missing = min(tried, key=lambda item: item[:2])
    if missing:
        hint = f"Is this a file of {source}? Its layouts: {', '.join(layouts(source))}."
        what = f"missing column {', '.join(missing)}"
        raise LedgerError(Problem(f"{name}:1", what, hint))
    names = [column.name for column in known.values()]
    twice = [header for header, column in known.items() if names.count(column.name) > 1]
    if twice:
        hint = "They mean the same; remove one."
        raise LedgerError(Problem(f"{name}:1", f"columns {', '.join(twice)} together", hint))
    return layout, known, unknown


_KINDS: dict[str, Callable[[pd.Series], cells.Parsed]] = {
    "number": cells.numbers,
    "loose": cells.numbers,
    "same": cells.same_numbers,
    "whole": cells.whole,
    "checked": cells.marks,
    "date": lambda column: cells.dates(column, "iso"),
    "dmy": lambda column: cells.dates(column, "dmy"),
    "mdy": lambda column: cells.dates(column, "mdy"),
    "hour": cells.hours,
    "list": cells.lists,
    "set": lambda column: cells.lists(column, unique=True),
}
_TEXT = ("name", "text", "choice")
# Kinds whose columns hold remarks among the values: what cannot be read is told, not fatal.
_LOOSE = ("loose", "same")


def _parse(
    column: pd.Series, spec: Column, name: str, findings: Findings, told: Told
) -> dict[str, pd.Series]:
    """Return the parsed column by canonical name (two for names with evidence tags)."""
    if spec.kind == "tagged":
        names, tags = cells.tagged(column)
        return {spec.name: names, f"{spec.name}_confidence": tags}
    if spec.kind in _TEXT:
        values = cells.clean(column)
        if spec.categories:
            _tell_categories(values, spec, told)
        return {spec.name: values}
    parsed = _KINDS[spec.kind](column)
    if spec.kind == "checked":
        told.categories += [
            f"{spec.name}: {cell}" for cell in sorted(set(column[parsed.bad]))[:MOST_CATEGORIES]
        ]
    elif spec.kind in _LOOSE and parsed.bad.any():
        first = cells.clean_name(column[parsed.bad].iloc[0])
        told.notes.append(f"{spec.name}: {int(parsed.bad.sum())} cells are no numbers ('{first}')")
    else:
        hint = "Is the file damaged? A cell of this column holds one value of its kind."
        findings.flag(name, parsed.bad, column, f"'{{value}}' is no {spec.kind}", hint)
    told.notes += [f"{spec.name}: {note}" for note in parsed.notes]
    values = parsed.values
    if "zero_missing" in spec.rules and (values == 0).any():
        told.notes.append(f"{spec.name}: {int((values == 0).sum())} zeros mean missing")
        values = values.where(values != 0)
    if spec.unit:
        values = values * conversion_factor(spec.unit, unit_of_name(spec.name))
    return {spec.name: values}


def _tell_categories(values: pd.Series, spec: Column, told: Told) -> None:
    others = sorted(set(values) - set(spec.categories) - {""})
    told.categories += [f"{spec.name}: {value}" for value in others[:MOST_CATEGORIES]]


def read_csv(
    content: bytes | str, source: str, name: str, corrections: pd.DataFrame | None
) -> tuple[Normalized, str]:
    """Read a CSV file of a source: `decode`, `rows_of` and `normalize` in one.

    Raises:
        LedgerError: As they do.
    """
    return normalize(rows_of(decode(content, name), name), source, name, corrections)


def with_notes(result: Normalized, table: pd.DataFrame, *notes: str) -> Normalized:
    """Return a result with another table and more notes; empty notes are left out."""
    told = (*result.notes, *(note for note in notes if note))
    return Normalized(table, result.unknown_columns, result.unknown_categories, told)


def parse_json(content: bytes | str, name: str) -> object:
    """Return what a JSON file holds.

    Raises:
        LedgerError: Too large, no JSON, nested too deep, or not a number where one belongs.
    """

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no value")

    def whole(digits: str) -> int:
        if len(digits) > MOST_DIGITS:
            raise ValueError(f"a whole number of {len(digits)} digits")
        return int(digits)

    try:
        return json.loads(decode(content, name), parse_constant=refuse, parse_int=whole)
    except (ValueError, RecursionError) as error:
        hint = "Is the file whole? Fetch it again."
        raise LedgerError(Problem(name, f"no JSON that can be read: {error}", hint)) from error


def objects(values: object, keys: tuple[str, ...], name: str) -> list[dict[str, Any]]:
    """Return a list whose every item is a JSON object with the given keys.

    Raises:
        LedgerError: It is something else.
    """
    hint = "Name one of the publisher's files of results."
    if not isinstance(values, list) or not values:
        raise LedgerError(Problem(name, "no list of entries", hint))
    for number, item in enumerate(values):
        missing = [key for key in keys if not isinstance(item, dict) or key not in item]
        if missing or not isinstance(item, dict):
            what = f"missing key {', '.join(missing)}" if missing else "no object"
            raise LedgerError(Problem(f"{name}: entry {number}", what, hint))
    return values


def repeated(values: pd.Series, what: str) -> str:
    """Return a note on values that stand more than once, empty without one."""
    count = int(values[values != ""].duplicated().sum())
    return f"{count} {what} stand more than once" if count else ""
