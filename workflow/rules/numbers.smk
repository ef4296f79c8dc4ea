"""One list of numbers for prose and figures."""


rule numbers:
    """Merge the numbers of all stages and execute every derivation once more."""
    input:
        parts=[
            "results/normalize/numbers.json",
            "results/estimate/numbers.json",
            "results/trends/numbers.json",
            "results/verify/numbers.json",
            "results/scenarios/numbers.json",
        ],
        config="config.yaml",
        code=library("numbers"),
    output:
        numbers="results/numbers.json",
    log:
        "logs/numbers.log",
    benchmark:
        "benchmarks/numbers.tsv"
    message:
        "Re-executing every derivation"
    shell:
        "python -m aienergy.numbers {input.parts:q} --out {output.numbers:q} 2>&1 | tee {log:q}"
