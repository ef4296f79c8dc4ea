"""Measure our own experiments anew: `snakemake experiments`. The report reads the kept logs."""

EXPERIMENTS = [
    "search_methods",
    "compression_mlp",
    "compression_minilm",
    "batch_precision",
    "idle_window",
]


rule experiments:
    """All experiments; to keep their logs, copy the folders to data/raw/runs."""
    input:
        expand("results/experiments/{name}/trials.csv", name=EXPERIMENTS),


rule experiment:
    """One experiment, alone on the machine as far as this workflow goes."""
    input:
        script="experiments/{name}.py",
        code=sorted(str(path) for path in Path("experiments").glob("*.py")),
        environment="experiments/requirements-experiments.txt",
    output:
        trials="results/experiments/{name}/trials.csv",
        described="results/experiments/{name}/run.yaml",
        logged="results/experiments/{name}/emissions.csv",
    log:
        "logs/experiment_{name}.log",
    benchmark:
        "benchmarks/experiment_{name}.tsv"
    wildcard_constraints:
        name="|".join(EXPERIMENTS),
    # One after the other: an experiment beside another would measure both.
    threads: workflow.cores
    params:
        python=".venv-experiments/bin/python",
        beside=str(config.get("beside", "nothing that is known")),
        options="--tiny" if config.get("tiny") else "",
    message:
        "Measuring {wildcards.name}"
    shell:
        "test -x {params.python} || {{ echo 'Hint: make experiments sets up the packages'; exit 1; }}; "
        "rm -rf $(dirname {output.trials:q}); "
        "{params.python} experiments/{wildcards.name}.py $(dirname {output.trials:q})"
        " {params.options} --beside {params.beside:q} 2>&1 | tee {log:q}"
