"""`python -m aienergy.report`: lay the report out as one HTML file or one PDF."""

import argparse
import gc
import sys
from pathlib import Path
from typing import get_args

from aienergy.report.assemble import Medium, Volume, render
from aienergy.report.checks import lint_templates, refuse
from aienergy.report.material import Material
from aienergy.stage import add_common, run, settings
from aienergy.tables import write_json, write_text


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m aienergy.report", description=__doc__)
    parser.add_argument("--results", type=Path, required=True, help="folder results")
    parser.add_argument("--figures", type=Path, help="folder of the figures (RESULTS/figures)")
    parser.add_argument("--templates", type=Path, required=True, help="folder reports/templates")
    parser.add_argument("--style", type=Path, required=True, help="folder reports/style")
    parser.add_argument(
        "--captions", type=Path, help="texts of the figures (figures.yaml beside the templates)"
    )
    parser.add_argument("--faces", type=Path, help="folder of the faces made ready")
    parser.add_argument(
        "--draft", action="store_true", help="tell problems but go on; skip missing chapters"
    )
    parser.add_argument(
        "--volume",
        choices=get_args(Volume),
        default="report",
        help="for a PDF: the report, or the register of its numbers",
    )
    medium = parser.add_mutually_exclusive_group(required=True)
    medium.add_argument("--html", type=Path, help="HTML file to write")
    medium.add_argument("--pdf", type=Path, help="PDF file to write")
    medium.add_argument(
        "--check", type=Path, help="only check templates and captions; write their count here"
    )
    add_common(parser)
    return parser.parse_args()


def main() -> None:
    """Check the wording; render, check the page and write it."""
    options = _arguments()
    gc.disable()  # a process of seconds: searching its many small objects costs a fifth of them
    told = settings(options.config)
    captions = options.captions or options.templates.parent / "figures.yaml"
    if options.check:
        refuse(lint_templates(options.templates, captions))
        count = len(list(options.templates.rglob("*.j2")))
        write_json({"templates": count}, options.check)
        return
    figures = options.figures or options.results / "figures"
    material = Material(options.results, figures, told["as_of"], told["edition"], options.faces)
    problems = lint_templates(options.templates, captions)
    if not options.draft:
        refuse(problems)
    medium: Medium = "screen" if options.html else "print"
    volume: Volume = options.volume if options.pdf else "report"
    page, more = render(
        material, options.templates, options.style, medium, volume, draft=options.draft
    )
    problems += more
    if options.draft:
        for problem in problems:
            print(f"Draft: {problem}", file=sys.stderr)
    else:
        refuse(problems)
    if options.html:
        write_text(page, options.html)
    else:
        from aienergy.report.pdf import write_pdf

        write_pdf(page, options.pdf, draft=options.draft)


if __name__ == "__main__":
    run(main)
