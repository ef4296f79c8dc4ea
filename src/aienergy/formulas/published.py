"""Equations as the tables that began the discussion state them."""

from aienergy.formulas.physical import emissions_kgco2e, facility_energy_from_run_kwh
from aienergy.formulas.registry import (
    HOURS_PER_DAY,
    SECONDS_PER_HOUR,
    Values,
    formula,
)

UNITS_PER_THOUSAND = 1000


@formula("PUE x hours x power / 1000", pue=1, hours_h=1, power_w=1)
def strubell_energy_kwh(pue: Values, hours_h: Values, power_w: Values) -> Values:
    """Training energy as Strubell et al. 2019, equation 1, compute it."""
    return facility_energy_from_run_kwh(1.0, hours_h, power_w, pue)


@formula("intensity x energy", intensity_lb_per_kwh=1, energy_kwh=1)
def strubell_emissions_lbco2e(intensity_lb_per_kwh: Values, energy_kwh: Values) -> Values:
    """Training emissions as Strubell et al. 2019, equation 2, compute them."""
    return intensity_lb_per_kwh * energy_kwh


@formula("accelerators x hours x price", accelerator_count=1, hours_h=1, price_usd_per_h=1)
def strubell_cost_usd(
    accelerator_count: Values, hours_h: Values, price_usd_per_h: Values
) -> Values:
    """Cloud cost as Strubell et al. 2019, Table 3, compute it."""
    return accelerator_count * hours_h * price_usd_per_h


@formula(
    "chips x days x 24 x power x PUE / 1e6",
    units={"days": "day"},
    chips=1,
    days=1,
    power_w=1,
    pue=1,
)
def patterson_energy_mwh(chips: Values, days: Values, power_w: Values, pue: Values) -> Values:
    """Training energy as Patterson et al. 2021, Table 4, compute it."""
    hours_h = days * HOURS_PER_DAY
    return facility_energy_from_run_kwh(chips, hours_h, power_w, pue) / UNITS_PER_THOUSAND


@formula("energy x intensity", energy_mwh=1, intensity_kg_per_kwh=1)
def patterson_emissions_tco2e(energy_mwh: Values, intensity_kg_per_kwh: Values) -> Values:
    """Training emissions as Patterson et al. 2021, Table 4, compute them (MWh x kg/kWh = t)."""
    kilograms = emissions_kgco2e(
        energy_mwh * UNITS_PER_THOUSAND, intensity_kg_per_kwh * UNITS_PER_THOUSAND
    )
    return kilograms / UNITS_PER_THOUSAND


@formula(
    "chips x days x 86400 x throughput",
    units={"days": "day", "teraflop_s_per_chip": "teraflop_s"},
    chips=1,
    days=1,
    teraflop_s_per_chip=1,
)
def patterson_compute_flop(chips: Values, days: Values, teraflop_s_per_chip: Values) -> Values:
    """Total computation as Patterson et al. 2021, Table 4, compute it."""
    return chips * days * HOURS_PER_DAY * SECONDS_PER_HOUR * teraflop_s_per_chip * 1e12
