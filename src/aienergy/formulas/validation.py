"""How far measured values lie from estimates: spread between and within sources, and coverage."""

import numpy as np

from aienergy.formulas.registry import Values, formula
from aienergy.intervals import Z95, Floats, Interval

LEVEL = 0.9


@formula("exp(1.645 x pooled standard deviation of the logarithms within sources)", on_values=True)
def within_source_factor(terms: list[float], sizes: list[float]) -> float:
    """Factor within which nine tenths of the values of one source lie around their mean.

    Args:
        terms: Positive values, those of one source beside each other.
        sizes: How many of them belong to each source.
    """
    square, _, _ = _components(terms, sizes)
    return float(np.exp(Z95 * np.sqrt(square)))


@formula(
    "exp(1.645 x standard deviation of the logarithms of the sources' means, less that within)",
    on_values=True,
)
def between_source_factor(terms: list[float], sizes: list[float]) -> float:
    """Factor within which nine tenths of sources lie around all: the between-source part.

    One-way random effects by the method of moments (analysis of variance); where the means differ
    by no more than the spread within sources explains, the factor is 1.

    Args:
        terms: As of `within_source_factor`.
        sizes: As of `within_source_factor`.
    """
    within, between, balance = _components(terms, sizes)
    return float(np.exp(Z95 * np.sqrt(max(0.0, (between - within) / balance))))


def _components(terms: list[float], sizes: list[float]) -> tuple[float, float, float]:
    """Return mean squares within and between groups, and the effective size of a group."""
    y: Floats = np.log(np.asarray(terms, dtype=float))
    counts = np.asarray(sizes, dtype=int)
    group = np.repeat(np.arange(len(counts)), counts)
    means = np.bincount(group, y) / counts
    freedom = len(y) - len(counts)
    within = float(((y - means[group]) ** 2).sum() / freedom) if freedom else 0.0
    between = float((counts * (means - y.mean()) ** 2).sum() / (len(counts) - 1))
    balance = float((len(y) - (counts**2).sum() / len(y)) / (len(counts) - 1))
    return within, between, balance


@formula("sources inside / sources, with the exact binomial interval at 90 %", on_values=True)
def exact_coverage(inside: float, trials: float) -> Interval:
    """Share of left-out sources whose mean an interval holds.

    The interval is that of Clopper and Pearson (Biometrika 26, 1934), from beta quantiles.
    """
    from scipy.special import betaincinv

    tail = (1 - LEVEL) / 2
    low = float(betaincinv(inside, trials - inside + 1, tail)) if inside else 0.0
    high = float(betaincinv(inside + 1, trials - inside, 1 - tail)) if inside < trials else 1.0
    return Interval(inside / trials, low, high, "real")


@formula(
    "accelerators x board power x overhead",
    accelerator_count=1,
    board_power_w=1,
    power_overhead_ratio=1,
)
def overhead_power_w(
    accelerator_count: Values, board_power_w: Values, power_overhead_ratio: Values
) -> Values:
    """Power of a system by a constant overhead on the rating of its accelerators.

    Source: Epoch AI, data insight on the power of AI supercomputers, 2025.
    """
    return accelerator_count * board_power_w * power_overhead_ratio


@formula("whole / part", whole_share=1, part_share=-1)
def whole_over_part(whole_share: Values, part_share: Values) -> Values:
    """Energy of a whole over that of a part of it, from the share of the part."""
    return whole_share / part_share


@formula("(accelerator + host) / accelerator")
def node_over_accelerator(accelerator_share: Values, host_share: Values) -> Values:
    """Energy of a working node over that of its accelerators, from shares of a larger whole.

    Source: the breakdown of Elsworth et al. 2025, without the shares of idle machines and overhead.
    """
    return (accelerator_share + host_share) / accelerator_share


@formula("board to node x node to IT x PUE", board_to_node_ratio=1, node_to_it_ratio=1, pue=1)
def steps_to_facility(board_to_node_ratio: Values, node_to_it_ratio: Values, pue: Values) -> Values:
    """Energy of a facility over that of its boards at work, by the steps between."""
    return board_to_node_ratio * node_to_it_ratio * pue


@formula(
    "energy x board to node x node to IT x PUE",
    inference_energy_wh=1,
    board_to_node_ratio=1,
    node_to_it_ratio=1,
    pue=1,
)
def inference_energy_at_facility_wh(
    inference_energy_wh: Values,
    board_to_node_ratio: Values,
    node_to_it_ratio: Values,
    pue: Values,
) -> Values:
    """Energy of one unit of use at the facility; a step that is inside already is 1."""
    return inference_energy_wh * board_to_node_ratio * node_to_it_ratio * pue
