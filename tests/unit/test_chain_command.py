"""`aienergy chain`: answers to known facts, figures, and settings that mean nothing."""

import json

import pytest

from aienergy.chains.bound import STEPS
from aienergy.contracts.numbers import Ledger
from aienergy.normalize.observations import bind
from aienergy.tables import write_json
from tests.run_facts import normalized_facts, write_results

CHAIN = """\
title: Two stages
region: NLD
stages:
  - name: first
    energy: {wh: 2, boundary: it}
    latency: {p50: 100, p90: 200}
  - name: second
    after: [first]
    energy: {not_known: nobody says}
    latency: {fixed: 50}
"""


@pytest.fixture
def results(tmp_path):
    write_results(tmp_path / "results")
    ledger = Ledger(seed=1)
    for step, value in zip(STEPS, (1.6, 1.05, 1.2), strict=True):
        ledger.derive(step, step, "1", "unit_conversion", {"value": value, "factor": 1.0})
    rows = normalized_facts()
    facts = bind(rows, {key: key for key in rows["subject"]})
    numbers = [n.as_dict() for n in (*ledger, *facts)]
    write_json(numbers, tmp_path / "results/numbers.json")
    (tmp_path / "chain.yaml").write_text(CHAIN, encoding="utf-8")
    return tmp_path


def test_energy_emissions_cost_and_time_follow_from_the_facts(aienergy, results):
    told = results / "answer.json"
    code, out, errors = aienergy(
        "chain", results / "chain.yaml", "--results", results / "results", "--json", told
    )
    assert (code, errors) == (0, "")
    answer = json.loads(told.read_text(encoding="utf-8"))
    assert answer["energy"]["value"] == pytest.approx(2 * 1.2)
    assert answer["energy_is_lower_bound"]
    assert answer["emissions"]["value"] == pytest.approx(2.4 * 0.25)  # 250 g a kWh
    assert answer["cost"]["value"] == pytest.approx(2.4 * 0.2 / 1000)
    assert answer["latency_s"]["p50"] == pytest.approx(0.15, rel=1e-3)
    assert answer["latency_s"]["p90"] == pytest.approx(0.25, rel=1e-3)
    assert answer["stages"][1]["energy"] is None
    assert "at least 2.4 Wh" in out
    assert "Second, energy: nobody says" in out


def test_what_is_asked_for_goes_before_what_the_file_says(aienergy, results):
    told = results / "answer.json"
    place = ("chain", results / "chain.yaml", "--results", results / "results")
    asked = ("--region", "SE", "--year", "2024", "--pue", "1.5", "--price", "0.4")
    code, _, _ = aienergy(*place, *asked, "--json", told)
    answer = json.loads(told.read_text(encoding="utf-8"))
    assert code == 0
    assert answer["energy"]["value"] == pytest.approx(3.0)
    assert answer["emissions"]["value"] == pytest.approx(3.0 * 0.036)
    assert answer["cost"]["value"] == pytest.approx(3.0 * 0.4e-3)
    code, out, _ = aienergy(*place, "--region", "SE")
    assert code == 0
    assert "Not known: cost: no fact" in out  # no price of Sweden, and none in its place


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_it_draws_the_same_bytes_each_time(aienergy, results, kind):
    pictures = []
    for name in ("one", "two"):
        picture = results / f"{name}.{kind}"
        code, _, errors = aienergy(
            "chain", results / "chain.yaml", "--results", results / "results", "--figure", picture
        )
        assert (code, errors) == (0, "")
        pictures.append(picture.read_bytes())
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--pue", "0.9"), "0.9 is no PUE"),
        (("--price", "nan"), "nan is no price"),
        (("--figure", "x.gif"), "unknown kind of figure"),
        (("--region", "Swedn"), "unknown region 'Swedn'"),
    ],
)
def test_a_setting_that_means_nothing_is_told(aienergy, results, words, told):
    code, _, errors = aienergy(
        "chain", results / "chain.yaml", "--results", results / "results", *words
    )
    assert code == 1
    assert told in errors
    assert "Hint:" in errors


def test_without_results_or_file_it_says_what_to_do(aienergy, results):
    code, _, errors = aienergy("chain", results / "chain.yaml", "--results", results / "none")
    assert code == 1
    assert "Build the results first" in errors
    code, _, errors = aienergy("chain", results / "no.yaml")
    assert code == 1
    assert "the file does not exist" in errors
