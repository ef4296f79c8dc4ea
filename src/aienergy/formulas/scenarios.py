"""Outputs of a scenario: each a function of its drivers, so that the build can run it again."""

from functools import lru_cache
from typing import TYPE_CHECKING

from aienergy.formulas.registry import formula
from aienergy.intervals import Interval

if TYPE_CHECKING:
    from aienergy.pathways.drivers import Cohorts, Scenario
    from aienergy.pathways.outcome import Outcome
    from aienergy.pathways.sensitivity import Indices

_TEXT = "5th, 50th and 95th percentile of {} among the draws of the drivers, under the caps"
Key = tuple[tuple[float, ...], ...]


@formula(_TEXT.format("electricity of a year"), on_values=True, unit="TWh")
def scenario_energy_twh(
    year: float,
    last_year: float,
    medians: list[float],
    lows: list[float],
    highs: list[float],
    correlations: list[float],
    shipped_year: list[float],
    shipped_power_w: list[float],
    shipped_count: list[float],
    shipped_h100e: list[float],
    samples: float,
    seed: float,
) -> Interval:
    """Electricity of the facilities of powered accelerators in a year, on the scenario's terms.

    Args:
        year: The year.
        last_year: Year at which the paths end.
        medians: Middle of each driver, in the order of the closed list.
        lows: 5th percentiles.
        highs: 95th percentiles.
        correlations: Triples: two places in that list and the correlation of their scores.
        shipped_year: Years of shipment up to the base year.
        shipped_power_w: Rated power shipped in each.
        shipped_count: Chips shipped in each.
        shipped_h100e: Their compute, in H100.
        samples: Number of draws.
        seed: Seed of the scrambling.
    """
    key = (
        medians,
        lows,
        highs,
        correlations,
        shipped_year,
        shipped_power_w,
        shipped_count,
        shipped_h100e,
    )
    return _range("energy_twh", year, _key(key), last_year, samples, seed)


@formula(_TEXT.format("mean power of a year"), on_values=True, unit="W")
def scenario_mean_power_w(
    year: float,
    last_year: float,
    medians: list[float],
    lows: list[float],
    highs: list[float],
    correlations: list[float],
    shipped_year: list[float],
    shipped_power_w: list[float],
    shipped_count: list[float],
    shipped_h100e: list[float],
    samples: float,
    seed: float,
) -> Interval:
    """Mean power of the facilities in a year; parameters as of `scenario_energy_twh`."""
    key = (
        medians,
        lows,
        highs,
        correlations,
        shipped_year,
        shipped_power_w,
        shipped_count,
        shipped_h100e,
    )
    return _range("mean_power_w", year, _key(key), last_year, samples, seed)


@formula(_TEXT.format("peak power at the end of a year"), on_values=True, unit="W")
def scenario_peak_power_w(
    year: float,
    last_year: float,
    medians: list[float],
    lows: list[float],
    highs: list[float],
    correlations: list[float],
    shipped_year: list[float],
    shipped_power_w: list[float],
    shipped_count: list[float],
    shipped_h100e: list[float],
    samples: float,
    seed: float,
) -> Interval:
    """Peak power of the facilities at the end of a year; parameters as of `scenario_energy_twh`."""
    key = (
        medians,
        lows,
        highs,
        correlations,
        shipped_year,
        shipped_power_w,
        shipped_count,
        shipped_h100e,
    )
    return _range("peak_power_w", year, _key(key), last_year, samples, seed)


@formula(_TEXT.format("installed chips at the end of a year"), on_values=True, unit="1")
def scenario_installed_count(
    year: float,
    last_year: float,
    medians: list[float],
    lows: list[float],
    highs: list[float],
    correlations: list[float],
    shipped_year: list[float],
    shipped_power_w: list[float],
    shipped_count: list[float],
    shipped_h100e: list[float],
    samples: float,
    seed: float,
) -> Interval:
    """Installed chips at the end of a year; parameters as of `scenario_energy_twh`."""
    key = (
        medians,
        lows,
        highs,
        correlations,
        shipped_year,
        shipped_power_w,
        shipped_count,
        shipped_h100e,
    )
    return _range("installed_count", year, _key(key), last_year, samples, seed)


@formula(_TEXT.format("compute of powered chips, in H100"), on_values=True, unit="1")
def scenario_compute_h100e(
    year: float,
    last_year: float,
    medians: list[float],
    lows: list[float],
    highs: list[float],
    correlations: list[float],
    shipped_year: list[float],
    shipped_power_w: list[float],
    shipped_count: list[float],
    shipped_h100e: list[float],
    samples: float,
    seed: float,
) -> Interval:
    """Compute of powered chips, in H100 of equal rate; parameters as of `scenario_energy_twh`."""
    key = (
        medians,
        lows,
        highs,
        correlations,
        shipped_year,
        shipped_power_w,
        shipped_count,
        shipped_h100e,
    )
    return _range("compute_h100e", year, _key(key), last_year, samples, seed)


@formula("draws of which this cap bounds the shipments of the year / draws", on_values=True)
def scenario_binding_share(
    cap: float,
    year: float,
    last_year: float,
    medians: list[float],
    lows: list[float],
    highs: list[float],
    correlations: list[float],
    shipped_year: list[float],
    shipped_power_w: list[float],
    shipped_count: list[float],
    shipped_h100e: list[float],
    samples: float,
    seed: float,
) -> float:
    """Share of draws that a cap bounds (its place: none, chips, sites, capital)."""
    from aienergy.pathways.identity import CAPS

    key = (
        medians,
        lows,
        highs,
        correlations,
        shipped_year,
        shipped_power_w,
        shipped_count,
        shipped_h100e,
    )
    outcome = _outcome(_key(key), int(last_year), int(samples), int(seed))
    return float(outcome.binding[CAPS[int(cap)]][outcome.years.index(int(year))])


@formula("total Sobol index of the electricity of a year over the driver's root", on_values=True)
def scenario_total_index(
    driver: float,
    year: float,
    last_year: float,
    medians: list[float],
    lows: list[float],
    highs: list[float],
    correlations: list[float],
    shipped_year: list[float],
    shipped_power_w: list[float],
    shipped_count: list[float],
    shipped_h100e: list[float],
    samples: float,
    seed: float,
) -> float:
    """Share of the variance in which the root of a driver (its place) has any part."""
    key = (
        medians,
        lows,
        highs,
        correlations,
        shipped_year,
        shipped_power_w,
        shipped_count,
        shipped_h100e,
    )
    indices = _indices(_key(key), int(last_year), int(year), int(samples), int(seed))
    return float(indices.total[int(driver)])


def _key(lists: tuple[list[float], ...]) -> Key:
    return tuple(tuple(map(float, part)) for part in lists)


def _range(
    output: str, year: float, key: Key, last_year: float, samples: float, seed: float
) -> Interval:
    outcome = _outcome(key, int(last_year), int(samples), int(seed))
    low, middle, high = outcome.ranges[output][:, outcome.years.index(int(year))]
    return Interval(float(middle), float(low), float(high))


def scenario_of(key: Key, last_year: int) -> "tuple[Scenario, Cohorts]":
    """Return the scenario and the cohorts of a key: the lists of `scenario_energy_twh`."""
    from aienergy.pathways.drivers import DRIVERS, Cohorts, Scenario

    medians, lows, highs, flat, years, power_w, count, h100e = key
    drivers = {
        driver.name: Interval(medians[i], lows[i], highs[i], driver.support)
        for i, driver in enumerate(DRIVERS)
    }
    triples = [flat[i : i + 3] for i in range(0, len(flat), 3)]
    pairs = {(DRIVERS[int(i)].name, DRIVERS[int(j)].name): value for i, j, value in triples}
    cohorts = Cohorts(tuple(map(int, years)), power_w, count, h100e)
    return Scenario(drivers, pairs, last_year), cohorts


@lru_cache(maxsize=64)
def _outcome(key: Key, last_year: int, samples: int, seed: int) -> "Outcome":
    from aienergy.pathways.outcome import run_scenario

    return run_scenario(*scenario_of(key, last_year), samples, seed)


@lru_cache(maxsize=64)
def _indices(key: Key, last_year: int, year: int, samples: int, seed: int) -> "Indices":
    from aienergy.pathways.outcome import indices_of

    scenario, cohorts = scenario_of(key, last_year)
    return indices_of(scenario, cohorts, year, "energy_twh", samples, seed)
