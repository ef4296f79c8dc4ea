"""The engine that reads, sorts and sums: DuckDB, without network, in bounded memory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from aienergy.errors import LedgerError, Problem

MEMORY_LIMIT = "400MiB"  # of the engine; beyond it, sorts and groups spill to the folder
MOST_WORKERS = 8  # each holds the row groups that it decodes


def workers() -> int:
    """Return how many pieces are read at a time."""
    return min(os.cpu_count() or 1, MOST_WORKERS)


@contextmanager
def opened(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine that spills to a folder.

    Args:
        spill: Folder for what does not fit the memory.

    Raises:
        LedgerError: Whatever the engine refuses inside the block.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        # By one thread alone the engine cuts answers elsewhere, and sums differ in the last digit.
        "threads": max(workers(), 2),
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(":memory:", config=config) as engine:
            engine.execute("SET GLOBAL TimeZone = 'UTC'")
            # Every piece of a file reads its footer; this parses it once.
            engine.execute("SET GLOBAL parquet_metadata_cache = true")
            yield engine
    except duckdb.Error as error:
        told = str(error).strip().splitlines()[0]
        hint = "Traces are whole Parquet or CSV files with a header (docs/traces.md)."
        raise LedgerError(Problem("aienergy trace", told, hint)) from error


def quoted(name: str) -> str:
    """Return the name of a column as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def path_literal(path: Path) -> str:
    """Return a path as SQL writes it, so that none of its characters is a wildcard."""
    plain = "".join(f"[{c}]" if c in "*?[" else c for c in path.as_posix())
    return literal(plain)


def partitioning(is_partitioned: bool) -> str:
    """Return the arguments that make columns, as text, of folders such as `run=a/`."""
    return f"hive_partitioning = {str(is_partitioned).lower()}, hive_types_autocast = false"
