"""Recompute each claim by its stated formula, within the rounding of its printed inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pandas as pd

from aienergy.contracts.claims import References, parse_input, split_inputs
from aienergy.contracts.quantities import ABSENT
from aienergy.formulas import ALIKE, FORMULAS, SAME, Formula
from aienergy.units import UnknownUnitError, conversion_factor
from aienergy.verify.diagnose import diagnose
from aienergy.verify.invariants import broken_invariant
from aienergy.verify.printed import Printed, printed_values

VERDICTS = ("reproduces", "close", "fails", "undetermined", "stated")
COLUMNS = ("recomputed", "lowest", "highest", "deviation", "arithmetic", "reason")


@dataclass(frozen=True, slots=True)
class Spread:
    """A value with the ends between which it rounds to what is printed."""

    value: float | list[float]
    low: float | list[float]
    high: float | list[float]


class RefusedError(ValueError):
    """A derivation that cannot be executed as stated."""


def rounding_interval(printed: str, *, hedged: bool = False) -> tuple[float, float]:
    """Return the ends between which a value rounds to the printed digits.

    `7.5` means 7.45 to 7.55, `1287` means 1286.5 to 1287.5, `2.91e+21` half a unit of the last
    digit of its mantissa.

    Args:
        printed: The number as text.
        hedged: Whether the source says *about*: trailing zeros of a whole number then do not
            count as digits, so that about `300000` means 250,000 to 350,000.
    """
    number = Decimal(printed)
    if hedged and number == number.to_integral():
        number = number.normalize()
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"'{printed}' is not finite")
    half = Decimal(5).scaleb(exponent - 1)
    return float(number - half), float(number + half)


def check_arithmetic(
    claims: pd.DataFrame, observations: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Execute the formula of every claim.

    Args:
        claims: Checked claims as text.
        observations: Observations as text, to which inputs may refer.

    Returns:
        The claims with the columns `COLUMNS`: recomputed (in the claim's unit), lowest and highest
        (over the rounding of the inputs), deviation (recomputed over printed, less one),
        arithmetic (one of `VERDICTS`) and the reason of any verdict but the first two.
    """
    known = printed_values(claims, observations)
    rows = claims.astype(str).to_dict("records")
    results = [judge({str(k): str(v) for k, v in row.items()}, known) for row in rows]
    return pd.concat(
        [claims, pd.DataFrame(results, index=claims.index, columns=list(COLUMNS))], axis=1
    )


def judge(claim: Mapping[str, str], known: Mapping[str, Printed]) -> dict[str, object]:
    """Return the verdict on one claim, as the columns that `check_arithmetic` adds.

    `reproduces`: the recomputed value rounds to the printed digits. `close`: a value within the
    rounding of the printed inputs does, or the claim is hedged and holds. `undetermined`: an input
    is not published, or was computed from the claim. `stated`: there is nothing to recompute.
    """
    empty: dict[str, object] = dict.fromkeys(COLUMNS, None)
    if claim["formula"] == ABSENT:
        return empty | {"arithmetic": "stated", "reason": "nothing to recompute"}
    inputs = split_inputs(claim["inputs"])
    missing = [name for name, text in inputs.items() if parse_input(text) is None]
    if missing:
        return empty | {
            "arithmetic": "undetermined",
            "reason": f"not published: {', '.join(missing)}",
        }
    equation = FORMULAS[claim["formula"]]
    try:
        broken = broken_invariant(claim, inputs, known)
        if broken:
            raise RefusedError(broken)
        spreads = _resolve(equation, inputs, claim, known)
        factor = _result_factor(equation, claim["unit"])
    except RefusedError as error:
        return empty | {"arithmetic": "fails", "reason": str(error)}
    recomputed = factor * _call(equation, {name: s.value for name, s in spreads.items()})
    corners = [factor * _call(equation, corner) for corner in _corners(spreads)]
    verdict, reason = _verdict(claim, recomputed, min(corners), max(corners))
    if verdict == "fails":
        reason = diagnose(float(claim["value"]) / recomputed, inputs) if recomputed else reason
    if "back_solved_input" in claim["flags"].split(";"):
        verdict, reason = "undetermined", "an input was computed from the figure itself"
    return {
        "recomputed": recomputed,
        "lowest": min(corners),
        "highest": max(corners),
        "deviation": recomputed / float(claim["value"]) - 1 if float(claim["value"]) else None,
        "arithmetic": verdict,
        "reason": reason,
    }


def arguments(
    claim: Mapping[str, str], known: Mapping[str, Printed]
) -> dict[str, float | list[float]]:
    """Return the inputs of an executable claim as the formula takes them."""
    equation, inputs = FORMULAS[claim["formula"]], split_inputs(claim["inputs"])
    return {name: s.value for name, s in _resolve(equation, inputs, claim, known).items()}


def _verdict(
    claim: Mapping[str, str], recomputed: float, lowest: float, highest: float
) -> tuple[str, str]:
    low, high = rounding_interval(claim["value"])
    if low <= recomputed <= high:
        return "reproduces", ""
    if lowest <= high and low <= highest:
        return "close", "within the rounding of the inputs"
    low, high = rounding_interval(claim["value"], hedged=True)
    holds = {
        "about": lowest <= high and low <= highest,
        "more_than": highest > low,
        "less_than": lowest < high,
        "up_to": lowest < high,
    }
    if holds.get(claim["hedge"], False):
        return "close", f"the source says '{claim['hedge'].replace('_', ' ')}'"
    return "fails", "does not follow from its inputs"


def _resolve(
    equation: Formula,
    inputs: Mapping[str, str],
    claim: Mapping[str, str],
    known: Mapping[str, Printed],
) -> dict[str, Spread]:
    """Bring every input to the unit in which the equation takes it."""
    alike = ""
    spreads: dict[str, Spread] = {}
    for name, text in inputs.items():
        values = _values(text, known)
        unit = equation.unit_of(name)
        if unit == SAME:
            unit = claim["unit"]
        elif unit == ALIKE:
            alike = alike or next((v.unit for v in values if v.unit), "1")
            unit = alike
        exact = name.endswith("_count") or name == "chips"
        spread = [_spread(value, unit, name, exact=exact) for value in values]
        if name in equation.lists:
            ends = zip(*spread, strict=True)
            spreads[name] = Spread(*(list(end) for end in ends))
        else:
            spreads[name] = Spread(*spread[0])
    return spreads


def _values(text: str, known: Mapping[str, Printed]) -> list[Printed]:
    parsed = parse_input(text)
    if isinstance(parsed, References):
        return [known[one] for one in parsed.ids]
    return [Printed(number, parsed.unit) for number in parsed.texts] if parsed else []


def _spread(value: Printed, unit: str, name: str, *, exact: bool) -> tuple[float, float, float]:
    """Return value, low and high of one input; a counted whole number is exact."""
    try:
        factor = conversion_factor(value.unit, unit) if value.unit else 1.0
    except UnknownUnitError as error:
        raise RefusedError(f"unit of {name}: {error}") from error
    low, high = rounding_interval(value.text)
    if exact and value.text.isdigit():
        low = high = float(value.text)
    return factor * float(value.text), factor * low, factor * high


def _result_factor(equation: Formula, unit: str) -> float:
    if equation.unit == SAME:
        return 1.0
    try:
        return conversion_factor(equation.unit, unit)
    except UnknownUnitError as error:
        what = f"the formula gives {equation.unit}, the claim is in {unit}"
        raise RefusedError(f"unit: {what}") from error


def _call(equation: Formula, arguments: Mapping[str, float | list[float]]) -> float:
    return float(equation.function(**arguments))


def _corners(spreads: Mapping[str, Spread]) -> list[dict[str, float | list[float]]]:
    """Return the corners of the box of inputs.

    The formulas are monotone in each input, so the extremes of the result lie there; a list moves
    as one, since each formula on lists rises in every element.
    """
    ends = [(spread.low, spread.high) for spread in spreads.values()]
    return [dict(zip(spreads, corner, strict=True)) for corner in product(*ends)]
