"""The workflow as a user runs it: complete, repeatable, careful, and no more than needed."""

import csv
import json
import shutil
import subprocess
import sys

import pytest

from aienergy.contracts.numbers import load
from aienergy.numbers.merge import check, merge
from tests.checkout import ROOT, Checkout


def comma_locale(tmp_path) -> dict[str, str] | None:
    """Return the settings of a locale with a decimal comma, or None where none can be made."""
    if shutil.which("localedef") is None:
        return None
    made = subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", str(tmp_path / "de_DE.UTF-8")],
        capture_output=True,
        check=False,
    )
    if not (tmp_path / "de_DE.UTF-8").exists() or made.returncode > 1:
        return None
    return {"LOCPATH": str(tmp_path), "LC_ALL": "de_DE.UTF-8"}


def test_two_builds_are_byte_identical(built, tmp_path):
    locale = comma_locale(tmp_path)
    other = Checkout(tmp_path / "another place" / "ledger")
    settings = {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "77", **(locale or {"LC_ALL": "C"})}

    result = other.snakemake("--cores", "8", **settings)

    assert result.returncode == 0, result.stdout + result.stderr
    first, second = built.outputs(), other.outputs()
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    if locale is None:
        pytest.skip("byte-identical; no locale with a decimal comma can be made here")


def test_every_promised_file_is_there(built):
    names = set(built.outputs())

    assert {"results/numbers.json"} <= names
    reports = {name for name in names if name.startswith("reports/")}
    assert reports == {
        "reports/ai-energy-ledger.html",
        "reports/ai-energy-ledger.pdf",
        "reports/ai-energy-ledger-register.pdf",
    }
    figures = {name.rpartition(".")[0] for name in names if name.startswith("results/figures/")}
    assert len(figures) >= 9
    for stem in figures:
        assert {f"{stem}.{kind}" for kind in ("svg", "png", "csv", "json")} <= names


def test_no_output_names_a_place_on_the_machine(built):
    place = str(built.folder).encode()

    assert [name for name, content in built.outputs().items() if place in content] == []


def test_every_derivation_gives_its_number(built):
    records = json.loads((built.folder / "results/numbers.json").read_text())
    numbers = load(records)

    assert len(numbers) > 1500
    assert check(merge([numbers]), seed=20261101) == len(numbers)


def test_every_observation_is_printed_as_it_was_written_down(built):
    records = json.loads((built.folder / "results/numbers.json").read_text())
    numbers = {record["key"]: record for record in records}
    compared = 0
    for path in (ROOT / "data/raw/observations").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["value"]:
                    printed = numbers[row["id"]]["inputs"]["value"]
                    # twelve significant digits persist
                    assert printed == pytest.approx(float(row["value"]), rel=1e-11), row["id"]
                    compared += 1
    assert compared > 2000


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["explain", "gpt3.energy.patterson2021"], "source patterson2021: Table 4"),
        (["explain", "gpt3.facility_energy.hours_route"], "factor.node_power_ratio ="),
        (["cite", "fig-training-compute"], "Licence: CC-BY-4.0"),
        (["facts"], "systems with training compute"),
        (["run", "data/raw/runs"], "training_mlp_digits"),
        (["check", "data/raw/claims/patterson2021.csv"], "reproduces"),
    ],
)
def test_commands_for_people(built, arguments, says):
    result = built.command(*arguments)

    assert result.returncode == 0, result.stderr
    assert says in result.stdout


@pytest.mark.parametrize("arguments", [["explain", "gpt3.power"], ["cite", "fig-nothing"]])
def test_commands_say_what_is_there_instead(built, arguments):
    result = built.command(*arguments)

    assert result.returncode == 1
    assert "Hint: " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_second_run_has_nothing_to_do(built):
    result = built.snakemake("--cores", "1")

    assert "Nothing to be done" in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "reruns", "rests"),
    [
        (
            "src/aienergy/trends/fits.py",
            {"trends", "numbers", "figures", "render_html", "render_pdf"},
            {"check_inputs", "ingest", "normalize", "estimate", "verify", "scenarios"},
        ),
        (
            "src/aienergy/report/__main__.py",
            {"render_html", "render_pdf", "render_register"},
            {"check_inputs", "ingest", "normalize", "estimate", "trends", "numbers", "figures"},
        ),
        (
            "src/aienergy/logs/codecarbon.py",
            {"check_inputs", "ingest", "normalize", "estimate", "numbers"},
            set(),
        ),
    ],
)
def test_an_edited_module_reruns_its_dependants_only(built, module, reruns, rests):
    path = built.folder / module
    before = path.read_text()
    path.write_text(before + "\n# edited\n")
    try:
        result = built.snakemake("--dry-run", "--cores", "1", "--quiet", "host")
    finally:
        path.write_text(before)
        built.snakemake("--touch", "--cores", "1")
    planned = {
        line.split()[0] for line in result.stdout.splitlines() if line.strip()[-1:].isdigit()
    }

    assert reruns <= planned
    assert not rests & planned


def test_bad_input_stops_the_build_and_leaves_every_result(built):
    before = built.outputs()
    path = built.folder / "data/raw/observations/training.csv"
    good = path.read_text()
    lines = good.split("\n")
    lines[1] = lines[1].replace(",1,counted,", ",bananas,counted,")
    path.write_text("\n".join(lines))
    try:
        result = built.snakemake("--cores", "1")
    finally:
        path.write_text(good)

    said = result.stdout + result.stderr
    assert result.returncode != 0
    assert "training.csv:2 column unit: unit 'bananas' does not fit" in said
    assert "Hint: " in said
    after = built.outputs()
    left = {name for name in before if before[name] != after.get(name)}
    assert left <= {"results/ingest/checked.json"}


def test_a_fresh_checkout_plans_every_stage(tmp_path):
    result = Checkout(tmp_path / "ledger").snakemake("--dry-run", "--cores", "1")

    assert result.returncode == 0, result.stderr
    planned = {line.split()[0] for line in result.stdout.splitlines() if line.strip()}
    stages = {"ingest", "normalize", "estimate", "trends", "verify", "scenarios", "numbers"}
    assert (
        stages | {"check_inputs", "figures", "render_html", "render_pdf", "render_register"}
        <= planned
    )


@pytest.mark.parametrize(
    "stage", sorted(p.parent.name for p in ROOT.glob("src/aienergy/*/__main__.py"))
)
def test_every_stage_explains_itself(stage):
    result = subprocess.run(
        [sys.executable, "-m", f"aienergy.{stage}", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0
    assert f"python -m aienergy.{stage}" in result.stdout


def test_published_files_switched_on_and_off_leave_the_bytes_of_a_build_without(built, tmp_path):
    files = tmp_path / "snapshots/owid_carbon_intensity/2026-04-29"
    files.mkdir(parents=True)
    header = "Entity,Code,Year,Carbon intensity of electricity per kWh"
    rows = ["Sweden,SWE,2023,38.42", "Sweden,SWE,2024,99"]
    text = "\n".join([header, *rows]) + "\n"
    (files / "carbon_intensity_electricity.csv").write_text(text, encoding="utf-8")
    before = built.outputs()
    target = ("--cores", "2", "results/numbers.json")
    on = built.snakemake(*target, "--config", f"snapshots={tmp_path / 'snapshots'}")
    numbers = json.loads((built.folder / "results/numbers.json").read_text())
    values = {number["key"]: number["value"] for number in numbers}
    page = tmp_path / "page.html"
    laid_out = built.module(
        "aienergy.report", "--results", "results", "--templates", "reports/templates",
        "--style", "reports/style", "--html", str(page),
    )  # fmt: skip
    off = built.snakemake(*target)

    assert (on.returncode, off.returncode) == (0, 0), on.stderr + off.stderr
    assert laid_out.returncode == 0, laid_out.stderr
    assert 'id="tab-compared"' in page.read_text(encoding="utf-8")
    assert values["setting.snapshots"] > 0
    assert values["snapshots.agrees"] == 1
    assert values["snapshots.differs"] == 1
    after = built.outputs()
    assert [name for name in before if before[name] != after[name]] == []
