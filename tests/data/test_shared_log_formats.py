"""Golden values of logs from elsewhere, and the outcome of every file that we hold of them.

The values were computed apart from the readers. Without the folder of shared files the tests skip
(`AIENERGY_SHARED`, or `../shared` beside the repository).
"""

import pytest

from aienergy.ingest.summaries import READERS
from aienergy.logs.detect import read_log
from aienergy.logs.mlperf_tiny import windows
from aienergy.run.command import read_paths
from tests.data.test_shared_logs import SHARED, snapshot

SNAPSHOTS = SHARED / "snapshots"
TRAINING = "mlperf_training_power/2024-06-11/v4.0_smc_"
LLAMA = "mlperf_inference_power/2025-09-09/v5.1_b200_llama3.1-8b_"
REFUSED = {
    "codecarbon_logs/2026-08-08/fixture_invalid_headers.csv": "missing header run_id or experiment_id",
    "nvidia_smi_logs/2025-07-03/jetson_milliwatts_labelled_watts.csv": "milliwatts labelled W",
    "eco2ai_logs/2023-10-24/dbjoules_emission.csv": "2,070,642 W for AMD Ryzen 5 3500U",
    "boamps/2026-04-08/report_schema.json": "the schema of BoAmps reports, no report",
    "ml_energy_v3/2026-02-27/index.json": "an index of ML.ENERGY",
    f"{TRAINING}gpt3_64x_sw.txt": "no unit, no duration) of a switch",
    f"{TRAINING}gpt3_64x_total_power.txt": "a total stated without duration",
    "power_hungry_processing/2023-11-09/lengths_complete_sst2_flan.csv": "no known format",
}
COMPANIONS = {
    "carbontracker_logs/2025-06-13/std_v1.1.6_2022-11-14.log",
    f"{TRAINING}ac_gpt3_64x_result.txt",
    "mlperf_training_power/2024-12-11/v4.1_dell_result_0.txt",
    f"{LLAMA}mlperf_log_detail.txt",
}
REPEATS = {"boamps/2026-04-08/energy_report_llm_inference.json", f"{TRAINING}dc_bert_node_0.txt"}
FOLDERS = (
    "boamps", "carbontracker_logs", "codecarbon_logs", "eco2ai_logs", "hf_optimum_benchmark",
    "ml_energy_v3", "mlperf_inference_power", "mlperf_tiny", "mlperf_training_power",
    "nvidia_smi_logs", "power_hungry_processing", "zeus",
)  # fmt: skip


def read(name, *beside):
    companions = {other.rsplit("/", 1)[-1]: snapshot(other).encode() for other in beside}
    return read_log(snapshot(name).encode(), name, companions, READERS)


def row(name, *beside):
    table = read(name, *beside).components
    assert len(table) == 1
    return table.iloc[0]


@pytest.fixture(scope="module")
def outcomes():
    present = [SNAPSHOTS / folder for folder in FOLDERS if (SNAPSHOTS / folder).is_dir()]
    if len(present) < len(FOLDERS):
        pytest.skip("the folders of logs are not at hand (set AIENERGY_SHARED)")
    found = read_paths(present)
    return {outcome.name.split("/snapshots/", 1)[-1]: outcome for outcome in found}


def test_every_file_is_read_or_refused_for_a_reason(outcomes):
    by_state = {
        state: {name for name, outcome in outcomes.items() if outcome.state == state}
        for state in ("refused", "companion", "repeats")
    }

    assert by_state == {"refused": set(REFUSED), "companion": COMPANIONS, "repeats": REPEATS}
    for name, reason in REFUSED.items():
        assert reason in str(outcomes[name].problems[0]), name


def test_no_reading_holds_a_zero(outcomes):
    for name, outcome in outcomes.items():
        if outcome.reading:
            assert (outcome.reading.components["energy_kwh"].dropna() > 0).all(), name


def test_training_logs_of_one_node():
    whole = row(f"{TRAINING}ac_gpt3_64x_node_1.txt")
    cut = row(f"{TRAINING}ac_gpt3_64x_node_1.txt", f"{TRAINING}ac_gpt3_64x_result.txt")

    assert whole["energy_kwh"] == pytest.approx(6.5335, abs=5e-5)
    assert (whole["sample_count"], whole["duration_s"]) == (1702, pytest.approx(3410.9, abs=0.05))
    # The log lies inside the run but for seconds at its ends.
    assert cut["energy_kwh"] == pytest.approx(whole["energy_kwh"], rel=1e-9)
    assert row(f"{TRAINING}ac_bert_node_0.txt")["energy_kwh"] == pytest.approx(0.59249, abs=5e-6)
    assert row(f"{TRAINING}dc_bert_node_0.txt")["energy_kwh"] == pytest.approx(0.57586, abs=5e-6)


def test_dell_node_and_its_switch_whose_clock_is_five_hours_off():
    folder = "mlperf_training_power/2024-12-11/v4.1_dell_"
    result = f"{folder}result_0.txt"
    switch = read(f"{folder}sw_0.txt", result)

    assert row(f"{folder}node_0.txt")["energy_kwh"] == pytest.approx(0.59750, abs=5e-6)
    assert row(f"{folder}sw_0.txt")["energy_kwh"] == pytest.approx(0.05953, abs=5e-6)
    assert switch.components["duration_s"].tolist() == pytest.approx([293.927], abs=5e-4)
    assert "moved by +5 h" in next(f.text for f in switch.flags if f.key == "time_zone")
    assert row(f"{folder}node_0.txt", result)["duration_s"] == pytest.approx(293.588, abs=5e-4)


def test_64_nodes_of_a_run_in_ac_and_in_dc():
    table = read("mlperf_training_power/2025-05-30/derived_per_node_energy_summary.csv").components
    gpt3 = table[table["run"].str.contains(" gpt3 ") & table["run"].str.contains("64x")]
    sums = gpt3.groupby(["run", gpt3["component"].str.endswith("_dc")])["energy_kwh"].agg(
        ["sum", "size"]
    )
    full = sums[sums["size"] == 64]["sum"].round(3)

    assert sorted(full.xs(False, level=1)) == [415.125, 415.255, 415.268]
    assert sorted(full.xs(True, level=1)) == [408.480, 408.806, 408.987]


def test_inference_window_equals_the_published_mean():
    window = row(f"{LLAMA}spl.txt", f"{LLAMA}mlperf_log_detail.txt")

    assert window["sample_count"] == 640
    assert window["mean_power_w"] == pytest.approx(9436.05296875, rel=1e-12)
    assert window["duration_s"] == pytest.approx(640.383, abs=5e-4)


def test_published_power_of_a_round():
    table = read("mlperf_inference_power/2025-09-09/v5.1_summary_results.json").components
    offline = table[table["run"].str.contains("llama2-70b-99 Offline")]

    assert offline["mean_power_w"].tolist() == pytest.approx([10400.9988793425], rel=1e-12)


def test_tiny_windows():
    name = "mlperf_tiny/2024-04-17/v1.2_h7a3_ad_results.txt"

    table = windows(snapshot(name)).set_index("window")

    assert (table["inference_j"] * 1e6)[[2, 4, 6]].tolist() == pytest.approx(
        [165.715, 165.646, 165.808]
    )
    assert row(name)["energy_kwh"] * 3.6e12 == pytest.approx(165.728)


def test_board_without_a_header():
    board = row("nvidia_smi_logs/2026-04-25/noheader_units.csv")

    assert board["energy_kwh"] == pytest.approx(0.04423, abs=5e-6)
    assert board["mean_power_w"] == pytest.approx(16.5, abs=0.05)


@pytest.mark.parametrize(
    "name", ["lm_arena_chat", "gpqa", "image_chat", "video_chat", "sourcegraph_fim"]
)
def test_joules_per_token_are_watts_over_tokens_a_second(name):
    table = read(f"ml_energy_v3/2026-02-27/{name}.json").components

    implied_w = table["energy_kwh"] * 3.6e6 / table["duration_s"]
    assert implied_w.to_numpy() == pytest.approx(table["mean_power_w"].to_numpy(), rel=1e-12)


def test_carbontracker_joins_its_two_logs():
    folder = "carbontracker_logs/2025-06-13/"
    reading = read(f"{folder}output_2022-11-14.log", f"{folder}std_v1.1.6_2022-11-14.log")

    assert reading.components["energy_kwh"].tolist() == [0.003504]
    assert (reading.pue, reading.tool_version) == (1.59, "1.1.6")


def test_optimum_iterations_that_failed():
    reading = read("hf_optimum_benchmark/2025-12-02/optimum_benchmark_report_2025-08.json")
    sums = reading.components.groupby("run")["energy_kwh"].sum()

    # Means of the eight iterations in which both phases were read.
    assert sums["prefill"] == pytest.approx(0.0847892, abs=5e-8)
    assert sums["decode"] == pytest.approx(0.0736628, abs=5e-8)


def test_old_codecarbon_file_has_103_runs():
    table = read("codecarbon_logs/2024-04-29/old_schema_12_columns.csv").components

    assert table["run"].nunique() == 103
    assert table["energy_kwh"].sum() == pytest.approx(0.865678, abs=5e-7)
