"""The pages a reader opens."""

REPORT_INPUTS = sorted(
    str(path)
    for pattern in ("reports/templates/**/*.j2", "reports/style/*")
    for path in Path().glob(pattern)
    if path.is_file()
)


rule check_prose:
    """Refuse a digit or a broken template before anything is drawn or laid out."""
    input:
        pages=REPORT_INPUTS,
        captions="reports/figures.yaml",
        code=library("report"),
    output:
        counts="results/report/checked.json",
    log:
        "logs/check_prose.log",
    benchmark:
        "benchmarks/check_prose.tsv"
    message:
        "Checking the wording of templates and captions"
    shell:
        "python -m aienergy.report --results results --templates reports/templates"
        " --style reports/style --check {output.counts:q} 2>&1 | tee {log:q}"


rule faces:
    """Make the faces of the type ready for all pages, while the tables are computed."""
    input:
        code="src/aienergy/report/fonts.py",
    output:
        faces=[
            f"results/report/faces/IBMPlex{face}.ttf"
            for face in (
                "Serif-400-normal",
                "Serif-400-italic",
                "Serif-600-normal",
                "Sans-400-normal",
                "Sans-600-normal",
            )
        ],
    log:
        "logs/faces.log",
    benchmark:
        "benchmarks/faces.tsv"
    priority: -1
    message:
        "Making the faces of the type ready"
    shell:
        "python -m aienergy.report.fonts --out results/report/faces 2>&1 | tee {log:q}"


rule render_html:
    """Lay out the report as one HTML file that needs nothing else."""
    input:
        tables=rules.ingest.output.tables,
        facts=rules.normalize.output,
        estimates=rules.estimate.output.tables,
        compared=rules.compare.output,
        trends=rules.trends.output.tables,
        verdicts=rules.verify.output.tables,
        scenarios=rules.scenarios.output.tables,
        numbers=rules.numbers.output.numbers,
        figures=FIGURE_FILES,
        captions="reports/figures.yaml",
        pages=REPORT_INPUTS,
        checked=rules.check_prose.output.counts,
        faces=rules.faces.output.faces,
        config="config.yaml",
        code=library("report"),
    output:
        html="results/report/ai-energy-ledger.html",
    log:
        "logs/render_html.log",
    benchmark:
        "benchmarks/render_html.tsv"
    message:
        "Laying out the HTML report"
    shell:
        "python -m aienergy.report --results results --templates reports/templates"
        " --style reports/style --faces results/report/faces --html {output.html:q} 2>&1 | tee {log:q}"


rule render_pdf:
    """Lay out the same templates as a PDF for the archive."""
    input:
        rules.render_html.input,
    output:
        pdf="results/report/ai-energy-ledger.pdf",
    log:
        "logs/render_pdf.log",
    benchmark:
        "benchmarks/render_pdf.tsv"
    priority: 2
    message:
        "Laying out the PDF report"
    shell:
        "python -m aienergy.report --results results --templates reports/templates"
        " --style reports/style --faces results/report/faces --pdf {output.pdf:q} 2>&1 | tee {log:q}"


rule render_register:
    """Lay out the companion of the PDF: what its numbers are, and how each is known."""
    input:
        rules.render_html.input,
    output:
        pdf="results/report/ai-energy-ledger-register.pdf",
    log:
        "logs/render_register.log",
    benchmark:
        "benchmarks/render_register.tsv"
    priority: 1
    message:
        "Laying out the register of numbers"
    shell:
        "python -m aienergy.report --results results --templates reports/templates"
        " --style reports/style --faces results/report/faces"
        " --volume register --pdf {output.pdf:q} 2>&1 | tee {log:q}"


rule publish:
    """Put the reports in place at once, when all are whole: a failure leaves the old ones."""
    input:
        html=rules.render_html.output.html,
        pdf=rules.render_pdf.output.pdf,
        register=rules.render_register.output.pdf,
        checked=rules.check_numbers.output.counts,
    output:
        html="reports/ai-energy-ledger.html",
        pdf="reports/ai-energy-ledger.pdf",
        register="reports/ai-energy-ledger-register.pdf",
    log:
        "logs/publish.log",
    benchmark:
        "benchmarks/publish.tsv"
    message:
        "Putting the reports in place"
    shell:
        "(cp {input.html:q} {output.html:q} && cp {input.pdf:q} {output.pdf:q}"
        " && cp {input.register:q} {output.register:q}) 2>&1 | tee {log:q}"
