"""The pages: bound numbers, numbered exhibits, resolved links, bytes that depend on content alone."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aienergy.errors import LedgerError
from aienergy.report import fonts, register
from aienergy.report.assemble import CHAPTERS, COMPANION, render
from aienergy.report.checks import check_page, lint_templates
from aienergy.report.finish import finish_tables, finish_text
from aienergy.report.material import Material, long_date
from aienergy.report.pdf import write_pdf
from aienergy.report.references import authors_long, lettered_years, references
from aienergy.tables import write_json, write_text

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES, STYLE = ROOT / "reports" / "templates", ROOT / "reports" / "style"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 30 15">'
    '<defs><path id="p" d="M0 0"/></defs><use href="#p"/><g data-key="gpt3.energy"><title>tip'
    '</title></g><text font-family="IBM Plex Sans">drawn</text></svg>'
)
HELD_OUT = "chapters/carbon.html.j2"


def number(key, value, unit="kWh", **more):
    fields = {
        "key": key,
        "label": f"label of {key}",
        "value": value,
        "unit": unit,
        "formula": "unit_conversion",
        "inputs": {"value": value, "factor": 1.0},
        "sources": ["alpha2020: Table 1"],
        "said_by": "operator",
        "evidence": "metered",
    }
    return fields | more


NUMBERS = [
    number("gpt3.energy", 1287.0, "MWh", boundary="facility", scope="final_run"),
    number("factor.pue", 1.5, "1", low=1.25, high=2.0, range="p05_p95"),
    number(
        "gpt3.facility", 1930.5, "MWh", formula="facility_energy_kwh", said_by="ledger",
        inputs={"it_energy_kwh": "gpt3.energy", "pue": "factor.pue"}, low=1600.0, high=2600.0,
        range="p05_p95", sources=["alpha2020", "beta2020"],
    ),
    number("unused.number", 1.0, sources=["unused2001: p. 1"]),
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_fonts(request, monkeypatch):
    """Cutting fonts is slow: only the tests marked so do it."""
    if "fonts" not in request.fixturenames:
        monkeypatch.setattr("aienergy.report.assemble.font_css", lambda _, **__: "")


@pytest.fixture(name="fonts")
def real_fonts():
    """The test needs the real fonts."""


@pytest.fixture
def site(tmp_path):
    """A small ledger: three printed numbers, two figures, seven chapters."""
    results = tmp_path / "results"
    write_json(NUMBERS, results / "numbers.json")
    write_text(
        "key,name,kind,date\ngpt3,GPT-3 <script>alert(1)</script>,system,2020-05-28\n",
        results / "normalize" / "subjects.csv",
    )
    write_text("id,value_printed,unit_printed,per_count\n", results / "normalize/observations.csv")
    rows = [
        "alpha2020,Alpha; others,A & B,Journal,2020,https://doi.org/10.1/x,CC-BY-4.0",
        "beta2020,Beta; Gamma,B,,2020,https://arxiv.org/abs/2001.1,LicenseRef-facts-cited",
        "twin2020,Beta; Gamma,C,,2020,,LicenseRef-facts-cited",
        "unused2001,Unused,U,,2001,,LicenseRef-facts-cited",
    ]
    header = "key,authors,title,published_in,year,url,licence"
    write_text("\n".join([header, *rows, ""]), results / "ingest" / "sources.csv")
    write_text(
        "system,route,value\ngpt3,a,1.5\ngpt3,b,\nother,a,2\n", results / "estimate" / "costs.csv"
    )
    for key in ("fig-one", "fig-two"):
        told = {"id": key, "title": f"Title of {key}", "caption": "Seen in (Alpha et al. 2020).",
                "alt": 'Alt "text"', "sources": ["alpha2020"], "numbers": ["factor.pue"]}  # fmt: skip
        write_json(told, results / "figures" / f"{key}.json")
        write_text(SVG, results / "figures" / f"{key}.svg")
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates, ignore=shutil.ignore_patterns("chapters"))
    for name in CHAPTERS:
        write_text(f"<h2>About {name}</h2><p>Text.</p>", templates / f"chapters/{name}.html.j2")
    write_text("<h2>Summary</h2>", templates / "chapters" / "summary.html.j2")
    strip = "{{ key_number(n('gpt3.energy'), 'to train') }}"
    write_text(strip, templates / "chapters" / "key_numbers.html.j2")
    write_text(
        "<h2>Compute</h2><p>{{ figref('fig-two') }} and {{ figref('fig-one') }}; "
        "{{ tabref('tab-later') }}; {{ secref('sec-here') }}; {{ chapterref('carbon') }}</p>"
        "{{ fig('fig-two') }}<h3 id='x'>First</h3><h3 id=\"sec-here\">Second</h3>",
        templates / "chapters" / "compute.html.j2",
    )
    write_text(
        "<h2>Training</h2><p>{{ name('gpt3') }} took {{ n('gpt3.facility') }} "
        "{{ cite('beta2020', 'twin2020') }} in {{ year('beta2020') }}.</p>{{ fig('fig-one') }}"
        "{% call table('tab-later', 'Costs', note='A note.') %}<thead><tr><th>Route</th><th>Cost</th>"
        "</tr></thead><tbody>{% for r in rows('estimate/costs', system='gpt3') %}"
        "<tr><th>{{ r.route }}</th><td>{{ r.value or '–' }}</td></tr>{% endfor %}</tbody>{% endcall %}",
        templates / "chapters" / "training.html.j2",
    )
    return tmp_path


def page_of(site, medium="screen", volume="report", **more):
    material = Material(site / "results", site / "results" / "figures", "2026-11-01", "2026.11")
    return render(material, site / "templates", STYLE, medium, volume, **more)


def broken(site, text, **more):
    """The page with a sentence added to a chapter."""
    path = site / "templates" / HELD_OUT
    write_text(path.read_text() + text, path)
    return page_of(site, **more)


def test_a_whole_page_has_no_problem(site):
    page, problems = page_of(site)
    assert problems == []
    assert 'id="n-gpt3.facility"' in page
    # inputs of printed numbers have entries too; other numbers have not
    assert 'id="n-gpt3.energy"' in page
    assert 'id="n-factor.pue"' in page
    assert "unused.number" not in page
    assert "unused2001" not in page


def test_on_paper_the_register_is_a_volume_of_its_own_and_every_link_to_it_arrives(site):
    paper, problems = page_of(site, "print")
    companion, more = page_of(site, "print", "register")
    assert problems + more == []
    assert 'id="n-' not in paper
    links = set(re.findall(rf'href="{re.escape(COMPANION)}#nameddest=([^"]+)"', paper))
    assert {"n-gpt3.energy", "n-gpt3.facility"} <= links
    assert links <= set(re.findall(r'id="([^"]+)"', companion))
    assert 'href="#n-factor.pue"' in companion
    assert "ref-alpha2020" not in companion
    assert 'id="ref-alpha2020"' in paper  # also the sources that entries alone rest on


def test_a_link_to_a_number_that_no_volume_has_is_a_problem(site):
    _, problems = broken(site, '<a class="n" href="#n-none">x</a>', medium="print")
    assert [p.what for p in problems] == ["the link #n-none leads nowhere"]


def test_exhibits_are_numbered_in_order_of_appearance_also_before_they_appear(site):
    page, _ = page_of(site)
    assert '<a class="ref" href="#fig-two">Figure\u00a01</a>' in page
    assert '<a class="ref" href="#fig-one">Figure\u00a02</a>' in page
    assert '<a class="ref" href="#tab-later">Table\u00a01</a>' in page
    assert '<a class="ref" href="#sec-here">Section\u00a01.2</a>' in page
    place = CHAPTERS.index("carbon") + 1
    assert f'<a class="ref" href="#chapter-carbon">Chapter\u00a0{place}</a>' in page
    assert re.search(r'id="fig-two">\s*<p class="figure-title"><span class="label">Figure 1<', page)
    assert '<h3 id="sec-here"><span class="secno">1.2</span> Second</h3>' in page


def test_names_are_escaped(site):
    page, _ = page_of(site)
    assert "alert(1)</script>" not in page
    assert "GPT-3 &lt;script&gt;" in page


def test_sources_of_one_year_get_letters_where_they_are_cited_and_listed(site):
    page, _ = page_of(site)
    assert "Beta and Gamma 2020a" in page
    assert "Beta and Gamma (2020b)" in page
    assert "in 2020." in page
    assert '<a href="https://doi.org/10.1/x">doi:10.1/x</a>' in page
    assert '(<a class="cite" href="#ref-alpha2020">Alpha et al. 2020</a>)' in page  # in captions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ n('gpt3.enrgy') }}", "unknown number 'gpt3.enrgy'"),
        ("{{ name('gpt9') }}", "unknown subject 'gpt9'"),
        ("{{ cite('nobody1900') }}", "unknown sources"),
        ("{{ fig('fig-none') }}", "unknown figure 'fig-none'"),
        ("{{ figref('fig-none') }}", "reference to unknown 'fig-none'"),
        ("{{ tabref('tab-none') }}", "reference to unknown 'tab-none'"),
        ("{{ fig('fig-one') }}", "figure 'fig-one' is shown twice"),
        ("{% call table('tab-later', 'T') %}{% endcall %}", "table 'tab-later' is shown twice"),
        ("{{ rows('estimate/costs', sytem='x') }}", "has no column ['sytem']"),
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{% if %}", "Expected an expression"),
        ("<h2>Again</h2>", "has headings"),
    ],
)  # fmt: skip
def test_what_does_not_exist_ends_the_build(site, text, told):
    with pytest.raises(LedgerError, match=re.escape(told)):
        broken(site, text)


def test_a_wrong_key_is_told_with_template_and_line(site):
    with pytest.raises(LedgerError, match=r"carbon\.html\.j2:3: unknown number"):
        broken(site, "\n\n{{ n('nope') }}")


def test_a_draft_tells_all_that_is_missing_and_goes_on(site):
    (site / "templates" / "chapters" / "policy.html.j2").unlink()
    page, problems = broken(site, "{{ n('a.b') }} {{ n('c.d') }} {{ fig('fig-new') }}", draft=True)
    assert [p.what for p in problems if "unknown number" in p.what] == [
        "unknown number 'a.b'", "unknown number 'c.d'",
    ]  # fmt: skip
    assert "Figure 3: not drawn yet" in page
    with pytest.raises(LedgerError, match="the chapter is missing"):
        page_of(site)


def test_a_figure_that_no_chapter_shows_is_a_problem(site):
    write_text("<h2>Training</h2>", site / "templates" / "chapters" / "training.html.j2")
    write_text("<h2>C</h2>{{ fig('fig-two') }}", site / "templates/chapters/compute.html.j2")
    _, problems = page_of(site)
    assert [p.what for p in problems] == ["figure 'fig-one' is never shown"]


def test_dead_links_double_ids_and_requests_are_problems(site):
    text = '<a href="#ref-none">x</a><p id="same"></p><p id="same"></p><img src="http://x/y.png">'
    _, problems = broken(site, text)
    told = " | ".join(p.what for p in problems)
    assert "the link #ref-none leads nowhere" in told
    assert "the id 'same' is given 2 times" in told
    assert "would fetch" in told


def test_links_in_scripts_are_no_links():
    assert check_page('<script>var a = \'<a href="#x">\';</script><p id="y"></p>', "page") == []


@pytest.mark.usefixtures("fonts")
def test_a_character_without_a_font_is_told(site):
    with pytest.raises(LedgerError, match=r"no embedded font has .*U\+4E2D"):
        broken(site, "<p>中</p>")


def test_faces_made_ready_serve_any_page_and_others_are_cut_from_the_fonts(tmp_path, monkeypatch):
    monkeypatch.setattr("aienergy.report.fonts._COMMON", frozenset(map(ord, "AZaz 019")))
    monkeypatch.setattr(sys, "argv", ["fonts", "--out", str(tmp_path)])
    fonts.main()
    names = {face.ready for face in fonts.FACES}
    assert {path.name for path in tmp_path.iterdir()} == names
    for compressed in (False, True):
        css = fonts.font_css("Aa 0", compressed=compressed, ready=tmp_path)
        assert css.count("@font-face") == len(names)
    common = fonts.font_css("A", compressed=False, ready=tmp_path)
    assert common == fonts.font_css("z", compressed=False, ready=tmp_path)
    assert common != fonts.font_css("Ж", compressed=False, ready=tmp_path)
    with pytest.raises(LedgerError, match=r"no embedded font has .*U\+4E2D"):
        fonts.font_css("中", compressed=False, ready=tmp_path)


def test_planted_digits_and_quantity_words_are_found(site):
    assert lint_templates(site / "templates", site / "none.yaml") == []
    path = site / "templates" / HELD_OUT
    write_text(path.read_text() + "\n<p>In 2019 half of it</p>", path)
    write_text("fig-one: {title: Growth since 2012, caption: c, alt: a}", site / "figures.yaml")
    told = [str(p) for p in lint_templates(site / "templates", site / "figures.yaml")]
    assert len(told) == 3
    assert "carbon.html.j2: the digit(s) '2019'" in told[0]
    assert "the quantity word 'half'" in told[1]
    assert "fig-one.title: the digit(s) '2012'" in told[2]


def test_our_own_templates_hold_no_digit():
    assert lint_templates(TEMPLATES, ROOT / "reports" / "figures.yaml") == []


@pytest.mark.usefixtures("fonts")
def test_the_page_needs_nothing_else(site):
    page, _ = page_of(site)
    assert not re.findall(r'<link[^>]*stylesheet|src="http|@import', page)
    assert page.count("@font-face") == 5
    assert str(site) not in page
    assert str(ROOT) not in page
    paper, _ = page_of(site, "print")
    assert "../results" in page
    assert "../results" not in paper


def test_bytes_depend_on_content_alone(site, tmp_path):
    """Other folder, hash seed, time zone and locale: the same HTML."""
    pages = []
    for i, (seed, zone, locale) in enumerate([("1", "UTC", "C"), ("2", "Asia/Tokyo", "C.UTF-8")]):
        folder = tmp_path / f"at{i}"
        (folder / "workflow").mkdir(parents=True)
        shutil.copytree(ROOT / "workflow" / "schemas", folder / "workflow" / "schemas")
        for name in ("results", "templates"):
            shutil.copytree(site / name, folder / name)
        command = [sys.executable, "-m", "aienergy.report", "--results", "results"]
        command += ["--templates", "templates", "--style", str(STYLE), "--html", "page.html"]
        command += ["--config", str(ROOT / "config.yaml")]
        env = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": locale, "LC_ALL": locale}
        subprocess.run(command, cwd=folder, env=env, check=True)
        pages.append((folder / "page.html").read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.usefixtures("fonts")
def test_the_pdf_reads_back(site, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    paper, problems = page_of(site, "print")
    assert problems == []
    for name in ("one.pdf", "two.pdf"):
        write_pdf(paper, tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    reader = pypdf.PdfReader(tmp_path / "one.pdf")
    assert reader.metadata.title == "The AI Energy Ledger, edition 2026.11"
    assert reader.metadata.creation_date.date().isoformat() == "2026-11-01"
    # each chapter of the small site begins a page; the rest is title, summary, lists and back
    assert len(CHAPTERS) < len(reader.pages) <= len(CHAPTERS) + 6
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "1,287\u00a0MWh" in text or "1,287 MWh" in text
    assert f"of {len(reader.pages)}" in text
    assert "drawn" in text  # letters of a drawing stay letters
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Compute" in " ".join(
        str(item.title) for item in reader.outline if hasattr(item, "title")
    )
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", ())]
    assert f"{COMPANION}#nameddest=n-gpt3.facility" in {
        note["/A"]["/URI"] for note in notes if "/A" in note
    }


@pytest.mark.usefixtures("fonts")
def test_the_companion_reads_back(site, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    companion, problems = page_of(site, "print", "register")
    assert problems == []
    for name in ("one.pdf", "two.pdf"):
        write_pdf(companion, tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    reader = pypdf.PdfReader(tmp_path / "one.pdf")
    assert reader.metadata.title == "The AI Energy Ledger: register of numbers, edition 2026.11"
    assert reader.metadata.creation_date.date().isoformat() == "2026-11-01"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert {"n-factor.pue", "n-gpt3.energy", "n-gpt3.facility"} <= set(reader.named_destinations)
    (page,) = reader.pages
    assert "Register of numbers factor.pue" in page.extract_text()  # the running head


@pytest.mark.parametrize("where", ["https://example.org/x.png", "file:///etc/hostname", "x.png"])
def test_the_pdf_refuses_a_drawing_that_asks_for_what_lies_outside(site, tmp_path, where):
    paper, _ = page_of(site, "print")
    leak = paper.replace("</svg>", f'<image href="{where}" width="9" height="9"/></svg>', 1)
    assert leak != paper
    with pytest.raises(LedgerError, match=r"Failed to load|Relative URI"):
        write_pdf(leak, tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()


def test_the_pdf_refuses_what_lies_outside(site, tmp_path):
    paper, _ = page_of(site, "print")
    leak = paper.replace("<p>Text.</p>", '<p><img src="file:///etc/hostname" alt="x"></p>', 1)
    with pytest.raises(LedgerError, match="Failed to load"):
        write_pdf(leak, tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()


def test_register_entries_tell_how_a_number_is_known(site):
    material = Material(site / "results", site / "results" / "figures", "2026-11-01", "2026.11")
    found = {e.key: e for e in register.entries(material.numbers, ["gpt3.facility"], {})}
    assert set(found) == {"factor.pue", "gpt3.energy", "gpt3.facility"}
    entry = found["gpt3.facility"]
    assert entry.label == "Label of gpt3.facility"
    assert entry.formula == "IT energy × PUE"
    assert entry.interval == "1,600 to 2,600\u00a0MWh, 5th to 95th percentile"
    assert [i.parts[0][1] for i in entry.inputs] == ["gpt3.energy", "factor.pue"]
    told = "Metered, said by the operator; boundary facility; scope final run."
    assert found["gpt3.energy"].how == told


def test_long_lists_of_inputs_are_told_by_their_length(site):
    many = [number(f"p{i}.x", float(i + 1)) for i in range(20)]
    total = number("sum.x", 210.0, formula="total", said_by="ledger",
                   inputs={"terms": [m["key"] for m in many]})  # fmt: skip
    write_json([*many, total], site / "results" / "numbers.json")
    material = Material(site / "results", site, "2026-11-01", "2026.11")
    (entry,) = register.entries(material.numbers, ["sum.x"], {})
    assert entry.inputs[0].parts == (("20 values", ""),)


def test_a_conversion_tells_what_the_source_printed():
    (one,) = [
        register.Number(**number("a.b", 907.18, "kg", inputs={"value": 2000.0, "factor": 0.45359}))
    ]
    rows = {"a.b": {"value_printed": "2000", "unit_printed": "lb", "per_count": "1"}}
    (entry,) = register.entries({"a.b": one}, ["a.b"], rows)
    assert entry.printed_as == "2,000 lb"


def test_tables_get_scope_and_aligned_numbers():
    page = finish_tables(
        "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><th>x</th>"
        '<td><a class="n" href="#n">1,2 kg</a></td></tr><tr><th>y</th><td>–</td></tr></tbody></table>'
    )
    assert '<th scope="col">A</th><th scope="col" class="num">B</th>' in page
    assert '<th scope="row">x</th><td class="num">' in page
    assert '<td class="num">–</td>' in page


def test_powers_of_ten_are_raised_but_not_in_drawings():
    text = finish_text("<p>4 × 10⁻⁵</p><svg><text>10⁵</text></svg>")
    assert text == "<p>4\u00a0×\u00a010<sup>\u22125</sup></p><svg><text>10⁵</text></svg>"


def test_references_are_sorted_and_only_safe_links_pass():
    row = {"authors": "Beta; others", "title": "T", "published_in": "", "year": "2020",
           "url": "javascript:alert(1)", "licence": "CC-BY-4.0", "key": "b"}  # fmt: skip
    with pytest.raises(LedgerError, match="the address"):
        references({"b": row}, ["b"])
    first = row | {"key": "a", "authors": "alpha", "url": ""}
    found = references({"b": row | {"url": "https://x.org/y"}, "a": first}, ["b", "a"])
    assert [r.key for r in found] == ["a", "b"]
    assert lettered_years({"a": row, "b": row}, ["b", "a"]) == {"a": "2020a", "b": "2020b"}
    assert authors_long("A; B; C") == "A, B and C"
    assert authors_long("A; others") == "A et al."


def test_dates_do_not_ask_the_locale():
    assert long_date("2026-11-01") == "1 November 2026"
