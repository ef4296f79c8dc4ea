"""Texts as times and power: CSV files, and Parquet files that hold numbers or stamps as text."""

from pathlib import Path

import duckdb

from aienergy.errors import LedgerError, Problem
from aienergy.traces.columns import Columns
from aienergy.traces.engine import literal, partitioning, path_literal, quoted

# What tools write where a meter had no reading.
MISSING = ("", "na", "n/a", "[n/a]", "nan", "null", "none", "-")
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_STAMP = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?"
_ZONE = r" ?(Z|[+-]\d{2}(:?\d{2})?)"
# How a time can be written, by the type it becomes. All times of a file are written as the first.
_TIMES = {"DOUBLE": _NUMBER, "TIMESTAMP": _STAMP, "TIMESTAMPTZ": _STAMP + _ZONE}
_HINT = "Times are seconds, or stamps as 2026-01-02T03:04:05.678, all alike; power is a number."
_SHOWN = 5


def csv_scan(path: Path, *, is_partitioned: bool) -> str:
    """Return the table function that reads a CSV file; every cell is text until it is checked."""
    form = f"header = true, all_varchar = true, {partitioning(is_partitioned)}"
    return f"read_csv({path_literal(path)}, {form})"


def convert(
    engine: duckdb.DuckDBPyConnection, scan: str, columns: Columns, copy: Path, name: str
) -> None:
    """Write a table of texts as Parquet with columns run, component, time and power.

    Args:
        engine: Where it is done.
        scan: Table function that reads the texts.
        columns: Names of the columns in it.
        copy: File to write.
        name: What messages call the table.

    Raises:
        LedgerError: There is no row, or a time or power that is none.
    """
    texts = _texts(scan, columns)
    kind = _kind_of_time(engine, texts, name)
    missing = ", ".join(literal(text) for text in MISSING)
    engine.execute(f"""
        COPY (
            SELECT run, component, t AS time, p AS power,
                CASE WHEN t IS NULL THEN coalesce(time, '') END AS bad_time,
                CASE WHEN p IS NULL AND lower(power) NOT IN ({missing}) THEN power END AS bad_power
            FROM (
                SELECT *,
                    CASE WHEN {_is("time", _TIMES[kind])} THEN TRY_CAST(time AS {kind}) END AS t,
                    CASE WHEN {_is("power", _NUMBER)} THEN TRY_CAST(power AS DOUBLE) END AS p
                FROM ({texts})
            )
        ) TO {literal(copy.as_posix())} (FORMAT parquet)""")
    bad = engine.execute(f"""
        SELECT file_row_number + 2, bad_time, bad_power FROM read_parquet({path_literal(copy)})
        WHERE bad_time IS NOT NULL OR bad_power IS NOT NULL ORDER BY 1 LIMIT {_SHOWN}""").fetchall()
    problems = [Problem(f"{name}:{line}", _told(time, power), _HINT) for line, time, power in bad]
    if problems:
        raise LedgerError(*problems)


def _texts(scan: str, columns: Columns) -> str:
    run, component = (
        f"CAST({quoted(column)} AS VARCHAR)" if column else "''"
        for column in (columns.run, columns.component)
    )
    return f"""
        SELECT {run} AS run, {component} AS component,
            trim(CAST({quoted(columns.time)} AS VARCHAR)) AS time,
            trim(CAST({quoted(columns.power)} AS VARCHAR)) AS power
        FROM {scan}"""


def _kind_of_time(engine: duckdb.DuckDBPyConnection, texts: str, name: str) -> str:
    tests = ", ".join(_is("time", pattern) for pattern in _TIMES.values())
    query = f"SELECT time, {tests} FROM ({texts}) WHERE time <> '' LIMIT 1"
    first = engine.execute(query).fetchone()
    if first is None:
        raise LedgerError(Problem(name, "no row with a time", "Give a file with samples."))
    time, *fits = first
    if not any(fits):
        raise LedgerError(Problem(name, f"'{time}' is no time", _HINT))
    return list(_TIMES)[fits.index(True)]


def _is(column: str, pattern: str) -> str:
    return f"regexp_full_match({column}, {literal(pattern)})"


def _told(time: str | None, power: str | None) -> str:
    if time is not None:
        return f"'{time}' is no time like the first"
    return f"power '{power}' is no number"
