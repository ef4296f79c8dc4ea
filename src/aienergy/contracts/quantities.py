"""The closed list of quantities and qualifiers, kept as two tables beside this module."""

from functools import cache
from pathlib import Path

import pandas as pd

_FOLDER = Path(__file__).parent
ABSENT = ""


@cache
def quantities() -> pd.DataFrame:
    """Return the quantities, one row each, indexed by name.

    Columns: unit (canonical), support, kinds and qualifiers (tuples), needs_boundary and
    needs_scope (bool), minimum and maximum (in the canonical unit), description.
    """
    frame = pd.read_csv(_FOLDER / "quantities.csv", index_col="quantity", keep_default_na=False)
    for name in ("kinds", "qualifiers"):
        frame[name] = [tuple(filter(None, cell.split(";"))) for cell in frame[name]]
    for name in ("needs_boundary", "needs_scope"):
        frame[name] = frame[name] == "yes"
    for name in ("minimum", "maximum"):
        frame[name] = frame[name].astype(float)
    return frame


@cache
def qualifiers() -> pd.DataFrame:
    """Return the qualifiers, one row each, indexed by name.

    The column `values` is a closed list separated by `|`, or `*` for free lower_snake_case text,
    `#` for a number, `@accelerator` for a key of that registry.
    """
    return pd.read_csv(_FOLDER / "qualifiers.csv", index_col="qualifier", keep_default_na=False)


def split_qualifiers(cell: str) -> dict[str, str]:
    """Turn `a=1;b=x` into a dictionary.

    Raises:
        ValueError: A part without an equals sign, a repeated key, or keys out of order.
    """
    if cell == ABSENT:
        return {}
    parts = [part.partition("=") for part in cell.split(";")]
    keys = [key for key, _, _ in parts]
    if any(sign != "=" for _, sign, _ in parts) or keys != sorted(set(keys)):
        raise ValueError(f"'{cell}' is not `key=value;key=value` with keys in alphabetical order")
    return {key: value for key, _, value in parts}
