"""Energy, emissions and cost of training."""


rule estimate:
    """Every route the evidence allows, with intervals and variance shares."""
    input:
        tables=rules.ingest.output.tables,
        facts=rules.normalize.output,
        config="config.yaml",
        code=library("estimate"),
    output:
        tables=[
            f"results/estimate/{name}.csv"
            for name in (
                "training",
                "emissions",
                "costs",
                "places",
                "break_even",
                "equivalents",
                "headlines",
                "splits",
                "runs",
                "comparisons",
                "ladder",
                "ladder_energies",
                "water",
                "water_technologies",
                "embodied",
                "embodied_runs",
                "chains",
                "chain_stages",
                "methods",
                "method_cases",
                "serving",
                "serving_left_out",
                "serving_models",
                "serving_grid",
                "serving_chips",
                "generation",
                "generation_left_out",
                "search",
                "curves",
                "compression",
                "batch",
            )
        ],
        numbers="results/estimate/numbers.json",
    log:
        "logs/estimate.log",
    benchmark:
        "benchmarks/estimate.tsv"
    message:
        "Estimating energy, emissions and cost"
    shell:
        "python -m aienergy.estimate --ingested results/ingest --normalized results/normalize --out results/estimate 2>&1 | tee {log:q}"
