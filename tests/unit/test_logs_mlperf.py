"""MLPerf's logs and published tables: windows, clocks, AC and DC, channels, medians."""

import re

import pandas as pd
import pytest

from aienergy.errors import LedgerError
from aienergy.logs.mlperf_tiny import windows
from tests.fuzz import samples
from tests.unit.test_logs import energies, keys, read, sample


def test_training_is_cut_to_the_window_of_the_result_file():
    cut, whole = sample("mlperf_training"), read(samples.NODE, "node_0.txt")

    assert cut.components["duration_s"].tolist() == pytest.approx([60.0])
    assert cut.components["run"].tolist() == ["result_0"]
    assert cut.companions == ("result_0.txt",)
    assert whole.components["duration_s"].tolist() == pytest.approx([78.0])
    assert keys(whole) == ["not_cut"]
    assert whole.widens == 1.1


def test_training_log_of_another_day_is_not_cut():
    later = samples.RESULT.replace("17159603", "17169603")

    assert keys(read(samples.NODE, "node_0.txt", **{"result_0.txt": later})) == ["not_cut"]


def test_switch_whose_clock_is_hours_off_is_moved():
    off = re.sub(
        r'"time_ms": (\d+)', lambda m: f'"time_ms": {int(m[1]) - 5 * 3600_000}', samples.NODE
    )
    reading = read(off, "sw_0.txt", **{"result_0.txt": samples.RESULT})
    at_home = read(samples.NODE, "sw_0.txt", **{"result_0.txt": samples.RESULT})

    pd.testing.assert_frame_equal(reading.components, at_home.components)
    assert reading.components[["component", "boundary"]].to_numpy().tolist() == [["switch_0", "it"]]
    assert keys(reading) == ["time_zone"]


def test_a_run_that_outlasts_its_log_is_told():
    longer = samples.RESULT.replace("1715960370000", "1715960384123")
    reading = read(samples.NODE, "node_0.txt", **{"result_0.txt": longer})

    assert keys(reading) == ["edges"]
    assert reading.widens == pytest.approx(1 + 6 / 74.123)


def test_dc_is_named_as_such():
    assert keys(sample_named("x_dc_node_0.txt")) == ["dc"]
    told = samples.NODE.replace('"metadata": ""', '"metadata": {"measurement_type": "DC"}')
    assert keys(read(told, "node_0.txt", **{"result_0.txt": samples.RESULT})) == ["dc"]
    assert keys(sample_named("x_ac_node_0.txt")) == []


def sample_named(name):
    return read(samples.NODE, name, **{"result_0.txt": samples.RESULT})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (samples.RESULT, "a result file: it holds the window of a run and no power"),
        (samples.DETAIL, "a detail log: it holds the window of a run and no power"),
        (
            samples.MLLOG.format(
                1652749794206, "POINT_IN_TIME", "interconnect_power_est", 59570, "{}"
            ),
            r"one estimate \(59570, no unit, no duration\) of a switch",
        ),
        ("Total Power Usage: 415.22 kWh\n", "a total stated without duration or boundary"),
        (samples.NODE.replace("power_reading", "loss"), "without power_reading"),
    ],
)
def test_files_without_power_are_refused_by_name(text, reason):
    with pytest.raises(LedgerError, match=reason):
        read(text, "file.txt")


def test_inference_averages_the_window_and_counts_channels_once():
    row = sample("mlperf_inference").components.iloc[0]

    # Samples at 10.272 to 40.272 s of the minute: 31 of them, 2410 to 2440 W.
    assert (row["sample_count"], row["mean_power_w"]) == (31, 2425.0)
    assert row["duration_s"] == 30.5
    assert row["energy_kwh"] == 2425.0 * 30.5 / 3.6e6
    with pytest.raises(LedgerError, match="channels sum up to another power"):
        sample(
            "mlperf_inference", lambda text: text.replace("Ch2,Watts,1200.0", "Ch2,Watts,2400.0")
        )


def test_inference_stamps_are_in_us_order():
    assert sample("mlperf_inference").started_on == "2025-08-13"
    european = samples.SPL.replace("08-13-2025", "13-08-2025")
    with pytest.raises(LedgerError, match=r"spl.txt:1 column Time: 'Time,13-08-2025"):
        read(european, "spl.txt")


def test_inference_without_its_window_is_not_cut():
    assert keys(read(samples.SPL, "spl.txt")) == ["channels", "not_cut"]
    other_day = samples.DETAIL.replace("08-13-2025", "08-14-2025")
    assert "not_cut" in keys(read(samples.SPL, "spl.txt", **{"detail.txt": other_day}))


def test_tiny_takes_the_median_of_the_windows():
    assert (windows(samples.TINY)["inference_j"] * 1e6).tolist() == pytest.approx(
        [100.2, 100.4, 100.6]
    )
    assert energies(sample("mlperf_tiny"))["total"] * 3.6e6 == pytest.approx(100.4e-6)
    assert sample("mlperf_tiny").per == "inference"
    with pytest.raises(LedgerError, match=r"but the log states 100\.2"):
        sample("mlperf_tiny", lambda text: text + "Median energy cost is 100.2 uJ/inf.\n")
    with pytest.raises(LedgerError, match="no window with energy"):
        sample("mlperf_tiny", lambda text: text.replace("Energy", "Time"))


def test_extract_of_nodes_tells_dc_apart():
    dc = samples.NODES + samples.NODES.splitlines()[1].replace("-ac-", "-dc-") + "\n"
    table = read(dc).components

    assert table["component"].tolist() == ["node_0", "node_1", "node_0_dc"]
    assert keys(read(dc)) == ["dc"]
    assert keys(read(samples.NODES)) == []


@pytest.mark.parametrize(
    ("gap", "told"),
    [("2e308112", "'2e308112' is no number"), ("-2.1", "gap is negative or infinite")],
)
def test_a_gap_of_a_table_is_a_length_of_time(gap, told):
    with pytest.raises(LedgerError, match=told):
        read(samples.NODES.replace("2.112", gap))


def test_configurations_of_one_name_are_numbered():
    same = sample("ml_energy", lambda text: text.replace('"max_num_seqs": 16', '"max_num_seqs": 8'))

    assert same.components["run"].tolist() == ["a/b 1 B200 8", "a/b 1 B200 8 #2"]


def test_ml_energy_is_per_token():
    reading = sample("ml_energy")

    assert reading.per == "output token"
    assert (reading.components["energy_kwh"] * 3.6e6).tolist() == pytest.approx([7 / 8, 7 / 16])
    assert reading.components["mean_power_w"].tolist() == pytest.approx([700.0, 700.0])
    with pytest.raises(LedgerError, match="does not follow"):
        sample("ml_energy", lambda text: text.replace("0.875", "8.75"))
