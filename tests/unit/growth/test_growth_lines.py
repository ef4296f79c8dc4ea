"""Lines against textbook programs, and what a line cannot be fitted to."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from aienergy.growth.lines import fit_line, slopes, t_quantile
from tests.histories import even_days, points_at, scattered


@pytest.mark.parametrize("n", [3, 4, 17, 400])
def test_a_line_is_that_of_scipy_and_of_statsmodels(n):
    points = scattered(n, 0.5, 0.8, np.random.default_rng(n))
    line = fit_line(points)

    scipy = stats.linregress(points.year, points.log10)
    model = sm.OLS(points.log10, sm.add_constant(points.year - points.year.mean())).fit()

    assert line.slope == pytest.approx(scipy.slope, rel=1e-9)
    assert line.slope_error == pytest.approx(scipy.stderr, rel=1e-9)
    assert line.r2 == pytest.approx(scipy.rvalue**2, rel=1e-9)
    assert (line.level, line.slope) == pytest.approx(tuple(model.params), rel=1e-9)
    assert line.slope_error == pytest.approx(model.bse[1], rel=1e-9)
    assert line.residual == pytest.approx(model.mse_resid**0.5, rel=1e-9)
    assert line.r2 == pytest.approx(model.rsquared, rel=1e-9)
    assert line.n == n


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
def test_the_interval_is_that_of_statsmodels(level):
    points = scattered(12, 0.5, 0.8, np.random.default_rng(3))
    line = fit_line(points)

    model = sm.OLS(points.log10, sm.add_constant(points.year)).fit()
    half = t_quantile(level, line.n) * line.slope_error

    assert [line.slope - half, line.slope + half] == pytest.approx(
        list(model.conf_int(alpha=1 - level)[1]), rel=1e-9
    )


def test_a_line_by_hand():
    # Three points a year of 365.25 x 4 days apart: 0, 1, 5. Slope 5/2 per step, residuals 1/2, -1, 1/2.
    line = fit_line(points_at([0, 1461, 2922], [0.0, 1.0, 5.0]))

    assert line.slope == pytest.approx(2.5 / 4)
    assert line.residual == pytest.approx(1.5**0.5)
    assert line.slope_error == pytest.approx(1.5**0.5 / 32**0.5)
    assert line.r2 == pytest.approx(1 - 1.5 / 14)
    assert line.at(2000.0) == pytest.approx(-0.5)
    assert line.at(np.array([2004.0, 2012.0])) == pytest.approx([2.0, 7.0])


def test_values_that_do_not_change_have_no_slope_no_error_and_explain_nothing():
    line = fit_line(points_at(even_days(20), np.full(20, 20.137)))

    assert line.slope == pytest.approx(0, abs=1e-14)
    assert line.slope_error == pytest.approx(0, abs=1e-14)
    assert line.r2 == pytest.approx(0, abs=1e-9)


def test_two_days_give_the_difference_of_their_means():
    line = fit_line(points_at([0, 0, 1461, 1461], [1.0, 2.0, 4.0, 7.0]))

    assert line.slope == pytest.approx((5.5 - 1.5) / 4)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_points_carry_no_line(n):
    with pytest.raises(ValueError, match=f"^{n} points carry no line"):
        fit_line(points_at(even_days(3)[:n], np.arange(n)))


def test_no_day_whatsoever_gives_growth_by_rounding():
    # The mean of equal years is another number than the year for a third of these.
    for day in range(0, 9000, 389):
        for n in (3, 5, 6, 7):
            with pytest.raises(ValueError, match="of one day"):
                fit_line(points_at([day] * n, np.arange(n)))


def test_counts_are_repetitions():
    rng = np.random.default_rng(5)
    points = scattered(25, 0.5, 0.8, rng)
    counts = rng.integers(0, 4, size=(50, 25)).astype(float)

    found = slopes(points.year, points.log10, counts)

    for count, slope in zip(counts.astype(int), found, strict=True):
        repeated = stats.linregress(np.repeat(points.year, count), np.repeat(points.log10, count))
        assert slope == pytest.approx(repeated.slope, rel=1e-9)


def test_each_draw_may_have_values_of_its_own():
    rng = np.random.default_rng(6)
    points = scattered(25, 0.5, 0.8, rng)
    counts = rng.integers(0, 4, size=(50, 25)).astype(float)
    values = points.log10 + rng.standard_normal((50, 25))

    found = slopes(points.year, values, counts)

    for count, value, slope in zip(counts, values, found, strict=True):
        model = sm.WLS(value, sm.add_constant(points.year - 2015), weights=count).fit()
        assert slope == pytest.approx(model.params[1], rel=1e-9)


def test_a_draw_of_one_day_has_no_slope_and_two_days_in_a_row_have_one():
    rng = np.random.default_rng(7)
    far = 366 - 50 * 366  # in 1950; others pull the mean 40 years away
    for n in (2, 60, 600):
        days = np.r_[np.full(n, far), far + 1, even_days(240)]
        values = np.r_[rng.normal(size=n), 3.0, np.zeros(240)]
        points = points_at(days, values)
        alone = (points.year == points.year[0]).astype(float)
        pair = (points.year <= points.year[0] + 1.5 / 365.25).astype(float)
        rise = 3.0 - points.log10[:n].mean()

        lonely, paired = slopes(points.year, points.log10, np.stack([alone, pair]))

        assert np.isnan(lonely)
        assert paired == pytest.approx(rise * 365.25, rel=1e-3)
