"""`aienergy run`: files and folders, what counts once, and what is told of the rest."""

import json
import shutil

import pytest

from aienergy.errors import LedgerError
from aienergy.run.command import read_paths
from tests.checkout import ROOT
from tests.fuzz import samples
from tests.fuzz.samples import SAMPLES

RUNS = ROOT / "data/raw/runs"


@pytest.fixture
def folder(tmp_path):
    """A function that writes files into a folder and returns it."""

    def write(name="logs", **files):
        made = tmp_path / name
        made.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (made / file).write_text(text)
        return made

    return write


def states(outcomes):
    return {outcome.name.rsplit("/", 1)[-1]: outcome.state for outcome in outcomes}


def test_a_folder_reads_each_format_and_companions_count_once(folder):
    files = {f"{key}_{name}": text for key, (name, text, beside) in SAMPLES.items() if not beside}
    logs = folder(**files)
    mlperf = folder("mlperf", **{"node_0.txt": samples.NODE, "result_0.txt": samples.RESULT})
    tracker = folder(
        "tracker", **{"a_output.log": samples.CARBON_OUTPUT, "a_std.log": samples.CARBON_STD}
    )

    outcomes = states(read_paths([logs, mlperf, tracker]))

    # The same samples without a header are the same measurement again.
    assert outcomes.pop("nvidia_smi_power.csv") == "repeats"
    assert {outcomes.pop("result_0.txt"), outcomes.pop("a_std.log")} == {"companion"}
    assert set(outcomes) == {*files, "node_0.txt", "a_output.log"} - {"nvidia_smi_power.csv"}
    assert set(outcomes.values()) == {"read"}


def test_a_file_named_alone_has_no_companions(folder):
    mlperf = folder(**{"node_0.txt": samples.NODE, "result_0.txt": samples.RESULT})

    alone, together = (
        read_paths([mlperf / "node_0.txt"]),
        read_paths([mlperf / "node_0.txt", mlperf / "result_0.txt"]),
    )

    assert [flag.key for flag in alone[0].reading.flags] == ["not_cut"]
    assert states(together) == {"node_0.txt": "read", "result_0.txt": "companion"}


@pytest.mark.parametrize("order", [("ac", "dc"), ("dc", "ac")])
def test_of_ac_and_dc_the_larger_counts_wherever_they_lie(folder, order):
    less = samples.NODE.replace('"value": 5', '"value": 4')
    texts = {"ac": samples.NODE, "dc": less}
    paths = [folder(side, **{"node_0.txt": texts[side]}) for side in order]

    outcomes = {outcome.name.split("/")[-2]: outcome for outcome in read_paths(paths)}

    assert (outcomes["ac"].state, outcomes["dc"].state) == ("read", "repeats")
    assert outcomes["dc"].of == outcomes["ac"].name
    assert outcomes["dc"].reading.flags[-1].key == "same_run"


def test_a_copy_repeats_and_another_run_does_not(folder):
    other = samples.ZEUS.replace("3000.0", "3001.0")
    logs = folder(**{"a.csv": samples.ZEUS, "b.csv": samples.ZEUS + "\n", "c.csv": other})

    assert states(read_paths([logs])) == {"a.csv": "read", "b.csv": "repeats", "c.csv": "read"}
    assert states(read_paths([logs / "a.csv", logs / "a.csv"])) == {"a.csv": "read"}


def test_a_table_too_long_to_read_is_cut_and_says_so(folder, aienergy, monkeypatch):
    monkeypatch.setattr("aienergy.run.command.MOST_ROWS", 3)
    logs = folder(**{"zeus.csv": samples.ZEUS})

    _, out, _ = aienergy("run", logs)
    rows = json.loads(aienergy("run", logs, "--json")[1])[0]["components"]

    assert out.count("counter") == 3
    assert "... and 1 more rows: --json prints them all" in out
    assert len(rows) == 4


def test_what_is_refused_is_told_and_the_rest_is_printed(folder, aienergy):
    logs = folder(**{"zeus.csv": samples.ZEUS, "notes.txt": "nothing here\n"})

    code, out, err = aienergy("run", logs)

    assert code == 1
    assert "train" in out
    assert "0.000833333" in out
    assert "notes.txt: no known format" in err
    assert "Traceback" not in err


def test_flags_are_printed_with_their_factor(folder, aienergy):
    code, out, _ = aienergy("run", folder(**{"node_0.txt": samples.NODE}))

    assert code == 0
    assert "not_cut" in out.splitlines()[1]
    assert "not cut to the run (interval x 1.1)" in out


def test_json_is_complete_and_strict(folder, aienergy):
    logs = folder(**{"report.json": samples.OPTIMUM, "notes.txt": "nothing\n"})

    code, out, _ = aienergy("run", logs, "--json")
    refused, read = json.loads(out, parse_constant=pytest.fail)

    assert code == 1
    assert (refused["outcome"], refused["problems"][0]["what"]) == ("refused", "no known format")
    assert (read["format"], read["per"], read["widens"]) == ("optimum_benchmark", "iteration", 1.0)
    row = read["components"][0]
    assert (row["run"], row["component"], row["energy_kwh"]) == ("prefill", "cpu", 0.004)
    assert row["duration_s"] is None
    assert read["flags"][0]["key"] == "no_duration"


def test_described_runs_keep_their_evidence(aienergy, tmp_path):
    shutil.copytree(RUNS, tmp_path / "runs")

    code, out, _ = aienergy("run", tmp_path / "runs", "--json")
    outcomes = json.loads(out)

    assert code == 0
    read = [outcome["file"].rsplit("/", 1)[-1] for outcome in outcomes]
    assert read == sorted(path.name for path in RUNS.iterdir())
    assert {"search_methods", "search_mlp_digits"} < set(read)
    assert {row["evidence"] for run in outcomes for row in run["components"]} == {"modelled"}
    assert {row["boundary"] for run in outcomes for row in run["components"]} == {"chip"}
    code, out, _ = aienergy("run", tmp_path / "runs/search_mlp_digits")
    assert (code, out.count("modelled")) == (0, 2)


def test_a_description_that_contradicts_its_log_is_refused(aienergy, tmp_path):
    run = shutil.copytree(RUNS / "search_mlp_digits", tmp_path / "search_mlp_digits")
    text = (run / "run.yaml").read_text()
    (run / "run.yaml").write_text(text.replace("evidence: modelled", "evidence: counter", 1))

    code, _, err = aienergy("run", run)

    assert code == 1
    assert "readable_counters.rapl is false" in err


def test_one_log_in_two_described_runs_is_refused(aienergy, tmp_path):
    for name in ("a_run", "b_run"):
        shutil.copytree(RUNS / "search_mlp_digits", tmp_path / name)

    code, _, err = aienergy("run", tmp_path)

    assert code == 1
    assert "same log as" in err


def test_nothing_to_read_is_an_error(tmp_path):
    with pytest.raises(LedgerError, match="no file to read"):
        read_paths([tmp_path])
    with pytest.raises(LedgerError, match="does not exist"):
        read_paths([tmp_path / "absent"])


def test_links_and_hidden_files_lead_nowhere(folder):
    logs = folder(**{"a.csv": samples.ZEUS, ".b.csv": samples.ECO2AI})
    (logs / "c.csv").symlink_to(logs / "a.csv")

    outcomes = read_paths([logs])

    assert states(outcomes) == {"a.csv": "read", "c.csv": "refused"}
    assert "symbolic link" in str(outcomes[1].problems[0])
