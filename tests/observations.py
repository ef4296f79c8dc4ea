"""Observations written by hand: what a test does not say has one plain value."""

from collections.abc import Sequence

import pandas as pd

PLAIN = {
    **dict.fromkeys(("low", "high", "range", "boundary", "scope", "note"), ""),
    "evidence": "stated", "said_by": "operator", "period": "2020", "source": "doe2021",
    "locator": "p. 1", "read": "page",
}  # fmt: skip


def observed(
    rows: Sequence[tuple[str, ...]], columns: Sequence[str], **more: object
) -> pd.DataFrame:
    """Return a table of observations as it stands under `data/raw`."""
    frame = pd.DataFrame(rows, columns=columns)
    plain = {name: value for name, value in PLAIN.items() if name not in columns}
    return frame.assign(**plain | more)
