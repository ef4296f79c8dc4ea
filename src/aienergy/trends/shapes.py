"""The headline by every method of interval, and whether growth has changed its pace."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.growth.breaks import find_breaks
from aienergy.growth.points import fractional_year, points_of_years, year_of
from aienergy.growth.resampling import METHODS, Rule
from aienergy.trends.fits import Choices, subset_of, values_of

_NORMAL_90 = 1.6448536269514722  # half-width of a 90 % interval, in standard deviations


def _settings(rule: Rule, choices: Choices) -> dict[str, Input]:
    return {
        "first_year": round(rule.start, 6), "last_year": round(rule.end, 6),
        "size": float(rule.size), "level": choices.level, "draws": float(choices.draws),
        "seed": float(choices.seed),
    }  # fmt: skip


def errors_dex_of(table: pd.DataFrame, factors: Mapping[str, float]) -> pd.Series:
    """Return the standard deviation of log10 that the label of each value stands for.

    Args:
        table: Points of a quantity; an empty `confidence` counts as the first label.
        factors: For each label the factor within which 90 % of its values are assumed to lie.
    """
    label = table["confidence"].replace("", next(iter(factors)))
    return label.map({name: round(np.log10(f) / _NORMAL_90, 6) for name, f in factors.items()})


def by_method(
    table: pd.DataFrame,
    factors: Mapping[str, float],
    rule: Rule,
    choices: Choices,
    ledger: Ledger,
) -> pd.DataFrame:
    """Derive the interval of one growth rate by every method.

    Args:
        table: Points of a quantity; an empty `confidence` counts as the first label.
        factors: For each label the factor within which 90 % of its values are assumed to lie.
        rule: Which points count.
        choices: Settings that all fits share.
        ledger: Numbers so far.

    Returns:
        Columns method, key, growth, low, high.
    """
    _, maker = np.unique(table["organization"].astype(str), return_inverse=True)
    inputs: dict[str, Input] = {
        "years": fractional_year(table["date"]).round(6).to_list(), "values": values_of(table),
        "makers": [float(place) for place in maker],
        "errors_dex": errors_dex_of(table, factors).tolist(), **_settings(rule, choices),
    }  # fmt: skip
    rows = []
    for place, method in enumerate(METHODS):
        key, label_of = f"trend.methods.{method}", f"Growth a year of the headline: {method}"
        number = ledger.derive(
            key, label_of, "1", "growth_by_method_per_year", {**inputs, "method": float(place)}
        )
        rows.append((method, key, number.value, number.low, number.high))
    return pd.DataFrame(rows, columns=["method", "key", "growth", "low", "high"])


def breaks_of(
    points: Mapping[str, pd.DataFrame],
    asked: Sequence[Mapping[str, str]],
    choices: Choices,
    ledger: Ledger,
) -> pd.DataFrame:
    """Ask of each fit of the settings whether its growth changed, and when.

    Args:
        points: Table of each quantity.
        asked: Fits with quantity, subset, rule, start and end.
        choices: Settings that all fits share.
        ledger: Numbers so far; growth of each piece, and the support for a break, are added.

    Returns:
        One row a fit: fit, n, breaks (how many the information criterion chooses), years (of the
        breaks, `; ` between them), growth_keys (of each piece, likewise), low and high (interval
        of the date of the one best break), support_key, bic_one, bic_two (less that of no break).
    """
    return pd.DataFrame([_breaks_of(points, fit, choices, ledger) for fit in asked])


def _breaks_of(
    points: Mapping[str, pd.DataFrame], fit: Mapping[str, str], choices: Choices, ledger: Ledger
) -> dict[str, object]:
    table = subset_of(points[fit["quantity"]], fit["subset"])
    table = table[table["date"] <= fit["end"]]
    size = 0 if fit["rule"] == "all" else choices.size
    rule = Rule(size, round(year_of(fit["start"]), 6), round(year_of(fit["end"]), 6))
    years = fractional_year(table["date"]).round(6).to_list()
    whole = points_of_years(years, table["value"].to_list())
    found = find_breaks(whole, rule, choices.level, choices.draws, choices.seed)
    settings = _settings(rule, choices)
    inputs: dict[str, Input] = {"years": years, "values": values_of(table), **settings}
    stem, name = f"trend.breaks.{fit['key']}", fit["key"].replace("_", " ")
    keys = []
    for place in range(len(found.slopes)):
        key, label = f"{stem}.growth_{place + 1}", f"Growth a year, {name}, piece {place + 1}"
        pieces = {**inputs, "piece": float(place)}
        keys.append(ledger.derive(key, label, "1", "piece_growth_per_year", pieces).key)
    label = f"Share of resamples in which a break beats none, {name}"
    support = ledger.derive(f"{stem}.support", label, "1", "break_support_share", inputs)
    return {
        "fit": fit["key"], "n": found.n, "breaks": len(found.years),
        "years": "; ".join(f"{year:.1f}" for year in found.years),
        "growth_keys": "; ".join(keys), "low": found.interval[0], "high": found.interval[1],
        "support_key": support.key, "bic_one": found.bic[1], "bic_two": found.bic[2],
    }  # fmt: skip
