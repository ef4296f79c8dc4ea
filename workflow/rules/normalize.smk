"""Canonical units, names of subjects, and one number for each fact."""


rule normalize:
    """Convert every observation once, and bind it as a number."""
    input:
        tables=rules.ingest.output.tables,
        code=library("normalize"),
    output:
        observations="results/normalize/observations.csv",
        subjects="results/normalize/subjects.csv",
        series="results/normalize/series_points.csv",
        numbers="results/normalize/numbers.json",
    log:
        "logs/normalize.log",
    benchmark:
        "benchmarks/normalize.tsv"
    message:
        "Converting observations to canonical units"
    shell:
        "python -m aienergy.normalize --ingested results/ingest --out results/normalize"
        " 2>&1 | tee {log:q}"
