"""Prose: what is printed, and what a template may not say by itself."""

from dataclasses import replace

import jinja2
import pytest

from aienergy.contracts.numbers import Number
from aienergy.errors import LedgerError
from aienergy.prose import Prose, environment, lint, significant

CITED = Number(
    "gpt3.energy", "GPT-3: training energy", 1287000.0, "kWh", "unit_conversion",
    {"value": 1287.0, "factor": 1000.0}, ("patterson2021: Table 4",), said_by="third_party",
)  # fmt: skip
DERIVED = Number(
    "gpt3.estimate", "Estimate", 1108818.0, "kWh", "ratio", {}, ("patterson2021",),
    low=633162.0, high=1941804.0, range="p05_p95",
)  # fmt: skip
SOURCE = {"authors": "Patterson; Gonzalez; Le", "year": "2021", "title": "t", "url": ""}


def prose(mode: str = "text") -> Prose:
    numbers = {CITED.key: CITED, DERIVED.key: DERIVED}
    names = {"gpt3": "GPT-3 <b>"}
    return Prose(numbers, names, {"gpt3": "2020-05-28"}, {"patterson2021": SOURCE}, mode)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1287.4, 4, "1,287"),
        (1287.4, 2, "1,300"),
        (0.24, 2, "0.24"),
        (0.0123, 2, "0.012"),
        (3.14e23, 3, "3.14 × 10²³"),
        (4.5e-7, 2, "4.5 × 10⁻⁷"),
        (626155.0, 6, "626,155"),
        (5.0, 2, "5.0"),
        (0.0, 3, "0"),
        (-371.54, 3, "\u2212372"),
    ],
)
def test_significant(value, digits, text):
    assert significant(value, digits) == text


def test_a_cited_value_keeps_the_digits_of_its_source():
    assert prose().number("gpt3.energy", "MWh") == "1,287\u00a0MWh"


def test_an_estimate_is_printed_with_two_digits_and_its_interval():
    assert prose().number("gpt3.estimate", "MWh") == "1,100\u00a0MWh"
    assert prose().span("gpt3.estimate", "MWh") == "630 to 1,900\u00a0MWh"


def test_a_converted_value_keeps_four_digits_and_a_whole_one_all():
    bloom = replace(CITED, key="b", value=433196.0, inputs={"value": 433196.0, "factor": 1.0})
    pounds = replace(CITED, key="s", value=284019.130437, unit="kgCO2e",
                     inputs={"value": 626155.0, "factor": 0.45359237})  # fmt: skip
    text = Prose({"b": bloom, "s": pounds}, {}, {}, {}, "text")

    assert text.number("b", "MWh") == "433.2\u00a0MWh"
    assert text.number("b") == "433,196\u00a0kWh"
    assert text.number("s", "lbCO2e") == "626,155\u00a0lb\u00a0CO₂e"


def test_a_span_of_whole_numbers_has_no_lonely_zero():
    spread = replace(DERIVED, key="d", low=5.0, high=15.0)

    assert Prose({"d": spread}, {}, {}, {}, "text").span("d") == "5 to 15\u00a0kWh"


def test_numbers_used_bring_their_sources():
    text = prose()
    text.number("gpt3.energy")

    assert list(text.used_numbers) == ["gpt3.energy"]
    assert list(text.used_sources) == ["patterson2021"]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda p: p.number("gpt3.power"), "unknown number 'gpt3.power'"),
        (lambda p: p.name("gpt9"), "unknown subject 'gpt9'"),
        (lambda p: p.cite("nobody2020"), "unknown sources"),
        (lambda p: p.span("gpt3.energy"), "has no interval"),
        (lambda p: p.number("gpt3.energy", "kgCO2e"), "cannot be converted"),
    ],
)
def test_unknown_keys_stop_the_build(call, says):
    with pytest.raises(LedgerError, match=says):
        call(prose())


def test_html_is_escaped_and_numbers_are_linked():
    text = prose("html")
    page = environment(
        jinja2.DictLoader({"t": "{{ name('gpt3') }} {{ n('gpt3.energy') }}"}), "html"
    )
    rendered = page.get_template("t").render(**text.functions())

    assert "GPT-3 &lt;b&gt;" in rendered
    assert '<a class="n" href="#n-gpt3.energy">' in rendered


def test_citations_are_author_year():
    assert prose().cite("patterson2021") == "(Patterson et al. 2021)"


@pytest.mark.parametrize(
    "template",
    [
        "In 2019 it took less.",
        "<p>{{ n('a.b') }} of 7 systems</p>",
        "<img alt='5 lines'>",
        "It grew tenfold.",
        "Most systems",
        "half of it",
        "{{ '3 systems' }}",
        "{{ 42 }}",
        "{% if x > 5 %}more{% endif %}",
        "{% set a = 'twice' %}",
    ],
)
def test_a_planted_numeral_or_quantity_word_is_found(template):
    assert lint(template, "t") != []


@pytest.mark.parametrize(
    "template",
    [
        "<h2 class='x2'>Energy</h2><p>{{ n('a.b2', 'MWh', digits=3) }} in {{ year('gpt3') }}</p>",
        "{% for row in rows('estimate/costs', system='gpt3') %}{{ n(row.key) }}{% endfor %}",
        "{{ fig('fig-place') }} {# a comment of 2026 #}",
        "<style>p { margin: 2px }</style>",
        "{% if value('a') > value('b') %}more{% else %}less{% endif %}",
    ],
)
def test_keys_markup_and_comments_are_not_prose(template):
    assert lint(template, "t") == []
