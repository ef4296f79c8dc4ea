"""The path of one draw: chips shipped under caps, installed, powered, and their electricity.

electricity = installed chips x power of a server for each x power fraction x PUE x hours. Chips
of one year are one cohort; no cohort is counted twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aienergy.formulas.fleet import (
    facility_peak_w,
    mean_over_year,
    path_energy_twh,
    surviving_share,
)
from aienergy.intervals import Floats
from aienergy.pathways.drivers import Cohorts

CAPS = ("none", "chips", "sites", "capital")
OUTPUTS = ("energy_twh", "mean_power_w", "peak_power_w", "installed_count", "compute_h100e")
_HOURS = 8760.0


@dataclass(frozen=True, slots=True)
class Paths:
    """What all draws give, year by year.

    Attributes:
        years: The years after the base year.
        outputs: Each of `OUTPUTS`, shape (samples, years).
        binding: Place in `CAPS` of what bounded the shipments, shape (samples, years).
        slack: Peak power of what is powered below the site power there is, W, same shape.
    """

    years: tuple[int, ...]
    outputs: Mapping[str, Floats]
    binding: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]"
    slack: Floats


def follow(d: Mapping[str, Floats], cohorts: Cohorts, last_year: int) -> Paths:
    """Follow every draw to the last year.

    Args:
        d: Value of each driver, by name, each of shape (samples,).
        cohorts: What was shipped up to the base year.
        last_year: Year at which the paths end.

    Returns:
        The paths. Stocks are those at the end of a year, electricity is over the year.
    """
    base, years = cohorts.base_year, tuple(range(cohorts.base_year + 1, last_year + 1))
    scale = d["fleet_scale"]
    power = [scale * value for value in cohorts.power_w]
    count = [scale * value for value in cohorts.count]
    compute = [scale * value for value in cohorts.h100e]
    born = list(cohorts.years)
    per_chip_w, per_watt = power[-1] / count[-1], compute[-1] / power[-1]
    to_peak = facility_peak_w(
        1.0, d["node_over_board_ratio"], d["peak_power_share"], d["network_ratio"], d["pue"]
    )
    stock_w = _alive(power, born, base, d)
    powered_w = d["powered_share"] * stock_w
    sites_w = powered_w * to_peak
    wanted_w, growth = power[-1], d["shipped_power_growth"]
    told: dict[str, list[Floats]] = {name: [] for name in (*OUTPUTS, "binding", "slack")}
    for year in years:
        step = float(year - base)
        wanted_w = wanted_w * growth
        growth = 1 + (growth - 1) * d["growth_persistence"]
        chip_w = per_chip_w * d["board_power_growth"] ** step
        sites_w = sites_w + d["site_power_added_w"] * d["site_power_growth"] ** (step - 1)
        old_w = _alive(power, born, year, d)
        shipped_w, binding = _bounded(
            wanted_w,
            count[len(cohorts.years) - 1] * d["chips_made_growth"] ** step * chip_w,
            np.maximum(sites_w / to_peak - old_w, 0.0),
            d["capital_usd"] * d["capital_growth"] ** (step - 1) / d["cost_usd_per_w"] / to_peak,
        )
        power.append(shipped_w)
        count.append(shipped_w / chip_w)
        compute.append(shipped_w * per_watt * d["compute_per_watt_growth"] ** step)
        born.append(year)
        before_w, stock_w = powered_w, old_w + shipped_w
        powered_w = np.minimum(stock_w, sites_w / to_peak)
        mean_w = mean_over_year(before_w, powered_w, d["install_lag_year"])
        ratios = (d["node_over_board_ratio"], d["power_fraction"], d["network_ratio"], d["pue"])
        energy = np.asarray(path_energy_twh(mean_w, *ratios), dtype=float)
        told["energy_twh"].append(energy)
        told["mean_power_w"].append(energy * 1e12 / _HOURS)
        told["peak_power_w"].append(powered_w * to_peak)
        told["installed_count"].append(_alive(count, born, year, d))
        told["compute_h100e"].append(_alive(compute, born, year, d) * powered_w / stock_w)
        told["binding"].append(binding)
        told["slack"].append(sites_w - powered_w * to_peak)
    stacked = {name: np.column_stack(np.broadcast_arrays(*rows)) for name, rows in told.items()}
    outputs = {name: stacked[name] for name in OUTPUTS}
    return Paths(years, outputs, stacked["binding"].astype(np.int64), stacked["slack"])


def _alive(parts: list[Floats], born: list[int], year: int, d: Mapping[str, Floats]) -> Floats:
    """Return what is left of all cohorts at the end of a year."""
    life = d["service_life_year"]
    left = [
        part * surviving_share(float(year - b), life) for part, b in zip(parts, born, strict=True)
    ]
    return np.asarray(sum(left), dtype=float)


def _bounded(*limits: Floats) -> tuple[Floats, Floats]:
    """Return the least of what is wanted and the caps, and which of them it is, draw by draw."""
    table = np.column_stack(np.broadcast_arrays(*limits))
    return table.min(axis=1), table.argmin(axis=1).astype(float)
