"""From a table to an interval: what must not matter, and what must be refused or answered."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aienergy.errors import LedgerError
from aienergy.growth.breaks import find_breaks
from aienergy.growth.lines import fit_line
from aienergy.growth.points import make_points
from aienergy.growth.resampling import METHODS, Rule, slope_interval
from tests.histories import EVERYTHING, kinked, scattered

PFS_DAY = 8.64e19  # FLOP
RULES = [Rule(0, 2012.0, 2024.0), Rule(10, 2012.0, 2024.0)]
rules = pytest.mark.parametrize("rule", RULES, ids=["all", "frontier"])
methods = pytest.mark.parametrize("method", METHODS)


def table(n: int = 150) -> pd.DataFrame:
    """Return systems, some of which share a day, a value or both."""
    rng = np.random.default_rng(8)
    day = np.sort(rng.integers(0, 5400, n))
    day[20:30] = day[20]
    value = np.round(10 ** (19 + 0.6 * day / 365.25 + rng.standard_normal(n)), -17) + 1e17
    value[22:25] = value[22]
    return pd.DataFrame(
        {
            "date": (pd.Timestamp("2010-01-01") + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d"),
            "value": value,
            "maker": rng.choice(list("abcdefghijklmnop"), n),
            "error": rng.choice([0.29, 0.61], n),
            "name": [f"s{place:03}" for place in range(n)],
        }
    )  # fmt: skip


def whole_path(rows: pd.DataFrame, rule: Rule, method: str) -> list[float]:
    """Return slope, interval and count of a table."""
    points = make_points(
        rows["date"], rows["value"], list(rows["maker"]), list(rows["error"]), list(rows["name"])
    )
    line = fit_line(points.where(rule.chosen(points)))
    return [line.slope, *slope_interval(points, rule, method, 0.9, 150, 3), line.n]


@rules
@methods
def test_the_order_of_rows_changes_nothing(rule, method):
    base = whole_path(table(), rule, method)

    for order in (table().iloc[::-1], table().sample(frac=1, random_state=2)):
        assert whole_path(order, rule, method) == base
        assert whole_path(order.reset_index(drop=True), rule, method) == base


@rules
@methods
@pytest.mark.parametrize("unit", [PFS_DAY, 1e-30, 7.3])
def test_the_unit_changes_nothing(rule, method, unit):
    rows = table().assign(value=table()["value"] / unit)

    assert whole_path(rows, rule, method) == pytest.approx(
        whole_path(table(), rule, method), abs=1e-9
    )


@rules
@pytest.mark.parametrize("zone", ["T23:30:00-11:00", "T00:10:00+14:00", "T12:00:00Z", " 23:59:59"])
def test_the_zone_of_a_date_changes_nothing(rule, zone):
    rows = table().assign(date=table()["date"] + zone)

    assert whole_path(rows, rule, "reranked") == whole_path(table(), rule, "reranked")


@rules
def test_dates_of_a_calendar_and_texts_are_the_same(rule):
    whole = pd.to_datetime(table()["date"])
    base = whole_path(table(), rule, "reranked")

    for dates in (whole, whole.dt.tz_localize("Asia/Tokyo"), whole.dt.tz_localize("US/Pacific")):
        assert whole_path(table().assign(date=dates), rule, "reranked") == base
    values = table()["value"].map(repr)
    assert whole_path(table().assign(value=values), rule, "reranked") == base


def test_twice_the_same_rows_give_the_same_line_with_less_error():
    rows = table()
    twice = pd.concat([rows, rows], ignore_index=True)

    one, two = (whole_path(r, RULES[0], "ordinary") for r in (rows, twice))

    assert two[0] == pytest.approx(one[0])
    assert two[3] == 2 * one[3]
    assert two[2] - two[1] == pytest.approx((one[2] - one[1]) / 2**0.5, rel=0.02)
    # The clusters are the same ones, so that copies tell them nothing new.
    one, two = (whole_path(r, RULES[0], "clustered") for r in (rows, twice))
    assert two[2] - two[1] == pytest.approx(one[2] - one[1], rel=0.02)


def test_copies_take_places_at_the_frontier_only_where_they_are_larger():
    rows = table()
    twice = pd.concat([rows, rows], ignore_index=True)

    # With every system twice, the twenty largest are the ten largest twice.
    one, two = (
        whole_path(rows, RULES[1], "ordinary"),
        whole_path(twice, Rule(20, 2012, 2024), "ordinary"),
    )

    assert two[3] == 2 * one[3]
    assert two[0] == pytest.approx(one[0])


@methods
@pytest.mark.parametrize(
    ("value", "told"),
    [
        (float("nan"), "'nan' has no logarithm"),
        (0.0, "'0.0' has no logarithm"),
        (-1e20, "'-1e[+]20' has no logarithm"),
        (float("inf"), "'inf' has no logarithm"),
    ],
)
def test_a_value_without_a_logarithm_is_refused_by_its_row(method, value, told):
    rows = table()
    rows.loc[6, "value"] = value

    with pytest.raises(LedgerError, match=f"^row 7: {told}"):
        whole_path(rows, RULES[0], method)


@methods
@pytest.mark.parametrize("size", [0, 10])
def test_too_few_points_in_the_window_say_so(method, size):
    rows = table()

    with pytest.raises(ValueError, match=r"^0 points carry no line"):
        whole_path(rows, Rule(size, 2030.0, 2031.0), method)
    with pytest.raises(ValueError, match=r"^[12] points carry no line"):
        whole_path(rows.iloc[[0, -1]], Rule(size, 2000.0, 2030.0), method)


@methods
@pytest.mark.parametrize("size", [0, 10])
def test_one_day_has_no_growth(method, size):
    rows = table().assign(date="2015-06-01")

    with pytest.raises(ValueError, match="of one day"):
        whole_path(rows, Rule(size, 2012.0, 2024.0), method)


@pytest.mark.parametrize("method", [m for m in METHODS if m != "reranked_errors"])
@pytest.mark.parametrize("value", [1.0, 3.14e23, 1e-9])
@pytest.mark.parametrize("size", [0, 10])
def test_values_that_do_not_change_do_not_grow(method, value, size):
    found = whole_path(table().assign(value=value), Rule(size, 2012.0, 2024.0), method)

    assert found[:3] == pytest.approx([0, 0, 0], abs=1e-12)
    assert found[3] == len(table()[table()["date"].between("2012-01-01", "2024-01-01")])


def test_unchanging_values_with_errors_grow_by_chance_alone():
    low, high = whole_path(table().assign(value=3.14e23), RULES[0], "reranked_errors")[1:3]

    assert low < 0 < high
    assert low == pytest.approx(-high, rel=0.35)


@methods
def test_three_points_have_an_interval(method):
    rows = table().iloc[[10, 70, 140]]

    slope, low, high, n = whole_path(rows, Rule(0, 2000.0, 2030.0), method)

    assert n == 3
    assert low <= slope <= high


def recovered(estimates, truth: float) -> None:
    """Hold that estimates lie around the truth within three standard errors of their mean."""
    error = np.std(estimates) / len(estimates) ** 0.5
    assert np.mean(estimates) == pytest.approx(truth, abs=3 * error)


def test_slope_level_and_noise_are_recovered_without_bias():
    exact, rng = scattered(25, 0.65, 0.0, np.random.default_rng(1)), np.random.default_rng(2)
    noise = 0.8 * rng.standard_normal((1500, 25))
    lines = [fit_line(replace(exact, log10=exact.log10 + scatter)) for scatter in noise]

    slopes = [line.slope for line in lines]
    recovered(slopes, 0.65)
    recovered([line.at(2015.0) for line in lines], 20 + 0.65 * 15)
    recovered([line.residual**2 for line in lines], 0.64)
    # The error that is told is the error that is made: standard error of a variance of 1,500, 3.7 %.
    told = np.mean([line.slope_error**2 for line in lines])
    assert told == pytest.approx(np.var(slopes), rel=0.11)


def test_a_break_its_slopes_and_its_date_are_recovered_without_bias():
    exact = kinked(80, [0.3, 1.1], [2018.0], 0.0, np.random.default_rng(1))
    noise = 0.3 * np.random.default_rng(2).standard_normal((300, 80))
    found = [
        find_breaks(replace(exact, log10=exact.log10 + scatter), EVERYTHING, 0.9, 2, 1)
        for scatter in noise
    ]
    single = [one for one in found if len(one.years) == 1]

    # The criterion takes a second break for chance in a few of a hundred.
    assert len(single) > 0.9 * len(found)
    assert not any(one.years == () for one in found)
    recovered([one.years[0] for one in single], 2018.0)
    recovered([one.slopes[0] for one in single], 0.3)
    recovered([one.slopes[1] for one in single], 1.1)
