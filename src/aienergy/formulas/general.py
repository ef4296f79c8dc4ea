"""Arithmetic that belongs to no field: conversion, ratio, sum, mean."""

import numpy as np

from aienergy.formulas.registry import ALIKE, SAME, Values, formula


@formula("value x factor", value=1, factor=1)
def unit_conversion(value: Values, factor: Values) -> Values:
    """Express a printed value in the canonical unit of its quantity."""
    return value * factor


@formula("value / count x factor", value=1, count=-1, factor=1)
def per_unit_conversion(value: Values, count: Values, factor: Values) -> Values:
    """Express a value printed for `count` units of use as one for a single unit."""
    return value * factor / count


@formula("square root of low x high")
def middle_of_range(low: Values, high: Values) -> Values:
    """Geometric middle of a range whose source prints no middle value."""
    return (low * high) ** 0.5


@formula(
    "numerator / denominator",
    unit="1",
    units={"numerator": ALIKE, "denominator": ALIKE},
    numerator=1,
    denominator=-1,
)
def ratio(numerator: Values, denominator: Values) -> Values:
    """How many times one quantity holds another of the same unit."""
    return numerator / denominator


@formula("sum of the terms", on_values=True, unit=SAME, units={"terms": SAME})
def total(terms: list[float]) -> float:
    """Sum of quantities of the same unit."""
    return float(np.sum(terms))


@formula("geometric mean of the list", on_values=True, unit=SAME, units={"terms": SAME})
def geometric_mean(terms: list[float]) -> float:
    """Geometric mean of positive quantities of the same unit."""
    return float(np.exp(np.mean(np.log(terms))))


@formula("number of values in the list", on_values=True)
def count(terms: list[float]) -> float:
    """How many values a statement rests on."""
    return float(len(terms))


@formula("part / whole", unit="1", part=1, whole=-1)
def share_of_count(part: float, whole: float) -> float:
    """Share that some of a number of trials, rows or systems make up."""
    return part / whole


@formula(
    "quantile of the list at the given share",
    on_values=True,
    unit=SAME,
    units={"terms": SAME, "share": "1"},
)
def quantile_of(terms: list[float], share: float) -> float:
    """Quantile of a list, interpolated between neighbours."""
    return float(np.quantile(terms, share))


@formula("mean of the terms", on_values=True, unit=SAME, units={"terms": SAME})
def mean_of(terms: list[float]) -> float:
    """Arithmetic mean of values of one unit."""
    return float(np.mean(terms))
