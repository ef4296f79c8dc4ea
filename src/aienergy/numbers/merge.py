"""One list of numbers, and the check that executes every derivation once more."""

import math
from collections.abc import Iterable

from aienergy.contracts.numbers import RELATIVE_TOLERANCE, Ledger, Number, execute, keys_of
from aienergy.errors import LedgerError, Problem


def merge(stages: Iterable[Iterable[Number]]) -> list[Number]:
    """Merge numbers, checking that keys are unique and that every input exists and has no cycle.

    Numbers come in the order in which they may be derived: an input stands before its user, which
    also rules out cycles.

    Raises:
        LedgerError: A duplicate key or an unknown input.
    """
    ledger = Ledger()
    problems: list[Problem] = []
    for number in (number for numbers in stages for number in numbers):
        missing = [k for item in number.inputs.values() for k in keys_of(item) if k not in ledger]
        if missing:
            hint = "An input must be a number of an earlier stage, or stand earlier in its own."
            problems.append(Problem(f"number {number.key}", f"unknown inputs {missing}", hint))
        else:
            ledger.add(number)
    if problems:
        raise LedgerError(*problems)
    return list(ledger)


def check(numbers: Iterable[Number], seed: int) -> int:
    """Execute every derivation once more, and return how many there are.

    Args:
        numbers: As `merge` returns them.
        seed: Seed of the sampled intervals.

    Raises:
        LedgerError: A derivation does not give the stored value.
    """
    ledger = Ledger(seed=seed)
    problems: list[Problem] = []
    for number in numbers:
        problems.extend(_check(number, ledger))
        ledger.add(number)
    if problems:
        raise LedgerError(*problems)
    return len(ledger)


def _check(number: Number, ledger: Ledger) -> list[Problem]:
    result = execute(number.formula, number.inputs, ledger, ledger.seed).interval
    pairs = {"value": (number.value, result.value)}
    if not result.is_point:
        pairs |= {"low": (number.low, result.low), "high": (number.high, result.high)}  # type: ignore[dict-item]
    return [
        Problem(
            f"number {number.key}",
            f"its {name} {stored} does not follow from its derivation, which gives {found}",
            f"Rebuild the stage; the formula is {number.formula} in aienergy/formulas.",
        )
        for name, (stored, found) in pairs.items()
        if stored is None or not math.isclose(stored, found, rel_tol=RELATIVE_TOLERANCE)
    ]
