"""Turn the cells of a snapshot into clean text, numbers, dates and marks, column by column.

Nothing in a cell is evaluated, and no path or address in it is followed.
"""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

# What publishers write where there is no number; in a column of text they are words like others
# (`N/A` is the location that Google prints for one of its regions).
NO_NUMBER = ("", "n/a", "na", "nan", "none", "null", "-", "#n/a", "#ref!")
INFINITE = ("infinity", "inf", "-infinity", "-inf")
TRUE = ("checked", "true", "yes", "1")
FALSE = ("", "false", "no", "0")
LIST_MARK = "; "

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_GROUPED = r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"
_ISO = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_SLASHED = r"(\d{1,2})/(\d{1,2})/(\d{4})"
_HOUR = r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:Z|\+00:00)?"
_SPACES = r"[\s\u00a0\u200b\ufeff]+"
_HYPHENS = r"[\u2010\u2011]"
# The comma of a joined cell has no space behind it; that of a name (`Acme, Inc.`) has one.
_JOINT = r",(?! )"
_TAG = r"\s*#(\w+)"


@dataclass(frozen=True, slots=True)
class Parsed:
    """The cells of one column after reading.

    Attributes:
        values: What was read, missing where there is nothing.
        bad: Cells that hold something that is not of the kind.
        notes: What a reader must know of the reading.
    """

    values: pd.Series
    bad: pd.Series
    notes: tuple[str, ...] = ()


def clean(cells: pd.Series) -> pd.Series:
    """Return text without line breaks, hard spaces, hard hyphens or space at its ends."""
    text = cells.str.replace(_SPACES, " ", regex=True).str.replace(_HYPHENS, "-", regex=True)
    return text.str.replace(r"[\x00-\x1f\x7f]", "", regex=True).str.strip()


def clean_name(name: str) -> str:
    """Return one name as `clean` leaves it."""
    return str(clean(pd.Series([name], dtype=str)).iloc[0])


def header_key(header: str) -> str:
    """Return a header as it is compared: without case, spaces, or digits set low."""
    return "".join(unicodedata.normalize("NFKC", header).replace("\ufeff", "").split()).casefold()


def numbers(cells: pd.Series) -> Parsed:
    """Read numbers: plain, with exponent, with a dollar sign, or with grouped thousands.

    Infinity is what a spreadsheet prints for a division by zero, so it is missing. Whole numbers
    of any length become floats (an exact integer above 2^64 fits no machine type), but digits that
    stand for more than any float are damage.
    """
    text = clean(cells)
    lowered = text.str.lower()
    infinite = lowered.isin(INFINITE)
    absent = lowered.isin(NO_NUMBER) | infinite
    plain = text.str.replace(r"^([-+]?)\$\s*", r"\1", regex=True)
    grouped = plain.str.fullmatch(_GROUPED)
    plain = plain.where(~grouped, plain.str.replace(",", "", regex=False))
    good = plain.str.fullmatch(_NUMBER)
    values = plain.where(good & ~absent, "nan").astype(float)
    good &= ~np.isinf(values)
    values = values.where(good)
    notes = (f"{int(infinite.sum())} infinite cells are missing",) if infinite.any() else ()
    return Parsed(values, ~good & ~absent, notes)


def same_numbers(cells: pd.Series) -> Parsed:
    """Read numbers of which a cell may hold several, joined: one value where they agree."""
    text = clean(cells)
    several = text.str.contains(",") & ~text.str.fullmatch(_GROUPED)
    single = numbers(text.where(~several, ""))
    parts = text[several].str.split(",").explode()
    read = numbers(parts)
    groups = read.values.groupby(level=0)
    agreed = (groups.min() == groups.max()) & ~read.bad.groupby(level=0).any()
    values = single.values.copy()
    values.loc[agreed.index[agreed]] = groups.min()[agreed]
    left = int((~agreed).sum())
    notes = (f"{left} cells hold several different numbers and are missing",) if left else ()
    return Parsed(values, single.bad, (*single.notes, *notes))


def whole(cells: pd.Series) -> Parsed:
    """Read whole numbers such as years."""
    read = numbers(cells)
    bad = read.bad | (read.values % 1 != 0) & read.values.notna()
    return Parsed(read.values.where(~bad).astype("Int64"), bad, read.notes)


def dates(cells: pd.Series, order: str) -> Parsed:
    """Read dates to ISO text; a year or a month alone stays as it is.

    Args:
        cells: The column.
        order: `iso`, or the order of slashed dates: `dmy` or `mdy`; ISO is read in each.
    """
    text = clean(cells)
    absent = text.str.lower().isin(NO_NUMBER)
    iso = text.str.fullmatch(_ISO)
    values = text.where(iso, "")
    if order != "iso":
        parts = text.str.extract(f"^{_SLASHED}$")
        day, month = (0, 1) if order == "dmy" else (1, 0)
        slashed = parts[2].notna()
        joined = parts[2] + "-" + parts[month].str.zfill(2) + "-" + parts[day].str.zfill(2)
        values = values.where(~slashed, joined)
    full = values.where(values.str.len() != 4, values + "-01")
    full = full.where(full.str.len() != 7, full + "-01")
    days = pd.to_datetime(full.where(full != ""), format="%Y-%m-%d", errors="coerce")
    return Parsed(values.where(days.notna(), ""), days.isna() & ~absent)


def hours(cells: pd.Series) -> Parsed:
    """Read hours in UTC, with or without a mark of the zone, to ISO text ending in Z."""
    parts = clean(cells).str.extract(f"^{_HOUR}$")
    values = parts[0] + "T" + parts[1] + "Z"
    read = pd.to_datetime(values, format="%Y-%m-%dT%H:%M:%SZ", errors="coerce")
    return Parsed(values.where(read.notna(), ""), read.isna())


def marks(cells: pd.Series) -> Parsed:
    """Read a box that is checked (`checked`, `True`, `Yes`) or not (blank, `False`, `No`)."""
    text = clean(cells).str.lower()
    true = text.isin(TRUE)
    return Parsed(true, ~true & ~text.isin(FALSE))


def lists(cells: pd.Series, unique: bool = False) -> Parsed:
    """Read cells that join several values by a comma without a space, to `a; b`.

    Args:
        cells: The column.
        unique: Whether a value that stands twice is kept once.
    """
    text = clean(cells).str.replace(rf"\s*{_JOINT}", LIST_MARK, regex=True)
    if unique:
        repeats = text.str.contains(LIST_MARK, regex=False)
        parts = text[repeats].str.split(LIST_MARK)
        text = text.copy()
        text[repeats] = parts.map(lambda cell: LIST_MARK.join(dict.fromkeys(cell)))
    return Parsed(text, pd.Series(False, cells.index))


def tagged(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Split `Acme #confident, Bolt #likely` into `Acme; Bolt` and `confident; likely`."""
    text = clean(cells)
    names = text.str.replace(_TAG, "", regex=True).str.replace(r"\s*,\s*", LIST_MARK, regex=True)
    tags = text.map(lambda cell: LIST_MARK.join(re.findall(_TAG, cell)))
    return names, tags
