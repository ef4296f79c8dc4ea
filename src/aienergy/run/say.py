"""Say re-expressed runs: as a table for a reader, and as dictionaries for a program."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from aienergy.prose import significant, unit_text
from aienergy.run.case import Restated
from aienergy.run.energy import Run
from aienergy.run.escape import clean, clean_long
from aienergy.run.lookup import Library
from aienergy.tables import rounded

NOT_KNOWN = "not known"
_DIGITS = 3
_GRAMS = "g\u00a0CO₂e"
# Sizes and names of units, the largest first.
_STEPS: dict[str, tuple[tuple[float, str], ...]] = {
    "kWh": ((1e6, "GWh"), (1e3, "MWh"), (1.0, "kWh"), (1e-3, "Wh"), (1e-6, "mWh"), (1e-9, "µWh")),
    "kgCO2e": ((1e3, "t\u00a0CO₂e"), (1.0, "kg\u00a0CO₂e"), (1e-3, _GRAMS), (1e-6, f"m{_GRAMS}"),
               (1e-9, f"µ{_GRAMS}")),
    "gCO2e": ((1e3, "kg\u00a0CO₂e"), (1.0, _GRAMS), (1e-3, f"m{_GRAMS}"), (1e-6, f"µ{_GRAMS}"),
              (1e-9, f"n{_GRAMS}")),
    "L": ((1e3, "m³"), (1.0, "L"), (1e-3, "mL"), (1e-6, "µL")),
    "USD": ((1.0, "USD"),),
}  # fmt: skip


def described(runs: Sequence[Run], values: Sequence[Restated]) -> list[dict[str, Any]]:
    """Return the runs with their values as JSON knows them; what is not known is null."""
    shown = []
    for run in runs:
        mine = [asdict(value) for value in values if value.run == run.key]
        shown.append(
            {
                "run": run.name,
                "file": run.file,
                "per": run.per,
                "boundary": run.covers,
                "absent": run.absent or None,
                "evidence": run.evidence,
                "pue_inside": run.pue,
                "widens": run.widens,
                "repeats": run.repeats or None,
                "values": [{k: v for k, v in value.items() if k != "run"} for value in mine],
            }
        )
    told: list[dict[str, Any]] = rounded(shown)
    return told


def scale_of(value: float, unit: str) -> tuple[float, str]:
    """Return the size and name of the step of a unit that suits a value."""
    steps = _STEPS.get(unit, ((1.0, unit_text(unit)),))
    return next((step for step in steps if abs(value) >= step[0] * 0.9995), steps[-1])


def amount_text(value: Restated) -> str:
    """Return the value with a unit that suits its size, or that it is not known."""
    return NOT_KNOWN if value.value is None else plain_amount(value.value, value.unit)


def plain_amount(value: float, unit: str) -> str:
    """Return `7.89 g CO₂e`: three significant digits, in the unit that suits the size."""
    if value == 0:
        return f"0\u00a0{unit_text(unit)}"
    step, name = scale_of(value, unit)
    return f"{significant(value / step, _DIGITS)}\u00a0{name}"


def ends_text(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    """Return `7.07 to 8.82`, in the unit of the value's text, or a dash without an interval."""
    if not value or low is None or high is None:
        return "-"
    step, _ = scale_of(value, unit)
    return f"{significant(low / step, _DIGITS)} to {significant(high / step, _DIGITS)}"


def lines(runs: Sequence[Run], values: Sequence[Restated], library: Library) -> Iterator[str]:
    """Yield the table of all values, then each note once."""
    if not values:
        return
    names = {run.key: run.name for run in runs}
    rows = [_row(value, names, library) for value in values]
    table = pd.DataFrame(rows)
    several = {name for name in ("run", "region") if table[name].nunique() > 1}
    kept = [name for name in table.columns if name not in ("run", "region") or name in several]
    for name in ("run", "region"):
        if name not in several and table[name].iloc[0]:
            yield f"{name}: {table[name].iloc[0]}"
    yield table[kept].to_string(index=False)
    yield from notes(values, library)


def _row(value: Restated, names: Mapping[str, str], library: Library) -> dict[str, str]:
    return {
        "run": clean(names[value.run]),
        "region": library.name(value.region) if value.region else "",
        "quantity": clean(value.label),
        "value": amount_text(value).replace("\u00a0", " "),
        "90 % interval": ends_text(value.value, value.low, value.high, value.unit),
        "of": value.boundary or "-",
        "basis": value.basis or "-",
        "year": str(value.year) if value.year else "-",
        "source": ", ".join(value.sources) or "-",
    }


def notes(values: Sequence[Restated], library: Library) -> list[str]:
    """Return what to know about the values, and what is not known and where, each once."""
    told = [f"{v.label}: {v.note}" for v in values if v.value is not None and v.note]
    missing: dict[tuple[str, str], dict[str, None]] = {}
    for v in values:
        if v.value is None:
            place = library.name(v.region) if v.region else ""
            missing.setdefault((v.label, v.note), {})[place] = None
    for (label, why), places in missing.items():
        where = ", ".join(filter(None, places))
        told.append(f"{label}: {NOT_KNOWN}{f' for {where}' if where else ''} ({why})")
    return [text[0].upper() + text[1:] for text in map(clean_long, dict.fromkeys(told))]
