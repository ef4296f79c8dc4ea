"""House rules that no linter knows."""

import ast
import re
import subprocess

import pytest

from tests.checkout import ROOT

PACKAGE = ROOT / "src/aienergy"
STAGES = {path.parent.name for path in PACKAGE.glob("*/__main__.py")}
MODULES = sorted(PACKAGE.rglob("*.py"))
CLOCKS = re.compile(r"\b(date\.today|datetime\.now|time\.time|Timestamp\.now|utcnow)\(")


OF_STAGES = [path for path in MODULES if path.parent.name in STAGES]


@pytest.mark.parametrize("path", OF_STAGES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_stage_imports_no_other_stage(path):
    own = path.relative_to(PACKAGE).parts[0]
    tree = ast.parse(path.read_text())
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names]
    others = {
        name.split(".")[1]
        for name in names
        if name.startswith("aienergy.") and name.split(".")[1] in STAGES - {own}
    }

    assert others == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_and_functions_stay_small_and_read_no_clock(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    assert not CLOCKS.search(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


def test_no_two_rules_share_a_log_or_a_benchmark():
    text = "\n".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    places = re.findall(r'"((?:logs|benchmarks)/[^"]+)"', text)

    assert len(places) == len(set(places)) > 10


def pins(text):
    """Return the hashed pins of a lock file: the packages by their name, each with its versions."""
    blocks = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    return {block.partition("==")[0]: block.split(" \\\n")[0] for block in blocks}


REPORT_LOCK = ROOT / "requirements.txt"
CLUSTER_LOCK = ROOT / "workflow/setup/requirements-cluster.txt"


@pytest.mark.parametrize("lock", [REPORT_LOCK, CLUSTER_LOCK], ids=["report", "cluster"])
def test_a_lock_file_holds_hashes_and_no_address(lock):
    text = lock.read_text()

    assert "://" not in text
    assert {"snakemake", "pandas", "scipy", "seaborn", "jinja2", "weasyprint"} <= set(pins(text))


def test_clusters_have_the_packages_of_the_report_and_the_report_no_plugin():
    report, cluster = pins(REPORT_LOCK.read_text()), pins(CLUSTER_LOCK.read_text())

    assert {name: cluster[name] for name in report if name in cluster} == {
        name: pin for name, pin in report.items() if name in cluster
    }
    plugins = {name for name in cluster if "-plugin-" in name}
    assert {"snakemake-executor-plugin-slurm", "snakemake-storage-plugin-fs"} <= plugins
    assert not plugins & set(report)


@pytest.mark.parametrize(("version", "code"), [("3.11", 0), ("3.13", 0), ("3.9", 1), ("3.15", 1)])
def test_set_up_names_the_pythons_it_knows(tmp_path, version, code):
    fake = tmp_path / "python"
    fake.write_text(f'#!/bin/sh\ncase "$1" in -c) echo {version} ;; *) echo ;; esac\n')
    fake.chmod(0o755)
    script = ROOT / "workflow/setup/ensure_system.sh"
    result = subprocess.run(
        ["sh", str(script), str(fake)], capture_output=True, text=True, check=False
    )

    assert result.returncode == code
    assert code == 0 or "3.11, 3.12 and 3.13" in result.stderr


def test_set_up_without_root_stops_with_the_exact_command(tmp_path):
    for name, line in (
        ("python", 'case "$1" in -c) echo 3.12 ;; *) echo libharfbuzz-subset0 ;; esac'),
        ("id", "echo 1000"),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    script = ROOT / "workflow/setup/ensure_system.sh"
    result = subprocess.run(
        ["sh", str(script), str(tmp_path / "python")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    command = "sudo apt-get install --no-install-recommends libharfbuzz-subset0"
    assert command in result.stderr
