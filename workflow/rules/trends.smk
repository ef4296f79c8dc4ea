"""Growth of training compute and of hardware efficiency."""


rule trends:
    """Fit exponential growth, with intervals and their simulated coverage."""
    input:
        tables=rules.ingest.output.tables,
        facts=rules.normalize.output,
        config="config.yaml",
        code=library("trends"),
    output:
        tables=[
            f"results/trends/{name}.csv"
            for name in (
                "compute_points",
                "openai_points",
                "compute_eras",
                "openai_eras",
                "hardware_efficiency",
            )
        ],
        numbers="results/trends/numbers.json",
    log:
        "logs/trends.log",
    benchmark:
        "benchmarks/trends.tsv"
    message:
        "Fitting growth trends"
    shell:
        "python -m aienergy.trends --ingested results/ingest --normalized results/normalize --out results/trends 2>&1 | tee {log:q}"
