"""Fixtures that more than one kind of test needs."""

import csv
import sys
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from aienergy.cli import main
from aienergy.contracts import schema
from aienergy.contracts.series import SERIES_POINT
from aienergy.contracts.tables import SINGLE_TABLES
from tests.checkout import Checkout

OBSERVATION = {
    "id": "gpt3.training_energy.doe2021",
    "subject": "gpt3",
    "quantity": "training_energy_kwh",
    "qualifiers": "accelerator=nvidia_v100;statistic=mean",
    "value": "1287",
    "low": "",
    "high": "",
    "range": "",
    "unit": "MWh",
    "evidence": "modelled",
    "said_by": "third_party",
    "boundary": "facility",
    "scope": "final_run",
    "period": "2020",
    "source": "doe2021",
    "locator": "Table 4",
    "read": "full-text",
    "note": "",
}
CITED = {"source": "doe2021", "locator": "p. 1", "read": "page", "note": ""}
REGISTRY_ROWS = {
    "systems": {
        "key": "gpt3", "name": "GPT-3", "organization": "OpenAI", "domain": "language",
        "kind": "model", "publication_date": "2020-05-28", "date_precision": "day",
        "country": "United States", "openness": "closed_weights", **CITED,
    },
    "accelerators": {
        "key": "nvidia_v100", "name": "NVIDIA V100", "vendor": "NVIDIA", "kind": "gpu",
        "release_date": "2017-06-21", "date_precision": "day", **CITED,
    },
    "regions": {"key": "world", "name": "World", "kind": "world", "iso3": ""},
    "subjects": {"key": "fleet", "name": "A fleet", "kind": "operator", "description": "x"},
    "instruments": {
        "key": "act", "name": "An act", "jurisdiction": "EU", "status": "in_force",
        "status_date": "2024-08-01", "date_precision": "day", "applies_from": "", "duty": "Report.",
        "who": "All", "covers": "system", "asks": "training_energy", "boundary_open": "", **CITED,
    },
    "headlines": {
        "key": "h_one", "headline": "Energy", "number": "a.energy", "mind": "A meter.",
    },
    "wanted_facts": {"number": "factor.pue", "fact": "the PUE", "who": "operator"},
    "recommendations": {
        "key": "r_one", "recommendation": "report_cost", "development": "Done.", "year": "2021",
        **CITED,
    },
    "assumptions": {
        "key": "busy_share", "meaning": "share in use", "quantity": "busy_share", "value": "0.7",
        "low": "0.5", "high": "0.9", "unit": "1", "reason": "x", "alternatives": "y",
    },
    "evidence": {
        "claim": "doe2021.gpt3.energy", "verdict": "supported", "source": "doe2021",
        "reason": "It agrees with {gpt3.training_energy.doe2021|MWh} of {name:gpt3}.",
        "locator": "p. 2", "read": "page",
    },
    "lineages": {
        "key": "gpt3_energy", "said": "1,287 MWh", "topic": "training_energy",
        "origin": "doe2021.gpt3.energy", "covers": "One run.", "reading": "One run alone.",
    },
    "lineage_steps": {
        "lineage": "gpt3_energy", "step": "1", "role": "origin", "date": "2021-04",
        "text": "They print {doe2021.gpt3.energy}.", "source": "doe2021", "locator": "Table 4",
        "read": "full-text",
    },
    "series": {
        "key": "runs", "name": "Runs", "unit": "FLOP", "measure": "training_compute_flop",
        "vintage": "2021-01-01", **CITED,
    },
    "published_trends": {
        "key": "t1", "label": "Compute", "points": "series:runs", "rule": "all",
        "start": "2020-01-01", "end": "2020-12-31", "convention": "plain", "cause": "not_read",
    },
}  # fmt: skip
POINT = {
    "series": "runs", "name": "GPT-3", "date": "2020-05-28", "value": "3.14e23",
    "locator": "p. 3",
}  # fmt: skip
CLAIM = {
    "id": "doe2021.gpt3.energy", "topic": "training_energy", "subject": "gpt3", "quantity": "training energy", "value": "1287",
    "low": "", "high": "", "unit": "MWh", "formula": "patterson_energy_mwh",
    "inputs": "chips=10000;days=14.8;power_w=330;pue=1.10", "boundary": "facility",
    "scope": "final_run", **CITED,
}  # fmt: skip
BIB = """@misc{doe2021,
  author = {Doe, Jane and Roe, Rick and Poe, Pat},
  title = {A {GPU} Study},
  year = {2021},
  eprint = {2104.10350},
  licence = {CC-BY-4.0}
}
"""


def write_rows(path: Path, columns, rows) -> None:
    """Write a CSV with the given header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


class TinyRaw:
    """A small valid `data/raw`, whose parts a test may spoil before reading it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.observations = [dict(OBSERVATION)]
        self.registries = {name: [dict(row)] for name, row in REGISTRY_ROWS.items()}
        self.claims = [dict(CLAIM)]
        self.points = [dict(POINT)]
        self.bib = BIB

    def write(self) -> Path:
        """Write the folder and return it."""
        for table in SINGLE_TABLES:
            path = self.folder / f"{table.name}.csv"
            write_rows(path, table.columns, self.registries.get(table.name, []))
        facts = self.folder / "observations/facts.csv"
        write_rows(facts, schema.OBSERVATION.columns, self.observations)
        write_rows(self.folder / "claims/doe.csv", schema.CLAIM.columns, self.claims)
        points = self.folder / "series_points/runs.csv"
        write_rows(points, SERIES_POINT.columns, self.points)
        (self.folder / "sources.bib").write_text(self.bib, encoding="utf-8")
        (self.folder / "runs").mkdir(exist_ok=True)
        return self.folder


@pytest.fixture
def aienergy(monkeypatch, capsys):
    """A function that runs the command and returns exit code, output and errors."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["aienergy", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def tiny(tmp_path) -> TinyRaw:
    """Return a small valid `data/raw` to spoil."""
    return TinyRaw(tmp_path / "raw")


class _BuiltTogether(LoadScopeScheduling):
    """Hand tests out one by one, but those of the built checkout to one worker, first of all."""

    def _split_scope(self, nodeid: str) -> str:
        return "built" if "built" in nodeid.partition("[")[0] else nodeid


def pytest_xdist_make_scheduler(config, log):
    """Return how tests are handed out. Marks of groups do not reach xdist 3.8 under pytest 9."""
    return _BuiltTogether(config, log)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Checkout:
    """Return a checkout in which everything was built on one core."""
    checkout = Checkout(tmp_path_factory.mktemp("one") / "ledger")
    result = checkout.snakemake("--cores", "1", TZ="UTC", LC_ALL="C", PYTHONHASHSEED="0")
    assert result.returncode == 0, result.stdout + result.stderr
    return checkout
