"""Derivations that single sources state: counts, proportions, growth at another pace."""

import numpy as np

from aienergy.formulas.registry import (
    ALIKE,
    SAME,
    SECONDS_PER_HOUR,
    Values,
    formula,
)


@formula("operations of one item x all counts", on_values=True)
def compute_from_counts_flop(operations_per_item_flop: float, factor_count: list[float]) -> float:
    """Training compute as a product of the operations of one item and everything that repeats it.

    The counts are items, epochs, networks, additions apart from multiplications (2) and the
    passes forward and back (3). Source: Amodei and Hernandez 2018, appendix.
    """
    return operations_per_item_flop * float(np.prod(factor_count))


@formula("accelerators x time x 3600 x peak rate x share of it used x square root of low x high")
def compute_from_hardware_and_range_flop(
    accelerator_count: Values,
    training_time_h: Values,
    peak_flop_per_s: Values,
    mfu: Values,
    low_factor_count: Values,
    high_factor_count: Values,
) -> Values:
    """Training compute from hardware, times the geometric middle of a factor known as a range.

    Source: Amodei and Hernandez 2018, appendix, on neural machine translation.
    """
    run = accelerator_count * training_time_h * SECONDS_PER_HOUR * peak_flop_per_s * mfu
    return run * (low_factor_count * high_factor_count) ** 0.5


@formula("factor^(its doubling time / the other doubling time)", unit="1")
def growth_at_other_doubling_time(
    factor: Values, doubling_time_month: Values, other_doubling_time_month: Values
) -> Values:
    """Factor of growth over the same period, had the doubling time been another."""
    return factor ** (doubling_time_month / other_doubling_time_month)


@formula(
    "value x amount / reference amount",
    unit=SAME,
    units={"value": SAME, "amount": ALIKE, "reference_amount": ALIKE},
    value=1,
    amount=1,
    reference_amount=-1,
)
def in_proportion(value: Values, amount: Values, reference_amount: Values) -> Values:
    """A quantity carried over from a reference amount to another in proportion."""
    return value * amount / reference_amount


@formula("total / pieces", unit=SAME, units={"total": SAME}, total=1, piece_count=-1)
def per_piece(total: Values, piece_count: Values) -> Values:
    """Share of each of a number of equal pieces."""
    return total / piece_count
