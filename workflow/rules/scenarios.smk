"""Electricity demand, the fleet of AI chips, scenarios, and what levers change."""

SCENARIO_FILES = sorted(str(path) for path in Path("data/raw/scenarios").glob("*.yaml"))
SCENARIO_TABLES = [
    "demand",
    "growth",
    "fleet",
    "types",
    "others",
    "gaps",
    "annex",
    "power",
    "paths",
    "caps",
    "sensitivity",
    "drivers",
    "scenarios",
    "pue_limits",
    "siting",
    "carbon_price",
    "headlines",
]


rule scenarios:
    """Tabulate demand, count the fleet and run every scenario file."""
    input:
        tables=rules.ingest.output.tables,
        facts=rules.normalize.output,
        estimates=rules.estimate.output,
        files=SCENARIO_FILES,
        config="config.yaml",
        code=library("scenarios"),
    output:
        tables=[f"results/scenarios/{name}.csv" for name in SCENARIO_TABLES],
        numbers="results/scenarios/numbers.json",
    log:
        "logs/scenarios.log",
    benchmark:
        "benchmarks/scenarios.tsv"
    message:
        "Counting the fleet and running scenarios"
    shell:
        "python -m aienergy.scenarios --ingested results/ingest --normalized results/normalize"
        " --estimated results/estimate --files data/raw/scenarios --out results/scenarios 2>&1 | tee {log:q}"
