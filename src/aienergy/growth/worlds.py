"""How often an interval holds the truth: histories simulated with their selection.

A world publishes systems whose log10 compute scatters around a straight line. What is fitted is
what a reader would fit: the systems of the rule, ranked at release. The truth is the slope that
the rule gives on average, without errors and with every system disclosed, so that an interval is
blamed for what is missed and not for what the rule means.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aienergy.growth.lines import slopes, t_quantile
from aienergy.growth.points import Floats, Ints
from aienergy.growth.ranking import ranked
from aienergy.growth.resampling import METHODS, case_counts, expanded_tail

SLOPE = 0.65  # orders of magnitude a year; 4.5 times
SPREAD_DEX = 1.0
YEARS, YEARS_BEFORE = 8.0, 8.0  # the window, and the ranking before it
SYSTEMS_PER_YEAR = 40
PER_ORGANIZATION = 12
ERROR_DEX = (0.29, 0.61, 0.91)  # 90 % within a factor of 3, 10 and 31
ERROR_SHARES = (0.6, 0.3, 0.1)
HIDDEN_SHARE = 0.6
_TRUTH_WORLDS = 4000
_ROWS = 4000


@dataclass(frozen=True, slots=True)
class World:
    """One way in which systems come about and are told.

    Attributes:
        key: Name.
        label: What is peculiar to it, for a reader.
        size: How many count as the frontier; 0 fits all systems.
        quickening: Whether more and more systems appear.
        tails: Degrees of freedom of the scatter; 0 for a normal one.
        shared: Share of the scatter's variance that an organization's systems have in common.
        hidden: Whether the largest systems of the second half of the window are often undisclosed.
        errors: Whether values are known with error.
    """

    key: str
    label: str
    size: int = 10
    quickening: bool = True
    tails: int = 0
    shared: float = 0.0
    hidden: bool = False
    errors: bool = False


WORLDS = (
    World("plain", "every system fitted, no selection", size=0, quickening=False),
    World("steady", "ten largest at release, systems at even intervals", quickening=False),
    World("quickening", "ten largest at release, more and more systems"),
    World("heavy_tails", "the same, scatter with heavy tails", tails=4),
    World("organizations", "the same, systems of a maker alike", shared=0.5),
    World("errors", "the same, values known with error", errors=True),
    World("hidden", "the same, large recent systems often undisclosed", hidden=True),
)


@dataclass(frozen=True, slots=True)
class _Drawn:
    year: Floats
    log10: Floats  # true values, shape (worlds, n)
    seen: Floats  # values as published
    told: Floats  # 1 where the value is disclosed
    organization: Ints
    error_dex: Floats


def coverage(
    worlds: int,
    draws: int,
    level: float,
    seed: int,
    kinds: tuple[World, ...] = WORLDS,
    tell: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Simulate, and count how often each method's interval holds the truth.

    Args:
        worlds: Simulated histories of each kind.
        draws: Resamples of each interval.
        level: Nominal coverage.
        seed: Seed; each kind and each block of histories has a stream of its own, so that kinds
            can be simulated apart.
        kinds: Which worlds.
        tell: Called with a line of progress.

    Returns:
        Columns world, method, nominal, worlds, held (how many intervals held the truth), truth
        (slope), bias (mean slope less truth), width (median of the interval), systems (mean).
    """
    parts = []
    for kind in kinds:
        place = WORLDS.index(kind) if kind in WORLDS else len(WORLDS)
        truth = _truth(kind, np.random.default_rng([seed, place, 0]))
        blocks = max(1, _ROWS // draws)
        found: list[pd.DataFrame] = []
        for start in range(0, worlds, blocks):
            rng = np.random.default_rng([seed, place, 1 + start // blocks])
            count = min(blocks, worlds - start)
            found.append(_block(kind, count, draws, level, truth, rng))
            tell(f"{kind.key}: {start + count} of {worlds} histories")
        parts.append(_summary(kind, pd.concat(found), truth, level))
    return pd.concat(parts, ignore_index=True)


def _summary(kind: World, found: pd.DataFrame, truth: float, level: float) -> pd.DataFrame:
    each = found.groupby("method", sort=False)
    table = pd.DataFrame(
        {
            "world": kind.key,
            "method": list(each.groups),
            "nominal": level,
            "worlds": each.size().to_numpy(),
            "held": each["held"].sum().to_numpy().astype(int),
            "truth": truth,
            "bias": (each["slope"].mean() - truth).to_numpy(),
            "width": each["width"].median().to_numpy(),
            "systems": each["n"].mean().to_numpy(),
        }
    )
    return table.iloc[table["method"].map(METHODS.index).argsort(kind="stable")]


def _draw(kind: World, worlds: int, rng: np.random.Generator) -> _Drawn:
    n = round(SYSTEMS_PER_YEAR * (YEARS + YEARS_BEFORE))
    place = (np.arange(n) + 0.5) / n
    place = np.sqrt(place) if kind.quickening else place
    year = place * (YEARS + YEARS_BEFORE) - YEARS_BEFORE
    makers = n // PER_ORGANIZATION
    organization = rng.integers(0, makers, size=n)
    scatter: Floats = rng.standard_normal((worlds, n))
    if kind.tails:
        scale = rng.chisquare(kind.tails, (worlds, n)) / kind.tails
        scatter = scatter / np.sqrt(scale) * np.sqrt((kind.tails - 2) / kind.tails)
    if kind.shared:
        common = rng.standard_normal((worlds, makers))[:, organization]
        scatter = np.sqrt(kind.shared) * common + np.sqrt(1 - kind.shared) * scatter
    log10 = SLOPE * year + SPREAD_DEX * scatter
    error = rng.choice(ERROR_DEX, size=n, p=ERROR_SHARES) if kind.errors else np.zeros(n)
    seen = log10 + error * rng.standard_normal((worlds, n))
    told: Floats = np.ones((worlds, n))
    if kind.hidden:
        large = (scatter > 1) & (year > YEARS / 2)
        told[large & (rng.random((worlds, n)) < HIDDEN_SHARE)] = 0.0
    return _Drawn(year, log10, seen, told, organization, error)


def _truth(kind: World, rng: np.random.Generator) -> float:
    total = []
    for _ in range(_TRUTH_WORLDS // 500):
        drawn = _draw(kind, 500, rng)
        one = np.ones(drawn.log10.shape)
        total.append(_rule_slopes(kind, drawn.year, drawn.log10, one)[0])
    return float(np.concatenate(total).mean())


def _rule_slopes(kind: World, year: Floats, log10: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return slope and weights of what the rule selects."""
    chosen = weight * ranked(year, log10, weight, kind.size) if kind.size else weight
    chosen = chosen * (year >= 0)
    return slopes(year, log10, chosen), chosen


def _block(
    kind: World, worlds: int, draws: int, level: float, truth: float, rng: np.random.Generator
) -> pd.DataFrame:
    drawn = _draw(kind, worlds, rng)
    slope, chosen = _rule_slopes(kind, drawn.year, drawn.seen, drawn.told)
    n = chosen.sum(axis=1).astype(int)
    rows = []
    for method in METHODS:
        if method == "ordinary":
            half = _t_half(drawn, slope, chosen, n, level)
            low, high = slope - half, slope + half
        else:
            found = _redrawn(kind, drawn, chosen, method, draws, rng)
            tails = [expanded_tail(level, int(count)) for count in n]
            ends = [
                np.nanquantile(row, [tail, 1 - tail])
                for row, tail in zip(found, tails, strict=True)
            ]
            low, high = np.transpose(ends)
        held = (low <= truth) & (truth <= high)
        rows.append(
            pd.DataFrame(
                {"method": method, "held": held, "slope": slope, "width": high - low, "n": n}
            )
        )
    return pd.concat(rows)


def _t_half(drawn: _Drawn, slope: Floats, chosen: Floats, n: Ints, level: float) -> Floats:
    total = chosen.sum(axis=1)
    mean_year = chosen @ drawn.year / total
    mean = (chosen * drawn.seen).sum(axis=1) / total
    t = drawn.year[None, :] - mean_year[:, None]
    left = drawn.seen - mean[:, None] - slope[:, None] * t
    rss, stt = (chosen * left**2).sum(axis=1), (chosen * t**2).sum(axis=1)
    quantile = np.array([t_quantile(level, int(count)) for count in n])
    return np.asarray(quantile * np.sqrt(rss / (n - 2) / stt))


def _redrawn(
    kind: World,
    drawn: _Drawn,
    chosen: Floats,
    method: str,
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    """Return the slopes of all draws, shape (worlds, draws)."""
    worlds, n = drawn.seen.shape
    seen = np.repeat(drawn.seen, draws, axis=0)
    if method in ("reranked", "reranked_errors"):
        weight = case_counts(n, worlds * draws, rng) * np.repeat(drawn.told, draws, axis=0)
        if method == "reranked_errors":
            seen += drawn.error_dex * rng.standard_normal(seen.shape)
        found = _rule_slopes(kind, drawn.year, seen, weight)[0]
    else:
        selected = np.repeat(chosen, draws, axis=0)
        if method == "clustered":
            makers = int(drawn.organization.max()) + 1
            weight = case_counts(makers, worlds * draws, rng)[:, drawn.organization]
        else:
            weight = _case_of_chosen(chosen, draws, rng)
        found = slopes(drawn.year, seen, selected * weight)
    return found.reshape(worlds, draws)


def _case_of_chosen(chosen: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Return how often each chosen point occurs in each draw; every world has its own number."""
    parts = []
    for row in chosen:
        own = np.flatnonzero(row)
        weight = np.zeros((draws, len(row)))
        weight[:, own] = case_counts(len(own), draws, rng)
        parts.append(weight)
    return np.concatenate(parts)
