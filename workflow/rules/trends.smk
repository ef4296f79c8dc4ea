"""Growth: rates of every quantity, how much they depend on, and forecasts."""

TREND_TABLES = [
    "points",
    "fits",
    "fitted",
    "breaks",
    "methods",
    "coverage",
    "specifications",
    "editions",
    "changes",
    "reproduced",
    "undisclosed",
    "undisclosed_curve",
    "disclosure",
    "backtest",
    "backtest_pairs",
    "backtest_scores",
    "forecasts",
    "proposed",
]


rule trends:
    """Fit growth by one method, and show what another choice would have given."""
    input:
        tables=rules.ingest.output.tables,
        facts=rules.normalize.output,
        estimates=rules.estimate.output,
        coverage=rules.calibrate.output,
        config="config.yaml",
        code=library("trends"),
    output:
        tables=[f"results/trends/{name}.csv" for name in TREND_TABLES],
        numbers="results/trends/numbers.json",
    log:
        "logs/trends.log",
    benchmark:
        "benchmarks/trends.tsv"
    message:
        "Fitting growth trends"
    shell:
        "python -m aienergy.trends --ingested results/ingest --normalized results/normalize"
        " --estimated results/estimate --calibrated data/calibration --out results/trends 2>&1 | tee {log:q}"
