"""Routes to the energy of a run, from observations written by hand."""

import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.errors import LedgerError
from aienergy.estimate.carbon import GRID_SOURCE, estimate_emissions, place_run
from aienergy.estimate.cost import estimate_costs
from aienergy.estimate.factors import FLEET_PUE, MFU, NODE_POWER_RATIO, SERVICE_LIFE, fit_factors
from aienergy.estimate.training import estimate_training
from aienergy.facts import Facts
from aienergy.normalize.observations import bind, normalize
from aienergy.verify.estimates import compare_with_reports
from tests.observations import observed

PRICES = [
    ("usa.price", "usa", "electricity_price_usd_per_kwh", "currency_year=2019", "0.12", "USD/kWh"),
    ("v.rent", "v", "rental_price_usd_per_h", "currency_year=2019;statistic=on_demand", "3", "USD/h"),
    ("v.rent_late", "v", "rental_price_usd_per_h", "currency_year=2024;statistic=on_demand", "1", "USD/h"),
    ("v.buy", "v", "purchase_price_usd", "currency_year=2019", "8766", "USD"),
]  # fmt: skip
FACTS = [
    # id, subject, quantity, qualifiers, value, unit
    ("gpt.count", "gpt", "accelerator_count", "accelerator=v", "1000", "1"),
    ("gpt.time", "gpt", "training_time_h", "accelerator=v", "10", "day"),
    ("gpt.power", "gpt", "power_per_accelerator_w", "accelerator=v;statistic=mean", "330", "W"),
    ("gpt.compute", "gpt", "training_compute_flop", "", "1e22", "FLOP"),
    ("gpt.report", "gpt", "training_energy_kwh", "accelerator=v", "87.12", "MWh"),
    ("site.pue", "site", "pue", "level=site;system=gpt", "1.10", "1"),
    ("v.board", "v", "board_power_w", "statistic=rated", "300", "W"),
    ("v.peak", "v", "peak_flop_per_s", "precision=fp16;sparsity=dense", "125", "teraflop_s"),
    *PRICES,
    *[(f"f{i}.pue", f"f{i}", "pue", "level=fleet", v, "1") for i, v in enumerate(("1.1", "1.2", "1.3"))],
    *[(f"m{i}.mfu", f"m{i}", "mfu", "", v, "1") for i, v in enumerate(("0.3", "0.4", "0.5"))],
    *[(f"o{i}.life", f"o{i}", "service_life_h", "", v, "year") for i, v in enumerate(("5", "6", "6"))],
    *[
        (f"a{i}.node", f"a{i}", "system_power_w", f"accelerator=a{i};accelerator_count=8;statistic=mean", v, "W")
        for i, v in enumerate(("1600", "2000", "2400"))
    ],
    *[(f"a{i}.board", f"a{i}", "board_power_w", "statistic=rated", "250", "W") for i in range(3)],
]  # fmt: skip
METERED = ("gpt.power", "a0.node", "a1.node", "a2.node")
EVIDENCE = dict.fromkeys(METERED, "metered") | {"gpt.report": "modelled"}


def rows_of(facts) -> pd.DataFrame:
    columns = ["id", "subject", "quantity", "qualifiers", "value", "unit"]
    ids = [fact[0] for fact in facts]
    boundary = {"gpt.power": "node", "gpt.report": "facility"} | {
        f"a{i}.node": "node" for i in range(3)
    }
    return observed(
        facts, columns,
        evidence=[EVIDENCE.get(i, "stated") for i in ids],
        boundary=[boundary.get(i, "") for i in ids],
        scope=["final_run" if i == "gpt.report" else "" for i in ids],
        source=GRID_SOURCE,
    )  # fmt: skip


CASES = pd.DataFrame(
    [
        (name, f"maker {name.partition('.')[0]}", "chip", "training", "scored", "")
        for name in METERED
    ],
    columns=["observation", "measured_by", "hardware", "phase", "verdict", "tool_estimate"],
).assign(domain="full_server")


@pytest.fixture
def known() -> tuple[Facts, Ledger]:
    rows = normalize(rows_of(FACTS))
    names = {subject: subject for subject in rows["subject"]}
    ledger = Ledger(bind(rows, names), seed=1)
    facts = Facts(rows)
    fit_factors(facts, CASES, ledger)
    return facts, ledger


SYSTEMS = pd.DataFrame({"key": ["gpt"], "publication_date": ["2020-05-28"]})


def estimate(known):
    facts, ledger = known
    return estimate_training(facts, SYSTEMS, ledger).set_index("route")


def test_factors_are_the_medians_of_their_observations(known):
    _, ledger = known
    # a0 to a2 by 8 boards of 250 W: 0.8, 1.0, 1.2; and 330 W over 300 W of v
    assert ledger[NODE_POWER_RATIO].value == pytest.approx((0.8 * 1.0 * 1.2 * 1.1) ** 0.25)
    assert ledger[FLEET_PUE].value == pytest.approx(1 + (0.1 * 0.2 * 0.3) ** (1 / 3))
    assert ledger[MFU].value == pytest.approx(0.3979, abs=1e-3)
    assert ledger[SERVICE_LIFE].value == pytest.approx(8766 * 180 ** (1 / 3))


def test_the_power_route_is_hours_times_power_times_pue(known):
    power = estimate(known).loc["power"]

    assert power["value"] == pytest.approx(1000 * 240 * 330 * 1.10 / 1000)
    assert pd.isna(power["low"])


def test_the_hours_route_carries_the_spread_of_the_fitted_ratio(known):
    _, ledger = known
    hours = estimate(known).loc["hours"]

    ratio = ledger[NODE_POWER_RATIO]
    assert hours["value"] == pytest.approx(1000 * 240 * 300 * ratio.value * 1.10 / 1000)
    assert hours["high"] / hours["value"] == pytest.approx(ratio.high / ratio.value)


def test_the_compute_route_needs_peak_and_utilization(known):
    _, ledger = known
    compute = estimate(known).loc["compute"]

    hours = 1e22 / (125e12 * ledger[MFU].value) / 3600
    expected = hours * 300 * ledger[NODE_POWER_RATIO].value * 1.10 / 1000
    assert compute["value"] == pytest.approx(expected, rel=0.04)  # median of a skewed sample
    shares = ledger[compute["key"]].variance_shares
    assert set(shares) == {"mfu", "node_power_ratio"}
    assert sum(shares.values()) == pytest.approx(1.0)


def test_routes_that_share_an_input_are_marked(known):
    table = estimate(known)

    assert table.loc["power", "shares_inputs_with"] == "hours;compute"
    assert table.loc["hours", "shares_inputs_with"] == "power;compute"


def test_pue_enters_once(known):
    _, ledger = known
    for number in map(ledger.__getitem__, estimate(known)["key"]):
        assert list(number.inputs.values()).count("site.pue") == 1
        assert number.boundary == "facility"


def test_an_estimate_is_tested_without_its_own_accelerator(known):
    facts, ledger = known
    table = compare_with_reports(facts, estimate(known).reset_index(), ledger).set_index("route")

    held_out = ledger[f"{NODE_POWER_RATIO}.without_v"]
    assert held_out.value == pytest.approx((0.8 * 1.0 * 1.2) ** (1 / 3))
    assert table.loc["hours", "ratio"] == pytest.approx(
        1000 * 240 * 300 * held_out.value * 1.10 / 1000 / 87120
    )
    assert bool(table.loc["hours", "inside"]) is True
    assert ledger["coverage.hours_route.n"].value == 1


def test_costs_by_three_routes(known):
    facts, ledger = known
    assumption = {"value": 0.5, "low": 0.4, "high": 0.6, "support": 2.0}
    ledger.derive("assumption.busy_share", "x", "1", "assumed", assumption)
    energies = estimate(known).reset_index()

    costs = estimate_costs(facts, SYSTEMS, energies, ledger).set_index("route")["value"]

    assert costs["electricity"] == pytest.approx(energies["value"][0] * 0.12)
    assert costs["cloud_rental"] == pytest.approx(240_000 * 3)
    life = ledger[SERVICE_LIFE].value
    expected = 240_000 * 8766 / (life * 0.5)
    assert costs["amortized_hardware"] == pytest.approx(expected, rel=0.02)  # sampled


def test_one_run_on_many_grids():
    grid = "basis=average;mix=production;place=unstated;stage_of_life=lifecycle"
    facts = [
        ("fra.grid", "fra", "grid_intensity_gco2e_per_kwh", grid, "40", "gCO2e/kWh"),
        ("pol.grid", "pol", "grid_intensity_gco2e_per_kwh", grid, "600", "gCO2e/kWh"),
        ("xxx.grid", "xxx", "grid_intensity_gco2e_per_kwh", grid.replace("average", "marginal"), "900", "gCO2e/kWh"),
        ("gpt.report", "gpt", "training_energy_kwh", "", "100", "MWh"),
    ]  # fmt: skip
    rows = normalize(rows_of(facts).assign(source=GRID_SOURCE))
    ledger = Ledger(bind(rows, {subject: subject for subject in rows["subject"]}))

    placed = place_run("gpt.report", 2020, ["fra", "pol"], Facts(rows), ledger, "place")

    assert placed["region"].tolist() == ["fra", "pol"]
    assert placed["emissions_kgco2e"].tolist() == [4000.0, 60000.0]


@pytest.mark.parametrize(
    "change",
    [{"period": "2019"}, {"period": "2020-07-15"}, {"source": "another_edition"}],
    ids=["another year", "one day of the year", "another edition"],
)
def test_a_grid_without_a_factor_of_the_year_gets_no_other(change):
    grid = "basis=average;mix=production;place=unstated;stage_of_life=lifecycle"
    facts = [
        ("fra.grid", "fra", "grid_intensity_gco2e_per_kwh", grid, "40", "gCO2e/kWh"),
        ("pol.grid", "pol", "grid_intensity_gco2e_per_kwh", grid, "600", "gCO2e/kWh"),
        ("gpt.report", "gpt", "training_energy_kwh", "", "100", "MWh"),
    ]
    texts = rows_of(facts).assign(source=GRID_SOURCE)
    for name, value in change.items():
        texts.loc[texts["id"] == "pol.grid", name] = value
    rows = normalize(texts)
    ledger = Ledger(bind(rows, {subject: subject for subject in rows["subject"]}))

    with pytest.raises(LedgerError, match="no grid intensity of 2020 for pol"):
        place_run("gpt.report", 2020, ["fra", "pol"], Facts(rows), ledger, "place")


def test_emissions_use_the_world_grid_of_the_year_and_carry_the_interval():
    grid = "basis=average;mix=production;place=unstated;stage_of_life=lifecycle"
    facts = [
        ("w.2020", "world", "grid_intensity_gco2e_per_kwh", grid, "480", "gCO2e/kWh"),
        ("w.old", "world", "grid_intensity_gco2e_per_kwh", grid, "500", "gCO2e/kWh"),
    ]
    rows = normalize(rows_of(facts).assign(period=["2020", "2019"]))
    ledger = Ledger(bind(rows, {"world": "World"}))
    assumption = {"value": 100.0, "low": 50.0, "high": 200.0, "support": 0.0}
    ledger.derive("gpt.e", "x", "kWh", "assumed", assumption)
    ledger.derive("old.e", "x", "kWh", "assumed", assumption)
    estimates = pd.DataFrame(
        {"system": ["gpt", "old"], "route": "hours", "key": ["gpt.e", "old.e"]}
    )
    systems = pd.DataFrame(
        {"key": ["gpt", "old"], "publication_date": ["2020-05-28", "2012-01-01"]}
    )

    table = estimate_emissions(estimates, systems, Facts(rows), ledger)

    assert table["system"].tolist() == ["gpt"]
    assert table.loc[0, ["value", "low", "high"]].tolist() == pytest.approx([48.0, 24.0, 96.0])
