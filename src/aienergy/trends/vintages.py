"""The same fit on every edition of the table, and what a change between editions consists of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.growth.lines import fit_line
from aienergy.growth.points import Points, make_points, year_of
from aienergy.growth.resampling import Rule, slope_interval
from aienergy.trends.fits import METHOD, Choices

_NAMED = 6  # rows that are told by name, for each change
_SAME_DEX = 1e-6


def points_of(table: pd.DataFrame) -> Points:
    """Return the points of an edition, called by name."""
    return make_points(table["date"], table["value"], names=table["name"].to_list())


def fit_editions(
    editions: Mapping[str, pd.DataFrame], windows: list[dict[str, str]], choices: Choices
) -> pd.DataFrame:
    """Fit each window on each edition.

    Args:
        editions: Points of each edition by its day.
        windows: Key, rule, start and end of each fit.
        choices: Settings that all fits share.

    Returns:
        Columns window, rule, start, end, edition, n, growth, low, high; an edition that ends
        more than a month before the window has no row.
    """
    rows = []
    for window in windows:
        for day, table in editions.items():
            points = points_of(_ranked_from(table, window))
            rule = _rule(window, choices)
            n = int(rule.chosen(points).sum())
            if day < window["end"][:7] or n < choices.least:
                continue
            slope = fit_line(points.where(rule.chosen(points))).slope
            ends = slope_interval(points, rule, METHOD, choices.level, choices.draws, choices.seed)
            low, high = (float(10**end) for end in ends)
            rows.append(
                {
                    "window": window["key"], "rule": window["rule"], "start": window["start"],
                    "end": window["end"], "edition": day, "n": n, "growth": float(10**slope),
                    "low": low, "high": high,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _rule(window: Mapping[str, str], choices: Choices) -> Rule:
    size = 0 if window["rule"] == "all" else choices.size
    return Rule(size, year_of(window["start"]), year_of(window["end"]))


def _ranked_from(table: pd.DataFrame, window: Mapping[str, str]) -> pd.DataFrame:
    """Return what ranks: all, or only the window where the ranking begins with it."""
    return table[table["date"] >= window["start"]] if window["rule"] == "restarted" else table


def decompose(
    old: pd.DataFrame,
    new: pd.DataFrame,
    window: Mapping[str, str],
    choices: Choices,
    ledger: Ledger,
    sources: tuple[str, ...],
) -> pd.DataFrame:
    """Take the change of a growth rate between two editions apart.

    First the rows that only the old edition has are taken out, then the values and days of common
    rows are exchanged, then the rows that only the new one has are put in. Every step is the change
    of log10 growth, so the steps add up. Among the exchanged rows, each family (names alike up to
    the first space) is told by what exchanging it alone does.

    Args:
        old: Earlier edition.
        new: Later edition.
        window: Key, rule, start and end of the fit.
        choices: Settings that all fits share.
        ledger: Numbers so far; the growth of each state is added.
        sources: Sources of the editions.

    Returns:
        Columns window, step (`old`, `removed`, `revised`, `added`, `new`, or `family`), name
        (of a family), rows (how many), key (of the growth after the step), growth, change_dex (of
        the step).
    """
    old, new = (_ranked_from(table, window).drop_duplicates("name") for table in (old, new))
    common = set(old["name"]) & set(new["name"])
    kept, exchanged = old[old["name"].isin(common)], new[new["name"].isin(common)]
    changed = _changed(kept, exchanged)
    states = {
        "old": (old, len(old)), "removed": (kept, len(old) - len(kept)),
        "revised": (exchanged, len(changed)), "added": (new, len(new) - len(exchanged)),
    }  # fmt: skip
    state = _State(window, _rule(window, choices), choices.level, ledger, sources)
    rows = []
    slope = None
    for step, (table, count) in states.items():
        row = state.row(table, step, "", count, slope)
        slope = float(np.log10(row["growth"]))
        rows.append(row)
    change = slope - np.log10(rows[0]["growth"]) if slope is not None else 0.0
    rows.append({**rows[-1], "step": "new", "rows": len(new), "change_dex": float(change)})
    return pd.DataFrame(rows + _families(kept, exchanged, changed, state))


@dataclass(frozen=True, slots=True)
class _State:
    """What is the same for every state of the table on the way from one edition to the other."""

    window: Mapping[str, str]
    rule: Rule
    level: float
    ledger: Ledger
    sources: tuple[str, ...]

    def slope(self, table: pd.DataFrame) -> float:
        """Return the slope of a state, orders of magnitude a year."""
        points = points_of(table)
        return fit_line(points.where(self.rule.chosen(points))).slope

    def row(
        self, table: pd.DataFrame, step: str, name: str, rows: int, before: float | None
    ) -> dict[str, Any]:
        """Derive the growth of a state, and return its row."""
        points = points_of(table)
        chosen = points.where(self.rule.chosen(points))
        window = self.window["key"]
        tail = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") if name else step
        inputs: dict[str, Input] = {
            "years": chosen.year.round(6).tolist(),
            "values": [float(f"{10**value:.12g}") for value in chosen.log10],
            "level": self.level,
        }
        what = f"{step}, {name}" if name else step
        label = f"Growth a year between editions, {window.replace('_', ' ')}: {what}"
        key = f"trend.editions.{window}.{tail}"
        number = self.ledger.derive(key, label, "1", "growth_per_year", inputs, self.sources)
        slope = float(np.log10(number.value))
        return {
            "window": window, "step": step, "name": name, "rows": rows, "key": number.key,
            "growth": number.value, "change_dex": 0.0 if before is None else slope - before,
        }  # fmt: skip


def _changed(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    both = old.merge(new, on="name", suffixes=("_old", "_new"))
    moved = np.abs(np.log10(both["value_new"] / both["value_old"])) > _SAME_DEX
    return both.loc[moved | (both["date_old"] != both["date_new"]), "name"].to_list()


def _families(
    old: pd.DataFrame, new: pd.DataFrame, changed: list[str], state: _State
) -> list[dict[str, Any]]:
    base, window = state.slope(old), state.window
    inside = old[old["name"].isin(changed) & old["date"].between(window["start"], window["end"])]
    family = inside["name"].str.split(r"[ \-]", n=1, regex=True).str[0]
    found = []
    for name, members in inside.groupby(family):
        fresh = new[new["name"].isin(members["name"])]
        swapped = pd.concat([old[~old["name"].isin(members["name"])], fresh])
        found.append((abs(state.slope(swapped) - base), str(name), len(members), swapped))
    found.sort(key=lambda row: (-row[0], row[1]))
    return [
        state.row(swapped, "family", name, count, base)
        for _, name, count, swapped in found[:_NAMED]
    ]
