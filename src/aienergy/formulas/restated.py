"""A measured run expressed on another grid, in another facility, on another accelerator."""

import numpy as np

from aienergy.formulas.registry import Values, formula

GRAMS_PER_KILOGRAM = 1000


@formula("energy with PUE inside / that PUE", facility_energy_kwh=1, pue=-1)
def it_energy_kwh(facility_energy_kwh: Values, pue: Values) -> Values:
    """Energy of the equipment in kWh, a PUE that a tool put into it taken out.

    Source: ISO/IEC 30134-2, PUE is facility energy over IT energy.
    """
    return facility_energy_kwh / pue


@formula("energy of the parts x PUE", parts_energy_kwh=1, pue=1)
def parts_energy_with_overhead_kwh(parts_energy_kwh: Values, pue: Values) -> Values:
    """Energy in kWh of parts of a machine with the facility's overhead for them.

    No facility energy: the rest of the machine is not in it. Source: ISO/IEC 30134-2.
    """
    return parts_energy_kwh * pue


@formula(
    "energy x (board share x (other power / (other peak x other MFU))"
    " / (power / (peak x MFU)) + 1 - board share)"
)
def energy_on_other_board_kwh(
    energy_kwh: Values,
    board_share: Values,
    board_power_w: Values,
    peak_flop_per_s: Values,
    mfu: Values,
    other_board_power_w: Values,
    other_peak_flop_per_s: Values,
    other_mfu: Values,
) -> Values:
    """Energy in kWh of a run, had its boards been others; the rest of the machine as it was.

    An assumption, not a measurement: the same work, both boards at the same share of their rated
    power, each at a utilization drawn for itself. Source: docs/runs.md, section Another
    accelerator.
    """
    power_ratio = other_board_power_w / board_power_w
    rate_ratio = (other_peak_flop_per_s * other_mfu) / (peak_flop_per_s * mfu)
    return energy_kwh * (board_share * power_ratio / rate_ratio + 1 - board_share)


@formula("(operational + embodied emissions) x 1000 / functional units")
def carbon_intensity_score_gco2e(
    operational_emissions_kgco2e: Values,
    embodied_share_kgco2e: Values,
    functional_unit_count: Values,
) -> Values:
    """Software carbon intensity in g CO2e for each functional unit.

    Source: ISO/IEC 21031 (SCI), ((E x I) + M) per R.
    """
    whole_kgco2e = operational_emissions_kgco2e + embodied_share_kgco2e
    return whole_kgco2e * GRAMS_PER_KILOGRAM / functional_unit_count


@formula(
    "operational emissions x 1000 / functional units",
    operational_emissions_kgco2e=1,
    functional_unit_count=-1,
)
def operational_score_gco2e(
    operational_emissions_kgco2e: Values, functional_unit_count: Values
) -> Values:
    """Part of the software carbon intensity in g CO2e a unit where embodied emissions are unknown.

    Source: ISO/IEC 21031 (SCI), (E x I) per R.
    """
    return operational_emissions_kgco2e * GRAMS_PER_KILOGRAM / functional_unit_count


@formula(
    "mean of the hours' intensities, weighed by the run's time in each",
    on_values=True,
    units={"intensities": "gCO2e/kWh", "weights": "h"},
)
def hourly_intensity_gco2e_per_kwh(intensities: list[float], weights: list[float]) -> float:
    """Intensity in g CO2e per kWh over the hours of a run that drew constant power.

    Source: GHG Protocol Scope 2 Guidance, hourly factors weighed by hourly use.
    """
    return float(np.average(intensities, weights=weights))
