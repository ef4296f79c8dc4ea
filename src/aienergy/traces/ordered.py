"""Pieces whose rows are in order: decoded by the engine, summed as arrays, named by the engine."""

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aienergy.traces.arrow import batches
from aienergy.traces.pieces import Piece
from aienergy.traces.sources import Ticks, rows_of
from aienergy.traces.stretches import summed

_ENDS = ["first_row", "last_row"]


def in_order(
    engine: duckdb.DuckDBPyConnection, piece: Piece, ticks: Ticks, longest: float
) -> pd.DataFrame | None:
    """Return the sums of the stretches of a piece, or nothing if it is not in order.

    Args:
        engine: A cursor of our own.
        piece: Rows to sum; several small files in one are not tried.
        ticks: How times are counted.
        longest: Longest step that is no gap, in ticks.

    Returns:
        The columns of `energy._sums`, one row a stretch.
    """
    if len(piece.sources) > 1:
        return None
    rows = rows_of(piece.sources, ticks, piece.where)
    keys = "run, component" if piece.sources[0].columns.component else "run"
    # Names of runs cost more to hand over than all else: a number stands for each.
    query = engine.sql(f"SELECT hash({keys}), tick, power FROM ({rows})")
    kind = np.float64 if ticks.per_s == 1 else np.int64
    sums = summed(batches(query, (np.uint64, kind, np.float64)), longest)
    if sums is None:
        return None
    parts = pd.DataFrame(sums)
    names = _names(engine, rows, np.unique(parts[_ENDS].to_numpy()) + piece.first)
    first, last = (names.loc[parts[end] + piece.first].reset_index(drop=True) for end in _ENDS)
    if not first.equals(last):  # two neighbours with one number, once in 2^64
        return None
    return pd.concat([first, parts.drop(columns=_ENDS)], axis=1)


def _names(engine: duckdb.DuckDBPyConnection, rows: str, wanted: NDArray[np.int64]) -> pd.DataFrame:
    """Return run and component of some rows, by their numbers in the file."""
    engine.register("wanted", pd.DataFrame({"row_in_file": wanted}))
    query = f"""
        SELECT row_in_file, CAST(run AS VARCHAR) AS run, CAST(component AS VARCHAR) AS component
        FROM ({rows}) JOIN wanted USING (row_in_file)"""
    return engine.execute(query).df().set_index("row_in_file")
