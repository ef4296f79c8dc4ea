"""Dated values, checked at the door and put in an order that no caller can influence."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aienergy.errors import LedgerError, Problem

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = NDArray[np.object_]

DAYS_PER_YEAR = 365.25
EPOCH = pd.Timestamp("2000-01-01")
_WRITTEN_DAY = r"^(\d{4}-\d{2}-\d{2})(?:$|[T ]\d)"


@dataclass(frozen=True, slots=True)
class Points:
    """Values in order of their days, equal days in order of value.

    Attributes:
        year: Day as a fractional year, shape (n,).
        log10: Logarithm of the value, shape (n,).
        cluster: Whom a point belongs to (an organization), as small integers, shape (n,).
        error_dex: Standard deviation of the measurement error of log10, shape (n,).
        name: What to call a point, shape (n,).
        group: Class that the source puts it in, shape (n,).
        by: Logarithm of what ranks the points, shape (n,): the values themselves, or another
            quantity of the same systems. A system of which only that is known has a log10 of nan:
            it ranks, and no line goes through it.
    """

    year: Floats
    log10: Floats
    cluster: Ints
    error_dex: Floats
    name: Texts
    group: Texts
    by: Floats

    def __len__(self) -> int:
        return len(self.year)

    def where(self, chosen: Mask | Ints) -> "Points":
        """Return the chosen points, by a mask or by their places."""
        return Points(
            self.year[chosen],
            self.log10[chosen],
            self.cluster[chosen],
            self.error_dex[chosen],
            self.name[chosen],
            self.group[chosen],
            self.by[chosen],
        )


def fractional_year(dates: pd.Series) -> pd.Series:
    """Return ISO dates as years, counted in days of 1 / 365.25 year from the start of 2000."""
    return 2000 + (pd.to_datetime(dates) - EPOCH).dt.days / DAYS_PER_YEAR


def year_of(date: str) -> float:
    """Return one ISO date as a fractional year."""
    return 2000 + (datetime.date.fromisoformat(date) - EPOCH.date()).days / DAYS_PER_YEAR


def points_of_years(
    years: Sequence[float] | Floats,
    values: Sequence[float] | Floats,
    by: Sequence[float] | Floats | None = None,
    names: Sequence[str] | None = None,
) -> Points:
    """Bring fractional years and positive values into order; nothing else is known of them.

    Args:
        years: Days as fractional years.
        values: Values; nan where a system only ranks.
        by: What ranks the systems; the values by default.
        names: What to call each point; nothing by default.
    """
    year, value = np.asarray(years, dtype=float), np.asarray(values, dtype=float)
    rank = value if by is None else np.asarray(by, dtype=float)
    order = np.lexsort((value, rank, year))
    n, blank = len(year), np.full(len(year), "", dtype=object)
    name = blank if names is None else np.array(names, dtype=object)
    whole = Points(
        year, np.log10(value), np.zeros(n, dtype=int), np.zeros(n), name, blank, np.log10(rank)
    ).where(order)
    return replace(whole, cluster=np.arange(n))


def points_with(
    years: Sequence[float],
    values: Sequence[float],
    makers: Sequence[float],
    errors_dex: Sequence[float],
) -> Points:
    """Bring fractional years and positive values into order, with their makers and errors.

    Args:
        years: Days as fractional years.
        values: Values.
        makers: Number of the organization behind each.
        errors_dex: Standard deviation of the error of log10.
    """
    whole = points_of_years(years, values, names=[str(place) for place in range(len(years))])
    place = whole.name.astype(int)
    maker, error = np.asarray(makers, dtype=int), np.asarray(errors_dex, dtype=float)
    return replace(whole, cluster=maker[place], error_dex=error[place])


def make_points(
    dates: pd.Series,
    values: pd.Series,
    clusters: Sequence[str] | None = None,
    error_dex: Sequence[float] | Floats | None = None,
    names: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
) -> Points:
    """Check dates and values, and bring them into order.

    Args:
        dates: ISO dates, with or without a time and a zone; only the day that is written counts.
        values: Positive numbers of one unit.
        clusters: Whom each point belongs to; by default each stands alone.
        error_dex: Standard deviation of the error of log10; none by default.
        names: What to call each point.
        groups: Class that the source puts each point in.

    Raises:
        LedgerError: A date that is none, a value that is missing, zero, negative or infinite, or an
            error that is missing, negative or infinite; all are listed.
    """
    written = dates.astype(str).str.extract(_WRITTEN_DAY, expand=False)
    days = pd.to_datetime(written, format="%Y-%m-%d", errors="coerce")
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    error = np.zeros(len(days)) if error_dex is None else np.asarray(error_dex, dtype=float)
    _refuse(dates, days, values, numbers, error)
    year = 2000 + (days - EPOCH).dt.days.to_numpy() / DAYS_PER_YEAR
    label = np.array(names if names is not None else dates.index.astype(str), dtype=object)
    owner = np.array(clusters if clusters is not None else [""] * len(year), dtype=object)
    kind = np.array(groups if groups is not None else [""] * len(year), dtype=object)
    told_apart = (label.astype(str), kind.astype(str), error, owner.astype(str))
    order = np.lexsort((*told_apart, numbers, year))
    log10, alone = np.log10(numbers), np.arange(len(year))
    whole = Points(year, log10, alone, error, label, kind, log10).where(order)
    if clusters is None:
        return replace(whole, cluster=np.arange(len(year)))
    _, cluster = np.unique(owner[order].astype(str), return_inverse=True)
    return replace(whole, cluster=cluster)


def _refuse(
    dates: pd.Series, days: pd.Series, values: pd.Series, numbers: Floats, error: Floats
) -> None:
    """End with everything that is no date, no positive number or no error."""
    has_logarithm = np.isfinite(numbers) & (numbers > 0)
    positive = "Growth is fitted to positive numbers; leave a missing value out."
    spread = "An error is zero or a positive number of orders of magnitude."
    wrong = (
        (days.isna(), dates, "'{}' is no date", "Write year-month-day."),
        (~has_logarithm, values, "'{}' has no logarithm", positive),
        (
            ~(np.isfinite(error) & (error >= 0)),
            pd.Series(error),
            "an error of {} dex is none",
            spread,
        ),
    )
    problems = [
        Problem(f"row {row + 1}", what.format(cells.iloc[row]), hint)
        for rows, cells, what, hint in wrong
        for row in np.flatnonzero(rows)
    ]
    if problems:
        raise LedgerError(*problems)
