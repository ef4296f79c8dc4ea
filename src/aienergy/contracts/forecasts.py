"""Contract of the register of forecasts, which is added to and never edited."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from aienergy.contracts.columns import DATE_PATTERN, KEY, NOTE, SOURCE, Column, Table
from aienergy.contracts.findings import Findings
from aienergy.tables import records

_NUMBER = r"-?\d+(\.\d+)?"
MODELS = ("recent_line", "long_line", "drift")

FORECAST = Table(
    "forecasts",
    "What was forecast, when and how: rows are added and never edited, and later editions score"
    " them",
    {
        "key": KEY,
        "made": Column("Day on which the row was written", required=True, pattern=DATE_PATTERN),
        "source": SOURCE,
        "vintage": Column(
            "Last day of publication that the model saw", required=True, pattern=DATE_PATTERN
        ),
        "model": Column("Name of the model", required=True, values=MODELS),
        "size": Column("How many count as the frontier", required=True, pattern=r"[1-9]\d*"),
        "start": Column("First day of the period", required=True, pattern=DATE_PATTERN),
        "end": Column(
            "Last day of the period; the forecast is of a system published in its middle",
            required=True,
            pattern=DATE_PATTERN,
        ),
        "location_log10": Column(
            "Median of log10 of training compute in FLOP", required=True, pattern=_NUMBER
        ),
        "scale_log10": Column("Scale of its distribution", required=True, pattern=r"\d+(\.\d+)?"),
        "df": Column(
            "Degrees of freedom of Student's t; `inf` for a normal distribution",
            required=True,
            pattern=r"\d+|inf",
        ),
        "digest": Column(
            "First 16 digits of the SHA-256 of the digest of the row above and of this row's cells",
            required=True,
            pattern=r"[0-9a-f]{16}",
        ),
        "note": NOTE,
    },
)
_SEALED = [name for name in FORECAST.columns if name not in ("digest", "note")]


def digest_of(before: str, row: Mapping[str, str]) -> str:
    """Return the digest of a row, which depends on all rows above it.

    Args:
        before: Digest of the row above, empty for the first.
        row: Cells by column.
    """
    cells = "\x1f".join([before, *(str(row[name]) for name in _SEALED)])
    return hashlib.sha256(cells.encode()).hexdigest()[:16]


def sealed(rows: Sequence[Mapping[str, str]], before: str) -> list[dict[str, str]]:
    """Return rows with their digests, the first one after `before`."""
    result = []
    for row in rows:
        before = digest_of(before, row)
        result.append({**row, "digest": before})
    return result


def check_forecasts(table: pd.DataFrame, folder: Path, findings: Findings) -> None:
    """Check that no row of the register was changed, and that each looks ahead.

    Args:
        table: The register as text.
        folder: The folder `data/raw`, for messages.
        findings: Where problems are noted.
    """
    where = str(folder / "forecasts.csv")
    before = ["", *table["digest"]]
    rows = records(table)
    right = [digest_of(above, row) for above, row in zip(before, rows, strict=False)]
    bad = table["digest"] != pd.Series(right, table.index, dtype=object)
    hint = "A registered forecast is never edited: restore the row, and add a new one below."
    findings.flag(where, bad, table["digest"], "'{value}' does not fit the row", hint)
    hint = "A forecast is made before its period begins, from what was published before."
    findings.flag(where, table["made"] >= table["start"], table["made"], "'{value}' is late", hint)
    bad = table["vintage"] > table["made"]
    findings.flag(where, bad, table["vintage"], "'{value}' is later than the forecast", hint)
    bad = pd.to_numeric(table["scale_log10"], errors="coerce") == 0
    hint = "A forecast has a spread."
    findings.flag(where, bad, table["scale_log10"], "'{value}' is no spread", hint)
    bad = table["start"] > table["end"]
    findings.flag(where, bad, table["start"], "'{value}' is after the end", "Mend the period.")
