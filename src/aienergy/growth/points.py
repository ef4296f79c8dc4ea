"""Dated values, checked at the door and put in an order that no caller can influence."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    """

    year: Floats
    log10: Floats
    cluster: Ints
    error_dex: Floats
    name: Texts
    group: Texts

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
        )


def fractional_year(dates: pd.Series) -> pd.Series:
    """Return ISO dates as years, counted in days of 1 / 365.25 year from the start of 2000."""
    return 2000 + (pd.to_datetime(dates) - EPOCH).dt.days / DAYS_PER_YEAR


def year_of(date: str) -> float:
    """Return one ISO date as a fractional year."""
    return float(fractional_year(pd.Series([date])).iloc[0])


def make_points(
    dates: pd.Series,
    values: pd.Series,
    clusters: Sequence[str] | None = None,
    error_dex: Sequence[float] | None = None,
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
        LedgerError: A date that is none, or a value that is missing, zero, negative or infinite;
            all are listed.
    """
    days = pd.to_datetime(dates.astype(str).str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    good = np.isfinite(numbers) & (numbers > 0)
    problems = [
        Problem(f"row {row + 1}", f"'{dates.iloc[row]}' is no date", "Write year-month-day.")
        for row in np.flatnonzero(days.isna())
    ] + [
        Problem(
            f"row {row + 1}",
            f"'{values.iloc[row]}' has no logarithm",
            "Growth is fitted to positive numbers; leave a missing value out.",
        )
        for row in np.flatnonzero(~good)
    ]
    if problems:
        raise LedgerError(*problems)
    year = 2000 + (days - EPOCH).dt.days.to_numpy() / DAYS_PER_YEAR
    label = np.array(names if names is not None else dates.index.astype(str), dtype=object)
    group = np.array(clusters, dtype=object) if clusters is not None else np.arange(len(year))
    _, cluster = np.unique(group.astype(str), return_inverse=True)
    error = np.zeros(len(year)) if error_dex is None else np.asarray(error_dex, dtype=float)
    kind = np.array(groups if groups is not None else [""] * len(year), dtype=object)
    order = np.lexsort((label.astype(str), numbers, year))
    whole = Points(year, np.log10(numbers), cluster, error, label, kind)
    return whole.where(order)
