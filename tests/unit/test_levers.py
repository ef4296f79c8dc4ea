"""Levers: closed forms, invariances, and what is not known."""

import numpy as np
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts
from aienergy.formulas import FORMULAS
from aienergy.normalize.observations import bind, normalize
from aienergy.scenarios import levers
from tests.observations import observed

YEAR_H = 8766.0


def run(name: str, **inputs: object) -> float:
    return float(FORMULAS[name].function(**inputs))


def test_a_limit_saves_what_the_overhead_shrinks_by():
    # 100 TWh at a PUE of 1.5 is 66.7 TWh of equipment: at 1.2 the whole is 80 TWh
    saved = run("pue_limit_saving_twh", electricity_demand_twh=100.0, pue=1.5, pue_limit=1.2)

    assert saved == pytest.approx(20.0)


def test_a_day_of_two_levels_saves_their_half_difference():
    day = [100.0] * 12 + [300.0] * 12

    assert run("daily_shift_saving_share", hourly_intensities=day) == pytest.approx(0.5)


def test_a_flat_day_saves_nothing_and_the_order_of_hours_is_no_matter():
    rng = np.random.default_rng(5)
    hours = rng.uniform(100, 400, (7, 24))
    told = run("daily_shift_saving_share", hourly_intensities=hours.ravel().tolist())
    mixed = rng.permuted(hours, axis=1).ravel().tolist()

    assert run("daily_shift_saving_share", hourly_intensities=[250.0] * 48) == pytest.approx(0)
    assert run("daily_shift_saving_share", hourly_intensities=mixed) == pytest.approx(told)
    scaled = (3 * hours).ravel().tolist()
    assert run("daily_shift_saving_share", hourly_intensities=scaled) == pytest.approx(told)


def test_no_order_of_moving_saves_more_than_the_bound():
    rng = np.random.default_rng(6)
    day = rng.uniform(50, 500, 24)
    bound = run("daily_shift_saving_share", hourly_intensities=day.tolist())
    for _ in range(200):  # any half of the hours takes the load of the other half
        taken = rng.permutation(24)[:12]
        assert 1 - day[taken].mean() / day.mean() <= bound + 1e-12


@pytest.mark.parametrize("count", [0, 23, 25])
def test_hours_that_make_no_whole_day_are_refused(count):
    with pytest.raises(ValueError, match="no whole days"):
        run("daily_shift_saving_share", hourly_intensities=[1.0] * count)


def test_turnover_follows_the_mean_over_ages():
    ages = (np.arange(100_000) + 0.5) / 100_000
    by_hand = np.mean(1.4 ** (4 * ages)) / np.mean(1.4 ** (6 * ages))
    told = run(
        "turnover_energy_ratio",
        growth_per_year=1.4,
        shorter_life_h=4 * YEAR_H,
        longer_life_h=6 * YEAR_H,
    )

    assert told == pytest.approx(by_hand, rel=1e-8)
    same = run("turnover_energy_ratio", growth_per_year=1.4, shorter_life_h=1.0, longer_life_h=1.0)
    assert same == 1.0


def test_a_price_of_a_tonne_on_a_kilogram_a_kilowatt_hour():
    cost = run(
        "carbon_cost_eur_per_kwh",
        carbon_price_eur_per_tco2e=75.0,
        grid_intensity_gco2e_per_kwh=1000.0,
    )

    assert cost == pytest.approx(0.075)


PUE = "level=fleet;statistic=mean"
GRID = "mix=consumption;place=unstated;stage_of_life=unstated"
ROWS = [
    ("rule.threshold_pue.old.law", "rule", "threshold_pue", "", "1.5", "1", "law"),
    ("rule.threshold_pue.new.law", "rule", "threshold_pue", "", "1.2", "1", "law"),
    ("here.use", "here", "electricity_demand_twh", "sector=data_centre", "14", "TWh", "s"),
    ("here.pue", "here", "pue", PUE, "1.4", "1", "s"),
    ("there.use", "there", "electricity_demand_twh", "sector=data_centre", "9", "TWh", "s"),
    ("grid.average", "grid", "grid_intensity_gco2e_per_kwh",
     "basis=average;mix=production;place=generated;stage_of_life=lifecycle", "250", "gCO2e/kWh",
     "owid_ember2026"),
    *(
        (f"{place}.{basis}", place, "grid_intensity_gco2e_per_kwh",
         f"basis={basis};{GRID}", value, "gCO2e/kWh", "gsf2026rtc")
        for place, average, marginal in [
            (levers.FROM, "400", "500"), ("clean", "30", "700"), ("clean_twin", "30", "700"),
            ("middling", "350", "450"),
        ]
        for basis, value in (("average", average), ("marginal", marginal))
    ),
]  # fmt: skip
NAMES = ["id", "subject", "quantity", "qualifiers", "value", "unit", "source"]


@pytest.fixture(scope="module")
def known():
    table = normalize(observed(ROWS, NAMES, period="2024"))
    ledger = Ledger(bind(table, dict(zip(table["subject"], table["subject"], strict=True))))
    return Facts(table), ledger


def test_a_limit_above_the_mean_and_an_unknown_mean_tell_no_effect(known, monkeypatch):
    facts, ledger = known
    pairs = (
        ("rule.threshold_pue.old.law", "here", "grid"),
        ("rule.threshold_pue.new.law", "here", "grid"),
        ("rule.threshold_pue.new.law", "there", "grid"),
    )
    monkeypatch.setattr(levers, "LIMITS", pairs)
    table = levers.pue_limits(facts, ledger)

    assert table["saving"].tolist() == ["", "lever.pue_limit.rule.new.here", ""]
    assert ledger["lever.pue_limit.rule.new.here"].value == pytest.approx(2.0)
    assert table["pue"].tolist() == ["here.pue", "here.pue", ""]
    # 2 TWh at 250 g/kWh
    assert ledger["lever.pue_limit.rule.new.here.attributed"].value == pytest.approx(0.5e6)
    assert table["attributed"].tolist()[::2] == ["", ""]


def test_places_are_told_by_both_factors_and_one_grid_once(known):
    facts, ledger = known
    table = levers.siting(facts, ledger)

    assert table["place"].tolist() == ["clean", "middling"]
    assert table["average_value"].tolist() == [-370, -50]
    assert table["marginal_value"].tolist() == [200, -50]
    assert ledger[table["average"][0]].value == -370
