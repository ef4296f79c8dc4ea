"""Prose that takes every number, name and citation by key.

A template holds no digit and no word that states a quantity: both come from `results/numbers.json`
and the registries, so that a sentence cannot outlive its evidence. `lint` refuses the rest.
"""

import math
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, Literal

import jinja2
from jinja2 import nodes
from markupsafe import Markup, escape

from aienergy import units
from aienergy.contracts.numbers import Number
from aienergy.errors import LedgerError, Problem
from aienergy.wording import PLACEHOLDER, QUANTITY_WORDS

# Calls whose arguments are keys, counts of digits or units, not prose.
KEYED_CALLS = frozenset(
    {"n", "span", "name", "cite", "fig", "figref", "tab", "tabref", "date", "year", "unit", "rows",
     "value", "run"}
)  # fmt: skip
READ_ATTRIBUTES = frozenset({"alt", "title", "aria-label", "content", "placeholder"})
UNIT_TEXT = {
    "1": "",
    "percent": "%",
    "kgCO2e": "kg CO₂e",
    "gCO2e": "g CO₂e",
    "mgCO2e": "mg CO₂e",
    "tCO2e": "t CO₂e",
    "ktCO2e": "kt CO₂e",
    "lbCO2e": "lb CO₂e",
    "kgCO2": "kg CO₂",
    "tCO2": "t CO₂",
    "gCO2e/kWh": "g CO₂e/kWh",
    "gCO2e/h": "g CO₂e per hour",
    "gCO2/kWh": "g CO₂/kWh",
    "petaflop_s_day": "petaflop/s-days",
    "teraflop_s": "TFLOP/s",
    "petaflop_s": "PFLOP/s",
    "FLOP/J": "FLOP per joule",
    "flop_s/USD": "FLOP/s per US dollar",
    "month": "months",
    "year": "years",
    "day": "days",
    "h": "hours",
    "USD": "US dollars",
    "EUR/tCO2e": "€/t CO₂e",
    "EUR/MWh": "€/MWh",
}
Mode = Literal["html", "text"]


def significant(value: float, digits: int) -> str:
    """Return a number with so many significant digits, thousands separated by commas, a minus sign.

    Very large and very small values are written with a power of ten (`3.1 x 10^23` as Unicode).
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    if value < 0:
        return f"\u2212{significant(-value, digits)}"
    power = math.floor(math.log10(value))
    if power >= 15 or power < -4:
        mantissa = f"{value / 10.0**power:.{digits - 1}f}"
        return f"{mantissa} × 10{str(power).translate(_SUPERSCRIPT)}"
    rounded = round(value, digits - 1 - power)
    return f"{rounded:,.{max(0, digits - 1 - power)}f}"


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def printed_digits(number: Number) -> int:
    """Return the significant digits with which a value is printed unless the prose says otherwise.

    A cited value keeps those of its source, up to six; a derived one gets two if it has an
    interval, else three.
    """
    if number.said_by == "ledger":
        return 2 if number.low is not None else 3
    printed = float(number.inputs.get("value", 0.0))
    if not printed:  # only a range is printed
        return 3
    mantissa = f"{abs(printed):.5e}".partition("e")[0].replace(".", "").rstrip("0")
    return max(2, len(mantissa))


class Prose:
    """Functions that templates call, and the record of what they used.

    Args:
        numbers: Numbers by key.
        names: Names of subjects by key.
        dates: ISO dates of subjects by key, where known.
        sources: Rows of the bibliography by key: authors, title, published_in, year, url.
        mode: `html` links numbers and citations; `text` is for captions and alternative text.
    """

    def __init__(
        self,
        numbers: Mapping[str, Number],
        names: Mapping[str, str],
        dates: Mapping[str, str],
        sources: Mapping[str, Mapping[str, str]],
        mode: Mode,
    ) -> None:
        self.numbers, self.names, self.dates, self.sources = numbers, names, dates, sources
        self.mode = mode
        self.used_numbers: dict[str, None] = {}
        self.used_sources: dict[str, None] = {}

    def functions(self) -> dict[str, Any]:
        """Return the functions by the names under which templates know them."""
        return {
            "n": self.number,
            "span": self.span,
            "value": self.value,
            "name": self.name,
            "cite": self.cite,
            "date": self.date,
            "year": self.year,
            "told": self.told,
            "unit": unit_text,
            "co2e": "CO₂e",
            "co2": "CO₂",
        }

    def number(self, key: str, unit: str = "", digits: int = 0, *, bare: bool = False) -> str:
        """Print a number with its unit.

        Args:
            key: Key of the number.
            unit: Unit to print it in; that of the number if empty.
            digits: Significant digits; see `printed_digits` if zero.
            bare: Leave the unit out.
        """
        number = self.find(key)
        shown = self._in(number, unit)
        whole = abs(shown) < 1e15 and math.isclose(shown, round(shown), rel_tol=1e-9)
        if not digits and number.low is None and whole:
            text = f"{shown:,.0f}"  # a count of 37 is not 37.0
        else:
            # in another unit than the source's, its digits say little beyond the fourth
            text = significant(shown, digits or min(printed_digits(number), 4))
        label = "" if bare else unit_text(unit or number.unit)
        return self._link(key, f"{text}\u00a0{label}" if label else text)

    def span(self, key: str, unit: str = "", digits: int = 0) -> str:
        """Print the interval of a number, `630 to 1,900 MWh`.

        Raises:
            LedgerError: The number has no interval.
        """
        number = self.find(key)
        if number.low is None or number.high is None:
            hint = "Print it with n(), and say that no interval was published."
            raise LedgerError(Problem("template", f"number '{key}' has no interval", hint))
        scale = self._scale(number, unit)
        shown = digits or printed_digits(number)
        low, high = (significant(end * scale, shown) for end in (number.low, number.high))
        if "." not in high:
            low = low.removesuffix(".0")  # 5 to 15, not 5.0 to 15
        label = unit_text(unit or number.unit)
        return self._link(key, f"{low} to {high}\u00a0{label}" if label else f"{low} to {high}")

    def value(self, key: str, unit: str = "") -> float:
        """Return the bare value, for a template that compares or sorts."""
        return self._in(self.find(key), unit)

    def name(self, key: str) -> str:
        """Return the name of a subject."""
        if key not in self.names:
            hint = "Names come from the registries under data/raw."
            raise LedgerError(Problem("template", f"unknown subject '{key}'", hint))
        return self.names[key]

    def date(self, key: str) -> str:
        """Return the ISO date of a subject."""
        if not self.dates.get(key):
            hint = "Dates come from systems.csv, accelerators.csv and instruments.csv."
            raise LedgerError(Problem("template", f"subject '{key}' has no date", hint))
        return self.dates[key]

    def year(self, key: str) -> str:
        """Return the year of a subject's date, or of a source."""
        return self.sources[key]["year"] if key in self.sources else self.date(key)[:4]

    def cite(self, *keys: str) -> str:
        """Cite sources, author and year: `(Strubell et al. 2019)`."""
        unknown = [key for key in keys if key not in self.sources]
        if unknown:
            hint = "Sources are declared in data/raw/sources.bib."
            raise LedgerError(Problem("template", f"unknown sources {unknown}", hint))
        self.used_sources.update(dict.fromkeys(keys))
        parts = [f"{authors_short(self.sources[k])} {self.sources[k]['year']}" for k in keys]
        if self.mode == "text":
            return f"({'; '.join(parts)})"
        pairs = zip(keys, parts, strict=True)
        links = [f'<a class="cite" href="#ref-{key}">{escape(text)}</a>' for key, text in pairs]
        return Markup(f"({'; '.join(links)})")

    def told(self, text: str) -> str:
        """Fill in the numbers and names that a text of a table asks for (`{id|unit}`, `{name:x}`).

        What stands around them is escaped; the contracts saw to it that it states no number.
        """
        parts, end = [], 0
        for asked in PLACEHOLDER.finditer(text):
            parts.append(escape(text[end : asked.start()]))
            if asked[1]:
                parts.append(escape(self.name(asked[2])))
            else:
                parts.append(Markup(self.number(asked[2], asked[3] or "")))
            end = asked.end()
        return Markup("").join([*parts, escape(text[end:])])

    def find(self, key: str) -> Number:
        """Return a number and note its use.

        Raises:
            LedgerError: No such key.
        """
        if key not in self.numbers:
            stem = key.partition(".")[0] + "."
            close = [known for known in self.numbers if known.startswith(stem)][:6]
            hint = f"Keys stand in results/numbers.json; near: {close}."
            raise LedgerError(Problem("template", f"unknown number '{key}'", hint))
        self.used_numbers[key] = None
        self.used_sources.update({s.partition(":")[0]: None for s in self.numbers[key].sources})
        return self.numbers[key]

    def _scale(self, number: Number, unit: str) -> float:
        if not unit:
            return 1.0
        try:
            return units.conversion_factor(number.unit, unit)
        except units.UnknownUnitError as error:
            hint = f"The number is in {number.unit}."
            raise LedgerError(Problem("template", f"{number.key}: {error}", hint)) from error

    def _in(self, number: Number, unit: str) -> float:
        return number.value * self._scale(number, unit)

    def _link(self, key: str, text: str) -> str:
        if self.mode == "text":
            return text
        return Markup(f'<a class="n" href="#n-{escape(key)}">{escape(text)}</a>')


def unit_text(unit: str) -> str:
    """Return a unit as a reader sees it, unbroken at the end of a line."""
    return UNIT_TEXT.get(unit, unit).replace(" ", "\u00a0")


def authors_short(source: Mapping[str, str]) -> str:
    """Return `Strubell et al.`, `Hernandez and Brown`, or the one author."""
    names = source["authors"].split("; ")
    if len(names) > 2 or names[-1] == "others":
        return f"{names[0]} et al."
    return " and ".join(names)


def environment(loader: jinja2.BaseLoader, mode: Mode) -> jinja2.Environment:
    """Return the one configuration of Jinja2: unknown names fail, HTML is escaped."""
    return jinja2.Environment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        autoescape=mode == "html",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def lint(source: str, where: str) -> list[Problem]:
    """Return every digit and quantity word that a template states by itself.

    Text, read attributes (`alt`, `title`, `aria-label`) and string constants count; tag names,
    classes and the arguments of keyed calls do not. An error of syntax is the only problem told.
    """
    try:
        tree = jinja2.Environment().parse(source)
    except jinja2.TemplateSyntaxError as error:
        return [Problem(f"{where}:{error.lineno}", str(error.message), "Mend the template.")]
    problems = []
    markup = "".join(
        "…" if not isinstance(node, nodes.TemplateData) else node.data
        for output in tree.find_all(nodes.Output)
        for node in output.nodes
    )
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    texts = [*reader.texts, *_free_constants(tree)]
    for text in texts:
        for match in re.finditer(r"\d+", text):
            hint = "Take the number from results/numbers.json: {{ n('key') }}."
            what = f"the digit(s) '{match[0]}' in '{_around(text, match)}'"
            problems.append(Problem(where, what, hint))
        for match in QUANTITY_WORDS.finditer(text):
            hint = "Say it with a bound number, or without a quantity."
            what = f"the quantity word '{match[0]}' in '{_around(text, match)}'"
            problems.append(Problem(where, what, hint))
    return problems


def _around(text: str, match: re.Match[str]) -> str:
    return " ".join(text[max(0, match.start() - 30) : match.end() + 30].split())


def _free_constants(node: nodes.Node) -> Iterator[str]:
    """Yield string and number constants that are not arguments of keyed calls."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and getattr(child.node, "name", "") in KEYED_CALLS:
            continue
        if isinstance(child, nodes.Getitem | nodes.Include | nodes.Extends | nodes.Import):
            continue
        if isinstance(child, nodes.Const) and not isinstance(child.value, bool):
            yield str(child.value)
        yield from _free_constants(child)


class _Reader(HTMLParser):
    """Collect what a reader of the page meets: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script")
        self.texts += [value for name, value in attrs if value and name in READ_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)
