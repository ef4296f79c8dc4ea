"""How often the fitted energy of a unit of use held what it had left out: reading and counting.

Nothing is fitted here: predictions and intervals come from the stage `estimate`.
"""

from collections.abc import Iterator

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.verify.scoreboard import called, count_inside


def judge_left_out(
    left_out: pd.DataFrame, stem: str, name: str, ledger: Ledger
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count left-out sources whose mean an interval holds, for each boundary.

    Args:
        left_out: Table `serving_left_out` or `generation_left_out` of the stage `estimate`.
        stem: Beginning of the keys of counts and coverages.
        name: What is predicted, for a reader.
        ledger: Numbers so far; counts and coverages are added.

    Returns:
        The table with a column `inside`; and one row a boundary and kind: boundary, kind
        (`machine`, who measured on one generation of hardware; `publisher`, who measured; `model`;
        `server`), inside, sources, coverage (keys), called (`calibration` or `check`).
    """
    held = (left_out["low"] <= left_out["value"]) & (left_out["value"] <= left_out["high"])
    table = left_out.assign(inside=held)
    return table, pd.DataFrame(list(_counts(table, stem, name, ledger)))


def _counts(
    table: pd.DataFrame, stem: str, name: str, ledger: Ledger
) -> Iterator[dict[str, object]]:
    for (boundary, kind), part in table.groupby(["boundary", "kind"], sort=True):
        label = f"{name}, {boundary}: left-out sources ({kind})"
        inside, sources, coverage = count_inside(part, f"{stem}.{boundary}.{kind}", label, ledger)
        yield {
            "boundary": boundary,
            "kind": kind,
            "inside": inside.key,
            "sources": sources.key,
            "coverage": coverage.key,
            # Models of one publisher are not independent, however many they are.
            "called": "check" if kind == "model" else called(sources),
        }
