"""The AI Energy Ledger: from cited facts to the report. `snakemake --cores 8` builds everything."""

from snakemake.utils import min_version

min_version("9.27")


# config.yaml is read by the stages themselves, and checked by the rule check_inputs.
# Used only where a run asks for containers; the lock file pins the environment otherwise.
container: "docker://python:3.12-bookworm"


include: "workflow/rules/common.smk"
include: "workflow/rules/ingest.smk"
include: "workflow/rules/normalize.smk"
include: "workflow/rules/estimate.smk"
include: "workflow/rules/calibrate.smk"
include: "workflow/rules/experiments.smk"
include: "workflow/rules/trends.smk"
include: "workflow/rules/verify.smk"
include: "workflow/rules/scenarios.smk"
include: "workflow/rules/numbers.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/logs.smk"


rule all:
    """Everything a reader opens."""
    default_target: True
    input:
        html="reports/ai-energy-ledger.html",
        pdf="reports/ai-energy-ledger.pdf",
        register="reports/ai-energy-ledger-register.pdf",
        numbers="results/numbers.json",
        figures=FIGURE_FILES,
