"""Other people's conventions, as named options, to reproduce what they published.

Sevilla et al. (2022) count a month as 30 days, open their windows at both ends,
call a system large where it stands out from those within a year of it, and add noise to a case
bootstrap. None of it is used for our own fits.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from aienergy.growth.lines import fit_line
from aienergy.growth.points import DAYS_PER_YEAR, Floats, Mask, Points, Texts, year_of
from aienergy.intervals import Interval

DAYS_PER_MONTH = 30
NOISE_DEX = float(np.log10(2))
_HALF_DAY = 0.5 / DAYS_PER_YEAR
ERAS = ("Pre Deep Learning Era", "Deep Learning Era", "Large Scale Era")
BIG_ALPHAGO = ("AlphaGo Master", "AlphaGo Zero")


@dataclass(frozen=True, slots=True)
class Setting:
    """One run of the authors' procedure; defaults as for their main figure.

    Attributes:
        start: Systems published after this day.
        end: Systems published before this day.
        deep_learning: Day on which the second era begins.
        large_scale: Day on which the third era begins, after which a system may be large.
        merge_last: Whether the third era belongs to the second.
        by_domain: Whether every domain has its own line.
        small: What happens to systems far below their neighbours.
        large: What happens to systems far above their neighbours.
        alphago: What happens to the two largest systems of the AlphaGo family.
        records: What happens to the largest systems so far.
        low_z: Score below which a system is small.
        high_z: Score above which a system is large.
        window_years: Years of 52 weeks around a system whose systems are its neighbours.
        rare_domain: A domain of fewer systems counts as other.
    """

    start: str = "1950-01-01"
    end: str = "2022-02-01"
    deep_learning: str = "2009-12-31"
    large_scale: str = "2015-09-01"
    merge_last: bool = False
    by_domain: bool = False
    small: Literal["ignore", "label", "remove"] = "remove"
    large: Literal["ignore", "label", "isolate"] = "label"
    alphago: Literal["ignore", "remove"] = "ignore"
    records: Literal["ignore", "label", "isolate"] = "ignore"
    low_z: float = -2.0
    high_z: float = 0.76
    window_years: float = 2.0
    rare_domain: int = 10


def sevilla_groups(points: Points, setting: Setting) -> dict[str, Points]:
    """Cut the systems into eras and classes as Sevilla et al. (2022) do.

    Args:
        points: Systems; names tell the AlphaGo family, groups the domain.
        setting: Which run.

    Returns:
        Points of each line by its name, such as `Large Scale Large Scale Era`; groups of two or
        fewer systems have none.
    """
    inside = (points.year > year_of(setting.start)) & (points.year < year_of(setting.end))
    points = points.where(inside)
    points, label = _classes(points, _domains(points, setting), setting)
    era = _eras(points, setting)
    found = {
        f"{group} {name}": points.where((era == name) & (label == group))
        for name in ERAS
        for group in sorted(set(label[era == name]))
    }
    return {name: group for name, group in found.items() if len(group) > 2}


def sevilla_doubling(points: Points, level: float, draws: int, seed: int) -> Interval:
    """Return the doubling time in months of 30 days, with a bootstrap that adds noise.

    Each resample draws cases with replacement and adds to every log10 an error between a half and
    a double, uniform in the logarithm; resamples of two or fewer different systems are dropped.

    Args:
        points: Systems of one line.
        level: Coverage of the interval.
        draws: Resamples.
        seed: Seed of the random numbers.
    """
    n, rng = len(points), np.random.default_rng(seed)
    picked = rng.integers(0, n, size=(draws, n), dtype=np.uint16)
    different = np.diff(np.sort(picked, axis=1), axis=1).astype(bool).sum(axis=1) + 1
    picked = picked[different > 2]
    t = (points.year - points.year.mean())[picked]
    y = (points.log10 - points.log10.mean())[picked]
    y += rng.uniform(-NOISE_DEX, NOISE_DEX, picked.shape)
    t -= t.mean(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.einsum("ij,ij->i", t, y) / np.einsum("ij,ij->i", t, t)
    month = np.log10(2) * DAYS_PER_YEAR / DAYS_PER_MONTH
    tail = (1 - level) / 2
    low, high = np.nanquantile(month / found, [tail, 1 - tail])  # nan: a resample of one day
    return Interval(float(month / fit_line(points).slope), float(low), float(high))


def _domains(points: Points, setting: Setting) -> Texts:
    if not setting.by_domain:
        return np.full(len(points), "All", dtype=object)
    _, place, count = np.unique(points.group.astype(str), return_inverse=True, return_counts=True)
    return np.where(count[place] >= setting.rare_domain, points.group, "Other").astype(object)


def neighbour_score(points: Points, window_years: float) -> Floats:
    """Return by how many standard deviations each point stands out from its neighbours.

    Neighbours lie within half the window on either side, the point itself among them; a year has
    52 weeks, and the deviation is that of the whole group (no correction for its size).
    """
    half = window_years * 52 * 7 / 2 / DAYS_PER_YEAR + _HALF_DAY / 10
    near = np.abs(points.year[None, :] - points.year[:, None]) <= half
    count = near.sum(axis=1)
    mean = near @ points.log10 / count
    variance = near @ points.log10**2 / count - mean**2
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (points.log10 - mean) / np.sqrt(np.maximum(variance, 0))
    return np.where((count > 1) & np.isfinite(score), score, 0.0)


def _classes(points: Points, label: Texts, setting: Setting) -> tuple[Points, Texts]:
    """Take out or name the small, the large, the AlphaGo family and the records, in this order."""
    score = neighbour_score(points, setting.window_years)
    large = (score > setting.high_z) & (points.year > year_of(setting.large_scale))
    keep = np.ones(len(points), dtype=bool)
    label = label.copy()
    small = score < setting.low_z
    if setting.small == "remove":
        keep &= ~small
    elif setting.small == "label":
        label[small] = "Outlier"
    if setting.large in ("label", "isolate"):
        label[large] = "Large Scale"
    if setting.large == "isolate":
        keep &= large
    family = np.isin(points.name.astype(str), BIG_ALPHAGO)
    if setting.alphago == "remove":
        keep &= ~family
    points, label = points.where(keep), label[keep]
    if setting.records in ("label", "isolate"):
        record = _records(points, label)
        if setting.records == "isolate":
            return points.where(record), label[record]
        label[record] = "Record"
    return points, label


def _records(points: Points, label: Texts) -> Mask:
    earlier = points.year[None, :] <= points.year[:, None]
    same = label[None, :] == label[:, None]
    larger = earlier & same & (points.log10[None, :] > points.log10[:, None])
    return np.asarray(~larger.any(axis=1))


def _eras(points: Points, setting: Setting) -> Texts:
    """Name the era of each point; a day on which two eras meet belongs to the earlier one."""
    first, second = year_of(setting.deep_learning), year_of(setting.large_scale)
    third = ERAS[1] if setting.merge_last else ERAS[2]
    # An era that ends on or before the first day of the data is none.
    conditions = [
        (points.year <= end) & (end > points.year.min(initial=np.inf)) for end in (first, second)
    ]
    return np.select(conditions, [ERAS[0], ERAS[1]], third).astype(object)
