"""What a column and a table are, the columns that many tables share, and the check of cells."""

from dataclasses import dataclass, field

import pandas as pd

from aienergy.contracts.findings import Findings

KEY_PATTERN = r"[a-z0-9][a-z0-9_]*"
ID_PATTERN = r"[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)+"
DATE_PATTERN = r"\d{4}-\d{2}-\d{2}"
POINT_PATTERN = r"\d{4}(-\d{2}(-\d{2})?)?"
PERIOD_PATTERN = rf"{POINT_PATTERN}(/{POINT_PATTERN})?"


def listed(*values: str) -> str:
    """Return the pattern of a cell with some of the values, separated by semicolons."""
    one = "|".join(values)
    return rf"({one})(;({one}))*"


@dataclass(frozen=True, slots=True)
class Column:
    """Contract of one column.

    Attributes:
        meaning: What the cell says, for the data dictionary.
        required: Whether an empty cell is refused.
        values: Closed list, empty for free text.
        pattern: Regular expression that the whole cell must match.
        unique: Whether no two rows may share a value.
    """

    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()
    pattern: str = ""
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Contract of one table: its name, what it holds, and its columns in order."""

    name: str
    meaning: str
    columns: dict[str, Column] = field(default_factory=dict)


READ = Column(
    "How the value was read: publisher's data file, full text, web page, or somebody's quotation",
    required=True,
    values=("primary", "full-text", "page", "secondary"),
)
SOURCE = Column("Key of sources.bib", required=True, pattern=r"[a-z0-9_]+")
LOCATOR = Column("Exact place in the source", required=True)
NOTE = Column("Anything a reader must know; names the quoting author where `read` is secondary")
KEY = Column("Stable key, never reused", required=True, pattern=KEY_PATTERN, unique=True)
NAME = Column("Name as printed in the report", required=True)
_DIGITS = {"day": 10, "month": 7, "year": 4}  # of an ISO date
PRECISION = Column("How exactly the date is known", required=True, values=tuple(_DIGITS))


def known_date(date: str, precision: str) -> str:
    """Return an ISO date no finer than it is known.

    Args:
        date: Year, month and day.
        precision: One of the values of `PRECISION`.
    """
    return date[: _DIGITS[precision]]


def check_columns(frame: pd.DataFrame, table: Table, where: str, findings: Findings) -> None:
    """Check every cell of a table against the contract of its column.

    Args:
        frame: The table as text.
        table: Its contract.
        where: Name of the file, for the message.
        findings: Where problems are noted.
    """
    for name, column in table.columns.items():
        cells = frame[name]
        filled = cells != ""
        broken = cells.str.contains(r"[\x00-\x1f]")
        what = "a line break or control character in a cell"
        findings.flag(where, broken, cells, what, "Write it as plain text on one line.")
        if column.required:
            hint = f"Fill it in: {column.meaning}."
            findings.flag(where, ~filled, cells, "an empty cell where a value is required", hint)
        if column.values:
            bad = filled & ~cells.isin(column.values)
            hint = f"Use one of: {', '.join(column.values)}."
            findings.flag(where, bad, cells, "unknown value '{value}'", hint)
        if column.pattern:
            bad = filled & ~cells.str.fullmatch(column.pattern)
            hint = f"It must match {column.pattern.replace('{', '{{').replace('}', '}}')}."
            findings.flag(where, bad, cells, "'{value}' has the wrong form", hint)
        if column.unique:
            bad = filled & cells.duplicated()
            hint = "Give this row its own; a used one is never given again."
            findings.flag(where, bad, cells, "duplicate '{value}'", hint)
        if column.pattern == DATE_PATTERN:
            dates = pd.to_datetime(cells.where(filled), format="%Y-%m-%d", errors="coerce")
            bad = filled & cells.str.fullmatch(DATE_PATTERN) & dates.isna()
            findings.flag(where, bad, cells, "'{value}' is no date", "Write year-month-day.")
