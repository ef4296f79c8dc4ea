"""One sentence, many ways to fit it: the grid of rule, population, window and method.

Which specifications are admissible is a setting, written before anything was fitted. What is known
to bend a line (a ranking that starts with the window, a cut on the outcome) is fitted and drawn
too, and never counted.
"""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.growth.lines import fit_line
from aienergy.growth.points import Mask, Points, make_points, year_of
from aienergy.growth.quantiles import pairwise_slope, quantile_slope
from aienergy.growth.ranking import at_release, restarted, trailing
from aienergy.trends.fits import FITTED_SCOPES, Choices, is_guess

LARGE_FLOP = 1e23
UPPER_SHARE = 0.9

Rule = Callable[[Points, float], Mask]
RULES: dict[str, Rule] = {
    "top5": lambda points, _: at_release(points, 5),
    "top10": lambda points, _: at_release(points, 10),
    "top20": lambda points, _: at_release(points, 20),
    "trailing_year": lambda points, _: trailing(points, 10),
    "upper_decile": lambda points, _: np.ones(len(points), dtype=bool),
    "records": lambda points, _: at_release(points, 1),
    "restarted": lambda points, start: restarted(points, 10, start),
    "at_least_1e23": lambda points, _: np.asarray(points.log10 >= np.log10(LARGE_FLOP)),
}
METHODS: dict[str, Callable[[Points], float]] = {
    "least_squares": lambda points: fit_line(points).slope,
    "median_of_pairs": pairwise_slope,
    "median_line": lambda points: quantile_slope(points, 0.5),
}


def populations(table: pd.DataFrame, vintages: Mapping[str, pd.DataFrame]) -> dict[str, Points]:
    """Return the sets of systems: variants of today's table, and older editions of it.

    Args:
        table: Training compute of today's table.
        vintages: Points of older editions by the day of the edition.
    """
    own = table[table["scope"].isin(FITTED_SCOPES)]
    sets = {
        "ledger": own,
        "without_speculative": own[own["confidence"] != "speculative"],
        "confident_only": own[own["confidence"].isin(["confident", ""])],
        "without_guesses": own[~is_guess(own)],
        "with_base_models": table,
        **{f"edition_{day}": points for day, points in vintages.items()},
    }
    return {
        key: make_points(points["date"], points["value"], names=points["name"].to_list())
        for key, points in sets.items()
    }


def fit_grid(sets: Mapping[str, Points], grid: Mapping[str, Any], choices: Choices) -> pd.DataFrame:
    """Fit every specification.

    Args:
        sets: Points of each population.
        grid: Settings: `rules` (each with `admissible` and `reason`), `starts`, `ends`.
        choices: Settings that all fits share.

    Returns:
        Columns population, rule, start, end, method, n, growth, admissible, reason; a
        specification of too few points, or one that ends after the edition, has no row.
    """
    rows = []
    for (name, points), rule in product(sets.items(), grid["rules"]):
        for start, end in product(grid["starts"], grid["ends"]):
            rows += _window(name, points, rule, (start, end), choices)
    return pd.DataFrame(rows)


def _window(
    name: str, points: Points, rule: Mapping[str, Any], window: tuple[str, str], choices: Choices
) -> list[dict[str, Any]]:
    start, end = map(year_of, window)
    known = points.where(points.year <= end)
    if end > points.year.max() + 0.5 and name.startswith("edition_"):
        return []  # the edition ends before the window does
    chosen = known.where(RULES[rule["key"]](known, start) & (known.year >= start))
    if len(chosen) < choices.least:
        return []
    methods: Mapping[str, Callable[[Points], float]] = METHODS
    if rule["key"] == "upper_decile":
        methods = {"quantile_line": lambda p: quantile_slope(p, UPPER_SHARE)}
    return [
        {
            "population": name, "rule": rule["key"], "start": window[0], "end": window[1],
            "method": method, "n": len(chosen), "growth": float(10 ** fit(chosen)),
            "admissible": rule["admissible"], "reason": rule["reason"],
        }
        for method, fit in methods.items()
    ]  # fmt: skip


def derive_support(
    table: pd.DataFrame, headline: str, beaten: str, ledger: Ledger, source: str
) -> None:
    """Derive which share of the admissible specifications supports the printed sentences.

    Args:
        table: The grid.
        headline: Key of the growth whose interval the report prints.
        beaten: Key of the growth that the report says is slower.
        ledger: Numbers so far.
        source: Source of the older editions.
    """
    counted = table[table["admissible"]]
    estimates = [round(float(growth), 9) for growth in counted["growth"]]
    printed, slower = ledger[headline], ledger[beaten]
    tails = {
        "inside": (printed.low, printed.high, "inside the printed interval of growth"),
        "faster": (slower.high, 1e6, "above the interval of the efficiency of chips"),
    }
    for tail, (low, high, words) in tails.items():
        ends = {"low": float(low or 0), "high": float(high or 0)}
        ledger.derive(
            f"trend.specifications.{tail}", f"Share of admissible specifications {words}", "1",
            "share_between", {"estimates": estimates, **ends}, (source,),
        )  # fmt: skip
    for tail, count in (("admissible", len(counted)), ("all", len(table))):
        ledger.derive(
            f"trend.specifications.{tail}", f"Specifications of the frontier's growth, {tail}",
            "1", "unit_conversion", {"value": float(count), "factor": 1.0}, (source,),
        )  # fmt: skip
    for tail, share in (
        ("lowest", 0.0),
        ("p05", 0.05),
        ("median", 0.5),
        ("p95", 0.95),
        ("highest", 1.0),
    ):
        ledger.derive(
            f"trend.specifications.{tail}", f"Growth a year over admissible specifications, {tail}",
            "1", "quantile_of", {"terms": estimates, "share": share}, (source,),
        )  # fmt: skip
