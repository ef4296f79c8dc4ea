"""Forecasts and their scores against closed forms, and no look at what comes later."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import integrate, stats

from aienergy.growth.forecasting import (
    MODELS,
    Told,
    block_difference,
    crps,
    drift,
    held,
    long_line,
    recent_line,
    tell,
)
from aienergy.growth.points import Points, points_of_years

ORIGIN = 2020.0
AHEAD = np.array([2020.0, 2021.0, 2023.5])


def at(years, log10) -> Points:
    return points_of_years(years, 10.0 ** np.asarray(log10))


def scattered(n: int = 120, seed: int = 1, last: float = ORIGIN) -> Points:
    rng = np.random.default_rng(seed)
    year = np.linspace(2010.05, last, n)
    return at(year, 0.6 * (year - 2010) + 0.4 * rng.standard_normal(n))


def normal(location, scale) -> Told:
    return Told(np.asarray(location, dtype=float), np.asarray(scale, dtype=float), np.inf)


@pytest.mark.parametrize("size", [1, 5, 500])
@pytest.mark.parametrize("model", MODELS)
def test_a_line_without_scatter_forecasts_itself(model, size):
    year = np.linspace(2010.1, ORIGIN, 90)

    told = tell(at(year, 0.6 * (year - 2010)), size, ORIGIN, AHEAD, model)

    assert told.location == pytest.approx(0.6 * (AHEAD - 2010), abs=1e-9)
    if model != "drift":  # within a half-year, a rising line scatters around its mean
        assert told.scale == pytest.approx(np.zeros(3), abs=1e-6)


def test_the_recent_line_knows_five_years_and_the_long_one_all_since_2010():
    year = np.r_[2009.9, np.linspace(2010.0, ORIGIN, 201)]
    # Far off before 2010; slope 0.2 until 2015, 0.8 from there on.
    log10 = np.r_[-5.0, 0.2 * (year[1:] - 2015) + 0.6 * np.maximum(year[1:] - 2015, 0)]
    points = at(year, log10)
    slope, level = np.polyfit(year[1:] - 2015, log10[1:], 1)

    recent, long = (tell(points, 500, ORIGIN, AHEAD, m) for m in ("recent_line", "long_line"))

    assert recent.location == pytest.approx(0.8 * (AHEAD - 2015), abs=1e-9)
    assert long.location == pytest.approx(level + slope * (AHEAD - 2015), abs=1e-9)


def test_the_interval_of_a_line_is_the_prediction_interval_of_statsmodels():
    points = scattered()
    told = long_line(points, ORIGIN, AHEAD)

    fit = sm.OLS(points.log10, sm.add_constant(points.year - 2015)).fit()
    one_system = fit.get_prediction(sm.add_constant(AHEAD - 2015)).summary_frame(alpha=0.2)

    assert told.quantile(0.1) == pytest.approx(one_system["obs_ci_lower"].to_numpy())
    assert told.quantile(0.9) == pytest.approx(one_system["obs_ci_upper"].to_numpy())
    assert told.df == 118


def test_intervals_of_the_recent_line_hold_what_comes_as_often_as_they_say():
    rng = np.random.default_rng(3)
    year, day = np.linspace(ORIGIN - 4.9, ORIGIN, 25), np.array([ORIGIN + 1.0])
    worlds = 2000
    hits = {0.8: 0.0, 0.95: 0.0}
    for _ in range(worlds):
        told = recent_line(at(year, 0.5 * (year - 2010) + rng.standard_normal(25)), ORIGIN, day)
        seen = 0.5 * (day - 2010) + rng.standard_normal(1)
        for level in hits:
            hits[level] += held(told, seen, level)[0]

    # Standard errors of these shares of 2,000 are 0.9 and 0.5 points.
    assert hits[0.8] / worlds == pytest.approx(0.8, abs=0.025)
    assert hits[0.95] / worlds == pytest.approx(0.95, abs=0.014)


def test_a_drift_by_hand():
    # Half-years with one system each: steps of 1, 0, 2 around a drift of 2 a year. The variance
    # of a step, 2/3 in half a year, is 4/3 a year.
    year = ORIGIN + np.array([-1.75, -1.25, -0.75, -0.25])

    told = drift(at(year, [0.0, 1, 1, 3]), ORIGIN, ORIGIN + np.array([-0.25, 0.75]))

    # One year on, the drift itself is unsure: 4/3 over the year and a half that it was seen for.
    assert told.location == pytest.approx([3, 5])
    assert told.scale**2 == pytest.approx([0, 4 / 3 + 4 / 3 / 1.5])
    assert np.isinf(told.df)


def test_scatter_within_half_years_is_no_walk():
    # Pairs 0.3 above and below a line through the middle of each half-year.
    middle = np.repeat(ORIGIN - 0.25 - np.arange(8) / 2, 2)
    off = np.tile([0.3, -0.3], 8)

    told = drift(at(middle, 0.6 * (middle - 2010) + off), ORIGIN, np.array([ORIGIN, ORIGIN + 5]))

    # Two deviations of 0.3 a half-year, one of them used up by the mean.
    assert told.location == pytest.approx([6, 9])
    assert told.scale**2 == pytest.approx([0.18, 0.18])


def test_scatter_within_half_years_is_taken_off_the_walk():
    # The steps of the drift by hand, between means of pairs 0.3 above and below.
    middle = np.repeat(ORIGIN + np.array([-1.75, -1.25, -0.75, -0.25]), 2)
    log10 = np.repeat([0.0, 1, 1, 3], 2) + np.tile([0.3, -0.3], 4)

    told = drift(at(middle, log10), ORIGIN, np.array([ORIGIN + 0.75]))

    # Either mean of a pair has half of 0.18, which adds up to 0.18 a step.
    walk = (2 / 3 - 0.18) / 0.5
    assert told.location == pytest.approx([5])
    assert told.scale**2 == pytest.approx([walk + walk / 1.5 + 0.18])


def test_what_comes_after_the_origin_is_not_known():
    points = scattered(160, last=2026.0)
    until = points.where(points.year <= ORIGIN)
    later = points_of_years(
        np.r_[until.year, ORIGIN + 1 / 365.25, 2020.5, 2025.0],
        10 ** np.r_[until.log10, 30.0, 31.0, -30.0],
    )

    for model in MODELS:
        alone = tell(until, 10, ORIGIN, AHEAD, model)
        for more in (points, later):
            told = tell(more, 10, ORIGIN, AHEAD, model)
            assert told.location.tolist() == alone.location.tolist()
            assert told.scale.tolist() == alone.scale.tolist()
        # A record of the very day of the origin is known.
        that_day = points_of_years(np.r_[until.year, ORIGIN], 10 ** np.r_[until.log10, 30.0])
        assert (tell(that_day, 10, ORIGIN, AHEAD, model).location > alone.location).all()


@pytest.mark.parametrize("model", MODELS)
def test_only_the_frontier_is_gone_on_with(model):
    points = scattered()
    later = points.where(np.arange(10, len(points)))
    # Ten larger ones have come before each of these.
    crowd = points_of_years(
        np.r_[points.year, later.year], 10 ** np.r_[points.log10, later.log10 - 9]
    )

    base, more = (tell(p, 10, ORIGIN, AHEAD, model) for p in (points, crowd))

    assert more.location.tolist() == base.location.tolist()
    assert more.scale.tolist() == base.scale.tolist()


@pytest.mark.parametrize("model", MODELS)
def test_too_little_is_forecast_by_nobody(model):
    year = np.linspace(ORIGIN - 4, ORIGIN - 1, 8)
    rising = at(year, year - 2010)
    crowded = at(np.linspace(ORIGIN - 0.45, ORIGIN, 20), np.arange(20))
    old = at(np.linspace(2005.0, 2009.9, 40), np.arange(40))
    stale = at(np.linspace(2010.0, ORIGIN - 5, 40), np.arange(40))
    falling = at(np.linspace(ORIGIN - 4, ORIGIN, 40), -np.arange(40.0))

    assert tell(rising, 10, ORIGIN, AHEAD, model) is not None
    assert tell(rising.where(np.arange(7)), 10, ORIGIN, AHEAD, model) is None
    assert tell(rising, 10, float(year[6]), AHEAD, model) is None
    assert tell(crowded, 10, ORIGIN, AHEAD, model) is None
    assert tell(old, 10, 2010.2, AHEAD, model) is None
    assert tell(stale, 10, ORIGIN, AHEAD, model) is None
    # Of forty that fall, only seven are at the frontier of seven, and eight at that of eight.
    assert tell(falling, 7, ORIGIN, AHEAD, model) is None
    assert tell(falling, 8, ORIGIN, AHEAD, model) is not None


@pytest.mark.parametrize("df", [3, 20, np.inf])
def test_quantiles_are_those_of_scipy(df):
    told = Told(np.array([1.0, -2.0]), np.array([0.5, 3.0]), df)
    known = stats.norm if np.isinf(df) else stats.t(df)

    for share in (0.025, 0.1, 0.5, 0.9):
        assert told.quantile(share) == pytest.approx(told.location + told.scale * known.ppf(share))


def test_the_score_of_a_normal_is_its_closed_form():
    seen = np.array([-1.0, 0.3, 2.0, 9.0])
    location, scale = np.array([0.0, 0.3, 1.5, -2.0]), np.array([1.0, 0.2, 2.0, 3.0])
    z = (seen - location) / scale
    closed = scale * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - np.pi**-0.5)

    assert crps(normal(location, scale), seen) == pytest.approx(closed)
    # At its middle: sigma (sqrt 2 - 1) / sqrt pi.
    assert closed[1] == pytest.approx(0.2 * (2**0.5 - 1) / np.pi**0.5)


@pytest.mark.parametrize("seen", [-3.0, 0.4, 2.5])
def test_the_score_of_students_t_is_the_integral_that_defines_it(seen):
    told = Told(np.array([0.5]), np.array([0.8]), 6.0)
    known = stats.t(6, 0.5, 0.8)

    below = integrate.quad(lambda x: known.cdf(x) ** 2, -60, seen)[0]
    above = integrate.quad(lambda x: known.sf(x) ** 2, seen, 60)[0]

    assert crps(told, np.array([seen]))[0] == pytest.approx(below + above, rel=1e-6)


@pytest.mark.parametrize(("df", "edge"), [(np.inf, 1.281552), (5, 1.475884)])
def test_an_interval_holds_up_to_its_quantiles(df, edge):
    # 80 %: the 90th percentiles of a normal and of Student's t with 5, from a table.
    told = Told(np.full(4, 2.0), np.full(4, 3.0), df)
    seen = 2 + 3 * np.array([-edge - 1e-5, -edge + 1e-5, edge - 1e-5, edge + 1e-5])

    assert held(told, seen, 0.8).tolist() == [0, 1, 1, 0]


def test_models_of_equal_scores_do_not_differ():
    assert block_difference(np.zeros(12), np.full(12, 5.0), 4, 0.9, 200, 1) == (0, 0, 0)


def test_a_steady_difference_has_no_spread_however_many_scores_an_origin_has():
    counts = np.arange(1.0, 13)

    found = block_difference(-0.3 * counts, counts, 4, 0.9, 200, 1)

    assert found == pytest.approx((-0.3, -0.3, -0.3))


def test_the_mean_is_over_scores_and_not_over_origins():
    mean, low, high = block_difference(np.array([10.0, 0.0]), np.array([1.0, 9.0]), 1, 0.9, 4000, 1)

    # Both drawn: 10/10. The first twice: 20/2; the second twice: 0. A quarter each.
    assert (mean, low, high) == (1, 0, 10)


def test_one_block_is_all_there_is():
    found = block_difference(np.array([1.0, 2, 6]), np.ones(3), 8, 0.9, 100, 1)

    assert found == (3, 3, 3)


def test_a_seed_tells_the_interval_of_a_difference():
    sums, counts = np.random.default_rng(1).normal(size=30), np.full(30, 4.0)

    base = block_difference(sums, counts, 4, 0.9, 300, 1)

    assert block_difference(sums, counts, 4, 0.9, 300, 1) == base
    assert block_difference(sums, counts, 4, 0.9, 300, 2) != base


def share_held(block: int, overlap: int, origins: int, repetitions: int = 400) -> float:
    """Say how often the interval holds a mean of 0.5, of differences that share `overlap` steps."""
    rng, counts = np.random.default_rng(11), np.ones(origins)
    hits = 0
    for seed in range(repetitions):
        steps = rng.standard_normal(origins + overlap - 1)
        sums = 0.5 + np.convolve(steps, np.ones(overlap) / overlap, "valid")
        _, low, high = block_difference(sums, counts, block, 0.9, 300, seed)
        hits += low <= 0.5 <= high
    return hits / repetitions


def test_the_interval_holds_a_known_mean_where_origins_do_not_overlap():
    # The standard error of a share of 400 is 1.5 points; percentiles of 80 points cost one more.
    assert share_held(1, 1, 80) == pytest.approx(0.9, abs=0.05)


def test_blocks_make_up_for_overlap():
    single, blocks = share_held(1, 4, 120), share_held(8, 4, 120)

    # Drawn one by one, a mean of 120 that share four steps seems known half as badly as it is:
    # 2 Phi(1.645 / 2) - 1 is 59 %.
    assert single == pytest.approx(0.59, abs=0.08)
    assert blocks == pytest.approx(0.86, abs=0.06)
