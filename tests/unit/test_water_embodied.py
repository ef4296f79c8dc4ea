"""Water and embodied emissions: published tables, closed forms, invariances, and refusals."""

import pandas as pd
import pytest

from aienergy.additivity import STAGES, both_sites, one_extent, one_flow
from aienergy.contracts.numbers import Ledger
from aienergy.errors import LedgerError
from aienergy.estimate.embodied import COVERED, covered, embodied_of_runs, estimate_embodied
from aienergy.estimate.water import estimate_water, total_water
from aienergy.facts import Facts
from aienergy.figures import embodied as embodied_figure
from aienergy.figures import water as water_figure
from aienergy.formulas import FORMULAS
from aienergy.formulas.physical import amortized_hardware_cost_usd
from aienergy.ingest.raw import read_raw
from aienergy.normalize.observations import bind, normalize
from aienergy.verify.claims import check_arithmetic
from tests.checkout import ROOT
from tests.observations import observed

# Li et al. 2025, Table 1: PUE, WUE, EWIF (L/kWh); a request on site and off site together (mL) and
# requests for a bottle; training on site and off site (million L), where those cells were read.
LI_TABLE = {
    "usa": (1.17, 0.55, 3.142, 16.904, 29.6, 0.708, 4.731),
    "georgia": (1.12, 0.06, 2.309, 10.585, 47.2, 0.077, 3.328),
    "iowa": (1.16, 0.14, 3.104, 14.963, 33.4, 0.180, 4.634),
    "virginia": (1.14, 0.14, 2.385, 11.435, 43.7, 0.180, 3.499),
    "wyoming": (1.11, 0.13, 2.574, 11.949, 41.8, 0.167, 3.677),
    "denmark": (1.16, 0.01, 3.18, 14.794, 33.8, 0.013, 4.747),
    "india": (1.43, 0.0, 3.445, 19.704, 25.4, 0.0, 6.340),
    "ireland": (1.19, 0.02, 1.476, 7.107, 70.4, 0.026, 2.261),
    "netherlands": (1.14, 0.06, 3.445, 15.948, 31.4, 0.077, 5.054),
    "arizona": (1.18, 1.63, 4.959, 29.926, 16.7, None, None),
    "texas": (1.28, 0.25, 1.287, 7.590, 65.9, None, None),
    "washington": (1.15, 0.95, 9.501, 47.506, 10.5, None, None),
}
HOUSES = {"aienergy.formulas.water", "aienergy.formulas.embodied"}
YEAR_H = 8766


def call(name, **inputs):
    return FORMULAS[name].function(**inputs)


@pytest.fixture(scope="module")
def verdicts():
    tables = read_raw(ROOT / "data/raw").tables
    return check_arithmetic(tables["claims"], tables["observations"]).set_index("id")


@pytest.mark.parametrize("place", LI_TABLE)
def test_the_water_table_of_li_follows_from_these_functions(place):
    pue, wue, grid, request_ml, requests, on_site_ml, off_site_ml = LI_TABLE[place]
    of_grid = {"pue": pue, "water_intensity_l_per_kwh": grid}

    one = call("operational_water_l", it_energy_kwh=0.004, wue_l_per_kwh=wue, **of_grid)
    bottle = call(
        "uses_of_volume_count", volume_l=0.5, it_energy_kwh=0.004, wue_l_per_kwh=wue, **of_grid
    )
    assert one * 1000 == pytest.approx(request_ml, rel=1e-3)
    assert bottle == pytest.approx(requests, abs=0.06)
    if on_site_ml is not None:
        on_site = call("on_site_water_l", it_energy_kwh=1287e3, wue_l_per_kwh=wue)
        off_site = call("off_site_water_l", it_energy_kwh=1287e3, **of_grid)
        assert on_site / 1e6 == pytest.approx(on_site_ml, abs=6e-4)
        assert off_site / 1e6 == pytest.approx(off_site_ml, rel=2e-3)


def test_every_line_of_the_table_is_judged_by_them_and_none_fails(verdicts):
    lines = verdicts[verdicts.index.str.startswith("li2025thirsty.gpt3.")]
    judged = lines[lines["formula"] != ""]

    assert len(judged) == 9 * 4 - 1 + 3 * 3 + len(LI_TABLE) + 1  # India's on-site zero is stated
    assert set(judged["arithmetic"]) == {"reproduces", "close"}


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("elsworth2025.gemini.water", "close"),
        ("luccioni2022bloom.bloom_176b.emissions_embodied", "reproduces"),
        ("morrison2025.nvidia_h100_sxm.embodied_hour", "reproduces"),
        ("morrison2025.olmo.embodied", "reproduces"),
        ("morrison2025.olmo_2_13b.water", "fails"),
        ("nvidia2025pcf.nvidia_h100_sxm.card", "reproduces"),
        ("nvidia2025pcfb200.nvidia_b200.intensity", "reproduces"),
        ("schneider2025tpu.google_tpu_v6e.embodied", "reproduces"),
        ("mistral2025lca.mistral_large_2.response_water", "stated"),
        ("mistral2025lca.mistral_large_2.training_and_use_water", "stated"),
        ("patterson2021.gpt3.energy", "close"),
        ("patterson2021.gpt3.emissions_gross", "reproduces"),
    ],
)
def test_published_values_get_their_verdict_from_the_shared_functions(verdicts, claim, verdict):
    assert verdicts.at[claim, "arithmetic"] == verdict


def test_no_water_and_no_embodied_equation_stands_in_a_second_place(verdicts):
    for name, formula in FORMULAS.items():
        if formula.unit in ("L", "L/kWh") or "embodied" in name:
            home = formula.function.__module__
            assert home in HOUSES or "embodied_share_kgco2e" in formula.parameters, name
    named = verdicts.loc[verdicts["formula"].str.contains("water|embodied"), "formula"]
    assert {FORMULAS[name].function.__module__ for name in named} <= HOUSES


def test_water_does_not_depend_on_the_units_of_its_inputs(verdicts):
    row = verdicts.loc[["li2025thirsty.gpt3.request_water_iowa"]].reset_index()
    row = row[[c for c in row.columns if c not in ("recomputed", "lowest", "highest", "deviation")]]
    row = row.drop(columns=["arithmetic", "reason"])
    other = row.assign(
        unit="L",
        value="0.014963",
        inputs=row["inputs"].str.replace("it_energy_kwh=0.004;", "it_energy_kwh=4 Wh;"),
    )

    here, there = (check_arithmetic(part).iloc[0] for part in (row, other))
    assert there["recomputed"] * 1000 == pytest.approx(here["recomputed"], rel=1e-12)
    assert here["arithmetic"] == there["arithmetic"] == "reproduces"


def test_water_on_site_is_the_same_from_equipment_and_from_facility():
    it = call("on_site_water_l", it_energy_kwh=1000.0, wue_l_per_kwh=0.5)
    facility = call(
        "on_site_water_of_facility_l", facility_energy_kwh=1200.0, pue=1.2, wue_l_per_kwh=0.5
    )
    made = call("off_site_water_l", it_energy_kwh=1000.0, pue=1.2, water_intensity_l_per_kwh=3.0)
    at_facility = call("generation_water_l", energy_kwh=1200.0, water_intensity_l_per_kwh=3.0)

    assert it == facility == pytest.approx(500.0)
    assert made == at_facility == pytest.approx(3600.0)


@pytest.mark.parametrize(
    ("flows", "told"),
    [
        (["withdrawal", "consumption"], "2 flows together"),
        (["consumption", "unstated"], "unstated flow"),
        ([], "0 flows"),
    ],
)
def test_unlike_flows_are_not_brought_together(flows, told):
    with pytest.raises(LedgerError, match=told):
        one_flow(flows)


@pytest.mark.parametrize("sites", [["on_site"], ["on_site", "on_site"], ["on_site", "total"]])
def test_a_sum_of_water_needs_one_of_each_site(sites):
    with pytest.raises(LedgerError, match="do not add up"):
        both_sites(sites)


def test_totals_of_water_add_one_flow_and_say_both_sites():
    ledger = Ledger()
    for key, value in (("a", 100.0), ("b", 400.0)):
        ledger.derive(key, key, "L", "unit_conversion", {"value": value, "factor": 1.0})

    whole = total_water(
        [("on_site", "consumption", "a"), ("off_site", "consumption", "b")], "c", "Run", ledger
    )
    assert whole.value == 500.0
    assert whole.label == "Run: consumption on site and off site together"
    mixed = [("on_site", "consumption", "a"), ("off_site", "withdrawal", "b")]
    with pytest.raises(LedgerError, match="flows together"):
        total_water(mixed, "d", "Run", ledger)


@pytest.mark.parametrize("stages", [["life_cycle"], ["unstated"], ["cradle_to_gate", "life_cycle"]])
def test_totals_with_use_or_of_unknown_stages_are_refused(stages):
    with pytest.raises(LedgerError, match="no comparable extent"):
        one_extent(stages)


def test_totals_of_two_extents_never_share_an_axis():
    assert one_extent(["cradle_to_gate", "cradle_to_gate"]) == "cradle_to_gate"
    with pytest.raises(LedgerError, match="together on one axis"):
        one_extent(["cradle_to_gate", "life_cycle_without_use"])


def hours_of(stages):
    base = {"panel": "p", "part": "card", "holds": "chip", "lacks": "rack", "low": 1.0,
            "high": 4.0, "value": 2.0, "key": "k"}  # fmt: skip
    rows = [
        {**base, "stages": stage, "name": f"{stage} {i}", "life_year": life}
        for i, stage in enumerate(stages)
        for life in (3, 4, 6)
    ]
    return pd.DataFrame(rows)


def test_the_figure_refuses_a_panel_of_two_extents():
    assert embodied_figure.draw(hours_of(["cradle_to_gate", "cradle_to_gate"])).points
    with pytest.raises(LedgerError, match="together on one axis"):
        embodied_figure.draw(hours_of(["cradle_to_gate", "life_cycle_without_use"]))


def test_the_figure_refuses_a_withdrawal_beside_a_consumption():
    row = {"series": "on_site", "kind": "own", "name": "A", "place": "B", "key": "k", "value": 2e6,
           "low": None, "high": None}  # fmt: skip
    frame = pd.DataFrame([{**row, "flow": flow} for flow in ("consumption", "withdrawal")])
    with pytest.raises(LedgerError, match="flows together"):
        water_figure.draw(frame)


@pytest.mark.parametrize(
    ("part", "stages", "subject", "expected"),
    [
        ("card", "cradle_to_gate", "x", "yes yes no no no no no"),
        ("total", "cradle_to_site", "x", "yes yes yes unknown yes yes unknown"),
        ("card", "life_cycle_without_use", "x", "yes yes no no no yes yes"),
        ("server", "cradle_to_gate", "x_host", "no no yes no no no no"),
    ],
)
def test_what_a_total_covers_follows_from_part_and_stages(part, stages, subject, expected):
    found = covered(part, stages, subject)

    assert " ".join(found[name] for name in COVERED) == expected


def test_amortization_has_its_closed_form():
    inputs = {"embodied_kgco2e": 876.6, "service_life_h": 4 * YEAR_H, "busy_share": 0.5}
    hour = call("embodied_per_hour", **inputs)
    whole_life = call("embodied_of_hours_kgco2e", accelerator_hours_h=4 * YEAR_H * 0.5, **inputs)

    assert hour == pytest.approx(50.0)  # 876.6 kg over 17,532 paid hours
    assert whole_life == pytest.approx(876.6)
    assert call("embodied_per_hour", **{**inputs, "service_life_h": 2 * YEAR_H}) == 2 * hour
    money = amortized_hardware_cost_usd(1.0, 876.6, 4 * YEAR_H, 0.5)
    assert money * 1000 == pytest.approx(hour)  # the same rule as for the price


def test_a_host_is_shared_by_its_cards_and_bloom_follows():
    one = call(
        "embodied_with_host_kgco2e", embodied_kgco2e=150, server_embodied_kgco2e=2500, piece_count=8
    )
    told = {"service_life_h": 6 * YEAR_H, "busy_share": 0.85, "accelerator_hours_h": 1082990}
    alone = call("embodied_of_hours_kgco2e", embodied_kgco2e=one, **told)
    together = call(
        "embodied_of_hours_with_host_kgco2e", embodied_kgco2e=150, server_embodied_kgco2e=2500,
        piece_count=8, **told,
    )  # fmt: skip

    assert one == 462.5
    assert alone == together == pytest.approx(11_200, rel=5e-3)  # Luccioni et al. 2023, Table 3


ROWS = [
    ("h.card", "h", "embodied_emissions_kgco2e", "part=card;stages=cradle_to_gate", "175.32", "kgCO2e", "modelled", "", "", "lab"),
    ("h.used", "h", "embodied_emissions_kgco2e", "part=card;stages=life_cycle", "900", "kgCO2e", "modelled", "", "", "lab"),
    ("h.unsaid", "h", "embodied_emissions_kgco2e", "part=card;stages=unstated", "150", "kgCO2e", "modelled", "", "", "lab"),
    ("h.grave", "h", "embodied_emissions_kgco2e", "part=card;stages=life_cycle_without_use", "200", "kgCO2e", "modelled", "", "", "lab"),
    ("other.server", "other", "embodied_emissions_kgco2e", "part=server;stages=cradle_to_gate", "500", "kgCO2e", "modelled", "", "", "lab"),
    ("usa.eats", "usa", "water_intensity_l_per_kwh", "numerator=consumption;statistic=mean", "3", "L/kWh", "modelled", "", "", "wri2020water"),
    ("usa.takes", "usa", "water_intensity_l_per_kwh", "numerator=withdrawal;statistic=mean", "40", "L/kWh", "modelled", "", "", "lab"),
    ("microsoft.wue", "microsoft", "wue_l_per_kwh", "level=fleet;numerator=consumption;statistic=mean", "0.5", "L/kWh", "stated", "", "", "lab"),
    ("meta.wue", "meta", "wue_l_per_kwh", "level=fleet;numerator=withdrawal;statistic=mean", "0.2", "L/kWh", "stated", "", "", "lab"),
    ("aws.wue", "aws", "wue_l_per_kwh", "level=fleet;numerator=unstated;statistic=mean", "0.1", "L/kWh", "stated", "", "", "lab"),
    ("gpt3.energy", "gpt3", "training_energy_kwh", "", "1.2", "MWh", "modelled", "facility", "final_run", "lab"),
    ("site.pue", "site", "pue", "level=site;system=gpt3", "1.2", "1", "stated", "", "", "lab"),
]  # fmt: skip
COLUMNS = ["id", "subject", "quantity", "qualifiers", "value", "unit", "evidence", "boundary", "scope", "source"]  # fmt: skip


@pytest.fixture
def known():
    table = normalize(observed(ROWS, COLUMNS))
    ledger = Ledger(bind(table, dict(zip(table["subject"], table["subject"], strict=True))), seed=1)
    told = {"value": 0.5, "low": 0.4, "high": 0.6, "support": 2.0}
    ledger.derive("assumption.busy_share", "x", "1", "assumed", told)
    return Facts(table), ledger


def test_hours_are_given_for_comparable_totals_alone(known):
    facts, ledger = known
    table = estimate_embodied(facts, [2, 4], ledger)

    assert set(table["total_key"]) == {"h.card", "h.grave"}
    assert set(table["stages"]) == {"cradle_to_gate", "life_cycle_without_use"} <= set(STAGES)
    card = table[table["total_key"] == "h.card"].set_index("life_year")["value"]
    assert card.to_list() == pytest.approx(
        [20.0, 10.0], rel=1e-3
    )  # 175.32 kg over 8,766 and 17,532 hours
    assert embodied_of_runs(facts, [4], ledger).empty


def test_flows_and_sites_of_a_run_stay_apart(known, monkeypatch):
    facts, ledger = known
    monkeypatch.setattr("aienergy.estimate.water.SYSTEMS", ("gpt3",))
    places = pd.DataFrame(columns=["system", "region"])
    table = estimate_water(facts, pd.DataFrame(), places, ["usa"], ledger)
    found = {
        (row.site, row.flow, row.place): (row.value, row.known_place) for row in table.itertuples()
    }

    assert found == {
        ("on_site", "consumption", "microsoft"): (pytest.approx(500.0), "yes"),
        ("on_site", "withdrawal", "meta"): (pytest.approx(200.0), "no"),
        ("off_site", "consumption", "usa"): (pytest.approx(3600.0), "no"),
        ("off_site", "withdrawal", "usa"): (pytest.approx(48000.0), "no"),
    }  # a factor of unstated flow gives no water
