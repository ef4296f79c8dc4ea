"""CodeCarbon logs: column generations, cumulative and task rows, and every refusal."""

import re

import pandas as pd
import pytest

from aienergy.errors import LedgerError
from aienergy.logs.codecarbon import read_codecarbon

WHERE = "data/raw/runs/x/emissions.csv"
# One hour at 100 W CPU, 300 W on two GPUs and 20 W of memory: 0.42 kWh in all.
ROW = {
    "timestamp": "2026-01-02T03:04:05",
    "project_name": "x",
    "run_id": "run-a",
    "experiment_id": "exp",
    "duration": "3600",
    "emissions": "0.1",
    "emissions_rate": "123456",
    "cpu_power": "100",
    "gpu_power": "300",
    "ram_power": "20",
    "cpu_energy": "0.1",
    "gpu_energy": "0.3",
    "ram_energy": "0.02",
    "energy_consumed": "0.42",
    "country_name": "Utopia",
    "os": "Linux",
    "codecarbon_version": "3.3.2",
    "cpu_model": '"Some CPU, 8 cores"',
    "gpu_count": "2",
    "gpu_model": "2 x Some GPU",
    "tracking_mode": "machine",
    "pue": "1.0",
}


def log(*rows, columns=tuple(ROW)):
    """Write rows, each a change of ROW, as a CSV."""
    lines = [",".join({**ROW, **row}[name] for name in columns) for row in rows or [{}]]
    return "\n".join([",".join(columns), *lines]) + "\n"


def without(*names, extra=()):
    return (*extra, *(name for name in ROW if name not in names))


def read(text, **options):
    return read_codecarbon(text, WHERE, **options).set_index("component")


def task(name, **change):
    return {"task_name": name, **change}


def test_one_row_becomes_one_row_a_component():
    table = read_codecarbon(log(), WHERE)

    assert list(table.columns) == [
        "component",
        "energy_kwh",
        "duration_s",
        "mean_power_w",
        "tool_version",
    ]
    assert list(table["component"]) == ["cpu", "gpu", "ram"]
    assert list(table["energy_kwh"]) == [0.1, 0.3, 0.02]
    assert table["mean_power_w"].to_numpy() == pytest.approx([100.0, 300.0, 20.0], rel=1e-12)
    assert set(table["duration_s"]) == {3600.0}
    assert set(table["tool_version"]) == {"3.3.2"}


def test_components_conserve_the_logged_total():
    assert read(log())["energy_kwh"].sum() == pytest.approx(0.42, rel=1e-12)


@pytest.mark.parametrize("rate", ["", "1e-9", "-5", "grams"])
def test_emissions_rate_is_never_read(rate):
    pd.testing.assert_frame_equal(read(log({"emissions_rate": rate})), read(log()))


@pytest.mark.parametrize(
    "columns",
    [
        tuple(reversed(ROW)),
        without("emissions_rate", "cpu_power", "gpu_power", "ram_power"),
        without("experiment_id", "pue"),
    ],
)
def test_columns_are_found_by_name(columns):
    pd.testing.assert_frame_equal(read(log(columns=columns)), read(log()))


def test_an_unknown_new_column_is_no_obstacle():
    text = log().replace(",pue\n", ",pue,wue_new\n").replace(",1.0\n", ",1.0,7\n")

    pd.testing.assert_frame_equal(read(text), read(log()))


def test_old_columns_without_a_split_give_a_total_and_no_version():
    columns = (
        "timestamp",
        "experiment_id",
        "project_name",
        "duration",
        "emissions",
        "energy_consumed",
        "country_name",
    )

    table = read(log(columns=columns))

    assert list(table.index) == ["total"]
    assert table.loc["total", "energy_kwh"] == 0.42
    assert table.loc["total", "mean_power_w"] == pytest.approx(420.0, rel=1e-12)
    assert pd.isna(table.loc["total", "tool_version"])


def test_no_version_column_leaves_the_version_missing():
    assert read(log(columns=without("codecarbon_version")))["tool_version"].isna().all()


@pytest.mark.parametrize(("energy", "count"), [("0", "0"), ("0.0", ""), ("", "")])
def test_a_log_without_a_gpu_has_no_gpu_row(energy, count):
    row = {"gpu_energy": energy, "gpu_count": count, "energy_consumed": "0.12"}

    assert list(read(log(row)).index) == ["cpu", "ram"]


def test_without_a_gpu_count_a_blank_gpu_energy_is_no_gpu():
    row = {"gpu_energy": "", "energy_consumed": "0.12"}

    assert list(read(log(row, columns=without("gpu_count"))).index) == ["cpu", "ram"]


def test_a_blank_pue_is_none():
    pd.testing.assert_frame_equal(read(log({"pue": ""})), read(log()))


def test_a_listed_gpu_that_logged_nothing_stays_visible():
    table = read(log({"gpu_energy": "0.0", "energy_consumed": "0.12"}))

    assert table.loc["gpu", "energy_kwh"] == 0.0


def test_rows_of_one_run_are_cumulative_and_the_last_counts():
    first = {
        "duration": "1800",
        "cpu_energy": "0.05",
        "gpu_energy": "0.15",
        "ram_energy": "0.01",
        "energy_consumed": "0.21",
    }

    pd.testing.assert_frame_equal(read(log(first, {})), read(log()))


def test_a_flush_written_twice_counts_once():
    pd.testing.assert_frame_equal(read(log({}, {})), read(log()))


def test_rows_of_a_task_file_add_up():
    columns = without("experiment_id", "pue", extra=("task_name",))
    load = {
        "duration": "400",
        "cpu_energy": "0.01",
        "gpu_energy": "0.02",
        "ram_energy": "0.03",
        "energy_consumed": "0.06",
    }

    table = read(log(task("load", **load), task("query"), columns=columns))

    assert table["energy_kwh"].to_dict() == pytest.approx(
        {"cpu": 0.11, "gpu": 0.32, "ram": 0.05}, rel=1e-12
    )
    assert set(table["duration_s"]) == {4000.0}
    assert table.loc["cpu", "mean_power_w"] == pytest.approx(99.0, rel=1e-12)


def test_a_task_written_twice_is_refused():
    text = log(task("query"), task("query"), columns=without(extra=("task_name",)))

    with pytest.raises(LedgerError, match=r"emissions\.csv:3 column task_name: .*same row"):
        read(text)


def test_several_runs_need_a_choice():
    text = log({}, {"run_id": "run-b", "duration": "7200"})

    with pytest.raises(LedgerError, match=r"2 runs in one file: run-a, run-b.*\n.*run_ids"):
        read(text)
    assert read(text, run_ids=["run-b"]).loc["cpu", "mean_power_w"] == pytest.approx(50.0)
    assert read(text, run_ids=["run-a", "run-b"]).loc["cpu", "energy_kwh"] == pytest.approx(0.2)


@pytest.mark.parametrize("run_ids", [["run-c"], []])
def test_an_unknown_choice_is_refused(run_ids):
    with pytest.raises(LedgerError, match="run_id"):
        read(log(), run_ids=run_ids)


def test_blank_run_ids_are_read_only_where_nothing_is_ambiguous():
    pd.testing.assert_frame_equal(read(log({"run_id": ""})), read(log()))
    with pytest.raises(LedgerError, match=r"emissions\.csv:2 column run_id: .*blank"):
        read(log({"run_id": ""}, {"run_id": ""}))


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        (without("run_id", "experiment_id"), "run_id or experiment_id"),
        (without("duration", "emissions"), "duration, emissions"),
        (without("gpu_energy", "ram_energy"), "gpu_energy, ram_energy"),
    ],
)
def test_missing_headers_are_all_listed(columns, missing):
    with pytest.raises(LedgerError, match=rf"emissions\.csv:1: .*missing header {missing}\n"):
        read(log(columns=columns))


# Each planted mistake, and the place the error must name.
MUTATIONS = [
    ({"gpu_energy": "-0.3"}, "gpu_energy", "is negative"),
    ({"cpu_power": "-1"}, "cpu_power", "is negative"),
    ({"duration": "-3600"}, "duration", "is negative"),
    ({"duration": "0"}, "duration", "no duration"),
    ({"duration": "1 h"}, "duration", "not a number"),
    ({"cpu_energy": "0.1 kWh"}, "cpu_energy", "not a number"),
    ({"ram_energy": "inf"}, "ram_energy", "not a number"),
    ({"gpu_energy": "nan"}, "gpu_energy", "not a number"),
    ({"cpu_energy": ""}, "cpu_energy", "blank"),
    ({"gpu_energy": ""}, "gpu_energy", "blank"),
    ({"energy_consumed": ""}, "energy_consumed", "blank"),
    ({"energy_consumed": "0.43"}, "energy_consumed", "differs from cpu_energy"),
    ({"ram_energy": "0.021"}, "energy_consumed", "differs from cpu_energy"),
    ({"pue": "1.5"}, "pue", "PUE other than 1"),
    # joules read as kWh: 2 MW on a laptop
    ({"cpu_energy": "2000", "energy_consumed": "2000.32"}, "energy_consumed", "more than 100 kW"),
    ({"gpu_energy": "6.1", "energy_consumed": "6.22"}, "gpu_energy", "more than 3 kW for each"),
    # a tenth of a second booked for an hour's energy
    ({"duration": "0.1"}, "energy_consumed", "more than 100 kW"),
]


@pytest.mark.parametrize(("change", "column", "what"), MUTATIONS)
def test_a_planted_mistake_is_refused_by_line_and_column(change, column, what):
    early = {"duration": "0.01"} | dict.fromkeys(("cpu_energy", "gpu_energy", "ram_energy"), "0")
    text = log(early | {"energy_consumed": "0"}, change)

    with pytest.raises(LedgerError) as refused:
        read(text)
    place = re.escape(f"{WHERE}:3 column {column}: ")
    assert re.search(rf"^{place}.*{what}.*\n  Hint: \S", str(refused.value), re.MULTILINE)


@pytest.mark.parametrize("gpu_energy", ["0.3", "5.9"])
def test_just_below_the_bound_is_read(gpu_energy):
    total = f"{0.12 + float(gpu_energy):.2f}"

    table = read(log({"gpu_energy": gpu_energy, "energy_consumed": total}))

    assert table.loc["gpu", "energy_kwh"] == float(gpu_energy)


@pytest.mark.parametrize("name", ["duration", "energy_consumed"])
def test_rows_of_one_run_that_shrink_are_refused(name):
    later = {"energy_consumed": "0.4199"} if name == "energy_consumed" else {"duration": "3599"}

    with pytest.raises(LedgerError, match=rf"emissions\.csv:3 column {name}: .*cumulative"):
        read(log({}, later))


def test_single_precision_rounding_is_no_mistake():
    assert read(log({"energy_consumed": "0.42006"})).loc["cpu", "energy_kwh"] == 0.1


def test_all_mistakes_are_reported_at_once():
    with pytest.raises(LedgerError) as refused:
        read(log({"cpu_energy": "x", "ram_energy": "-1"}))

    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "holds no run"),
        (log().split("\n")[0], "holds no run"),
        (log() + "2026,short\n", r"emissions\.csv:3: 2 cells instead of 22"),
        (log().replace("os,", "run_id,"), "column run_id appears twice"),
        ("id,emissions\n1,2\n", "missing header timestamp, project_name, duration, energy"),
    ],
)
def test_a_broken_file_is_refused(text, what):
    with pytest.raises(LedgerError, match=what):
        read(text)


def test_a_byte_order_mark_and_windows_lines_are_read():
    text = "\ufeff" + log().replace("\n", "\r\n")

    pd.testing.assert_frame_equal(read(text), read(log()))
