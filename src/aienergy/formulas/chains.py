"""A request of several stages: energy at the facility, time along the longest path, cost."""

from collections.abc import Sequence

import numpy as np

from aienergy.formulas.registry import ALIKE, SAME, Values, formula
from aienergy.intervals import Interval, Propagated

_TIMES = {"medians": "s", "spreads": "1", "calls": "1", "befores": "1"}


@formula(
    "energy of one unit of use x units of one call x calls",
    inference_energy_wh=1,
    units_per_call=1,
    call_count=1,
)
def stage_energy_wh(
    inference_energy_wh: Values, units_per_call: Values, call_count: Values
) -> Values:
    """Energy of one stage for a mean request, in the boundary of the energy of one unit."""
    return inference_energy_wh * units_per_call * call_count


@formula(
    "sum of the stages, each times the steps of the ladder that its boundary lacks; a step is"
    " drawn once for all stages",
    on_intervals=True,
    units={"stages": "Wh", "first_steps": "1", "steps": "1", "seed": "1"},
)
def chain_energy_wh(
    stages: list[Interval], first_steps: list[Interval], steps: list[Interval], seed: Interval
) -> Propagated:
    """Energy of a request at the facility.

    Args:
        stages: Energy of each stage in its own boundary (Wh).
        first_steps: For each stage the place of the first step it lacks; one past the last for
            none.
        steps: Energy of each wider boundary over that of the narrower.
        seed: Seed of the draws.
    """
    from aienergy.chains.sample import total_energy

    return total_energy(stages, [int(f.value) for f in first_steps], steps, int(seed.value))


@formula("energy x grid intensity / 1000", on_intervals=True, units={"seed": "1"})
def request_emissions_gco2e(
    energy_wh: Interval, grid_intensity_gco2e_per_kwh: Interval, seed: Interval
) -> Propagated:
    """Operational emissions of the electricity of one request."""
    from aienergy.chains.sample import scaled

    return scaled(energy_wh, _per_thousand(grid_intensity_gco2e_per_kwh), int(seed.value))


@formula("energy x price / 1000", on_intervals=True, units={"seed": "1"})
def request_cost_usd(
    energy_wh: Interval, electricity_price_usd_per_kwh: Interval, seed: Interval
) -> Propagated:
    """Cost of the electricity of one request."""
    from aienergy.chains.sample import scaled

    return scaled(energy_wh, _per_thousand(electricity_price_usd_per_kwh), int(seed.value))


def _per_thousand(factor: Interval) -> Interval:
    """Return a factor for each kWh as one for each Wh."""
    if factor.low is None or factor.high is None:
        return Interval(factor.value / 1000)
    return Interval(factor.value / 1000, factor.low / 1000, factor.high / 1000)


@formula(
    "median of the log-normal that fits the printed quantiles; a printed median is kept",
    on_values=True,
    unit=SAME,
    units={"quantiles": SAME, "levels": "1"},
)
def fitted_median(quantiles: list[float], levels: list[float]) -> float:
    """Median of a time or a number of units, from quantiles and the shares of calls below them."""
    from aienergy.chains.sample import fit_lognormal

    return fit_lognormal(quantiles, levels)[0]


@formula(
    "standard deviation of the logarithm, by least squares of the printed quantiles",
    on_values=True,
    unit="1",
    units={"quantiles": ALIKE, "levels": "1"},
)
def fitted_spread(quantiles: list[float], levels: list[float]) -> float:
    """Spread of a time or a number of units; arguments as of `fitted_median`."""
    from aienergy.chains.sample import fit_lognormal

    return fit_lognormal(quantiles, levels)[1]


@formula("(log high - log low) / (2 x 1.645)", on_intervals=True, unit="1")
def spread_of_interval(amount: Interval) -> Propagated:
    """Standard deviation of the logarithm of an amount whose 5th and 95th percentile are known."""
    return Propagated(Interval(amount.spread), {}, "point")


@formula("square root of the sum of squares", on_values=True, unit="1", units={"terms": "1"})
def combined_spread(terms: list[float]) -> float:
    """Spread of a product of independent log-normal factors."""
    return float(np.sqrt(np.sum(np.square(terms))))


@formula("time of one unit x units of one call", latency_s=1, units_per_call=1)
def call_latency_s(latency_s: Values, units_per_call: Values) -> Values:
    """Time of a call that makes its units of use one after another."""
    return latency_s * units_per_call


@formula(
    "quantile of the longest path through the stages, each drawn from its log-normal",
    on_values=True,
    units={**_TIMES, "share": "1", "seed": "1"},
)
def chain_latency_s(
    medians: list[float],
    spreads: list[float],
    calls: list[float],
    befores: list[float],
    share: float,
    seed: float,
) -> float:
    """Time of a request that a share of requests stays below.

    Quantiles of stages are not added: times are, draw by draw, and parallel stages take as long as
    the slower one.

    Args:
        medians: Median time of one call of each stage, stages in an order in which they may run.
        spreads: Standard deviation of its logarithm.
        calls: Calls of each stage, one after another.
        befores: Pairs of places, flat: a stage, and one that waits for it.
        share: Share of requests.
        seed: Seed of the draws.
    """
    times, _ = _drawn(medians, spreads, calls, befores, seed)
    return float(np.quantile(times, share))


@formula(
    "share of draws in which a stage lies on the longest path",
    on_values=True,
    unit="1",
    units={**_TIMES, "place": "1", "seed": "1"},
)
def critical_share(
    medians: list[float],
    spreads: list[float],
    calls: list[float],
    befores: list[float],
    place: float,
    seed: float,
) -> float:
    """Share of requests that wait for a stage; arguments as of `chain_latency_s`."""
    _, on_path = _drawn(medians, spreads, calls, befores, seed)
    return float(on_path[:, int(place)].mean())


def _drawn(
    medians: Sequence[float],
    spreads: Sequence[float],
    calls: Sequence[float],
    befores: Sequence[float],
    seed: float,
) -> "tuple[np.ndarray, np.ndarray]":
    from aienergy.chains.sample import Timed, draw_times

    timed = Timed(tuple(medians), tuple(spreads), tuple(calls), tuple(befores))
    return draw_times(timed, int(seed))
