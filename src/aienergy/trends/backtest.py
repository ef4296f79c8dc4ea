"""Score forecasts that could have been made: rolling origins, and editions as they were."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from aienergy.growth.forecasting import MODELS, crps, held, tell
from aienergy.growth.points import Points, year_of
from aienergy.growth.ranking import at_release
from aienergy.trends.fits import Choices
from aienergy.trends.vintages import points_of

HORIZON_YEARS = 2.0
FIRST_ORIGIN, STEP_YEARS = 2016.0, 0.5
LEVELS = (0.8, 0.95)
BLOCK = round(HORIZON_YEARS / STEP_YEARS)
COLUMNS = ["kind", "origin", "model", "name", "year", "seen_log10", "crps", "held80", "held95"]


def score_origins(points: Points, choices: Choices) -> pd.DataFrame:
    """Score every model from half-yearly origins, on today's table.

    Today's table knows what was published later about earlier systems, so a forecast made then
    would have had worse data: the scores are too good, and the same for all models.

    Returns:
        One row per origin, model and system of the frontier within the horizon: kind
        (`today`), origin, model, name, year, seen_log10, crps, held80, held95.
    """
    last = points.year.max() - HORIZON_YEARS
    origins = np.arange(FIRST_ORIGIN, last + 1e-9, STEP_YEARS)
    parts = [_score("today", points, points, float(origin), choices) for origin in origins]
    return pd.concat(parts, ignore_index=True)


def score_editions(
    editions: Mapping[str, pd.DataFrame], today: Points, choices: Choices
) -> pd.DataFrame:
    """Score every model on editions as they were published, against what today's table says."""
    parts = [
        _score("edition", points_of(table), today, year_of(day), choices)
        for day, table in editions.items()
        if year_of(day) + HORIZON_YEARS / 2 < today.year.max()
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _score(
    kind: str, known: Points, today: Points, origin: float, choices: Choices
) -> pd.DataFrame:
    frontier = today.where(at_release(today, choices.size))
    ahead = (frontier.year > origin) & (frontier.year <= origin + HORIZON_YEARS)
    came = frontier.where(ahead)
    parts = []
    for model in MODELS:
        told = tell(known, choices.size, origin, came.year, model)
        if told is None or not len(came):
            continue
        columns = {f"held{level * 100:.0f}": held(told, came.log10, level) for level in LEVELS}
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind, "origin": round(origin, 4), "model": model,
                    "name": came.name, "year": came.year, "seen_log10": came.log10,
                    "crps": crps(told, came.log10), **columns,
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def summary(scores: pd.DataFrame) -> pd.DataFrame:
    """Return, for each kind and model, the mean score and how often the intervals held."""
    grouped = scores.groupby(["kind", "model"], sort=False)
    return grouped.agg(
        origins=("origin", "nunique"), scored=("crps", "size"), crps=("crps", "mean"),
        held80=("held80", "mean"), held95=("held95", "mean"),
    ).reset_index()  # fmt: skip


def differences(scores: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Return what the models differ by, two by two, for each origin.

    Only origins of today's table have a number that allows an interval.

    Returns:
        For each pair of models the columns sum (of the first's scores less the second's) and size
        (number of scores), one row an origin in order of time.
    """
    today = scores[scores["kind"] == "today"]
    found = {}
    for first, second in combinations(MODELS, 2):
        pair = today[today["model"].isin([first, second])]
        table = pair.pivot_table(index=["origin", "name"], columns="model", values="crps").dropna()
        difference = (table[first] - table[second]).groupby("origin")
        found[first, second] = difference.agg(["sum", "size"])
    return found
