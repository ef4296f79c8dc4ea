"""Compare our observations with the published files that they name, and with other editions."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.ingest.locators import RECORD, Cell, located
from aienergy.ingest.snapshots import epoch_models
from aienergy.ingest.snapshots.cells import clean_name
from aienergy.ingest.snapshots.layouts import Normalized, canonical, layouts
from aienergy.ingest.snapshots.registry import READERS, read_file
from aienergy.unit_names import unit_of_name
from aienergy.units import UnknownUnitError, conversion_factor

TOLERANCE = 1e-6
COLUMNS = (
    *("id", "source", "file", "row", "column", "ours", "theirs", "relative_difference"),
    *("verdict", "reason"),
)
# Integer operations are counted as our quantity counts them.
COUNTED_ALIKE = {"_op_per_s": "FLOP/s"}
NO_FILE = "the file is not at hand"


class Shelf:
    """The files of a folder of snapshots, each read when it is first asked for.

    Args:
        folder: Holds `<source>/<vintage>/<file>`.
        corrections: Corrections of upstream cells.
    """

    def __init__(self, folder: Path, corrections: pd.DataFrame | None = None) -> None:
        if not folder.is_dir():
            hint = "Name the folder that holds <source>/<vintage>/<file>."
            raise LedgerError(Problem(str(folder), "no such folder", hint))
        self._folder, self._corrections = folder, corrections
        self._read: dict[str, pd.DataFrame] = {}

    def vintages(self, source: str, file: str = "*") -> list[str]:
        """Return the dates of the snapshots of a source that hold a file, in order."""
        return sorted({path.parent.name for path in (self._folder / source).glob(f"*/{file}")})

    def files(self, source: str, vintage: str) -> list[str]:
        """Return the names of the data files of one snapshot."""
        paths = (self._folder / source / vintage).glob("*")
        return sorted(path.name for path in paths if path.suffix in {".csv", ".json"})

    def table(self, path: str) -> pd.DataFrame | None:
        """Return the table of `<source>/<vintage>/<file>`, none where there is no such file."""
        source = path.split("/", maxsplit=1)[0]
        if path not in self._read:
            if source not in READERS or not (self._folder / path).is_file():
                return None
            result: Normalized = read_file(source, self._folder / path, self._corrections)
            records = np.arange(2, len(result.table) + 2).astype(str)
            self._read[path] = result.table.assign(**{RECORD: records})
        return self._read[path]


def compare(
    observations: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    cells: "pd.Series[Any]",
    reasons: Mapping[str, str] | None = None,
    tolerance: float = TOLERANCE,
) -> pd.DataFrame:
    """Compare observations with the cells that they name.

    Args:
        observations: As text; columns id, source, value, unit.
        tables: Normalized tables by `<source>/<vintage>/<file>`, with a column `#record` where
            cells are named by their line.
        cells: The cells, indexed as the observations, each with its vintage.
        reasons: Why an observation disagrees or has no cell, by id.
        tolerance: Largest relative difference that counts as agreement.

    Returns:
        One row a cell, columns as `COLUMNS`: ours in the unit of the file's column; verdict
        `agrees`, `differs` or `not_found`; reason as told, or what is missing.
    """
    rows = observations.loc[cells.index, ["id", "source", "value", "unit"]].copy()
    rows["cell"] = cells
    rows["file"] = [_path(cell) for cell in rows["cell"]]
    rows["row"] = [cell.row for cell in rows["cell"]]
    rows["column"] = [cell.column for cell in rows["cell"]]
    rows["key_names"] = [tuple(name for name, _ in cell.keys) for cell in rows["cell"]]
    groups = rows.groupby(["file", "key_names", "column"], sort=False)
    parts = [_look_up(part, tables.get(str(part["file"].iloc[0]))) for _, part in groups]
    found = pd.concat(parts).loc[rows.index] if parts else rows.assign(theirs=np.nan, missing="")
    ours = pd.to_numeric(found["value"], errors="coerce") * found.get("factor", np.nan)
    theirs = found["theirs"]
    scale = theirs.abs().where(theirs != 0, 1.0)
    difference = (ours - theirs) / scale
    known = difference.notna()
    agrees = known & (difference.abs() <= tolerance)
    found["missing"] = found["missing"].where(known | (found["missing"] != ""), "no value of ours")
    table = found.assign(ours=ours, relative_difference=difference)
    table["verdict"] = np.select([agrees, known], ["agrees", "differs"], "not_found")
    told = table["id"].map(pd.Series(dict(reasons or {}), dtype=str))
    told = told.astype(str).where(told.notna(), table["missing"])
    table["reason"] = told.where(~agrees, "")
    return table[list(COLUMNS)].reset_index(drop=True)


def _path(cell: Cell) -> str:
    return f"{cell.source}/{cell.vintage}/{cell.file}"


def _column(table: pd.DataFrame, source: str, name: str) -> str:
    """Return the canonical name of a header that a table has, empty where it has none."""
    if name in table:
        return name
    names = [canonical(source, layout, name) for layout in layouts(source)]
    return next((column for column in names if column and column in table), "")


def _look_up(part: pd.DataFrame, table: pd.DataFrame | None) -> pd.DataFrame:
    """Add theirs, factor and missing to rows that share file, key columns and column."""
    column = str(part["column"].iloc[0])
    names: tuple[str, ...] = part["key_names"].iloc[0]
    empty = part.assign(theirs=np.nan, factor=np.nan)
    if table is None:
        return empty.assign(missing=NO_FILE)
    source = part["file"].iloc[0].split("/", maxsplit=1)[0]
    keys = [_column(table, source, name) for name in names]
    value = _column(table, source, column)
    if not value or not all(keys):
        return empty.assign(missing="no such column")
    if not pd.api.types.is_numeric_dtype(table[value]):
        return empty.assign(missing="the column holds text")
    wanted = pd.Series(
        [tuple(clean_name(text) for _, text in cell.keys) for cell in part["cell"]], part.index
    )
    theirs = table.assign(**{value: table[value].astype(float)}).groupby(
        pd.Series(list(zip(*(table[key].astype(str) for key in keys), strict=True)), table.index)
    )[value]
    counted = pd.DataFrame(
        {"rows": theirs.size(), "kinds": theirs.nunique(), "cell": theirs.first()}
    )
    # A name that stands twice names no cell, unless its rows agree.
    counted["cell"] = counted["cell"].where(counted["kinds"] <= 1)
    said = np.select(
        [counted["kinds"] > 1, counted["kinds"] == 0],
        ["several rows differ", "the cell is blank"],
        "",
    )
    missing = wanted.map(pd.Series(said, counted.index)).fillna("no such row")
    factor = part["unit"].map({unit: _factor(unit, value) for unit in set(part["unit"])})
    missing = missing.where(factor.notna() | (missing != ""), "the units do not fit")
    return part.assign(theirs=wanted.map(counted["cell"]), factor=factor, missing=missing)


def _factor(unit: str, column: str) -> float:
    """Return the factor from our unit to that of a column, not a number where none fits."""
    alike = (kind for ending, kind in COUNTED_ALIKE.items() if column.endswith(ending))
    try:
        return conversion_factor(unit, next(alike, unit_of_name(column)))
    except UnknownUnitError:
        return float("nan")


def with_vintages(cells: "pd.Series[Any]", shelf: Shelf) -> "pd.Series[Any]":
    """Give cells that name no vintage the newest one that has their file."""

    def newest(cell: Cell) -> Cell:
        if cell.vintage:
            return cell
        return replace(cell, vintage=(shelf.vintages(cell.source, cell.file) or [""])[-1])

    return cells.map(newest)


def compare_with(
    shelf: Shelf,
    observations: pd.DataFrame,
    reasons: Mapping[str, str] | None = None,
    tolerance: float = TOLERANCE,
) -> pd.DataFrame:
    """Compare all observations that name a cell with the files on a shelf; see `compare`."""
    cells = with_vintages(located(observations), shelf)
    return compare(observations, _tables(shelf, cells), cells, reasons, tolerance)


def revisions(
    shelf: Shelf,
    observations: pd.DataFrame,
    every: bool = False,
    tolerance: float = TOLERANCE,
) -> pd.DataFrame:
    """Compare observations with other vintages of the source that they name.

    Args:
        shelf: The files.
        observations: As for `compare`.
        every: Whether all other vintages are meant, not the newest alone.
        tolerance: As for `compare`.

    Returns:
        As `compare`, the rows whose value differs there.
    """
    cells = with_vintages(located(observations), shelf)
    cells = cells[[RECORD not in dict(cell.keys) for cell in cells]]
    parts: list[pd.DataFrame] = []
    for source in sorted({cell.source for cell in cells}):
        own = cells[[cell.source == source for cell in cells]]
        vintages = shelf.vintages(source)
        for vintage in vintages if every else vintages[-1:]:
            others = own[[cell.vintage != vintage for cell in own]]
            parts += _in_vintage(shelf, observations, others, vintage, tolerance)
    whole = pd.concat(parts) if parts else pd.DataFrame(columns=list(COLUMNS))
    return whole[whole["verdict"] == "differs"].reset_index(drop=True)


def _in_vintage(
    shelf: Shelf,
    observations: pd.DataFrame,
    cells: "pd.Series[Any]",
    vintage: str,
    tolerance: float,
) -> Iterable[pd.DataFrame]:
    """Compare cells with the same rows of another vintage, in whichever file they stand."""
    left = cells
    for file in shelf.files(cells.iloc[0].source, vintage) if len(cells) else ():
        moved = pd.Series([_moved(cell, vintage, file) for cell in left], left.index)
        try:
            tables = _tables(shelf, moved)
        except LedgerError:  # a file beside the results
            continue
        result = compare(observations, tables, moved, None, tolerance)
        seen = (result["verdict"] != "not_found").to_numpy()
        yield result[seen]
        left = left[~seen]
        if left.empty:
            return


def _moved(cell: Cell, vintage: str, file: str) -> Cell:
    """Return the cell as another vintage names it: models by their present name."""
    keys = cell.keys
    if cell.source == epoch_models.SOURCE:
        keys = tuple(
            ("model_now", epoch_models.current_name(value))
            if _names_model(header)
            else (header, value)
            for header, value in keys
        )
    return replace(cell, vintage=vintage, file=file, keys=keys)


def _names_model(header: str) -> bool:
    """Say whether a header of a table of models is that of their names."""
    source = epoch_models.SOURCE
    known = {canonical(source, layout, header) for layout in layouts(source)}
    return "model" in {header, *known}


def _tables(shelf: Shelf, cells: "pd.Series[Any]") -> dict[str, pd.DataFrame]:
    paths = sorted({_path(cell) for cell in cells})
    read = {path: shelf.table(path) for path in paths}
    return {path: table for path, table in read.items() if table is not None}


def compare_folder(
    folder: Path | None, tables: Mapping[str, pd.DataFrame], tolerance: float, every: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the observations with a folder of snapshots: the cells they name, and revisions.

    Args:
        folder: Holds `<source>/<vintage>/<file>`; without one both tables are empty.
        tables: The tables observations, corrections and disagreements, as text.
        tolerance: As for `compare`.
        every: As for `revisions`.

    Returns:
        The tables of `compare_with` and of `revisions`, the largest revision first.

    Raises:
        LedgerError: No such folder, a file that is refused, or a negative tolerance.
    """
    if not 0 <= tolerance < 1:
        hint = "A share, such as 1e-6."
        raise LedgerError(Problem("--tolerance", f"{tolerance} is no tolerance", hint))
    if folder is None:
        return pd.DataFrame(columns=list(COLUMNS)), pd.DataFrame(columns=list(COLUMNS))
    shelf = Shelf(folder, tables["corrections"])
    observations = tables["observations"].reset_index(drop=True)
    told = tables["disagreements"]
    reasons = dict(zip(told["id"], told["reason"], strict=True))
    result = compare_with(shelf, observations, reasons, tolerance)
    revised = revisions(shelf, observations, every, tolerance)
    ratio = (revised["theirs"] / revised["ours"]).abs().astype(float)
    size = ratio.where(ratio >= 1, 1 / ratio)  # a half and a double are changes of one size
    order = size.sort_values(ascending=False, kind="stable").index
    return result, revised.loc[order].reset_index(drop=True)


def describe(
    folder: Path, tables: Mapping[str, pd.DataFrame], tolerance: float, every: bool
) -> str:
    """Return in words how the observations compare with a folder of snapshots.

    Args:
        folder: Holds `<source>/<vintage>/<file>`.
        tables: The tables observations, corrections and disagreements, as text.
        tolerance: As for `compare`.
        every: As for `revisions`.

    Raises:
        LedgerError: No such folder, a file that is refused, or a negative tolerance.
    """
    result, revised = compare_folder(folder, tables, tolerance, every)
    observations = tables["observations"]
    counts = result["verdict"].value_counts()
    shown = ["id", "file", "row", "column", "ours", "theirs", "relative_difference"]
    others = "all other vintages" if every else "the newest vintage"
    lines = [
        f"{len(result)} of {len(observations)} observations name a cell of a published file: "
        + ", ".join(f"{counts.get(name, 0)} {name}" for name in ("agrees", "differs", "not_found"))
    ]
    disagreeing = result[result["verdict"] != "agrees"]
    if len(disagreeing):
        lines += ["", _printed(disagreeing[[*shown, "verdict", "reason"]])]
    lines += ["", f"{len(revised)} values are revised in {others}"]
    if len(revised):
        lines += ["", _printed(revised[shown])]
    return "\n".join(lines)


def _printed(table: pd.DataFrame) -> str:
    return str(
        table.to_csv(index=False, sep="\t", float_format="%.6g", lineterminator="\n")
    ).rstrip()
