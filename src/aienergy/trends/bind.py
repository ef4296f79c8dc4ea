"""Bind what sentences say of the fits: the settings, and the scores of the forecasts."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger

_SETTINGS = {
    "confidence_level": "Confidence level of the intervals of growth",
    "frontier_size": "Systems that count as the frontier",
    "min_systems": "Fewest points that carry a growth rate",
    "draws": "Resamples of an interval",
}


def bind_settings(settings: Mapping[str, Any], ledger: Ledger) -> None:
    """Bind the choices that the report's sentences name."""
    for key, label in _SETTINGS.items():
        _plain(f"setting.{key}", label, settings[key], ledger)
    for label, factor in settings["error_factors"].items():
        text = f"Factor within which 90 % of values called {label} are assumed to lie"
        _plain(f"setting.error_factor_{label}", text, factor, ledger)


def bind_scores(scores: pd.DataFrame, ledger: Ledger, sources: tuple[str, ...]) -> None:
    """Derive the mean score of each model, and how often its intervals held.

    Args:
        scores: One row a scored system: kind, origin, model, crps, held80, held95.
        ledger: Numbers so far.
        sources: Sources of the systems that were scored.
    """
    texts = {
        "crps": "Mean CRPS of forecasts, in orders of magnitude",
        "held80": "Share of systems inside the 80 % interval of forecasts",
        "held95": "Share of systems inside the 95 % interval of forecasts",
    }
    for (kind, model), rows in scores.groupby(["kind", "model"], sort=False):
        stem, words = f"backtest.{kind}.{model}", f"{model}, {kind}"
        for tail, text in texts.items():
            terms = [float(f"{score:.9g}") for score in rows[tail]]
            label = f"{text}, {words}"
            ledger.derive(f"{stem}.{tail}", label, "1", "mean_of", {"terms": terms}, sources)


def bind_differences(
    blocks: Mapping[tuple[str, str], pd.DataFrame],
    settings: Mapping[str, float],
    ledger: Ledger,
    sources: tuple[str, ...],
) -> pd.DataFrame:
    """Derive how the models differ, two by two.

    Args:
        blocks: For two models the sum of the differences and the number of scores of each origin.
        settings: Arguments `block`, `level`, `draws` and `seed` of the interval.
        ledger: Numbers so far.
        sources: Sources of the systems that were scored.

    Returns:
        Columns first, second, difference, low, high.
    """
    rows = []
    for (first, second), table in blocks.items():
        inputs: dict[str, Input] = {
            "sums": [float(f"{value:.9g}") for value in table["sum"]],
            "counts": [float(value) for value in table["size"]],
            **settings,
        }
        label = f"CRPS of forecasts of {first} less that of {second}"
        key = f"backtest.{first}_less_{second}"
        number = ledger.derive(key, label, "1", "mean_over_blocks", inputs, sources)
        rows.append((first, second, number.value, number.low, number.high))
    return pd.DataFrame(rows, columns=["first", "second", "difference", "low", "high"])


def _plain(key: str, label: str, value: float, ledger: Ledger) -> None:
    inputs = {"value": float(value), "factor": 1.0}
    ledger.derive(key, label, "1", "unit_conversion", inputs)
