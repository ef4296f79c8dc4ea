"""Grid intensity hour by hour, from a file of the user's."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aienergy.errors import LedgerError, Problem
from aienergy.intervals import Floats
from aienergy.tables import read_text

TIME, INTENSITY = "time", "grid_intensity_g_per_kwh"
HOURS_PER_DAY, SECONDS_PER_HOUR = 24, 3600.0
_HINT = (
    f"The file has the columns {TIME},{INTENSITY}; times are hours of the day (0 to 23), or local "
    "stamps without zone, one an hour, in order and without a gap."
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Intensity of each hour.

    Attributes:
        name: The file.
        intensity: g CO2e per kWh of each hour, shape (hours,).
        begins: Moment of the first hour; None for hours of the day.
    """

    name: str
    intensity: Floats
    begins: pd.Timestamp | None

    def by_hour_of_day(self) -> Floats:
        """Return the mean intensity of each hour of the day, shape (24,).

        Raises:
            LedgerError: An hour of the day that no stamp of the file has.
        """
        first = self.begins.hour if self.begins is not None else 0
        hours = pd.Series((first + np.arange(len(self.intensity))) % HOURS_PER_DAY)
        means = pd.Series(self.intensity).groupby(hours).mean()
        if len(means) < HOURS_PER_DAY:
            missing = sorted(set(range(HOURS_PER_DAY)) - set(means.index))
            raise LedgerError(Problem(self.name, f"no value for the hours {missing}", _HINT))
        return np.asarray(means, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a run met of a profile.

    Attributes:
        intensities: g CO2e per kWh of each hour it ran in.
        weights: Hours, or parts of one, that it ran in each.
        told: Which hours these are, for a reader.
    """

    intensities: tuple[float, ...]
    weights: tuple[float, ...]
    told: str


def read_profile(path: Path) -> Profile:
    """Read an hourly profile.

    Raises:
        LedgerError: Another layout, a time that is none, hours out of order, or an intensity that
            is no number of zero or more.
    """
    read_text(path)
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise LedgerError(Problem(str(path), str(error).strip(), _HINT)) from error
    if not {TIME, INTENSITY} <= set(table.columns) or table.empty:
        what = f"the columns are {', '.join(map(str, table.columns)) or 'none'}"
        raise LedgerError(Problem(str(path), what, _HINT))
    intensity = pd.to_numeric(table[INTENSITY], errors="coerce").to_numpy(dtype=float)
    bad = ~np.isfinite(intensity) | (intensity < 0)
    if bad.any():
        row = int(np.argmax(bad))
        what = f"'{table[INTENSITY].iloc[row]}' is no intensity"
        raise LedgerError(Problem(f"{path}:{row + 2} column {INTENSITY}", what, _HINT))
    hours = pd.to_numeric(table[TIME], errors="coerce")
    if hours.notna().all():
        if not np.array_equal(hours.to_numpy(dtype=float), np.arange(HOURS_PER_DAY)):
            raise LedgerError(Problem(str(path), "the hours are not 0 to 23 in order", _HINT))
        return Profile(str(path), intensity, None)
    return Profile(str(path), intensity, _begins(table[TIME], path))


def _begins(cells: "pd.Series[str]", path: Path) -> pd.Timestamp:
    zoned = cells.str.contains(r"(?:Z|[+-]\d{2}:?\d{2})$", regex=True)
    stamps = pd.to_datetime(cells.where(~zoned), format="ISO8601", errors="coerce")
    bad = stamps.isna().to_numpy()
    if bad.any():
        row = int(np.argmax(bad))
        what = f"'{cells.iloc[row]}' is no local time without zone"
        raise LedgerError(Problem(f"{path}:{row + 2} column {TIME}", what, _HINT))
    steps_s = stamps.diff().dt.total_seconds().to_numpy(dtype=float)[1:]
    if not np.all(steps_s == SECONDS_PER_HOUR):
        row = int(np.argmax(steps_s != SECONDS_PER_HOUR)) + 1
        what = f"'{cells.iloc[row]}' is not one hour after the row before"
        raise LedgerError(Problem(f"{path}:{row + 2} column {TIME}", what, _HINT))
    return pd.Timestamp(stamps.iloc[0])


def hours_met(
    profile: Profile, started_at: str, duration_s: float, hour: int | None
) -> Weighed | str:
    """Return the hours of a profile in which a run fell, or why that cannot be told.

    Args:
        profile: Intensity by hour.
        started_at: Local stamp at which the run began, empty where its log does not say.
        duration_s: How long it ran.
        hour: Hour of the day at which it is taken to begin instead, 0 to 23.
    """
    if not duration_s > 0:
        return "the log states no duration"
    if hour is None and not started_at:
        return "the log does not say at which hour the run began; state --hour"
    length_h = duration_s / SECONDS_PER_HOUR
    if hour is None and profile.begins is not None:
        offset_h = (pd.Timestamp(started_at) - profile.begins).total_seconds() / SECONDS_PER_HOUR
        if offset_h < 0 or offset_h + length_h > len(profile.intensity):
            last = profile.begins + pd.Timedelta(hours=len(profile.intensity))
            return (
                f"the run began at {started_at} and took {length_h:.3g} h, the file covers "
                f"{profile.begins.isoformat()} to {last.isoformat()}; --hour takes its mean day"
            )
        place, weights = _overlaps(offset_h, length_h)
        told = f"{started_at}, {length_h:.3g} h"
        return Weighed(tuple(profile.intensity[place].tolist()), tuple(weights.tolist()), told)
    begin_h = float(hour) if hour is not None else _hour_of(started_at)
    place, weights = _overlaps(begin_h, length_h)
    day = np.bincount(place % HOURS_PER_DAY, weights, HOURS_PER_DAY)
    used = np.flatnonzero(day)
    told = f"from {begin_h:.3g} h of the day, {length_h:.3g} h, mean day of the file"
    means = profile.by_hour_of_day()
    return Weighed(tuple(means[used].tolist()), tuple(day[used].tolist()), told)


def _overlaps(begin_h: float, length_h: float) -> "tuple[NDArray[np.int64], Floats]":
    """Return the hours that an interval touches, and how long it lies in each."""
    end_h = begin_h + length_h
    hours = np.arange(int(np.floor(begin_h)), max(int(np.ceil(end_h)), int(begin_h) + 1))
    inside = np.minimum(hours + 1, end_h) - np.maximum(hours, begin_h)
    kept = inside > 0
    return hours[kept].astype(np.int64), inside[kept].astype(np.float64)


def _hour_of(started_at: str) -> float:
    stamp = pd.Timestamp(started_at)
    return float((stamp - stamp.normalize()).total_seconds() / SECONDS_PER_HOUR)
