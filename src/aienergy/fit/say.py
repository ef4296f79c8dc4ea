"""Say a trend: as text for a reader, and as a dictionary with stable keys for a program."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from aienergy.fit.series import Series
from aienergy.fit.trend import Asked, Trend, day_of
from aienergy.prose import significant

_TRIPLE = ("value", "low", "high")


def described(series: Series, asked: Asked, trend: Trend) -> dict[str, Any]:
    """Return a trend as JSON has it.

    Returns:
        source, label, unit; rule (`all` or `frontier`), size, from, to; method, level, draws,
        seed; n, n_read, n_skipped, n_derived; first_day, last_day; status; growth_per_year,
        doubling_month and halving_month (each value, low, high; None where it does not hold);
        slope_dex_per_year, residual_dex, r2; breaks (None if not asked for).
    """
    months = trend.doubling_month
    told = None if months is None else dict(zip(_TRIPLE, months, strict=True))
    return {
        "source": series.source,
        "label": series.label,
        "unit": series.unit,
        "rule": "frontier" if asked.size else "all",
        "size": asked.size or None,
        "from": asked.start,
        "to": asked.end,
        "method": asked.method,
        "level": asked.level,
        "draws": None if asked.method == "ordinary" and not asked.breaks else asked.draws,
        "seed": None if asked.method == "ordinary" and not asked.breaks else asked.seed,
        "n": len(trend.points),
        "n_read": len(series.points),
        "n_skipped": series.skipped,
        "n_derived": _derived(series, trend),
        "first_day": day_of(float(trend.points.year.min())),
        "last_day": day_of(float(trend.points.year.max())),
        "status": trend.status,
        "growth_per_year": dict(zip(_TRIPLE, trend.growth_per_year, strict=True)),
        "doubling_month": told if trend.status == "grows" else None,
        "halving_month": told if trend.status == "falls" else None,
        "slope_dex_per_year": dict(
            zip(_TRIPLE, (trend.line.slope, *trend.slope_dex_per_year), strict=True)
        ),
        "residual_dex": trend.line.residual,
        "r2": trend.line.r2,
        "breaks": _described_breaks(trend),
    }


def _derived(series: Series, trend: Trend) -> int:
    return int(np.isin(trend.points.name.astype(str), sorted(series.derived)).sum())


def _described_breaks(trend: Trend) -> dict[str, Any] | None:
    found = trend.breaks
    if found is None:
        return None
    return {
        "days": [day_of(year) for year in found.years],
        "growth_per_year": [float(10**slope) for slope in found.slopes],
        "bic_less_that_of_none": {"one": found.bic[1], "two": found.bic[2]},
        "one_break_day": {"low": day_of(found.interval[0]), "high": day_of(found.interval[1])},
        "share_of_resamples_with_one": found.supported,
    }


def text_of(series: Series, asked: Asked, trend: Trend) -> str:
    """Return a trend as lines of text."""
    n, derived = len(trend.points), _derived(series, trend)
    first, last = (day_of(float(end)) for end in (trend.points.year[0], trend.points.year[-1]))
    drawn = "" if asked.method == "ordinary" else f", {asked.draws} draws, seed {asked.seed}"
    lines = [
        ("growth", f"x {growth_text(trend)} a year"),
        ("", pace_text(trend)),
        ("n", f"{n} of {len(series.points)}"),
        ("rule", rule_text(asked)),
        ("window", f"{window_text(asked)}; first point {first}, last {last}"),
        ("method", f"{asked.method}, level {asked.level:g}{drawn}"),
        ("r2", significant(trend.line.r2, 2)),
    ]
    if series.skipped:
        lines.append(("skipped", f"{series.skipped} rows without date or value"))
    if derived:
        lines.append(
            ("derived", f"{derived} of {n}: computed from others, so they confirm nothing")
        )
    lines += _break_lines(trend, asked)
    title = series.source if series.label == series.source else f"{series.source}: {series.label}"
    unit = f" [{series.unit}]" if series.unit else ""
    return "\n".join([title + unit, *(f"  {name:<9}{text}" for name, text in lines)])


def rule_text(asked: Asked) -> str:
    """Return which points count."""
    return f"the {asked.size} largest up to their day" if asked.size else "all points"


def window_text(asked: Asked) -> str:
    """Return the window as it was asked for."""
    if asked.start and asked.end:
        return f"{asked.start} to {asked.end}"
    if asked.start:
        return f"from {asked.start}"
    return f"to {asked.end}" if asked.end else "all days"


def growth_text(trend: Trend) -> str:
    """Return `4.62 (4.00 to 5.45)`."""
    return _with_ends(trend.growth_per_year, 3)


def pace_text(trend: Trend) -> str:
    """Return how long it takes to double or to halve, or that growth is not told from none."""
    months = trend.doubling_month
    if months is None:
        return "no growth told from none"
    verb = "doubles" if trend.status == "grows" else "halves"
    return f"{verb} every {_with_ends(months, 2)} months"


def _with_ends(triple: Sequence[float], digits: int) -> str:
    middle, low, high = (significant(value, digits) for value in triple)
    return f"{middle} ({low} to {high})"


def _break_lines(trend: Trend, asked: Asked) -> list[tuple[str, str]]:
    found = trend.breaks
    if found is None:
        return []
    days = ", ".join(day_of(year) for year in found.years)
    rates = ", then ".join(f"x {significant(float(10**slope), 3)}" for slope in found.slopes)
    low, high = (day_of(year) for year in found.interval)
    return [
        ("breaks", f"{days}: {rates} a year" if days else "none supported"),
        ("", f"criterion (BIC) of one break {found.bic[1]:+.1f}, of two {found.bic[2]:+.1f}"),
        ("", f"one break lies between {low} and {high} at level {asked.level:g}"),
        ("", f"and beats none in {100 * found.supported:.0f} % of resamples"),
    ]
