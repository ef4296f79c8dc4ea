"""Readers against logs from elsewhere, with values computed apart from them, and our own runs.

The logs from elsewhere may not all be redistributed, so they lie outside the repository: in the
folder named by AIENERGY_SHARED, or in `../shared` beside it. Without them those tests skip.
"""

import os
from pathlib import Path

import pandas as pd
import pytest

from aienergy.errors import LedgerError
from aienergy.ingest.runs import read_runs
from aienergy.logs.codecarbon import read_codecarbon
from aienergy.logs.nvidia_smi import read_nvidia_smi

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("AIENERGY_SHARED", ROOT.parent / "shared"))
HEADERLESS = [
    "timestamp",
    "utilization.gpu",
    "utilization.memory",
    "memory.used",
    "memory.total",
    "temperature.gpu",
    "power.draw",
]


def snapshot(name):
    path = SHARED / "snapshots" / name
    if not path.is_file():
        pytest.skip(f"{name} is not at hand (set AIENERGY_SHARED)")
    return path.read_text(encoding="utf-8")


def codecarbon(name, **options):
    return read_codecarbon(snapshot(name), name, **options).set_index("component")


def run_ids(name, column="run_id"):
    """Read the ids in the order of the file, without the reader under test."""
    lines = [line.split(",") for line in snapshot(name).splitlines()]
    return [line[lines[0].index(column)] for line in lines[1:]]


def test_rtx_4090_with_units_and_a_drifting_interval():
    text = snapshot("nvidia_smi_logs/2026-01-14/rtx4090_units_header.csv")

    board = read_nvidia_smi(text, "rtx4090").iloc[0]

    assert board["energy_kwh"] == pytest.approx(0.22385, abs=5e-6)
    assert board["duration_s"] == pytest.approx(48 * 60 + 0.454, abs=1e-6)
    assert board["sample_count"] == 2619
    assert board["largest_gap_s"] == pytest.approx(7.3, abs=0.05)


def test_log_without_a_header():
    text = snapshot("nvidia_smi_logs/2026-04-25/noheader_units.csv")

    board = read_nvidia_smi(text, "noheader", HEADERLESS).iloc[0]

    assert board["energy_kwh"] == pytest.approx(0.04423, abs=5e-6)
    assert board["mean_power_w"] == pytest.approx(16.5, abs=0.05)
    # 2 h 40 min 37 s to the second
    assert board["duration_s"] == pytest.approx(9637, abs=0.5)
    with pytest.raises(LedgerError, match="no header line"):
        read_nvidia_smi(text, "noheader")


def test_jetson_log_in_milliwatts_is_refused_under_any_header():
    text = snapshot("nvidia_smi_logs/2025-07-03/jetson_milliwatts_labelled_watts.csv")
    headerless = text.split("\n", 1)[1]

    with pytest.raises(LedgerError, match=r"missing column power\.draw \(found: .*gpu_power_w"):
        read_nvidia_smi(text, "jetson")
    with pytest.raises(LedgerError, match=r"jetson:1 column power\.draw: '4939\.00' is above"):
        read_nvidia_smi(headerless, "jetson", ["timestamp", "power.draw [W]", "kwh", "kg"])


def test_file_that_merely_has_an_emissions_column_is_refused():
    name = "codecarbon_logs/2026-08-08/fixture_invalid_headers.csv"

    with pytest.raises(LedgerError, match="missing header run_id or experiment_id"):
        codecarbon(name)


def test_38_columns_of_an_older_version():
    table = codecarbon("codecarbon_logs/2026-08-08/fixture_valid_headers.csv")

    assert table["energy_kwh"].to_dict() == {"cpu": 0.0, "ram": 0.00057442898176}
    assert set(table["tool_version"]) == {"2.1.3"}


def test_29_columns_without_a_version():
    name = "codecarbon_logs/2022-10-24/v2.1_no_version_column.csv"

    with pytest.raises(LedgerError, match="2 runs in one file"):
        codecarbon(name)
    table = codecarbon(name, run_ids=run_ids(name)[:1])
    assert table["energy_kwh"].to_dict() == {"cpu": 0.0018261046088404, "ram": 0.0043825967105229}
    # The tool's own constants: 5 W for the processor, 12 W for 32 GB.
    assert table["mean_power_w"].to_dict() == pytest.approx({"cpu": 5.0, "ram": 12.0}, rel=1e-4)
    assert table["tool_version"].isna().all()


def test_12_columns_without_a_split():
    name = "codecarbon_logs/2024-04-29/old_schema_12_columns.csv"
    ids = run_ids(name, "experiment_id")

    first = codecarbon(name, run_ids=ids[:1])
    whole = codecarbon(name, run_ids=ids)

    assert len(ids) == 103
    assert first.loc["total", "energy_kwh"] == 0.007354996397541191
    assert whole.loc["total", "energy_kwh"] == pytest.approx(0.865678, abs=5e-7)


def test_32_columns_with_a_gpu():
    name = "codecarbon_logs/2025-06-21/v3.0.2_a100.csv"

    table = codecarbon(name, run_ids=run_ids(name)[1:2])

    assert table["energy_kwh"].sum() == pytest.approx(0.206554558428762, rel=1e-12)
    assert table.loc["gpu", "mean_power_w"] == pytest.approx(206.37, abs=0.01)
    assert set(table["tool_version"]) == {"3.0.2"}


@pytest.mark.parametrize(
    ("name", "duration_s", "energy_kwh"),
    [
        # 14.4 s load + 8.4 s query; 3.2 s load + 8.7 s transfer + 3810.4 s query
        ("000f2a61-6c23-4644-af23-5dee6c40c537", 22.844, 0.00394636 + 0.00234293),
        ("cdc3c69e-fc82-42b7-a96b-4b58b612e82b", 3822.308, 0.00079063 + 0.00226755 + 1.26216529),
    ],
)
def test_tasks_of_one_run_add_up(name, duration_s, energy_kwh):
    table = codecarbon(f"power_hungry_processing/2023-11-09/emissions_base_{name}.csv")

    assert table["energy_kwh"].sum() == pytest.approx(energy_kwh, abs=2e-8)
    assert table["duration_s"].to_numpy() == pytest.approx(duration_s, abs=5e-4)


def test_the_same_rows_without_task_names_are_read_as_cumulative_or_refused():
    """The planted mistake: dropping `task_name` turns an addition into a choice of the last."""
    name = "power_hungry_processing/2023-11-09/emissions_base_"
    rising = snapshot(f"{name}cdc3c69e-fc82-42b7-a96b-4b58b612e82b.csv")
    falling = snapshot(f"{name}000f2a61-6c23-4644-af23-5dee6c40c537.csv")

    def cut(text):
        return "\n".join(line.split(",", 1)[1] for line in text.splitlines())

    last = read_codecarbon(cut(rising), "rising")
    assert last["energy_kwh"].sum() == pytest.approx(1.2621652914709405, rel=1e-12)
    with pytest.raises(LedgerError, match=r"falling:3 column duration: .*cumulative"):
        read_codecarbon(cut(falling), "falling")


@pytest.mark.parametrize(
    "name", ["2023-10-24/dbjoules_emission.csv", "2024-02-08/sign_mnist_basic.csv"]
)
def test_logs_of_another_tool_are_refused(name):
    with pytest.raises(LedgerError, match="not a CodeCarbon log"):
        codecarbon(f"eco2ai_logs/{name}")


@pytest.fixture(scope="module")
def own_runs():
    return read_runs(ROOT / "data/raw/runs")


def test_our_runs_are_logged_without_any_counter(own_runs):
    ours = own_runs[own_runs["run"].str.endswith("_mlp_digits")]

    assert dict(zip(ours["run"], ours["kind"], strict=True)) == {
        "inference_mlp_digits": "inference",
        "search_mlp_digits": "search",
        "training_mlp_digits": "training",
    }
    assert set(ours["component"]) == {"cpu", "ram"}
    assert "counter" not in set(ours["evidence"])
    assert set(ours["tool_version"]) == {"3.3.2"}


def test_our_runs_lasted_long_enough_to_be_sampled(own_runs):
    """At least ten samples of five seconds, and the modelled power of two busy threads at most."""
    ours = own_runs[own_runs["run"].str.endswith("_mlp_digits")]

    assert ours["duration_s"].min() >= 50
    cpu = ours[ours["component"] == "cpu"]
    assert cpu["mean_power_w"].between(3.0, 8.0).all()


def test_raw_logs_hold_no_host_names():
    logs = sorted((ROOT / "data/raw/runs").glob("*_mlp_digits/emissions.csv"))
    columns = ["project_name", "os", "cloud_provider", "cloud_region", "longitude", "latitude"]

    tables = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in logs]

    assert len(tables) == 3
    for path, table in zip(logs, tables, strict=True):
        row = table[columns].iloc[0]
        assert row.to_list() == [path.parent.name, "Linux-x86_64", "", "", "", ""]
