"""Factors fitted to observations, and assumed ones."""

import numpy as np

from aienergy.formulas.registry import formula
from aienergy.intervals import Interval, Support, from_sample

SUPPORTS: tuple[Support, ...] = ("positive", "above_one", "share", "real")


@formula("median and 5th to 95th percentile of one further value, log-normal fit", on_values=True)
def fitted_positive(terms: list[float]) -> Interval:
    """Predictive interval of a positive factor, fitted to observations."""
    return from_sample(np.asarray(terms), "positive")


@formula(
    "median and 5th to 95th percentile of one further value, 1 + log-normal fit", on_values=True
)
def fitted_above_one(terms: list[float]) -> Interval:
    """Predictive interval of a factor above one (PUE), fitted to observations."""
    return from_sample(np.asarray(terms), "above_one")


@formula("median and 5th to 95th percentile of one further value, logit-normal fit", on_values=True)
def fitted_share(terms: list[float]) -> Interval:
    """Predictive interval of a share, fitted to observations."""
    return from_sample(np.asarray(terms), "share")


@formula("assumed value and range", on_values=True)
def assumed(value: float, low: float, high: float, support: float) -> Interval:
    """Interval of an assumption, the support given as its place in SUPPORTS."""
    return Interval(value, low, high, SUPPORTS[int(support)])


@formula(
    "sum of the components, from the sum over the widening to the sum times it",
    on_values=True,
    units={"terms": "kWh", "widening": "1"},
)
def logged_energy_kwh(terms: list[float], widening: float) -> Interval:
    """Energy of a run in kWh by its log: 5th to 95th percentile where a flag widens it.

    A log states no interval. What its gates saw widens a point by a factor each; a log without
    such flags stays a point. Source: docs/logs.md, section Gates.
    """
    value = float(np.sum(terms))
    if widening == 1:
        return Interval(value)
    return Interval(value, value / widening, value * widening)
