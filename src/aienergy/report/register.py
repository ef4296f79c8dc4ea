"""The register of numbers: for every printed number, what it is and how it is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from aienergy import units
from aienergy.contracts.numbers import Input as NumberInput
from aienergy.contracts.numbers import Number, keys_of
from aienergy.formulas import FORMULAS
from aienergy.prose import printed_digits, significant, unit_text
from aienergy.unit_names import unit_ending

SAID_BY = {
    "operator": "said by the operator",
    "third_party": "said by a third party",
    "ledger": "derived in this ledger",
}
EVIDENCE = {
    "metered": "metered",
    "counter": "read from a hardware counter",
    "nameplate": "nameplate value",
    "modelled": "modelled",
    "counted": "counted",
    "stated": "stated without a method",
    "assumption": "our assumption",
}
RANGES = {
    "p05_p95": "5th to 95th percentile",
    "ci80": "80 % interval",
    "ci90": "90 % interval",
    "ci95": "95 % interval",
    "min_max": "lowest to highest",
    "sd": "plus and minus one standard deviation",
    "sites": "range over sites",
    "rounding": "range of rounding",
}
_CONVERSIONS = ("unit_conversion", "per_unit_conversion")
_READABLE = {"FLOP/s": "teraflop_s"}
_LIST_SHOWN = 12  # a longer list of inputs is told by its length
_SHARES_SHOWN = 3
ALL_STEPS = 1000  # more than any derivation has
_SOURCES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a derivation.

    Attributes:
        name: Parameter, as words.
        parts: Text and key of each value; the key is empty for a literal, or for a number that
            has no entry.
    """

    name: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One number as the register tells it; empty texts are left out."""

    key: str
    label: str
    value: str
    interval: str
    how: str
    derived: bool
    formula: str
    inputs: tuple[Input, ...]
    printed_as: str
    shares: str
    sources: tuple[tuple[str, str], ...]
    more_sources: int
    note: str

    @property
    def single_source(self) -> bool:
        """Whether it has just one source."""
        return len(self.sources) == 1


def closure(
    numbers: Mapping[str, Number], used: Iterable[str], steps: int = ALL_STEPS
) -> list[str]:
    """Return the keys of used numbers and of those they derive from, sorted.

    Members of long lists (points of a trend) are left out unless they are used themselves.

    Args:
        numbers: All numbers by key.
        used: Keys of those that the report prints.
        steps: How many steps of derivation to follow.
    """
    found: set[str] = set()
    waiting = set(used)
    for _ in range(steps + 1):
        if not waiting:
            break
        found |= waiting
        inputs = (item for key in waiting for item in numbers[key].inputs.values())
        waiting = {key for item in inputs for key in _linked(item)} - found
    return sorted(found)


def _linked(item: NumberInput) -> list[str]:
    keys = keys_of(item)
    return keys if len(keys) <= _LIST_SHOWN else []


def entries(
    numbers: Mapping[str, Number],
    used: Iterable[str],
    observations: Mapping[str, Mapping[str, str]],
    steps: int = ALL_STEPS,
) -> list[Entry]:
    """Return the register.

    Args:
        numbers: All numbers by key.
        used: Keys of those that the report prints.
        observations: Normalized observations by id, which know what the source printed.
        steps: How many steps of derivation to follow.
    """
    keys = closure(numbers, used, steps)
    told = set(keys)
    made = [_entry(numbers[key], numbers, observations.get(key, {})) for key in keys]
    return [replace(entry, inputs=_without_links(entry.inputs, told)) for entry in made]


def _without_links(inputs: tuple[Input, ...], told: set[str]) -> tuple[Input, ...]:
    """Return inputs whose values that have no entry of their own lead nowhere."""
    return tuple(
        Input(one.name, tuple((text, key if key in told else "") for text, key in one.parts))
        for one in inputs
    )


def value_text(number: Number) -> str:
    """Return the value with its unit: as its source prints it, a derived one with three digits."""
    unit = _READABLE.get(number.unit, number.unit)
    value = number.value
    if unit != number.unit:
        value *= units.conversion_factor(number.unit, unit)
    if value % 1 == 0 and abs(value) < 1e4:  # counts among them
        return _with_unit(f"{value:,.0f}", unit)
    digits = 3 if number.said_by == "ledger" else printed_digits(number)
    return _with_unit(significant(value, digits), unit)


def _with_unit(text: str, unit: str) -> str:
    label = unit_text(unit)
    return f"{text}\u00a0{label}" if label else text


def _interval_text(number: Number) -> str:
    if number.low is None or number.high is None:
        return ""
    digits = printed_digits(number)
    low, high = significant(number.low, digits), significant(number.high, digits)
    meaning = RANGES.get(number.range, number.range)
    text = _with_unit(f"{low} to {high}", number.unit)
    return f"{text}, {meaning}" if meaning else text


def _entry(number: Number, numbers: Mapping[str, Number], observation: Mapping[str, str]) -> Entry:
    derived = number.said_by == "ledger"
    located = [source.partition(": ") for source in number.sources]
    shown = located[:_SOURCES_SHOWN]
    return Entry(
        key=number.key,
        label=number.label[:1].upper() + number.label[1:],
        value=value_text(number),
        interval=_interval_text(number),
        how=_how(number),
        derived=derived,
        formula="" if number.formula in _CONVERSIONS else formula_text(number.formula),
        inputs=_inputs(number, numbers) if derived else (),
        printed_as="" if derived else _printed_as(number, observation),
        shares=_shares(number),
        sources=tuple((key, locator) for key, _, locator in shown),
        more_sources=len(located) - len(shown),
        note=number.note,
    )


def _how(number: Number) -> str:
    """Say how the number is known and by whom it is said, and what it covers."""
    evidence = EVIDENCE.get(number.evidence, number.evidence)
    told = [f"{evidence[:1].upper()}{evidence[1:]}, {SAID_BY.get(number.said_by, number.said_by)}"]
    told += [f"boundary {number.boundary}"] * bool(number.boundary)
    told += [f"scope {number.scope.replace('_', ' ')}"] * bool(number.scope)
    return "; ".join(told) + "."


def formula_text(name: str) -> str:
    """Return an equation as a reader sees it."""
    return FORMULAS[name].text.replace(" x ", " × ").replace("^", " to the power ")


def _inputs(number: Number, numbers: Mapping[str, Number]) -> tuple[Input, ...]:
    shown = []
    for name, item in number.inputs.items():
        if name == "support":
            continue  # the family of the distribution, by its place in a list
        values = item if isinstance(item, list | tuple) else [item]
        if len(values) > _LIST_SHOWN:
            parts: tuple[tuple[str, str], ...] = ((f"{len(values)} values", ""),)
        else:
            parts = tuple(_part(value, numbers) for value in values)
        shown.append(Input(parameter_text(name), parts))
    return tuple(shown)


def _part(value: float | str, numbers: Mapping[str, Number]) -> tuple[str, str]:
    if isinstance(value, str):
        return value_text(numbers[value]), value
    return significant(float(value), 6).rstrip("0").rstrip(".") if value % 1 else _whole(value), ""


def _whole(value: float) -> str:
    return f"{int(value)}" if 1000 <= value < 3000 else f"{int(value):,}"


def parameter_text(name: str) -> str:
    """Return the name of a parameter as words, without the unit that it carries."""
    words = name.removesuffix(unit_ending(name)).replace("_", " ")
    return {"pue": "PUE", "mfu": "MFU"}.get(words, words)


def _printed_as(number: Number, observation: Mapping[str, str]) -> str:
    """Say what the source printed, where the ledger holds it in another unit."""
    value, unit = observation.get("value_printed", ""), observation.get("unit_printed", "")
    if not value or number.formula not in _CONVERSIONS or number.inputs.get("factor") == 1:
        return ""
    per = observation.get("per_count", "1")
    count = f" for {float(per):,.0f} units of use" if float(per or 1) != 1 else ""
    return f"{float(value):,.12g} {unit_text(unit)}".strip() + count


def _shares(number: Number) -> str:
    ranked = sorted(number.variance_shares.items(), key=lambda pair: (-pair[1], pair[0]))
    told = [(parameter_text(name), share) for name, share in ranked[:_SHARES_SHOWN] if share > 0.01]
    if len(told) < 2:
        return ""
    return ", ".join(f"{name} {100 * share:.0f} %" for name, share in told)
