"""Trials of experiments: the contract refuses what cannot be, and run.yaml says what energy is."""

import importlib.util
import re

import pytest
import yaml

from aienergy.contracts.trials import TRIAL
from aienergy.errors import LedgerError
from aienergy.ingest.runs import read_runs
from aienergy.ingest.trials import COLUMNS, read_trials
from tests.checkout import ROOT
from tests.conftest import write_rows
from tests.unit.test_runs import CODECARBON, REASON, component, description

POWER_W = 4.0
NOTHING = dict.fromkeys(TRIAL.columns, "")


def trial(turn, /, **change):
    """One evaluation of a search whose energy follows from the model."""
    cpu_time_s = float(change.get("cpu_time_s", 0.9))
    return {
        **NOTHING,
        "turn": str(turn),
        "task": "digits",
        "arm": "random",
        "seed": "1",
        "measure": "search",
        "work_count": "9",
        "setting": "width=8;learning_rate=0.01",
        "time_s": "1",
        "cpu_time_s": str(cpu_time_s),
        "operations_flop": "1e9",
        "accuracy": "0.9",
        "energy_kwh": f"{cpu_time_s * POWER_W / 3.6e6:.6g}",
        **{name: str(value) for name, value in change.items()},
    }


def answers(turn, /, **change):
    """One measurement of inference."""
    return trial(
        turn,
        **{
            "measure": "inference", "arm": "float32", "batch_size": 1, "size_byte": 100,
            "setting": "round=1", "latency_p50_s": 0.001, "latency_p95_s": 0.002, **change,
        },
    )  # fmt: skip


STATE = {
    "file": "trials.csv", "evidence": "modelled", "boundary": "chip",
    "power_per_thread_w": POWER_W, "reason": REASON,
}  # fmt: skip
EXPERIMENT = {
    "kind": "experiment",
    "scope": "with_experiments",
    "components": {"cpu": component("modelled"), "gpu": component("counter", "board"),
                   "ram": component("modelled")},
    "trials": STATE,
}  # fmt: skip


@pytest.fixture
def experiment(tmp_path):
    """A function that writes one experiment and returns the folder of all."""

    def write(rows, **change):
        folder = tmp_path / "runs" / "an_experiment"
        folder.mkdir(parents=True)
        told = description(**{**EXPERIMENT, **change})
        (folder / "run.yaml").write_text(yaml.safe_dump(told, sort_keys=False))
        (folder / "emissions.csv").write_text(CODECARBON)
        write_rows(folder / "trials.csv", TRIAL.columns, rows)
        return folder.parent

    return write


def problems_of(folder):
    with pytest.raises(LedgerError) as caught:
        read_trials(folder)
    return str(caught.value)


def test_trials_are_read_as_printed_with_the_evidence_of_their_energy(experiment):
    rows = [trial(1), trial(2, arm="grid"), answers(3), trial(4, measure="idle", work_count="",
            operations_flop="", accuracy="", setting="round=1")]  # fmt: skip
    table = read_trials(experiment(rows))

    assert list(table.columns) == list(COLUMNS)
    assert list(table["energy_kwh"]) == ["1e-06"] * 4
    assert set(table["experiment"]) == {"an_experiment"}
    assert set(table["evidence"]) == {"modelled"}
    assert set(table["boundary"]) == {"chip"}


def test_an_experiment_is_also_a_run_with_its_log(experiment):
    runs = read_runs(experiment([trial(1)]))

    assert set(runs["kind"]) == {"experiment"}
    assert set(runs["component"]) == {"cpu", "gpu", "ram"}


def test_without_experiments_the_table_is_empty(tmp_path):
    assert list(read_trials(tmp_path).columns) == list(COLUMNS)
    assert read_trials(tmp_path).empty


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"energy_kwh": "1.01e-06"}, "do not follow from the model"),
        ({"energy_kwh": "0"}, r"0(\.0)? is not above zero"),
        ({"energy_kwh": ""}, "column energy_kwh: an empty cell"),
        ({"cpu_time_s": 1.2}, "1.2 s of CPU exceed the time"),
        ({"accuracy": 97}, "97 is above 1"),
        ({"accuracy": ""}, "column accuracy: an empty cell"),
        ({"accuracy": "good"}, "'good' is no number"),
        ({"time_s": "inf"}, "'inf' is no number"),
        ({"time_s": "-1"}, "-1 is not above zero"),
        ({"seed": "one"}, "'one' is no seed"),
        ({"setting": "width 8"}, "has the wrong form"),
        ({"measure": "guess"}, "unknown value 'guess'"),
        ({"arm": "Random search"}, "has the wrong form"),
        ({"measure": "idle"}, "'0.9' while idle"),
        ({"measure": "inference"}, "column latency_p50_s: an empty cell"),
        ({"turn": 5}, "turn 5"),
    ],
)
def test_a_cell_that_cannot_be_is_refused(experiment, change, said):
    text = problems_of(experiment([trial(1), trial(2, **change)]))

    assert re.search(said, text), text
    assert "trials.csv:3" in text


def test_a_median_above_the_percentile_is_refused(experiment):
    text = problems_of(experiment([answers(1, latency_p50_s=0.003)]))

    assert "0.003 s exceed the percentile" in text


def test_an_arm_that_lacks_a_seed_is_refused(experiment):
    rows = [trial(1), trial(2, arm="grid"), trial(3, seed=2)]

    assert "arm 'grid' lacks seeds" in problems_of(experiment(rows))


def test_a_counter_needs_no_model(experiment):
    state = {**STATE, "evidence": "counter", "boundary": "board"}
    del state["power_per_thread_w"]
    table = read_trials(experiment([trial(1, energy_kwh=1)], trials=state))

    assert list(table["evidence"]) == ["counter"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"trials": None}, "'trials' is a required property"),
        ({"trials": {**STATE, "power_per_thread_w": -1}}, "power_per_thread_w"),
        ({"trials": {**STATE, "evidence": "metered"}}, "metered"),
        ({"trials": {**STATE, "file": "../trials.csv"}}, "trials.csv"),
        ({"scope": "use"}, "scope"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(experiment, change, said):
    assert said in problems_of(experiment([trial(1)], **change))


def test_trials_beside_a_run_that_is_no_experiment_are_refused(experiment):
    change = {"kind": "search", "trials": None}

    assert "trials: is missing" in problems_of(experiment([trial(1)], **change))


def test_the_scripts_write_the_columns_of_the_contract():
    text = (ROOT / "experiments/measuring.py").read_text()
    block = text.split("TRIAL_COLUMNS = (")[1].split(")")[0]

    assert re.findall(r'"(\w+)"', block) == list(TRIAL.columns)
    assert importlib.util.find_spec("measuring") is None  # the scripts are no part of the package
