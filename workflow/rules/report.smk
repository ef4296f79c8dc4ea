"""The pages a reader opens."""

REPORT_INPUTS = sorted(
    str(path)
    for pattern in ("reports/templates/**/*.j2", "reports/style/*")
    for path in Path().glob(pattern)
    if path.is_file()
)


rule render_html:
    """Lay out the report as one HTML file that needs nothing else."""
    input:
        tables=rules.ingest.output.tables,
        facts=rules.normalize.output,
        estimates=rules.estimate.output.tables,
        trends=rules.trends.output.tables,
        verdicts=rules.verify.output.tables,
        scenarios=rules.scenarios.output.tables,
        numbers=rules.numbers.output.numbers,
        figures=FIGURE_FILES,
        captions="reports/figures.yaml",
        pages=REPORT_INPUTS,
        config="config.yaml",
        code=library("report"),
    output:
        html="reports/ai-energy-ledger.html",
    log:
        "logs/render_html.log",
    benchmark:
        "benchmarks/render_html.tsv"
    message:
        "Laying out the HTML report"
    shell:
        "python -m aienergy.report --results results --templates reports/templates"
        " --style reports/style --html {output.html:q} 2>&1 | tee {log:q}"


rule render_pdf:
    """Lay out the same templates as a PDF for the archive."""
    input:
        rules.render_html.input,
    output:
        pdf="reports/ai-energy-ledger.pdf",
    log:
        "logs/render_pdf.log",
    benchmark:
        "benchmarks/render_pdf.tsv"
    message:
        "Laying out the PDF report"
    shell:
        "python -m aienergy.report --results results --templates reports/templates"
        " --style reports/style --pdf {output.pdf:q} 2>&1 | tee {log:q}"
