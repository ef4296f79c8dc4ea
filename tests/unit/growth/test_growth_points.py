"""What gets through the door: order, days, units, and everything that is refused."""

import numpy as np
import pandas as pd
import pytest

from aienergy.errors import LedgerError
from aienergy.growth.lines import fit_line
from aienergy.growth.points import Points, make_points, year_of
from aienergy.growth.resampling import METHODS, Rule, slope_interval

PFS_DAY = 8.64e19  # FLOP
FIELDS = ("year", "log10", "cluster", "error_dex", "name", "group")


def table(n: int = 60, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    day = pd.Timestamp("2010-01-01") + pd.to_timedelta(rng.integers(0, 4000, n), unit="D")
    return pd.DataFrame(
        {
            "date": day.strftime("%Y-%m-%d"),
            "value": 10 ** (18 + rng.normal(size=n)),
            "maker": rng.choice(["a", "b", "c", "d", "e", "f"], n),
            "error": rng.choice([0.0, 0.3, 0.6], n),
            "name": [f"s{i}" for i in range(n)],
            "class": rng.choice(["vision", "language"], n),
        }
    )


def points_of(rows: pd.DataFrame, unit: float = 1.0) -> Points:
    return make_points(
        rows["date"],
        rows["value"] / unit,
        list(rows["maker"]),
        list(rows["error"]),
        list(rows["name"]),
        list(rows["class"]),
    )


def test_points_come_in_order_of_days_then_of_values_with_all_that_belongs_to_them():
    dates = pd.Series(["2001-01-01", "2000-01-01", "2000-01-01"])

    points = make_points(
        dates, pd.Series([1.0, 100.0, 10.0]), list("bab"), [0.1, 0.2, 0.3], list("xyz"), list("klm")
    )

    assert points.year == pytest.approx([2000, 2000, 2000 + 366 / 365.25])
    assert points.log10 == pytest.approx([1, 2, 0])
    assert points.cluster.tolist() == [1, 0, 1]
    assert points.error_dex.tolist() == [0.3, 0.2, 0.1]
    assert points.name.tolist() == ["z", "y", "x"]
    assert points.group.tolist() == ["m", "l", "k"]


def test_no_order_of_rows_changes_anything():
    rows = table()
    rows.loc[30:, ["date", "value", "name"]] = rows.loc[:29, ["date", "value", "name"]].to_numpy()
    base = points_of(rows)

    for seed in range(5):
        shuffled = points_of(rows.sample(frac=1, random_state=seed).reset_index(drop=True))
        for field in FIELDS:
            assert getattr(shuffled, field).tolist() == getattr(base, field).tolist(), field


def test_points_that_stand_alone_are_numbered_in_their_order():
    rows = table(30)

    shuffled = make_points(rows["date"][::-1], rows["value"][::-1])

    assert shuffled.cluster.tolist() == list(range(30))


@pytest.mark.parametrize(
    "written",
    [
        "2020-01-01",
        "2020-01-01T23:00:00+09:00",
        "2020-01-01T01:00:00-11:00",
        "2020-01-01 23:59",
        "2020-01-01T00:00:00Z",
    ],
)
def test_the_day_that_is_written_counts(written):
    points = make_points(pd.Series([written]), pd.Series([1.0]))

    assert points.year.tolist() == [2000 + 7305 / 365.25]


def test_days_of_a_calendar_are_taken_as_they_are():
    points = make_points(pd.Series(pd.to_datetime(["1957-02-28"])), pd.Series([1.0]))

    assert points.year.tolist() == [year_of("1957-02-28")]


def test_a_date_may_occur_twice():
    points = make_points(pd.Series(["2020-01-01"] * 3), pd.Series([5.0, 5.0, 3.0]))

    assert 10**points.log10 == pytest.approx([3, 5, 5])
    assert len(set(points.cluster)) == 3


def test_years_count_days_from_the_start_of_2000():
    assert year_of("2000-01-01") == 2000
    assert year_of("2012-09-30") == pytest.approx(2000 + 4656 / 365.25)
    assert year_of("1950-01-01") == pytest.approx(2000 - 18262 / 365.25)


@pytest.mark.parametrize("size", [0, 10])
@pytest.mark.parametrize("method", METHODS)
def test_a_unit_changes_no_slope_and_no_interval(method, size):
    rule = Rule(size, 2010, 2030)
    flop, petaflop = points_of(table()), points_of(table(), PFS_DAY)

    assert fit_line(flop).slope == pytest.approx(fit_line(petaflop).slope, abs=1e-9)
    assert slope_interval(flop, rule, method, 0.9, 200, 7) == pytest.approx(
        slope_interval(petaflop, rule, method, 0.9, 200, 7), abs=1e-9
    )


def test_everything_wrong_is_told_at_once_by_row_and_value():
    dates = ["2020-01-01", "2020-02-30", "soon", None, "2020-1-5", "2020-01-011", "20200101", ""]
    numbers = [float("nan"), 1.0, 0.0, -3.0, float("inf"), 2.0, 3.0, "many"]

    with pytest.raises(LedgerError) as caught:
        make_points(pd.Series(dates, dtype=object), pd.Series(numbers, dtype=object))

    told = [(p.where, p.what.split("'")[1]) for p in caught.value.problems]
    assert told == [
        ("row 2", "2020-02-30"),
        ("row 3", "soon"),
        ("row 4", "None"),
        ("row 5", "2020-1-5"),
        ("row 6", "2020-01-011"),
        ("row 7", "20200101"),
        ("row 8", ""),
        ("row 1", "nan"),
        ("row 3", "0.0"),
        ("row 4", "-3.0"),
        ("row 5", "inf"),
        ("row 8", "many"),
    ]
    assert "Hint: Write year-month-day." in str(caught.value)
    assert "leave a missing value out" in str(caught.value)


def test_rows_are_counted_whatever_the_index():
    dates = pd.Series(["2020-01-01", "2020-01-02"], index=[40, 41])

    with pytest.raises(LedgerError, match=r"^row 2: '-1.0' has no logarithm"):
        make_points(dates, pd.Series([1.0, -1.0], index=[40, 41]))


@pytest.mark.parametrize("error", [float("nan"), -0.1, float("inf")])
def test_an_error_is_zero_or_positive(error):
    with pytest.raises(LedgerError, match=r"^row 2: an error of .* dex is none"):
        make_points(pd.Series(["2020-01-01"] * 2), pd.Series([1.0, 2.0]), error_dex=[0.1, error])


def test_numbers_may_be_text():
    assert make_points(pd.Series(["2020-01-01"]), pd.Series(["3.14e23"])).log10[0] == pytest.approx(
        np.log10(3.14e23)
    )
