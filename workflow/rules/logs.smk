"""Any folder of logs as one table, read in batches; no part of the report (docs/cluster.md).

`snakemake logs --config logs=<folder> batches=<number>`: jobs are batches, since a job takes longer
to import its libraries than to read a log.
"""


include: "log_batches.smk"


rule logs:
    """The energy of every log, and what became of every file."""
    input:
        "results/logs/energy.csv",
        "results/logs/outcomes.csv",


rule read_logs:
    """Read one batch: whole folders and described runs, never divided."""
    input:
        logs=files_of_batch,
        code=library("run", "logs", "ingest"),
    output:
        read="results/logs/batches/{batch}-of-{batches}.json",
    log:
        "logs/read_logs/{batch}-of-{batches}.log",
    benchmark:
        "benchmarks/read_logs/{batch}-of-{batches}.tsv"
    params:
        logs=LOGS,
    message:
        "Reading logs, batch {wildcards.batch} of {wildcards.batches}"
    shell:
        "python -m aienergy.run.many read --logs {params.logs:q} --batch {wildcards.batch}"
        " --batches {wildcards.batches} --out {output.read:q} 2>&1 | tee {log:q}"


rule gather_logs:
    """One table of all batches; what two of them say twice counts once."""
    input:
        batches=read_batches,
        code=library("run", "logs", "ingest"),
    output:
        energy="results/logs/energy.csv",
        outcomes="results/logs/outcomes.csv",
    log:
        "logs/gather_logs.log",
    benchmark:
        "benchmarks/gather_logs.tsv"
    message:
        "Gathering the logs"
    shell:
        "python -m aienergy.run.many gather {input.batches:q} --out results/logs 2>&1 | tee {log:q}"
