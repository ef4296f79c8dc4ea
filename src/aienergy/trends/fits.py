"""Fit growth: every quantity of the settings, by one method, with its number of points."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.growth.lines import fit_line
from aienergy.growth.points import Ints, Points, fractional_year, points_of_years, year_of
from aienergy.growth.resampling import Rule
from aienergy.trends.quantities import QUANTITIES

METHOD = "reranked"
SUBSETS = {
    "": "all in the table",
    "notable": "notable systems",
    "without_guesses": "without guesses for closed systems",
    "language": "language",
    "vision": "vision",
    "biology": "biology",
    "united_states": "United States",
    "china": "China",
    "ireland": "Ireland",
    "germany": "Germany",
    "india": "India",
    "world": "World",
    "open_weights": "open weights",
    "closed_weights": "closed weights",
}
GUESSED = ("likely", "speculative")
_COLUMN_OF = {
    "language": "domain", "vision": "domain", "biology": "domain",
    "open_weights": "openness", "closed_weights": "openness",
}  # fmt: skip
# Compute of a final run, or as somebody charted it: no base model, no self-play in it.
FITTED_SCOPES = ("", "final_run", "as_charted")
RULES = {
    "all": "all points",
    "frontier": "frontier",
    "compute_frontier": "frontier by compute",
}
# Formulas of growth, doubling time and count: ranked by the values, or by training compute.
OWN = ("reranked_growth_per_year", "reranked_doubling_time_month", "selected_count")
BY_COMPUTE = (
    "growth_of_frontier_per_year", "doubling_time_of_frontier_month", "selected_frontier_count",
)  # fmt: skip
# Points of an edition are ranked by the compute of that edition.
RANKED_BY = {"training_power": "edition_compute"}


@dataclass(frozen=True, slots=True)
class Choices:
    """Settings that all fits share.

    Attributes:
        level: Nominal coverage.
        size: How many count as the frontier.
        least: Fewest points for a growth rate.
        draws: Resamples.
        as_of: Last day of an open window.
        seed: Seed of the resamples.
    """

    level: float
    size: int
    least: int
    draws: int
    as_of: str
    seed: int


def subset_of(points: pd.DataFrame, subset: str) -> pd.DataFrame:
    """Return the points of a subset; compute that includes a base model's or self-play is left out.

    Raises:
        KeyError: An unknown subset.
    """
    points = points[points["scope"].isin(FITTED_SCOPES)]
    if subset == "":
        return points
    if subset == "notable":
        return points[points["notable"] == "yes"]
    if subset == "without_guesses":
        return points[~is_guess(points)]
    column = _COLUMN_OF.get(subset, "country")
    wanted = SUBSETS[subset] if column == "country" else subset
    return points[points[column].str.split("; ").map(lambda parts: wanted in parts)]


def is_guess(points: pd.DataFrame) -> pd.Series:
    """Say which values are somebody's unsure estimates of systems that are not open."""
    return points["confidence"].isin(GUESSED) & (points["openness"] != "open_weights")


def fit_all(
    points: Mapping[str, pd.DataFrame],
    fits: list[dict[str, str]],
    choices: Choices,
    ledger: Ledger,
    sources: Mapping[str, str],
) -> pd.DataFrame:
    """Fit what the settings list.

    Args:
        points: Table of each quantity.
        fits: Key, quantity, subset, rule, start and end of each fit.
        choices: Settings that all share.
        ledger: Numbers so far; growth, doubling time and count of each fit are added.
        sources: Source of the points of each quantity that are no numbers of the ledger.

    Returns:
        One row a fit: fit, quantity, subset, label, unit, rule, size, start, end, n, measured
        (points that are not derived), status (`grows`, `falls`, `none`: neither is told from the
        other, `too_few`), growth_key, doubling_key, value, low, high, level, method, first_year,
        last_year, log10_at_first, log10_at_last, r2.
    """
    return pd.DataFrame([_fit(points, fit, choices, ledger, sources) for fit in fits])


def fitted_points(
    points: Mapping[str, pd.DataFrame], fits: list[dict[str, str]], choices: Choices
) -> pd.DataFrame:
    """Say which points each fit is made of, and which of its window it leaves out.

    Args:
        points: Table of each quantity.
        fits: Key, quantity, subset, rule, start and end of each fit.
        choices: Settings that all share.

    Returns:
        One row a point of the window of a fit: fit, name, key (of its number, if it is one), date,
        value, derived, source and series (of a point that is no number), chosen (whether the line
        goes through it).
    """
    parts = []
    for fit in fits:
        made = _prepare(points, fit, choices)
        table = made.table[["name", "key", "date", "value", "derived", "source", "series"]]
        chosen = np.isin(np.arange(len(table)), made.chosen_rows())
        source = table["source"].where(table["key"] == "", "")
        table = table.assign(source=source, chosen=chosen)
        inside = table["date"].between(fit["start"], fit["end"])
        parts.append(table[inside].assign(fit=fit["key"]))
    whole = pd.concat(parts, ignore_index=True)
    return whole[["fit", *whole.columns.drop("fit")]]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A fit before it is made.

    Attributes:
        table: What may be fitted, one row a point.
        points: The same, called by the numbers of the rows, and nameless ones that only rank.
        rule: Which of them count.
        inputs: Arguments of the derivation.
        formulas: Formulas of growth, doubling time and count.
    """

    table: pd.DataFrame
    points: Points
    rule: Rule
    inputs: dict[str, Input]
    formulas: tuple[str, str, str]

    def chosen_rows(self) -> Ints:
        """Return the rows of the table that the line goes through."""
        return self.points.name[self.rule.chosen(self.points)].astype(int)


def _prepare(
    points: Mapping[str, pd.DataFrame], fit: Mapping[str, str], choices: Choices
) -> _Prepared:
    table = subset_of(points[fit["quantity"]], fit["subset"])
    table = table[table["date"] <= fit["end"]]
    size = 0 if fit["rule"] == "all" else choices.size
    rule = Rule(size, round(year_of(fit["start"]), 6), round(year_of(fit["end"]), 6))
    years = _years(table)
    inputs: dict[str, Input] = {"years": years, "values": values_of(table)}
    names = OWN
    if fit["rule"] == "compute_frontier":
        ranks = points[RANKED_BY.get(fit["quantity"], "training_compute")]
        ranks = ranks[ranks["scope"].isin(FITTED_SCOPES) & (ranks["date"] <= fit["end"])]
        table = table.merge(ranks[["subject", "key", "value"]], on="subject", suffixes=("", "_by"))
        others = ranks[~ranks["subject"].isin(table["subject"])]
        known = table[["key_by", "value_by"]].set_axis(["key", "value"], axis=1)
        inputs = {
            "years": _years(table), "values": values_of(table), "ranks": values_of(known),
            "other_years": _years(others), "other_ranks": values_of(others),
        }  # fmt: skip
        years, names = _years(table) + _years(others), BY_COMPUTE
        values = [*table["value"], *[float("nan")] * len(others)]
        ranks_by = [*table["value_by"], *others["value"]]
        whole = points_of_years(years, values, ranks_by, [*_rows(table), *[""] * len(others)])
    else:
        whole = points_of_years(years, table["value"].to_list(), names=_rows(table))
    return _Prepared(table, whole, rule, inputs, names)


def _rows(table: pd.DataFrame) -> list[str]:
    return [str(row) for row in range(len(table))]


def _years(table: pd.DataFrame) -> list[float]:
    return [float(year) for year in fractional_year(table["date"]).round(6)]


def values_of(table: pd.DataFrame) -> list[float | str]:
    """Return the keys of the numbers that hold the values, or the values where there are none."""
    named = bool((table["key"] != "").all())
    return list(table["key"] if named else table["value"])


def _fit(
    points: Mapping[str, pd.DataFrame],
    fit: dict[str, str],
    choices: Choices,
    ledger: Ledger,
    sources: Mapping[str, str],
) -> dict[str, Any]:
    made = _prepare(points, fit, choices)
    chosen = made.points.where(made.rule.chosen(made.points))
    derived = int(made.table["derived"].astype(bool).iloc[made.chosen_rows()].sum())
    row: dict[str, Any] = {
        "fit": fit["key"], "quantity": fit["quantity"], "subset": fit["subset"],
        "label": label_of(fit), "unit": QUANTITIES[fit["quantity"]][0],
        "rule": fit["rule"], "size": made.rule.size, "start": fit["start"], "end": fit["end"],
        "n": len(chosen), "measured": len(chosen) - derived,
        "level": choices.level, "method": METHOD,
    }  # fmt: skip
    if len(chosen) < choices.least:
        return row | {"status": "too_few"}
    line = fit_line(chosen)
    first, last = float(chosen.year.min()), float(chosen.year.max())
    ends = {
        "first_year": first, "last_year": last, "log10_at_first": float(line.at(first)),
        "log10_at_last": float(line.at(last)), "r2": line.r2,
    }  # fmt: skip
    return row | _derive(row, made, choices, ledger, sources) | ends


def label_of(fit: Mapping[str, str]) -> str:
    """Return what a fit is of, for a reader: `training compute, language, frontier`."""
    words = [QUANTITIES[fit["quantity"]][1]]
    words += [SUBSETS[fit["subset"]]] if fit["subset"] else []
    words += [RULES[fit["rule"]]] if fit["rule"] != "all" else []
    return ", ".join(words)


def _derive(
    row: dict[str, Any],
    made: _Prepared,
    choices: Choices,
    ledger: Ledger,
    sources: Mapping[str, str],
) -> dict[str, Any]:
    """Derive growth, doubling time and count."""
    selection: dict[str, Input] = {
        **made.inputs,
        "first_year": made.rule.start, "last_year": made.rule.end, "size": float(made.rule.size),
    }  # fmt: skip
    inputs = selection | {
        "level": choices.level, "draws": float(choices.draws), "seed": float(choices.seed),
    }  # fmt: skip
    stem = f"trend.{row['quantity']}.{row['fit']}"
    window = f"{row['start']} to {row['end']}"
    note = (
        f"{row['n']} points, {window}; rule: {RULES[row['rule']]}; least squares on log10, interval"
        " of resamples of all points, each ranked anew"
    )
    of_what = f"of {row['label']}, {row['start'][:4]} to {row['end'][:4]}"
    of_series = [sources[row["quantity"]]] if row["quantity"] in sources else []
    growth_of, doubling_of, count_of = made.formulas
    key, label = f"{stem}.growth_per_year", f"Growth a year {of_what}"
    growth = ledger.derive(key, label, "1", growth_of, inputs, of_series, note=note)
    key, label = f"{stem}.n", f"Points behind the growth {of_what}"
    ledger.derive(key, label, "1", count_of, selection, of_series)
    found = {
        "growth_key": growth.key, "value": growth.value, "low": growth.low, "high": growth.high,
    }  # fmt: skip
    if growth.low is None or growth.high is None or growth.low <= 1:
        falls = growth.high is not None and growth.high < 1
        return found | {"status": "falls" if falls else "none"}
    key, label = f"{stem}.doubling_month", f"Doubling time {of_what}"
    doubling = ledger.derive(key, label, "month", doubling_of, inputs, of_series, note=note)
    return found | {"status": "grows", "doubling_key": doubling.key}
