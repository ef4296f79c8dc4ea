"""Write a report of runs: a page, a PDF, and text to paste, all whole or none."""

import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from aienergy.errors import LedgerError, Problem
from aienergy.figures.save import svg_text
from aienergy.prose import environment
from aienergy.report.finish import finish_tables, finish_text
from aienergy.report.fonts import covered, with_fonts
from aienergy.report.pdf import write_pdf
from aienergy.report.references import references
from aienergy.report.svg import inline
from aienergy.run import document
from aienergy.run.compare import compare, published
from aienergy.run.draw import MOST_ROWS, draw_beside, draw_components, drawn_runs, short_name
from aienergy.run.escape import markdown, markdown_table, tex, tex_table
from aienergy.run.methods import paragraph
from aienergy.run.questions import Answer
from aienergy.run.say import notes
from aienergy.tables import read_text, read_texts, write_text

if TYPE_CHECKING:
    from aienergy.logs.outcomes import Outcome
    from aienergy.run.energy import Run

# Grids of a report for which none is asked, from the cleanest to the dirtiest of the well-known.
GRIDS = ("swe", "fra", "usa", "world", "ind")
TITLE = "Energy of measured runs"
FILES = ("runs.html", "runs.pdf", "runs.md", "runs.tex")
MOST = 30  # rows of a table on the page
_COMPONENTS_ALT = "Energy of each run by component, in the order of the table"
_PUBLISHED_ALT = "Energy of the runs and of published training, one lane for each boundary"


def write_report(
    outcomes: "Sequence[Outcome]",
    answer: Answer,
    edition: str,
    results: Path,
    style: Path,
    out: Path,
) -> list[Path]:
    """Write the page, the PDF, and what to paste.

    Args:
        outcomes: What became of each log.
        answer: Runs, re-expressed on some grids at least.
        edition: Edition of the ledger.
        results: Folder `results`, for the bibliography.
        style: Folder of the style sheets of the report.
        out: Folder to write to; files of a former report are replaced together.

    Raises:
        LedgerError: No run with energy to report.
    """
    runs = document.counted(answer.runs)
    if not runs:
        hint = "Give at least one log with energy."
        raise LedgerError(Problem("--report", "no run with energy", hint))
    sources = {
        str(row["key"]): {str(k): str(v) for k, v in row.items()}
        for row in read_texts(results / "ingest" / "sources.csv").to_dict("records")
    }
    parts = _parts(outcomes, answer, runs, sources, edition)
    screen, printed = with_fonts([_page(parts, style, m) for m in ("screen", "print")])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".runs-") as made:
        folder = Path(made)
        write_text(screen, folder / FILES[0])
        write_pdf(printed, folder / FILES[1])
        write_text(_markdown(parts), folder / FILES[2])
        write_text(_tex(parts), folder / FILES[3])
        for name in FILES:
            (folder / name).replace(out / name)
    return [out / name for name in FILES]


def _parts(
    outcomes: "Sequence[Outcome]",
    answer: Answer,
    runs: "list[Run]",
    sources: dict[str, dict[str, str]],
    edition: str,
) -> dict[str, Any]:
    """Return all that the formats show, as text and drawings."""
    library = answer.library
    systems = published(library.facts)
    whole = drawn_runs(runs)
    found = compare([run for run in runs if run.per == "run"], systems)
    energy = document.energy_table(runs, library)
    used = {key for value in answer.values for key in value.sources}
    used |= {one.source for one in found if one.source}
    parts = {
        "title": TITLE,
        "edition_line": f"AI Energy Ledger, edition {edition}",
        "dek": _dek(outcomes, runs),
        "energy": energy,
        "log_notes": document.log_notes(outcomes),
        "grids": document.grids_table(answer, sources),
        "emissions": document.emissions_table(runs, answer),
        "others": document.others_table(runs, answer),
        "factors": document.factors_table(answer, sources),
        "notes": notes(answer.values, library),
        "beside": document.beside_table(found, runs, library, sources),
        "methods": paragraph(runs, answer.values, answer.asked, library, sources, edition),
        "references": references(sources, used & set(sources)),
        "published_caption": (
            f"{len(systems)} published energies of training, each in the lane of what it covers. "
            "Compare within a lane only."
        ),
        "components_caption": _components_caption(whole, runs),
    }
    if whole:
        shown = covered("".join(run.name for run in whole) + "".join(map(chr, range(32, 127))))
        names = {run.key: short_name(run, shown) for run in whole}
        system_names = {str(key): library.name(str(key)) for key in systems["subject"]}
        sheets = (
            ("components", draw_components(whole, names), _COMPONENTS_ALT),
            ("published", draw_beside(whole, systems, system_names, names), _PUBLISHED_ALT),
        )
        parts |= {key: (svg_text(sheet, f"fig-{key}", alt), alt) for key, sheet, alt in sheets}
    return parts


def _dek(outcomes: "Sequence[Outcome]", runs: "Sequence[Run]") -> str:
    logs = sum(outcome.state == "read" for outcome in outcomes)
    refused = sum(outcome.state == "refused" for outcome in outcomes)
    told = f"{len(runs)} {'run' if len(runs) == 1 else 'runs'} of {logs} "
    told += "log" if logs == 1 else "logs"
    return told + (f"; {refused} refused, with reasons below." if refused else ".")


def _components_caption(drawn: "Sequence[Run]", runs: "Sequence[Run]") -> str:
    told = "Deep fill: read from a meter or a counter; pale: modelled, rated or stated."
    if len(drawn) < len(runs):
        told += f" The {min(len(drawn), MOST_ROWS)} largest whole runs."
    return told


def _page(parts: dict[str, Any], style: Path, medium: str) -> str:
    """Return the page of one medium, with its fonts."""
    package = resources.files("aienergy.run")
    sheets = {name: read_text(style / f"{name}.css") for name in ("base", "screen", "print")}
    sheets["runs"] = package.joinpath("runs.css").read_text(encoding="utf-8")
    loader = jinja2.PackageLoader("aienergy.run", "")
    template = environment(loader, "html").get_template("runs.html.j2")
    drawings: dict[str, Any] = {"components": "", "published": ""}
    for key in drawings:
        if key in parts:
            svg, alt = parts[key]
            drawings[key] = inline(svg, f"fig-{key}", alt, tips=medium == "screen")
    page = template.render(
        **{**parts, **drawings},
        medium=medium,
        most=MOST,
        viewport="width=device-width, initial-scale=1",
        tab_stop="0",
        tex=_tex_energy(parts),
        md=_markdown_energy(parts),
        sheets={name: Markup(text) for name, text in sheets.items()},
        font_faces=Markup("/*fonts*/"),
    )
    return finish_text(finish_tables(page))


def _tex_energy(parts: dict[str, Any]) -> str:
    table = parts["energy"]
    return tex_table(table.header, table.rows, table.title, table.numeric)


def _markdown_energy(parts: dict[str, Any]) -> str:
    table = parts["energy"]
    return markdown_table(table.header, table.rows, table.numeric)


def _markdown(parts: dict[str, Any]) -> str:
    """Return everything as Markdown, no row left out."""
    lines = [f"# {parts['title']}", "", f"{parts['edition_line']}. {parts['dek']}", ""]
    for name in ("energy", "grids", "emissions", "others", "factors", "beside"):
        table = parts[name]
        if not table.rows:
            continue
        lines += [f"## {table.title}", "", markdown_table(table.header, table.rows, table.numeric)]
        lines += [markdown(table.note), ""] if table.note else []
    if parts["log_notes"]:
        lines += ["## What the logs allow to say", ""]
        lines += [
            f"- {markdown(file)}: {markdown(text)}"
            for file, texts in parts["log_notes"]
            for text in texts
        ]
        lines.append("")
    if parts["notes"]:
        lines += ["## Notes", "", *(f"- {markdown(text)}" for text in parts["notes"]), ""]
    lines += ["## Methods", "", markdown(parts["methods"]), "", "## Sources", ""]
    lines += [
        "- " + markdown(f"{r.authors} ({r.year}). {r.title}.") + (f" <{r.url}>" if r.url else "")
        for r in parts["references"]
    ]
    return "\n".join(lines) + "\n"


def _tex(parts: dict[str, Any]) -> str:
    """Return the tables and the methods for LaTeX."""
    head = "% Needs \\usepackage{booktabs}. Written by aienergy run --report.\n"
    tables = [parts[name] for name in ("energy", "emissions") if parts[name].rows]
    shown = [tex_table(table.header, table.rows, table.title, table.numeric) for table in tables]
    return "\n".join([head, *shown, tex(parts["methods"])]) + "\n"
