"""Intervals: closed forms, sampling against them, and the coverage of fitted spreads."""

import numpy as np
import pytest
from scipy import stats

from aienergy.formulas import FORMULAS
from aienergy.intervals import Z95, Interval, from_sample, propagate

A = Interval(10.0, 5.0, 20.0)
B = Interval(3.0, 2.0, 4.5)


def product(a, b):
    return a * b


def test_spread_is_the_standard_deviation_of_the_logarithm():
    assert A.spread == pytest.approx(np.log(2) / Z95)


def test_log_normal_factors_multiply_in_closed_form():
    result = propagate(product, {"a": A, "b": B}, {"a": 1, "b": 1}, seed=1)

    sigma = np.hypot(np.log(2) / Z95, np.log(1.5) / Z95)
    assert result.method == "closed_form"
    assert result.interval.value == pytest.approx(30.0)
    assert result.interval.high == pytest.approx(30.0 * np.exp(Z95 * sigma))
    assert result.interval.low == pytest.approx(30.0 / np.exp(Z95 * sigma))
    assert result.variance_shares["a"] == pytest.approx(np.log(2) ** 2 / (sigma * Z95) ** 2)
    assert sum(result.variance_shares.values()) == pytest.approx(1.0)


def test_sampling_agrees_with_the_closed_form():
    closed = propagate(product, {"a": A, "b": B}, {"a": 1, "b": 1}, seed=1)
    sampled = propagate(product, {"a": A, "b": B}, None, seed=1)

    assert sampled.method == "sampled"
    for end in ("value", "low", "high"):
        expected = getattr(closed.interval, end)
        assert getattr(sampled.interval, end) == pytest.approx(expected, rel=0.01)
    assert sampled.variance_shares["a"] == pytest.approx(closed.variance_shares["a"], abs=0.02)


def test_a_divided_factor_widens_the_result_as_much_as_a_multiplied_one():
    up = propagate(product, {"a": A, "b": B}, {"a": 1, "b": 1}, seed=1).interval
    down = propagate(lambda a, b: a / b, {"a": A, "b": B}, {"a": 1, "b": -1}, seed=1).interval

    assert down.high / down.value == pytest.approx(up.high / up.value)


def test_points_stay_points():
    result = propagate(product, {"a": Interval(2.0), "b": Interval(3.0)}, None, seed=1)

    assert result.interval == Interval(6.0)
    assert result.method == "point"


def test_only_the_uncertain_factor_takes_part_in_the_variance():
    result = propagate(product, {"a": A, "b": Interval(3.0)}, {"a": 1, "b": 1}, seed=1)

    assert result.variance_shares == {"a": pytest.approx(1.0)}


@pytest.mark.parametrize("support", ["positive", "above_one", "share"])
def test_quantiles_of_each_family_are_its_ends(support):
    ends = {"positive": (0.5, 1.5, 4.0), "above_one": (1.1, 1.2, 1.4), "share": (0.2, 0.4, 0.64)}
    low, value, high = ends[support]
    interval = Interval(value, low, high, support)

    at = interval.at(np.array([-Z95, 0.0, Z95]))

    assert at[1] == pytest.approx(value)
    assert at[2] / at[0] == pytest.approx(high / low, rel=0.2)
    assert (at > (1.0 if support == "above_one" else 0.0)).all()
    assert support != "share" or (at < 1).all()


def test_a_bounded_factor_is_sampled_and_stays_in_its_bounds():
    pue = Interval(1.2, 1.05, 1.6, "above_one")

    result = propagate(product, {"a": Interval(1.0), "b": pue}, {"a": 1, "b": 1}, seed=3)

    assert result.method == "sampled"
    assert result.interval.low == pytest.approx(pue.at(np.array([-Z95]))[0], rel=0.005)
    assert result.interval.high == pytest.approx(pue.at(np.array([Z95]))[0], rel=0.005)


def test_sampling_depends_on_the_seed_alone():
    first = propagate(product, {"a": A, "b": B}, None, seed=5)
    again = propagate(product, {"a": A, "b": B}, None, seed=5)
    other = propagate(product, {"a": A, "b": B}, None, seed=6)

    assert first == again
    assert first != other


@pytest.mark.parametrize("n", [4, 7, 20])
def test_a_fitted_interval_covers_one_further_draw_at_its_nominal_rate(n):
    rng = np.random.default_rng(20261101)
    draws = np.exp(rng.normal(1.0, 0.5, (3000, n + 1)))

    inside = 0
    for row in draws:
        interval = from_sample(row[:n])
        inside += interval.low <= row[n] <= interval.high

    # Three standard errors of 3,000 trials at 90 %
    assert inside / len(draws) == pytest.approx(0.90, abs=3 * np.sqrt(0.09 / len(draws)))


def test_a_fitted_interval_is_the_students_t_prediction_interval():
    values = np.array([1.0, 2.0, 4.0, 8.0])
    interval = from_sample(values)

    logs = np.log(values)
    half = stats.t.ppf(0.95, 3) * logs.std(ddof=1) * np.sqrt(1 + 1 / 4)
    assert interval.value == pytest.approx(np.sqrt(8.0))
    assert interval.high == pytest.approx(np.exp(logs.mean() + half))


def test_two_values_carry_no_spread():
    with pytest.raises(ValueError, match="at least 3 are needed"):
        from_sample(np.array([1.0, 2.0]))


@pytest.mark.parametrize("name", [n for n, f in FORMULAS.items() if f.powers])
def test_the_stated_powers_of_a_formula_are_its_own(name):
    formula = FORMULAS[name]
    point = {parameter: 1.7 + 0.31 * i for i, parameter in enumerate(formula.powers)}
    value = formula.function(**point)

    for parameter, power in formula.powers.items():
        moved = formula.function(**{**point, parameter: point[parameter] * 3.0})
        assert np.log(moved / value) / np.log(3.0) == pytest.approx(power), parameter
