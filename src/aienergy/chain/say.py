"""Say a chain as lines of text: its stages, the request, and what is not known or mixed."""

import math
from collections.abc import Iterator

from aienergy.chain.answer import Answer
from aienergy.chains.bound import DEVICE, BoundStage
from aienergy.contracts.numbers import Number
from aienergy.prose import significant
from aienergy.run.escape import clean

_WH = ((1e3, "kWh"), (1.0, "Wh"), (1e-3, "mWh"), (1e-6, "µWh"), (1e-9, "nWh"), (1e-12, "pWh"))
_GRAMS = ((1e3, "kg"), (1.0, "g"), (1e-3, "mg"), (1e-6, "µg"), (1e-9, "ng"), (1e-12, "pg"))
_SECONDS = ((60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
_BAR = 16  # characters
NOT_KNOWN = "not known"
Steps = tuple[tuple[float, str], ...]


def lines(found: Answer) -> Iterator[str]:
    """Yield the answer for a terminal."""
    bound = found.bound
    yield clean(bound.chain.title)
    yield from _table(found)
    yield ""
    bounds = "" if bound.has_all_energies else "at least "
    for name, key, steps, unit in (
        ("energy", bound.energy, _WH, ""),
        ("emissions", bound.emissions, _GRAMS, " CO2e"),
    ):
        number = found.number(key)
        text = NOT_KNOWN if number is None else bounds + _spanned(number, steps) + unit
        yield f"{name:<10} {text}"
    cost = found.number(bound.cost)
    yield f"{'cost':<10} {NOT_KNOWN if cost is None else bounds + _money(cost)}"
    yield f"{'time':<10} {_time_text(found)}"
    yield ""
    yield from _remarks(found)


def _table(found: Answer) -> Iterator[str]:
    parts = found.bound.stages
    energies = [found.ledger[p.facility].value if p.facility else math.nan for p in parts]
    head = ["", "stage", "after", "calls", "covers", "energy (5 % to 95 %)", "time of a call", ""]
    rows = [head]
    for part, energy in zip(parts, energies, strict=True):
        number = found.number(part.facility)
        rows.append(
            [
                "*" if _is_waited_for(part, found) else "",
                clean(part.stage.label),
                ", ".join(part.stage.after) or "-",
                _calls(part, found),
                part.boundary or "-",
                NOT_KNOWN if number is None else _spanned(number, _WH),
                _stage_time(part, found),
                _bar(energy, energies),
            ]
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _is_waited_for(part: BoundStage, found: Answer) -> bool:
    if part.stage.latency.inside:
        return True
    return bool(part.critical) and found.ledger[part.critical].value >= 0.5


def _calls(part: BoundStage, found: Answer) -> str:
    calls = part.stage.calls
    if isinstance(calls, str):
        return f"{found.ledger[calls].value:g}"
    return f"{calls[0] if isinstance(calls, tuple) else calls:g}"


def _bar(energy: float, energies: list[float]) -> str:
    """Return a bar on a logarithmic scale from the smallest stage to the largest."""
    known = [value for value in energies if math.isfinite(value)]
    if not math.isfinite(energy):
        return ""
    low, high = math.log10(min(known)) - 0.5, math.log10(max(known))
    return "#" * max(1, round(_BAR * (math.log10(energy) - low) / (high - low)))


def _stage_time(part: BoundStage, found: Answer) -> str:
    if part.stage.latency.inside:
        return f"in {part.stage.latency.inside}"
    return _scaled(found.ledger[part.median].value, _SECONDS) if part.median else NOT_KNOWN


def _time_text(found: Answer) -> str:
    latency = found.bound.latency
    if not latency:
        return NOT_KNOWN
    told = ", ".join(
        f"{name} {_scaled(found.ledger[key].value, _SECONDS)}" for name, key in latency.items()
    )
    return told if found.bound.has_all_times else f"at least {told}"


def _remarks(found: Answer) -> Iterator[str]:
    bound = found.bound
    yield "* on the longest path of at least half of the requests; bars are logarithmic"
    if len(bound.boundaries) > 1:
        told = f"Boundaries are mixed ({', '.join(bound.boundaries)}): each energy is taken to the"
        yield f"{told} facility by the ladder's steps, which are drawn once for all stages."
    elif bound.boundaries not in ((), ("facility",), (DEVICE,)):
        yield f"Energies cover {bound.boundaries[0]} and are taken to the facility by the ladder."
    if DEVICE in bound.boundaries:
        yield "What runs on the user's device is taken as it is: no facility belongs to it."
    if found.pue is not None:
        yield f"PUE {found.pue:g} as given."
    for part in bound.stages:
        if part.note:
            yield f"{clean(part.stage.label)}, energy: {part.note}"
        if part.stage.latency.not_known:
            yield f"{clean(part.stage.label)}, time: {part.stage.latency.not_known}"
    if found.region:
        yield f"Grid and price: {found.region}; electricity alone, average of a year."
    yield from (f"Not known: {text}" for text in found.unknown)
    if bound.chain.note:
        yield f"Note: {' '.join(bound.chain.note.split())}"


def _scaled(value: float, steps: Steps, digits: int = 2) -> str:
    step, unit = next((s for s in steps if value >= s[0] * 0.9995), steps[-1])
    return f"{significant(value / step, digits)} {unit}"


def _spanned(number: Number, steps: Steps) -> str:
    text = _scaled(number.value, steps)
    if number.low is None or number.high is None:
        return text
    return f"{text} ({_scaled(number.low, steps)} to {_scaled(number.high, steps)})"


def _money(number: Number) -> str:
    text = f"{significant(number.value, 2)} USD"
    if number.low is None or number.high is None:
        return text
    return f"{text} ({significant(number.low, 2)} to {significant(number.high, 2)} USD)"
