"""Growth: known answers, invariances, coverage with and without selection."""

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger, Number
from aienergy.errors import LedgerError
from aienergy.formulas import doubling_time_month, growth_per_year
from aienergy.frontier import fractional_year, is_frontier, record_set_coverage
from aienergy.trends.compute import fit_eras

YEARS = [2010 + i / 4 for i in range(60)]
SETTINGS = {
    "confidence_level": 0.9,
    "frontier_size": 3,
    "min_systems": 5,
    "eras": [{"key": "era", "start": "2010-01-01", "end": "2019-12-31", "rule": "all"}],
}


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


def test_the_frontier_is_ranked_among_all_so_far_and_days_together():
    dates = pd.Series(["2010-01-01", "2011-01-01", "2011-01-01", "2012-01-01", "2013-01-01"])
    values = pd.Series([5.0, 1.0, 9.0, 4.0, 10.0])

    assert is_frontier(dates, values, 2).tolist() == [True, False, True, False, True]
    assert is_frontier(dates, values, 1).tolist() == [True, False, True, False, True]
    assert is_frontier(dates, values, 3).tolist() == [True, True, True, True, True]


def test_selection_of_records_makes_the_interval_too_narrow():
    # One in a world without selection (every system counts), far less among records only.
    everything = record_set_coverage(4.7, 6.0, 10_000, 0.9, 150, 1)
    records = record_set_coverage(4.7, 6.0, 10, 0.9, 150, 1)

    assert everything == pytest.approx(0.90, abs=0.075)
    assert 0.5 < records < 0.85


def test_fractional_year_counts_days():
    years = fractional_year(pd.Series(["2000-01-01", "2012-09-30"]))

    assert years.tolist() == [2000.0, pytest.approx(2000 + 4656 / 365.25)]


def points(n: int) -> tuple[pd.DataFrame, Ledger]:
    dates = pd.date_range("2010-01-01", periods=n, freq="91D").strftime("%Y-%m-%d")
    years = fractional_year(pd.Series(dates))
    values = 1e18 * 4.0 ** (years - 2010)
    numbers = [
        Number(f"s{i}.c", "c", v, "FLOP", "unit_conversion", {"value": v, "factor": 1.0}, ("x: y",))
        for i, v in enumerate(values)
    ]
    frame = pd.DataFrame({"key": [n.key for n in numbers], "date": dates, "value": values})
    return frame, Ledger(numbers)


def test_an_era_is_fitted_and_bound():
    frame, ledger = points(30)

    eras = fit_eras(frame, SETTINGS, ledger, "training_compute")

    assert eras.loc[0, "n"] == 30
    assert ledger["trend.training_compute.era.growth_per_year"].value == pytest.approx(4.0)
    assert ledger["trend.training_compute.era.n"].value == 30
    assert eras.loc[0, "log10_at_first"] == pytest.approx(18.0, abs=1e-3)


def test_too_few_systems_name_the_count_and_the_setting():
    frame, ledger = points(4)

    with pytest.raises(LedgerError, match=r"trends\.eras \(era\): 4 systems; at least 5") as caught:
        fit_eras(frame, SETTINGS, ledger, "training_compute")
    assert "min_systems" in str(caught.value)
