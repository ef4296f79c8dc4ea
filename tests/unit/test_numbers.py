"""The ledger of numbers: derivations are executed, and executed again."""

from dataclasses import replace

import pytest

from aienergy.contracts.numbers import Ledger, Number, load
from aienergy.errors import LedgerError
from aienergy.numbers.merge import check, merge


def cited(key: str, value: float, **details) -> Number:
    given = {"value": value, "factor": 1.0}
    return Number(
        key, key, value, "kWh", "unit_conversion", given, (f"{key}_source: p. 1",), **details
    )


@pytest.fixture
def ledger() -> Ledger:
    interval = cited("hours", 100.0, low=50.0, high=200.0, range="p05_p95")
    return Ledger([interval, cited("power", 300.0)], seed=1)


def derive(ledger: Ledger) -> Number:
    inputs = {"accelerator_hours_h": "hours", "power_per_accelerator_w": "power"}
    return ledger.derive("energy", "Energy", "kWh", "energy_from_hours_kwh", inputs)


def test_a_derived_number_carries_value_interval_shares_and_sources(ledger):
    number = derive(ledger)

    assert number.value == pytest.approx(30.0)
    assert (number.low, number.high) == (pytest.approx(15.0), pytest.approx(60.0))
    assert number.variance_shares == {"accelerator_hours_h": pytest.approx(1.0)}
    assert number.sources == ("hours_source", "power_source")
    assert number.said_by == "ledger"


def test_only_a_percentile_range_is_used_as_a_spread():
    wide = cited("hours", 100.0, low=50.0, high=200.0, range="min_max")
    ledger = Ledger([wide, cited("power", 300.0)])

    assert derive(ledger).low is None


def test_keys_are_unique(ledger):
    derive(ledger)

    with pytest.raises(LedgerError, match="duplicate number 'energy'"):
        derive(ledger)


def test_an_unknown_input_or_formula_is_refused(ledger):
    with pytest.raises(LedgerError, match="unknown number 'nothing'"):
        ledger.derive("x", "x", "1", "ratio", {"numerator": "nothing", "denominator": 1.0})
    with pytest.raises(LedgerError, match="unknown formula 'eval'"):
        ledger.derive("x", "x", "1", "eval", {"value": 1.0})


def test_numbers_survive_json(ledger):
    number = derive(ledger)

    assert load([number.as_dict()]) == [number]


def test_the_check_executes_every_derivation_again(ledger):
    derive(ledger)

    assert check(merge([list(ledger)]), seed=1) == 3


@pytest.mark.parametrize("end", ["value", "low", "high"])
def test_a_value_that_does_not_follow_from_its_derivation_stops_the_build(ledger, end):
    number = derive(ledger)
    tampered = replace(number, **{end: getattr(number, end) * 1.0001})
    others = [n for n in ledger if n.key != "energy"]

    with pytest.raises(LedgerError, match=f"number energy: its {end}"):
        check(merge([others, [tampered]]), seed=1)


def test_an_input_that_comes_later_is_refused(ledger):
    number = derive(ledger)
    others = [n for n in ledger if n.key != "energy"]

    with pytest.raises(LedgerError, match=r"unknown inputs \['hours', 'power'\]"):
        merge([[number], others])
