"""Readers of logs: formats by content, the traps of each, and what is never read as energy."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from aienergy.errors import LedgerError
from aienergy.ingest.summaries import READERS
from aienergy.logs.detect import read_log
from tests.fuzz import samples
from tests.fuzz.samples import SAMPLES


def read(text, name="log.csv", **companions):
    beside = {key: value.encode() for key, value in companions.items()}
    return read_log(text.encode(), name, beside, READERS)


def sample(key, change=lambda text: text):
    name, text, beside = SAMPLES[key]
    companions = {key: value.encode() for key, value in beside.items()}
    return read_log(change(text).encode(), name, companions, READERS)


def energies(reading):
    table = reading.components
    return dict(zip(table["component"], table["energy_kwh"], strict=True))


def keys(reading):
    return list(dict.fromkeys(flag.key for flag in reading.flags))


@pytest.mark.parametrize("key", SAMPLES)
def test_every_format_is_known_by_its_content(key):
    _, text, beside = SAMPLES[key]
    companions = {name: content.encode() for name, content in beside.items()}

    reading = read_log(text.encode(), "anything", companions, READERS)

    assert reading.format in key or key.startswith(reading.format)
    table = reading.components
    known = table["duration_s"].notna()
    implied_w = table["energy_kwh"] * 3.6e6 / table["duration_s"]
    assert implied_w[known].to_numpy() == pytest.approx(table["mean_power_w"][known].to_numpy())


@pytest.mark.parametrize("key", SAMPLES)
@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="utf8-mark"),
        pytest.param(lambda text: text.encode("utf-16"), id="utf16"),
    ],
)
def test_line_ends_and_encodings_change_nothing(key, rewrite):
    name, text, beside = SAMPLES[key]
    companions = {other: content.encode() for other, content in beside.items()}

    reading = read_log(rewrite(text), name, companions, READERS)

    pd.testing.assert_frame_equal(reading.components, sample(key).components)
    assert reading.flags == sample(key).flags


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x80\x04\x95\x10", "a pickle, which is never loaded"),
        (b"PAR1xxxx", "a Parquet file"),
        (b"PK\x03\x04", "an archive"),
        (b"\xff\xfe\xfd", "decode"),
        (b"a\x00b", "a zero byte"),
        (b" \n ", "empty"),
        (b"hello, world\n1,2\n", "no known format"),
        (b"x" * (20 * 2**20 + 1), "more than 20 MiB"),
        (b"time,power_w\n" + b"1,1\n" * 10**6, "2,000,002 cells, more than 2,000,000"),
        (b"a,emissions\n1,2\n", "missing header timestamp, project_name, duration"),
        (b"timestamp,gpu0_energy\n1,2\n", "missing header start_time, window_name, elapsed_time"),
        (b"when,power_w\n1,2\n", "no column time, time_s, timestamp"),
        (b"time,power\n1,2\n", "column power without a unit"),
        (b"timestamp, utilization.gpu [%]\n1,2\n", r"without the column power\.draw"),
        (b'{"$schema": "x", "id": "BoAmps"}', "the schema of BoAmps"),
        (b'{"architectures": {}, "models": {}}', "an index of ML.ENERGY"),
    ],
)
def test_other_files_are_refused_with_what_is_missing(content, reason):
    with pytest.raises(LedgerError, match=reason):
        read_log(content, "file", {}, READERS)


def test_an_unknown_file_is_told_the_known_formats():
    with pytest.raises(LedgerError, match=r"Known: .*CodeCarbon.*Zeus.*plain CSV"):
        read("no log\n")


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "a.csv").write_text(samples.ZEUS)
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")

    assert read_log(tmp_path / "a.csv", "a.csv").format == "zeus"
    with pytest.raises(LedgerError, match="symbolic link"):
        read_log(tmp_path / "b.csv", "b.csv")


# CodeCarbon


def test_codecarbon_tells_runs_apart_and_takes_the_last_of_cumulative_rows():
    reading = sample("codecarbon")
    table = reading.components.set_index(["run", "component"])["energy_kwh"]

    assert table["run-a"].to_dict() == {"cpu": 0.1, "gpu": 0.3, "ram": 0.02}
    assert table["run-b"].to_dict() == {"cpu": 0.08, "gpu": 0.3, "ram": 0.02}
    assert reading.started_on == "2026-01-02"
    assert keys(reading) == ["cumulative"]


def test_codecarbon_calls_only_the_gpu_counted():
    evidence = sample("codecarbon").components.set_index(["run", "component"])["evidence"]

    assert evidence["run-a"].to_dict() == {"cpu": "modelled", "gpu": "counter", "ram": "modelled"}
    constant = sample("codecarbon", lambda text: text.replace("0.1,50,", "0.1,80,"))
    cpu = constant.components.query("component == 'cpu'")["evidence"]
    assert set(cpu) == {"nameplate"}


def test_codecarbon_ignores_the_rate_whose_unit_changed():
    header = "duration,emissions_rate,"
    grams = sample(
        "codecarbon", lambda t: t.replace("duration,", header).replace("00,0.1,", "00,9e9,0.1,")
    )

    pd.testing.assert_frame_equal(grams.components, sample("codecarbon").components)


def test_codecarbon_with_a_pue_says_that_it_is_inside():
    reading = sample("codecarbon", lambda text: text.replace('",1.0', '",1.5'))

    assert reading.pue == 1.5
    assert set(reading.components["boundary"]) == {"facility"}
    with pytest.raises(LedgerError, match=r"column pue: values 1, 1\.5"):
        sample(
            "codecarbon",
            lambda text: text.replace(
                '0.40,3.3.2,1,"Some, CPU",1.0', '0.40,3.3.2,1,"Some, CPU",1.5'
            ),
        )


def test_codecarbon_tasks_add_up():
    reading = sample("codecarbon_tasks")

    assert energies(reading) == {"cpu": 0.002, "gpu": 0.006, "ram": 0.001}
    assert set(reading.components["duration_s"]) == {54.0}


def test_a_zero_is_missing_and_told_and_alone_is_refused():
    half = sample("codecarbon", lambda t: t.replace("0.08,0.3,0.02,0.40", "0,0.38,0.02,0.40"))
    cpu = half.components.set_index(["run", "component"]).loc[("run-b", "cpu")]

    assert np.isnan(cpu["energy_kwh"])
    assert "zero" in keys(half)
    with pytest.raises(LedgerError, match="no component has an energy above 0"):
        read("start_time,window_name,elapsed_time,gpu0_energy\n1,a,10,0\n")


def test_a_laptop_of_two_megawatts_is_refused():
    fork = samples.ECO2AI.replace("3600,0.05", "6.5,3.6")

    with pytest.raises(
        LedgerError, match=r"emission.csv:2 .*1,993,846 W .*i7-10875H.* above 500 W"
    ):
        read(fork, "emission.csv")


# nvidia-smi


def test_nvidia_smi_without_a_header_equals_that_with_one():
    with_header, without = sample("nvidia_smi"), sample("nvidia_smi_headerless")

    pd.testing.assert_frame_equal(with_header.components, without.components)
    assert list(with_header.components["component"]) == ["gpu0", "gpu1"]
    assert set(keys(without)) - set(keys(with_header)) == {"no_header"}
    assert with_header.trace == without.trace != ""


def test_a_limit_of_power_is_not_taken_for_power():
    lines = samples.smi().splitlines()[1:]
    limited = "\n".join(f"{line}, 450.00 W" for line in lines)

    assert energies(read(limited)) == energies(sample("nvidia_smi"))
    with pytest.raises(LedgerError, match="no header line, and 2 columns in watts"):
        read("\n".join(f"{line}, {n}.5 W" for n, line in enumerate(lines)))


def test_samples_without_a_value_are_bridged_and_widen():
    text = samples.smi().replace(
        "03:00:07.000, 0, GPU-00000000, 101.25 W", "03:00:07.000, 0, GPU-00000000, [N/A]"
    )
    reading = read(text)

    flag = next(flag for flag in reading.flags if flag.key == "no_value")
    assert flag.text == "gpu0: 1 of 40 samples have no value, bridged"
    assert flag.widens == pytest.approx(1 + 1 / 40)
    assert energies(reading)["gpu1"] == energies(sample("nvidia_smi"))["gpu1"]


def test_digits_of_other_scripts_are_no_power():
    text = samples.smi().replace("101.25 W", "\u0661\u0660\u0661 W", 1)

    with pytest.raises(LedgerError, match="is not a number"):
        read(text)


# Zeus


def test_zeus_counts_joules():
    table = sample("zeus").components

    assert table["energy_kwh"].sum() == pytest.approx(8500 / 3.6e6)
    assert list(table["mean_power_w"]) == [300.0, 200.0, 100.0, 250.0]
    assert sample("zeus").started_on == ""


def test_nested_windows_of_zeus_are_told():
    nested = samples.ZEUS.replace("120.5", "105.5")

    assert keys(read(nested)) == ["overlap"]
    with pytest.raises(LedgerError, match="unknown column dram_energy"):
        read(samples.ZEUS.replace("gpu1_energy", "dram_energy"))


# eco2AI and carbontracker


def test_eco2ai_power_consumption_is_energy():
    reading = sample("eco2ai")

    assert energies(reading) == {"total": 0.05}
    assert reading.components["mean_power_w"].tolist() == [50.0]
    assert keys(sample("eco2ai", lambda t: t.replace("0.05,", "0.1,"))) == ["above_nameplate"]


def test_carbontracker_holds_its_pue_and_not_the_prediction():
    reading = sample("carbontracker")

    assert energies(reading) == {"total": 0.0053}
    assert (reading.pue, reading.tool_version) == (1.59, "1.1.6")
    assert reading.components["boundary"].tolist() == ["facility"]
    # 200 W for a minute, times 1.59, is the printed energy.
    assert keys(reading) == []


def test_carbontracker_without_its_other_log_does_not_know_its_pue():
    reading = read(samples.CARBON_OUTPUT)

    assert reading.pue is None
    assert keys(reading) == ["pue_unknown"]
    assert energies(read(samples.CARBON_STD)) == pytest.approx({"gpu": 150 / 6e4, "cpu": 50 / 6e4})


def test_carbontracker_that_contradicts_its_powers_is_flagged_or_refused():
    log = "a_carbontracker.log"
    none = samples.CARBON_STD.replace("[150.0]", "[None]").replace("[50.0]", "[None]")
    off = samples.CARBON_STD.replace("[150.0]", "[110.0]")
    grams = samples.CARBON_STD.replace("[150.0]", "[1.5]")

    assert keys(read(samples.CARBON_OUTPUT, **{log: none})) == ["no_power"]
    assert keys(read(samples.CARBON_OUTPUT, **{log: off})) == ["counter_differs"]
    with pytest.raises(LedgerError, match=r"by counter.*by integral"):
        read(samples.CARBON_OUTPUT, **{log: grams})
    with pytest.raises(LedgerError, match="no epoch has a sampled power"):
        read(none)


# BoAmps and optimum-benchmark


def test_boamps_in_both_forms():
    as_json, as_csv = sample("boamps"), sample("boamps_csv")

    assert energies(as_json) == energies(as_csv) == {"total": 0.0027}
    assert as_json.components["evidence"].tolist() == ["modelled"]
    assert as_csv.components["evidence"].tolist() == ["metered"]
    with pytest.raises(LedgerError, match=r"powerConsumption: '0.0027' is not a number"):
        sample("boamps", lambda text: text.replace("0.0027", '"0.0027"'))


def test_optimum_leaves_failed_iterations_out_of_both_phases():
    good = sample("optimum_benchmark")

    def break_second(text):
        zero = '"cpu": 0.0,\n    "ram": 0.0,\n    "gpu": 0.0,\n    "total": 0.0'
        found = list(
            re.finditer(r'"cpu": 0\.004,\s+"ram": 0\.001,\s+"gpu": 0\.07,\s+"total": [\d.]+', text)
        )
        return text[: found[2].start()] + zero + text[found[2].end() :]

    broken = sample("optimum_benchmark", break_second)

    assert energies(good) == energies(broken)
    assert keys(broken) == ["failed_iterations", "no_duration"]
    assert set(broken.components["sample_count"]) == {2}
    assert set(good.components["sample_count"]) == {3}
    with pytest.raises(LedgerError, match="Only kWh is known"):
        sample("optimum_benchmark", lambda text: text.replace("kWh", "Wh", 1))


def test_optimum_without_a_gpu_has_none():
    def without_gpu(text):
        report = json.loads(text)
        for phase in report.values():
            for energy in (phase["energy"], *phase["measures"]):
                energy |= {"gpu": None, "total": energy["cpu"] + energy["ram"]}
        return json.dumps(report)

    table = sample("optimum_benchmark", without_gpu).components.set_index(["run", "component"])

    assert np.isnan(table.loc[("prefill", "gpu"), "energy_kwh"])
    assert table.loc[("prefill", "cpu"), "energy_kwh"] == pytest.approx(0.004)


def test_a_report_of_too_many_iterations_is_refused():
    def long(text):
        report = json.loads(text)
        report["prefill"]["measures"] *= 4000
        return json.dumps(report)

    with pytest.raises(LedgerError, match="prefill: 12000 iterations"):
        sample("optimum_benchmark", long)
