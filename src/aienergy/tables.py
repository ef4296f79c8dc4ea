"""Read and write tables so that equal content is equal bytes.

Persisted numbers carry 12 significant digits: enough for any use, and few enough that CPUs which
differ in the last bit of a logarithm write the same file.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from aienergy.errors import LedgerError, Problem

SIGNIFICANT_DIGITS = 12


def read_text(path: Path) -> str:
    """Return the content of a UTF-8 file.

    Raises:
        LedgerError: The file is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except IsADirectoryError as error:
        raise LedgerError(Problem(str(path), "this is a folder", "Name a file.")) from error
    except FileNotFoundError as error:
        hint = "Restore the file from version control, or correct the path."
        raise LedgerError(Problem(str(path), "the file does not exist", hint)) from error
    except UnicodeDecodeError as error:
        raise LedgerError(Problem(str(path), str(error), "Save the file as UTF-8.")) from error


def read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a CSV written by people: every cell as text, an empty cell as an empty string.

    Args:
        path: File to read.
        columns: The header that the table's contract demands, in order.

    Raises:
        LedgerError: Missing file, another header, or a row of another length.
    """
    read_text(path)
    try:
        frame = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8", skip_blank_lines=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        hint = "Each row needs as many cells as the header; quote a cell that holds a comma."
        raise LedgerError(Problem(str(path), str(error).strip(), hint)) from error
    if list(frame.columns) != list(columns):
        missing = [name for name in columns if name not in frame.columns]
        extra = [name for name in frame.columns if name not in columns]
        raise LedgerError(
            Problem(
                f"{path}:1",
                f"wrong header (missing: {missing or 'none'}, unknown: {extra or 'none'})",
                f"The header must be {','.join(columns)}",
            )
        )
    return frame


def read_texts(path: Path) -> pd.DataFrame:
    """Read a table of a stage with every cell as text, digits as they were printed."""
    _must_be_built(path)
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def _must_be_built(path: Path) -> None:
    if not path.is_file():
        hint = "Build the results first: make report."
        raise LedgerError(Problem(str(path), "the file does not exist", hint))


def read_result(path: Path) -> pd.DataFrame:
    """Read a table that a stage wrote; empty cells of text columns become empty strings."""
    _must_be_built(path)
    frame = pd.read_csv(path, encoding="utf-8", keep_default_na=False, na_values=[""])
    texts = frame.select_dtypes(exclude="number").columns
    frame[texts] = frame[texts].fillna("")
    return frame


def rounded(value: Any) -> Any:
    """Round every float in a nested structure to the persisted number of significant digits."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value


def write_text(text: str, path: Path) -> None:
    """Write a UTF-8 file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(path)


def write_json(value: Any, path: Path, *, is_rounded: bool = False) -> None:
    """Write JSON with rounded numbers, in the order given.

    Args:
        value: What to write.
        path: File to write.
        is_rounded: Whether it was read from such files, so that its numbers are rounded already.
    """
    exact = value if is_rounded else rounded(value)
    write_text(json.dumps(exact, indent=1, ensure_ascii=False) + "\n", path)


def read_json(path: Path) -> Any:
    """Read JSON written by a stage.

    Raises:
        LedgerError: The stage has not run.
    """
    _must_be_built(path)
    return json.loads(read_text(path))


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a CSV with rounded numbers and no index."""
    text = frame.to_csv(index=False, float_format=f"%.{SIGNIFICANT_DIGITS}g", lineterminator="\n")
    write_text(text, path)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
