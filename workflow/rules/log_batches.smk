"""Which logs there are, and which job reads them."""

from snakemake.exceptions import WorkflowError

LOGS = config.get("logs", "")
LOG_BATCHES = []
if LOGS:
    # Light: it looks at names of files only.
    from aienergy.run.find import batched

    LOG_BATCHES = batched(Path(LOGS), config.get("batches", 8))


def files_of_batch(wildcards):
    """Return the logs of one batch; batches are numbered from 1 on."""
    units = LOG_BATCHES[int(wildcards.batch) - 1].values()
    # Snakemake takes braces for wildcards and has no escape: a log with them in its name is read as
    # any other, but an edit of it alone does not start its batch.
    return [str(path) for unit in units for path in unit.files if "{" not in str(path)]


def read_batches(wildcards):
    """Return what the jobs that read write; without a folder there is nothing to read."""
    if not LOGS:
        raise WorkflowError("Name a folder: snakemake logs --config logs=<folder>")
    count = len(LOG_BATCHES)
    return [f"results/logs/batches/{n}-of-{count}.json" for n in range(1, count + 1)]
