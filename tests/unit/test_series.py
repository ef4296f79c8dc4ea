"""Series of points and published trends: what is refused, and what the committed ones say."""

import numpy as np
import pandas as pd
import pytest

from aienergy import units
from aienergy.contracts.series import GROWTH, MEASURES
from aienergy.errors import LedgerError
from aienergy.ingest.raw import read_raw
from tests.checkout import ROOT


def problems_of(tiny) -> str:
    with pytest.raises(LedgerError) as caught:
        read_raw(tiny.write())
    assert all(problem.hint for problem in caught.value.problems)
    return str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ({"unit": "USD"}, "series.csv:2 column unit: unit 'USD' does not fit the measure"),
        ({"unit": "flops a second"}, "column unit: unit 'flops a second' does not fit"),
        ({"measure": "speed"}, "column measure: unknown value 'speed'"),
        ({"source": "nobody"}, "column source: unknown source 'nobody'"),
        ({"vintage": "2021"}, "column vintage: '2021' has the wrong form"),
        ({"vintage": "2021-02-30"}, "column vintage: '2021-02-30' is no date"),
        ({"vintage": "2020-01-01"}, "runs.csv:2 column date: '2020-05-28' is later than"),
        ({"key": "others"}, "series.csv:2 column key: 'others' has no points"),
    ],
)
def test_a_spoilt_series_is_refused(tiny, spoil, told):
    tiny.registries["series"][0].update(spoil)

    assert told in problems_of(tiny)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ({"series": "walks"}, "runs.csv:2 column series: unknown series 'walks'"),
        ({"date": "2020-05"}, "column date: '2020-05' has the wrong form"),
        ({"date": "2020-02-30"}, "column date: '2020-02-30' is no date"),
        ({"date": ""}, "column date: date '' does not fit"),
        ({"value": ""}, "column value: an empty cell"),
        ({"value": "3,140"}, "column value: '3,140' is no number"),
        ({"value": "inf"}, "column value: 'inf' is no number"),
        ({"value": "-1"}, "column value: -1 is not above zero"),
        ({"value": "0"}, "column value: 0 is not above zero"),
        ({"locator": ""}, "column locator: an empty cell"),
    ],
)
def test_a_spoilt_point_is_refused(tiny, spoil, told):
    tiny.points[0].update(spoil)

    assert told in problems_of(tiny)


def test_a_point_is_told_apart_by_its_group(tiny):
    tiny.points.append({**tiny.points[0], "value": "3e23"})
    assert "runs.csv:3 column name: 'GPT-3' repeats another point" in problems_of(tiny)

    tiny.points[1]["group"] = "Likely"
    assert len(read_raw(tiny.write()).tables["series_points"]) == 2


def test_a_point_that_stands_in_two_files_is_refused(tiny):
    folder = tiny.write()
    other = folder / "series_points/more.csv"
    other.write_text((folder / "series_points/runs.csv").read_text())

    with pytest.raises(LedgerError, match=r"runs\.csv:2 column name: 'GPT-3' repeats"):
        read_raw(folder)


def test_draws_have_no_day_and_counts_may_be_zero(tiny):
    tiny.registries["series"][0].update(measure="halving_time_month", unit="year")
    assert "column date: date '2020-05-28' does not fit" in problems_of(tiny)

    tiny.points[0]["date"] = ""
    read_raw(tiny.write())

    tiny.registries["series"][0].update(measure="system_count", unit="1")
    tiny.points[0].update(date="2020-12-31", value="0")
    read_raw(tiny.write())


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ({"observation": "no.such"}, "column observation: 'no.such' is no published rate"),
        (
            {"observation": "gpt3.training_energy.doe2021"},
            "'gpt3.training_energy.doe2021' is no published rate",
        ),
        ({"points": "series:walks"}, "column points: unknown series 'series:walks'"),
        ({"points": "snapshot:nobody"}, "'snapshot:nobody' has the wrong form"),
        ({"points": "", "cause": ""}, "column cause: no cause '' is given"),
        ({"cause": ""}, "column cause: no cause '' is given"),
        ({"rule": ""}, "column rule: no rule '' is given"),
        ({"rule": "best"}, "column rule: unknown value 'best'"),
        ({"start": "2021-01-01"}, "column start: '2021-01-01' is after the end"),
        ({"end": "2020-13-01"}, "column end: '2020-13-01' is no date"),
        ({"published_n": "many"}, "column published_n: 'many' has the wrong form"),
    ],
)
def test_a_spoilt_trend_is_refused(tiny, spoil, told):
    tiny.registries["published_trends"][0].update(spoil)

    assert told in problems_of(tiny)


def test_two_trends_of_one_key_are_refused(tiny):
    tiny.registries["published_trends"] *= 2

    assert "published_trends.csv:3 column key: duplicate 't1'" in problems_of(tiny)


@pytest.fixture(scope="module")
def points() -> pd.DataFrame:
    """Return the committed points with day and value in the unit of their measure."""
    registry = pd.read_csv(ROOT / "data/raw/series.csv").set_index("key")
    files = sorted((ROOT / "data/raw/series_points").glob("*.csv"))
    read = [pd.read_csv(f, parse_dates=["date"], dtype={"value": float}) for f in files]
    frame = pd.concat(read, ignore_index=True)
    factors = {
        key: units.conversion_factor(row.unit, MEASURES[row.measure])
        for key, row in registry.iterrows()
    }
    return frame.assign(canonical=frame["value"] * frame["series"].map(factors))


def test_the_points_give_the_published_cost_of_training(points):
    for name, count, excepted, slope in (
        ("cottier2024_amortized_cost", 45, 2, 0.3888),
        ("cottier2024_acquisition_cost", 37, 0, 0.3933),
    ):
        rows = points[points["series"] == name]
        day = rows["date"].dt
        time = day.year + (day.month - 1) / 12 + (day.day - 1) / 365
        assert len(rows) == count
        assert np.polyfit(time, np.log10(rows["canonical"]), 1)[0] == pytest.approx(slope, abs=5e-5)
        assert rows["group"].eq("AlphaGo Master and Zero").sum() == excepted


def test_the_points_give_the_published_time_horizon(points):
    rows = points[(points["series"] == "metr2026_horizon") & (points["group"] == "sota")]
    days = (rows["date"] - rows["date"].min()).dt.days
    slope = np.polyfit(days, np.log2(rows["canonical"]), 1)[0]

    assert len(rows) == 14
    assert 1 / slope == pytest.approx(196.475, abs=5e-4)


def test_the_draws_give_the_published_halving_time(points):
    draws = points.loc[points["series"] == "ho2024_draws", "canonical"]

    assert len(draws) == 100
    assert draws.median() == pytest.approx(8.57, abs=0.005)
    assert draws.quantile([0.025, 0.975]).round().tolist() == [5, 14]


def test_the_points_give_the_published_growth_of_supercomputers(points):
    rows = points[points["series"] == "epoch_clusters_performance"].sort_values("date")
    value, date = rows["canonical"].to_numpy(), rows["date"].to_numpy()
    rank = [(value[date <= day] > own).sum() for own, day in zip(value, date, strict=True)]
    kept = rows[(np.array(rank) < 10) & rows["date"].between("2019-01-01", "2025-03-31")]
    years = kept["date"].map(pd.Timestamp.toordinal) / 365.25
    slope = np.polyfit(years - years.mean(), np.log10(kept["canonical"]), 1)[0]

    assert 10**slope == pytest.approx(2.5, abs=0.05)


def test_every_published_trend_has_its_rate_or_a_reason():
    trends = pd.read_csv(ROOT / "data/raw/published_trends.csv", keep_default_na=False)
    rates = pd.read_csv(ROOT / "data/raw/observations/published_trends.csv")
    named = trends[trends["observation"] != ""]

    assert len(trends) == 33
    assert set(trends.loc[trends["observation"] == "", "cause"]) == {"not_read", "qualitative"}
    assert rates.set_index("id").loc[named["observation"], "quantity"].isin(GROWTH).all()
