"""carbontracker's two text logs of one run.

`*_output.log` prints the energy consumed so far, already multiplied by a PUE, and a prediction that
looks alike and is not read; CO2eq is in grams and is not read either. `*_carbontracker.log` prints
the version, the PUE, durations and mean powers of each epoch, without PUE.
"""

import math
import re
from collections.abc import Iterator

from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import counter_against_integral, refuse
from aienergy.logs.reading import Companions, Flag, Reading, Row, tabulate
from aienergy.unit_names import JOULE_PER_KWH

_STAMP = re.compile(r"^(\d{4}-\d{2}-\d{2}) \d{2}:\d{2}:\d{2} - ", re.MULTILINE)
_VERSION = re.compile(r"carbontracker version (\d[\w.]{0,20})")
_PUE = re.compile(r"PUE coefficient of (\d{1,2}(?:\.\d{1,9})?)")
_FOUND = re.compile(r"The following components were found: (.{1,2000})")
_ACTUAL = re.compile(
    r"Actual consumption for (\d{1,9}) epoch\(s\):\s*\n\s*Time:\s*(.{1,40})\n"
    r"\s*Energy:\s*(\S{1,40})\s+(\S{1,10})"
)
_EPOCH = re.compile(r"Epoch (\d{1,9}):")
_DURATION = re.compile(r"Duration: (.{1,40})$", re.MULTILINE)
_POWER = re.compile(r"Average power usage \(W\) for (gpu|cpu): (.{1,2000})$", re.MULTILINE)
_CLOCK = re.compile(r"(?:(\d{1,5}) days?, )?(\d{1,3}):(\d{2}):(\d{2}(?:\.\d{1,9})?)")
_FLOAT = re.compile(r"\d+(?:\.\d+)?(?:e[-+]?\d{1,3})?")
# Versions multiplied by 1.55 to 1.59; which one is not printed in the output log.
UNKNOWN_PUE_WIDENS = 1.59 / 1.55
NO_POWER_WIDENS = 2.0


def recognizes(head: Head) -> bool:
    """Say whether a line is carbontracker's."""
    return bool(_STAMP.search(head.text)) and "carbontracker" in head.text.lower()


def read(text: str, where: str, companions: Companions) -> Reading:
    """Read the energy of a run from its output log, or else from its epochs.

    Raises:
        LedgerError: Neither an energy nor a sampled power, or values that do not agree.
    """
    if _ACTUAL.search(text):
        return _from_output(text, where, companions)
    return _from_epochs(text, where)


def _from_output(text: str, where: str, companions: Companions) -> Reading:
    epochs, time, energy, unit = max(_ACTUAL.findall(text), key=lambda block: int(block[0]))
    if unit != "kWh" or not _FLOAT.fullmatch(energy):
        raise refuse(where, f"energy '{energy} {unit}' is not in kWh", "Only kWh is known.")
    energy_kwh, duration_s = float(energy), _seconds(time, where)
    std = next((name for name, other in companions.items() if _same_run(text, other)), None)
    flags: tuple[Flag, ...] = ()
    pue = None
    if std is None:
        told = "the printed energy holds a PUE that only the other log of the run prints"
        flags = (Flag("pue_unknown", told, UNKNOWN_PUE_WIDENS),)
    else:
        other = companions[std]
        pue = _pue(other, std)
        table = list(_epochs(other, std))[: int(epochs)]
        precise_s = sum(seconds for seconds, _ in table)
        duration_s = precise_s if abs(precise_s - duration_s) < 1 + len(table) else duration_s
        flags = _checked(table, energy_kwh, pue, where)
    power_w = energy_kwh * JOULE_PER_KWH / duration_s if duration_s else math.inf
    row = Row(
        run="log",
        component="total",
        energy_kwh=energy_kwh,
        duration_s=duration_s,
        mean_power_w=power_w,
        evidence="counter",
        boundary="facility",
    )
    return Reading(
        format="carbontracker",
        tool="carbontracker",
        tool_version=_version(companions.get(std or "", "") or text),
        components=tabulate([row]),
        flags=flags,
        pue=pue,
        started_on=_started_on(text),
        notes=(
            "GPU and processor only, times a PUE: energy over PUE is not that of the machine",
            "the predicted consumption is not read",
        ),
        companions=(std,) if std else (),
    )


def _from_epochs(text: str, where: str) -> Reading:
    table = list(_epochs(text, where))
    kinds = sorted({kind for _, powers in table for kind in powers})
    sampled = [kind for kind in kinds if all(powers.get(kind) for _, powers in table)]
    if not table or not sampled:
        what = "no epoch has a sampled power ([None])"
        raise refuse(where, what, "Name the folder, so that the output log is read, too.")
    duration_s = sum(seconds for seconds, _ in table)
    rows = []
    for kind in sampled:
        energy_j = sum(seconds * (powers[kind] or 0.0) for seconds, powers in table)
        rows.append(
            Row(
                run="log",
                component=kind,
                energy_kwh=energy_j / JOULE_PER_KWH,
                duration_s=duration_s,
                mean_power_w=energy_j / duration_s if duration_s else math.inf,
                evidence="counter",
                boundary="board" if kind == "gpu" else "chip",
            )
        )
    missing = [kind for kind in kinds if kind not in sampled]
    told = f"no power was sampled for {', '.join(missing)}"
    return Reading(
        format="carbontracker",
        tool="carbontracker",
        tool_version=_version(text),
        components=tabulate(rows),
        flags=(Flag("no_value", told),) if missing else (),
        started_on=_started_on(text),
        notes=("GPU and processor only, without PUE",),
    )


def _checked(
    table: list[tuple[float, dict[str, float | None]]],
    energy_kwh: float,
    pue: float | None,
    where: str,
) -> tuple[Flag, ...]:
    """Hold the printed energy against mean powers times durations, where they were sampled."""
    values = [power for _, powers in table for power in powers.values()]
    if not values or any(power is None for power in values):
        told = "an energy is printed although the log of epochs shows no sampled power ([None])"
        return (Flag("no_power", told, NO_POWER_WIDENS),)
    integral_j = sum(seconds * sum(p or 0.0 for p in powers.values()) for seconds, powers in table)
    printed_j = energy_kwh * JOULE_PER_KWH
    return counter_against_integral(printed_j, integral_j * (pue or 1.0), "energy", where)


def _epochs(text: str, where: str) -> Iterator[tuple[float, dict[str, float | None]]]:
    """Yield duration in s and mean power in W by component (None without a sample)."""
    parts = _EPOCH.split(text)
    for block in parts[2::2]:
        duration = _DURATION.search(block)
        if duration is None:
            continue  # the run was killed inside this epoch
        powers: dict[str, float | None] = {}
        for kind, printed in _POWER.findall(block):
            found = [float(value) for value in _FLOAT.findall(printed)]
            powers[kind] = sum(found) if found and "None" not in printed else None
        yield _seconds(duration[1], where), powers


def _seconds(printed: str, where: str) -> float:
    match = _CLOCK.fullmatch(printed.strip())
    if match is None:
        raise refuse(where, f"'{printed.strip()}' is no duration", "Expected 0:00:53.25.")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _same_run(output: str, other: str) -> bool:
    """Say whether another file is the log of epochs of this run: same start, same components."""
    if _VERSION.search(other) is None or _ACTUAL.search(other):
        return False
    return _begin(output) == _begin(other) != ("", "")


def _begin(text: str) -> tuple[str, str]:
    """Return the first stamp and the list of components, both empty if either is missing."""
    stamp, found = _STAMP.search(text), _FOUND.search(text)
    return (stamp[0], found[1]) if stamp and found else ("", "")


def _pue(text: str, where: str) -> float | None:
    match = _PUE.search(text)
    if match is None:
        return None
    if float(match[1]) < 1:
        raise refuse(where, f"a PUE of {match[1]}", "A PUE is at least 1.")
    return float(match[1])


def _version(text: str) -> str:
    match = _VERSION.search(text)
    return match[1].rstrip(".") if match else ""


def _started_on(text: str) -> str:
    match = _STAMP.search(text)
    return match[1] if match else ""


def lends(text: str) -> bool:
    """Say whether a file is a log of epochs, which holds the PUE of an output log."""
    return _VERSION.search(text) is not None and _ACTUAL.search(text) is None


READER = Reader("carbontracker", "carbontracker logs", recognizes, read, lends=lends)
