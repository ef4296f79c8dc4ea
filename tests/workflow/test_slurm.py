"""The workflow on a real Slurm of one node, which is started for it: `make test-slurm`."""

import os
import shutil
import subprocess
import time

import pytest

from tests.checkout import CLUSTER_TOOLS, ROOT, Checkout
from tests.logs_tree import write_tree

pytestmark = pytest.mark.slurm
SCRIPT = ROOT / "workflow/setup/start_slurm.sh"
DAEMONS = ("slurmctld", "slurmd", "munged")
BATCHES = 3
# A fresh controller answers at once, so it may be asked more often than one of a whole cluster.
IMPATIENT = (
    *("--slurm-init-seconds-before-status-checks", "2"),
    *("--seconds-between-status-checks", "2", "--latency-wait", "5"),
)


def missing() -> str:
    """Return why no Slurm can be started here, or nothing."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    if not (CLUSTER_TOOLS / "snakemake").exists():
        return "no environment with the plugins: make cluster"
    if os.geteuid() != 0:
        return "only root can start Slurm's daemons"
    absent = [name for name in DAEMONS if shutil.which(name, path=path) is None]
    if absent and shutil.which("apt-get") is None:
        return f"not installed, and no apt-get to do it: {', '.join(absent)}"
    return ""


def control(action, folder) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", SCRIPT, action, folder], capture_output=True, text=True, check=False
    )


@pytest.fixture
def slurm(tmp_path):
    """The folder of a Slurm that runs as long as the test."""
    if missing():
        pytest.skip(missing())
    folder = tmp_path / "slurm"
    started = control("start", folder)
    assert started.returncode == 0, started.stderr
    yield folder
    assert control("stop", folder).returncode == 0


def test_slurm_writes_the_same_bytes(slurm, tmp_path):
    results, seconds = {}, {}
    runs = {
        "here": ({}, ("--cores", "2")),
        "slurm": ({"tools": CLUSTER_TOOLS}, ("--workflow-profile", "profiles/slurm", *IMPATIENT)),
    }
    for name, (settings, options) in runs.items():
        checkout = Checkout(tmp_path / name / "ledger")
        write_tree(checkout.folder / "measured")
        start = time.monotonic()
        result = checkout.snakemake(
            *("logs", *options, "--config", "logs=measured", f"batches={BATCHES}"), **settings
        )
        seconds[name] = time.monotonic() - start
        assert result.returncode == 0, result.stdout + result.stderr
        folder = checkout.folder / "results/logs"
        results[name] = {
            str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()
        }

    assert results["slurm"] == results["here"]
    assert len(results["slurm"]) == BATCHES + 2
    # Every job but the target itself went through Slurm.
    ended = (slurm / "jobs.txt").read_text().splitlines()
    assert [line.split("JobState=")[1].split()[0] for line in ended] == ["COMPLETED"] * (
        BATCHES + 1
    )
    print(f"{len(ended)} jobs; here {seconds['here']:.0f} s, on Slurm {seconds['slurm']:.0f} s")


def test_a_second_slurm_is_refused_and_a_stopped_one_leaves_nothing(slurm, tmp_path):
    again = control("start", tmp_path / "other")

    assert again.returncode == 1
    assert "a Slurm runs on this machine already" in again.stderr
    assert control("stop", slurm).returncode == 0
    assert not os.path.lexists("/etc/slurm/slurm.conf")
    assert not list(slurm.glob("*.pid"))
