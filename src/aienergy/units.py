"""The one registry of units, and the one conversion at the door.

CO2 and CO2e are separate dimensions, and so are FLOP and money: a table that mixes them up cannot
be converted and stops the build.
"""

import re
from functools import cache

import pint

_DEFINITIONS = """
flop = [floating_point_operation] = FLOP
flop_s = FLOP / second
teraflop_s = 1e12 * FLOP / second
petaflop_s = 1e15 * FLOP / second
petaflop_s_day = 8.64e19 * FLOP
teraflop_s_day = 8.64e16 * FLOP
gCO2e = [mass_co2e]
tCO2e = 1e6 * gCO2e
lbCO2e = 453.59237 * gCO2e
gCO2 = [mass_co2]
tCO2 = 1e6 * gCO2
lbCO2 = 453.59237 * gCO2
USD = [currency_usd]
cent_usd = 0.01 * USD
EUR = [currency_eur]
million = 1e6
billion = 1e9
trillion = 1e12
"""

# Units come from files that anybody may write: one name, or one over another, and nothing else.
_SPELLING = re.compile(r"(1|[A-Za-z_]\w*)(/[A-Za-z_]\w*)?")


class UnknownUnitError(ValueError):
    """A unit that the registry does not define, or that does not fit the quantity."""


@cache
def _registry() -> "pint.UnitRegistry[float]":
    registry: pint.UnitRegistry[float] = pint.UnitRegistry(cache_folder=None)
    registry.load_definitions([line for line in _DEFINITIONS.splitlines() if line])
    return registry


@cache
def conversion_factor(unit: str, canonical_unit: str) -> float:
    """Return the factor that turns a value in `unit` into one in `canonical_unit`.

    Args:
        unit: Unit as printed by a source, in the registry's spelling (`MWh`, `lbCO2e/kWh`).
        canonical_unit: Unit of the quantity's contract.

    Raises:
        UnknownUnitError: The unit is unknown or has another dimension.
    """
    if not _SPELLING.fullmatch(unit):
        raise UnknownUnitError(f"'{unit}' is no unit")
    registry = _registry()
    try:
        return float(registry.Quantity(1.0, unit).to(canonical_unit).magnitude)
    except (pint.errors.PintError, AttributeError, TypeError, ValueError) as error:
        raise UnknownUnitError(f"'{unit}' cannot be converted to '{canonical_unit}'") from error
