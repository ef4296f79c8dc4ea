"""Epoch AI's tables of chips: `ml_hardware` and the data of its study of training costs.

Traps: the TDPs of Google's TPUs were revised between 2025-12-14 and 2026-07-19, so a table of
models goes only with a table of chips of its own time; zeros for missing; bits among the bytes.
"""

import pandas as pd

from aienergy.ingest.snapshots.layouts import Normalized, read_csv, repeated, with_notes

ML_HARDWARE = "epoch_ml_hardware"
COST_TRENDS = "epoch_training_cost_trends"
SCOPE_NOTE = (
    "board_power_w has unequal scope (board, module, superchip); that of TPUs is inferred and was"
    " revised by up to a factor of two: join only tables of one time"
)


def read_ml_hardware(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read the table of accelerators; see `layouts.normalize` for errors."""
    result, _ = read_csv(content, ML_HARDWARE, name, corrections)
    return with_notes(result, result.table, SCOPE_NOTE)


def read_cost_trends(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read `chip_dataset`, `hardware_prices` or a table of model costs.

    Raises:
        LedgerError: See `layouts.normalize`.
    """
    result, layout = read_csv(content, COST_TRENDS, name, corrections)
    notes = []
    if layout == "chip_dataset":
        notes = [SCOPE_NOTE, repeated(result.table["hardware"], "chip names")]
    return with_notes(result, result.table, *notes)
