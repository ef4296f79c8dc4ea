"""`aienergy disclose`: fill forms from one description and print or write them."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from aienergy.disclose.forms import KEYS, form
from aienergy.errors import LedgerError, Problem

if TYPE_CHECKING:
    from aienergy.disclose.fill import Filled
    from aienergy.disclose.known import Base

ALL = "all"
_WIDE = 46
_ENDINGS = (".html", ".pdf")
_EPILOG = """\
examples:
  aienergy disclose --list
  aienergy disclose data/raw/disclosures/bloom_176b.yaml --form gpai
  aienergy disclose mine.yaml --form sci --json sci.json --page sci.pdf
  aienergy disclose mine.yaml --form all --json forms --page forms.html

A description says what is known, with unit, evidence, boundary and source; what is not known is
left out and stays unknown. Energy that nobody reports is estimated from computation or hours, with
its method and interval. What a form requires and nobody knows is listed. See docs/disclose.md.
"""


def add_disclose(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of `aienergy`."""
    summary = "Fill forms of disclosure from one description of a system or a facility."
    command = commands.add_parser(
        "disclose", help=summary, description=summary, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    command.add_argument("file", nargs="?", type=Path, metavar="SYSTEM.yaml", help="description")
    told = "form to fill, or all that fit"
    command.add_argument("--form", choices=(*KEYS, ALL), metavar="FORM",
                         help=f"{told}: {', '.join((*KEYS, ALL))}")  # fmt: skip
    command.add_argument("--list", action="store_true", help="list the forms and the facts")
    told = "write it in the layout of its standard, or ours; a folder with --form all"
    command.add_argument("--json", type=Path, metavar="FILE", help=told)
    told = "write a page to print, .html or .pdf"
    command.add_argument("--page", type=Path, metavar="FILE", help=told)
    told = "folder of results (default: %(default)s)"
    command.add_argument("--results", type=Path, default=Path("results"), help=told)
    told = "folder of the style sheets (default: %(default)s)"
    command.add_argument("--style", type=Path, default=Path("reports/style"), help=told)
    told = "settings, for the edition (default: %(default)s)"
    command.add_argument("--config", type=Path, default=Path("config.yaml"), help=told)
    command.set_defaults(function=disclose)


def disclose(options: argparse.Namespace) -> None:
    """Print filled forms, and write them where asked."""
    if options.list:
        for line in listing():
            print(line)
        return
    if options.file is None or options.form is None:
        hint = "aienergy disclose SYSTEM.yaml --form gpai, or --list."
        raise LedgerError(Problem("disclose", "a description and a form are needed", hint))
    if options.page is not None and options.page.suffix not in _ENDINGS:
        hint = f"Its name ends with {' or '.join(_ENDINGS)}."
        raise LedgerError(Problem("--page", f"'{options.page}' is no page", hint))
    filled = fill_file(options.file, options.form, options.results)
    for one in filled:
        for line in lines(one):
            print(line)
    if options.json is not None:
        _write_json(filled, options)
    if options.page is not None:
        from aienergy.config import read_config
        from aienergy.disclose.page import write_page

        write_page(filled, read_config(options.config)["edition"], options.style, options.page)
        print(f"written: {options.page}", file=sys.stderr)


def fill_file(path: Path, asked: str, results: Path) -> "list[Filled]":
    """Fill one form, or all that fit, from a file.

    Raises:
        LedgerError: The file is refused, a key is unknown, the form does not fit, or the results
            are not built.
    """
    from aienergy.disclose.describe import read
    from aienergy.disclose.fill import fill
    from aienergy.disclose.known import resolve
    from aienergy.tables import read_text

    description = read(read_text(path), path.stem, str(path))
    known = resolve(description, base_of(results))
    forms = [form(key) for key in (KEYS if asked == ALL else (asked,))]
    if asked == ALL:
        forms = [one for one in forms if one.kind in ("any", description.kind)]
    return [fill(known, one, description) for one in forms]


def base_of(results: Path) -> "Base":
    """Return the ledger and the registries of a built folder of results."""
    from aienergy.contracts.numbers import Ledger, load
    from aienergy.disclose.known import TABLES, Base
    from aienergy.facts import Facts
    from aienergy.run.lookup import SEED
    from aienergy.tables import read_json, read_texts

    tables = {name: read_texts(results / "ingest" / f"{name}.csv") for name in TABLES}
    numbers = load(read_json(results / "numbers.json"))
    own = (number for number in numbers if not number.key.startswith("disclose."))
    return Base.of(Ledger(own, SEED), Facts.read(results / "normalize"), tables)


def lines(filled: "Filled") -> Iterator[str]:
    """Yield a filled form as lines for a terminal."""
    from aienergy.disclose.layout import problems
    from aienergy.disclose.page import amount, interval

    yield f"{filled.form.title} ({filled.form.key}): {filled.subject}"
    yield f"  {filled.statement}"
    for row in filled.rows:
        value = amount(row) if row.is_answered else "-"
        ends = interval(row)
        told = f"{value}{f' [{ends}]' if ends else ''}"
        boundary = f", {row.known.boundary}" if row.known.boundary else ""
        state = row.known.state.replace("_", " ")
        yield f"  {row.field.name[:_WIDE]:{_WIDE}}  {state}{boundary}: {told}"
        if row.known.note and not row.is_answered:
            yield f"  {'':{_WIDE}}  {row.known.note}"
    missing = ", ".join(filled.missing)
    yield f"  missing: {missing}" if missing else "  no required field is missing"
    for problem in problems(filled):
        yield f"  not valid: {problem}"


def listing() -> Iterator[str]:
    """Yield the forms, then the facts that a description may hold."""
    from aienergy.disclose.describe import fact_kinds

    yield "forms:"
    for key in KEYS:
        one = form(key)
        yield f"  {key:9} {one.title} ({one.version}; {one.kind})"
    yield "facts:"
    for kind in fact_kinds().values():
        unit = kind.unit if kind.kind == "number" else "text"
        yield f"  {kind.key:26} {unit:10} {kind.description}"


def _write_json(filled: "list[Filled]", options: argparse.Namespace) -> None:
    from aienergy.disclose.layout import text
    from aienergy.tables import write_text

    is_folder = options.form == ALL
    for one in filled:
        name = f"{one.form.key}.{'md' if one.form.front_matter else 'json'}"
        path = options.json / name if is_folder else options.json
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(text(one), path)
        print(f"written: {path}", file=sys.stderr)
