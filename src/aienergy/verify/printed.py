"""Values as sources print them, by the reference under which a claim may use them."""

from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.claims import CLAIM, OBSERVATION
from aienergy.contracts.quantities import ABSENT


@dataclass(frozen=True, slots=True)
class Printed:
    """A value as a source prints it: digits, unit, and what it covers."""

    text: str
    unit: str
    boundary: str = ""
    basis: str = ""
    source: str = ""
    locator: str = ""


def printed_values(claims: pd.DataFrame, observations: pd.DataFrame | None) -> dict[str, Printed]:
    """Return what inputs may refer to, by reference (`claim:<id>`, `obs:<id>`).

    Args:
        claims: Claims as text.
        observations: Observations as text, with value and unit as printed, or None.
    """
    found: dict[str, Printed] = {}
    columns = ["value", "unit", "boundary", "basis", "source", "locator"]
    for key, *cells in claims[["id", *columns]].itertuples(index=False):
        found[f"{CLAIM}{key}"] = Printed(*cells)
    if observations is not None:
        plain = observations.assign(basis=ABSENT)
        for key, *cells in plain[["id", *columns]].itertuples(index=False):
            found[f"{OBSERVATION}{key}"] = Printed(*cells)
    return found
