"""Pieces of about one size: row groups of large files, and small files together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aienergy.traces.engine import path_literal
from aienergy.traces.sources import Source, alike

# A file of more rows is a piece of its own: what a query costs to begin is little beside them.
SMALL = 200_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows that are summed in one pass.

    Attributes:
        sources: Files alike, in the order in which they are read.
        where: Which of their rows, as SQL.
        n_rows: How many these are.
        first: How many rows of the file stand before them.
    """

    sources: tuple[Source, ...]
    where: str
    n_rows: int
    first: int = 0


def row_groups(
    engine: duckdb.DuckDBPyConnection, sources: Sequence[Source]
) -> dict[Path, list[int]]:
    """Return how many rows the row groups of each file have."""
    listed = ", ".join(path_literal(source.path) for source in sources)
    rows = engine.execute(f"""
        SELECT file_name, row_group_id, any_value(row_group_num_rows)
        FROM parquet_metadata([{listed}]) GROUP BY ALL ORDER BY ALL""").fetchall()
    groups: dict[Path, list[int]] = {source.path: [] for source in sources}
    for name, _, n_rows in rows:
        groups[Path(name)].append(n_rows)
    return groups


def pieces_of(
    sources: Sequence[Source], groups: Mapping[Path, Sequence[int]], rows_per_piece: int
) -> Iterator[Piece]:
    """Cut large files at row groups, and put small ones that follow each other together.

    Args:
        sources: Files in the order in which they are read.
        groups: Rows of the row groups of each (`row_groups`).
        rows_per_piece: Rows of a piece, unless a row group has more.
    """
    small: list[Source] = []
    n_small = 0
    for source in sources:
        n_rows = sum(groups[source.path])
        is_large = n_rows > min(rows_per_piece, SMALL)
        if small and (n_small + n_rows > rows_per_piece or alike(source) != alike(small[0])):
            yield Piece(tuple(small), "true", n_small)
            small, n_small = [], 0
        if is_large:
            yield from _cut(source, groups[source.path], rows_per_piece)
        else:
            small.append(source)
            n_small += n_rows
    if small:
        yield Piece(tuple(small), "true", n_small)


def _cut(source: Source, groups: Sequence[int], rows_per_piece: int) -> Iterator[Piece]:
    first = after = 0
    for number, n_rows in enumerate(groups, 1):
        after += n_rows
        if after - first >= rows_per_piece or number == len(groups):
            where = f"file_row_number BETWEEN {first} AND {after - 1}"
            yield Piece((source,), where, after - first, first)
            first = after
