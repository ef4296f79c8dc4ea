"""Derivations that published claims state, beyond those of our own estimates."""

import math

import numpy as np

from aienergy.formulas.registry import (
    ALIKE,
    MONTHS_PER_YEAR,
    SAME,
    SECONDS_PER_HOUR,
    WATTS_PER_KILOWATT,
    Values,
    formula,
)


@formula("the same value in another unit", unit=SAME, units={"value": SAME}, value=1)
def same_value(value: Values) -> Values:
    """Express a value that a source prints elsewhere, in the unit of the claim."""
    return value


@formula("the terms multiplied", on_values=True, unit="1")
def product(terms: list[float]) -> float:
    """Product of plain numbers."""
    return float(np.prod(terms))


@formula("mean of the terms", on_values=True, unit=SAME, units={"terms": SAME})
def mean(terms: list[float]) -> float:
    """Arithmetic mean of quantities of the same unit."""
    return float(np.mean(terms))


@formula("sum of count x value", on_values=True, unit=SAME, units={"values": SAME})
def weighted_total(counts: list[float], values: list[float]) -> float:
    """Total of quantities that occur several times each, such as the hours of parts of a cluster.

    Raises:
        ValueError: The lists are not equally long.
    """
    return float(sum(n * value for n, value in zip(counts, values, strict=True)))


@formula("minuend - subtrahend", unit=SAME, units={"minuend": SAME, "subtrahend": SAME})
def difference(minuend: Values, subtrahend: Values) -> Values:
    """What is left of one quantity when another is taken from it."""
    return minuend - subtrahend


@formula("(value - base) / base", unit="1", units={"value": ALIKE, "base": ALIKE})
def relative_change(value: Values, base: Values) -> Values:
    """Change against a base, as a share of the base."""
    return value / base - 1


@formula("value x factor", unit=SAME, units={"value": SAME}, value=1, factor=1)
def multiple_of(value: Values, factor: Values) -> Values:
    """A quantity so many times, or a share of it."""
    return value * factor


@formula("part / share", unit=SAME, units={"part": SAME}, part=1, share=-1)
def whole_from_part(part: Values, share: Values) -> Values:
    """Whole of which a part and its share are known."""
    return part / share


@formula("1 - (1 - share)^periods, the share saved after several periods", unit="1")
def compounded_saving(share_per_period: Values, period_count: Values) -> Values:
    """Share saved when each period saves the same share of what was left."""
    return 1 - (1 - share_per_period) ** period_count


@formula("accelerators x hours x power / 1000", accelerator_count=1, training_time_h=1, power_w=1)
def energy_from_run_kwh(
    accelerator_count: Values, training_time_h: Values, power_w: Values
) -> Values:
    """Energy of machines that ran together, inside the boundary of the power of each."""
    return accelerator_count * training_time_h * power_w / WATTS_PER_KILOWATT


@formula(
    "accelerators x hours x power x PUE x intensity / 1e6",
    accelerator_count=1,
    training_time_h=1,
    power_w=1,
    pue=1,
    grid_intensity_gco2e_per_kwh=1,
)
def emissions_from_run_kgco2e(
    accelerator_count: Values,
    training_time_h: Values,
    power_w: Values,
    pue: Values,
    grid_intensity_gco2e_per_kwh: Values,
) -> Values:
    """Emissions of a run from its hardware, hours, mean power, PUE and grid factor."""
    it_energy_kwh = accelerator_count * training_time_h * power_w / WATTS_PER_KILOWATT
    return it_energy_kwh * pue * grid_intensity_gco2e_per_kwh / 1000


@formula(
    "accelerator-hours x power x PUE x intensity / 1e6",
    accelerator_hours_h=1,
    power_per_accelerator_w=1,
    pue=1,
    grid_intensity_gco2e_per_kwh=1,
)
def emissions_from_hours_kgco2e(
    accelerator_hours_h: Values,
    power_per_accelerator_w: Values,
    pue: Values,
    grid_intensity_gco2e_per_kwh: Values,
) -> Values:
    """Emissions from accelerator-hours, as model cards state them."""
    it_energy_kwh = accelerator_hours_h * power_per_accelerator_w / WATTS_PER_KILOWATT
    return it_energy_kwh * pue * grid_intensity_gco2e_per_kwh / 1000


@formula(
    "IT energy x PUE x intensity / 1000",
    it_energy_kwh=1,
    pue=1,
    grid_intensity_gco2e_per_kwh=1,
)
def emissions_from_it_energy_kgco2e(
    it_energy_kwh: Values, pue: Values, grid_intensity_gco2e_per_kwh: Values
) -> Values:
    """Emissions of IT energy, PUE applied once."""
    return it_energy_kwh * pue * grid_intensity_gco2e_per_kwh / 1000


@formula("energy x CO2 intensity / 1000", energy_kwh=1, grid_intensity_gco2_per_kwh=1)
def emissions_kgco2(energy_kwh: Values, grid_intensity_gco2_per_kwh: Values) -> Values:
    """Operational emissions of carbon dioxide alone."""
    return energy_kwh * grid_intensity_gco2_per_kwh / 1000


@formula(
    "cost / price x intensity / 1000",
    electricity_cost_usd=1,
    electricity_price_usd_per_kwh=-1,
    grid_intensity_gco2e_per_kwh=1,
)
def emissions_from_cost_kgco2e(
    electricity_cost_usd: Values,
    electricity_price_usd_per_kwh: Values,
    grid_intensity_gco2e_per_kwh: Values,
) -> Values:
    """Emissions behind a printed cost of electricity."""
    energy_kwh = electricity_cost_usd / electricity_price_usd_per_kwh
    return energy_kwh * grid_intensity_gco2e_per_kwh / 1000


@formula(
    "emissions / energy x 1000",
    unit="gCO2e/kWh",
    emissions_kgco2e=1,
    energy_kwh=-1,
)
def implied_intensity_gco2e_per_kwh(emissions_kgco2e: Values, energy_kwh: Values) -> Values:
    """Grid factor that an energy and its emissions imply."""
    return emissions_kgco2e / energy_kwh * 1000


@formula("energy / units of use x 1000", energy_kwh=1, use_count=-1)
def energy_per_use_wh(energy_kwh: Values, use_count: Values) -> Values:
    """Mean energy of one unit of use in a deployment."""
    return energy_kwh * WATTS_PER_KILOWATT / use_count


@formula("emissions / units of use x 1000", emissions_kgco2e=1, use_count=-1)
def emissions_per_use_gco2e(emissions_kgco2e: Values, use_count: Values) -> Values:
    """Mean emissions of one unit of use, or of one token trained on."""
    return emissions_kgco2e * 1000 / use_count


@formula("time to the first token + tokens / tokens per second", unit="s")
def response_time_s(
    first_token_time_s: Values, output_token_count: Values, throughput_per_s: Values
) -> Values:
    """Time until a response is complete."""
    return first_token_time_s + output_token_count / throughput_per_s


@formula("energy / hours x 1000", energy_kwh=1, duration_h=-1)
def mean_power_w(energy_kwh: Values, duration_h: Values) -> Values:
    """Mean power over a period."""
    return energy_kwh * WATTS_PER_KILOWATT / duration_h


@formula(
    "operations of one item x items x epochs x factor of the passes",
    operations_per_item_flop=1,
    item_count=1,
    epoch_count=1,
    pass_factor=1,
)
def compute_from_operations_flop(
    operations_per_item_flop: Values, item_count: Values, epoch_count: Values, pass_factor: Values
) -> Values:
    """Training compute by counting operations.

    `pass_factor` turns operations of a forward pass, as printed, into those of a training step:
    3 where an add and a multiply were counted apart, 6 where a multiply-add counted as one.
    Source: Amodei and Hernandez 2018, appendix.
    """
    return operations_per_item_flop * item_count * epoch_count * pass_factor


@formula(
    "accelerators x time x 3600 x peak rate x share of it used",
    accelerator_count=1,
    training_time_h=1,
    peak_flop_per_s=1,
    mfu=1,
)
def compute_from_hardware_flop(
    accelerator_count: Values, training_time_h: Values, peak_flop_per_s: Values, mfu: Values
) -> Values:
    """Training compute from hardware and time. Source: Amodei and Hernandez 2018, appendix."""
    return accelerator_count * training_time_h * SECONDS_PER_HOUR * peak_flop_per_s * mfu


@formula("6 x parameters x tokens", unit="FLOP", parameter_count=1, token_count=1)
def compute_from_parameters_flop(parameter_count: Values, token_count: Values) -> Values:
    """Training compute of a dense transformer. Source: Kaplan et al. 2020, section 2.1."""
    return 6 * parameter_count * token_count


@formula(
    "tokens / (tokens per second and accelerator x accelerators) / 3600",
    token_count=1,
    throughput_per_s=-1,
    accelerator_count=-1,
)
def training_time_h(
    token_count: Values, throughput_per_s: Values, accelerator_count: Values
) -> Values:
    """Time to process the tokens at the stated rate of each accelerator."""
    return token_count / (throughput_per_s * accelerator_count) / SECONDS_PER_HOUR


@formula("steps x hours of a reference run / its steps", unit="h")
def search_time_h(
    step_count: Values, reference_hour_count: Values, reference_step_count: Values
) -> Values:
    """Time of a search whose steps cost what those of a reference run cost.

    The hours of the reference run are whole hours that the authors took from another paper. They
    had no more digits than it prints, so that they count as exact.
    Source: Strubell et al. 2019, section 2.1, and Patterson et al. 2021, appendix D.
    """
    return step_count * reference_hour_count / reference_step_count


@formula(
    "steps x hours of a reference run / its steps x emissions an hour",
    units={"emission_rate": "kgCO2e/h"},
)
def search_emissions_kgco2e(
    step_count: Values,
    reference_hour_count: Values,
    reference_step_count: Values,
    emission_rate: Values,
) -> Values:
    """Emissions of a search, from its time and the emissions of an hour of it.

    Source: Patterson et al. 2021, appendix C.
    """
    return step_count * reference_hour_count / reference_step_count * emission_rate


@formula("2^(time / doubling time)", unit="1")
def growth_over_time(duration_month: Values, doubling_time_month: Values) -> Values:
    """Factor of growth over a period with a constant doubling time."""
    return np.exp2(duration_month / doubling_time_month)


@formula("time / log2(factor)")
def doubling_time_from_factor_month(factor: Values, duration_month: Values) -> Values:
    """Doubling time that a factor over a period implies (halving, for a reduction)."""
    return duration_month / np.log2(factor)


@formula("12 x log10(2) / orders of magnitude a year", unit="month")
def doubling_time_from_orders_month(orders_per_year: Values) -> Values:
    """Doubling time that a slope in orders of magnitude a year implies."""
    return MONTHS_PER_YEAR * math.log10(2) / orders_per_year


@formula("12 x log10(2) / doubling time in months", unit="1")
def orders_per_year(doubling_time_month: Values) -> Values:
    """Orders of magnitude a year that a doubling time implies."""
    return MONTHS_PER_YEAR * math.log10(2) / doubling_time_month


@formula("factor^(1 / years)", unit="1")
def yearly_factor(factor: Values, duration_year: Values) -> Values:
    """Multiplier a year that a factor over several years implies."""
    return factor ** (1 / duration_year)


@formula("value x growth^years", unit=SAME, units={"value": SAME})
def projected(value: Values, growth_per_year: Values, duration_year: Values) -> Values:
    """Value after years of constant growth."""
    return value * growth_per_year**duration_year


@formula("(end / start)^(1 / years) - 1", unit="1", units={"start": ALIKE, "end": ALIKE})
def growth_rate(start: Values, end: Values, duration_year: Values) -> Values:
    """Mean yearly growth between two values, as a share."""
    return (end / start) ** (1 / duration_year) - 1
