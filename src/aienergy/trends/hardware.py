"""Arithmetic per joule of accelerators, at one stated precision."""

from typing import Any

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts
from aienergy.frontier import fractional_year

# The sixteen-bit formats that training uses, at the dense rate; one point an accelerator.
PRECISIONS = ("bf16", "fp16")
KINDS = ("gpu", "tpu", "other")


def hardware_efficiency(
    facts: Facts, accelerators: pd.DataFrame, level: float, ledger: Ledger
) -> pd.DataFrame:
    """Derive dense sixteen-bit FLOP per joule at rated power, and its growth.

    Args:
        facts: Normalized observations.
        accelerators: Registry with key, kind and release_date.
        level: Coverage of the interval of growth.
        ledger: Numbers so far.

    Returns:
        One row per accelerator: accelerator, date, key, value (FLOP/J), precision.
    """
    dated = accelerators[accelerators["kind"].isin(KINDS) & (accelerators["release_date"] != "")]
    peaks = facts.select("peak_flop_per_s", dated["key"], q_sparsity="dense")
    peaks = peaks[peaks["q_precision"].isin(PRECISIONS)]
    order = peaks["q_precision"].map(PRECISIONS.index)
    peaks = peaks.loc[order.sort_values(kind="stable").index].drop_duplicates("subject")
    boards = facts.select("board_power_w", q_statistic="rated").drop_duplicates("subject")
    both = peaks.merge(boards[["subject", "id"]], on="subject", suffixes=("", "_board"))
    both = both.merge(dated[["key", "release_date"]], left_on="subject", right_on="key")
    both = both.sort_values(["release_date", "subject"], ignore_index=True)
    rows = []
    for row in both.itertuples():
        inputs = {"peak_flop_per_s": str(row.id), "board_power_w": str(row.id_board)}
        key = f"{row.subject}.efficiency"
        label = f"{facts.name(row.subject)}: dense sixteen-bit arithmetic per joule"
        number = ledger.derive(key, label, "FLOP/J", "efficiency_flop_per_j", inputs)
        rows.append(
            {
                "accelerator": row.subject,
                "date": row.release_date,
                "key": number.key,
                "value": number.value,
                "precision": row.q_precision,
            }
        )
    table = pd.DataFrame(rows)
    inputs_fit: dict[str, Any] = {
        "years": [round(year, 6) for year in fractional_year(table["date"])],
        "values": table["key"].tolist(),
        "level": level,
    }
    stem = "trend.hardware_efficiency"
    note = "All accelerators in the table with a dense sixteen-bit rate; least squares on log10."
    label = "Growth a year of FLOP per joule"
    ledger.derive(f"{stem}.growth_per_year", label, "1", "growth_per_year", inputs_fit, note=note)
    label = "Accelerators in the fit"
    ledger.derive(f"{stem}.n", label, "1", "count", {"terms": inputs_fit["values"]})
    return table
