"""What `aienergy trace` refuses, and what it says then."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from aienergy.cli import parser
from aienergy.errors import LedgerError
from aienergy.traces.answer import as_dict
from aienergy.traces.columns import GUESSES
from tests.checkout import ROOT
from tests.power_traces import JOULE_PER_KWH, asked, trace, write


@pytest.mark.parametrize(
    ("table", "arguments", "told"),
    [
        (trace([1.0, 2]).rename(columns={"power_w": "draw"}), (), "there are: run, time, draw"),
        (trace([1.0, 2]), ("--power", "watts"), "no column 'watts'; there are: run, time, power_w"),
        (trace([1.0, 2], watts=3.0), (), "power_w, watts could all be the power"),
        (trace([1.0, -2]), (), "'a': power of -2 W is neg"),
        (trace([1.0, 2, 300_000]), (), "'a': power of 300000 W is above"),
        (trace([1.0, math.inf]), (), "'a': power of inf W"),
        (trace([1.0, -math.inf]), (), "'a': power of -inf W"),
        (trace([1.0, 2], [1.7e12, 1.7e12 + 1]), (), "no number of seconds"),
        (trace([1.0, 2], [0, math.nan]), (), "1 rows have no time"),
        (trace([1.0, 2, 3], pd.array([0, None, 2], "Float64")), (), "1 rows have no time"),
        (trace([1.0, 2]).assign(power_w=["1 W", "2 W"]), (), "power '1 W' is no number"),
        (trace([1.0, 2]).assign(power_w=[True, False]), (), "BOOLEAN, not a number"),
        (trace([1.0, 2]).assign(time=["0", "soon"]), (), "'soon' is no time like the first"),
        (trace([1.0, 2]).rename(columns={"power_w": "power_mw"}), (), "not in W by its name"),
        (trace([1.0, 2]).rename(columns={"time": "time_ms"}), ("--time", "time_ms"), "not in seconds"),
        (trace([1.0, 2]).assign(run=["a", None]), (), "1 rows have no run"),
        (trace([1.0, 2, 3], [0, 2.0, 1]).assign(run=["a", None, "a"]), (), "have no run"),
        (trace([1.0, 2, 3], [0, 2.0, 1]), ("--sorted",), "run 'a' is not one stretch"),
        (trace([1.0, 2, 3]).assign(run=["a", "b", "a"]), ("--sorted",), "run 'a' is not one"),
        (trace([1.0, 2]), ("--gap", "0"), "--gap: 0 is not above 0"),
        (trace([]), (), "none of 0 runs"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused(tmp_path, table, arguments, told):
    from aienergy.traces.command import trace as command

    options = parser().parse_args(["trace", str(write(table, tmp_path / "a.parquet")), *arguments])
    with pytest.raises(LedgerError) as caught:
        command(options)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("run,time,power\na,0,1\na,1,1_000\n", "a.csv:3: power '1_000' is no number"),
        ("run,time,power\na,0,1\na,1,0x10\n", "power '0x10' is no number"),
        ("run;time;power\na;0;1,5\na;1;2,5\n", "power '1,5' is no number"),
        ("run,time,power\na,2026-01-01T00:00:00Z,1\na,2026-01-01T00:00:01,2\n", "no time like"),
        ("run,time,power\na,2026-01-01T00:00:00,1\na,2026-01-01T00:00:01+02:00,2\n", "no time like"),
        ("run,time,power\na,2026-01-01T00:00:00,1\na,2026-02-30T00:00:01,2\n", "no time like"),
        ("run,time,power\n", "no row with a time"),
        ("run,time,power\na,0,1\na,1\n", "Hint"),
        ("", "Hint"),
    ],
)  # fmt: skip
def test_texts_that_cannot_be_right_are_refused(tmp_path, text, told):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(LedgerError) as caught:
        asked(path)
    assert told in str(caught.value)


def test_files_that_do_not_fit_each_other(tmp_path):
    write(trace([1.0, 2]), tmp_path / "a.parquet")
    write(trace([1.0, 2], pd.to_datetime([0, 1], unit="s")), tmp_path / "b.parquet")
    with pytest.raises(
        LedgerError, match=r"b.parquet: times are stamps without .* seconds in .*a.parq"
    ):
        asked(tmp_path)
    write(trace([1.0, 2]).drop(columns="run"), tmp_path / "b.parquet")
    with pytest.raises(
        LedgerError, match=r"b.parquet: no column of runs here, a column of runs in"
    ):
        asked(tmp_path)


def test_every_file_must_say_its_unit(tmp_path):
    write(trace([1.0, 2]), tmp_path / "a.parquet")
    write(trace([1.0, 2]).rename(columns={"power_w": "power_mw"}), tmp_path / "b.parquet")
    with pytest.raises(LedgerError, match=r"b.parquet: column 'power_mw' is not in W by its name"):
        asked(tmp_path)


def test_a_claim_to_be_sorted_is_held_against_all_files(tmp_path):
    write(trace([1.0, 2, 3]), tmp_path / "a.parquet")
    write(trace([1.0, 2, 3], [3.0, 4, 5]), tmp_path / "b.parquet")
    assert asked(tmp_path, "--sorted").table["duration_s"].item() == 5
    write(trace([1.0, 2, 3], [1.5, 2.5, 7]), tmp_path / "b.parquet")
    for rows_per_piece in (1, 10):
        with pytest.raises(LedgerError, match="run 'a' is not one stretch that ascends in time"):
            asked(tmp_path, "--sorted", rows_per_piece=rows_per_piece)


def test_paths_that_hold_no_trace(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "readme.md").write_text("no data")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    for path, told in (("none", "no such file"), ("empty", "no file to read"),
                       ("readme.md", "neither Parquet nor CSV"), ("a.parquet", "Hint")):  # fmt: skip
        with pytest.raises(LedgerError, match=told):
            asked(tmp_path / path)


def test_a_file_is_read_once_and_names_hold_no_wildcards(tmp_path):
    odd = write(trace([100.0, 100, 100]), tmp_path / "it's [1]*?.parquet")
    write(trace([900.0, 900, 900]), tmp_path / "it's 1xx.parquet")
    write(trace([900.0, 900, 900]), tmp_path / "_leftover" / "a.parquet")
    (row,) = as_dict(asked(odd, odd))["runs"]
    assert (row["samples"], row["mean_power_w"]) == (3, 100)


def test_files_without_runs_are_one_run_each(tmp_path):
    tables = [trace(power).drop(columns="run") for power in ([100.0] * 3, [10.0, 20], [5.0, 6])]
    paths = [
        write(tables[0], tmp_path / "a.parquet"), write(tables[1], tmp_path / "b.csv"),
        write(tables[2].iloc[::-1], tmp_path / "c.parquet"),
    ]  # fmt: skip
    table = asked(tmp_path).table
    assert list(table["run"]) == [path.as_posix() for path in paths]
    np.testing.assert_allclose(table["energy_kwh"] * JOULE_PER_KWH, [200, 15, 5.5])


def test_the_page_tells_every_name_that_is_guessed():
    rows = (ROOT / "docs/traces.md").read_text(encoding="utf-8").splitlines()
    for kind, names in GUESSES.items():
        (row,) = (row for row in rows if row.startswith(f"| {kind} |"))
        assert tuple(re.findall("`([^`]+)`", row.split("|")[2])) == names
