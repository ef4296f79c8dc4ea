"""Which files a trace is made of, and how their samples are read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from pathlib import Path

import duckdb

from aienergy.errors import LedgerError, Problem
from aienergy.traces.columns import Columns, columns_of, watt_per_unit
from aienergy.traces.engine import literal, partitioning, path_literal, quoted
from aienergy.traces.texts import convert, csv_scan

_PARQUET_MAGIC = b"PAR1"
_TEXTS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
_FILES = "Name Parquet or CSV files, or folders of them."
_STAMPS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_ZONED = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip
_TEXT = "VARCHAR"
_OTHER_UNITS = ("_ms", "_us", "_ns", "_min", "_h", "_minutes", "_hours")


@dataclass(frozen=True, slots=True)
class Source:
    """A Parquet file ready to read.

    Attributes:
        path: The file, or the copy that a text was turned into.
        name: What messages call it.
        columns: Its columns.
        types: Types of these columns.
        watt: What one unit of its column of power is in W.
        partitions: Names in its path that are columns, too (`run=a/`).
    """

    path: Path
    name: str
    columns: Columns
    types: Columns
    watt: float
    partitions: tuple[str, ...]

    @property
    def clock(self) -> str:
        """What its times are."""
        if self.types.time in _ZONED:
            return "stamps with time zone"
        return "stamps without time zone" if self.types.time in _STAMPS else "seconds"


@dataclass(frozen=True, slots=True)
class Ticks:
    """How times are counted: `sql` of a column, and `per_s`, ticks a second.

    Stamps are whole numbers, so that no digit of a step is lost.
    """

    sql: str
    per_s: float

    def longest(self, gap_s: float) -> float:
        """Return a time in s in ticks; whole ticks stay whole."""
        return gap_s if self.per_s == 1 else min(round(gap_s * self.per_s), 2**62)


def found(paths: Iterable[Path]) -> list[Path]:
    """Return the files named and those inside folders, each once, in the order of their names.

    Hidden files and those that begin with `_`, which other tools leave beside their data, are no
    data.

    Raises:
        LedgerError: A path does not exist, a file is of another kind, or there is none.
    """
    files: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise LedgerError(Problem(str(path), "no such file or folder", _FILES))
        for file in [path] if path.is_file() else _inside(path):
            files.setdefault(file.resolve(), file)
    problems = [
        Problem(str(file), "neither Parquet nor CSV", _FILES)
        for file in files.values()
        if not (_is_parquet(file) or file.name.lower().endswith(_TEXTS))
    ]
    if problems:
        raise LedgerError(*problems[:5])
    if not files:
        raise LedgerError(Problem(", ".join(map(str, paths)), "no file to read", _FILES))
    return sorted(files.values())


def _inside(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        names = path.relative_to(folder).parts
        if path.is_file() and not any(name.startswith((".", "_")) for name in names):
            yield path


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_PARQUET_MAGIC)) == _PARQUET_MAGIC


def prepared(
    engine: duckdb.DuckDBPyConnection, files: Sequence[Path], asked: Columns, unit: str, spill: Path
) -> list[Source]:
    """Return the files ready to read; texts are turned into Parquet.

    Args:
        engine: An open engine.
        files: Parquet and CSV files.
        asked: Columns that the user named; the others are guessed.
        unit: Unit of power that the user named, or empty.
        spill: Folder for texts turned into Parquet.

    Raises:
        LedgerError: A column is missing or of a type without meaning, or files do not fit each
            other.
    """
    sources = [
        _source(engine, path, asked, unit, spill / f"text-{number}.parquet")
        for number, path in enumerate(files)
    ]
    for other in sources[1:]:
        for ours, theirs in zip(_layout(other), _layout(sources[0]), strict=True):
            if ours != theirs:
                what = f"{ours} here, {theirs} in {sources[0].name}"
                raise LedgerError(Problem(other.name, what, "Give files of one layout."))
    return sources


def _layout(source: Source) -> tuple[str, str, str]:
    return (
        f"times are {source.clock}",
        f"{'a' if source.columns.run else 'no'} column of runs",
        f"{'a' if source.columns.component else 'no'} column of components",
    )


def _source(
    engine: duckdb.DuckDBPyConnection, path: Path, asked: Columns, unit: str, copy: Path
) -> Source:
    name = path.as_posix()
    partitions = tuple(part.split("=")[0] for part in path.parts[:-1] if "=" in part)
    is_parquet = _is_parquet(path)
    scan = (
        parquet_scan([path], is_partitioned=bool(partitions))
        if is_parquet
        else csv_scan(path, is_partitioned=bool(partitions))
    )
    types = _types(engine, scan)
    columns = named = columns_of(types, asked, name)
    if not is_parquet or _TEXT in (types[columns.time], types[columns.power]):
        convert(engine, scan, columns, copy, name)
        path, partitions = copy, ()
        columns = Columns(
            "run" if columns.run else "", "time", "power", "component" if columns.component else ""
        )
        types = _types(engine, parquet_scan([copy], is_partitioned=False))
    _check_types(named, types[columns.time], types[columns.power], name)
    own = Columns(*(types.get(column, "") for column in astuple(columns)))
    return Source(path, name, columns, own, watt_per_unit(unit, named.power, name), partitions)


def _types(engine: duckdb.DuckDBPyConnection, scan: str) -> dict[str, str]:
    """Return the type of every column by its name, without digits (`DECIMAL(10,2)`)."""
    rows = engine.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    return {str(name): str(kind).split("(")[0] for name, kind, *_ in rows}


def _check_types(named: Columns, time: str, power: str, where: str) -> None:
    if time not in (*_STAMPS, *_ZONED, *_NUMBERS):
        what = f"column '{named.time}' is {time}, which is no time"
        raise LedgerError(Problem(where, what, "Times are stamps, or seconds as numbers."))
    if time in _NUMBERS and named.time.strip().lower().endswith(_OTHER_UNITS):
        what = f"column '{named.time}' is not in seconds by its name"
        raise LedgerError(Problem(where, what, "Turn its numbers into seconds, or into stamps."))
    if power not in _NUMBERS:
        what = f"column '{named.power}' is {power}, not a number"
        raise LedgerError(Problem(where, what, "Power is a number; name it with --power COLUMN."))


def parquet_scan(paths: Sequence[Path], *, is_partitioned: bool) -> str:
    """Return the table function that reads Parquet files of one layout."""
    listed = ", ".join(path_literal(path) for path in paths)
    return f"read_parquet([{listed}], {partitioning(is_partitioned)})"


def ticks_of(sources: Sequence[Source]) -> Ticks:
    """Return how the times of all files are counted."""
    if sources[0].clock == "seconds":
        return Ticks("CAST({} AS DOUBLE)", 1.0)
    if any(source.types.time.endswith("_NS") for source in sources):
        return Ticks("epoch_ns({})", 1e9)
    return Ticks("epoch_us({})", 1e6)


def samples(sources: Sequence[Source], ticks: Ticks) -> str:
    """Return the query of all samples: `run` and `component` as text, `tick`, and `power` in W.

    Args:
        sources: Files with columns of the same meaning.
        ticks: How times are counted.
    """
    # Files alike are one scan: a thousand partitions are one query, not a thousand.
    return " UNION ALL ".join(
        f"""SELECT CAST(run AS VARCHAR) AS run, CAST(component AS VARCHAR) AS component, tick, power
            FROM ({rows_of(list(group), ticks)})"""
        for _, group in groupby(sorted(sources, key=alike), alike)
    )


def alike(source: Source) -> tuple[object, ...]:
    """Return what files must have in common for one scan to read them (`rows_of`)."""
    run = source.columns.run or source.name  # a file without a column of runs is a run
    kinds = (*astuple(source.columns), *astuple(source.types), source.watt, *source.partitions)
    return (run, *kinds)


def rows_of(sources: Sequence[Source], ticks: Ticks, where: str = "true") -> str:
    """Return the query of the samples of files alike, with run and component as they are stored.

    The column `file` counts the files, and `row_in_file` the rows of each.

    Args:
        sources: Files `alike`.
        ticks: How times are counted.
        where: Which rows.
    """
    columns = sources[0].columns
    run = quoted(columns.run) if columns.run else literal(sources[0].name)
    component = quoted(columns.component) if columns.component else "''"
    scan = parquet_scan(
        [source.path for source in sources], is_partitioned=bool(sources[0].partitions)
    )
    return f"""
        SELECT {run} AS run, {component} AS component,
            {"0" if len(sources) == 1 else "file_index"} AS file,
            file_row_number AS row_in_file,
            {ticks.sql.format(quoted(columns.time))} AS tick,
            CAST({quoted(columns.power)} AS DOUBLE) * {sources[0].watt!r} AS power
        FROM {scan} WHERE {where}"""
