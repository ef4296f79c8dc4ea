"""Fit one trend: growth a year with its interval, and whether its pace changed."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from aienergy.errors import LedgerError, Problem
from aienergy.fit.series import Series
from aienergy.growth.breaks import Breaks, find_breaks
from aienergy.growth.lines import Line, fit_line
from aienergy.growth.points import DAYS_PER_YEAR, Mask, Points, year_of
from aienergy.growth.resampling import METHODS, Rule, slope_interval

LEAST = 8  # points that carry a growth rate
_EQUAL_DEX = 1e-12  # values that differ by less are the same


@dataclass(frozen=True, slots=True)
class Asked:
    """How a trend is fitted.

    Attributes:
        size: How many of the largest on their day count; 0 for all points.
        start: First day of the window; None for no limit.
        end: Last day of the window; None for no limit.
        method: How the interval is found, one of `growth.resampling.METHODS`.
        level: Coverage of the interval, between 0 and 1.
        draws: Resamples.
        seed: Seed of the resamples.
        breaks: Whether to look for changes of pace.
    """

    size: int = 0
    start: str | None = None
    end: str | None = None
    method: str = "reranked"
    level: float = 0.9
    draws: int = 1000
    seed: int = 20261101
    breaks: bool = False

    def rule(self) -> Rule:
        """Return which points count."""
        first = -np.inf if self.start is None else year_of(self.start)
        last = np.inf if self.end is None else year_of(self.end)
        return Rule(self.size, first, last)


@dataclass(frozen=True, slots=True)
class Trend:
    """A fitted trend.

    Attributes:
        points: The points of the line.
        others: The points that the rule or the window leaves out.
        line: The least-squares line.
        slope_dex_per_year: Ends of the interval of the slope.
        breaks: Changes of pace, if they were asked for.
    """

    points: Points
    others: Points
    line: Line
    slope_dex_per_year: tuple[float, float]
    breaks: Breaks | None

    @property
    def status(self) -> str:
        """Whether it `grows` or `falls`; `none` where the interval tells neither."""
        low, high = self.slope_dex_per_year
        return "grows" if low > 0 else "falls" if high < 0 else "none"

    @property
    def growth_per_year(self) -> tuple[float, float, float]:
        """Multiplier from one year to the next: value, low and high."""
        middle, low, high = (
            float(10**slope) for slope in (self.line.slope, *self.slope_dex_per_year)
        )
        return middle, low, high

    @property
    def doubling_month(self) -> tuple[float, float, float] | None:
        """Months to double, or to halve if it falls: value, low and high; None if untold."""
        if self.status == "none":
            return None
        whole = [abs(12 * np.log10(2) / s) for s in (self.line.slope, *self.slope_dex_per_year)]
        return float(whole[0]), float(min(whole[1:])), float(max(whole[1:]))


def fit_trend(series: Series, asked: Asked) -> Trend:
    """Fit the trend that is asked for.

    Raises:
        LedgerError: A setting that means nothing, or points that carry no trend.
    """
    _check(series, asked)
    rule, points = asked.rule(), series.points
    chosen = rule.chosen(points)
    _check_points(series, chosen)
    if asked.method == "clustered":
        _check_owners(series, chosen)
    return Trend(
        points.where(chosen),
        points.where(~chosen),
        fit_line(points.where(chosen)),
        slope_interval(points, rule, asked.method, asked.level, asked.draws, asked.seed),
        _breaks(series, asked) if asked.breaks else None,
    )


def _check(series: Series, asked: Asked) -> None:
    """Refuse settings that mean nothing."""
    dates = {"--from": asked.start, "--to": asked.end}
    for option, text in dates.items():
        try:
            date.fromisoformat(text or "2000-01-01")
        except ValueError as error:
            problem = Problem(option, f"'{text}' is no date", "Write year-month-day.")
            raise LedgerError(problem) from error
    wrong = (
        (asked.start and asked.end and asked.start > asked.end, "--to",
         "the window ends before it starts", "Swap --from and --to."),
        (not 0 < asked.level < 1, "--level", f"{asked.level} is no level",
         "A level lies between 0 and 1, such as 0.9."),
        (asked.draws < 100, "--draws", f"{asked.draws} resamples carry no interval",
         "Take 100 or more."),
        (asked.seed < 0, "--seed", f"{asked.seed} is no seed", "A seed is zero or more."),
        (asked.method not in METHODS, "--method", f"unknown method '{asked.method}'",
         f"Methods: {', '.join(METHODS)}."),
        (asked.method == "clustered" and not series.has_owners, "--method",
         "nothing says whom a value belongs to", "Name the column with --organization."),
        (asked.method == "reranked_errors" and not series.has_errors, "--method",
         "nothing says how wrong a value may be", "Name the column with --error."),
    )  # fmt: skip
    problems = [Problem(where, what, hint) for is_wrong, where, what, hint in wrong if is_wrong]
    if problems:
        raise LedgerError(*problems)


def _check_points(series: Series, chosen: Mask) -> None:
    """Refuse points that carry no trend."""
    points = series.points.where(chosen)
    n = len(points)
    if n < LEAST:
        hint = f"A growth rate needs at least {LEAST} points; widen the window or the rule."
        problem = Problem(series.source, f"no trend: n = {n} of {len(series.points)}", hint)
        raise LedgerError(problem)
    if np.ptp(points.year) == 0:
        hint = "Growth over time takes values of several days."
        raise LedgerError(Problem(series.source, f"all {n} values are of one day", hint))
    if np.ptp(points.log10) < _EQUAL_DEX:
        hint = "A series without any change has no spread from which an interval could be told."
        raise LedgerError(Problem(series.source, f"all {n} values are equal", hint))


def _check_owners(series: Series, chosen: Mask) -> None:
    """Refuse to draw anew among a handful of organizations."""
    owners = len(np.unique(series.points.cluster[chosen]))
    if owners < LEAST:
        hint = f"Take another method, or at least {LEAST} organizations."
        what = f"{owners} organizations carry no interval"
        raise LedgerError(Problem(series.source, what, hint))


def _breaks(series: Series, asked: Asked) -> Breaks:
    try:
        return find_breaks(series.points, asked.rule(), asked.level, asked.draws, asked.seed)
    except ValueError as error:
        hint = "Leave --breaks out, or widen the window."
        raise LedgerError(Problem(series.source, str(error), hint)) from error


def day_of(year: float) -> str:
    """Return a fractional year as the ISO day that it is."""
    days = round((year - 2000) * DAYS_PER_YEAR)
    return date.fromordinal(date(2000, 1, 1).toordinal() + days).isoformat()
