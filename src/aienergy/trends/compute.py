"""Growth of training compute, era by era."""

from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.errors import LedgerError, Problem
from aienergy.facts import Facts
from aienergy.frontier import fractional_year, is_frontier

TABLE_SOURCE = "epoch_models2026"
OPENAI_SOURCE = "amodei2018"
# What each fitted series is, for a reader.
SERIES = {"training_compute": "training compute", "openai_chart": "OpenAI's chart of 2018"}


COVERAGE_WORLDS = 400


def compute_points(facts: Facts, systems: pd.DataFrame) -> pd.DataFrame:
    """Return one training compute per system, with its date.

    The best-known value of today's table counts; values of OpenAI's 2018 chart stand in a series
    of their own (`openai_points`).

    Returns:
        Columns system, key, date, value (FLOP), sorted by date.
    """
    rows = facts.select("training_compute_flop")
    rows = rows[(rows["source"] == TABLE_SOURCE) & rows["q_compute_scope"].isin(["", "final_run"])]
    return _dated(rows.drop_duplicates("subject"), systems)


def openai_points(facts: Facts, systems: pd.DataFrame) -> pd.DataFrame:
    """Return the points of OpenAI's "AI and Compute" chart; columns as `compute_points`."""
    rows = facts.select("training_compute_flop")
    rows = rows[rows["source"] == OPENAI_SOURCE]
    return _dated(rows.drop_duplicates("subject"), systems)


def _dated(rows: pd.DataFrame, systems: pd.DataFrame) -> pd.DataFrame:
    dated = systems[systems["kind"] != "fine_tune"][["key", "publication_date"]]
    dated = dated.rename(columns={"key": "subject", "publication_date": "date"})
    points = rows.merge(dated, on="subject").rename(columns={"id": "key", "subject": "system"})
    points = points[["system", "key", "date", "value"]]
    return points.sort_values(["date", "system"], ignore_index=True)


def bind_settings(settings: dict[str, Any], ledger: Ledger) -> None:
    """Bind the choices that the report's sentences name."""
    for key, label in (
        ("confidence_level", "Confidence level of the intervals of growth"),
        ("frontier_size", "Systems that count as the frontier"),
    ):
        inputs = {"value": float(settings[key]), "factor": 1.0}
        ledger.derive(f"setting.{key}", label, "1", "unit_conversion", inputs)


def derive_coverage(
    eras: pd.DataFrame, settings: dict[str, Any], seed: int, ledger: Ledger
) -> None:
    """Derive, for each era fitted to the frontier, how often such an interval holds the truth."""
    for era in eras[eras["rule"] == "frontier"].itertuples():
        inputs: dict[str, Input] = {
            "growth_per_year": str(era.growth_key),
            "years": round(float(str(era.last_year)) - float(str(era.first_year)), 3),
            "size": float(settings["frontier_size"]),
            "level": float(settings["confidence_level"]),
            "worlds": float(COVERAGE_WORLDS),
            "seed": float(seed),
        }
        key = f"trend.training_compute.{era.era}.coverage"
        label = f"Simulated coverage of the interval of growth, {era.start} to {era.end}"
        ledger.derive(key, label, "1", "frontier_coverage", inputs)


def fit_eras(
    points: pd.DataFrame, settings: dict[str, Any], ledger: Ledger, name: str
) -> pd.DataFrame:
    """Fit exponential growth to each era of the configuration.

    Args:
        points: Columns key (of the number that holds the value), date, value.
        settings: The `trends` settings.
        ledger: Numbers so far; growth, doubling time and count of each era are added.
        name: Name of the quantity in keys, `training_compute`.

    Returns:
        One row an era: era, start, end, rule, n, and the fitted line (log10 at the two ends).

    Raises:
        LedgerError: An era holds too few systems.
    """
    frontier = is_frontier(points["date"], points["value"], settings["frontier_size"])
    rows = []
    for era in settings["eras"]:
        inside = points["date"].between(era["start"], era["end"])
        chosen = points[inside & (frontier if era["rule"] == "frontier" else True)]
        if len(chosen) < settings["min_systems"]:
            raise LedgerError(
                Problem(
                    f"config.yaml key trends.eras ({era['key']})",
                    f"{len(chosen)} systems; at least {settings['min_systems']} are needed",
                    "Widen the era, or lower trends.min_systems.",
                )
            )
        rows.append(_fit_era(chosen, era, settings, ledger, name))
    return pd.DataFrame(rows)


def _fit_era(
    chosen: pd.DataFrame, era: dict[str, str], settings: dict[str, Any], ledger: Ledger, name: str
) -> dict[str, Any]:
    stem = f"trend.{name}.{era['key']}"
    inputs: dict[str, Any] = {
        "years": [round(year, 6) for year in fractional_year(chosen["date"])],
        "values": chosen["key"].tolist(),
        "level": float(settings["confidence_level"]),
    }
    window = f"from {era['start']} to {era['end']}"
    details = {"note": f"{era['rule']} systems {window}; least squares on log10"}
    of_what = f"of {SERIES[name]}, {era['start'][:4]} to {era['end'][:4]}"
    key, label = f"{stem}.growth_per_year", f"Growth a year {of_what}"
    growth = ledger.derive(key, label, "1", "growth_per_year", inputs, **details)
    key, label = f"{stem}.doubling_month", f"Doubling time {of_what}"
    doubling = ledger.derive(key, label, "month", "doubling_time_month", inputs, **details)
    key, label = f"{stem}.n", f"Systems behind the growth {of_what}"
    ledger.derive(key, label, "1", "count", {"terms": inputs["values"]})
    return {
        "era": era["key"],
        "start": era["start"],
        "end": era["end"],
        "rule": era["rule"],
        "n": len(chosen),
        "growth_key": growth.key,
        "doubling_key": doubling.key,
        "first_year": min(inputs["years"]),
        "last_year": max(inputs["years"]),
        "log10_at_first": _line(chosen, inputs["years"], min(inputs["years"])),
        "log10_at_last": _line(chosen, inputs["years"], max(inputs["years"])),
    }


def _line(chosen: pd.DataFrame, years: list[float], at: float) -> float:
    slope, level = np.polyfit(np.array(years) - years[0], np.log10(chosen["value"]), 1)
    return float(level + slope * (at - years[0]))
