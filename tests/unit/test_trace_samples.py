"""What is odd about the samples of a trace of power, and what the command says of it."""

import json
import subprocess
import sys

import duckdb
import numpy as np
import pandas as pd
import pytest

from aienergy.cli import parser
from aienergy.errors import LedgerError
from aienergy.traces.answer import as_dict, lines
from aienergy.traces.engine import literal
from tests.power_traces import JOULE_PER_KWH, asked, many, trace, write

# Gaps, repeated stamps, missing values


def test_energy_over_gaps_is_told_apart(tmp_path):
    path = write(trace([100, 100, 200, 200], [0, 10, 110, 120.0]), tmp_path / "a.parquet")
    for limit, gaps, bridged_j in ((99.0, 1, 15_000), (100.0, 0, 0), (9.0, 3, 18_000)):
        (row,) = as_dict(asked(path, "--gap", limit))["runs"]
        assert (row["gaps"], row["largest_gap_s"]) == (gaps, 100)
        assert row["bridged_kwh"] == pytest.approx(bridged_j / JOULE_PER_KWH, rel=1e-9, abs=1e-15)
        assert row["energy_kwh"] == pytest.approx(18_000 / JOULE_PER_KWH, rel=1e-9)


def test_a_gap_between_files_counts_as_one(tmp_path):
    write(trace([100, 100], [0, 10.0]), tmp_path / "a.parquet")
    write(trace([200, 200], [110, 120.0]), tmp_path / "b.parquet")
    (row,) = as_dict(asked(tmp_path))["runs"]
    assert (row["gaps"], row["bridged_s"], row["largest_gap_s"]) == (1, 100, 100)
    assert row["energy_kwh"] == pytest.approx(18_000 / JOULE_PER_KWH, rel=1e-9)


def test_a_row_that_two_files_share_is_told(tmp_path):
    write(trace([100, 100], [0, 10.0]), tmp_path / "a.parquet")
    write(trace([100, 200], [10, 20.0]), tmp_path / "b.parquet")
    answer = asked(tmp_path)
    (row,) = as_dict(answer)["runs"]
    assert not answer.was_sorted_here
    assert (row["samples"], row["repeated"], row["different"], row["duration_s"]) == (4, 1, 0, 20)
    assert row["energy_kwh"] == pytest.approx(2500 / JOULE_PER_KWH, rel=1e-9)


def test_rows_given_twice_change_nothing_and_are_told(tmp_path):
    table = trace([100.0, 120, 110, 90])
    twice = pd.concat([table, table])
    for given in (twice, twice.sort_values("time")):
        (row,) = as_dict(asked(write(given, tmp_path / "a.parquet")))["runs"]
        assert row["repeated"] == 4
        assert row["different"] == 0
        assert row["energy_kwh"] == pytest.approx(325 / JOULE_PER_KWH, rel=1e-9)


@pytest.mark.parametrize("rows_of_first_file", [2, 7])
def test_several_powers_at_a_stamp_do_not_depend_on_the_order_of_rows(tmp_path, rows_of_first_file):
    table = trace([100.0, 120, 180, 90, 90, 90, 90], [0.0, 1, 1, 3, 4, 5, 6])
    rows = []
    for order in ([0, 1, 2, 3, 4, 5, 6], [0, 2, 1, 3, 4, 5, 6], [6, 2, 0, 1, 3, 5, 4]):
        write(table.iloc[order[:rows_of_first_file]], tmp_path / "a.parquet")
        write(table.iloc[order[rows_of_first_file:]], tmp_path / "b.parquet")
        rows += as_dict(asked(tmp_path))["runs"]
    assert rows[0] == rows[1] == rows[2]
    assert (rows[0]["repeated"], rows[0]["different"]) == (1, 1)
    joule = (100 + 120) / 2 + (180 + 90) / 2 * 2 + 3 * 90
    assert rows[0]["energy_kwh"] == pytest.approx(joule / JOULE_PER_KWH, rel=1e-9)


def test_mixed_meters_are_refused(tmp_path):
    table = pd.concat([trace([100.0] * 50), trace([300.0] * 50)])
    with pytest.raises(LedgerError, match="meters are mixed"):
        asked(write(table, tmp_path / "a.parquet"))
    named = table.assign(gpu=[0] * 50 + [1] * 50)
    answer = asked(write(named, tmp_path / "b.parquet"))
    np.testing.assert_allclose(answer.table["mean_power_w"], [100, 300])


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_samples_without_a_value_are_bridged_and_counted(tmp_path, order):
    table = trace([100, None, np.nan, 200, 200]).iloc[order]
    (row,) = as_dict(asked(write(table, tmp_path / "a.parquet")))["runs"]
    assert (row["samples"], row["without_power"], row["largest_gap_s"]) == (3, 2, 3)
    assert row["energy_kwh"] == pytest.approx(650 / JOULE_PER_KWH, rel=1e-9)


def test_not_a_number_is_missing_as_power_and_refused_as_time(tmp_path):
    path = tmp_path / "a.parquet"
    with duckdb.connect() as engine:
        for column, told in (("power", ""), ("time", "no number of seconds")):
            values = {"time": "i", "power": "100.0"}
            values[column] = (
                f"CASE WHEN i % 2 = 1 THEN CAST('NaN' AS DOUBLE) ELSE {values[column]} END"
            )
            engine.execute(
                f"COPY (SELECT 'a' AS run, {values['time']} AS time, {values['power']} AS power"
                f" FROM range(5) AS t(i)) TO {literal(str(path))} (FORMAT parquet)"
            )
            if told:
                with pytest.raises(LedgerError, match=told):
                    asked(path)
            else:
                (row,) = as_dict(asked(path))["runs"]
                assert (row["samples"], row["without_power"], row["mean_power_w"]) == (3, 2, 100)


def test_missing_values_of_tools_in_csv(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("run,time,power\na,0,100\na,1,[N/A]\na,2,\na,3,nan\na,4, 200 \n")
    (row,) = as_dict(asked(path))["runs"]
    assert (row["samples"], row["without_power"]) == (2, 3)
    assert row["energy_kwh"] == pytest.approx(600 / JOULE_PER_KWH, rel=1e-9)


def test_a_zero_is_no_energy(tmp_path):
    table = pd.concat([
        trace([0.0, 0, 0], run="dead"), trace([5.0], run="one"), trace([5.0, 0, 5], run="some"),
        trace([np.nan, np.nan], run="void"),
    ])  # fmt: skip
    answer = asked(write(table, tmp_path / "a.parquet"))
    rows = {row["run"]: row for row in as_dict(answer)["runs"]}
    assert [rows[run]["energy_kwh"] for run in ("dead", "one", "void")] == [None] * 3
    assert rows["void"]["without_power"] == 2
    assert rows["some"]["energy_kwh"] == pytest.approx(5 / JOULE_PER_KWH)
    assert "3 without energy" in answer.notes[0]
    assert "4 samples of 0 W, counted as measured (2 runs)" in answer.notes
    with pytest.raises(LedgerError, match="none of 1 runs"):
        asked(write(trace([0.0, 0]), tmp_path / "b.parquet"))


# The command


def test_command_prints_text_json_and_csv(tmp_path, capsys):
    from aienergy.traces.command import trace as command

    path, out = write(many(), tmp_path / "a.parquet"), tmp_path / "out.csv"
    reference = asked(path)
    command(parser().parse_args(["trace", str(path), "--json", "--out", str(out)]))
    printed = json.loads(capsys.readouterr().out)
    assert printed == as_dict(reference)
    assert len(pd.read_csv(out)) == 7
    command(parser().parse_args(["trace", str(path)]))
    text = capsys.readouterr().out.splitlines()
    assert text == list(lines(reference))
    assert text[0].split()[:2] == ["run", "energy_kwh"]
    assert text[8].endswith("kWh in 7 runs")
    assert any("gaps above 60 s, bridged" in line for line in text)


def test_many_runs_are_shown_by_their_largest(tmp_path):
    table = pd.concat([trace([float(i + 1)] * 2, run=f"{i:03}") for i in range(100)])
    text = list(lines(asked(write(table, tmp_path / "a.parquet"))))
    assert text[1].split()[0] == "099"
    assert any("the 40 largest of 100" in line for line in text)


def test_other_commands_do_not_load_the_engine():
    code = "import aienergy.cli as c, sys; c.parser(); sys.exit('duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
