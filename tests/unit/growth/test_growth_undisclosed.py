"""Systems of unknown size: no change on the line, and a tipping factor that tips."""

import numpy as np
import pytest

from aienergy.growth.lines import fit_line
from aienergy.growth.points import points_of_years
from aienergy.growth.resampling import Rule
from aienergy.growth.undisclosed import growth_with_hidden, tipping_factor

ALL, FRONTIER = Rule(0, 2018.0, 2026.0), Rule(10, 2018.0, 2026.0)
LATE = np.linspace(2023.0, 2025.9, 40)


def history(spread: float = 0.5, n: int = 400):
    rng = np.random.default_rng(1)
    year = np.linspace(2010.0, 2025.95, n)
    return points_of_years(year, 10 ** (0.6 * (year - 2010) + spread * rng.standard_normal(n)))


def growth(points, rule) -> float:
    return float(10 ** fit_line(points.where(rule.chosen(points))).slope)


@pytest.mark.parametrize("rule", [ALL, FRONTIER])
@pytest.mark.parametrize("days", [LATE, np.linspace(2018.1, 2025.9, 200)])
def test_on_an_exact_line_those_at_the_line_change_nothing(rule, days):
    points = history(spread=0.0)

    assert growth_with_hidden(points, days, rule, 1.0) == pytest.approx(10**0.6, rel=1e-9)


def test_on_the_line_of_all_systems_they_change_nothing():
    # Points on a least-squares line leave it where it is.
    points = history()

    assert growth_with_hidden(points, LATE, ALL, 1.0) == pytest.approx(growth(points, ALL))


def test_on_the_line_of_the_frontier_they_change_little():
    points = history()
    today = growth(points, FRONTIER)

    assert growth_with_hidden(points, LATE, FRONTIER, 1.0) == pytest.approx(today, rel=0.05)
    assert growth_with_hidden(points, LATE, FRONTIER, 100.0) > 1.3 * today


def test_nobody_hidden_changes_nothing():
    points, nobody = history(), np.array([])

    for factor in (0.01, 1.0, 100.0):
        assert growth_with_hidden(points, nobody, FRONTIER, factor) == growth(points, FRONTIER)


@pytest.mark.parametrize("factor", [0.01, 0.5, 3.0, 50.0])
def test_all_systems_by_the_formula_of_added_points(factor):
    points = history()
    inside = points.where(ALL.chosen(points))
    line = fit_line(inside)
    year = np.r_[inside.year, LATE]
    log10 = np.r_[inside.log10, line.at(LATE) + np.log10(factor)]

    slope = np.polyfit(year - 2020, log10, 1)[0]

    assert growth_with_hidden(points, LATE, ALL, factor) == pytest.approx(10**slope)


@pytest.mark.parametrize("rule", [ALL, FRONTIER])
def test_the_larger_the_late_are_the_faster_growth_is(rule):
    found = [growth_with_hidden(history(), LATE, rule, 10**dex) for dex in np.arange(0.5, 3, 0.25)]

    assert (np.diff(found) > 0).all()


def test_those_too_small_for_the_frontier_are_not_at_it():
    points = history()

    assert growth_with_hidden(points, LATE, FRONTIER, 1e-4) == growth(points, FRONTIER)


def test_those_outside_the_window_are_not_fitted_but_rank():
    points = history()
    before, after = np.linspace(2017.0, 2017.9, 30), np.linspace(2026.1, 2027.0, 30)

    assert growth_with_hidden(points, after, FRONTIER, 1e3) == growth(points, FRONTIER)
    assert growth_with_hidden(points, before, ALL, 1e3) == growth(points, ALL)
    # Thirty large ones of 2017 leave only those that are larger still.
    assert growth_with_hidden(points, before, FRONTIER, 1e3) != growth(points, FRONTIER)


@pytest.mark.parametrize("rule", [ALL, FRONTIER])
@pytest.mark.parametrize("more", [1.1, 1.3])
def test_a_tipping_factor_tips_and_none_smaller_does(rule, more):
    points = history()
    wanted = more * growth(points, rule)

    factor = tipping_factor(points, LATE, rule, wanted)

    assert growth_with_hidden(points, LATE, rule, factor) >= wanted
    smaller = [growth_with_hidden(points, LATE, rule, factor * 10**-dex) for dex in (0.01, 0.1, 1)]
    assert max(smaller) < wanted
    # Steps are hundredths of an order of magnitude from a hundredth on.
    assert np.log10(factor) * 100 == pytest.approx(round(np.log10(factor) * 100), abs=1e-6)


def test_the_tipping_factor_of_all_systems_is_its_closed_form():
    # The slope is linear in the logarithm of the factor.
    points = history()
    base, ten = (np.log10(growth_with_hidden(points, LATE, ALL, f)) for f in (1.0, 10.0))
    wanted = 1.25 * 10**base
    exact = (np.log10(wanted) - base) / (ten - base)

    found = np.log10(tipping_factor(points, LATE, ALL, wanted))

    assert exact <= found < exact + 0.01


@pytest.mark.parametrize("rule", [ALL, FRONTIER])
def test_what_no_factor_reaches_is_infinite(rule):
    points = history(n=150)

    assert tipping_factor(points, LATE, rule, 1e6) == float("inf")
    # Systems from before the window change no line through all.
    assert tipping_factor(points, np.array([2015.0]), ALL, 20.0) == float("inf")


def test_growth_that_is_reached_without_them_tips_at_the_smallest_factor():
    assert tipping_factor(history(n=150), LATE, FRONTIER, 0.5) == pytest.approx(0.01)


def test_no_known_systems_are_told():
    with pytest.raises(ValueError, match="0 points carry no line"):
        growth_with_hidden(history().where(np.arange(0)), LATE, ALL, 1.0)
