"""The register of forecasts: what the models say now, and how earlier sayings fare."""

from typing import Any

import numpy as np
import pandas as pd

from aienergy.contracts.forecasts import FORECAST, sealed
from aienergy.contracts.numbers import Input, Ledger
from aienergy.growth.forecasting import MODELS, Told, crps, held, tell
from aienergy.growth.points import Points, fractional_year, year_of
from aienergy.growth.ranking import at_release
from aienergy.tables import records
from aienergy.trends.fits import Choices

YEARS = (2027, 2028, 2029, 2030)
# A period of half a year around the day of the forecast: growth within it is small.
_START, _END = "04-01", "09-30"
LEVELS = (0.8, 0.95)


def propose(points: Points, register: pd.DataFrame, choices: Choices, source: str) -> pd.DataFrame:
    """Return rows that could be added to the register today.

    Args:
        points: Training compute of all systems.
        register: The register so far, as text; its last digest is what the new rows follow.
        choices: Settings that all fits share.
        source: Source of the points.

    Returns:
        The columns of the register; one row a model and year that lies ahead.
    """
    rows = []
    for year in YEARS:
        start, end = f"{year}-{_START}", f"{year}-{_END}"
        for model in MODELS:
            middle = np.array([_middle(start, end)])
            told = tell(points, choices.size, year_of(choices.as_of), middle, model)
            if told is None or choices.as_of >= start:
                continue
            stamp = choices.as_of.replace("-", "")
            rows.append(
                {
                    "key": f"compute_{year}_{model}_{stamp}", "made": choices.as_of,
                    "source": source, "vintage": choices.as_of, "model": model,
                    "size": str(choices.size), "start": start, "end": end,
                    "location_log10": f"{told.location[0]:.4f}",
                    "scale_log10": f"{told.scale[0]:.4f}",
                    "df": "inf" if np.isinf(told.df) else f"{told.df:.0f}", "note": "",
                }
            )  # fmt: skip
    before = str(register["digest"].iloc[-1]) if len(register) else ""
    return pd.DataFrame(sealed(rows, before), columns=list(FORECAST.columns))


def _middle(start: str, end: str) -> float:
    return (year_of(start) + year_of(end)) / 2


def score_register(
    register: pd.DataFrame, points: Points, choices: Choices, ledger: Ledger
) -> pd.DataFrame:
    """Say what each registered forecast tells, and score those whose period is over.

    Args:
        register: The register, as text.
        points: Training compute of all systems as known today.
        choices: Settings that all fits share.
        ledger: Numbers so far; median and interval of each forecast are added.

    Returns:
        One row a forecast: its columns, and number_key (of the median with its interval), year
        (the middle of the period), low80, high80, low95, high95 (FLOP), status (`open`, `scored`,
        or `empty` if no system of the frontier came), systems, crps, held80, held95 (shares).
    """
    frontier = points.where(at_release(points, choices.size))
    rows = [_row(row, frontier, choices, ledger) for row in records(register)]
    return pd.DataFrame(rows)


def _row(row: dict[Any, Any], frontier: Points, choices: Choices, ledger: Ledger) -> dict[str, Any]:
    ends = pd.Series([row["start"], row["end"]])
    first, last = fractional_year(ends)
    told = Told(
        np.array([float(row["location_log10"])]), np.array([float(row["scale_log10"])]),
        float(row["df"]),
    )  # fmt: skip
    bounds = {
        f"{end}{level * 100:.0f}": float(10 ** told.quantile(share)[0])
        for level in LEVELS
        for end, share in (("low", (1 - level) / 2), ("high", (1 + level) / 2))
    }
    came = frontier.where((frontier.year >= first) & (frontier.year <= last))
    found: dict[str, Any] = {"status": "open", "systems": 0}
    if choices.as_of > row["end"]:
        found = {"status": "scored" if len(came) else "empty", "systems": len(came)}
    if found["status"] == "scored":
        seen = came.log10
        found["crps"] = float(np.mean(crps(_repeated(told, len(seen)), seen)))
        for level in LEVELS:
            inside = held(_repeated(told, len(seen)), seen, level)
            found[f"held{level * 100:.0f}"] = float(np.mean(inside))
    number = _bind(row, ledger)
    return {**row, "year": (first + last) / 2, "number_key": number, **bounds, **found}


def _repeated(told: Told, times: int) -> Told:
    return Told(np.repeat(told.location, times), np.repeat(told.scale, times), told.df)


def _bind(row: dict[Any, Any], ledger: Ledger) -> str:
    inputs: dict[str, Input] = {
        "location_log10": float(row["location_log10"]), "scale_log10": float(row["scale_log10"]),
        "df": 0.0 if row["df"] == "inf" else float(row["df"]), "level": 0.9,
    }  # fmt: skip
    label = f"Training compute of a frontier system in {row['start'][:4]}, model {row['model']}"
    note = f"registered {row['made']}; period {row['start']} to {row['end']}; never edited"
    key = f"forecast.{row['key']}"
    number = ledger.derive(
        key, label, "FLOP", "forecast_compute_flop", inputs, (row["source"],), note=note
    )
    return number.key
