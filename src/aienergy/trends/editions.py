"""The kept editions of the table of training compute, and the sources of series."""

from collections.abc import Mapping

import pandas as pd

EDITION = "epoch_compute_"


def editions_of(series: pd.DataFrame, registry: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the training compute of each kept edition of the table, by its day.

    Args:
        series: Normalized points of all series.
        registry: Table `series` as text.
    """
    known = registry[registry["key"].str.startswith(EDITION)].sort_values("vintage")
    return {
        vintage: series[series["series"] == key]
        for key, vintage in zip(known["key"], known["vintage"], strict=True)
    }


def sources_of(points: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return the source of each quantity whose points are no numbers of the ledger."""
    return {
        name: str(table["source"].iloc[0])
        for name, table in points.items()
        if len(table) and (table["key"] == "").all()
    }
