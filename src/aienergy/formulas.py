"""The one home of every equation.

A formula takes numbers or arrays by name, in the units its parameter names carry, and returns the
same. `FORMULAS` is the closed list that a derivation may name; a monomial states its exponents,
so that intervals can pass through it in closed form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aienergy.intervals import Interval, Support, from_sample

Values: TypeAlias = "float | NDArray[np.float64]"

HOURS_PER_DAY = 24
WATTS_PER_KILOWATT = 1000
SECONDS_PER_HOUR = 3600
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation that a derivation may name.

    Attributes:
        function: The equation, on floats and on numpy arrays.
        text: The equation as a reader sees it.
        powers: Exponent of each parameter if the equation is a monomial, else None.
        on_values: Whether it takes plain values (often lists of them) and answers for the
            uncertainty of its result itself, instead of having intervals carried through it.
    """

    function: Callable[..., Any]
    text: str
    powers: dict[str, int] | None = None
    on_values: bool = False


SUPPORTS: tuple[Support, ...] = ("positive", "above_one", "share", "real")
FORMULAS: dict[str, Formula] = {}


def _formula(
    text: str, *, on_values: bool = False, **powers: int
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        FORMULAS[function.__name__] = Formula(function, text, powers or None, on_values)
        return function

    return register


@_formula("value x factor", value=1, factor=1)
def unit_conversion(value: Values, factor: Values) -> Values:
    """Express a printed value in the canonical unit of its quantity."""
    return value * factor


@_formula("value / count x factor", value=1, count=-1, factor=1)
def per_unit_conversion(value: Values, count: Values, factor: Values) -> Values:
    """Express a value printed for `count` units of use as one for a single unit."""
    return value * factor / count


@_formula("square root of low x high")
def middle_of_range(low: Values, high: Values) -> Values:
    """Geometric middle of a range whose source prints no middle value."""
    return (low * high) ** 0.5


@_formula("numerator / denominator", numerator=1, denominator=-1)
def ratio(numerator: Values, denominator: Values) -> Values:
    """How many times one quantity holds another of the same unit."""
    return numerator / denominator


@_formula("sum of the terms", on_values=True)
def total(terms: list[float]) -> float:
    """Sum of quantities of the same unit."""
    return float(np.sum(terms))


@_formula("median and 5th to 95th percentile of one further value, log-normal fit", on_values=True)
def fitted_positive(terms: list[float]) -> Interval:
    """Predictive interval of a positive factor, fitted to observations."""
    return from_sample(np.asarray(terms), "positive")


@_formula(
    "median and 5th to 95th percentile of one further value, 1 + log-normal fit", on_values=True
)
def fitted_above_one(terms: list[float]) -> Interval:
    """Predictive interval of a factor above one (PUE), fitted to observations."""
    return from_sample(np.asarray(terms), "above_one")


@_formula(
    "median and 5th to 95th percentile of one further value, logit-normal fit", on_values=True
)
def fitted_share(terms: list[float]) -> Interval:
    """Predictive interval of a share, fitted to observations."""
    return from_sample(np.asarray(terms), "share")


@_formula("assumed value and range", on_values=True)
def assumed(value: float, low: float, high: float, support: float) -> Interval:
    """Interval of an assumption, the support given as its place in SUPPORTS."""
    return Interval(value, low, high, SUPPORTS[int(support)])


@_formula("geometric mean of the list", on_values=True)
def geometric_mean(terms: list[float]) -> float:
    """Geometric mean of positive quantities of the same unit."""
    return float(np.exp(np.mean(np.log(terms))))


@_formula("number of values in the list", on_values=True)
def count(terms: list[float]) -> float:
    """How many values a statement rests on."""
    return float(len(terms))


@_formula("accelerators x hours", accelerator_count=1, training_time_h=1)
def accelerator_hours_h(accelerator_count: Values, training_time_h: Values) -> Values:
    """Accelerator-hours of a run that kept all its accelerators throughout."""
    return accelerator_count * training_time_h


@_formula("accelerator-hours x power / 1000", accelerator_hours_h=1, power_per_accelerator_w=1)
def energy_from_hours_kwh(accelerator_hours_h: Values, power_per_accelerator_w: Values) -> Values:
    """Energy inside the boundary of the power value."""
    return accelerator_hours_h * power_per_accelerator_w / WATTS_PER_KILOWATT


@_formula(
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


@_formula(
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


@_formula(
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


@_formula("power / (accelerators x board power)", power_w=1, accelerator_count=-1, board_power_w=-1)
def node_power_ratio(power_w: Values, accelerator_count: Values, board_power_w: Values) -> Values:
    """Mean power of a server over the rated power of its accelerators."""
    return power_w / (accelerator_count * board_power_w)


@_formula(
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


@_formula(
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


@_formula("IT energy x PUE", it_energy_kwh=1, pue=1)
def facility_energy_kwh(it_energy_kwh: Values, pue: Values) -> Values:
    """Facility energy. Never apply it to an energy whose boundary is `facility` already."""
    return it_energy_kwh * pue


@_formula("energy x grid intensity / 1000", energy_kwh=1, grid_intensity_gco2e_per_kwh=1)
def emissions_kgco2e(energy_kwh: Values, grid_intensity_gco2e_per_kwh: Values) -> Values:
    """Operational emissions of electricity."""
    return energy_kwh * grid_intensity_gco2e_per_kwh / 1000


@_formula("energy x price", energy_kwh=1, electricity_price_usd_per_kwh=1)
def electricity_cost_usd(energy_kwh: Values, electricity_price_usd_per_kwh: Values) -> Values:
    """Cost of electricity."""
    return energy_kwh * electricity_price_usd_per_kwh


@_formula("accelerator-hours x hourly price", accelerator_hours_h=1, rental_price_usd_per_h=1)
def rental_cost_usd(accelerator_hours_h: Values, rental_price_usd_per_h: Values) -> Values:
    """Cost of renting the accelerators in a cloud."""
    return accelerator_hours_h * rental_price_usd_per_h


@_formula(
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


@_formula("peak / board power", peak_flop_per_s=1, board_power_w=-1)
def efficiency_flop_per_j(peak_flop_per_s: Values, board_power_w: Values) -> Values:
    """Peak arithmetic per joule at rated power (FLOP/s per watt)."""
    return peak_flop_per_s / board_power_w


@_formula("power / throughput", power_w=1, throughput_per_s=-1)
def energy_per_unit_wh(power_w: Values, throughput_per_s: Values) -> Values:
    """Energy of one unit of use at full load, in Wh."""
    return power_w / throughput_per_s / SECONDS_PER_HOUR


@_formula("(training + fine-tuning energy) x 1000 / energy of one use")
def parity_count(
    training_energy_kwh: Values, fine_tuning_energy_kwh: Values, inference_energy_wh: Values
) -> Values:
    """Units of use whose energy equals that of training and fine-tuning.

    Source: Luccioni et al. 2024, Table 5.
    """
    training_wh = (training_energy_kwh + fine_tuning_energy_kwh) * WATTS_PER_KILOWATT
    return training_wh / inference_energy_wh


@_formula("PUE x hours x power / 1000", pue=1, hours_h=1, power_w=1)
def strubell_energy_kwh(pue: Values, hours_h: Values, power_w: Values) -> Values:
    """Training energy as Strubell et al. 2019, equation 1, compute it."""
    return pue * hours_h * power_w / WATTS_PER_KILOWATT


@_formula("intensity x energy", intensity_lb_per_kwh=1, energy_kwh=1)
def strubell_emissions_lbco2e(intensity_lb_per_kwh: Values, energy_kwh: Values) -> Values:
    """Training emissions as Strubell et al. 2019, equation 2, compute them."""
    return intensity_lb_per_kwh * energy_kwh


@_formula("accelerators x hours x price", accelerator_count=1, hours_h=1, price_usd_per_h=1)
def strubell_cost_usd(
    accelerator_count: Values, hours_h: Values, price_usd_per_h: Values
) -> Values:
    """Cloud cost as Strubell et al. 2019, Table 3, compute it."""
    return accelerator_count * hours_h * price_usd_per_h


@_formula("chips x days x 24 x power x PUE / 1e6", chips=1, days=1, power_w=1, pue=1)
def patterson_energy_mwh(chips: Values, days: Values, power_w: Values, pue: Values) -> Values:
    """Training energy as Patterson et al. 2021, Table 4, compute it."""
    return chips * days * HOURS_PER_DAY * power_w * pue / 1e6


@_formula("energy x intensity", energy_mwh=1, intensity_kg_per_kwh=1)
def patterson_emissions_tco2e(energy_mwh: Values, intensity_kg_per_kwh: Values) -> Values:
    """Training emissions as Patterson et al. 2021, Table 4, compute them (MWh x kg/kWh = t)."""
    return energy_mwh * intensity_kg_per_kwh


@_formula("chips x days x 86400 x throughput", chips=1, days=1, teraflop_s_per_chip=1)
def patterson_compute_flop(chips: Values, days: Values, teraflop_s_per_chip: Values) -> Values:
    """Total computation as Patterson et al. 2021, Table 4, compute it."""
    return chips * days * HOURS_PER_DAY * SECONDS_PER_HOUR * teraflop_s_per_chip * 1e12


@_formula("10^slope of log10(values) on years, with its t interval", on_values=True)
def growth_per_year(years: list[float], values: list[float], level: float) -> Interval:
    """Multiplier from one year to the next, by least squares on log10."""
    slope, half_width = _log10_slope(years, values, level)
    return Interval(10**slope, 10 ** (slope - half_width), 10 ** (slope + half_width))


@_formula("12 x log10(2) / slope of log10(values) on years, with its t interval", on_values=True)
def doubling_time_month(years: list[float], values: list[float], level: float) -> Interval:
    """Months to double; the interval is that of the slope.

    Raises:
        ValueError: The slope's interval reaches zero: a doubling time has no upper end then.
    """
    slope, half_width = _log10_slope(years, values, level)
    if slope - half_width <= 0:
        raise ValueError("growth is not distinguishable from none: no doubling time")
    month = MONTHS_PER_YEAR * np.log10(2)
    low, mid, high = month / np.array([slope + half_width, slope, slope - half_width])
    return Interval(float(mid), float(low), float(high))


def _log10_slope(years: list[float], values: list[float], level: float) -> tuple[float, float]:
    """Return the slope and the half-width of its two-sided t interval with n - 2 degrees."""
    from scipy import stats  # slow to import; only trends need it

    line = stats.linregress(years, np.log10(values))
    return float(line.slope), float(line.stderr * stats.t.ppf((1 + level) / 2, len(years) - 2))


@_formula("share of simulated worlds whose interval holds the true growth", on_values=True)
def frontier_coverage(
    growth_per_year: float, years: float, size: float, level: float, worlds: float, seed: float
) -> float:
    """Real coverage of a nominal interval of growth when only the frontier is fitted."""
    from aienergy.frontier import record_set_coverage  # brings pandas, which few callers need

    return record_set_coverage(growth_per_year, years, size, level, worlds, seed)
