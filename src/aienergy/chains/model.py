"""What a chain is, and the checks that a schema cannot make: names, cycles, what goes together."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aienergy.errors import LedgerError, Problem

Amount = float | str | tuple[float, float, float]
"""A number, the key of one, or value, low and high."""

LEVELS = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
MOST_CALLS = 100.0  # of one stage, since each is drawn


@dataclass(frozen=True, slots=True)
class Energy:
    """Where the energy of one call comes from.

    Attributes:
        number: Key of the energy of one unit of use; empty where it is written out or not known.
        per: Unit of use of the number.
        units: Units of use in one call.
        wh: Energy of one call (Wh), where it is written out or a number of a call.
        boundary: As the file says, empty where the number says it.
        not_known: Why it is not known; empty where it is.
    """

    number: str = ""
    per: str = ""
    units: Amount = 1.0
    wh: Amount | None = None
    boundary: str = ""
    not_known: str = ""


@dataclass(frozen=True, slots=True)
class Latency:
    """Where the time of one call comes from.

    Attributes:
        quantiles: Times by share of calls below them, in ms or as keys.
        fixed: A time that hardly varies, in ms or as a key.
        units: Units of use in one call, where the times are those of one unit.
        unit_quantiles: The same by share of calls.
        inside: Name of the stage whose time has this one's in it.
        not_known: Why it is not known; empty where it is.
    """

    quantiles: Mapping[float, float | str]
    fixed: float | str | None = None
    units: float | str | None = None
    unit_quantiles: Mapping[float, float | str] | None = None
    inside: str = ""
    not_known: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a request.

    Attributes:
        name: Its name in the file.
        label: Its name as printed.
        after: Names of the stages it waits for.
        calls: Calls for one request, one after another.
        on_device: Whether it runs on the user's own device.
        energy: Where its energy comes from.
        latency: Where its time comes from.
    """

    name: str
    label: str
    after: tuple[str, ...]
    calls: Amount
    on_device: bool
    energy: Energy
    latency: Latency


@dataclass(frozen=True, slots=True)
class Chain:
    """A request.

    Attributes:
        title: What is asked for.
        note: Anything a reader must know.
        region: Whose grid and price are taken; may be empty.
        stages: In an order in which they may run.
    """

    title: str
    note: str
    region: str
    stages: tuple[Stage, ...]

    def place(self, name: str) -> int:
        """Return the place of a stage in the order."""
        return next(i for i, stage in enumerate(self.stages) if stage.name == name)

    def befores(self) -> list[float]:
        """Return pairs of places, flat: a stage, and one that waits for it."""
        pairs = [
            (self.place(earlier), i)
            for i, stage in enumerate(self.stages)
            for earlier in stage.after
        ]
        return [float(end) for pair in pairs for end in pair]


def chain_of(description: Mapping[str, Any], where: str) -> Chain:
    """Build a chain from what the schema has let through.

    Args:
        description: As `chain.schema.json` says.
        where: Name of the file for error messages.

    Raises:
        LedgerError: Everything that is wrong: an infinite number, a name given twice, an unknown
            stage, a cycle, or parts that do not go together.
    """
    stages = description["stages"]
    problems = list(_problems(description, where))
    if not problems:
        problems = list(_graph_problems(stages, where))
    if problems:
        raise LedgerError(*problems)
    by_name = {stage["name"]: _stage(stage) for stage in stages}
    return Chain(
        title=description["title"],
        note=description.get("note", ""),
        region=description.get("region", ""),
        stages=tuple(by_name[name] for name in _order(stages)),
    )


def _stage(told: Mapping[str, Any]) -> Stage:
    energy, latency = told["energy"], told["latency"]
    units = latency.get("units")
    has_levels = isinstance(units, Mapping)
    return Stage(
        name=told["name"],
        label=told.get("label", told["name"].replace("_", " ").capitalize()),
        after=tuple(told.get("after", [])),
        calls=_amount(told.get("calls", 1.0)),
        on_device=told.get("place") == "device",
        energy=Energy(
            number=energy.get("number", ""),
            per=energy.get("per", ""),
            units=_amount(energy.get("units", 1.0)),
            wh=_amount(energy["wh"]) if "wh" in energy else None,
            boundary=energy.get("boundary", ""),
            not_known=energy.get("not_known", ""),
        ),
        latency=Latency(
            quantiles=_by_level(latency),
            fixed=_point(latency.get("fixed")),
            units=None if has_levels else _point(units),
            unit_quantiles=_by_level(units) if has_levels else None,
            inside=latency.get("in", ""),
            not_known=latency.get("not_known", ""),
        ),
    )


def _amount(told: Any) -> Amount:  # noqa: ANN401 -- as YAML has it
    if isinstance(told, Mapping):
        return float(told["value"]), float(told["low"]), float(told["high"])
    return told if isinstance(told, str) else float(told)


def _point(told: float | str | None) -> float | str | None:
    return told if told is None or isinstance(told, str) else float(told)


def _by_level(told: Mapping[str, Any]) -> dict[float, float | str]:
    return {
        level: value if isinstance(value := told[name], str) else float(value)
        for name, level in LEVELS.items()
        if name in told
    }


def _problems(description: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """Yield what is wrong inside stages."""
    for path, value in _floats(description, ()):
        if not math.isfinite(value):
            hint = "Write a positive number."
            yield Problem(f"{where} {'.'.join(map(str, path))}", f"{value} is no number", hint)
    for stage in description["stages"]:
        place = f"{where} stage {stage['name']}"
        yield from _energy_problems(stage["energy"], f"{place} energy")
        yield from _latency_problems(stage, f"{place} latency")
        calls = stage.get("calls", 1.0)
        most = calls["value"] if isinstance(calls, Mapping) else calls
        if not isinstance(most, str) and most > MOST_CALLS:
            hint = f"Up to {MOST_CALLS:g}; put many small calls into the units of one."
            yield Problem(f"{place} calls", f"{most:g} calls", hint)
        for amount in (calls, *(stage["energy"].get(name, 1.0) for name in ("units", "wh"))):
            if isinstance(amount, Mapping) and not (
                amount["low"] <= amount["value"] <= amount["high"]
            ):
                told = (
                    f"{amount['value']} does not lie between {amount['low']} and {amount['high']}"
                )
                yield Problem(place, told, "low, value and high rise, or are equal.")


def _floats(value: Any, path: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], float]]:  # noqa: ANN401
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _floats(part, (*path, key))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from _floats(part, (*path, i))
    elif isinstance(value, float):
        yield path, value


def _energy_problems(energy: Mapping[str, Any], where: str) -> Iterator[Problem]:
    given = [name for name in ("number", "wh", "not_known") if name in energy]
    if len(given) != 1:
        told = " and ".join(given) or "nothing"
        yield Problem(where, f"{told} is given", "Give one of number, wh and not_known.")
        return
    needs = {"number": ("per", "units", "boundary"), "wh": ("boundary",), "not_known": ()}[given[0]]
    for name in energy:
        if name not in (given[0], *needs):
            yield Problem(f"{where}.{name}", f"it does not go with {given[0]}", "Leave it out.")
    if given[0] == "number" and "per" not in energy:
        hint = "Say per which unit of use the number is, such as query or output_token."
        yield Problem(where, "per is missing", hint)
    if given[0] == "wh" and not isinstance(energy["wh"], str) and "boundary" not in energy:
        hint = "Say what it covers: board, node, it or facility."
        yield Problem(where, "boundary is missing", hint)


def _latency_problems(stage: Mapping[str, Any], where: str) -> Iterator[Problem]:
    latency = stage["latency"]
    levels = [name for name in LEVELS if name in latency]
    given = [name for name in ("fixed", "in", "not_known") if name in latency]
    if len(given) + bool(levels) != 1:
        told = " and ".join([*levels, *given]) or "nothing"
        hint = "Give quantiles, or one of fixed, in and not_known."
        yield Problem(where, f"{told} is given", hint)
    elif levels and len(levels) < 2:
        hint = "One quantile tells no spread: give two or more, or fixed where it hardly varies."
        yield Problem(where, f"{levels[0]} alone is given", hint)
    if "units" in latency:
        if not levels and "fixed" not in latency:
            yield Problem(where, "units go with times of one unit", "Leave units out.")
        units = latency["units"]
        if isinstance(units, Mapping) and len(units) < 2:
            yield Problem(f"{where}.units", "fewer than two quantiles", "Give two, or one number.")
    for told, name in ((latency, where), (latency.get("units"), f"{where}.units")):
        values = [told[q] for q in LEVELS if q in told] if isinstance(told, Mapping) else []
        plain = [value for value in values if not isinstance(value, str)]
        if plain != sorted(plain):
            yield Problem(name, "quantiles fall", "A higher share has a longer time.")


def _graph_problems(stages: list[Mapping[str, Any]], where: str) -> Iterator[Problem]:
    names = [stage["name"] for stage in stages]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(f"{where} stage {name}", "the name stands there twice", "Rename one of them.")
    for stage in stages:
        inside = [stage["latency"]["in"]] if "in" in stage["latency"] else []
        for other in (*stage.get("after", []), *inside):
            if other not in names:
                hint = f"Stages are {', '.join(dict.fromkeys(names))}."
                yield Problem(f"{where} stage {stage['name']}", f"unknown stage '{other}'", hint)
    order = _order(stages)
    if len(order) < len(set(names)):
        left = [name for name in names if name not in order]
        hint = "A stage cannot wait for itself: put what repeats into calls."
        yield Problem(where, f"a cycle among {', '.join(left)}", hint)
        return
    for stage in stages:
        inside = stage["latency"].get("in")
        if inside in order and order.index(inside) >= order.index(stage["name"]):
            hint = "Only an earlier stage has the time of a later one in it."
            what = f"'{inside}' is not before '{stage['name']}'"
            yield Problem(f"{where} stage {stage['name']} latency.in", what, hint)


def _order(stages: list[Mapping[str, Any]]) -> list[str]:
    """Return the names in an order in which stages may run, as near as possible to the file's.

    Stages of a cycle, and those that wait for one, are left out.
    """
    waits = {stage["name"]: set(stage.get("after", [])) for stage in stages}
    order: list[str] = []
    while ready := [name for name, after in waits.items() if after <= set(order)]:
        order.append(ready[0])
        del waits[ready[0]]
    return order
