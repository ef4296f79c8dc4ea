"""Folders of logged runs: the closed description, honest evidence, safe paths."""

import re

import pandas as pd
import pytest
import yaml

from aienergy.errors import LedgerError
from aienergy.ingest.runs import COLUMNS, log_name, parse_description, read_runs

CODECARBON = """\
timestamp,project_name,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,\
energy_consumed,codecarbon_version,gpu_count
2026-01-02T03:04:05,x,run-a,3600,0.1,0.1,0.3,0.02,0.42,3.3.2,1
"""
NVIDIA_SMI = """\
timestamp, index, power.draw [W]
2026/01/02 03:00:00.000, 0, 100.00 W
2026/01/02 03:00:00.001, 1, 300.00 W
2026/01/02 04:00:00.000, 0, 100.00 W
2026/01/02 04:00:00.001, 1, 300.00 W
"""
REASON = "Because the test says how it is known."


def component(evidence, boundary="chip"):
    return {"evidence": evidence, "boundary": boundary, "reason": REASON}


def description(**change):
    """A valid description of CODECARBON; a change of None takes a field out."""
    fields = {
        "title": "A run",
        "kind": "training",
        "scope": "final_run",
        "started_on": "2026-01-02",
        "tool": "codecarbon",
        "log": "emissions.csv",
        "readable_counters": {"rapl": False, "nvml": True},
        "components": {
            "cpu": component("modelled"),
            "gpu": component("counter", "board"),
            "ram": component("nameplate"),
        },
        "hardware": {
            "cpu": "Some CPU",
            "cpu_thread_count": 8,
            "memory_gb": 32,
            "accelerators": ["Some GPU"],
            "shared": False,
        },
        "software": {"python": "3.11.7"},
        "note": "Nothing.",
        **change,
    }
    return {name: value for name, value in fields.items() if value is not None}


def text_of(**change):
    return yaml.safe_dump(description(**change), sort_keys=False)


GPUS = {
    "tool": "nvidia-smi",
    "log": "power.csv",
    "components": {"gpu0": component("counter", "board"), "gpu1": component("counter", "board")},
}


@pytest.fixture
def runs(tmp_path):
    """A function that writes one run's folder below the folder it returns."""

    def write(name="a_run", text=None, logs=None, **change):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "run.yaml").write_text(text_of(**change) if text is None else text)
        for log, content in (logs or {"emissions.csv": CODECARBON}).items():
            (folder / log).write_text(content)
        return folder.parent

    return write


def test_a_codecarbon_run_becomes_one_row_a_component(runs):
    table = read_runs(runs())

    assert list(table.columns) == list(COLUMNS)
    assert list(table["component"]) == ["cpu", "gpu", "ram"]
    assert list(table["energy_kwh"]) == [0.1, 0.3, 0.02]
    assert list(table["evidence"]) == ["modelled", "counter", "nameplate"]
    assert list(table["boundary"]) == ["chip", "board", "chip"]
    one = table.iloc[0]
    assert (one["run"], one["kind"], one["scope"]) == ("a_run", "training", "final_run")
    assert (one["tool"], one["tool_version"]) == ("codecarbon", "3.3.2")
    assert one["started_on"] == "2026-01-02"
    assert table["units_of_use"].isna().all()
    assert table["unit_of_use"].isna().all()


def test_an_nvidia_smi_run_has_a_row_a_board_and_the_stated_version(runs):
    table = read_runs(runs(**GPUS, tool_version="580.1", logs={"power.csv": NVIDIA_SMI}))

    assert list(table["component"]) == ["gpu0", "gpu1"]
    assert list(table["energy_kwh"]) == pytest.approx([0.1, 0.3], rel=1e-12)
    assert set(table["tool_version"]) == {"580.1"}


def test_columns_of_a_log_without_a_header_come_from_the_description(runs):
    headerless = NVIDIA_SMI.split("\n", 1)[1]

    table = read_runs(
        runs(**GPUS, columns=["timestamp", "index", "power.draw"], logs={"power.csv": headerless})
    )

    assert list(table["energy_kwh"]) == pytest.approx([0.1, 0.3], rel=1e-12)


def test_an_inference_run_counts_its_use(runs):
    table = read_runs(
        runs(kind="inference", scope="use", units_of_use=4_000_000, unit_of_use="prediction")
    )

    assert set(table["units_of_use"]) == {4_000_000}
    assert set(table["unit_of_use"]) == {"prediction"}


def test_runs_stand_in_the_order_of_their_names(runs):
    runs("b_run")
    folder = runs("a_run", logs={"emissions.csv": CODECARBON.replace("run-a", "run-b")})

    assert list(read_runs(folder)["run"].unique()) == ["a_run", "b_run"]


def test_one_run_of_several_in_a_file_is_chosen_by_id(runs):
    several = CODECARBON + CODECARBON.split("\n")[1].replace("run-a", "run-b") + "\n"
    several = several.replace("run-b,3600", "run-b,7200")

    table = read_runs(runs(run_ids=["run-b"], logs={"emissions.csv": several}))

    assert set(table["duration_s"]) == {7200.0}


@pytest.mark.parametrize("make", [True, False])
def test_no_runs_give_an_empty_table(tmp_path, make):
    folder = tmp_path / "runs"
    if make:
        folder.mkdir()

    table = read_runs(folder)

    assert list(table.columns) == list(COLUMNS)
    assert table.empty


def refusal(folder):
    with pytest.raises(LedgerError) as refused:
        read_runs(folder)
    return str(refused.value)


# The evidence rules: what the run could not read cannot be a counter.
EVIDENCE = [
    ({"cpu": component("counter")}, {"rapl": False, "nvml": True}, "cpu", "rapl is false"),
    ({"gpu": component("counter")}, {"rapl": True, "nvml": False}, "gpu", "nvml is false"),
    ({"ram": component("counter")}, {"rapl": True, "nvml": True}, "ram", "models memory"),
]


@pytest.mark.parametrize(("states", "readable", "name", "why"), EVIDENCE)
def test_a_counter_that_was_not_readable_is_refused(runs, states, readable, name, why):
    components = {part: component("modelled") for part in ("cpu", "gpu", "ram")} | states

    error = refusal(runs(components=components, readable_counters=readable))

    assert re.search(rf"run\.yaml components\.{name}\.evidence: 'counter', but .*{why}", error)


def test_a_cpu_counter_is_read_where_rapl_was_readable(runs):
    components = description()["components"] | {"cpu": component("counter")}

    table = read_runs(runs(components=components, readable_counters={"rapl": True, "nvml": True}))

    assert list(table["evidence"]) == ["counter", "counter", "nameplate"]


def test_a_counter_that_never_moved_is_refused(runs):
    still = CODECARBON.replace(",0.3,0.02,0.42,", ",0.0,0.02,0.12,")

    assert "components.gpu.evidence: 'counter', but the log has 0 kWh" in refusal(
        runs(logs={"emissions.csv": still})
    )


def test_a_total_that_holds_modelled_memory_is_no_counter(runs):
    old = (
        "timestamp,experiment_id,project_name,duration,emissions,energy_consumed\n"
        "2026-01-02T03:04:05,e,x,3600,0.1,0.42\n"
    )

    error = refusal(
        runs(
            components={"total": component("counter", "node")},
            readable_counters={"rapl": True, "nvml": True},
            logs={"emissions.csv": old},
        )
    )

    assert "components.total.evidence: 'counter', but" in error


def test_nvidia_smi_without_nvml_is_a_contradiction(runs):
    error = refusal(
        runs(
            **GPUS,
            readable_counters={"rapl": False, "nvml": False},
            logs={"power.csv": NVIDIA_SMI},
        )
    )

    assert "run.yaml readable_counters.nvml: is false" in error


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("cpu", "gpu"), "components: ram is missing"),
        (("cpu", "gpu", "ram", "gpu0"), r"components\.gpu0: not in the log"),
    ],
)
def test_the_description_names_exactly_the_components_of_the_log(runs, names, what):
    error = refusal(runs(components={name: component("modelled") for name in names}))

    assert re.search(rf"run\.yaml {what}\n  Hint: The log has cpu, gpu, ram\.", error)


def test_a_version_that_contradicts_the_log_is_refused(runs):
    assert "tool_version: '2.0', but the log says 3.3.2" in refusal(runs(tool_version="2.0"))


def test_mistakes_of_all_runs_are_reported_at_once(runs):
    runs("a_run", title="")
    folder = runs("b_run", logs={"emissions.csv": CODECARBON.replace("0.42", "0.5")})

    error = refusal(folder)

    assert "a_run/run.yaml:1 title" in error
    assert "b_run/emissions.csv:2 column energy_consumed" in error


def test_one_log_in_two_runs_is_refused(runs):
    runs("a_run")

    assert "b_run/emissions.csv: same log as" in refusal(runs("b_run"))


# The closed description: each change, the field that must be named, and why.
MUTATIONS = [
    ({"titel": "typo"}, "", "'titel' was unexpected"),
    ({"note": None}, "", "'note' is a required property"),
    ({"title": " "}, "title", "does not match"),
    ({"kind": "pretraining"}, "kind", "is not one of"),
    ({"scope": "use"}, "scope", "is not one of"),
    ({"kind": "search"}, "scope", "with_experiments"),
    ({"kind": "inference", "scope": "use"}, "", "'units_of_use' is a required property"),
    ({"units_of_use": 10}, "", "'unit_of_use' is a dependency"),
    ({"units_of_use": 0, "unit_of_use": "x"}, "units_of_use", "less than the minimum"),
    ({"units_of_use": "1e6", "unit_of_use": "x"}, "units_of_use", "not of type 'integer'"),
    ({"started_on": "2026-02-30"}, "started_on", "is not a 'date'"),
    ({"started_on": "20260102"}, "started_on", "does not match"),
    ({"tool": "zeus"}, "tool", "is not one of"),
    ({"columns": ["timestamp", "power.draw"]}, "columns", "should not be valid"),
    ({**GPUS, "run_ids": ["a"]}, "run_ids", "should not be valid"),
    ({"readable_counters": {"rapl": False}}, "readable_counters", "'nvml' is a required"),
    ({"readable_counters": {"rapl": "no", "nvml": True}}, "readable_counters.rapl", "boolean"),
    ({"components": {"disk": component("modelled")}}, "components", "'disk'"),
    ({"components": {"cpu": component("measured")}}, "components.cpu.evidence", "is not one of"),
    ({"components": {"cpu": component("metered")}}, "components.cpu.evidence", "is not one of"),
    ({"components": {"cpu": component("modelled", "facility")}}, "components.cpu.boundary", "one"),
    (
        {"components": {"cpu": component("modelled") | {"reason": "tool"}}},
        "components.cpu.reason",
        "too short",
    ),
    ({"software": {"python": 3.11}}, "software.python", "is not of type 'string'"),
    ({"hardware": {"cpu": "x"}}, "hardware", "'memory_gb' is a required"),
]


@pytest.mark.parametrize(("change", "field", "what"), MUTATIONS)
def test_a_wrong_description_is_refused_by_line_and_field(change, field, what):
    text = text_of(**change)
    with pytest.raises(LedgerError) as refused:
        parse_description(text, "run.yaml")

    place = re.escape(field) if field else ""
    found = re.search(
        rf"^run\.yaml:(\d+) ?{place}: .*{what}.*\n  Hint: \S", str(refused.value), re.MULTILINE
    )
    assert found
    if field and "." not in field and not isinstance(change.get(field), dict):
        assert text.splitlines()[int(found[1]) - 1].startswith(f"{field}:")


def test_a_wrong_item_of_a_list_is_refused_by_its_own_line():
    text = text_of(**GPUS, columns=["timestamp", 5])

    with pytest.raises(LedgerError) as refused:
        parse_description(text, "run.yaml")
    line = text.splitlines().index("- 5") + 1
    assert str(refused.value).startswith(f"run.yaml:{line} columns.1: 5 is not of type 'string'")


def test_a_date_without_quotes_is_refused_with_the_remedy():
    text = text_of().replace("'2026-01-02'", "2026-01-02")

    with pytest.raises(LedgerError) as refused:
        parse_description(text, "run.yaml")
    assert str(refused.value) == (
        "run.yaml:4 started_on: 2026-01-02 is a date without quotes, which YAML turns into "
        'another type\n  Hint: Quote it: "2026-01-02".'
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is not of type 'object'"),
        ("- a\n- b\n", "is not of type 'object'"),
        ("title: [", "no YAML"),
        ("title: !!python/object/apply:os.getcwd []\n", "no YAML"),
        (text_of() + "note: twice\n", r"run\.yaml:\d+ note: given twice"),
        (text_of() + "x: &a [*a]\n", "aliases are not read"),
        (text_of().replace("2026-01-02", "2026-01-99").replace("'", ""), "no YAML"),
    ],
)
def test_yaml_that_hides_something_is_refused(text, what):
    with pytest.raises(LedgerError, match=what):
        parse_description(text, "run.yaml")


@pytest.mark.parametrize(
    "name", ["../emissions.csv", "/etc/passwd", "a/b.csv", "a\\b.csv", "..", ".hidden", "", "a\n"]
)
def test_a_log_name_with_a_path_in_it_is_refused(runs, name):
    with pytest.raises(LedgerError, match="bare file name"):
        log_name(name, "run.yaml")
    assert "run.yaml" in refusal(runs(log=name))


@pytest.mark.parametrize("linked", ["emissions.csv", "run.yaml"])
def test_a_linked_file_is_refused(runs, tmp_path, linked):
    path = runs() / "a_run" / linked
    outside = tmp_path / "outside"
    path.rename(outside)
    path.symlink_to(outside)

    assert f"{linked}: is a symbolic link" in refusal(tmp_path / "runs")


def test_a_linked_folder_is_refused(runs, tmp_path):
    folder = runs("elsewhere")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "a_run").symlink_to(folder / "elsewhere")

    assert "a_run: is a symbolic link" in refusal(tmp_path / "linked")


@pytest.mark.parametrize("lost", ["emissions.csv", "run.yaml"])
def test_a_missing_file_is_named(runs, lost):
    folder = runs()
    (folder / "a_run" / lost).unlink()

    assert f"a_run/{lost}: the file does not exist" in refusal(folder)


def test_a_folder_that_is_no_key_is_refused(runs):
    assert "'My Run' is no key" in refusal(runs("My Run"))


def test_numbers_survive_a_round_trip_through_text(runs, tmp_path):
    table = read_runs(runs(units_of_use=7, unit_of_use="sample"))
    table.to_csv(tmp_path / "runs.csv", index=False)

    again = pd.read_csv(tmp_path / "runs.csv")

    assert list(again["units_of_use"]) == [7, 7, 7]
    assert list(again["energy_kwh"]) == list(table["energy_kwh"])
