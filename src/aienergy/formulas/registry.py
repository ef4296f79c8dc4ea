"""What a formula is, and the closed list of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from aienergy.unit_names import unit_of_name

Values: TypeAlias = "float | NDArray[np.float64]"
Equation = TypeVar("Equation", bound=Callable[..., Any])

HOURS_PER_DAY = 24
WATTS_PER_KILOWATT = 1000
SECONDS_PER_HOUR = 3600
MONTHS_PER_YEAR = 12

SAME = "="
ALIKE = "~"


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation that a derivation may name.

    Attributes:
        function: The equation, on floats and on numpy arrays.
        text: The equation as a reader sees it.
        parameters: Its parameters in order.
        powers: Exponent of each parameter if the equation is a monomial, else None.
        on_values: Whether it takes plain values (often lists of them) and answers for the
            uncertainty of its result itself, instead of having intervals carried through it.
        on_intervals: Whether it takes intervals (often lists of them) and carries them itself,
            because inputs that several terms share must be drawn once.
        unit: Unit of the result, or `SAME` where the result has the unit of its inputs.
        units: Units of parameters that their names do not tell: a unit, `SAME` (the unit of the
            result) or `ALIKE` (all of these in one unit, whichever).
        lists: Parameters that take a list of values.
    """

    function: Callable[..., Any]
    text: str
    parameters: tuple[str, ...]
    powers: dict[str, int] | None = None
    on_values: bool = False
    unit: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    on_intervals: bool = False

    def unit_of(self, parameter: str) -> str:
        """Return the unit in which the equation takes a parameter, or `SAME` or `ALIKE`."""
        return self.units.get(parameter, unit_of_name(parameter))


FORMULAS: dict[str, Formula] = {}


def formula(
    text: str,
    *,
    on_values: bool = False,
    on_intervals: bool = False,
    unit: str | None = None,
    units: Mapping[str, str] | None = None,
    **powers: int,
) -> Callable[[Equation], Equation]:
    """Register an equation under the name of its function.

    Args:
        text: The equation as a reader sees it.
        on_values: As of `Formula`.
        on_intervals: As of `Formula`.
        unit: As of `Formula`; by default the one that the function's name ends with.
        units: As of `Formula`.
        powers: Exponents, if the equation is a monomial.
    """

    def register(function: Equation) -> Equation:
        code, name = function.__code__, function.__name__
        parameters = code.co_varnames[: code.co_argcount]
        lists = tuple(p for p in parameters if str(function.__annotations__[p]).startswith("list"))
        result = unit_of_name(name) if unit is None else unit
        FORMULAS[name] = Formula(
            function, text, parameters, powers or None, on_values, result, units or {}, lists,
            on_intervals,
        )  # fmt: skip
        return function

    return register
