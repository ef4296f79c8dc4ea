"""Render the templates into one page."""

import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup

from aienergy.errors import LedgerError, Problem
from aienergy.prose import environment
from aienergy.report import register
from aienergy.report.cells import (
    computed_figure,
    deviation_text,
    inputs_text,
    plain_figure,
    standing_text,
)
from aienergy.report.checks import check_page, unshown_figures
from aienergy.report.comparisons import unbound_comparisons
from aienergy.report.exhibits import Exhibits, Heading
from aienergy.report.finish import finish_tables, finish_text, shown_text
from aienergy.report.fonts import font_css
from aienergy.report.material import Figure, Material, long_date
from aienergy.report.prose_page import DraftProse, PageProse
from aienergy.report.references import lettered_years, references
from aienergy.report.register import ALL_STEPS
from aienergy.report.svg import inline
from aienergy.tables import read_text
from aienergy.wording import THIRD_PARTY

Medium = Literal["screen", "print"]
Volume = Literal["report", "register"]
CHAPTERS = (
    "compute", "growth", "training", "measured", "carbon", "water", "inference", "use", "levers",
    "demand", "claims", "disclosure", "policy", "methods", "examples",
)  # fmt: skip
FRONT = ("summary", "key_numbers")
BACK = {"about": "About this report", "references": "References"}
REGISTER = {"register": "Register of numbers"}  # on paper a volume of its own
# The volumes lie in one folder; RFC 8118 names a place in a PDF so.
COMPANION = "ai-energy-ledger-register.pdf"
_PLACE = f"{COMPANION}#nameddest="
_PAGES = {"report": "page.html.j2", "register": "companion.html.j2"}
TITLE = "The AI Energy Ledger"
FACTS = {
    "title": TITLE,
    "title_lines": TITLE.replace("Energy ", "Energy\u00a0"),  # breaks before these words, if at all
    "publisher": f"{TITLE} project",
    "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
    "viewport": "width=device-width, initial-scale=1",
    "tab_stop": "0",
    "third_party": THIRD_PARTY,
    "description": (
        "The energy, emissions, cost and policy of training and using neural networks, with the "
        "unit, boundary, evidence and source of every number."
    ),
}
FIGURE_KINDS = ("svg", "png", "csv", "json")
_REVISIONS_SHOWN = 20
# Steps of derivation that the register follows: paper has numbers and what they rest on.
_STEPS = {"screen": ALL_STEPS, "print": 1}
_SOURCES_SHOWN = 10  # below a figure; the rest is told by number and listed in its file


@dataclass
class Pass:
    """One pass over the templates.

    Attributes:
        material: What the templates may ask for.
        medium: `screen` or `print`.
        prose: Functions of the prose, and what they used.
        exhibits: Counters of figures, tables and headings.
        jinja: The environment.
        draft: Leave room for figures that are not drawn yet.
    """

    material: Material
    medium: Medium
    prose: PageProse
    exhibits: Exhibits
    jinja: jinja2.Environment
    draft: bool

    def figure(self, key: str) -> Markup:
        """Show a figure: the function `fig` of the templates."""
        if self.draft and key not in self.material.known_figures:
            number = self.exhibits.show_figure(key, key)
            return Markup('<p id="{}">Figure {}: not drawn yet</p>').format(key, number)
        figure = self.material.figure(key)
        number = self.exhibits.show_figure(key, figure.title)
        for name in figure.numbers:
            self.prose.find(name)
        macro = self.jinja.get_template("macros.html.j2").module.figure  # type: ignore[attr-defined]
        return Markup(macro(**self._figure_parts(figure, number)))

    def _figure_parts(self, figure: Figure, number: str) -> dict[str, Any]:
        cited = figure.sources[:_SOURCES_SHOWN]
        self.prose.cite(*figure.sources)  # all of them belong to the references
        return {
            "figure": figure,
            "caption": self.prose.linked(figure.caption, figure.sources),
            "number": number,
            "drawing": inline(figure.svg, figure.id, figure.alt, tips=self.medium == "screen"),
            "sources": [self.prose.cite_short(key) for key in cited],
            "more_sources": len(figure.sources) - len(cited),
        }

    def part(self, name: str, key: str, number: str) -> Markup:
        """Render one template, its headings numbered."""
        text = self.jinja.get_template(name).render()
        return self.exhibits.number_headings(text, key, number)


class _Compiled(jinja2.BytecodeCache):
    """Keeps compiled templates from one pass to the next."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


def start_pass(
    material: Material,
    templates: jinja2.BaseLoader,
    compiled: jinja2.BytecodeCache,
    medium: Medium,
    known: dict[str, str] | None,
    years: dict[str, str],
    *,
    draft: bool,
) -> Pass:
    """Return a fresh pass with its environment.

    Args:
        material: What the templates may ask for.
        templates: Where the templates are.
        compiled: What the former pass compiled.
        medium: `screen` or `print`.
        known: Numbers of exhibits as the former pass found them.
        years: Years with letters, as the former pass found them.
        draft: Leave room for figures that are not drawn yet.
    """
    sources = {
        key: {**row, "year": years.get(key, row["year"])} for key, row in material.sources.items()
    }
    names = {key: row["name"] for key, row in material.subjects.items()}
    dates = {key: row["date"] for key, row in material.subjects.items()}
    prose = (DraftProse if draft else PageProse)(material.numbers, names, dates, sources, "html")
    exhibits = Exhibits(known, draft)
    jinja = environment(templates, "html")
    jinja.bytecode_cache = compiled
    one = Pass(material, medium, prose, exhibits, jinja, draft)
    jinja.globals.update(
        prose.functions(),
        fig=one.figure,
        figref=exhibits.figure_link,
        tabref=exhibits.table_link,
        secref=exhibits.section_link,
        chapterref=exhibits.chapter_link,
        rows=material.rows,
        table_number=exhibits.show_table,
        medium=medium,
        figure_kinds=FIGURE_KINDS,
        as_of=material.as_of,
        as_of_long=long_date(material.as_of),
        edition=material.edition,
        shown_revisions=_REVISIONS_SHOWN,
        snapshots=_has_snapshots(material),
        citation=citation(material),
        cite_short=prose.cite_short,
        source_text=prose.source_text,
        companion=COMPANION,
        **FACTS,
    )
    jinja.filters.update(_FILTERS)
    macros = jinja.get_template("macros.html.j2").module
    jinja.globals.update({name: getattr(macros, name) for name in _MACROS})
    return one


_FILTERS = {
    "capitalize_first": lambda text: text[:1].upper() + text[1:],
    "figure": plain_figure,
    "computed": computed_figure,
    "deviation": deviation_text,
    "inputs": inputs_text,
    "standing": standing_text,
}
_MACROS = (
    "table",
    "key_number",
    "finding",
    "note",
    "contents_list",
    "with_snapshots",
    "entry",
    "entry_print",
)


def _has_snapshots(material: Material) -> bool:
    mode = material.numbers.get("setting.snapshots")
    return mode is not None and mode.value > 0


def render_body(one: Pass, names: Sequence[str]) -> dict[str, Any]:
    """Render summary, key numbers and chapters: all that uses numbers and sources."""
    summary = one.part("chapters/summary.html.j2", "summary", "") if "summary" in names else ""
    strip = "chapters/key_numbers.html.j2"
    key_numbers = Markup(one.jinja.get_template(strip).render()) if "key_numbers" in names else ""
    rendered = [
        (f"chapter-{name}", one.part(f"chapters/{name}.html.j2", f"chapter-{name}", str(number)))
        for number, name in enumerate((name for name in names if name in CHAPTERS), 1)
    ]
    back = BACK | (REGISTER if one.medium == "screen" else {})
    one.exhibits.headings += [Heading(key, "", title) for key, title in back.items()]
    return {"summary": summary, "key_numbers": key_numbers, "chapters": rendered}


def render(
    material: Material,
    templates: Path,
    style: Path,
    medium: Medium,
    volume: Volume = "report",
    *,
    draft: bool = False,
) -> tuple[str, list[Problem]]:
    """Return the page, and what is wrong with it.

    Args:
        material: What the templates may ask for.
        templates: Folder of the templates.
        style: Folder of the style sheets and the script.
        medium: `screen` or `print`.
        volume: What to lay out for print: the report, or the register of its numbers.
        draft: Leave chapters out that are not written yet.

    Raises:
        LedgerError: A template asks for what does not exist.
    """
    names = [name for name in (*FRONT, *CHAPTERS) if _exists(templates, name, draft)]
    known: dict[str, str] | None = None
    years: dict[str, str] = {}
    loader, compiled = jinja2.FileSystemLoader(templates), _Compiled()
    for _ in ("find the order", "know it"):
        one = start_pass(material, loader, compiled, medium, known, years, draft=draft)
        if known and volume == "register":
            break  # what is printed is known, and so are the letters of years: no chapter again
        try:
            body = render_body(one, names)
        except (LedgerError, jinja2.TemplateError, TypeError) as error:
            raise located(error) from error
        entries = register.entries(
            material.numbers, one.prose.used_numbers, material.observations, _STEPS[medium]
        )
        cited = {key for entry in entries for key, _ in entry.sources}
        used = cited | set(one.prose.used_sources)
        known, years = one.exhibits.numbers(), lettered_years(material.sources, used)
    page = _page(_PAGES[volume], one, body, entries, used, style)
    problems = unshown_figures(material.known_figures, known or ())
    problems += one.prose.problems()
    elsewhere = {f"n-{entry.key}" for entry in entries} if medium == "print" else set()
    problems += check_page(page, "page", elsewhere)
    if medium == "screen":  # the same sentences stand on paper
        problems += unbound_comparisons(page, "page")
    if volume == "report" and medium == "print":
        page = page.replace(' href="#n-', f' href="{_PLACE}n-')
    return page, problems


def _page(
    template: str,
    one: Pass,
    body: dict[str, Any],
    entries: list[register.Entry],
    used: set[str],
    style: Path,
) -> str:
    sheets = {name: read_text(style / f"{name}.css") for name in ("base", "screen", "print")}
    page = one.jinja.get_template(template).render(
        **body,
        contents=one.exhibits.headings,
        figures=one.exhibits.figures,
        tables=one.exhibits.tables,
        entries=entries,
        references=references(one.prose.sources, used),
        sheets={name: Markup(text) for name, text in sheets.items()},
        script=Markup(read_text(style / "page.js")),
        font_faces=Markup("/*fonts*/"),
    )
    page = finish_text(finish_tables(page))
    generated = "".join(re.findall(r'content:[^;]*"([^"]*)"', "".join(sheets.values())))
    faces = font_css(
        shown_text(page) + generated,
        compressed=one.medium == "screen",
        ready=one.material.faces,
    )
    return page.replace("/*fonts*/", faces, 1)


def citation(material: Material) -> str:
    """Return how the report asks to be cited."""
    day = long_date(material.as_of)
    return f"{TITLE}, edition {material.edition}, {day}. {FACTS['licence']}."


def _exists(templates: Path, name: str, draft: bool) -> bool:
    path = templates / "chapters" / f"{name}.html.j2"
    if not path.exists() and not draft:
        hint = "Write the chapter, or render with --draft."
        raise LedgerError(Problem(path.as_posix(), "the chapter is missing", hint))
    return path.exists()


def located(error: Exception) -> LedgerError:
    """Return the error with the template and the line that it comes from."""
    where = "templates"
    if isinstance(error, jinja2.TemplateSyntaxError):
        where = f"{error.filename}:{error.lineno}"
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.endswith(".j2"):
            where = f"{frame.filename}:{frame.lineno}"
    if isinstance(error, LedgerError):
        return LedgerError(*(Problem(where, p.what, p.hint) for p in error.problems))
    hint = "aienergy/report/__init__.py tells what templates may ask for."
    return LedgerError(Problem(where, str(error), hint))
