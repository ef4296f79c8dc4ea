"""The one conversion at the door."""

import pytest

from aienergy.contracts.quantities import quantities
from aienergy.units import UnknownUnitError, conversion_factor


@pytest.mark.parametrize(
    ("unit", "canonical", "factor"),
    [
        ("MWh", "kWh", 1000),
        ("J", "Wh", 1 / 3600),
        ("lbCO2e", "kgCO2e", 0.45359237),
        ("lbCO2e/kWh", "gCO2e/kWh", 453.59237),
        ("lbCO2e/MWh", "gCO2e/kWh", 0.45359237),
        ("kgCO2e/kWh", "gCO2e/kWh", 1000),
        ("ktCO2e", "kgCO2e", 1e6),
        ("petaflop_s_day", "FLOP", 8.64e19),
        ("teraflop_s", "FLOP/s", 1e12),
        ("percent", "1", 0.01),
        ("day", "h", 24),
        ("year", "h", 8766),
        ("cent_usd/kWh", "USD/kWh", 0.01),
        ("GiB", "byte", 2**30),
        ("gallon", "L", 3.785411784),
        ("TWh", "TWh", 1),
    ],
)
def test_known_factors(unit, canonical, factor):
    assert conversion_factor(unit, canonical) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "canonical"),
    [
        ("kW", "kWh"),
        ("kgCO2", "kgCO2e"),
        ("FLOP", "FLOP/s"),
        ("kWh", "kgCO2e"),
        ("USD", "1"),
        ("gCO2/kWh", "gCO2e/kWh"),
        ("unknown", "kWh"),
        ("__import__('os')", "kWh"),
    ],
)
def test_other_dimensions_are_refused(unit, canonical):
    with pytest.raises(UnknownUnitError):
        conversion_factor(unit, canonical)


def test_the_unit_in_a_quantitys_name_is_that_of_its_contract():
    endings = {
        "_kwh": "kWh", "_wh": "Wh", "_twh": "TWh", "_kgco2e": "kgCO2e", "_gco2e": "gCO2e",
        "_flop": "FLOP", "_flop_per_s": "FLOP/s", "_w": "W", "_h": "h", "_usd": "USD",
        "_gco2e_per_kwh": "gCO2e/kWh", "_gco2_per_kwh": "gCO2/kWh", "_usd_per_kwh": "USD/kWh",
        "_usd_per_h": "USD/h", "_l_per_kwh": "L/kWh", "_byte": "byte", "_ml": "mL",
    }  # fmt: skip
    checked = 0
    for name, unit in quantities()["unit"].items():
        fitting = [end for end in endings if name.endswith(end)]
        if fitting:
            assert unit == endings[max(fitting, key=len)], name
            checked += 1
    assert checked >= 20
