"""Points of published series in the units of their measures."""

import pandas as pd

from aienergy import units
from aienergy.contracts.series import MEASURES


def normalize_series(points: pd.DataFrame, registry: pd.DataFrame) -> pd.DataFrame:
    """Return the points of all series with values in the unit of their measure.

    Args:
        points: Table `series_points` as text.
        registry: Table `series` as text.

    Returns:
        The columns of `series_points` with `value` as numbers, and `measure` and `source`.
    """
    both = points.merge(
        registry[["key", "unit", "measure", "source"]], left_on="series", right_on="key"
    )
    factors = {
        (unit, measure): units.conversion_factor(unit, MEASURES[measure])
        for unit, measure in set(zip(registry["unit"], registry["measure"], strict=True))
    }
    factor = [factors[pair] for pair in zip(both["unit"], both["measure"], strict=True)]
    values = (pd.to_numeric(both["value"]) * factor).map(lambda value: float(f"{value:.12g}"))
    return both.drop(columns=["key", "unit", "locator", "note"]).assign(value=values)
