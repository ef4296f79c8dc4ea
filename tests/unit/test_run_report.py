"""The report of runs: nothing from a log acts, equal input is equal bytes, the old stays if it fails."""

import dataclasses
import re
from html.parser import HTMLParser

import jinja2
import pandas as pd
import pytest
from pypdf import PdfReader

from aienergy.errors import LedgerError
from aienergy.logs.outcomes import Outcome
from aienergy.logs.reading import Flag, Reading, tabulate
from aienergy.prose import lint
from aienergy.report.checks import check_page
from aienergy.run import document, report
from aienergy.run.case import Asked
from aienergy.run.compare import compare, published
from aienergy.run.energy import runs_of
from aienergy.run.escape import clean, markdown, tex, tex_table
from aienergy.run.methods import paragraph
from aienergy.run.normalize import restate
from aienergy.run.questions import Answer
from tests.checkout import ROOT
from tests.run_facts import run_of, small_library

STYLE = ROOT / "reports/style"
EVIL = (
    "<script>alert(1)</script>",
    r"$\input{/etc/passwd}$ \write18{x}",
    "[x](javascript:alert(1)) ![y](https://evil.example/z.png) | a `b` *c* __d__",
    "{{ 7 * 7 }} {% raw %} /*fonts*/ </svg></pre><img src=x onerror=y>",
    "file:///etc/passwd & \u202eevil\x1b[31m\r\nnext 训练",
    "[2em] * starts a row",
)
SOURCES = [
    ("owid_ember2026", "Ritchie", "Grids", "", "2026", "https://example.org/grid", "CC-BY-4.0"),
    ("gsf2026rtc", "Foundation", "Regions", "", "2026", "", "Apache-2.0"),
    ("google2025region", "Google", "Own", "", "2025", "", "CC-BY-4.0"),
    ("x2024", "Doe; Roe", "Things & <others>", "", "2024", "", "CC-BY-4.0"),
]


def outcomes() -> list[Outcome]:
    """Six runs with hostile names in one log, and a refused file."""
    rows = [
        {"run": name, "component": f"gpu{n}", "energy_kwh": 2.0 + n, "duration_s": 3600.0,
         "mean_power_w": 2000.0, "evidence": "counter", "boundary": "board"}
        for n, name in enumerate(EVIL)
    ]  # fmt: skip
    flags = (Flag("gaps", "gpu0: <b>2</b> gaps & more", 1.1),)
    reading = Reading("plain", r"tool \input{x} <i>", "1", tabulate(rows), flags)  # type: ignore[arg-type]
    return [Outcome("logs/<u>a.csv", "read", reading)]


def answer_to(read, **asked) -> Answer:
    library = small_library()
    asking = Asked(**({"regions": ("swe", "nld")} | asked))
    runs = runs_of(read)
    return Answer(runs, restate(runs, asking, library), asking, library)


def write(out, folder, read=None):
    (folder / "ingest").mkdir(parents=True, exist_ok=True)
    columns = ["key", "authors", "title", "published_in", "year", "url", "licence"]
    pd.DataFrame(SOURCES, columns=columns).to_csv(folder / "ingest/sources.csv", index=False)
    read = outcomes() if read is None else read
    return report.write_report(read, answer_to(read), "2026.11", folder, STYLE, out)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The files of one report, and the same written again over them."""
    folder = tmp_path_factory.mktemp("report")
    first = {path.name: path.read_bytes() for path in write(folder / "a", folder)}
    second = {path.name: path.read_bytes() for path in write(folder / "b", folder)}
    return first, second, sorted(path.name for path in (folder / "a").iterdir())


def test_equal_runs_give_equal_bytes_and_nothing_else_is_left(written):
    first, second, names = written

    assert sorted(first) == names == sorted(report.FILES)
    for name in report.FILES:
        assert first[name] == second[name], name


class Elements(HTMLParser):
    """Elements and attributes of a page, as a browser would see them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.links, self.text = set(), set(), set(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data):
        self.text.append(data)


def test_no_name_acts_on_the_page(written):
    page = written[0]["runs.html"].decode()
    seen = Elements(page)
    text = " ".join("".join(seen.text).split())

    assert not seen.tags & {"script", "img", "iframe", "object", "i", "u", "b"}
    assert not [name for name in seen.attributes if name.startswith("on")]
    assert {link for link in seen.links if not link.startswith("#")} == {"https://example.org/grid"}
    for name in EVIL[:4]:
        assert " ".join(name.split()) in text
    assert not set("\x1b\u202e") & set(page)
    assert not check_page(page, "runs.html")


def test_no_name_acts_in_latex(written):
    text = written[0]["runs.tex"].decode()

    own = {
        "begin", "end", "caption", "centering", "toprule", "midrule", "bottomrule",
        "textbackslash", "textless", "textgreater", "textasciigrave", "textbar", "textsubscript",
        "textsuperscript", "texttimes", "textasciitilde", "usepackage", "textasciicircum",
    }  # fmt: skip
    assert set(re.findall(r"\\([a-zA-Z]+)", text)) <= own
    assert not re.search(r"\\\\\s*[\[*]", text)
    assert "$" not in text.replace(r"\$", "")
    body = text.split("\\midrule")[1].split("\\bottomrule")[0]
    rows = [line for line in body.splitlines() if line.strip()]
    assert len(rows) == len(EVIL)
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {6}


def test_no_name_acts_in_markdown(written):
    text = written[0]["runs.md"].decode()

    assert "<script" not in text
    assert r"\[x\]\(javascript:alert\(1\)\)" in text
    assert "](" not in text
    table = text.split("| --- |")[0]
    assert table.count("\n|") == 1
    for row in re.findall(r"^\| \d\.\s.*$", text, re.M)[: len(EVIL)]:
        assert len(re.findall(r"(?<!\\)\|", row)) == 8
    assert not re.search(r"(?<!\\)https?://evil", text.replace(r"\:", ":\\"))


def test_the_pdf_holds_the_names_as_text_and_no_link_to_a_file(written, tmp_path):
    path = tmp_path / "runs.pdf"
    path.write_bytes(written[0]["runs.pdf"])
    reader = PdfReader(path)
    text = "".join(page.extract_text() for page in reader.pages)

    assert "<script>" in text
    links = [
        str(note.get_object().get("/A", {}).get("/URI", ""))
        for page in reader.pages
        for note in page.get("/Annots", [])
    ]
    assert set(filter(None, links)) == {"https://example.org/grid"}


def test_a_failure_leaves_the_former_report_whole(tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    for name in report.FILES:
        (out / name).write_text("good")

    def broken(*_):
        raise LedgerError

    monkeypatch.setattr(report, "write_pdf", broken)
    with pytest.raises(LedgerError):
        write(out, tmp_path)
    assert {path.name: path.read_text() for path in out.iterdir()} == dict.fromkeys(
        report.FILES, "good"
    )


def test_nothing_to_report_is_an_error_that_says_so(tmp_path):
    refused = [Outcome("a.csv", "refused")]
    with pytest.raises(LedgerError, match="no run with energy"):
        write(tmp_path / "out", tmp_path, refused)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\input{a}", r"\textbackslash{}input\{a\}"),
        ("50% & $5_a", r"50\% \& \$5\_a"),
        ("1.2 × 10⁻⁵ CO₂e", r"1.2 \texttimes{} 10\textsuperscript{-5} CO\textsubscript{2}e"),
    ],
)
def test_latex_by_hand(text, expected):
    assert tex(text) == expected


def test_a_latex_table_by_hand():
    assert tex_table(["A", "B_1"], [["x&y", "2"]], "T", frozenset({1})) == (
        "\\begin{table}\n  \\centering\n  \\caption{T}\n  \\begin{tabular}{lr}\n    \\toprule\n"
        "    A & B\\_1 \\\\\n    \\midrule\n    x\\&y & 2 \\\\\n    \\bottomrule\n"
        "  \\end{tabular}\n\\end{table}\n"
    )


def test_markdown_and_lines_by_hand():
    assert markdown("a|b*c") == r"a\|b\*c"
    assert clean("a\nb\tc\x00\u202ed") == "a b c d"
    assert len(clean("x" * 500)) == 80


def test_only_like_boundaries_are_compared():
    systems = pd.DataFrame(
        {
            "id": ["a", "b", "c"], "subject": ["a", "b", "c"], "value": [100.0, 10.0, 1000.0],
            "boundary": ["board", "facility", "board"], "scope": "final_run",
            "evidence": "stated", "said_by": "operator", "source": "x2024",
        }
    )  # fmt: skip
    runs = [
        run_of(("gpu0", 10.0, "board")),
        run_of(("gpu0", 20.0, "board"), key="run2"),
        run_of(("gpu0", 1.0, "board"), ("cpu", 1.0, "chip"), key="run3"),
    ]
    board, parts = compare(runs, systems)

    assert (board.run, board.system, board.ratio, board.count) == ("run2", "a", 5.0, 2)
    assert (parts.boundary, parts.system, parts.count) == ("chip + board", "", 0)


def test_the_best_known_energy_of_a_system_and_boundary_counts_once():
    rows = published(small_library().facts)

    assert rows.empty or not rows.duplicated(["subject", "boundary", "scope"]).any()


def test_the_methods_tell_tool_boundary_evidence_pue_factor_and_edition():
    library = small_library()
    runs = [run_of(widens=1.12, pue=1.5)]
    asked = Asked(regions=("swe",), pue=1.1)
    values = restate(runs, asked, library)
    sources = {"owid_ember2026": {"authors": "Ritchie", "year": "2026"}}
    text = paragraph(runs, values, asked, library, sources, "2026.11")

    for told in (
        "1 run comes from logs of t", "a hardware counter", "boundary board", "not in it: processors",
        "factor 1.12", "A PUE of 1.5", "A PUE of 1.1, given by the authors",
        "Sweden, 2025: 35.0 g CO₂e/kWh (average, lifecycle, production; Ritchie 2026)",
        "Market-based emissions are not known", "edition 2026.11",
    ):  # fmt: skip
        assert told in text


def test_the_tables_hold_the_values_by_hand():
    read = outcomes()
    answer = answer_to(read, regions=("swe",))
    runs = document.counted(answer.runs)
    energy = document.energy_table(runs, answer.library)
    emissions = document.emissions_table(runs, answer)

    assert energy.rows[1][1:4] == ["3.00\u00a0kWh", "2.73 to 3.30", "board"]
    assert emissions.header == ["Run", "location-based", "market-based"]
    assert emissions.rows[1][1:] == ["105\u00a0g\u00a0CO₂e (95.5\u00a0to\u00a0116)", "not known"]
    assert document.log_notes(read) == [
        ("<u>a.csv", ["gpu0: <b>2</b> gaps & more (interval × 1.1)"])
    ]


def test_repeats_are_not_reported_twice():
    read = [*outcomes(), dataclasses.replace(outcomes()[0], state="repeats", of="logs/a.csv")]

    assert len(document.counted(runs_of(read))) == len(EVIL)


def test_the_template_states_no_number():
    loader = jinja2.PackageLoader("aienergy.run", "")
    source, _, _ = loader.get_source(jinja2.Environment(), "runs.html.j2")

    assert lint(source, "runs.html.j2") == []
