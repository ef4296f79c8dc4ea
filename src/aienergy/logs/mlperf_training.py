"""MLPerf Training power: the log of a node or switch, cut to the run of its result file.

A node's log begins before the run and ends after it, so energy is that between `run_start` and
`run_stop` of the result file beside it. AC and DC are two measurements of the same run. A switch
whose clock is off by whole hours is moved, and told.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import refuse, series
from aienergy.logs.mllog import contains, entries, metadata
from aienergy.logs.reading import Companions, Flag, Reading, tabulate
from aienergy.logs.samples import Samples
from aienergy.logs.text import json_number

READING, ESTIMATE = "power_reading", "interconnect_power_est"
_NOT_CUT_WIDENS = 1.1
_LEAST_OVERLAP = 0.5
_HOUR_S = 3600.0
_MOST_HOURS = 14
_SWITCH = re.compile(r"(?:^|[_-])(?:sw|switch)(?:[_-]?(\d+))?(?=[_.-]|$)", re.IGNORECASE)
_NODE = re.compile(r"(?:^|[_-])node[_-]?(\d+)", re.IGNORECASE)
_SIDE = re.compile(r"(?:^|[_-])(ac|dc)(?=[_.-]|$)", re.IGNORECASE)


def recognizes(head: Head) -> bool:
    """Say whether the lines are MLPerf's, other than those of inference."""
    return head.is_mllog or head.text.startswith("Total Power Usage:")


def read(text: str, where: str, companions: Companions) -> Reading:
    """Integrate the readings of one node or switch.

    Raises:
        LedgerError: No readings (a result file, an estimate or a stated total: each is named),
            or what `gates.series` refuses.
    """
    _refuse_without_readings(text, where)
    found = list(entries(text, where, (READING, "conversion_eff")))
    readings = [entry for entry in found if entry["key"] == READING]
    samples, flags = _samples(readings, where)
    component, boundary = _component(where)
    flags += series(samples, component, where)
    whole = samples
    run, used = where.rsplit("/", 1)[-1].rsplit(".", 1)[0], ""
    for name, start_s, stop_s in _windows(companions):
        shift_s = _shift_s(whole, start_s, stop_s)
        if shift_s is not None:
            samples = _moved(whole, shift_s)
            flags += _edges(samples, start_s, stop_s, component, shift_s)
            samples, used, run = samples.cut(start_s, stop_s), name, name.rsplit(".", 1)[0]
            break
    else:
        told = f"{component}: no result file beside the log, not cut to the run"
        flags = (*flags, Flag("not_cut", told, _NOT_CUT_WIDENS))
    side = _side(found, where)
    if side == "dc":
        told = "measured behind the power supply: the AC log of the same run is larger; never add"
        flags = (*flags, Flag("dc", told))
    started = pd.Timestamp(samples.time_s[0], unit="s")
    return Reading(
        format="mlperf_training",
        tool="MLPerf Training power",
        tool_version="",
        components=tabulate([samples.row(run, component, "metered", boundary)]),
        flags=flags,
        started_on=started.date().isoformat(),
        started_at=started.isoformat(),
        notes=_notes(found, side),
        trace=whole.trace(),
        companions=(used,) if used else (),
    )


def _refuse_without_readings(text: str, where: str) -> None:
    if contains(text, READING):
        return
    if contains(text, ESTIMATE):
        value = next((entry.get("value") for entry in entries(text, where, (ESTIMATE,))), None)
        what = f"one estimate ({str(value)[:20]}, no unit, no duration) of a switch: no measurement"
        raise refuse(where, what, "Give a log of readings, or leave the network out and say so.")
    if contains(text, "run_start"):
        what = "a result file: it holds the window of a run and no power"
        raise refuse(where, what, "Name it together with the node logs of its run.")
    if text.startswith("Total Power Usage:"):
        what = f"a total stated without duration or boundary ({text.strip()[:60]})"
        raise refuse(where, what, "Read the node logs that it repeats; both would count twice.")
    raise refuse(where, f"lines of MLPerf's logging without {READING}", "Name a power log.")


def _samples(readings: list[dict[str, Any]], where: str) -> tuple[Samples, tuple[Flag, ...]]:
    """Return the readings in the order of the log; epoch time in s."""
    time_ms = [json_number(entry.get("time_ms"), f"{where} time_ms") for entry in readings]
    power_w = [json_number(entry.get("value"), f"{where} {READING}") for entry in readings]
    samples = Samples(np.array(time_ms) / 1000, np.array(power_w))
    lost = ~(np.isfinite(samples.time_s) & np.isfinite(samples.power_w))
    if np.nanmax(samples.time_s, initial=0) > 4e9:
        raise refuse(where, "time_ms lies far in the future", "Stamps are milliseconds since 1970.")
    if lost.any():
        share = float(lost.mean())
        told = Flag("no_value", f"{int(lost.sum())} readings have no value, bridged", 1 + share)
        return Samples(samples.time_s[~lost], samples.power_w[~lost]), (told,)
    return samples, ()


def _component(where: str) -> tuple[str, str]:
    """Return component and boundary from the name of the file: its content tells neither."""
    name = where.rsplit("/", 1)[-1]
    switch = _SWITCH.search(name)
    if switch:
        return f"switch_{switch[1] or 0}", "it"
    node = _NODE.search(name)
    return (f"node_{node[1]}" if node else "node"), "node"


def _windows(companions: Companions) -> Iterator[tuple[str, float, float]]:
    """Yield name, start and stop in s of the runs that result files beside the log tell of."""
    for name, text in companions.items():
        if not lends(text):
            continue
        found = {
            entry["key"]: json_number(entry.get("time_ms"), f"{name} time_ms") / 1000
            for entry in entries(text, name, ("run_start", "run_stop"))
        }
        if found.get("run_start", np.inf) < found.get("run_stop", -np.inf):
            yield name, found["run_start"], found["run_stop"]


def _shift_s(samples: Samples, start_s: float, stop_s: float) -> float | None:
    """Return by how many seconds the log's clock must move to overlap the run; None: it cannot.

    Only whole hours are tried, and only if no other hour fits: a time zone, not a drift.
    """
    hours = np.arange(-_MOST_HOURS, _MOST_HOURS + 1) * _HOUR_S
    first = np.maximum(samples.time_s[0] + hours, start_s)
    last = np.minimum(samples.time_s[-1] + hours, stop_s)
    share = (last - first) / (stop_s - start_s)
    if share[_MOST_HOURS] >= _LEAST_OVERLAP:
        return 0.0
    fits = hours[share >= 0.9]
    return float(fits[0]) if len(fits) == 1 else None


def _moved(samples: Samples, shift_s: float) -> Samples:
    return Samples(samples.time_s + shift_s, samples.power_w)


def _edges(
    samples: Samples, start_s: float, stop_s: float, component: str, shift_s: float
) -> tuple[Flag, ...]:
    """Tell a moved clock, and how much of the run lies outside the samples."""
    flags = []
    if shift_s:
        told = f"{component}: its clock is moved by {shift_s / _HOUR_S:+g} h to fit the run"
        flags.append(Flag("time_zone", told))
    outside_s = max(samples.time_s[0] - start_s, 0) + max(stop_s - samples.time_s[-1], 0)
    if outside_s > 0:
        told = f"{component}: {outside_s:.3g} s of the run lie outside the samples, left out"
        flags.append(Flag("edges", told, float(1 + outside_s / (stop_s - start_s))))
    return tuple(flags)


def _side(found: list[dict[str, Any]], where: str) -> str:
    """Return `ac`, `dc` or an empty string: as the log says, else as its name does."""
    for entry in found:
        told = str(metadata(entry).get("measurement_type", "")).lower()
        if told in ("ac", "dc"):
            return told
    match = _SIDE.search(where.rsplit("/", 1)[-1])
    return match[1].lower() if match else ""


def _notes(found: list[dict[str, Any]], side: str) -> tuple[str, ...]:
    notes = ["without cooling; readings of the machine's own power supplies"]
    notes.append(f"measured in {side.upper()}" if side else "AC or DC is not told")
    efficiency = next((e.get("value") for e in found if e["key"] == "conversion_eff"), None)
    if efficiency is not None:
        notes.append(f"conversion efficiency {str(efficiency)[:10]} is told and not applied")
    return tuple(notes)


def lends(text: str) -> bool:
    """Say whether a file is a result file with the window of a run."""
    return contains(text, "run_start", "run_stop") and not contains(text, READING)


READER = Reader("mlperf_training", "MLPerf Training node log", recognizes, read, lends=lends)
