"""Correct single cells of a publisher's file, each with its evidence, before it is read."""

import re

import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots.cells import clean, clean_name, header_key

_PAIR = re.compile(r"(?P<column>[^=]+?) = (?P<value>.*)")


def apply_corrections(
    frame: pd.DataFrame, corrections: pd.DataFrame | None, file: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table with the corrections of this file applied, and a note for each.

    A correction holds only for the cell that it was written for: the day the publisher changes
    the cell, it must be looked at again.

    Args:
        frame: The table as text.
        corrections: Rows of the table of corrections; `snapshot` is
            `<source>/<vintage>/<file>`, `row` is `<key column> = <value>`, several joined by `; `.
        file: Name of the file, which ends as `snapshot` of its corrections does.

    Raises:
        LedgerError: The row or the column is not there, or the cell is not as expected.
    """
    if corrections is None:
        return frame, ()
    path = file.replace("\\", "/")
    ours = [path == name or path.endswith(f"/{name}") for name in corrections["snapshot"]]
    table, notes, problems = frame.copy(), [], []
    headers = {header_key(str(header)): str(header) for header in table}
    for row in corrections[pd.Series(ours, corrections.index, dtype=bool)].itertuples(index=False):
        where = f"{file}: correction '{row.key}'"
        header = headers.get(header_key(str(row.column)))
        try:
            at = _rows(table, str(row.row), headers)
        except KeyError as error:
            problems.append(Problem(where, f"no column {error}", "Correct `row`."))
            continue
        if header is None or at.sum() != 1:
            what = f"{int(at.sum())} rows '{row.row}'" if header else f"no column '{row.column}'"
            problems.append(Problem(where, what, "It must name one cell of the file."))
            continue
        cell = str(table.loc[at, header].iloc[0])
        if clean_name(cell) != clean_name(str(row.expected)):
            what = f"the correction no longer matches: the cell is '{cell}', not '{row.expected}'"
            hint = "The publisher changed it: drop the correction, or give it the new snapshot."
            problems.append(Problem(where, what, hint))
            continue
        table.loc[at, header] = str(row.corrected)
        notes.append(f"corrected {row.column} of {row.row}: '{row.expected}' to '{row.corrected}'")
    if problems:
        raise LedgerError(*problems)
    return table, tuple(notes)


def _rows(table: pd.DataFrame, row: str, headers: dict[str, str]) -> pd.Series:
    """Return a mask of the rows that `<column> = <value>; ...` names."""
    at = pd.Series(True, table.index)
    for part in re.split(r"; (?=[^;=]+ = )", row):
        pair = _PAIR.fullmatch(part)
        if pair is None:
            raise KeyError(part)
        at &= clean(table[headers[header_key(pair["column"])]]) == clean_name(pair["value"])
    return at
