"""Ticks for axes whose span is not known beforehand: powers of ten, or round values, and years."""

import math
from collections.abc import Callable, Sequence

from aienergy.figures.style import power_of_ten

_STEPS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0))
_YEARS = (1, 2, 5, 10, 20, 50)


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round values between two ends of a logarithmic axis.

    Args:
        low: Smallest value of the axis, above zero.
        high: Largest value.
        most: As many at most.

    Returns:
        The values of the finest steps inside a decade of which so many fit, or whole powers of
        ten that skip as many as they must.
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for steps in reversed(_STEPS):
        found = [
            float(f"{step}e{power}") for power in range(first, last + 1) for step in steps
        ]  # the nearest double to each decimal
        found = [value for value in found if low <= value <= high]
        if len(found) <= most:
            return found
    decades = [power for power in range(first, last + 1) if low <= 10.0**power <= high]
    skip = math.ceil(len(decades) / most)
    return [10.0**power for power in decades if power % skip == 0]


def tick_texts(places: Sequence[float]) -> Callable[[float], str]:
    """Return what writes the ticks of one axis: as they are, or all as powers of ten.

    Args:
        places: The ticks: `0.05`, `2,000` if none is very large or small; else `10²³`, `2 × 10⁷`.
    """
    if all(1e-3 <= place < 1e5 for place in places):
        return lambda value: f"{value:,.6g}"
    return _as_power


def _as_power(value: float) -> str:
    power = math.floor(math.log10(value) + 1e-9)
    times = value / 10.0**power
    ten = power_of_ten(10.0**power)
    return ten if abs(times - 1) < 1e-9 else f"{times:.3g} × {ten}"


def year_ticks(first: float, last: float, most: int = 8) -> list[int]:
    """Return whole years between two ends of an axis, as many at most."""
    for step in _YEARS:
        start = math.ceil(first / step) * step
        found = list(range(start, math.floor(last) + 1, step))
        if len(found) <= most:
            return found
    return []
