"""Our own runs: energy by component, and the same energy on several grids."""

import pandas as pd

from aienergy.contracts.numbers import Ledger, Number

# Grids on which a logged run is re-expressed, from the cleanest to the dirtiest of the well-known.
GRIDS = ("swe", "fra", "gbr", "usa", "deu", "world", "chn", "ind")


def bind_runs(runs: pd.DataFrame, ledger: Ledger) -> None:
    """Bind the energy of each component of each logged run, and the sum, as numbers."""
    for run, parts in runs.groupby("run", sort=True):
        keys = []
        for part in parts.itertuples():
            number = ledger.add(_component(part))
            keys.append(number.key)
        first = parts.iloc[0]
        evidence = set(parts["evidence"])
        ledger.derive(
            f"run.{run}.energy",
            f"{first['title']}: energy",
            "kWh",
            "total",
            {"terms": keys},
            evidence=evidence.pop() if len(evidence) == 1 else "modelled",
            said_by="operator",
            boundary=str(first["boundary"]),
            scope=str(first["scope"]),
        )


def _component(part: object) -> Number:
    row = part._asdict()  # type: ignore[attr-defined]
    return Number(
        key=f"run.{row['run']}.{row['component']}.energy",
        label=f"{row['title']}: energy of the {row['component']}",
        value=float(row["energy_kwh"]),
        unit="kWh",
        formula="unit_conversion",
        inputs={"value": float(row["energy_kwh"]), "factor": 1.0},
        sources=(f"ledger_runs: data/raw/runs/{row['run']}",),
        evidence=str(row["evidence"]),
        said_by="operator",
        boundary=str(row["boundary"]),
        scope=str(row["scope"]),
        note=str(row["note"]),
    )
