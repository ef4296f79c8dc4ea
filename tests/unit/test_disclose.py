"""Forms of disclosure: filled, read back, and honest about what is missing."""

import json

import jsonschema
import pandas as pd
import pytest
import yaml

from aienergy.contracts.numbers import Ledger
from aienergy.disclose import command
from aienergy.disclose.describe import fact_kinds, flatten, read, rebuild
from aienergy.disclose.fill import fill
from aienergy.disclose.forms import KEYS, form, schema_of
from aienergy.disclose.known import Base, derivations, resolve
from aienergy.disclose.layout import as_json, problems, read_back, text
from aienergy.disclose.page import write_page
from aienergy.errors import LedgerError
from aienergy.formulas import FORMULAS
from aienergy.normalize.observations import bind
from aienergy.verify.examples import tell_facts
from aienergy.wording import THIRD_PARTY, in_sentence
from tests.checkout import ROOT
from tests.run_facts import normalized_facts, small_library

HEAD = 'kind: system\ncompiled_by: third_party\ncompiled_on: "2026-11-26"\nfacts:\n'
WORDS = {
    "infrastructure": "publicCloud",
    "data_type": "text",
    "report_quality": "low",
    "release_date": "2026-01-02",
    "download_location": "https://example.org/model",
}
RATIO, PUE, MFU_SHARE = (0.9, 0.6, 1.35), (1.1, 1.05, 1.2), (0.4, 0.3, 0.5)


def base():
    """Return facts written by hand, and factors as if fitted."""
    facts = small_library().facts
    rows = normalized_facts()
    board = rows[rows["quantity"] == "board_power_w"]
    ledger = Ledger(bind(board, dict.fromkeys(board["subject"], "a board")), seed=7)
    for key, (value, low, high), support in (
        ("factor.node_power_ratio", RATIO, 0.0),
        ("factor.fleet_pue", PUE, 1.0),
        ("factor.mfu", MFU_SHARE, 2.0),
    ):
        inputs = {"value": value, "low": low, "high": high, "support": support}
        ledger.derive(key, key, "1", "assumed", inputs)
    return Base(ledger, facts)


def whole(kind):
    """Return a description of which every fact is given."""
    lines = [HEAD.replace("system", kind)]
    for fact in fact_kinds().values():
        if fact.kind == "text":
            lines.append(f"  {fact.key}: {{text: {WORDS.get(fact.key, f'some {fact.key}')!r}}}\n")
            continue
        boundary = {"facility_energy": "facility", "it_energy": "it"}.get(fact.key, "node")
        lines.append(
            f"  {fact.key}: {{value: 8, unit: {fact.unit!r}, evidence: metered, source: meter,"
            f" boundary: {boundary}}}\n"
        )
    return "".join(lines)


def known_of(facts, base_=None, head=HEAD):
    description = read(head + facts, "mine", "mine.yaml")
    return resolve(description, base_ or base()), description


def filled(key, facts, head=HEAD):
    known, description = known_of(facts, head=head)
    return fill(known, form(key), description)


def row(one, field):
    return next(r.known for r in one.rows if r.field.id == field)


def value(name, amount, unit, **more):
    told = "".join(f", {k}: {v}" for k, v in more.items())
    return f"  {name}: {{value: {amount}, unit: {unit}, evidence: metered, source: x{told}}}\n"


@pytest.mark.parametrize("key", KEYS)
def test_each_form_is_filled_from_one_description_and_read_back(key):
    one = form(key)
    kind = "facility" if one.kind == "facility" else "system"
    done = filled(key, "", whole(kind))
    document = json.loads(json.dumps(as_json(done)))

    assert done.missing == ()
    assert problems(done) == []
    back = read_back(one, document)
    assert back == {r.field.id: r.known.value for r in done.rows}
    assert set(back) == {f.id for f in one.fields}


@pytest.mark.parametrize("key", KEYS)
def test_the_source_of_a_form_is_one_of_the_ledger(key):
    assert f"{{{form(key).source}," in (ROOT / "data/raw/sources.bib").read_text("utf-8")


@pytest.mark.parametrize("key", KEYS)
def test_a_fact_taken_out_is_the_one_that_is_missing(key):
    one = form(key)
    kind = "facility" if one.kind == "facility" else "system"
    given = yaml.safe_load(whole(kind))
    for field in one.fields:
        if not field.required or not field.facts or field.part:
            continue
        facts = {k: v for k, v in given["facts"].items() if k not in field.facts}
        done = filled(key, "", yaml.safe_dump({**given, "facts": facts}))
        also = {f.id for f in one.fields if f.required and set(f.facts) & set(field.facts)}
        if row(done, field.id).state != "unknown":  # it follows from others
            assert done.missing == ()
            continue
        assert set(done.missing) == also, field.id
        assert bool(problems(done)) == one.has_layout


def test_withheld_and_not_applicable_are_told_and_are_not_missing():
    facts = "  training_energy: {withheld: trade secret}\n  dependencies: {not_applicable: none}\n"
    done = filled("gpai", facts)

    assert row(done, "energy").state == "withheld"
    assert row(done, "energy").note == "trade secret"
    assert not {"energy", "dependencies"} & set(done.missing)
    assert "energy" not in read_back(done.form, as_json(done))


def test_an_energy_nobody_reports_is_estimated_with_interval_and_method():
    facts = "accelerator: new\nfacts:\n" + value("accelerator_hours", 1000, "h")
    base_ = base()
    head = HEAD.replace("facts:\n", "") + facts
    accelerators = {"new": {"key": "new"}}
    known = resolve(
        read(head, "mine", "mine.yaml"),
        Base(base_.ledger, base_.facts, accelerators=accelerators),
    )
    energy = known["training_energy"]

    assert energy.value == pytest.approx(1000 * 700 * RATIO[0] * PUE[0] / 1000, rel=0.02)
    assert energy.low < energy.value < energy.high
    assert (energy.state, energy.range, energy.boundary) == ("estimated", "p05_p95", "facility")
    assert energy.method.startswith(FORMULAS["facility_energy_from_hours_kwh"].text)
    assert "fitted" in energy.method


def test_compute_alone_gives_an_energy_by_the_documented_equation():
    given = value("training_compute", "3.6e21", "FLOP") + value("peak_rate", 1e15, "FLOP/s")
    known, _ = known_of(given + value("board_power", 700, "W"))
    hours = 3.6e21 / (1e15 * MFU_SHARE[0]) / 3600

    assert known["training_energy_facility"].value == pytest.approx(
        hours * 700 * RATIO[0] * PUE[0] / 1000, rel=0.02
    )
    assert known["training_energy_facility"].low is not None


@pytest.mark.parametrize(
    ("boundary", "expected"), [("it", 220.0), ("node", 220.0), ("facility", 200.0), ("board", None)]
)
def test_overhead_is_applied_once_and_never_to_the_boards_alone(boundary, expected):
    facts = value("training_energy", 200, "kWh", boundary=boundary) + value("pue", 1.1, "'1'")
    known, _ = known_of(facts)

    found = known.get("training_energy_facility")
    assert (found and found.value) == (pytest.approx(expected) if expected else None)


def test_the_carbon_intensity_score_is_energy_times_intensity_plus_embodied_per_unit():
    facts = (
        value("training_energy", 1, "MWh", boundary="facility")
        + value("grid_intensity", 200, "gCO2e/kWh")
        + value("embodied_emissions", 50, "kgCO2e")
        + value("functional_units", 1000, "'1'")
        + value("parameters", "2.0e9", "'1'")
        + "  functional_unit: {text: an hour}\n  grid_basis: {text: average}\n"
    )
    done = filled("sci", facts)

    assert row(done, "SCI").value == pytest.approx((1000 * 200 + 50_000) / 1000)
    assert row(done, "M").value == 50_000  # the form counts in grams
    assert done.missing == ()
    provider = row(filled("sci-ai", facts), "provider_parameter")
    assert provider.value == pytest.approx((200 + 50) * 1000 / 2)


def test_without_embodied_emissions_there_is_no_score():
    facts = value("training_emissions", 5, "kgCO2e") + value("training_compute", 1e20, "FLOP")

    assert row(filled("sci-ai", facts), "provider_flop").state == "unknown"


def test_an_estimate_names_its_fitted_factors_with_their_capitals():
    facts = value("accelerator_hours", 1000, "h").replace("metered", "counted") + value(
        "board_power", 400, "W"
    ).replace("metered", "nameplate")
    known, _ = known_of(facts)

    method = known["training_energy_facility"].method
    assert "; fitted: factor.node_power_ratio, factor.fleet_pue" in method
    assert in_sentence("PUE of a fleet") == "PUE of a fleet"
    assert in_sentence("Rated board power") == "rated board power"


FACILITY = HEAD.replace("kind: system", "kind: facility").replace("third_party", "provider")
METERED = (
    value("facility_energy", 1200, "MWh", boundary="facility")
    + value("it_energy", 1000, "MWh", boundary="it")
    + value("water_input", 500, "m3")
    + value("reused_heat", 300, "MWh")
    + value("renewable_certificates", 100, "MWh")
    + value("renewable_contracts", 200, "MWh")
    + value("renewable_on_site", 300, "MWh")
)


def test_indicators_of_a_data_centre_follow_from_its_symbols():
    done = filled("eed", METERED, FACILITY)
    found = {name: row(done, name).value for name in ("PUE", "WUE", "ERF", "REF", "W_IN")}

    assert found == pytest.approx({"PUE": 1.2, "WUE": 0.5, "ERF": 0.25, "REF": 0.5, "W_IN": 500})
    assert row(done, "E_RES_TOT").value == pytest.approx(600_000)


def test_an_unknown_part_of_the_renewable_energy_is_not_taken_for_none():
    facts = METERED.replace(value("renewable_on_site", 300, "MWh"), "")
    done = filled("eed", facts, FACILITY)

    assert row(done, "E_RES_TOT").state == row(done, "REF").state == "unknown"
    assert {"E_RES_OS", "E_RES_TOT"} <= set(done.missing)


def test_a_value_of_another_boundary_or_evidence_does_not_answer_and_says_why():
    facts = value("it_energy", 9, "MWh", boundary="node") + value(
        "facility_energy", 9, "MWh", boundary="facility"
    ).replace("metered", "modelled")
    done = filled("eed", facts, FACILITY)

    assert row(done, "E_IT").note == "known at the boundary 'node', asked for at it"
    assert row(done, "E_DC").note == "known as modelled, asked for as metered or counter"
    assert {"E_IT", "E_DC"} <= set(done.missing)


def test_states_follow_from_how_a_value_is_known():
    facts = (
        value("training_energy", 1, "kWh", boundary="node")
        + value("training_water", 1, "L").replace("metered", "modelled")
        + value("fine_tuning_energy", 1, "kWh").replace("metered", "nameplate")
        + value("accelerator_count", 1, "'1'").replace("metered", "counted")
    )
    known, _ = known_of(facts)
    states = [
        known[f].state
        for f in ("training_energy", "training_water", "fine_tuning_energy", "accelerator_count")
    ]

    assert states == ["measured", "estimated", "estimated", "reported"]
    assert known["training_water"].low is None  # a value without an interval is never given one


def test_a_score_says_whose_uncertainty_its_interval_leaves_out():
    facts = (
        value("training_emissions", 5, "kgCO2e").replace("metered", "modelled")
        + value("embodied_emissions", 5, "kgCO2e", low=4, high=6, range="p05_p95")
        + value("training_tokens", 10, "'1'")
    )
    known, _ = known_of(facts)

    assert known["provider_per_token"].low is not None
    assert "leaves out that of emissions of training" in known["provider_per_token"].method


HOSTILE = {
    "an alias": "  name: &a {text: x}\n  provider: *a\n",
    "nested too deep": f"  name: {'[' * 40}{']' * 40}\n",
    "too long": "  name: {text: '" + "x" * 300_000 + "'}\n",
    "given twice": "  name: {text: a}\n  name: {text: b}\n",
    "no YAML": "  name: !!python/object/apply:os.system [ls]\n",
    "unknown fact": "  trainig_energy: {text: a}\n",
    "a number where words belong": value("licence", 1, "'1'"),
    "words where a number belongs": "  training_energy: {text: much}\n",
    "cannot be converted": value("training_energy", 1, "kg"),
    "negative": value("training_energy", -1, "kWh"),
    "no number": value("training_energy", ".nan", "kWh"),
    "or no number": value("training_energy", "1" + "0" * 400, "kWh"),
    "outside of its range": value("training_energy", 9, "kWh", low=1, high=2, range="p05_p95"),
    "unknown number": "  training_energy: {number: nobody.knows}\n",
    "not valid under any|is not valid": "  training_energy: {value: 1, unit: kWh}\n",
    "Additional properties": "  name: {text: a, colour: red}\n",
    "is a dependency": value("training_energy", 1, "kWh", low=1),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_or_mistaken_description_is_refused_with_a_reason(what):
    wanted = {"an alias": "aliases are not read"}.get(what, what)
    with pytest.raises(LedgerError, match=wanted):
        known_of(HOSTILE[what])


def test_a_form_refuses_what_it_is_not_for():
    with pytest.raises(LedgerError, match="the form 'eed' is for a facility"):
        filled("eed", "  name: {text: a}\n")


def test_a_description_survives_being_laid_out_as_a_table():
    description = read(whole("system"), "mine", "mine.yaml")

    assert rebuild(pd.DataFrame(flatten(description))) == [description]


def test_forms_and_derivations_name_facts_and_formulas_that_exist():
    facts = set(fact_kinds())
    for key in KEYS:
        assert {f for field in form(key).fields for f in field.facts} <= facts
        ids = [field.id for field in form(key).fields]
        assert len(ids) == len(set(ids))
        if form(key).has_layout:
            jsonschema.Draft202012Validator.check_schema(json.loads(schema_of(key)))
    for line in derivations():
        formula = FORMULAS[line["formula"]]
        assert set(line["inputs"]) == set(formula.parameters)
        asked = [a for o in line["inputs"].values() for a in ([o] if isinstance(o, str) else o)]
        assert {line["fact"], *asked} <= facts | {
            "factor.fleet_pue", "factor.mfu", "factor.node_power_ratio", "factor.service_life"
        }  # fmt: skip


def test_a_page_escapes_what_it_is_given_and_says_who_compiled_it(tmp_path):
    facts = "  name: {text: '<script>alert(1)</script>'}\n  licence: {text: 'a & b'}\n"
    write_page([filled("gpai", facts)], "2026.11", ROOT / "reports/style", tmp_path / "p.html")
    page = (tmp_path / "p.html").read_text()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert page.count(THIRD_PARTY) >= 3  # head, form, and the foot of every printed page


def test_the_head_of_a_model_card_is_yaml_in_grams():
    facts = (
        value("training_emissions", 2, "tCO2e")
        + "  training_place: {text: 'Reykjavík: hall 1'}\n  hardware: {text: four boards}\n"
    )
    shown = text(filled("hf-card", facts))
    told = yaml.safe_load(shown.strip("-\n"))["co2_eq_emissions"]

    assert shown.startswith("---\n")
    assert shown.endswith("---\n")
    assert told["emissions"] == 2_000_000
    assert told["geographical_location"] == "Reykjavík: hall 1"


def test_the_command_lists_forms_and_facts_and_asks_for_what_it_needs(aienergy):
    code, out, _ = aienergy("disclose", "--list")
    assert code == 0
    assert all(f"  {key}" in out for key in (*KEYS, *fact_kinds()))

    code, _, err = aienergy("disclose")
    assert code == 1
    assert "a description and a form are needed" in err
    code, _, err = aienergy("disclose", "x.yaml", "--form", "sci", "--page", "x.doc")
    assert code == 1
    assert "is no page" in err


def test_the_command_prints_and_writes_all_forms_that_fit(aienergy, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "base_of", lambda _: base())
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + value("training_energy", 3, "MWh", boundary="node"))
    code, out, _ = aienergy("disclose", path, "--form", "all", "--json", tmp_path / "out")

    assert code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(
        ["gpai.json", "sci.json", "sci-ai.json", "scope2.json", "boamps.json", "spdx.json",
         "hf-card.md", "nist.json"]
    )  # fmt: skip
    assert "measured, node: 3.000 MWh" in out
    assert "missing: provider, model_name" in out
    energy = json.loads((tmp_path / "out/gpai.json").read_text())["fields"][13]
    assert (energy["id"], energy["value"], energy["unit"]) == ("energy", 3.0, "MWh")


def test_a_fact_stands_once_with_all_the_forms_that_ask_for_it():
    rows = [
        # example, form, fact, required, state, words, number, said_by, low
        ("a", "sci", "provider", "", "unknown", "", "", "", None),
        ("a", "gpai", "provider", "yes", "reported", "Maker", "", "operator", None),
        ("a", "spdx", "training_energy", "yes", "unknown", "", "", "", None),
        ("a", "gpai", "training_energy", "yes", "estimated", "", "a.e", "ledger", 1.0),
        ("a", "gpai", "", "", "reported", "a part", "", "", None),
        ("b", "gpai", "licence", "yes", "unknown", "", "", "", None),
    ]
    names = ["example", "form", "fact", "required", "state", "words", "number", "said_by", "low"]
    fields = pd.DataFrame(rows, columns=names).assign(boundary="", method="")

    told = tell_facts(fields).set_index(["example", "fact"])

    assert list(told.index) == [("a", "provider"), ("a", "training_energy"), ("b", "licence")]
    assert told.loc[("a", "provider"), ["state", "words", "ours"]].tolist() == [
        "reported", "Maker", "",
    ]  # fmt: skip
    energy = told.loc[("a", "training_energy")]
    assert (energy["state"], energy["number"], energy["ours"]) == ("estimated", "a.e", "yes")
    assert set(energy["required"].split(", ")) == {form("gpai").short, form("spdx").short}
    assert told.loc[("b", "licence"), "state"] == "unknown"
