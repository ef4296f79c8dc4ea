"""Published growth rates, fitted again by their authors' conventions on the points they had."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.facts import Facts
from aienergy.growth.conventions import Setting, sevilla_groups
from aienergy.growth.points import fractional_year, make_points, year_of
from aienergy.growth.resampling import Rule
from aienergy.tables import records

EDITIONS, POWER, SERIES = "snapshot:epoch_models", "epoch_power_", "series:"
SIZE = 10
_PUBLISHED_LEVELS = {"ci80": 0.8, "ci90": 0.9, "ci95": 0.95}
_USUAL_LEVEL = 0.9
_DRAWS = 1000
_ALL, _LARGE = "All Large Scale Era", "Large Scale Large Scale Era"
# The runs of the authors' procedure behind the rows of Sevilla et al. (2022), and their lines.
_EARLY = ("All Pre Deep Learning Era", Setting())
_TO_ALPHAZERO: dict[str, Any] = {
    "start": "2012-09-01", "end": "2017-12-01",
    "deep_learning": "2012-09-01", "large_scale": "2012-09-01",
}  # fmt: skip
SEVILLA: dict[str, tuple[str, Setting]] = {
    "s1": _EARLY,
    "o2": _EARLY,
    "s2": (_ALL, Setting(large_scale="2009-12-31")),
    "s3": (_LARGE, Setting()),
    "s5": (_ALL, Setting(**_TO_ALPHAZERO, large="ignore")),
    "o1": (_ALL, Setting(**_TO_ALPHAZERO, large="ignore")),
    "s6": (_ALL, Setting(**_TO_ALPHAZERO)),
    "s7": (_LARGE, Setting(**_TO_ALPHAZERO)),
    "s8": (
        _ALL,
        Setting(
            start="2017-12-01", deep_learning="2017-11-30", large_scale="2017-11-30",
            large="ignore",
        ),
    ),
}  # fmt: skip
# Which of our own fits answers the same question most nearly.
OURS = {
    "s1": "before_2010", "o2": "before_2010", "s2": "notable_since_2010",
    "s5": "openai_2012_2017", "o1": "openai_2012_2017", "e1": "notable_since_2010",
    "e2": "frontier_since_2010", "e3": "since_2018", "e4": "language", "e5": "since_2018",
    "e7": "notable_since_2010", "e8": "training_power", "p1": "cluster_performance",
    "p3": "cluster_cost", "c1": "published_cost", "c3": "published_cost", "h4": "chip_rate",
    "h6": "chip_efficiency", "g4": "chip_rate_per_price",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What published rates are held against.

    Attributes:
        facts: Normalized observations.
        series: Registry of series by key.
        points: Points of all series, with the columns of the registry's `series_points`.
        fits: Our own fits by key.
        ledger: Numbers so far.
        seed: Seed of the resamples.
        printed: Value of each observation as its source prints it.
    """

    facts: Facts
    series: pd.DataFrame
    points: pd.DataFrame
    fits: pd.DataFrame
    ledger: Ledger
    seed: int
    printed: Mapping[str, str]


def reproduce(published: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    """Fit every published rate again that can be.

    Args:
        published: The table `published_trends`.
        evidence: What to fit.

    Returns:
        One row a published rate: key, label, observation, measure, published, published_low,
        published_high, published_n, edition, reproduced_key, reproduced, low, high, n, verdict,
        cause, ours_key, ours, note. Rates and times are in the unit of `measure`.
    """
    return pd.DataFrame([_row(row, evidence) for row in records(published)])


def _row(row: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    told = _published(row, evidence)
    number, n, edition = _again(row, told, evidence)
    ours = evidence.fits[evidence.fits["fit"] == OURS.get(row["key"], "")]
    measure = "doubling_key" if told["measure"] == "doubling_time_month" else "growth_key"
    ours_key = str(ours[measure].iloc[0]) if len(ours) else ""
    known = ours_key in evidence.ledger
    found = {
        "reproduced_key": number.key if number else "",
        "reproduced": number.value if number else np.nan,
        "low": number.low if number else np.nan,
        "high": number.high if number else np.nan,
        "n": n,
        "edition": edition,
    }
    verdict = judge(told, number.value if number else None)
    return {
        "key": row["key"], "label": row["label"], "observation": row["observation"], **told,
        "published_n": row["published_n"], **found, "verdict": verdict,
        "cause": "" if verdict in ("reproduces", "inside") else row["cause"],
        "ours_key": ours_key if known else "",
        "ours": evidence.ledger[ours_key].value if known else np.nan,
        "note": row["note"],
    }  # fmt: skip


def _published(row: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    """Return the published rate with its interval, its level and the digits it is printed with."""
    blank = {"measure": "", "published": np.nan, "published_low": np.nan, "published_high": np.nan}
    if not row["observation"]:
        return {**blank, "level": np.nan, "step": np.nan}
    facts = evidence.facts.frame
    seen = facts[facts["id"] == row["observation"]].iloc[0]
    digits = evidence.printed[row["observation"]].partition(".")[2]
    return {
        "measure": str(seen["quantity"]),
        "published": float(seen["value"]),
        "published_low": seen["low"],
        "published_high": seen["high"],
        "level": _PUBLISHED_LEVELS.get(str(seen["range"]), np.nan),
        "step": float(seen["factor"]) * 10.0 ** -len(digits),
    }


def judge(told: Mapping[str, Any], found: float | None) -> str:
    """Say how a rate that was fitted again stands to the published one.

    Returns:
        `reproduces` (rounds to the printed digits), `inside` (inside the published interval),
        `outside`, `unread` (fitted, but the published rate was never read) or `not_fitted`.
    """
    if found is None:
        return "not_fitted"
    if np.isnan(told["published"]):
        return "unread"
    if abs(found - told["published"]) <= told["step"] / 2 * (1 + 1e-9):
        return "reproduces"
    if told["published_low"] <= found <= told["published_high"]:
        return "inside"
    return "outside"


def _again(
    row: Mapping[str, Any], told: Mapping[str, Any], evidence: Evidence
) -> tuple[Number | None, int, str]:
    """Fit one rate again: number, points behind it, edition of the points."""
    key, source = row["key"], str(row["points"])
    if key in SEVILLA:
        return _sevilla(row, evidence)
    special: dict[str, Callable[..., tuple[Number | None, int, str]]] = {
        "draws": _draws, "endpoints": _endpoints,
    }  # fmt: skip
    if row["rule"] in special:
        return special[row["rule"]](row, told, evidence)
    if source == EDITIONS:
        series = nearest_edition(evidence.series, POWER if key == "e8" else "epoch_compute_", row)
    elif source.startswith(SERIES):
        series = source.removeprefix(SERIES)
    else:
        return None, 0, ""
    table = _chosen(row, series, evidence)
    number = _derive(row, told, evidence, table, series)
    return number, len(table), _registry(evidence, series)["vintage"]


def nearest_edition(series: pd.DataFrame, stem: str, row: Mapping[str, Any]) -> str:
    """Return the first edition that ends after the window of a published rate."""
    known = series[series["key"].str.startswith(stem)].sort_values("vintage")
    late = known[known["vintage"] >= row["end"]]
    return str(late["key"].iloc[0])


def _registry(evidence: Evidence, series: str) -> dict[str, Any]:
    return records(evidence.series[evidence.series["key"] == series])[0]


def _chosen(row: Mapping[str, Any], series: str, evidence: Evidence) -> pd.DataFrame:
    """Return the points that the rule of a published rate selects."""
    points = evidence.points[evidence.points["series"] == series]
    if row["rule"] == "top10":
        ranking = {
            "e8": series.replace("power", "compute"),
            "p3": "epoch_clusters_performance",
            "p5": "epoch_clusters_performance",
        }
        by = ranking.get(row["key"], series)
        ranked = evidence.points[evidence.points["series"] == by]
        whole = make_points(ranked["date"], ranked["value"], names=ranked["name"].to_list())
        names = whole.name[Rule(SIZE, 0.0, 9999.0).chosen(whole)]
        points = points[points["name"].isin(names)]
    elif row["rule"] == "language":
        points = points[points["group"].str.contains("Language")]
    elif row["rule"] == "regular":
        points = points[points["group"] == "regular"]
    points = points[points["date"].between(row["start"], row["end"])]
    if row["rule"] == "record":
        return _records(points)
    if row["rule"] == "best_of_month":
        best = points.groupby(points["date"].str[:7])["value"].idxmax()
        return points.loc[best.sort_values()]
    return points


def _records(points: pd.DataFrame) -> pd.DataFrame:
    """Return each point that was the largest when it came; the source's own list, if it has one."""
    if (points["group"] == "sota").any():
        return points[points["group"] == "sota"]
    whole = make_points(points["date"], points["value"], names=points["name"].to_list())
    return points[points["name"].isin(whole.name[Rule(1, 0.0, 9999.0).chosen(whole)])]


def _derive(
    row: Mapping[str, Any],
    told: Mapping[str, Any],
    evidence: Evidence,
    table: pd.DataFrame,
    series: str,
) -> Number:
    doubling = told["measure"] == "doubling_time_month"
    formula = "doubling_time_month" if doubling else "growth_per_year"
    level = told["level"] if np.isfinite(told["level"]) else _USUAL_LEVEL
    inputs: dict[str, Input] = {
        "years": fractional_year(table["date"]).round(6).to_list(),
        "values": table["value"].to_list(), "level": float(level),
    }  # fmt: skip
    return _bind(row, formula, inputs, series, evidence)


def _bind(
    row: Mapping[str, Any],
    formula: str,
    inputs: dict[str, Input],
    series: str,
    evidence: Evidence,
) -> Number:
    unit = "month" if formula.endswith("_month") or formula == "median_of_draws" else "1"
    return evidence.ledger.derive(
        f"trend.reproduced.{row['key']}", f"{row['label']}: fitted again", unit, formula, inputs,
        (_registry(evidence, series)["source"],),
    )  # fmt: skip


def _sevilla(row: Mapping[str, Any], evidence: Evidence) -> tuple[Number, int, str]:
    series = str(row["points"]).removeprefix(SERIES)
    table = evidence.points[evidence.points["series"] == series]
    sheet = make_points(
        table["date"], table["value"], names=table["name"].to_list(),
        groups=table["group"].to_list(),
    )  # fmt: skip
    line, setting = SEVILLA[row["key"]]
    group = sevilla_groups(sheet, setting)[line]
    inputs: dict[str, Input] = {
        "years": [round(float(year), 6) for year in group.year],
        "values": [float(f"{10**value:.9g}") for value in group.log10],
        "level": 0.95, "draws": float(_DRAWS), "seed": float(evidence.seed),
    }  # fmt: skip
    number = _bind(row, "sevilla_doubling_time_month", inputs, series, evidence)
    return number, len(group), _registry(evidence, series)["vintage"]


def _draws(
    row: Mapping[str, Any], told: Mapping[str, Any], evidence: Evidence
) -> tuple[Number, int, str]:
    series = str(row["points"]).removeprefix(SERIES)
    values = evidence.points.loc[evidence.points["series"] == series, "value"].to_list()
    inputs: dict[str, Input] = {"terms": values, "level": float(told["level"])}
    number = _bind(row, "median_of_draws", inputs, series, evidence)
    return number, len(values), _registry(evidence, series)["vintage"]


RATIO = "image_classification_algorithms.compute_reduction.hernandez2020"


def _endpoints(
    row: Mapping[str, Any],
    told: Mapping[str, Any],  # noqa: ARG001 -- one of the ways to fit again
    evidence: Evidence,
) -> tuple[Number, int, str]:
    months = round((year_of(row["end"]) - year_of(row["start"])) * 12, 3)
    inputs: dict[str, Input] = {"months_month": months, "ratio": RATIO}
    number = evidence.ledger.derive(
        f"trend.reproduced.{row['key']}", f"{row['label']}: computed again", "month",
        "endpoint_doubling_time_month", inputs,
    )  # fmt: skip
    return number, 2, ""
