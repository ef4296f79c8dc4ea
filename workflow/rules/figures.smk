"""Figures, each with the table it is drawn from, its caption and its licence."""

FIGURES = [
    "fig-training-compute",
    "fig-ai-and-compute",
    "fig-growth-overview",
    "fig-growth-runs",
    "fig-growth-cost-energy",
    "fig-growth-hardware",
    "fig-growth-clusters",
    "fig-growth-use",
    "fig-specifications",
    "fig-vintages",
    "fig-coverage",
    "fig-backtest",
    "fig-forecasts",
    "fig-undisclosed",
    "fig-footprints",
    "fig-training-energy",
    "fig-place",
    "fig-water",
    "fig-embodied",
    "fig-hardware-efficiency",
    "fig-inference-energy",
    "fig-serving-model",
    "fig-generation",
    "fig-inference-hardware",
    "fig-chains",
    "fig-training-and-use",
    "fig-use-splits",
    "fig-methods",
    "fig-ladder",
    "fig-own-runs",
    "fig-search",
    "fig-variants",
    "fig-electricity-demand",
    "fig-siting",
    "fig-fleet",
    "fig-scenarios",
    "fig-disclosure",
    "fig-disclosure-forms",
    "fig-instruments",
    "fig-costs",
    "fig-verdicts",
    "fig-factors",
    "fig-disclosure-index",
]
FIGURE_FILES = [
    f"results/figures/{figure}.{kind}"
    for figure in FIGURES
    for kind in ("svg", "png", "csv", "json")
]


rule figures:
    """Draw every figure; the processes share what was loaded, which costs as much as drawing."""
    input:
        tables=rules.ingest.output.tables,
        facts=rules.normalize.output,
        estimates=rules.estimate.output.tables,
        trends=rules.trends.output.tables,
        scenarios=rules.scenarios.output.tables,
        verdicts=rules.verify.output.tables,
        numbers=rules.numbers.output.numbers,
        captions="reports/figures.yaml",
        config="config.yaml",
        code=library("figures"),
    output:
        FIGURE_FILES,
    log:
        "logs/figures.log",
    benchmark:
        "benchmarks/figures.tsv"
    threads: 2
    message:
        "Drawing figures"
    shell:
        "python -m aienergy.figures --results results --captions {input.captions:q}"
        " --jobs {threads} --out results/figures 2>&1 | tee {log:q}"
