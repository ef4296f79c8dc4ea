"""A printed quantity bound to its derivation, and the ledger that executes derivations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from aienergy.errors import LedgerError, Problem
from aienergy.formulas import FORMULAS
from aienergy.intervals import Interval, Propagated, Support, propagate

Input = float | str | Sequence[float | str]
# Names of central intervals by their level.
_RANGES = {0.8: "ci80", 0.9: "p05_p95", 0.95: "ci95"}
RELATIVE_TOLERANCE = 1e-9  # persisted values carry 12 significant digits


@dataclass(frozen=True, slots=True)
class Number:
    """One quantity that the report may print.

    Attributes:
        key: Name by which prose asks for it.
        label: What it is, for a reader.
        value: Value in `unit`; median where an interval is known.
        low: Lower end, or None where no interval is known.
        high: Upper end.
        range: What low and high are; `p05_p95` for our own estimates.
        unit: Unit, in the registry's spelling.
        support: Family of the distribution.
        evidence: How it is known.
        said_by: `operator`, `third_party` or `ledger` (derived here).
        boundary: Hardware that an energy value covers.
        scope: Activities that it covers.
        formula: Name of a function of `formulas`.
        inputs: Literals, or keys of other numbers, by parameter name.
        sources: Where it comes from: `key: locator` of a cited value, keys for a derived one.
        variance_shares: For an estimate, what each input adds to the variance of its logarithm.
        note: Anything a reader must know.
    """

    key: str
    label: str
    value: float
    unit: str
    formula: str
    inputs: dict[str, Any]
    sources: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    range: str = ""
    support: Support = "positive"
    evidence: str = "modelled"
    said_by: str = "ledger"
    boundary: str = ""
    scope: str = ""
    variance_shares: dict[str, float] = field(default_factory=dict)
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the number as JSON holds it."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def interval(self) -> Interval:
        """Return the value for use as a factor.

        Only a 5th-to-95th percentile range carries a spread; a 90 % interval is one. A min-max, a
        range over sites or a standard deviation is never silently taken for it.
        """
        if self.range in ("p05_p95", "ci90"):
            return Interval(self.value, self.low, self.high, self.support)
        return Interval(self.value, support=self.support)


class Ledger:
    """Numbers by key, and the one way to derive a new one from them.

    Args:
        numbers: Numbers to begin with.
        seed: Seed for derivations that are sampled.
    """

    def __init__(self, numbers: Iterable[Number] = (), seed: int = 0) -> None:
        self.seed = seed
        self._numbers: dict[str, Number] = {}
        for number in numbers:
            self.add(number)

    def __getitem__(self, key: str) -> Number:
        try:
            return self._numbers[key]
        except KeyError as error:
            hint = "Numbers are listed in results/numbers.json."
            raise LedgerError(Problem("numbers", f"unknown number '{key}'", hint)) from error

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[Number]:
        return iter(self._numbers.values())

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, number: Number) -> Number:
        """Add a number.

        Raises:
            LedgerError: The key is taken.
        """
        if number.key in self._numbers:
            hint = "Keys are unique over all stages."
            raise LedgerError(Problem("numbers", f"duplicate number '{number.key}'", hint))
        self._numbers[number.key] = number
        return number

    def derive(
        self,
        key: str,
        label: str,
        unit: str,
        formula: str,
        inputs: Mapping[str, Input],
        sources: Iterable[str] = (),
        **details: Any,  # noqa: ANN401 -- the further attributes of Number
    ) -> Number:
        """Execute a formula on numbers and literals, and add the result.

        Args:
            key: Name of the new number.
            label: What it is.
            unit: Unit of the result.
            formula: Name of a function of `formulas`.
            inputs: For each parameter a literal, a key, or a list of these.
            sources: Where literals come from; sources of keys are found by themselves.
            details: Further attributes of `Number`.

        Raises:
            LedgerError: Unknown formula or key, or a taken key.
        """
        result = execute(formula, inputs, self, self.seed)
        interval = result.interval
        upstream = {s.partition(":")[0]: None for n in self._upstream(inputs) for s in n.sources}
        upstream |= dict.fromkeys(sources)
        return self.add(
            Number(
                key=key,
                label=label,
                value=interval.value,
                unit=unit,
                formula=formula,
                inputs=dict(inputs),
                sources=tuple(upstream),
                low=interval.low,
                high=interval.high,
                range="" if interval.is_point else range_of(inputs),
                support=interval.support,
                variance_shares=result.variance_shares,
                **details,
            )
        )

    def _upstream(self, inputs: Mapping[str, Input]) -> list[Number]:
        return [self[key] for item in inputs.values() for key in keys_of(item)]


def range_of(inputs: Mapping[str, Input]) -> str:
    """Return what the ends of a derived interval are: a formula may be told another level."""
    level = inputs.get("level", 0.9)
    return _RANGES.get(level, "") if isinstance(level, float) else "p05_p95"


def keys_of(item: Input) -> list[str]:
    """Return the keys of other numbers that one input refers to."""
    if isinstance(item, str):
        return [item]
    if isinstance(item, Sequence):
        return [part for part in item if isinstance(part, str)]
    return []


def execute(formula: str, inputs: Mapping[str, Input], ledger: Ledger, seed: int) -> Propagated:
    """Execute one derivation.

    A formula on plain values may return an `Interval` (a fitted statistic), one on intervals
    returns what came of them; any other formula has the intervals of its inputs carried through.

    Raises:
        LedgerError: Unknown formula or key.
    """
    if formula not in FORMULAS:
        hint = "Formulas are registered in aienergy/formulas."
        raise LedgerError(Problem("numbers", f"unknown formula '{formula}'", hint))
    equation = FORMULAS[formula]
    if equation.on_values:
        arguments = {name: _values(item, ledger) for name, item in inputs.items()}
        result = equation.function(**arguments)
        interval = result if isinstance(result, Interval) else Interval(float(result))
        return Propagated(interval, {}, "point")
    if equation.on_intervals:
        given = {name: _intervals(item, ledger) for name, item in inputs.items()}
        carried: Propagated = equation.function(**given)
        return carried
    if all(isinstance(item, int | float) for item in inputs.values()):
        # Nothing to carry through: thousands of facts are one printed value times a factor.
        return Propagated(Interval(float(equation.function(**inputs))), {}, "point")
    factors = {name: _factor(item, ledger) for name, item in inputs.items()}
    return propagate(equation.function, factors, equation.powers, seed)


def _factor(item: Input, ledger: Ledger) -> Interval:
    if isinstance(item, str):
        return ledger[item].interval()
    return Interval(float(item))  # type: ignore[arg-type]  # lists were taken care of


def _intervals(item: Input, ledger: Ledger) -> Interval | list[Interval]:
    if isinstance(item, Sequence) and not isinstance(item, str):
        return [_factor(part, ledger) for part in item]
    return _factor(item, ledger)


def _values(item: Input, ledger: Ledger) -> float | list[float]:
    if isinstance(item, str):
        return ledger[item].value
    if isinstance(item, Sequence):
        return [ledger[part].value if isinstance(part, str) else float(part) for part in item]
    return float(item)


def load(records: Iterable[Mapping[str, Any]]) -> list[Number]:
    """Turn JSON records back into numbers."""
    return [Number(**{**record, "sources": tuple(record["sources"])}) for record in records]
