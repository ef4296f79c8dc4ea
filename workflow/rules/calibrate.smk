"""How often intervals of growth hold the truth: a simulation that is kept, not run every time."""


rule calibrate:
    """Simulate histories with their selection; the table is kept under data/calibration."""
    input:
        # Files that are newer do not start it: a test tells when the kept table is out of date.
        code=ancient(
            [
                "src/aienergy/growth/worlds.py",
                "src/aienergy/growth/resampling.py",
                "src/aienergy/growth/ranking.py",
                "src/aienergy/trends/calibrate.py",
            ]
        ),
    output:
        tables=[f"data/calibration/{name}.csv" for name in ("coverage", "probe")],
    log:
        "logs/calibrate.log",
    benchmark:
        "benchmarks/calibrate.tsv"
    threads: workflow.cores
    message:
        "Simulating the coverage of intervals: some minutes"
    shell:
        "python -m aienergy.trends.calibrate --jobs {threads} --out data/calibration 2>&1 | tee {log:q}"
