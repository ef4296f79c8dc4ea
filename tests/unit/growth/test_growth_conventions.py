"""What Sevilla et al. (2022) printed comes out, and what each of their conventions means."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from aienergy.growth.conventions import (
    NOISE_DEX,
    Setting,
    neighbour_score,
    sevilla_doubling,
    sevilla_groups,
)
from aienergy.growth.lines import fit_line
from aienergy.growth.points import EPOCH, Points
from tests.bench_growth import ROOT, cut_sevilla, sevilla_settings, sevilla_sheet
from tests.histories import even_days, points_at

EXPECTED = pd.read_csv(ROOT / "tests/data/sevilla2022_expected.csv")
EVERYBODY = Setting(
    start="1900-01-01",
    end="2100-01-01",
    deep_learning="1900-01-01",
    large_scale="1900-01-01",
    small="ignore",
    large="ignore",
)
PRE, DEEP, LAST = "All Pre Deep Learning Era", "All Deep Learning Era", "All Large Scale Era"


@cache
def printed_runs() -> dict[str, dict[str, Points]]:
    sheet = sevilla_sheet()
    return {name: sevilla_groups(sheet, setting) for name, setting in sevilla_settings().items()}


def on(dates: list[str], log10=None, names=None, groups=None) -> Points:
    days = (pd.to_datetime(pd.Series(dates)) - EPOCH).dt.days
    values = np.zeros(len(dates)) if log10 is None else log10
    return points_at(days, values, names=names or list("abcdefghijkl"[: len(dates)]), groups=groups)


def names_in(points: Points, setting: Setting) -> dict[str, str]:
    groups = sevilla_groups(points, setting)
    return {line: "".join(sorted(points.name)) for line, points in groups.items()}


def test_every_run_has_the_lines_that_were_printed_and_no_other():
    printed = EXPECTED.groupby("setting")["period"].agg(set)

    assert len(EXPECTED) == 72
    assert set(printed.index) == set(printed_runs())
    for setting, groups in printed_runs().items():
        assert set(groups) == printed[setting], setting
    assert len(cut_sevilla(sevilla_sheet(), sevilla_settings())) == 72


@pytest.mark.parametrize(
    "row", EXPECTED.to_dict("records"), ids=lambda row: f"{row['setting']} {row['period']}"
)
def test_every_printed_line_is_reproduced(row):
    points = printed_runs()[row["setting"]][row["period"]]
    line = fit_line(points)
    narrow, wide = (sevilla_doubling(points, level, 4000, 1) for level in (0.92, 0.98))

    assert line.n == row["n"]
    assert f"{narrow.value:.1f}" == f"{row['doubling_month']:.1f}"
    assert f"{line.r2:.2f}" == f"{row['r2']:.2f}"
    # Their slopes are of years of 365 days, their months of 30.
    assert f"{line.slope * 365 / 365.25:.1f}" == f"{row['slope']:.1f}"
    # The ends are quantiles of 1,000 draws, which leave 2.5 % outside with a standard error of half
    # a point: three of them make 1 to 4 %. They are printed to a tenth.
    assert wide.low - 0.05 <= row["doubling_low"] <= narrow.low + 0.05
    assert narrow.high - 0.05 <= row["doubling_high"] <= wide.high + 0.05


def test_a_window_is_open_at_both_ends():
    days = ["2012-01-01", "2012-01-02", "2013-01-01", "2014-01-01", "2014-12-31", "2015-01-01"]

    found = names_in(on(days), replace(EVERYBODY, start="2012-01-01", end="2015-01-01"))

    assert found == {LAST: "bcde"}


def test_a_day_on_which_eras_meet_belongs_to_the_earlier():
    days = ["2001-01-01", "2002-01-01", "2010-01-01", "2010-01-02", "2011-01-01", "2015-09-01"]
    days += ["2015-09-02", "2016-01-01", "2017-01-01"]
    setting = replace(EVERYBODY, deep_learning="2010-01-01", large_scale="2015-09-01")

    assert names_in(on(days), setting) == {PRE: "abc", DEEP: "def", LAST: "ghi"}
    merged = replace(setting, merge_last=True)
    assert names_in(on(days), merged) == {PRE: "abc", DEEP: "defghi"}


def test_an_era_that_ends_on_or_before_the_first_day_is_none():
    points = on(["2010-01-01", "2011-01-01", "2012-01-01", "2013-01-01"])
    first_day = replace(EVERYBODY, deep_learning="2010-01-01", large_scale="2020-01-01")

    assert names_in(points, first_day) == {DEEP: "abcd"}
    assert names_in(points, replace(first_day, deep_learning="2009-12-31")) == {DEEP: "abcd"}
    # A day later, the first system is an era of its own: too few for a line.
    assert names_in(points, replace(first_day, deep_learning="2010-01-02")) == {DEEP: "bcd"}


@pytest.mark.parametrize("n", [0, 1, 2])
def test_two_systems_have_no_line(n):
    assert names_in(on(["2012-01-01", "2013-01-01"][:n]), EVERYBODY) == {}


def test_neighbours_lie_within_years_of_52_weeks():
    # 364 days apart are neighbours in a window of two years, 365 are not.
    near, far = points_at([0, 364], [1.0, 3.0]), points_at([0, 365], [1.0, 3.0])

    assert neighbour_score(near, 2.0) == pytest.approx([-1, 1])
    assert neighbour_score(far, 2.0).tolist() == [0, 0]
    assert neighbour_score(points_at([0, 546], [1.0, 3.0]), 3.0) == pytest.approx([-1, 1])
    assert neighbour_score(points_at([0, 547], [1.0, 3.0]), 3.0).tolist() == [0, 0]


def test_a_score_is_over_the_deviation_of_all_neighbours():
    # Of days 0, 300, 600: the first sees two, the second all, the third two.
    score = neighbour_score(points_at([0, 300, 600], [0.0, 3.0, 6.0]), 2.0)

    assert score == pytest.approx([-1, 0, 1])
    uneven = neighbour_score(points_at([0, 1, 2, 3], [0.0, 0.0, 0.0, 4.0]), 2.0)
    assert uneven == pytest.approx([-(3**-0.5)] * 3 + [3**0.5])


def test_equal_neighbours_do_not_stand_out():
    assert neighbour_score(points_at(range(0, 900, 30), [20.137] * 30), 2.0) == pytest.approx(
        np.zeros(30), abs=1e-6
    )


def one_far_off(far: float) -> Points:
    """Return nine systems within a year, the last of which is far off: a score of sqrt(8)."""
    days = [f"2016-{month:02d}-15" for month in range(1, 10)]
    return on(days, [0.0] * 8 + [far])


def test_a_small_system_is_left_alone_named_or_taken_out():
    points = one_far_off(-3.0)
    assert neighbour_score(points, 2.0)[-1] == pytest.approx(-(8**0.5))

    assert names_in(points, EVERYBODY) == {LAST: "abcdefghi"}
    assert names_in(points, replace(EVERYBODY, small="label")) == {LAST: "abcdefgh"}
    assert names_in(points, replace(EVERYBODY, small="remove")) == {LAST: "abcdefgh"}
    # At the threshold itself nobody is small.
    at = replace(EVERYBODY, small="remove", low_z=float(neighbour_score(points, 2.0)[-1]))
    assert names_in(points, at) == {LAST: "abcdefghi"}


def test_small_systems_have_a_line_of_their_own_where_they_are_named():
    days = [f"2016-{month:02d}-{day}" for month in range(1, 10) for day in (10, 20, 28)]
    log10 = np.where(np.arange(27) % 9 == 8, -3.0, 0.0)
    points = on(days, log10, names=["s" if value < 0 else "n" for value in log10])

    named = names_in(points, replace(EVERYBODY, small="label"))

    assert named == {LAST: "n" * 24, "Outlier Large Scale Era": "sss"}


def test_a_large_system_is_large_after_the_third_era_has_begun():
    days = [f"{year}-{month:02d}-15" for year in (2014, 2016) for month in range(1, 10)]
    log10 = np.where(np.isin(np.arange(18) % 9, (2, 5, 8)), 3.0, 0.0)
    points = on(days, log10, names=["L" if value > 0 else "n" for value in log10])
    setting = replace(EVERYBODY, deep_learning="2010-01-01", large_scale="2015-09-01")
    large = "Large Scale Large Scale Era"

    assert names_in(points, setting) == {DEEP: "LLLnnnnnn", LAST: "LLLnnnnnn"}
    named = names_in(points, replace(setting, large="label"))
    assert named == {DEEP: "LLLnnnnnn", LAST: "nnnnnn", large: "LLL"}
    assert names_in(points, replace(setting, large="isolate")) == {large: "LLL"}


def test_two_of_the_alphago_family_are_taken_out_by_name():
    days = [f"2017-{month:02d}-01" for month in range(1, 7)]
    names = ["AlphaGo Master", "AlphaGo Zero", "AlphaGo Lee", "AlphaZero", "x", "y"]
    points = on(days, names=names)

    assert len(sevilla_groups(points, EVERYBODY)[LAST]) == 6
    left = sevilla_groups(points, replace(EVERYBODY, alphago="remove"))[LAST]
    assert left.name.tolist() == names[2:]


def test_a_record_is_surpassed_by_nobody_up_to_its_day():
    days = ["2011-01-01", "2011-01-01", "2012-01-01", "2013-01-01", "2013-06-01", "2014-01-01"]
    #      a day's smaller and larger, a tie with it, less, then two records
    points = on(days, [1.0, 2.0, 2.0, 1.5, 3.0, 4.0])
    record = "Record Large Scale Era"

    assert names_in(points, replace(EVERYBODY, records="isolate")) == {LAST: "bcef"}
    assert names_in(points, replace(EVERYBODY, records="label")) == {record: "bcef"}


def test_records_are_those_of_their_class():
    days = [f"2016-{month:02d}-15" for month in range(1, 10)]
    points = on(days, [5.0, 0, 0, 5, 0, 0.1, 5, 0, 0])
    setting = replace(EVERYBODY, large="label", records="isolate")

    # The large ones are records among the large, the others among the others.
    assert names_in(points, setting) == {"Large Scale Large Scale Era": "adg", LAST: "bcef"}


def test_a_rare_domain_counts_as_other():
    days = [f"20{year}-01-01" for year in range(10, 19)]
    points = on(days, groups=[*["Vision"] * 4, *["Games"] * 3, "Speech", "Driving"])

    whole = names_in(points, replace(EVERYBODY, by_domain=True, rare_domain=3))
    assert whole == {"Vision Large Scale Era": "abcd", "Games Large Scale Era": "efg"}
    some = names_in(points, replace(EVERYBODY, by_domain=True, rare_domain=4))
    assert some == {"Vision Large Scale Era": "abcd", "Other Large Scale Era": "efghi"}
    assert names_in(points, replace(EVERYBODY, rare_domain=4)) == {LAST: "abcdefghi"}


def test_a_month_has_thirty_days():
    # A doubling every 300 days.
    days = np.arange(0, 3000, 10)
    found = sevilla_doubling(points_at(days, np.log10(2) * days / 300), 0.9, 100, 1)

    assert found.value == pytest.approx(10)


def test_the_noise_of_an_exact_line_spreads_as_a_uniform_does():
    # The variance of a uniform is a third of its half width squared.
    days = even_days(400)
    points = points_at(days, 0.5 * days / 365.25)
    t = points.year - points.year.mean()
    spread = NOISE_DEX / (3 * t @ t) ** 0.5

    found = sevilla_doubling(points, 0.95, 8000, 1)

    month = np.log10(2) * 365.25 / 30
    half = (month / found.low - month / found.high) / 2
    # An end of 8,000 draws has a standard error of 1.4 % of the half width.
    assert half == pytest.approx(1.96 * spread, rel=0.05)


def test_scatter_and_noise_add_their_variances():
    rng = np.random.default_rng(2)
    days = even_days(400)
    points = points_at(days, 0.5 * days / 365.25 + 0.3 * rng.standard_normal(400))
    t, line = points.year - points.year.mean(), fit_line(points)
    spread = (line.slope_error**2 + NOISE_DEX**2 / (3 * t @ t)) ** 0.5

    found = sevilla_doubling(points, 0.95, 8000, 1)

    month = np.log10(2) * 365.25 / 30
    half = (month / found.low - month / found.high) / 2
    # Cases know of unequal scatter: 400 of them leave a few per cent.
    assert half == pytest.approx(1.96 * spread, rel=0.1)


def test_resamples_of_two_systems_are_dropped():
    # All three at steps of four years: a slope of 10 a step, noise of at most 0.3. Any two of them
    # give 1 or 19 a step.
    points = points_at([0, 1461, 2922], [0.0, 1.0, 20.0])
    month = np.log10(2) * 365.25 / 30

    found = sevilla_doubling(points, 0.9999, 5000, 1)

    assert [found.value, found.low, found.high] == pytest.approx([month / 2.5] * 3, rel=0.032)


def test_a_seed_tells_the_interval_and_units_do_not_matter():
    rng = np.random.default_rng(5)
    days = even_days(40)
    points = points_at(days, 0.5 * days / 365.25 + rng.standard_normal(40))
    base = sevilla_doubling(points, 0.9, 500, 3)

    assert sevilla_doubling(points, 0.9, 500, 3) == base
    assert sevilla_doubling(points, 0.9, 500, 4) != base
    other = sevilla_doubling(replace(points, log10=points.log10 - np.log10(8.64e19)), 0.9, 500, 3)
    assert [other.value, other.low, other.high] == pytest.approx([base.value, base.low, base.high])
