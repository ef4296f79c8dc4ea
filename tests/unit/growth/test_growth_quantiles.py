"""Lines other than least squares, against other programs and against what they minimize."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

from aienergy.growth.lines import fit_line
from aienergy.growth.points import Points
from aienergy.growth.quantiles import pairwise_slope, quantile_slope
from tests.histories import points_at, scattered

SHARES = [0.1, 0.5, 0.9]


def check_loss(points: Points, slope: float, level: float, share: float) -> float:
    """Return what a quantile line minimizes; `level` is its log10 at the mean year."""
    left = points.log10 - level - slope * (points.year - points.year.mean())
    return float(np.sum(left * (share - (left < 0))))


def least_loss(points: Points, slope: float, share: float) -> float:
    """Return the loss at the best level of a slope; it is a quantile of what is left."""
    left = points.log10 - slope * (points.year - points.year.mean())
    return min(check_loss(points, slope, level, share) for level in left)


def linear_programme(points: Points, share: float) -> float:
    """Minimize share x over + (1 - share) x under, exactly (Koenker and Bassett 1978)."""
    n = len(points)
    t = points.year - points.year.mean()
    found = optimize.linprog(
        np.r_[0, 0, np.full(n, share), np.full(n, 1 - share)],
        A_eq=np.hstack([np.ones((n, 1)), t[:, None], np.eye(n), -np.eye(n)]),
        b_eq=points.log10,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * n),
    )
    return float(found.x[1])


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("seed", range(5))
def test_a_quantile_line_is_that_of_a_linear_programme_and_of_statsmodels(seed, share):
    points = scattered(75, 0.5, 0.8, np.random.default_rng(seed))

    slope = quantile_slope(points, share)

    exact = linear_programme(points, share)
    assert slope == pytest.approx(exact, abs=1e-9)
    design = sm.add_constant(points.year - points.year.mean())
    model = sm.QuantReg(points.log10, design).fit(q=share, max_iter=5000)
    assert slope == pytest.approx(model.params[1], abs=1e-3)


@pytest.mark.parametrize("share", SHARES)
def test_no_line_nearby_has_a_lower_loss(share):
    points = scattered(75, 0.5, 0.8, np.random.default_rng(11))
    slope = quantile_slope(points, share)
    base = least_loss(points, slope, share)

    for step in (0.001, 0.003, 0.01, 0.1):
        assert least_loss(points, slope + step, share) > base
        assert least_loss(points, slope - step, share) > base
    left = points.log10 - slope * (points.year - points.year.mean())
    best = min(left, key=lambda level: check_loss(points, slope, level, share))
    assert np.mean(left <= best) == pytest.approx(share, abs=0.03)


def test_quantile_lines_of_a_widening_fan_have_the_slopes_of_its_edges():
    # log10 is uniform between t/4 and t: a share q lies below (1/4 + 3q/4) t.
    days = np.repeat(np.arange(200, 3653, 10), 41)
    rise = np.tile(np.linspace(0.25, 1, 41), len(days) // 41)
    points = points_at(days, 20 + rise * days / 365.25)

    for share in SHARES:
        assert quantile_slope(points, share) == pytest.approx(0.25 + 0.75 * share, abs=0.01)


def test_outliers_move_a_median_line_little():
    points = scattered(75, 0.5, 0.1, np.random.default_rng(12))
    points.log10[-5:] += 6

    assert quantile_slope(points, 0.5) == pytest.approx(0.5, abs=0.03)
    assert fit_line(points).slope > 0.6


@pytest.mark.parametrize("seed", range(5))
def test_the_median_of_pairs_is_that_of_scipy_also_where_days_coincide(seed):
    rng = np.random.default_rng(seed)
    days = np.sort(rng.integers(0, 60, 50)) * 90
    points = points_at(days, 0.5 * days / 365.25 + rng.standard_normal(50))

    expected = stats.theilslopes(points.log10, points.year).slope

    assert pairwise_slope(points) == pytest.approx(expected, rel=1e-9)


def test_on_an_exact_line_every_quantile_line_is_that_line():
    points = scattered(30, 0.5, 0.0, np.random.default_rng(3))

    for share in SHARES:
        assert quantile_slope(points, share) == pytest.approx(0.5, abs=1e-9)
