"""The plain format: a CSV of times and of power, or of an energy counter that may wrap around.

`docs/logs.md` describes it, and how exports of other tools are turned into it.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aienergy.contracts.findings import Findings
from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import counter_against_integral, milliwatts, refuse, series
from aienergy.logs.reading import Companions, Flag, Reading, Row, tabulate
from aienergy.logs.samples import Floats, Samples
from aienergy.logs.text import csv_cells, living, numbers
from aienergy.unit_names import JOULE_PER_KWH

TIMES = ("time", "time_s", "timestamp")
_VALUE = re.compile(r"(?:([a-z][a-z0-9_]*?)_)?(power_w|energy_j|energy_kwh)")
_DATED = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}"
_SETTING = re.compile(r"^#\s*([a-z_]+)\s*:\s*(.*?)\s*$", re.MULTILINE)
SETTINGS = ("evidence", "boundary", "tool", "wraps_at_j")
EVIDENCE = ("metered", "counter", "nameplate", "modelled", "stated")
BOUNDARIES = ("chip", "board", "node", "it", "facility")
_KNOWN_BOUNDARY = {"cpu": "chip", "ram": "chip", "dram": "chip", "gpu": "board", "node": "node"}
# Where counters of energy are known to wrap, in J: RAPL packages of several processor families.
WRAPS_J = (262_143.328850, 65_532.610987, 4_294.967296, 4_294_967.296)
WRAP_BEGIN, WRAP_END = 0.8, 0.2
LATEST_S = 4e9
_WHOLES = ("node", "total", "machine")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of values: component (`total` without a name), kind, and its header."""

    component: str
    kind: str
    header: str


def recognizes(head: Head) -> bool:
    """Say whether a column of times stands beside one of power or energy with its unit."""
    cells = [cell.lower() for cell in head.header]
    return any(cell in TIMES for cell in cells) and any(map(_VALUE.fullmatch, cells))


def near(head: Head) -> str:
    """Tell what a table with power or energy lacks of the plain format."""
    cells = [cell.lower() for cell in head.header]
    loose = [cell for cell in cells if re.search(r"power|energy|watt|joule|kwh", cell)]
    if not loose:
        return ""
    if not any(cell in TIMES for cell in cells):
        return f"a column {loose[0][:40]}, but no column {', '.join(TIMES)}"
    return f"column {loose[0][:40]} without a unit: power_w, energy_j or energy_kwh is read"


def read(text: str, where: str, _: Companions) -> Reading:
    """Integrate power, or take the difference of a counter, component by component.

    Raises:
        LedgerError: No time or value, a column of another unit, an unknown setting, a clock or a
            counter that goes back, or milliwatts labelled W.
    """
    settings = _settings(text, where)
    cells = csv_cells(text, where, comment="#")
    cells.columns = pd.Index([name.lower() for name in cells.columns])
    time_name = next(name for name in cells if name in TIMES)
    time_s, first, trace = _times(cells[time_name], where)
    columns = _columns(cells, where)
    findings = Findings()
    values = {c.header: numbers(cells[c.header], where, findings) for c in columns}
    findings.raise_if_any()
    rows: list[Row] = []
    flags: list[Flag] = []
    for component in dict.fromkeys(column.component for column in columns):
        mine = {c.kind: values[c.header] for c in columns if c.component == component}
        row, told = _component(component, mine, time_s, settings, where)
        rows.append(row)
        flags += told
    parts = [row for row in rows if row["component"] not in _WHOLES]
    if len(parts) < len(rows) and len(rows) > 1:
        flags.append(Flag("overlap", "a whole stands beside its parts: never add them"))
    return Reading(
        format="plain",
        tool=settings.get("tool", "not stated"),
        tool_version="",
        components=tabulate(rows),
        flags=tuple(flags),
        started_on=first.partition("T")[0],
        started_at="" if "+" in first else first,  # a clock of another zone says no local hour
        trace=trace,
    )


def _settings(text: str, where: str) -> dict[str, str]:
    """Return the settings in comment lines before the header."""
    head = text[: text.find("\n", 4096) if len(text) > 4096 else len(text)]
    found = {key: value for key, value in _SETTING.findall(head) if key in SETTINGS}
    for key, allowed in (("evidence", EVIDENCE), ("boundary", BOUNDARIES)):
        if found.get(key, allowed[0]) not in allowed:
            what = f"{key} '{found[key][:40]}'"
            raise refuse(where, what, f"Known: {', '.join(allowed)}.")
    return found


def _columns(cells: pd.DataFrame, where: str) -> list[Column]:
    """Return the columns of values; a power or energy in another unit is refused."""
    found = []
    for header in cells.columns:
        match = _VALUE.fullmatch(header)
        if match:
            found.append(Column(match[1] or "total", match[2], header))
        elif re.search(r"power|energy|watt|joule", header):
            hint = "Values are power_w, energy_j or energy_kwh, with a component before it."
            raise refuse(f"{where}:1", f"column {header[:40]} in an unknown unit", hint)
    energies = [c.component for c in found if c.kind != "power_w"]
    twice = sorted({name for name in energies if energies.count(name) > 1})
    if twice:
        hint = "Keep energy_j or energy_kwh."
        raise refuse(f"{where}:1", f"two counters of {', '.join(twice)}", hint)
    return found


def _times(cells: pd.Series, where: str) -> tuple[Floats, str, str]:
    """Return times in s, the stamp of the first if they are dates, and their digest."""
    findings = Findings()
    seconds = pd.to_numeric(cells, errors="coerce")
    if seconds.notna().any():
        bad = seconds.isna() | (seconds.abs() > LATEST_S)
        hint = "Give seconds, or stamps as 2026-01-02T03:04:05.678; not milliseconds."
        findings.flag(where, bad, cells, "'{value}' is no time in seconds", hint)
        findings.raise_if_any()
        time_s = np.asarray(seconds, dtype=np.float64)
        return time_s, "", Samples(time_s, time_s).trace()
    zoned = cells.str.contains(r"(?:Z|[+-]\d{2}:?\d{2})$", regex=True)
    if zoned.any() and not zoned.all():
        what = "some stamps have a time zone and others none"
        raise refuse(f"{where} column {cells.name}", what, "Write all stamps alike.")
    dated = cells.where(cells.str.match(_DATED))
    stamps = living(pd.to_datetime(dated, format="ISO8601", errors="coerce", utc=True))
    hint = "Give seconds, or stamps as 2026-01-02T03:04:05.678."
    findings.flag(where, stamps.isna(), cells, "'{value}' is no time", hint)
    findings.raise_if_any()
    time_s = np.asarray((stamps - pd.Timestamp(0, tz="UTC")).dt.total_seconds(), dtype=np.float64)
    first = stamps.iloc[0] if zoned.any() else stamps.iloc[0].tz_localize(None)
    return time_s, first.isoformat(), Samples(time_s, time_s).trace()


def _component(
    component: str,
    values: dict[str, "pd.Series[float]"],
    time_s: Floats,
    settings: dict[str, str],
    where: str,
) -> tuple[Row, list[Flag]]:
    """Return a component's row, by its counter where it has one, else by its power."""
    flags: list[Flag] = []
    by_power: Row | None = None
    evidence = settings.get("evidence", "")
    boundary = settings.get("boundary") or _KNOWN_BOUNDARY.get(component.rstrip("0123456789_"), "")
    if "power_w" in values:
        power_w = values["power_w"]
        if boundary in ("board", "chip") and milliwatts(power_w):
            what = f"{component}: power like {power_w.median():g} W, whole numbers throughout"
            hint = "It looks like milliwatts labelled W: divide by 1000 in the log."
            raise refuse(where, what, hint)
        samples, lost = _samples(time_s, power_w, component)
        flags += (*lost, *series(samples, component, where))
        by_power = samples.row("log", component, evidence or "stated", boundary)
    kinds = [kind for kind in values if kind != "power_w"]
    row = by_power
    if kinds:
        factor = JOULE_PER_KWH if kinds[0] == "energy_kwh" else 1.0
        samples, lost = _samples(time_s, values[kinds[0]] * factor, component)
        energy_j, told = _counted_j(samples, settings.get("wraps_at_j", ""), component, where)
        flags += (*lost, *told)
        row = _row_of_counter(samples, energy_j, component, evidence or "counter", boundary)
        if by_power is not None:
            integral_j = by_power["energy_kwh"] * JOULE_PER_KWH
            flags += counter_against_integral(energy_j, integral_j, component, where)
    if row is None:
        raise refuse(where, f"{component} has no value", "Give power_w, energy_j or energy_kwh.")
    if not boundary:
        told_boundary = "the log does not say what hardware it covers: add `# boundary: node`"
        flags.append(Flag("boundary_unknown", told_boundary))
    return row, flags


def _samples(
    time_s: Floats, values: "pd.Series[float]", component: str
) -> tuple[Samples, list[Flag]]:
    """Return the samples with a value; those without are bridged, and told."""
    there = values.notna().to_numpy()
    samples = Samples(time_s[there], np.asarray(values, dtype=np.float64)[there])
    if there.all() or not there.any():
        return samples, []
    share = float(1 - there.mean())
    told = f"{component}: {share:.1%} of the samples have no value, bridged"
    return samples, [Flag("no_value", told, 1 + share)]


def _counted_j(
    samples: Samples, wraps_at_j: str, component: str, where: str
) -> tuple[float, list[Flag]]:
    """Return what a counter in J counted from the first to the last sample, wraps added."""
    if len(samples) < 2 or samples.duration_s <= 0 or (samples.steps_s < 0).any():
        what = f"{component}: a counter needs two readings, in the order of time"
        raise refuse(where, what, "Log at the beginning and the end of the run at least.")
    steps_j = np.diff(samples.power_w)
    fallen = np.flatnonzero(steps_j < 0)
    if not len(fallen):
        return float(steps_j.sum()), []
    before, after = samples.power_w[fallen], samples.power_w[fallen + 1]
    try:
        stated = [float(wraps_at_j)] if wraps_at_j else []
    except ValueError as error:
        raise refuse(where, f"wraps_at_j: {error}", "Give a number of joules.") from error
    # A wrap falls from near the top to near the bottom, each time; anything else is a restart.
    fits = [
        top
        for top in (stated or WRAPS_J)
        if (before <= top).all()
        and (before >= WRAP_BEGIN * top).all()
        and (after <= WRAP_END * top).all()
    ]
    # Tops less than a percent apart are told apart by nothing, and it makes no difference.
    if not fits or max(fits) > 1.01 * min(fits):
        what = f"{component}: the counter falls from {before[0]:g} J to {after[0]:g} J"
        hint = "A wrap needs `# wraps_at_j: ...`; a restart splits the log."
        raise refuse(where, what, hint)
    told = f"{component}: the counter wraps {len(fallen)} times at {fits[0]:g} J"
    return float(steps_j.sum() + len(fallen) * fits[0]), [Flag("wraps", told)]


def _row_of_counter(
    samples: Samples, energy_j: float, component: str, evidence: str, boundary: str
) -> Row:
    return Row(
        run="log",
        component=component,
        energy_kwh=energy_j / JOULE_PER_KWH,
        duration_s=samples.duration_s,
        mean_power_w=energy_j / samples.duration_s,
        evidence=evidence,
        boundary=boundary,
        sample_count=len(samples),
        largest_gap_s=float(samples.steps_s.max()),
    )


READER = Reader("plain", "plain CSV (docs/logs.md)", recognizes, read, near)
