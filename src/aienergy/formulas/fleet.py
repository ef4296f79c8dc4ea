"""Electricity of a fleet of accelerators: shipped, installed, powered."""

import numpy as np

from aienergy.formulas.registry import SAME, Values, formula
from aienergy.intervals import Interval

_HOURS_PER_YEAR = 8760.0
_WH_PER_TWH = 1e12


@formula("sum of the makers' counts", unit="1", units=dict.fromkeys("abcd", "1"))
def fleet_count(a: Values, b: Values, c: Values, d: Values) -> Values:
    """Chips of up to four makers together; the makers' errors are taken as independent."""
    return a + b + c + d


@formula("sum of the makers' rated power", unit="W", units=dict.fromkeys("abcd", "W"))
def fleet_power_w(a: Values, b: Values, c: Values, d: Values) -> Values:
    """Rated power of the boards of up to four makers; errors are taken as independent."""
    return a + b + c + d


@formula("accelerators x rated power of each", accelerator_count=1, board_power_w=1)
def rated_power_w(accelerator_count: Values, board_power_w: Values) -> Values:
    """Rated power of accelerators of one type."""
    return accelerator_count * board_power_w


@formula(
    "rated server / (accelerators x rated board)",
    node_power_w=1,
    accelerator_count=-1,
    board_power_w=-1,
)
def node_over_board_ratio(
    node_power_w: Values, accelerator_count: Values, board_power_w: Values
) -> Values:
    """Rated power of a server over the rated power of its boards."""
    return node_power_w / (accelerator_count * board_power_w)


@formula("busy x power at work + (1 - busy) x idle power, both over rated power")
def power_fraction(busy_share: Values, at_work_share: Values, idle_power_share: Values) -> Values:
    """Mean power over all hours as a share of rated power, at one boundary.

    Source: the two states of servers in the report of Lawrence Berkeley National Laboratory, 2024.
    """
    return busy_share * at_work_share + (1 - busy_share) * idle_power_share


@formula(
    "before + (end - before) x (1/2 - lag), at least what there was before",
    unit="W",
    units={"before_w": "W", "end_w": "W"},
)
def mean_over_year(before_w: Values, end_w: Values, install_lag_year: Values) -> Values:
    """Mean of a stock over a year that it enters some time after it is counted.

    The stock is taken to grow evenly within the year; a lag above half a year counts as half a
    year. Stocks that grow faster towards the year's end make the true mean a little smaller.
    """
    left: Values = np.maximum(0.5 - install_lag_year, 0.0)
    gained: Values = (end_w - before_w) * left
    return before_w + gained


@formula(
    "rated boards x powered share x server over boards x power fraction x network x PUE x hours"
)
def fleet_energy_twh(
    board_power_w: Values,
    powered_share: Values,
    node_over_board_ratio: Values,
    power_fraction: Values,
    network_ratio: Values,
    pue: Values,
) -> Values:
    """Electricity in a year of the facilities of a fleet."""
    whole_twh: Values = path_energy_twh(
        board_power_w, node_over_board_ratio, power_fraction, network_ratio, pue
    )
    return powered_share * whole_twh


@formula("rated boards x server over boards x power fraction x network x PUE x 8760 h")
def path_energy_twh(
    board_power_w: Values,
    node_over_board_ratio: Values,
    power_fraction: Values,
    network_ratio: Values,
    pue: Values,
) -> Values:
    """Electricity in a year of the facilities of powered boards: the identity of the paths."""
    it_w = board_power_w * node_over_board_ratio * power_fraction * network_ratio
    return it_w * pue * _HOURS_PER_YEAR / _WH_PER_TWH


@formula("rated boards x powered share x server over boards x power fraction x hours")
def fleet_server_energy_twh(
    board_power_w: Values,
    powered_share: Values,
    node_over_board_ratio: Values,
    power_fraction: Values,
) -> Values:
    """Electricity in a year of the servers alone, without network and overhead of their sites."""
    power_w = board_power_w * powered_share * node_over_board_ratio * power_fraction
    return power_w * _HOURS_PER_YEAR / _WH_PER_TWH


@formula("rated boards x server over boards x peak share x network x PUE")
def facility_peak_w(
    board_power_w: Values,
    node_over_board_ratio: Values,
    peak_power_share: Values,
    network_ratio: Values,
    pue: Values,
) -> Values:
    """Peak power of the facilities of powered boards."""
    return board_power_w * node_over_board_ratio * peak_power_share * network_ratio * pue


@formula("1 up to half a year before the end of life, 0 from half a year after it, even between")
def surviving_share(age_year: Values, service_life_year: Values) -> Values:
    """Share of a cohort that is not retired at an age."""
    left: Values = np.clip(service_life_year - age_year + 0.5, 0.0, 1.0)
    return left


@formula("capacity x load factor x 8760 h", installed_power_w=1, load_factor=1)
def load_factor_energy_twh(installed_power_w: Values, load_factor: Values) -> Values:
    """Electricity in a year from installed power and its load factor: true by definition."""
    return installed_power_w * load_factor * _HOURS_PER_YEAR / _WH_PER_TWH


@formula("electricity / (capacity x 8760 h)", unit="1", electricity_twh=1, installed_power_w=-1)
def load_factor(electricity_twh: Values, installed_power_w: Values) -> Values:
    """Mean power over installed power."""
    return electricity_twh * _WH_PER_TWH / _HOURS_PER_YEAR / installed_power_w


@formula("electricity / hours of a year", electricity_twh=1)
def mean_power_w(electricity_twh: Values) -> Values:
    """Mean power over a year."""
    return electricity_twh * _WH_PER_TWH / _HOURS_PER_YEAR


@formula("cost / power", unit="USD/W", site_cost_usd=1, site_power_w=-1)
def cost_usd_per_w(site_cost_usd: Values, site_power_w: Values) -> Values:
    """Cost of a site with its computers for one watt of its peak power."""
    return site_cost_usd / site_power_w


@formula("share x whole", whole_twh=1, part_share=1)
def part_energy_twh(whole_twh: Values, part_share: Values) -> Values:
    """Electricity of a part of which the share is known."""
    return whole_twh * part_share


@formula("start x growth^years")
def grown_energy_twh(start_twh: Values, growth_per_year: Values, year_count: Values) -> Values:
    """Electricity some years later at a stated growth."""
    return start_twh * growth_per_year**year_count


@formula("low / middle and high / middle", on_values=True)
def spread_of_count(low: float, middle: float, high: float) -> Interval:
    """Factor by which a count may lie beside its middle."""
    return Interval(1.0, low / middle, high / middle)


@formula(
    "end of the year - end of the year before", on_values=True, unit=SAME, units={"terms": SAME}
)
def increment(terms: list[float]) -> float:
    """What a cumulative count gained in a year: middle less middle, without an interval.

    The ends of the two counts share their errors, so that their ends give no interval here.
    """
    return terms[0] - terms[1]


@formula("hours / 8760", service_life_h=1)
def years_of_hours_year(service_life_h: Values) -> Values:
    """A time in years."""
    return service_life_h / _HOURS_PER_YEAR
