"""`snakemake logs`: a folder of logs as one table, on this machine and planned for another."""

import pytest

from tests.checkout import CLUSTER_TOOLS, Checkout
from tests.logs_tree import write_tree

BATCHES = 3


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A checkout with logs, of which nothing was built."""
    made = Checkout(tmp_path_factory.mktemp("logs") / "ledger")
    write_tree(made.folder / "measured")
    return made


@pytest.fixture(scope="module")
def read(checkout):
    """The checkout after the logs were read."""
    result = snakemake_logs(checkout, "--cores", "2")
    assert result.returncode == 0, result.stdout + result.stderr
    return checkout


def snakemake_logs(checkout, *options, batches=BATCHES, **settings):
    config = ("--config", "logs=measured", f"batches={batches}")
    return checkout.snakemake("logs", *options, *config, **settings)


def planned(result):
    """Return the rules of a dry run and how many jobs each has."""
    rows = [line.split() for line in result.stdout.splitlines()]
    counts = [row for row in rows if len(row) == 2 and row[1].isdigit() and row[0][-1] != ":"]
    return {name: int(count) for name, count in counts}


def test_other_batches_and_another_machine_write_the_same_tables(read, tmp_path):
    other = Checkout(tmp_path / "another place" / "ledger")
    write_tree(other.folder / "measured")

    result = snakemake_logs(
        other, "--cores", "1", batches=1, TZ="Asia/Kathmandu", PYTHONHASHSEED="7", LC_ALL="C"
    )

    assert result.returncode == 0, result.stdout + result.stderr
    for name in ("energy", "outcomes"):
        first, second = (
            (made.folder / f"results/logs/{name}.csv").read_bytes() for made in (read, other)
        )
        assert first == second
        assert str(read.folder).encode() not in first


def test_an_edited_log_reruns_its_own_batch_alone(read):
    assert planned(snakemake_logs(read, "--cores", "1", "--dry-run")) == {}
    log = read.folder / "measured/zeus/zeus.csv"
    before = log.read_text()
    log.write_text(before.replace("3000.0", "3001.0"))
    try:
        jobs = planned(snakemake_logs(read, "--cores", "1", "--dry-run"))
    finally:
        log.write_text(before)

    assert jobs == {"read_logs": 1, "gather_logs": 1, "logs": 1, "total": 3}


def test_the_report_reads_no_logs_of_the_user(checkout):
    jobs = planned(checkout.snakemake("--cores", "1", "--dry-run"))

    assert "publish" in jobs
    assert not {"read_logs", "gather_logs", "logs"} & set(jobs)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "Name a folder: snakemake logs --config logs=<folder>"),
        (("--config", "log=measured"), "'log' was unexpected"),
    ],
)
def test_what_cannot_be_asked_for_is_told(checkout, options, says):
    result = checkout.snakemake("logs", "--cores", "1", "--dry-run", *options)

    assert result.returncode == 1
    assert says in result.stdout + result.stderr


def test_kubernetes_gets_a_plan(checkout):
    if not (CLUSTER_TOOLS / "snakemake").exists():
        pytest.skip("no environment with the plugins: make cluster")
    result = snakemake_logs(
        checkout,
        *("--workflow-profile", "profiles/kubernetes", "--dry-run"),
        *("--default-storage-prefix", str(checkout.folder), "--forceall"),
        tools=CLUSTER_TOOLS,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    jobs = {"read_logs": BATCHES, "gather_logs": 1, "logs": 1, "total": BATCHES + 2}
    assert planned(result) == jobs
