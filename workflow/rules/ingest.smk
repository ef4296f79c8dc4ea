"""Read what people wrote down."""


rule check_inputs:
    """Refuse bad input before any result is touched: every table is read and checked."""
    input:
        raw=RAW_FILES,
        config="config.yaml",
        code=library("ingest", "disclose", "logs"),
    output:
        counts="results/ingest/checked.json",
    log:
        "logs/check_inputs.log",
    benchmark:
        "benchmarks/check_inputs.tsv"
    message:
        "Checking data/raw and config.yaml"
    shell:
        "python -m aienergy.ingest --raw data/raw --check {output.counts:q} 2>&1 | tee {log:q}"


rule ingest:
    """Write the checked tables as one set."""
    input:
        checked="results/ingest/checked.json",
        raw=RAW_FILES,
        code=library("ingest", "disclose", "logs"),
    output:
        tables=[f"results/ingest/{name}.csv" for name in INGESTED],
    log:
        "logs/ingest.log",
    benchmark:
        "benchmarks/ingest.tsv"
    message:
        "Reading the tables people wrote"
    shell:
        "python -m aienergy.ingest --raw data/raw --checked --out results/ingest 2>&1 | tee {log:q}"


rule compare:
    """Hold our rows against the published files they name; without files both tables are empty."""
    input:
        tables=rules.ingest.output.tables,
        snapshots=SNAPSHOT_FILES,
        code=library("ingest", "disclose", "logs"),
    output:
        compared="results/ingest/compared.csv",
        revised="results/ingest/revised.csv",
    log:
        "logs/compare.log",
    benchmark:
        "benchmarks/compare.tsv"
    params:
        snapshots=SNAPSHOTS,
    message:
        "Comparing facts with published files"
    shell:
        "python -m aienergy.ingest --compare results/ingest --snapshots {params.snapshots:q}"
        " --out results/ingest 2>&1 | tee {log:q}"
