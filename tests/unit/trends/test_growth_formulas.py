"""Formulas of growth by the textbook: known answers, invariances, coverage."""

import numpy as np
import pytest

from aienergy.formulas import doubling_time_month, growth_per_year

YEARS = [2010 + i / 4 for i in range(60)]


def test_exact_exponential_growth_is_recovered():
    values = [1e18 * 4.0 ** (year - 2010) for year in YEARS]

    assert growth_per_year(YEARS, values, 0.9).value == pytest.approx(4.0)
    assert doubling_time_month(YEARS, values, 0.9).value == pytest.approx(6.0)


def test_growth_does_not_depend_on_unit_or_order():
    rng = np.random.default_rng(1)
    values = [1e18 * 4.0 ** (year - 2010) * rng.lognormal() for year in YEARS]
    base = growth_per_year(YEARS, values, 0.9)

    in_petaflop = growth_per_year(YEARS, [v / 8.64e19 for v in values], 0.9)
    backwards = growth_per_year(YEARS[::-1], values[::-1], 0.9)

    for end in ("value", "low", "high"):
        assert getattr(in_petaflop, end) == pytest.approx(getattr(base, end))
        assert getattr(backwards, end) == pytest.approx(getattr(base, end))


def test_the_interval_covers_the_truth_when_deviations_are_independent():
    rng = np.random.default_rng(20261101)
    trend = np.array([4.0 ** (year - 2010) for year in YEARS])
    inside = 0
    for _ in range(400):
        interval = growth_per_year(YEARS, list(trend * 10 ** rng.normal(0, 0.8, 60)), 0.9)
        inside += interval.low <= 4.0 <= interval.high

    assert inside / 400 == pytest.approx(0.90, abs=0.045)


def test_growth_that_may_be_none_has_no_doubling_time():
    values = [1e18, 2e18] * 30

    with pytest.raises(ValueError, match="no doubling time"):
        doubling_time_month(YEARS, values, 0.9)
