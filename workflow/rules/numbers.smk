"""One list of numbers for prose and figures."""


rule numbers:
    """Merge the numbers of all stages: keys are unique, and inputs stand before their users."""
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
        "Merging the numbers of all stages"
    shell:
        "python -m aienergy.numbers {input.parts:q} --out {output.numbers:q} 2>&1 | tee {log:q}"


rule check_numbers:
    """Execute every derivation once more; nothing is published before it ends."""
    input:
        numbers=rules.numbers.output.numbers,
        config="config.yaml",
        code=library("numbers"),
    output:
        counts="results/checked_numbers.json",
    log:
        "logs/check_numbers.log",
    benchmark:
        "benchmarks/check_numbers.tsv"
    # after whatever else may run: the last page leaves a core idle
    priority: -1
    message:
        "Re-executing every derivation"
    shell:
        "python -m aienergy.numbers {input.numbers:q} --check {output.counts:q} 2>&1 | tee {log:q}"
