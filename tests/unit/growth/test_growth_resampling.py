"""Intervals of a slope: streams, known variances, coverage, and what cannot have an interval."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from aienergy.growth.lines import fit_line
from aienergy.growth.points import make_points
from aienergy.growth.resampling import (
    METHODS,
    Rule,
    case_counts,
    expanded_tail,
    redrawn_slopes,
    slope_interval,
)
from tests.histories import EVERYTHING, even_days, points_at, scattered

DRAWN = METHODS[1:]


def history(order=slice(None)):
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"day": even_days(80), "value": 10 ** rng.normal(20, 1, 80)})
    rows["value"] *= 10 ** (0.5 * rows["day"] / 365.25)
    rows["date"] = (pd.Timestamp("2000-01-01") + pd.to_timedelta(rows["day"], unit="D")).astype(str)
    rows["maker"], rows["error"] = rng.integers(0, 15, 80), rng.choice([0.1, 0.5], 80)
    rows = rows.iloc[order].reset_index(drop=True)
    return make_points(rows["date"], rows["value"], list(rows["maker"]), list(rows["error"]))


@pytest.mark.parametrize("size", [0, 10])
@pytest.mark.parametrize("method", METHODS)
def test_a_seed_tells_the_interval_whatever_the_order_of_rows(method, size):
    rule = Rule(size, 2011, 2030)
    base = slope_interval(history(), rule, method, 0.9, 300, 5)

    shuffled = np.random.default_rng(0).permutation(80)

    assert slope_interval(history(), rule, method, 0.9, 300, 5) == base
    assert slope_interval(history(shuffled), rule, method, 0.9, 300, 5) == base
    other = slope_interval(history(), rule, method, 0.9, 300, 6)
    assert (other == base) == (method == "ordinary")


@pytest.mark.parametrize("method", DRAWN)
def test_a_seed_tells_the_interval_of_points_that_stand_alone(method):
    rows = pd.DataFrame({"day": even_days(30), "value": np.random.default_rng(3).random(30) + 1})
    rows["date"] = (pd.Timestamp("2000-01-01") + pd.to_timedelta(rows["day"], unit="D")).astype(str)
    shuffled = rows.sample(frac=1, random_state=1).reset_index(drop=True)

    first, second = (
        slope_interval(make_points(t["date"], t["value"]), EVERYTHING, method, 0.9, 200, 1)
        for t in (rows, shuffled)
    )

    assert first == second


def test_counts_of_a_draw_are_multinomial():
    n, draws = 20, 20_000
    counts = case_counts(n, draws, np.random.default_rng(1))

    assert (counts.sum(axis=1) == n).all()
    # Moments of the multinomial; standard errors below 0.012 for each.
    assert counts.mean(axis=0) == pytest.approx(np.ones(n), abs=0.03)
    expected = np.eye(n) - 1 / n
    assert np.cov(counts.T) == pytest.approx(expected, abs=0.04)
    share = (counts == 0).mean()
    assert share == pytest.approx((1 - 1 / n) ** n, abs=0.002)


def test_more_cases_than_sixteen_bits_are_drawn_to_the_last():
    counts = case_counts(70_000, 3, np.random.default_rng(1))

    assert (counts.sum(axis=1) == 70_000).all()
    assert counts[:, 65_536:].mean() == pytest.approx(1, abs=0.03)


def test_percentiles_move_outwards_until_they_agree_with_student():
    for n in (5, 20, 100):
        t = stats.t.ppf(0.95, n - 2)
        assert expanded_tail(0.9, n) == pytest.approx(stats.norm.cdf(-t * (n / (n - 2)) ** 0.5))
    assert expanded_tail(0.9, 10**7) == pytest.approx(0.05, abs=1e-6)


def test_cases_spread_as_the_sandwich_of_statsmodels():
    rng = np.random.default_rng(4)
    days = even_days(400)
    t = days / 365.25
    points = points_at(days, 0.5 * t + 0.1 * (t - 5) * rng.standard_normal(400))
    found = redrawn_slopes(points, EVERYTHING, "case", 4000, np.random.default_rng(5))

    robust = sm.OLS(points.log10, sm.add_constant(points.year - 2015)).fit(cov_type="HC0")

    # The standard deviation of 4,000 draws has a standard error of 1.1 %.
    assert found.std() == pytest.approx(robust.bse[1], rel=0.04)
    assert found.mean() == pytest.approx(fit_line(points).slope, abs=4 * robust.bse[1] / 4000**0.5)


def test_clusters_spread_as_the_clustered_sandwich_of_statsmodels():
    rng = np.random.default_rng(6)
    days, maker = even_days(1200), np.repeat(np.arange(240), 5)
    values = 0.5 * days / 365.25 + rng.standard_normal(240)[maker] + 0.3 * rng.standard_normal(1200)
    points = points_at(days, values, clusters=list(maker))
    found = redrawn_slopes(points, EVERYTHING, "clustered", 4000, np.random.default_rng(7))

    robust = sm.OLS(points.log10, sm.add_constant(points.year - 2015)).fit(
        cov_type="cluster", cov_kwds={"groups": points.cluster, "use_correction": False}
    )

    assert found.std() == pytest.approx(robust.bse[1], rel=0.05)
    assert robust.bse[1] > 1.8 * fit_line(points).slope_error


def test_an_error_is_drawn_once_for_all_copies_of_a_point():
    # On an exact line only errors spread the slope: E[count squared] = 2 - 1/n of each.
    n, error = 300, 0.4
    points = points_at(even_days(n), 0.5 * even_days(n) / 365.25, error_dex=[error] * n)
    found = redrawn_slopes(points, EVERYTHING, "reranked_errors", 6000, np.random.default_rng(8))
    t = points.year - points.year.mean()

    assert found.std() == pytest.approx(error * ((2 - 1 / n) / (t @ t)) ** 0.5, rel=0.04)
    assert found.mean() == pytest.approx(0.5, abs=4 * found.std() / 6000**0.5)


def test_without_a_frontier_there_is_nothing_to_rank():
    points = history()

    case = redrawn_slopes(points, EVERYTHING, "case", 4000, np.random.default_rng(1))
    again = redrawn_slopes(points, EVERYTHING, "reranked", 4000, np.random.default_rng(2))

    assert stats.ks_2samp(case, again).pvalue > 0.01


def test_systems_after_the_window_change_nothing():
    points = history()
    rule = Rule(5, 2011, points.year[59])

    for method in METHODS:
        whole = slope_interval(points, rule, method, 0.9, 200, 1)
        assert slope_interval(points.where(np.arange(60)), rule, method, 0.9, 200, 1) == whole


def test_many_blocks_of_draws_are_as_many_draws(monkeypatch):
    monkeypatch.setattr("aienergy.growth.resampling._BLOCK", 80 * 7)

    found = redrawn_slopes(history(), EVERYTHING, "case", 100, np.random.default_rng(1))

    assert len(found) == len(set(found)) == 100


def test_the_interval_holds_the_truth_as_often_as_it_says_where_nothing_is_selected():
    rng = np.random.default_rng(20261125)
    worlds, slopes, held = 1000, [], {"reranked": 0, "ordinary": 0}
    line = scattered(60, 0.65, 0.0, rng)
    for world in range(worlds):
        points = replace(line, log10=line.log10 + rng.standard_normal(60))
        slopes.append(fit_line(points).slope)
        for method in held:
            low, high = slope_interval(points, EVERYTHING, method, 0.9, 200, world)
            held[method] += low <= 0.65 <= high

    # The standard error of a share of 1,000 is 0.95 points.
    assert held["reranked"] / worlds == pytest.approx(0.9, abs=0.03)
    assert held["ordinary"] / worlds == pytest.approx(0.9, abs=0.03)
    standard_error = np.std(slopes) / worlds**0.5
    assert np.mean(slopes) == pytest.approx(0.65, abs=3 * standard_error)
    assert standard_error < 0.002


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [0, 1, 2])
def test_no_method_tells_an_interval_of_fewer_than_three_points(method, n):
    with pytest.raises(ValueError, match=f"^{n} points carry no line"):
        slope_interval(history().where(np.arange(n)), EVERYTHING, method, 0.9, 50, 1)


@pytest.mark.parametrize("method", METHODS)
def test_no_method_tells_an_interval_of_one_day(method):
    with pytest.raises(ValueError, match="of one day"):
        slope_interval(points_at([9] * 6, range(6)), EVERYTHING, method, 0.9, 50, 1)


def test_an_unknown_method_names_the_known_ones():
    with pytest.raises(ValueError, match="unknown method 'jackknife'; known: ordinary, case"):
        slope_interval(history(), EVERYTHING, "jackknife", 0.9, 50, 1)
