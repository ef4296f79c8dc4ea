"""Recompute each claim by its stated formula, within the rounding of its printed inputs."""

from decimal import Decimal
from itertools import product
from typing import Any

import pandas as pd

from aienergy.contracts.claims import REFERENCE, split_inputs
from aienergy.contracts.numbers import Ledger
from aienergy.formulas import FORMULAS


def rounding_interval(printed: str) -> tuple[float, float]:
    """Return the ends between which a value rounds to the printed digits.

    `7.5` means 7.45 to 7.55, `1287` means 1286.5 to 1287.5, `2.91e+21` half a unit of the last
    digit of its mantissa.
    """
    number = Decimal(printed)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"'{printed}' is not finite")
    half = Decimal(5).scaleb(exponent - 1)
    return float(number - half), float(number + half)


def check_arithmetic(claims: pd.DataFrame) -> pd.DataFrame:
    """Execute the formula of every claim.

    Args:
        claims: The table of claims as text; an input may refer to another claim's printed value.

    Returns:
        The claims with columns recomputed (from the printed inputs), lowest and highest (over the
        rounding of the inputs) and arithmetic: `reproduces` when the recomputed value rounds to
        the printed digits, `close` when a value inside the rounding of the inputs does, else
        `fails`.
    """
    printed = dict(zip(claims["id"], claims["value"], strict=True))
    pairs = zip(claims["formula"], claims["inputs"], claims["value"], strict=True)
    results = [_execute(formula, inputs, value, printed) for formula, inputs, value in pairs]
    return pd.concat([claims, pd.DataFrame(results, index=claims.index)], axis=1)


def _execute(formula: str, cell: str, value: str, printed: dict[str, str]) -> dict[str, Any]:
    function = FORMULAS[formula].function
    texts = {
        name: printed[text.removeprefix(REFERENCE)] if text.startswith(REFERENCE) else text
        for name, text in split_inputs(cell).items()
    }
    recomputed = float(function(**{name: float(text) for name, text in texts.items()}))
    # The formulas are monotone in each input, so the extremes lie at corners of the box.
    ends = [rounding_interval(text) for text in texts.values()]
    corners = [
        float(function(**dict(zip(texts, corner, strict=True)))) for corner in product(*ends)
    ]
    low, high = rounding_interval(value)
    if low <= recomputed <= high:
        verdict = "reproduces"
    elif min(corners) <= high and low <= max(corners):
        verdict = "close"
    else:
        verdict = "fails"
    return {
        "recomputed": recomputed,
        "lowest": min(corners),
        "highest": max(corners),
        "arithmetic": verdict,
    }


def bind_verdicts(checked: pd.DataFrame, ledger: Ledger) -> None:
    """Bind, for each source, how many of its claims were recomputed and how they came out."""
    for source, rows in checked.groupby("source", sort=True):
        for verdict in ("reproduces", "close", "fails"):
            found = (rows["arithmetic"] == verdict).astype(float).tolist()
            label = f"Recomputed figures that are judged '{verdict}'"
            key = f"verdict.{source}.{verdict}"
            ledger.derive(key, label, "1", "total", {"terms": found}, evidence="counted")
        key = f"verdict.{source}.n"
        ones = {"terms": [1.0] * len(rows)}
        ledger.derive(key, "Figures recomputed", "1", "total", ones, evidence="counted")
