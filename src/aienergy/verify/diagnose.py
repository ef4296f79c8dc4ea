"""Say which well-known mistake would explain by how much a claim misses."""

import math
from collections.abc import Mapping

from aienergy.contracts.claims import UNPUBLISHED, Literal, parse_input

TOLERANCE = 0.01
POUNDS_PER_KILOGRAM = 1 / 0.45359237
MEGAJOULES_PER_KILOWATT_HOUR = 3.6
CO2_PER_CARBON = 44.009 / 12.011

_FACTORS = {
    "as if pounds were taken for kilograms": POUNDS_PER_KILOGRAM,
    "as if megajoules were taken for kilowatt-hours": MEGAJOULES_PER_KILOWATT_HOUR,
    "as if carbon dioxide were taken for carbon": CO2_PER_CARBON,
    "as if hours were taken for days": 24.0,
    "as if minutes were taken for hours": 60.0,
}


def diagnose(ratio: float, inputs: Mapping[str, str]) -> str:
    """Return what would explain the ratio of the printed to the recomputed value.

    Args:
        ratio: Printed over recomputed value.
        inputs: Inputs of the claim, as text.

    Returns:
        A mistake that this ratio fits within a hundredth, or that none was recognized.
    """
    return f"does not follow from its inputs{_mistake(ratio, inputs)}"


def _mistake(ratio: float, inputs: Mapping[str, str]) -> str:
    if ratio <= 0:
        return ": the sign is wrong"
    known = {**_FACTORS, **{f"{what}, or the reverse": 1 / f for what, f in _FACTORS.items()}}
    pue = parse_input(inputs.get("pue", UNPUBLISHED))
    if isinstance(pue, Literal) and float(pue.texts[0]) != 1:
        value = float(pue.texts[0])
        known = {
            "as if PUE were applied twice": value,
            "as if PUE were left out": 1 / value,
            "as if divided by PUE instead of multiplied": value**-2,
        } | known
    power = round(math.log10(ratio))
    if power:
        known[f"off by a power of ten (1e{power:+d})"] = 10.0**power
    return next((f": {what}" for what, factor in known.items() if _near(ratio, factor)), "")


def _near(ratio: float, factor: float) -> bool:
    return abs(ratio / factor - 1) < TOLERANCE
