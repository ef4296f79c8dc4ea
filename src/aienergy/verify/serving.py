"""How often the fitted energy of a token held sources that it had left out: reading and counting.

Nothing is fitted here: predictions and intervals come from the stage `estimate`.
"""

from collections.abc import Iterator

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.verify.scoreboard import MIN_SOURCES


def judge_serving(left_out: pd.DataFrame, ledger: Ledger) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count left-out sources whose mean an interval holds, for each boundary.

    Args:
        left_out: Table `serving_left_out` of the stage `estimate`.
        ledger: Numbers so far; counts and coverages are added.

    Returns:
        The table with a column `inside`; and one row a boundary and kind: boundary, kind
        (`machine`, who measured on one generation of hardware, or `publisher`, who measured),
        inside, sources, coverage (keys), called (`calibration` or `check`).
    """
    held = (left_out["low"] <= left_out["value"]) & (left_out["value"] <= left_out["high"])
    table = left_out.assign(inside=held)
    return table, pd.DataFrame(list(_counts(table, ledger)))


def _counts(table: pd.DataFrame, ledger: Ledger) -> Iterator[dict[str, object]]:
    for (boundary, kind), part in table.groupby(["boundary", "kind"], sort=True):
        stem = f"validation.serving.{boundary}.{kind}"
        label = f"Energy of a token, {boundary}: left-out sources ({kind})"
        inside = {"terms": part["inside"].astype(float).tolist()}
        within = ledger.derive(f"{stem}.inside", f"{label} inside", "1", "total", inside)
        terms = {"terms": part["value"].tolist()}
        sources = ledger.derive(f"{stem}.sources", label, "1", "count", terms)
        counts = {"inside": within.key, "trials": sources.key}
        share = f"{label}, share inside"
        yield {
            "boundary": boundary,
            "kind": kind,
            "inside": within.key,
            "sources": sources.key,
            "coverage": ledger.derive(f"{stem}.coverage", share, "1", "exact_coverage", counts).key,
            "called": "calibration" if sources.value >= MIN_SOURCES else "check",
        }
