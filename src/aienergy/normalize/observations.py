"""Convert observations once, at the door."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from aienergy import units
from aienergy.contracts.numbers import Number
from aienergy.contracts.quantities import quantities
from aienergy.unit_names import unit_ending

ENDS = ["value", "low", "high"]
UPPER_CASE = {"pue": "PUE", "mfu": "MFU", "hfu": "HFU", "wue_l_per_kwh": "WUE"}


def names(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row per subject: key, name, kind, date (ISO, may be empty)."""
    parts = [
        tables["systems"].assign(kind="system", date=tables["systems"]["publication_date"]),
        tables["accelerators"].assign(
            kind="accelerator", date=tables["accelerators"]["release_date"]
        ),
        tables["regions"].assign(kind="region", date=""),
        tables["subjects"].assign(date=""),
        tables["instruments"].assign(kind="instrument", date=tables["instruments"]["status_date"]),
    ]
    return pd.concat([part[["key", "name", "kind", "date"]] for part in parts], ignore_index=True)


def normalize(observations: pd.DataFrame) -> pd.DataFrame:
    """Return observations with numbers in canonical units.

    A value left empty between two printed ends becomes their middle (their geometric middle where
    the quantity is positive), with range kept, so that no reader takes it for a printed value.

    Args:
        observations: Checked observations as text.

    Returns:
        The same rows with float `value`, `low` and `high`, the canonical `unit`, and the columns
        `unit_printed`, `value_printed`, `factor`, `per_count`, `support` and `year` (of the
        period's end, NaN where none is given).
    """
    contract = quantities().loc[observations["quantity"]]
    rows = observations.copy()
    pairs = zip(rows["unit"], contract["unit"], strict=True)
    rows["factor"] = [units.conversion_factor(unit, canonical) for unit, canonical in pairs]
    per_count = rows["qualifiers"].str.extract(r"(?:^|;)per_count=([\d.]+)")[0]
    rows["per_count"] = pd.to_numeric(per_count).fillna(1.0)
    rows["value_printed"] = pd.to_numeric(rows["value"])
    for name in ENDS:
        rows[name] = pd.to_numeric(rows[name]) * rows["factor"] / rows["per_count"]
    rows["unit_printed"] = rows["unit"]
    rows["unit"] = contract["unit"].to_numpy()
    rows["support"] = contract["support"].to_numpy()
    middle = (rows["low"] * rows["high"]) ** 0.5
    rows["only_range"] = rows["value"].isna()
    rows["value"] = rows["value"].fillna(middle)
    rows["year"] = pd.to_numeric(rows["period"].str.extract(r"(\d{4})(?:-\d{2}){0,2}$")[0])
    rows["label"] = [quantity_label(quantity) for quantity in rows["quantity"]]
    return rows


def quantity_label(quantity: str) -> str:
    """Return the name of a quantity as a reader sees it: no unit, no underscores."""
    if quantity in UPPER_CASE:
        return UPPER_CASE[quantity]
    return quantity.removesuffix(unit_ending(quantity)).replace("_", " ").replace(" usd", "")


def bind(rows: pd.DataFrame, names_by_key: dict[str, str]) -> list[Number]:
    """Bind each normalized observation as a number whose key is the observation's id.

    A published range keeps its meaning; only a 5th-to-95th one (or a 90 % interval) is later used
    as the spread of a factor.
    """
    return [_number(row, names_by_key) for row in rows.to_dict("records")]


def _number(row: dict[Hashable, Any], names_by_key: dict[str, str]) -> Number:
    if row["only_range"]:
        formula, inputs = "middle_of_range", {"low": row["low"], "high": row["high"]}
    elif row["per_count"] == 1.0:
        formula = "unit_conversion"
        inputs = {"value": row["value_printed"], "factor": row["factor"]}
    else:
        formula = "per_unit_conversion"
        inputs = {
            "value": row["value_printed"],
            "count": row["per_count"],
            "factor": row["factor"],
        }
    has_range = row["range"] != ""
    return Number(
        key=str(row["id"]),
        label=f"{names_by_key[str(row['subject'])]}: {row['label']}",
        value=row["value"],
        low=row["low"] if has_range else None,
        high=row["high"] if has_range else None,
        range=str(row["range"]),
        unit=str(row["unit"]),
        support=row["support"],
        evidence=str(row["evidence"]),
        said_by=str(row["said_by"]),
        boundary=str(row["boundary"]),
        scope=str(row["scope"]),
        formula=formula,
        inputs=inputs,
        sources=(f"{row['source']}: {row['locator']}",),
        note=str(row["note"]),
    )
