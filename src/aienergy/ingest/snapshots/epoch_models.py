"""Epoch AI's tables of models, every generation of columns since 2022.

Traps: the power of a training run already contains server overhead and the PUE, and is nameplate;
its definition changed between the editions of 2024-10-16 and 2025-11-01; names are renamed and
split from edition to edition; the energy of one run that stands under two names counts once.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from aienergy.ingest.snapshots.cells import LIST_MARK, clean_name
from aienergy.ingest.snapshots.layouts import Normalized, read_csv, repeated, with_notes

SOURCE = "epoch_models"
# Only the Airtable view of 2024 carries the total TDP from which the old power was computed.
OLD_POWER_MARK = "cluster_tdp_w"
POWER_NOTE = (
    "facility_power_w is modelled by Epoch AI from nameplates and already contains server overhead"
    " and PUE: do not multiply it by either"
)
OLD_POWER_NOTE = (
    "facility_power_w follows the definition before 2025 (about 2.2 times the TDP for one chip as"
    " for many); later editions differ"
)


@cache
def _aliases(file: str, column: str) -> "pd.Series[str]":
    rows = pd.read_csv(Path(__file__).with_name(file), dtype=str, keep_default_na=False)
    return rows.set_index("written")[column]


def current_name(model: str) -> str:
    """Return the name that later editions give to a model."""
    name = clean_name(model)
    return str(_aliases("model_names.csv", "name").get(name, name))


def read(content: bytes | str, name: str, corrections: pd.DataFrame | None = None) -> Normalized:
    """Read one table of models.

    Adds `model_now` (the name in later editions), `same_run_as` (the row whose training run this
    one shares) and, where hardware stands, `hardware` (names of `epoch_ml_hardware`).

    Raises:
        LedgerError: See `layouts.normalize`.
    """
    result, _ = read_csv(content, SOURCE, name, corrections)
    table = result.table
    model = table["model"]
    table["model_now"] = model.map(_aliases("model_names.csv", "name")).fillna(model)
    table["same_run_as"] = model.map(_aliases("model_names.csv", "same_run_as")).fillna("")
    notes = [repeated(model, "names (key on name and date)")]
    if "facility_power_w" in table:
        notes += [POWER_NOTE, OLD_POWER_NOTE if OLD_POWER_MARK in table else ""]
    if "training_hardware" in table:
        written = table["training_hardware"].str.split(LIST_MARK, regex=False).explode()
        known = _aliases("hardware_names.csv", "hardware")
        state = written.map(_aliases("hardware_names.csv", "state")).fillna("same")
        names = written.map(known).where(state == "same").fillna(written)
        table["hardware"] = names.groupby(level=0).agg(LIST_MARK.join)
        for kind in sorted(set(state) - {"same"}):
            which = ", ".join(sorted(set(written[state == kind])))
            notes.append(f"hardware '{which}' is {kind}: left as written")
    return with_notes(result, table, *notes)
