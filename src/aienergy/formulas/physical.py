"""Energy, emissions, water and cost of training and use."""

from aienergy.formulas.registry import (
    SECONDS_PER_HOUR,
    WATTS_PER_KILOWATT,
    Values,
    formula,
)


@formula("accelerators x hours", accelerator_count=1, training_time_h=1)
def accelerator_hours_h(accelerator_count: Values, training_time_h: Values) -> Values:
    """Accelerator-hours of a run that kept all its accelerators throughout."""
    return accelerator_count * training_time_h


@formula("accelerator-hours x power / 1000", accelerator_hours_h=1, power_per_accelerator_w=1)
def energy_from_hours_kwh(accelerator_hours_h: Values, power_per_accelerator_w: Values) -> Values:
    """Energy inside the boundary of the power value."""
    return accelerator_hours_h * power_per_accelerator_w / WATTS_PER_KILOWATT


@formula(
    "accelerators x hours x power x PUE / 1000",
    accelerator_count=1,
    training_time_h=1,
    power_per_accelerator_w=1,
    pue=1,
)
def facility_energy_from_run_kwh(
    accelerator_count: Values, training_time_h: Values, power_per_accelerator_w: Values, pue: Values
) -> Values:
    """Facility energy of a run, from the mean power of its IT equipment per accelerator.

    Source: Patterson et al. 2021, section 2.
    """
    return accelerator_count * training_time_h * power_per_accelerator_w * pue / WATTS_PER_KILOWATT


@formula(
    "accelerator-hours x power x PUE / 1000",
    accelerator_hours_h=1,
    power_per_accelerator_w=1,
    pue=1,
)
def facility_energy_from_node_hours_kwh(
    accelerator_hours_h: Values, power_per_accelerator_w: Values, pue: Values
) -> Values:
    """Facility energy from accelerator-hours and the mean power of the IT equipment for each."""
    return accelerator_hours_h * power_per_accelerator_w * pue / WATTS_PER_KILOWATT


@formula(
    "accelerators x hours x board power x (node power / rated board power) x PUE / 1000",
    accelerator_count=1,
    training_time_h=1,
    board_power_w=1,
    node_power_ratio=1,
    pue=1,
)
def facility_energy_from_count_kwh(
    accelerator_count: Values,
    training_time_h: Values,
    board_power_w: Values,
    node_power_ratio: Values,
    pue: Values,
) -> Values:
    """Facility energy from accelerators, hours and the rated power of the board."""
    hours = accelerator_count * training_time_h
    return hours * board_power_w * node_power_ratio * pue / WATTS_PER_KILOWATT


@formula("power / (accelerators x board power)", power_w=1, accelerator_count=-1, board_power_w=-1)
def node_power_ratio(power_w: Values, accelerator_count: Values, board_power_w: Values) -> Values:
    """Mean power of a server over the rated power of its accelerators."""
    return power_w / (accelerator_count * board_power_w)


@formula(
    "accelerator-hours x board power x (node power / rated board power) x PUE / 1000",
    accelerator_hours_h=1,
    board_power_w=1,
    node_power_ratio=1,
    pue=1,
)
def facility_energy_from_hours_kwh(
    accelerator_hours_h: Values, board_power_w: Values, node_power_ratio: Values, pue: Values
) -> Values:
    """Facility energy from accelerator-hours and the rated power of the board."""
    return accelerator_hours_h * board_power_w * node_power_ratio * pue / WATTS_PER_KILOWATT


@formula(
    "compute / (peak x MFU) / 3600 x board power x (node power / rated board power) x PUE / 1000",
    training_compute_flop=1,
    peak_flop_per_s=-1,
    mfu=-1,
    board_power_w=1,
    node_power_ratio=1,
    pue=1,
)
def facility_energy_from_compute_kwh(
    training_compute_flop: Values,
    peak_flop_per_s: Values,
    mfu: Values,
    board_power_w: Values,
    node_power_ratio: Values,
    pue: Values,
) -> Values:
    """Facility energy from training compute, the dense peak rate and the utilization of it."""
    hours = training_compute_flop / (peak_flop_per_s * mfu) / SECONDS_PER_HOUR
    return hours * board_power_w * node_power_ratio * pue / WATTS_PER_KILOWATT


@formula("IT energy x PUE", it_energy_kwh=1, pue=1)
def facility_energy_kwh(it_energy_kwh: Values, pue: Values) -> Values:
    """Facility energy. Never apply it to an energy whose boundary is `facility` already."""
    return it_energy_kwh * pue


@formula("energy x grid intensity / 1000", energy_kwh=1, grid_intensity_gco2e_per_kwh=1)
def emissions_kgco2e(energy_kwh: Values, grid_intensity_gco2e_per_kwh: Values) -> Values:
    """Operational emissions of electricity."""
    return energy_kwh * grid_intensity_gco2e_per_kwh / 1000


@formula("energy x price", energy_kwh=1, electricity_price_usd_per_kwh=1)
def electricity_cost_usd(energy_kwh: Values, electricity_price_usd_per_kwh: Values) -> Values:
    """Cost of electricity."""
    return energy_kwh * electricity_price_usd_per_kwh


@formula("accelerator-hours x hourly price", accelerator_hours_h=1, rental_price_usd_per_h=1)
def rental_cost_usd(accelerator_hours_h: Values, rental_price_usd_per_h: Values) -> Values:
    """Cost of renting the accelerators in a cloud."""
    return accelerator_hours_h * rental_price_usd_per_h


@formula(
    "accelerator-hours x price / (service life x share of it in use)",
    accelerator_hours_h=1,
    purchase_price_usd=1,
    service_life_h=-1,
    busy_share=-1,
)
def amortized_hardware_cost_usd(
    accelerator_hours_h: Values,
    purchase_price_usd: Values,
    service_life_h: Values,
    busy_share: Values,
) -> Values:
    """Share of the purchase price that a run uses up, written off over the hours in use."""
    return accelerator_hours_h * purchase_price_usd / (service_life_h * busy_share)


@formula("peak / board power", peak_flop_per_s=1, board_power_w=-1)
def efficiency_flop_per_j(peak_flop_per_s: Values, board_power_w: Values) -> Values:
    """Peak arithmetic per joule at rated power (FLOP/s per watt)."""
    return peak_flop_per_s / board_power_w


@formula("peak / price", peak_flop_per_s=1, purchase_price_usd=-1)
def rate_flop_per_s_per_usd(peak_flop_per_s: Values, purchase_price_usd: Values) -> Values:
    """Peak rate of an accelerator for a dollar of its price."""
    return peak_flop_per_s / purchase_price_usd


@formula("power / throughput", power_w=1, throughput_per_s=-1)
def energy_per_unit_wh(power_w: Values, throughput_per_s: Values) -> Values:
    """Energy of one unit of use at full load, in Wh."""
    return power_w / throughput_per_s / SECONDS_PER_HOUR


@formula("(training + fine-tuning energy) x 1000 / energy of one use")
def parity_count(
    training_energy_kwh: Values, fine_tuning_energy_kwh: Values, inference_energy_wh: Values
) -> Values:
    """Units of use whose energy equals that of training and fine-tuning.

    Source: Luccioni et al. 2024, Table 5.
    """
    training_wh = (training_energy_kwh + fine_tuning_energy_kwh) * WATTS_PER_KILOWATT
    return training_wh / inference_energy_wh
