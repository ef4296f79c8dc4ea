"""Lines of exponential growth, with what the interval of the rate allows."""

from typing import Any

import numpy as np

from aienergy.contracts.numbers import Number


def growth_line(
    first: float, last: float, pivot: float, log10_at_pivot: float, growth: Number
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
