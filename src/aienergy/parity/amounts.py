"""Amounts as people write them: `59.3 MWh`, or `40..59.3..90 MWh` with an interval."""

import math
import re

from aienergy.errors import LedgerError, Problem
from aienergy.intervals import Interval
from aienergy.units import UnknownUnitError, conversion_factor

LONGEST = 100  # characters; a longer text is no amount
_FORM = re.compile(r"(?P<numbers>[0-9.eE+-]+(?:\.\.[0-9.eE+-]+){0,2})\s*(?P<unit>[A-Za-z]+)")
HINT = "Write a number and a unit, '59.3 MWh', or three with an interval, '40..59.3..90 MWh'."


def read_amount(text: str, unit: str, where: str) -> Interval:
    """Return an amount in a unit, with its 5th and 95th percentile if they are given.

    Args:
        text: What somebody wrote.
        unit: Unit of the answer.
        where: Name of the option, for the message.

    Raises:
        LedgerError: It is no positive amount, or of another dimension.
    """
    found = _FORM.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        raise LedgerError(Problem(where, f"'{text[:LONGEST]}' is no amount", HINT))
    try:
        factor = conversion_factor(found["unit"], unit)
    except UnknownUnitError as error:
        hint = f"Give an energy, such as one in {unit}."
        raise LedgerError(Problem(where, str(error), hint)) from error
    parts = found["numbers"].split("..")
    try:
        values = [float(part) * factor for part in parts]
    except ValueError as error:
        raise LedgerError(Problem(where, f"'{found['numbers']}' is no number", HINT)) from error
    if not all(math.isfinite(value) and value > 0 for value in values):
        raise LedgerError(Problem(where, f"'{text}' is not above zero", "Energies are positive."))
    if len(values) == 1:
        return Interval(values[0])
    if len(values) == 2 or not values[0] < values[1] < values[2]:
        hint = "Give 5th percentile, median and 95th percentile, in this order."
        raise LedgerError(Problem(where, f"'{found['numbers']}' is no interval", hint))
    return Interval(values[1], values[0], values[2])
