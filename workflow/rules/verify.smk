"""Judge published figures and our own estimates."""


rule verify:
    """Recompute claims from their own inputs; set estimates beside reports."""
    input:
        tables=rules.ingest.output.tables,
        facts=rules.normalize.output,
        estimates=rules.estimate.output,
        compared=rules.compare.output,
        config="config.yaml",
        code=library("verify", "disclose"),
    output:
        tables=[
            f"results/verify/{name}.csv"
            for name in (
                "verdicts",
                "estimates",
                "consistency",
                "disclosure",
                "form_fields",
                "forms",
                "example_facts",
                "instruments",
                "left_out",
                "scoreboard",
                "serving_left_out",
                "serving_scores",
                "generation_left_out",
                "generation_scores",
            )
        ],
        numbers="results/verify/numbers.json",
    log:
        "logs/verify.log",
    benchmark:
        "benchmarks/verify.tsv"
    message:
        "Recomputing published figures"
    shell:
        "python -m aienergy.verify --ingested results/ingest --normalized results/normalize --estimated results/estimate --out results/verify 2>&1 | tee {log:q}"
