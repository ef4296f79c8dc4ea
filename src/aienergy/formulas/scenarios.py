"""Outputs of a scenario: each a function of its drivers, so that the build can run it again."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from aienergy.formulas.registry import formula
from aienergy.intervals import Interval

if TYPE_CHECKING:
    from aienergy.pathways.drivers import Cohorts, Scenario
    from aienergy.pathways.outcome import Outcome
    from aienergy.pathways.sensitivity import Indices

Key = tuple[tuple[float, ...], ...]

_AS_ABOVE = "parameters as of `scenario_energy_twh`."


def _output(name: str, told: str, unit: str, meaning: str) -> Callable[..., Interval]:
    """Register the formula `scenario_<name>`: one output of the paths in a year.

    Args:
        name: Output of `aienergy.pathways.outcome`.
        told: What it is, in the text of the formula.
        unit: Its unit.
        meaning: Its docstring.
    """

    def output(
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
        drivers = (medians, lows, highs, correlations)
        key = _key(*drivers, shipped_year, shipped_power_w, shipped_count, shipped_h100e)
        outcome = _outcome(key, int(last_year), int(samples), int(seed))
        low, middle, high = outcome.ranges[name][:, outcome.years.index(int(year))]
        return Interval(float(middle), float(low), float(high))

    output.__name__ = f"scenario_{name}"
    output.__doc__ = meaning
    text = f"5th, 50th and 95th percentile of {told} among the draws of the drivers, under the caps"
    return formula(text, on_values=True, unit=unit)(output)


scenario_energy_twh = _output(
    "energy_twh",
    "electricity of a year",
    "TWh",
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
    """,
)
scenario_mean_power_w = _output(
    "mean_power_w",
    "mean power of a year",
    "W",
    f"Mean power of the facilities in a year; {_AS_ABOVE}",
)
scenario_peak_power_w = _output(
    "peak_power_w", "peak power at the end of a year", "W",
    f"Peak power of the facilities at the end of a year; {_AS_ABOVE}",
)  # fmt: skip
scenario_installed_count = _output(
    "installed_count", "installed chips at the end of a year", "1",
    f"Installed chips at the end of a year; {_AS_ABOVE}",
)  # fmt: skip
scenario_compute_h100e = _output(
    "compute_h100e", "compute of powered chips, in H100", "1",
    f"Compute of powered chips, in H100 of equal rate; {_AS_ABOVE}",
)  # fmt: skip


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

    drivers = (medians, lows, highs, correlations)
    key = _key(*drivers, shipped_year, shipped_power_w, shipped_count, shipped_h100e)
    outcome = _outcome(key, int(last_year), int(samples), int(seed))
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
    drivers = (medians, lows, highs, correlations)
    key = _key(*drivers, shipped_year, shipped_power_w, shipped_count, shipped_h100e)
    indices = _indices(key, int(last_year), int(year), int(samples), int(seed))
    return float(indices.total[int(driver)])


def _key(*lists: list[float]) -> Key:
    return tuple(tuple(map(float, part)) for part in lists)


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
