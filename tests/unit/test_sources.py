"""Descriptions of sources that can be downloaded: closed, and checked before anything is built."""

import hashlib
import json

import pytest
import yaml

from aienergy.contracts.sources import parse_source, read_sources
from aienergy.errors import LedgerError
from aienergy.ingest.raw import read_raw
from tests.checkout import ROOT

SHA256 = hashlib.sha256(b"x").hexdigest()
FILE = {"name": "a.csv", "url": "https://example.org/a.csv", "sha256": SHA256, "bytes": 1}
COLUMN = {"name": "Power", "unit": "W", "evidence": ["nameplate"]}
SOURCE = {
    "folder": "doe",
    "landing_url": "https://example.org/",
    "download": {"a.csv": "https://example.org/now/a.csv"},
    "redistributable": "yes",
    "vintages": [{"date": "2026-01-02", "files": [FILE | {"rows": 3, "columns": [COLUMN]}]}],
}


def vintage(*files, **more):
    return {"date": "2026-01-02", "files": list(files or [FILE]), **more}


def text_of(**change):
    told = {key: value for key, value in (SOURCE | change).items() if value is not None}
    return yaml.safe_dump(json.loads(json.dumps(told)), sort_keys=False)  # copies: no aliases


def test_a_description_is_read_oldest_edition_first():
    newer = vintage(FILE, date="2026-03-04", cited_as="roe2026")
    source = parse_source(text_of(vintages=[newer, vintage()]), "doe2021", "x.yaml")

    assert [(v.date, v.cited_as) for v in source.vintages] == [
        ("2026-01-02", "doe2021"),
        ("2026-03-04", "roe2026"),
    ]
    assert source.vintages[0].files[0].size_bytes == 1
    assert source.download == SOURCE["download"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"licence": "MIT"}, "'licence' was unexpected"),
        ({"folder": "../doe"}, "'../doe' does not match"),
        ({"landing_url": "http://example.org/"}, "'http://example.org/' does not match"),
        ({"redistributable": True}, "True is not one of"),
        ({"download": {"../a": "https://example.org/a"}}, "'../a' does not match"),
        ({"vintages": []}, "should be non-empty"),
        ({"vintages": [vintage(date="2026-02-30")]}, "is not a 'date'"),
        ({"vintages": [vintage(), vintage()]}, "'2026-01-02' stands there 2 times"),
        ({"vintages": [vintage(FILE, FILE | {"name": "A.csv"})]}, "'a.csv' stands there 2 times"),
        ({"vintages": [vintage(FILE | {"name": "a/b.csv"})]}, "'a/b.csv' does not match"),
        ({"vintages": [vintage(FILE | {"name": "a.csv\n"})]}, "should not be valid under"),
        ({"vintages": [vintage(FILE | {"name": "a.partial"})]}, "should not be valid under"),
        ({"vintages": [vintage(FILE | {"sha256": SHA256[:-1]})]}, "does not match"),
        ({"vintages": [vintage(FILE | {"sha256": SHA256.upper()})]}, "does not match"),
        ({"vintages": [vintage(FILE | {"bytes": 0})]}, "less than the minimum of 1"),
        ({"vintages": [vintage(FILE | {"url": "ftp://x.org/a"})]}, "does not match"),
        ({"vintages": [vintage(FILE | {"url": "https://me:pw@x.org/a"})]}, "does not match"),
        ({"vintages": [vintage(FILE | {"pinned": False})]}, "False schema does not allow"),
        (
            {"vintages": [vintage({k: v for k, v in FILE.items() if k != "url"})]},
            "'url' is a required property",
        ),
        (
            {"vintages": [vintage(FILE | {"columns": [COLUMN | {"unit": "bananas"}]})]},
            "column 'Power' has the unknown unit 'bananas'",
        ),
        (
            {"vintages": [vintage(FILE | {"columns": [COLUMN | {"evidence": ["hearsay"]}]})]},
            "'hearsay' is not one of",
        ),
    ],
)
def test_a_spoilt_description_is_refused(change, says):
    with pytest.raises(LedgerError) as refused:
        parse_source(text_of(**change), "doe2021", "x.yaml")

    assert says in str(refused.value)
    assert "x.yaml" in refused.value.problems[0].where


def test_a_file_without_a_lasting_address_needs_no_url():
    file = {key: value for key, value in FILE.items() if key != "url"} | {"pinned": False}
    source = parse_source(text_of(vintages=[vintage(file)]), "doe2021", "x.yaml")

    assert source.vintages[0].files[0].url is None


def test_the_example_of_the_documentation_is_sound():
    text = (ROOT / "docs/data-entry.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    shown = parse_source(text, "epoch_hardware2026", "x.yaml")
    committed = read_sources(ROOT / "data/raw/sources")["epoch_hardware2026"]

    assert (shown.folder, shown.download) == (committed.folder, committed.download)
    assert shown.vintages[-1].files[0].sha256 == committed.vintages[-1].files[0].sha256


def described(tiny, **texts):
    folder = tiny.write()
    (folder / "sources").mkdir()
    for key, text in texts.items():
        (folder / f"sources/{key}.yaml").write_text(text)
    return folder


def test_ingest_takes_a_sound_description(tiny):
    read_raw(described(tiny, doe2021=text_of()))


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"roe1999": text_of()}, r"sources/roe1999\.yaml: unknown source 'roe1999'"),
        (
            {"doe2021": text_of(vintages=[vintage(cited_as="roe1999")])},
            r"sources/doe2021\.yaml: unknown source 'roe1999'",
        ),
        (
            {"doe2021": text_of(), "doe2021b": text_of()},
            r"sources/doe2021b\.yaml: folder 'doe' belongs to doe2021 already",
        ),
        (
            {"doe2021": text_of(vintages=[vintage(), vintage()])},
            r"sources/doe2021\.yaml vintages: '2026-01-02' stands there 2 times",
        ),
        (
            {"doe2021": text_of().replace(SHA256, "abc")},
            r"sources/doe2021\.yaml:\d+ vintages\.0\.files\.0\.sha256: 'abc' does not match",
        ),
    ],
)
def test_ingest_refuses_a_spoilt_description_by_its_file(tiny, texts, says):
    with pytest.raises(LedgerError, match=says):
        read_raw(described(tiny, **texts))


def test_ingest_refuses_another_file_among_the_descriptions(tiny):
    folder = described(tiny, doe2021=text_of())
    (folder / "sources/doe2021.yml").write_text(text_of())

    with pytest.raises(LedgerError, match=r"doe2021\.yml: a file that nothing reads"):
        read_raw(folder)
