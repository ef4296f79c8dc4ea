"""Sums of samples that stand in order, as arrays: against the engine, and in what they leave to it."""

import itertools

import duckdb
import numpy as np
import pandas as pd
import pytest

from aienergy.traces.arrow import batches
from aienergy.traces.stretches import MOST_STRETCHES, summed
from tests.power_traces import COUNTED, SUMMED, asked, assert_same, many, trace, write


def batch(code, tick, power, has_power=None):
    columns = (np.array(code, np.uint64), np.array(tick, np.int64), np.array(power, np.float64))
    return list(zip(columns, (None, None, has_power), strict=True))


def test_columns_of_a_query_come_as_they_are():
    with duckdb.connect(config={"threads": 2}) as engine:
        query = engine.sql(
            "SELECT i, CASE WHEN i % 3 > 0 THEN i / 2 END FROM range(300000) AS t(i) ORDER BY i"
        )
        taken = [
            (whole.copy(), half.copy(), has.copy())
            for (whole, _), (half, has) in batches(query, (np.int64, np.float64))
        ]
    whole, half, has = map(np.concatenate, zip(*taken, strict=True))
    assert len(taken) > 1
    assert np.array_equal(whole, np.arange(300_000))
    assert np.array_equal(has, whole % 3 > 0)
    assert np.array_equal(half[has], whole[has] / 2)


def test_what_the_engine_cannot_read_on_is_its_error():
    with duckdb.connect() as engine:
        query = engine.sql(
            "SELECT CASE WHEN i < 1e6 THEN i ELSE error('no') END FROM range(2000000) AS t(i)"
        )
        with pytest.raises(duckdb.Error, match="no"):
            list(batches(query, (np.int64,)))


def test_rows_without_a_power_are_left_out_and_keep_their_numbers():
    first = batch([1, 1, 1, 2], [0, 1, 2, 9], [5, np.nan, 7, 1])
    second = batch([2, 2, 2], [10, 11, 12], [0, 3, 4], np.array([True, False, True]))
    sums = summed(iter([first, second]), 1)
    assert sums is not None
    assert list(zip(sums["first_row"], sums["last_row"], strict=True)) == [(0, 2), (3, 3), (4, 6)]
    assert sums["area"].tolist() == [24, 0, 8]
    assert sums["gaps"].tolist() == [1, 0, 1]
    assert sums["zeros"].tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    "given",
    [
        [batch([1, 1], [1, 0], [1, 1])],
        [batch([1, 2, 1], [0, 1, 2], [1, 1, 1])],
        [batch([1, 2], [0, 1], [1, 1]), batch([1], [2], [1])],
        [batch(np.arange(MOST_STRETCHES + 1), np.zeros(MOST_STRETCHES + 1), np.ones(MOST_STRETCHES + 1))],
        [],
    ],
)  # fmt: skip
def test_what_is_not_in_order_is_left_to_the_engine(given):
    assert summed(iter(given), 60) is None


@pytest.mark.parametrize("missing", [0.0, 0.01])
def test_arrays_and_engine_say_the_same(tmp_path, monkeypatch, missing):
    table = many(30, 300_000)
    table.loc[np.random.default_rng(3).random(len(table)) < missing, "power_w"] = np.nan
    path = write(table, tmp_path / "a.parquet")
    arrays = asked(path)
    monkeypatch.setattr("aienergy.traces.energy.in_order", lambda *_: None)
    assert_same(arrays, asked(path))


def test_the_number_of_threads_changes_no_digit(tmp_path, monkeypatch):
    path = write(many(30, 300_000), tmp_path / "a.parquet")
    tables = []
    for workers in (1, 2, 3):
        for module in ("engine", "energy"):
            monkeypatch.setattr(f"aienergy.traces.{module}.workers", lambda n=workers: n)
        tables.append(asked(path, rows_per_piece=250_000).table)
    for one, other in itertools.pairwise(tables):
        pd.testing.assert_frame_equal(
            one[COUNTED + SUMMED], other[COUNTED + SUMMED], check_exact=True
        )


def test_many_runs_of_few_samples(tmp_path):
    table = trace(np.random.default_rng(4).uniform(1, 9, 300_000))
    table["run"] = [f"r{i // 6:06}" for i in range(len(table))]
    answer = asked(write(table, tmp_path / "a.parquet"))
    assert not answer.was_sorted_here
    assert answer.table["samples"].eq(6).all()
    assert len(answer.table) == 50_000
