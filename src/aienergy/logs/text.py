"""From bytes to text, cells and JSON; everything that is no text log ends here."""

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from aienergy.contracts.findings import FIRST_DATA_LINE, Findings
from aienergy.errors import LedgerError, Problem

# A cell takes up to 400 bytes in memory, however short it is, and a reading should fit into 1 GiB.
LARGEST_LOG_BYTE = 20 * 2**20
MOST_CELLS = 2_000_000
# Beginnings of files that hold no text. Pickles run code when loaded and are never opened.
MAGIC = {
    b"\x80\x02": "a pickle, which is never loaded",
    b"\x80\x03": "a pickle, which is never loaded",
    b"\x80\x04": "a pickle, which is never loaded",
    b"\x80\x05": "a pickle, which is never loaded",
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "an archive or workbook",
    b"\x1f\x8b": "a compressed file",
    b"\x89HDF": "an HDF5 file",
    b"SQLite format 3": "a database",
}
# Far beyond any energy, power or time of a log in any unit: what passes it is damage.
LARGEST_NUMBER = 1e18
# Stamps outside these years are damage, too, and some do not fit into the types of dates.
YEARS = (1970, 2199)
_HINT_TEXT = "Name the text log that the tool wrote."
_HINT_LARGE = "Cut the log to the run, or keep long traces as tables of their own."


def decode(content: bytes, where: str) -> str:
    """Return the text of a log: UTF-8, or UTF-16 with its mark as a Windows shell writes it.

    Raises:
        LedgerError: Too large, of too many cells, binary, or in another encoding.
    """
    if len(content) > LARGEST_LOG_BYTE:
        what = f"{len(content) / 2**20:.0f} MiB, more than {LARGEST_LOG_BYTE // 2**20} MiB"
        raise LedgerError(Problem(where, what, _HINT_LARGE))
    for magic, what in MAGIC.items():
        if content.startswith(magic):
            raise LedgerError(Problem(where, what, _HINT_TEXT))
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError as error:
        raise LedgerError(Problem(where, str(error), "Save the log as UTF-8.")) from error
    if "\x00" in text:
        raise LedgerError(Problem(where, "a zero byte: no text", _HINT_TEXT))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.strip():
        raise LedgerError(Problem(where, "the file is empty", _HINT_TEXT))
    cell_count = text.count(",") + text.count("\n")
    if cell_count > MOST_CELLS:
        what = f"{cell_count:,} cells, more than {MOST_CELLS:,}"
        raise LedgerError(Problem(where, what, _HINT_LARGE))
    return text


def csv_cells(text: str, where: str, *, comment: str = "") -> pd.DataFrame:
    """Split a CSV with a header into stripped cells, all text.

    Args:
        text: The file; quotes hide commas.
        where: Its name for messages.
        comment: Lines that begin with this are no rows.

    Returns:
        One row a line, columns named by the header; the index counts lines as `Findings` does.

    Raises:
        LedgerError: No header or no row, a repeated header, a ragged row, or an unclosed quote.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for line in reader:
            if any(line) and not (comment and line[0].startswith(comment)):
                lines.append((reader.line_num, line))
    except csv.Error as error:
        hint = "Is the log whole? It must be comma-separated, with quotes closed."
        raise LedgerError(Problem(f"{where}:{reader.line_num}", str(error), hint)) from error
    if len(lines) < 2:
        raise LedgerError(Problem(where, "no header or no row", _HINT_TEXT))
    header = [cell.strip() for cell in lines[0][1]]
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        what = f"column {', '.join(repeated)} twice"
        raise LedgerError(Problem(f"{where}:1", what, "It is unclear which one to read."))
    ragged = [(number, len(line)) for number, line in lines if len(line) != len(header)]
    if ragged:
        what = f"{ragged[0][1]} cells instead of {len(header)}"
        hint = "A killed logger cuts its last line: delete that line, and say so."
        raise LedgerError(Problem(f"{where}:{ragged[0][0]}", what, hint))
    index = pd.Index([number - FIRST_DATA_LINE for number, _ in lines[1:]])
    cells = [[cell.strip() for cell in line] for _, line in lines[1:]]
    return pd.DataFrame(cells, index=index, columns=header, dtype=str)


def require(rows: pd.DataFrame, columns: Sequence[str], what: str, where: str) -> None:
    """Refuse a table that lacks a column, and list all that are missing."""
    missing = [name for name in columns if name not in rows]
    if missing:
        told = f"not {what}: missing header {', '.join(missing)}"
        raise LedgerError(Problem(f"{where}:1", told, "Give the log as the tool wrote it."))


def numbers(cells: pd.Series, where: str, findings: Findings, *, least: float = 0.0) -> pd.Series:
    """Parse a column; a blank is NaN.

    Args:
        cells: Cells of the column; its name stands in messages.
        where: Name of the log.
        findings: Receives what is no finite number or below `least`.
        least: The least value that can be.
    """
    values = pd.to_numeric(cells, errors="coerce").astype(float)
    finite = values.abs() <= LARGEST_NUMBER
    hint = "Use the log as the tool wrote it: decimal point, no unit."
    findings.flag(where, (cells != "") & ~finite, cells, "'{value}' is not a number", hint)
    findings.flag(where, values < least, cells, f"'{{value}}' is below {least:g}", "Log again.")
    return values.where(finite)


def living(stamps: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """Return stamps with those outside the years of logs turned to missing."""
    return stamps.where(stamps.dt.year.between(*YEARS))


def parse_json(text: str, where: str) -> Any:  # noqa: ANN401 - JSON holds anything
    """Parse JSON without its extensions NaN and Infinity.

    Raises:
        LedgerError: No JSON, or nested too deeply.
    """

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no value")

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        hint = "Is the file whole? It must be JSON as the tool wrote it."
        raise LedgerError(Problem(where, f"no JSON that can be read: {error}", hint)) from error


def json_number(value: object, place: str, *, least: float = 0.0) -> float:
    """Return a JSON number, NaN for null.

    Raises:
        LedgerError: Text, a truth value, not finite, or below `least`.
    """
    if value is None:
        return math.nan
    good = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        number = float(value) if good else math.nan  # type: ignore[arg-type]
    except OverflowError:
        number = math.nan
    if not least <= number <= LARGEST_NUMBER:
        shown = repr(value)[:40]
        what = f"{shown} is not a number of at least {least:g}"
        raise LedgerError(Problem(place, what, "Use the file as the tool wrote it."))
    return number


def json_object(value: object, place: str) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        LedgerError: It is anything else.
    """
    if not isinstance(value, dict):
        raise LedgerError(Problem(place, "no JSON object", "Use the file as the tool wrote it."))
    return value
