"""Lines of exponential growth, with what the interval of the rate allows."""

import re
from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Number
from aienergy.errors import LedgerError, Problem
from aienergy.figures.data import Results
from aienergy.growth.points import Mask, make_points
from aienergy.growth.ranking import at_release
from aienergy.intervals import Interval
from aienergy.tables import records

_VINTAGE = re.compile(r"(?:/|edition )(\d{4}-\d{2}-\d{2})")
_FITTED_SCOPES = ("", "final_run", "as_charted")
HEADLINE = "since_2018"  # the fit that the report opens with, and the one it calls slower
SLOWER = "chip_efficiency"


def growth_line(
    first: float, last: float, pivot: float, log10_at_pivot: float, growth: Number | Interval
) -> list[dict[str, Any]]:
    """Return a fitted line at its ends and at the mean of its years, where it pivots.

    Args:
        first: First year of the data.
        last: Last year of the data.
        pivot: Mean of the years; least squares passes there through the mean of the values.
        log10_at_pivot: Mean of the logarithms.
        growth: Multiplier a year, with its interval.

    Returns:
        Rows with year, value, low and high.
    """
    rates = [np.log10(float(g or growth.value)) for g in (growth.low, growth.high)]
    rows = []
    for year in (first, pivot, last):
        ends = sorted(log10_at_pivot + rate * (year - pivot) for rate in rates)
        middle = log10_at_pivot + np.log10(growth.value) * (year - pivot)
        rows.append(
            {"year": year, "value": 10**middle, "low": 10 ** ends[0], "high": 10 ** ends[1]}
        )
    return rows


def fitted(results: Results, fit: str) -> dict[str, Any]:
    """Return the row of one fit of the settings.

    Raises:
        LedgerError: No such fit.
    """
    table = results.table("trends/fits")
    rows = records(table[table["fit"] == fit])
    if not rows:
        hint = "Fits stand in config.yaml, trends.fits."
        raise LedgerError(Problem("figures", f"unknown fit '{fit}'", hint))
    return rows[0]


def points_of(results: Results, quantity: str) -> pd.DataFrame:
    """Return the points of a quantity that fits go through: no base model or self-play in them."""
    table = results.table("trends/points")
    kept = (table["quantity"] == quantity) & table["scope"].isin(_FITTED_SCOPES)
    return table[kept].reset_index(drop=True)


def at_frontier(points: pd.DataFrame, size: int) -> Mask:
    """Say which points were among the largest on their day, shape (n,), in the order of rows."""
    places = [str(place) for place in range(len(points))]
    whole = make_points(points["date"], points["value"], names=places)
    chosen = whole.name[at_release(whole, size)].astype(int)
    return np.isin(np.arange(len(points)), chosen)


def vintage_of(key: str, results: Results) -> str:
    """Return the day of the table that a number was read from, if its locator names one."""
    found = _VINTAGE.search("; ".join(results.number(key).sources))
    return found[1] if found else ""


def told_vintages(points: pd.DataFrame) -> str:
    """Name the editions that points were read from, those with more points first.

    Args:
        points: Rows with the column `vintage`, empty where it is not known.
    """
    counts = points.loc[points["vintage"].fillna("") != "", "vintage"].value_counts()
    return " and ".join(counts.index[:3])
