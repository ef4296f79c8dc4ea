"""Energy of traces of power, against closed forms and against itself in another layout."""

import itertools
import math
import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from aienergy.traces.answer import Answer, as_dict
from aienergy.traces.columns import Columns
from aienergy.traces.engine import literal
from aienergy.traces.pieces import pieces_of
from aienergy.traces.sources import Source
from tests.power_traces import JOULE_PER_KWH, SUMMED, asked, assert_same, many, trace, write

# Closed forms


def test_constant_power_is_power_times_time(tmp_path):
    (row,) = as_dict(asked(write(trace([250.0] * 3601), tmp_path / "a.parquet")))["runs"]
    assert row["energy_kwh"] == pytest.approx(0.25, rel=1e-12)
    assert row["mean_power_w"] == pytest.approx(250, rel=1e-12)
    assert (row["duration_s"], row["samples"], row["largest_gap_s"]) == (3600, 3601, 1)
    assert (row["gaps"], row["bridged_kwh"], row["bridged_s"]) == (0, 0, 0)


def test_a_ramp_is_exact_on_uneven_steps(tmp_path):
    time_s = np.cumsum(np.random.default_rng(1).uniform(0.1, 5, 1000))
    answer = asked(write(trace(10 + 3 * time_s, time_s), tmp_path / "a.parquet"))
    first, last = time_s[0], time_s[-1]
    joule = 10 * (last - first) + 1.5 * (last**2 - first**2)
    assert answer.table["energy_kwh"].item() == pytest.approx(joule / JOULE_PER_KWH, rel=1e-12)


def test_a_sine_is_right_to_the_error_of_the_trapezoid(tmp_path):
    n, turns = 2001, 3.25
    time_s = np.linspace(0, 1000, n)
    rate = 2 * math.pi * turns / 1000
    answer = asked(write(trace(300 + 100 * np.sin(rate * time_s), time_s), tmp_path / "a.parquet"))
    exact = 300 * 1000 + 100 / rate * (1 - math.cos(rate * 1000))
    off = answer.table["energy_kwh"].item() * JOULE_PER_KWH - exact
    step = 0.5
    leading = -100 * rate * step**2 / 12 * (1 - math.cos(rate * 1000))
    assert off == pytest.approx(leading, rel=1e-3)


def test_against_numpy_run_by_run(tmp_path):
    table = many()
    answer = asked(write(table, tmp_path / "a.parquet")).table.set_index("run")
    for run, mine in table.groupby("run"):
        time_s, power_w = mine["time"].to_numpy(), mine["power_w"].to_numpy()
        steps = np.diff(time_s)
        areas = steps * (power_w[1:] + power_w[:-1]) / 2
        row = answer.loc[run]
        assert row["energy_kwh"] == pytest.approx(areas.sum() / JOULE_PER_KWH, rel=1e-12)
        assert row["bridged_kwh"] == pytest.approx(areas[steps > 60].sum() / JOULE_PER_KWH)
        assert row["bridged_s"] == steps[steps > 60].sum()
        assert row["gaps"] == (steps > 60).sum()
        assert row["repeated"] == (steps == 0).sum()
        assert row["zeros"] == (power_w == 0).sum()
        assert row["largest_gap_s"] == steps.max()


# Invariance


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> Answer:
    return asked(write(many(), tmp_path_factory.mktemp("trace") / "a.parquet"))


def test_order_of_rows(tmp_path, reference):
    for seed in (0, 1):
        shuffled = many().sample(frac=1, random_state=seed)
        answer = asked(write(shuffled, tmp_path / "a.parquet"))
        assert answer.was_sorted_here
        assert_same(answer, reference)
    assert not reference.was_sorted_here


def test_rows_in_the_order_of_time_alone(tmp_path, reference):
    assert_same(asked(write(many().sort_values("time"), tmp_path / "a.parquet")), reference)


@pytest.mark.parametrize("rows_per_group", [2048, 4096, 10_000])
def test_row_groups_and_pieces(tmp_path, reference, rows_per_group):
    path = write(many(), tmp_path / "a.parquet", rows_per_group)
    for rows_per_piece in (1, 5000, 10**9):
        answer = asked(path, rows_per_piece=rows_per_piece)
        assert not answer.was_sorted_here
        assert_same(answer, reference)


def test_runs_that_straddle_files_in_any_order_of_names(tmp_path, reference):
    table = many()
    cuts = [0, 3, 5000, 5001, 12_000, len(table)]
    for i, (first, last) in enumerate(itertools.pairwise(cuts)):
        write(table.iloc[first:last], tmp_path / f"part-{len(cuts) - i}.parquet")
    for rows_per_piece in (1, 6000, 10**9):
        answer = asked(tmp_path, rows_per_piece=rows_per_piece)
        assert not answer.was_sorted_here
        assert_same(answer, reference)


def test_partitions_whose_folders_are_the_runs(tmp_path, reference):
    for run, mine in many().groupby("run"):
        write(mine.drop(columns="run"), tmp_path / f"run={run}" / "0.parquet")
    assert_same(asked(tmp_path), reference)


def test_files_of_every_other_row_overlap_and_are_sorted(tmp_path, reference):
    table = many()
    for i in range(2):
        write(table.iloc[i::2], tmp_path / f"{i}.parquet")
    answer = asked(tmp_path)
    assert answer.was_sorted_here
    assert_same(answer, reference)


def test_csv_with_seconds(tmp_path, reference):
    assert_same(asked(write(many(), tmp_path / "a.csv")), reference)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_stamps_of_any_precision_and_zone(tmp_path, reference, unit, zone):
    stamps = pd.to_datetime(many()["time"], unit="s").astype(f"datetime64[{unit}]")
    stamps = stamps.dt.tz_localize("UTC").dt.tz_convert(zone) if zone else stamps
    assert_same(asked(write(many().assign(time=stamps), tmp_path / "a.parquet")), reference)
    assert_same(asked(write(many().assign(time=stamps), tmp_path / "a.csv")), reference)


def test_stamps_as_text_in_parquet(tmp_path, reference):
    stamps = pd.to_datetime(many()["time"], unit="s").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert_same(asked(write(many().assign(time=stamps), tmp_path / "a.parquet")), reference)


def test_types_of_power_and_runs(tmp_path, reference):
    table = many()
    table["power_w"] *= 1000
    whole = table.assign(power_w=table["power_w"].round().astype("int32"))
    answer = asked(write(whole, tmp_path / "a.parquet"), "--unit", "mW")
    assert_same(answer, reference)
    numbers = many().assign(run=many()["run"].str[-2:].astype(int))
    answer = asked(write(numbers, tmp_path / "b.parquet"))
    assert list(answer.table["run"]) == [str(i) for i in range(7)]
    np.testing.assert_allclose(answer.table[SUMMED], reference.table[SUMMED], rtol=1e-12)


def test_stamps_of_nanoseconds_with_a_zone_lose_no_digit(tmp_path):
    path, late_ns = tmp_path / "a.parquet", 1_700_000_000_000_000_000
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        time = f"CAST(make_timestamp_ns({late_ns} + i) AS TIMESTAMPTZ_NS)"
        engine.execute(
            f"COPY (SELECT 'a' AS run, {time} AS time, 100 AS power FROM range(5) AS t(i))"
            f" TO {literal(str(path))} (FORMAT parquet)"
        )
    (row,) = as_dict(asked(path))["runs"]
    assert (row["duration_s"], row["largest_gap_s"], row["repeated"]) == (4e-9, 1e-9, 0)


@pytest.mark.parametrize("runs", ["'a'", "CAST('a' AS ENUM ('a', 'b'))"])
@pytest.mark.parametrize("seconds", ["INTEGER", "UBIGINT", "HUGEINT", "FLOAT", "DECIMAL(9, 3)"])
@pytest.mark.parametrize("power", ["SMALLINT", "FLOAT", "DECIMAL(9, 3)"])
def test_types_of_columns(tmp_path, runs, seconds, power):
    path = tmp_path / "a.parquet"
    with duckdb.connect() as engine:
        engine.execute(
            f"COPY (SELECT {runs} AS run, CAST(i AS {seconds}) AS time,"
            f" CAST(100 + i AS {power}) AS power FROM range(5) AS t(i))"
            f" TO {literal(str(path))} (FORMAT parquet)"
        )
    (row,) = as_dict(asked(path))["runs"]
    assert (row["run"], row["duration_s"], row["mean_power_w"]) == ("a", 4, 102)


def test_sorting_spills_to_disk_where_memory_is_short(tmp_path, monkeypatch):
    n = 400_000
    order = np.random.default_rng(2).permutation(n)
    table = trace(100 + np.arange(n) % 7, run="r").iloc[order]
    path = write(table, tmp_path / "a.parquet")
    expected = asked(path)
    monkeypatch.setattr("aienergy.traces.engine.MEMORY_LIMIT", "24MiB")
    assert_same(asked(path), expected)
    assert expected.table["duration_s"].item() == n - 1


def test_every_row_is_in_one_piece():
    sizes = [[], [5], [3, 3, 3], [10], [2], [2], [1, 1], [4, 4, 4, 4, 1]]
    sources = [
        Source(Path(f"{i}"), f"{i}", Columns("run", "time", "power"), Columns(), 1.0, ())
        for i in range(len(sizes))
    ]
    groups = {source.path: rows for source, rows in zip(sources, sizes, strict=True)}
    total = sum(map(sum, sizes))
    for rows_per_piece in range(1, total + 2):
        pieces = list(pieces_of(sources, groups, rows_per_piece))
        assert sum(piece.n_rows for piece in pieces) == total
        for source in sources:
            mine = [piece for piece in pieces if source in piece.sources]
            cuts = [re.findall(r"\d+", piece.where) for piece in mine]
            rows = [
                row
                for first, last in filter(None, cuts)
                for row in range(int(first), int(last) + 1)
            ]
            assert rows == list(range(sum(groups[source.path]))) or cuts == [[]]
        assert all(piece.n_rows < rows_per_piece + max(sizes[3]) for piece in pieces)


def test_components_are_summed_apart(tmp_path, reference):
    one = many().assign(component="gpu0")
    two = many().assign(component="gpu1", power_w=many()["power_w"] * 2)
    in_order = pd.concat([one, two]).sort_values(["run", "component", "time"], kind="stable")
    for is_sorted, table in ((True, in_order), (False, in_order.sort_values(["run", "time"]))):
        answer = asked(write(table, tmp_path / "a.parquet"))
        assert answer.was_sorted_here != is_sorted
        for name, factor in (("gpu0", 1), ("gpu1", 2)):
            mine = answer.table[answer.table["component"] == name]
            expected = reference.table["energy_kwh"] * factor
            np.testing.assert_allclose(mine["energy_kwh"], expected, rtol=1e-12)
