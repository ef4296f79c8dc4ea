"""The committed descriptions of downloadable sources: true to the copies that were read."""

import csv
import hashlib
import json

import yaml

from aienergy.contracts.sources import read_sources
from tests.checkout import ROOT
from tests.data.test_raw import SHARED, needs_shared

COMMITTED = ROOT / "data/raw/sources"


@needs_shared
def test_the_committed_pins_are_those_of_the_copies():
    compared = 0
    for source in read_sources(COMMITTED).values():
        for edition in source.vintages:
            for file in edition.files:
                path = SHARED / "snapshots" / source.folder / edition.date / file.name
                content = path.read_bytes()
                assert (len(content), hashlib.sha256(content).hexdigest()) == (
                    file.size_bytes,
                    file.sha256,
                ), path
                compared += 1
    assert compared >= 60


@needs_shared
def test_the_columns_that_facts_were_read_from_are_in_the_copies():
    compared = 0
    for path in sorted(COMMITTED.glob("*.yaml")):
        told = yaml.safe_load(path.read_text())
        for edition in told["vintages"]:
            for file in edition["files"]:
                copy = SHARED / "snapshots" / told["folder"] / edition["date"] / file["name"]
                for column in file.get("columns", []):
                    assert column["name"] in fields_of(copy), (copy, column)
                    compared += 1
    assert compared >= 40


def fields_of(path):
    """Return the columns of a CSV, or the keys of the records of a JSON."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return set(next(csv.reader(file)))
    told = json.loads(path.read_text())
    records = told if isinstance(told, list) else told["configurations"]
    return {key for record in records for key in record}
