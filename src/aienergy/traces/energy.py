"""Energy of all runs: files in pieces as they stand, and sorted where they must be.

A piece (row groups of a large file, or some small files) is summed in one pass, every row with the
one before it. That is right where each run and component is one stretch that ascends in time, in
each file of the piece, which the same pass finds out. Stretches of several files and pieces are
then joined in the order of time. Runs for which it is not right are sorted, on disk where memory
does not do, and summed by the same query.

A piece in order is summed as arrays (`in_order`), any other by a query of the engine (`_sums`).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.traces.engine import workers
from aienergy.traces.ordered import in_order
from aienergy.traces.pieces import Piece, pieces_of, row_groups
from aienergy.traces.sources import Source, Ticks, rows_of, samples, ticks_of

LATEST_S = 4e9  # in the year 2096; above it stand milliseconds
KEYS = "run, component"
COUNTS = ("samples", "repeated", "different", "zeros", "gaps", "without_power")
_USABLE = "power IS NOT NULL AND NOT isnan(power) AND tick IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a trace is summed.

    Attributes:
        gap_s: Longest time between samples in s that is not told apart as a gap.
        most_w: Power in W above which a value is refused.
        rows_per_piece: Rows that are read in one pass, at least a row group.
        may_sort: Rows that are not in order are sorted; otherwise they are an error.
    """

    gap_s: float
    most_w: float
    rows_per_piece: int
    may_sort: bool


def integrate(
    engine: duckdb.DuckDBPyConnection, sources: Sequence[Source], manner: Manner
) -> tuple[pd.DataFrame, bool]:
    """Sum the samples of every run and component by the trapezoid.

    Args:
        engine: An open engine.
        sources: Files with columns of the same meaning.
        manner: How they are summed.

    Returns:
        One row a run and component: `run`, `component`, `COUNTS`, `energy_j` and `duration_s`,
        `bridged_j` and `bridged_s` (the part of both in gaps), `largest_gap_s`; and whether rows
        had to be sorted.

    Raises:
        LedgerError: Power is negative or absurd, rows lack a run or a time, times are milliseconds,
            or rows are out of order that may not be sorted.
    """
    ticks = ticks_of(sources)
    longest = ticks.longest(manner.gap_s)
    nothing = _sums(rows_of(sources[:1], ticks, "false"), ["run"], longest)
    engine.execute(f"CREATE TABLE parts AS {nothing}")
    n_rows = _sum_pieces(engine, sources, ticks, manner)
    _check(engine, ticks, manner, sources[0].name)
    was_sorted_here = _sort_what_must_be(engine, sources, ticks, manner)
    table = _joined(engine, ticks, manner)
    if table["samples"].sum() < n_rows:
        table = table.merge(_without_power(engine, sources, ticks), "outer", ["run", "component"])
    table[list(COUNTS)] = table.reindex(columns=COUNTS).fillna(0).astype("int64")
    return table, was_sorted_here


def _sums(rows: str, keys: Sequence[str], longest: float) -> str:
    """Return the query that sums rows, each with the one before, by run, component and file.

    An area is that under the trapezoid, twice, in W and ticks. A step to another run or file is
    missing.

    Args:
        rows: Query of `run`, `component`, `file`, `tick` and `power`, in the order that counts.
        keys: Which of the first three tell the rows apart; the others, the same in all rows, would
            cost time in each.
        longest: Longest step that is no gap, in ticks.
    """
    before = ", ".join(f"lag({name}) OVER () AS {name}_before" for name in (*keys, "tick", "power"))
    is_same = " AND ".join(f"{key} = {key}_before" for key in keys)
    component = "component" if "component" in keys else "''"
    return f"""
        SELECT CAST(run AS VARCHAR) AS run, CAST({component} AS VARCHAR) AS component,
            * EXCLUDE ({", ".join(keys)})
        FROM (
            SELECT {", ".join(keys)}, count(*) AS samples, count(*) - count(step) AS stretches,
                min(step) AS shortest_step, max(step) AS longest_step,
                min(power) AS least_w, max(power) AS most_w,
                count(*) FILTER (step = 0) AS repeated,
                count(*) FILTER (step = 0 AND power <> power_before) AS different,
                count(*) FILTER (power = 0) AS zeros,
                count(*) FILTER (step > {longest!r}) AS gaps,
                sum(step) AS ticks, sum(step) FILTER (step > {longest!r}) AS bridged_ticks,
                sum(step * (power + power_before)) AS area,
                sum(step * (power + power_before)) FILTER (step > {longest!r}) AS bridged_area,
                min(tick) AS first_tick, arg_min(power, tick) AS first_w,
                max(tick) AS last_tick, arg_max(power, tick) AS last_w
            FROM (
                SELECT *, CASE WHEN {is_same} THEN tick - tick_before END AS step
                FROM (SELECT *, {before} FROM ({rows}))
            ) GROUP BY {", ".join(keys)}
        )"""


def _sum_pieces(
    engine: duckdb.DuckDBPyConnection, sources: Sequence[Source], ticks: Ticks, manner: Manner
) -> int:
    """Add the sums of all pieces to the table `parts`; return how many rows there are."""
    longest = ticks.longest(manner.gap_s)

    def is_in_order(piece: Piece) -> bool:
        with engine.cursor() as own:
            table = in_order(own, piece, ticks, longest)
            if table is not None:
                own.register("in_order", table)
                own.execute("INSERT INTO parts BY NAME SELECT * FROM in_order")
            return table is not None

    def sum_piece(piece: Piece) -> None:
        rows = f"SELECT * FROM ({rows_of(piece.sources, ticks, piece.where)}) WHERE {_USABLE}"
        with engine.cursor() as own:
            own.execute(f"INSERT INTO parts {_sums(rows, _keys(piece.sources), longest)}")

    pieces = list(pieces_of(sources, row_groups(engine, sources), manner.rows_per_piece))
    # The engine decodes a piece by all threads, but looks back from row to row by one.
    rest = [piece for piece in pieces if not is_in_order(piece)]
    with ThreadPoolExecutor(workers()) as pool:
        list(pool.map(sum_piece, rest))
    return sum(piece.n_rows for piece in pieces)


def _keys(sources: Sequence[Source]) -> list[str]:
    has = {"component": bool(sources[0].columns.component), "file": len(sources) > 1}
    return ["run", *(key for key, varies in has.items() if varies)]


# Stretches of each run and component, each with the end of the one before in the order of time.
_STRETCHES = f"""
    SELECT *, first_tick - lag(last_tick) OVER in_time AS join_step,
        lag(last_w) OVER in_time AS w_before
    FROM parts
    WINDOW in_time AS (PARTITION BY {KEYS} ORDER BY first_tick, last_tick)"""


def _sort_what_must_be(
    engine: duckdb.DuckDBPyConnection, sources: Sequence[Source], ticks: Ticks, manner: Manner
) -> bool:
    """Sum runs anew, sorted by time, whose rows are out of order; return whether there are any.

    Equal stamps come in the order of their power: with several powers at one stamp, the order of
    rows would decide the energy.

    Raises:
        LedgerError: Rows out of time may not be sorted.
    """
    # Numbers sort several times as fast as names.
    engine.execute(f"""
        CREATE TABLE unordered AS
        SELECT {KEYS}, bool_or(is_late) AS is_late,
            CAST(row_number() OVER (ORDER BY {KEYS}) AS INTEGER) AS id
        FROM (
            SELECT {KEYS}, stretches > 1 OR shortest_step < 0 OR join_step < 0 AS is_late,
                different > 0 OR (join_step = 0 AND first_w <> w_before) AS is_several
            FROM ({_STRETCHES})
        ) WHERE is_late OR is_several GROUP BY {KEYS}""")
    late = engine.execute(f"SELECT {KEYS} FROM unordered WHERE is_late ORDER BY ALL").fetchone()
    if late and not manner.may_sort:
        named = " ".join(text for text in late if text)
        what = f"run '{named}' is not one stretch that ascends in time"
        raise LedgerError(Problem("--sorted", what, "Leave --sorted out, or sort the rows."))
    if engine.execute("SELECT 1 FROM unordered LIMIT 1").fetchone() is None:
        return False
    engine.execute(f"DELETE FROM parts WHERE ({KEYS}) IN (SELECT ({KEYS}) FROM unordered)")
    rows = f"""
        SELECT id AS run, tick, power
        FROM ({samples(sources, ticks)}) JOIN unordered USING ({KEYS})
        WHERE {_USABLE} ORDER BY id, tick, power"""
    engine.execute(f"""
        INSERT INTO parts
        SELECT unordered.run, unordered.component, sums.* EXCLUDE (run, component)
        FROM ({_sums(rows, ["run"], ticks.longest(manner.gap_s))}) AS sums
        JOIN unordered ON CAST(sums.run AS INTEGER) = id""")
    lost = "SELECT 1 FROM parts WHERE stretches > 1 OR shortest_step < 0"
    if engine.execute(lost).fetchone():
        raise LedgerError(Problem("aienergy trace", "the sort lost its order", "Report it."))
    return True


def _joined(engine: duckdb.DuckDBPyConnection, ticks: Ticks, manner: Manner) -> pd.DataFrame:
    """Return the sums of every run and component, with the steps between their stretches."""
    parts = engine.execute(f"{_STRETCHES} ORDER BY {KEYS}, first_tick, last_tick").df()
    sums = ["ticks", "area", "bridged_ticks", "bridged_area"]
    missing = [*sums, "longest_step", "join_step", "w_before"]  # where a stretch is one sample
    parts = parts.astype(dict.fromkeys(missing, "float64")).fillna(dict.fromkeys(sums, 0.0))
    step = parts["join_step"]
    area = (step * (parts["w_before"] + parts["first_w"])).fillna(0)
    is_gap = step > ticks.longest(manner.gap_s)
    per_area = 0.5 / ticks.per_s
    joined = parts[["run", "component", "samples", "different", "zeros"]].assign(
        repeated=parts["repeated"] + (step == 0),
        gaps=parts["gaps"] + is_gap,
        energy_j=(parts["area"] + area) * per_area,
        bridged_j=(parts["bridged_area"] + area.where(is_gap, 0)) * per_area,
        duration_s=(parts["ticks"] + step.fillna(0)) / ticks.per_s,
        bridged_s=(parts["bridged_ticks"] + step.where(is_gap, 0)) / ticks.per_s,
        largest_gap_s=np.fmax(parts["longest_step"], step) / ticks.per_s,
    )
    how = dict.fromkeys(joined.columns[2:], "sum") | {"largest_gap_s": "max"}
    return joined.groupby(["run", "component"], as_index=False).agg(how)


def _without_power(
    engine: duckdb.DuckDBPyConnection, sources: Sequence[Source], ticks: Ticks
) -> pd.DataFrame:
    """Count the samples without a power by run and component.

    Raises:
        LedgerError: Rows without a time, run or component.
    """
    counts = engine.execute(f"""
        SELECT {KEYS}, count(*) AS without_power, count(*) FILTER (tick IS NULL) AS without_time
        FROM ({samples(sources, ticks)}) WHERE NOT ({_USABLE}) GROUP BY ALL""").df()
    lost = {
        "time": counts["without_time"].sum(),
        "run": counts.loc[counts["run"].isna(), "without_power"].sum(),
        "component": counts.loc[counts["component"].isna(), "without_power"].sum(),
    }
    problems = [
        Problem(sources[0].name, f"{n:,} rows have no {name}", "Fill or remove them.")
        for name, n in lost.items()
        if n
    ]
    if problems:
        raise LedgerError(*problems)
    return counts.drop(columns="without_time")


def _check(engine: duckdb.DuckDBPyConnection, ticks: Ticks, manner: Manner, where: str) -> None:
    """Refuse values that no sample can have.

    Raises:
        LedgerError: See `integrate`.
    """
    latest = LATEST_S * ticks.per_s
    checks = (
        ("run IS NULL", "{n:,} rows have no run", "Name the column with --run, or fill it."),
        ("component IS NULL", "{n:,} rows of run '{run}' have no component",
         "Fill the column, or choose another."),
        ("least_w < 0", "run '{run}': power of {least_w:g} W is negative",
         "The meter had no reading there: remove the rows, or leave the cells empty."),
        (f"most_w > {manner.most_w!r}", "run '{run}': power of {most_w:g} W is above the bound",
         "Say --unit mW if it is, or --max-power WATT for more than a node."),
        (f"NOT (first_tick >= {-latest!r} AND last_tick <= {latest!r})",
         "run '{run}': time {last:g} is no number of seconds",
         "Times are stamps, or seconds; not milliseconds."),
    )  # fmt: skip
    problems = []
    for test, told, hint in checks:
        rows = engine.execute(f"""
            SELECT run, sum(samples), min(least_w), max(most_w), CAST(max(last_tick) AS DOUBLE)
            FROM parts WHERE {test} GROUP BY run ORDER BY run LIMIT 3""").fetchall()
        for run, n, least_w, most_w, last in rows:
            what = told.format(run=run, n=n, least_w=least_w, most_w=most_w, last=last)
            problems.append(Problem(where, what, hint))
    if problems:
        raise LedgerError(*problems[:5])
