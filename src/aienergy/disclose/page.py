"""Filled forms as a page to print: HTML, or a PDF."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from aienergy.disclose.fill import Filled, Row
from aienergy.disclose.known import ESTIMATED, NOT_APPLICABLE, UNKNOWN, WITHHELD
from aienergy.disclose.layout import problems
from aienergy.prose import environment, significant, unit_text
from aienergy.report.finish import finish_tables, finish_text
from aienergy.report.fonts import with_fonts
from aienergy.report.pdf import write_pdf
from aienergy.run.escape import clean_long
from aienergy.tables import read_text, write_text

NONE = "–"
HEADER = ("Field", "Value", "Known as", "Interval", "Boundary", "How, and from where")
_DIGITS, _ESTIMATE_DIGITS = 4, 2
_RANGES = {
    "p05_p95": "5th to 95th percentile",
    "ci80": "80 % interval",
    "ci90": "90 % interval",
    "ci95": "95 % interval",
    "sd": "standard deviation",
    "min_max": "smallest to largest",
    "sites": "over sites",
    "rounding": "rounding",
}


def write_page(filled: Sequence[Filled], edition: str, style: Path, out: Path) -> None:
    """Write filled forms of one subject as a page, a PDF where the name ends with `.pdf`.

    Args:
        filled: The forms, at least one.
        edition: Edition of the ledger.
        style: Folder of the style sheets of the report.
        out: File to write.

    Raises:
        LedgerError: A style sheet is missing.
    """
    is_pdf = out.suffix == ".pdf"
    page = with_fonts([_page(filled, edition, style, "print" if is_pdf else "screen")])[0]
    out.parent.mkdir(parents=True, exist_ok=True)
    if is_pdf:
        write_pdf(page, out)
    else:
        write_text(page, out)


def _page(filled: Sequence[Filled], edition: str, style: Path, medium: str) -> str:
    package = resources.files("aienergy.disclose")
    sheets = {name: read_text(style / f"{name}.css") for name in ("base", "screen", "print")}
    sheets["page"] = package.joinpath("page.css").read_text(encoding="utf-8")
    first = filled[0]
    template = environment(jinja2.PackageLoader("aienergy.disclose", ""), "html")
    page = template.get_template("page.html.j2").render(
        title=clean_long(first.subject),
        edition_line=f"AI Energy Ledger, edition {edition}",
        dek=_dek(first),
        statement=first.statement,
        header=HEADER,
        forms=[_form(one) for one in filled],
        medium=medium,
        sheets={name: Markup(text) for name, text in sheets.items()},
        font_faces=Markup("/*fonts*/"),
    )
    return finish_text(finish_tables(page))


def _dek(filled: Filled) -> str:
    description = filled.description
    note = f" {clean_long(description.note)}" if description.note else ""
    return f"Forms of disclosure, filled on {description.compiled_on}. {filled.statement}{note}"


def _form(filled: Filled) -> dict[str, Any]:
    form = filled.form
    answered = sum(row.is_answered for row in filled.rows)
    names = {row.field.id: row.field.name for row in filled.rows}
    missing = "; ".join(names[key] for key in filled.missing)
    found = problems(filled)
    return {
        "key": form.key,
        "title": form.title,
        "version": form.version,
        "reading": form.reading,
        "count": f"{answered} of {len(filled.rows)} fields are known",
        "rows": [_row(row) for row in filled.rows],
        "missing": f"Required and not known: {missing}."
        if missing
        else "No required field is missing.",
        "problems": "The document in the layout of the standard is not valid without them."
        if found
        else "",
    }


def _row(row: Row) -> dict[str, str]:
    known, field = row.known, row.field
    silent = known.state in (UNKNOWN, WITHHELD, NOT_APPLICABLE)
    how = "; ".join(filter(None, (known.method, known.source, known.note)))
    if row.is_answered and not field.facts:
        how = ""
    name = f"{field.name} (not part of the form)" if field.supplement else field.name
    return {
        "name": name,
        "value": NONE if silent else amount(row),
        "state": known.state.replace("_", " "),
        "interval": interval(row) or ("not stated" if known.state == ESTIMATED else NONE),
        "boundary": known.boundary or NONE,
        "how": clean_long(how) or NONE,
        "mark": "unknown" if silent else "known",
    }


def amount(row: Row) -> str:
    """Return a value with its unit as a reader sees it."""
    value = row.known.value
    if not isinstance(value, float):
        return clean_long(str(value))
    digits = _DIGITS if row.known.low is None else _ESTIMATE_DIGITS
    return f"{significant(value, digits)} {_unit(row)}".strip()


def interval(row: Row) -> str:
    """Return the interval of a value with what it is, or nothing."""
    known = row.known
    if known.low is None or known.high is None:
        return ""
    low, high = (significant(end, _ESTIMATE_DIGITS) for end in (known.low, known.high))
    ends = f"{low} to {high} {_unit(row)}".strip()
    return f"{ends} ({_RANGES[known.range]})" if known.range in _RANGES else ends


def _unit(row: Row) -> str:
    if row.field.scale != 1.0:
        return f"× {significant(1 / row.field.scale, 1)}"
    unit = row.field.unit
    return "" if unit == "1" else unit_text(unit)
