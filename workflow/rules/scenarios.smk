"""Electricity demand, its projections, and what levers change."""


rule scenarios:
    """Tabulate demand and the growth each projection implies."""
    input:
        tables=rules.ingest.output.tables,
        facts=rules.normalize.output,
        config="config.yaml",
        code=library("scenarios"),
    output:
        tables=[
            f"results/scenarios/{name}.csv"
            for name in ("demand", "growth", "pue_limits", "siting", "carbon_price")
        ],
        numbers="results/scenarios/numbers.json",
    log:
        "logs/scenarios.log",
    benchmark:
        "benchmarks/scenarios.tsv"
    message:
        "Tabulating electricity demand"
    shell:
        "python -m aienergy.scenarios --normalized results/normalize --out results/scenarios 2>&1 | tee {log:q}"
