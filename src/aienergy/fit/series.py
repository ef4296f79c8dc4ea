"""What is fitted: dated values of a file of anybody's, or a quantity of the ledger by its name."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.growth.points import Points, make_points
from aienergy.tables import read_result, read_text

# Names of columns, best first, in small letters and with underscores.
DATES = ("date", "publication_date", "release_date", "published", "released", "day")
VALUES = ("value", "values", "y")
_TOLD = 10  # problems of a table that are told one by one


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a file hold what; None where it is to be guessed or not there.

    Attributes:
        date: Day of each value.
        value: The values, all in one unit.
        organization: Whom a value belongs to.
        error_dex: Standard deviation of the error of log10.
    """

    date: str | None = None
    value: str | None = None
    organization: str | None = None
    error_dex: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Dated values, and what to call them.

    Attributes:
        source: File, or name of the quantity.
        label: What the values are, for a reader.
        unit: Their unit; empty for a file, which says it itself if at all.
        points: The values in order of their days.
        has_owners: Whether it is known whom a value belongs to.
        has_errors: Whether it is known how wrong a value may be.
        skipped: Rows without date or value that were left out.
        derived: Names of points that were computed from others, and confirm nothing.
    """

    source: str
    label: str
    unit: str
    points: Points
    has_owners: bool
    has_errors: bool
    skipped: int = 0
    derived: frozenset[str] = frozenset()


def read_file(path: Path, columns: Columns, *, skip_missing: bool) -> Series:
    """Read the values of a CSV file; columns that are not named are guessed from their names.

    Args:
        path: The file.
        columns: Which columns hold what.
        skip_missing: Leave out rows without date or value instead of refusing them.

    Raises:
        LedgerError: No file, no CSV, no such column, or cells that are no date or no positive
            number.
    """
    table = _read(path)
    date = _column(table, columns.date, DATES, "date", path)
    others = [name for name in table.columns if name != date]
    only = others if len(others) == 1 else []  # beside the date there is but one column
    value = _column(table, columns.value, (*VALUES, *map(_plain, only)), "value", path)
    empty = (table[date].str.strip() == "") | (table[value].str.strip() == "")
    if skip_missing:
        table = table[~empty]
    owners = error = None
    if columns.organization is not None:
        owners = table[_column(table, columns.organization, (), "organization", path)].to_list()
    if columns.error_dex is not None:
        cells = table[_column(table, columns.error_dex, (), "error", path)]
        error = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)
    lines = [str(index + 2) for index in table.index]  # below the header
    try:
        points = make_points(table[date], table[value], owners, error, names=lines)
    except LedgerError as wrong:
        raise LedgerError(*_on_lines(wrong.problems, lines, path)) from wrong
    return Series(
        str(path), value, "", points, owners is not None, error is not None,
        int(empty.sum()) if skip_missing else 0,
    )  # fmt: skip


def _read(path: Path) -> pd.DataFrame:
    read_text(path)  # a file that is missing or no text is told as any other bad input
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        hint = "The file must be CSV: a header, and as many cells in each row."
        raise LedgerError(Problem(str(path), str(error).strip(), hint)) from error


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _column(
    table: pd.DataFrame, named: str | None, known: Sequence[str], option: str, path: Path
) -> str:
    """Return the column that is named, or else the first one with a known name."""
    columns = [str(name) for name in table.columns]
    listed = f"Columns are: {', '.join(columns)}."
    if named is not None:
        if named not in columns:
            raise LedgerError(Problem(str(path), f"no column '{named}'", listed))
        return named
    places = {_plain(name): name for name in reversed(columns)}
    found = [places[name] for name in known if name in places]
    if not found:
        what = f"no column is called {', '.join(known)}"
        raise LedgerError(Problem(str(path), what, f"Name it with --{option}. {listed}"))
    return found[0]


def _on_lines(problems: Sequence[Problem], lines: Sequence[str], path: Path) -> list[Problem]:
    """Say on which line of the file a problem stands, and leave it at the first ones."""
    told = []
    for problem in problems[:_TOLD]:
        row = int(problem.where.removeprefix("row ")) - 1
        told.append(replace(problem, where=f"{path}:{lines[row]}"))
    if len(problems) > _TOLD:
        what = f"{len(problems) - _TOLD} more cells like these"
        hint = "Leave rows without date or value out with --skip-missing."
        told.append(Problem(str(path), what, hint))
    return told


def read_quantity(name: str, subset: str, results: Path, config: Path | None) -> Series:
    """Read the points of a quantity of the ledger.

    Args:
        name: Name of the quantity, such as `training_compute`.
        subset: Which of its points, such as `language`; empty for all.
        results: The folder `results`.
        config: Settings with the errors that the labels of confidence stand for, if they are
            needed.

    Raises:
        LedgerError: The results are not built, or there is no such quantity or subset.
    """
    from aienergy.trends.fits import SUBSETS, subset_of
    from aienergy.trends.quantities import QUANTITIES
    from aienergy.trends.shapes import errors_dex_of

    points = read_result(results / "trends" / "points.csv")
    known = sorted(set(points["quantity"]))
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f"Did you mean {near[0]}? " if near else ""
        what = f"'{name}' is neither a file nor a quantity of the ledger"
        raise LedgerError(Problem("aienergy fit", what, f"{hint}Quantities: {', '.join(known)}."))
    if subset not in SUBSETS:
        hint = f"Subsets: {', '.join(key for key in SUBSETS if key)}."
        raise LedgerError(Problem("aienergy fit", f"unknown subset '{subset}'", hint))
    unit, label, _ = QUANTITIES[name]
    table = subset_of(points[points["quantity"] == name], subset)
    error = errors_dex_of(table, _factors(config)).to_numpy() if config else None
    whole = make_points(
        table["date"], table["value"], table["organization"].to_list(), error,
        names=table["subject"].to_list(),
    )  # fmt: skip
    derived = frozenset(table.loc[table["derived"].astype(bool), "subject"])
    words = f"{label}, {SUBSETS[subset]}" if subset else label
    return Series(
        name, words, "" if unit == "1" else unit, whole, True, config is not None, derived=derived
    )


def _factors(config: Path) -> dict[str, float]:
    from aienergy.config import read_config

    return dict(read_config(config)["trends"]["error_factors"])
