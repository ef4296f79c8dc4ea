"""Notable systems whose compute nobody knows: how many, whose, and what they could change."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.growth.points import fractional_year, points_of_years, year_of
from aienergy.growth.resampling import Rule
from aienergy.growth.undisclosed import growth_with_hidden
from aienergy.trends.fits import Choices

COUNTS, UNDISCLOSED = "epoch_notable_counts", "epoch_notable_undisclosed"
SOURCE, STEM = "epoch_models2026", "trend.undisclosed"
RECENT_YEARS = 3
# Multiples of the line of the disclosed frontier on which the undisclosed are put.
FACTORS = {"tenth": 0.1, "same": 1.0, "tenfold": 10.0}


def hidden_systems(series: pd.DataFrame, start: str, as_of: str) -> pd.DataFrame:
    """Return notable systems of the window without a value of compute.

    Args:
        series: Normalized points of all series.
        start: First day of the window.
        as_of: Last day of the window.

    Returns:
        Columns name, organization, publication_date, recent (whether of the last years, since
        when the largest systems are often undisclosed).
    """
    rows = series[(series["series"] == UNDISCLOSED) & (series["date"] >= start)]
    since = f"{int(as_of[:4]) - RECENT_YEARS}{as_of[4:]}"
    named = rows.rename(columns={"date": "publication_date"}).assign(recent=rows["date"] >= since)
    columns = ["name", "organization", "publication_date", "recent"]
    return named[columns].sort_values(["publication_date", "name"], ignore_index=True)


def disclosure_by_year(series: pd.DataFrame) -> pd.DataFrame:
    """Return how many notable systems of each provider and year have a value of compute.

    Returns:
        Columns year, provider, with_compute, without_compute.
    """
    rows = series[series["series"] == COUNTS]
    rows = rows.assign(year=rows["date"].str[:4].astype(int), provider=rows["name"])
    table = rows.pivot_table(
        index=["year", "provider"], columns="group", values="value", aggfunc="sum", fill_value=0
    )
    return table.reset_index()[["year", "provider", "with_compute", "without_compute"]]


def curves_of(known: pd.DataFrame, hidden: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return the growth a year over the size that the undisclosed might have.

    Args:
        known: Points of training compute.
        hidden: Undisclosed systems, from `hidden_systems`.
        rule: Which systems count.

    Returns:
        Columns which (`recent`: only the undisclosed of the last years are put in; `all`), factor
        (multiple of the line of the disclosed frontier), growth.
    """
    points = points_of_years(fractional_year(known["date"]).to_list(), known["value"].to_list())
    parts = []
    for which, table in _sets(hidden).items():
        days = fractional_year(table["publication_date"]).to_numpy()
        factors = [float(f"{10**dex:.4g}") for dex in np.linspace(-2, 2, 81)]
        growths = [growth_with_hidden(points, days, rule, factor) for factor in factors]
        parts.append(pd.DataFrame({"which": which, "factor": factors, "growth": growths}))
    return pd.concat(parts, ignore_index=True)


def _sets(hidden: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"recent": hidden[hidden["recent"]], "all": hidden}


def bind_undisclosed(
    known: pd.DataFrame,
    hidden: pd.DataFrame,
    curves: pd.DataFrame,
    headline: Mapping[str, Any],
    choices: Choices,
    ledger: Ledger,
) -> None:
    """Derive what the undisclosed could do to the headline.

    Args:
        known: Points of training compute.
        hidden: Undisclosed systems, from `hidden_systems`.
        curves: Table of `curves_of`.
        headline: Row of the fit that the report opens with.
        choices: Settings that all fits share.
        ledger: Numbers so far; keys are `trend.undisclosed.<which>.*`.
    """
    years = fractional_year(known["date"]).round(6).to_list()
    for which, table in _sets(hidden).items():
        inputs: dict[str, Input] = {
            "years": years,
            "values": known["key"].to_list(),
            "undisclosed_years": fractional_year(table["publication_date"]).round(6).to_list(),
            "first_year": round(year_of(headline["start"]), 6),
            "last_year": round(year_of(headline["end"]), 6),
            "size": float(choices.size),
        }
        upper = ledger[str(headline["growth_key"])].high
        _bind(which, curves[curves["which"] == which], inputs, upper, ledger)


def _bind(
    which: str,
    curve: pd.DataFrame,
    inputs: Mapping[str, Input],
    upper: float | None,
    ledger: Ledger,
) -> None:
    """Bind count, growth at some multiples, and where growth leaves the interval, if it does."""
    stem = f"{STEM}.{which}"
    label = f"Notable systems without a value of compute, {which}"
    terms = {"terms": inputs["undisclosed_years"]}
    ledger.derive(f"{stem}.n", label, "1", "count", terms, (SOURCE,))
    in_order = curve.sort_values("growth", kind="stable")["factor"]
    extremes = {"lowest": float(in_order.iloc[0]), "highest": float(in_order.iloc[-1])}
    for key, factor in {**FACTORS, **extremes}.items():
        label = f"Growth a year if the undisclosed ({which}) were at {factor:g} times the line"
        ledger.derive(
            f"{stem}.growth_{key}", label, "1", "growth_with_undisclosed_per_year",
            {**inputs, "factor": factor}, (SOURCE,),
        )  # fmt: skip
    if upper is not None and curve["growth"].max() > upper:
        label = f"Multiple of the line at which the undisclosed ({which}) leave the interval"
        ledger.derive(
            f"{stem}.tipping_factor", label, "1", "undisclosed_tipping_factor",
            {**inputs, "growth": upper}, (SOURCE,),
        )  # fmt: skip


def bind_shares(counts: pd.DataFrame, ledger: Ledger) -> None:
    """Derive the share of notable systems of each year that has no value of compute.

    Args:
        counts: Table of `disclosure_by_year`.
        ledger: Numbers so far.
    """
    for year, rows in counts.groupby("year"):
        part, rest = float(rows["without_compute"].sum()), float(rows["with_compute"].sum())
        ledger.derive(
            f"{STEM}.share_{year}",
            f"Share of notable systems of {year} without a value of compute", "1",
            "share_of_count", {"part": part, "whole": part + rest}, (SOURCE,),
        )  # fmt: skip
