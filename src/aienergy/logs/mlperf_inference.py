"""MLPerf Inference power: samples of a wall meter, cut to the window of the detail log.

Stamps are in US order and have no zone. The first Watts of a line is the total of the machine;
channels that follow are its parts. Power is the mean of the samples between `power_begin` and
`power_end`, as the benchmark's rules have it, and energy is that mean times the window.
"""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from aienergy.contracts.findings import Findings
from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import refuse, series
from aienergy.logs.mllog import contains, entries
from aienergy.logs.reading import Companions, Flag, Reading, Row, tabulate
from aienergy.logs.samples import Samples
from aienergy.logs.text import LARGEST_NUMBER, living
from aienergy.unit_names import JOULE_PER_KWH

_LINE = r"^Time,([^,]*),Watts,([^,]*)"
_SIGN = re.compile(r"^Time,[^,\n]*,Watts,", re.MULTILINE)
_CHANNEL = re.compile(r",Ch\d+,Watts,([^,]+)")
STAMP = "%m-%d-%Y %H:%M:%S.%f"
CHANNEL_TOLERANCE = 0.01
_NOT_CUT_WIDENS = 1.25


def recognizes(head: Head) -> bool:
    """Say whether the lines are the meter's, or the benchmark's own log."""
    return bool(_SIGN.match(head.text)) or (head.is_mllog and '"loadgen_version"' in head.text)


def read(text: str, where: str, companions: Companions) -> Reading:
    """Average the meter over each window that a detail log beside it tells of.

    Raises:
        LedgerError: A detail log alone, a damaged line, channels that miss the total, or what
            `gates.series` refuses.
    """
    if not _SIGN.match(text):
        what = "a detail log: it holds the window of a run and no power"
        raise refuse(where, what, "Name it together with the meter's spl.txt.")
    stamps, power_w = _lines(text, where)
    flags: list[Flag] = _channels(text, power_w, where)
    bad = ~(power_w >= 0)
    if bad.any():
        told = f"{int(bad.sum())} samples are negative or no number, left out"
        flags.append(Flag("no_value", told, 1 + float(bad.mean())))
    begin = stamps.iloc[0]
    time_s = np.asarray((stamps[~bad] - begin).dt.total_seconds(), dtype=np.float64)
    samples = Samples(time_s, np.asarray(power_w[~bad], dtype=np.float64))
    flags += series(samples, "meter", where)
    rows: list[Row] = []
    used: list[str] = []
    starts = []
    for name, first, last, valid in _windows(companions):
        start_s, stop_s = (first - begin).total_seconds(), (last - begin).total_seconds()
        inside = (time_s >= start_s) & (time_s <= stop_s)
        if inside.sum() < 2:
            continue
        used.append(name)
        starts.append(first)
        rows.append(_row(samples, inside, stop_s - start_s, name))
        if not valid:
            flags.append(Flag("invalid", f"{name}: the benchmark calls the run invalid"))
    if not rows:
        rows = [samples.row("log", "node", "metered", "node")]
        told = "no detail log beside it whose window lies in the log: not cut to the run"
        flags.append(Flag("not_cut", told, _NOT_CUT_WIDENS))
    return Reading(
        format="mlperf_inference",
        tool="MLPerf Inference power",
        tool_version="",
        components=tabulate(rows),
        flags=tuple(flags),
        started_on=begin.date().isoformat(),
        started_at=starts[0].isoformat() if len(starts) == 1 else "",
        notes=("whole system at the wall", "local time without a zone"),
        trace=Samples(
            np.asarray((stamps - pd.Timestamp(0)).dt.total_seconds(), dtype=np.float64),
            np.asarray(power_w, dtype=np.float64),
        ).trace(),
        companions=tuple(used),
    )


def _lines(text: str, where: str) -> tuple[pd.Series, pd.Series]:
    """Return stamps and total power in W (NaN where it is no number), one a line."""
    lines = pd.Series(text.splitlines(), dtype=str)
    lines = lines[lines.str.strip() != ""]
    cells = lines.str.extract(_LINE)
    stamps = living(pd.to_datetime(cells[0], format=STAMP, errors="coerce"))
    findings = Findings()
    # Findings count from the first line behind a header, which these logs do not have.
    place = lines.set_axis(lines.index - 1).rename("Time")
    hint = "Lines are Time,MM-DD-YYYY HH:MM:SS.mmm,Watts,...; delete a line that was cut."
    findings.flag(where, stamps.isna().set_axis(place.index), place.str[:60], "'{value}'", hint)
    findings.raise_if_any()
    power_w = pd.to_numeric(cells[1], errors="coerce")
    return stamps, power_w.where(power_w.abs() <= LARGEST_NUMBER)


def _channels(text: str, power_w: pd.Series, where: str) -> list[Flag]:
    """Check that the total is the sum of its channels, which are parts and not further meters."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = [_CHANNEL.findall(line) for line in lines]
    if not any(found):
        return []
    try:
        sums = np.array([sum(map(float, parts)) if parts else np.nan for parts in found])
    except ValueError as error:
        raise refuse(where, f"a channel: {error}", "Use the log as the meter wrote it.") from error
    total_w = power_w.to_numpy(dtype=float)
    apart = np.abs(sums - total_w) > CHANNEL_TOLERANCE * total_w
    if apart.any():
        what = f"channels sum up to another power than the total in {int(apart.sum())} samples"
        raise refuse(where, what, "Does one meter feed other machines, too?")
    count = max(len(parts) for parts in found)
    return [Flag("channels", f"the total is the sum of {count} channels, counted once")]


def _windows(
    companions: Companions,
) -> Iterator[tuple[str, pd.Timestamp, pd.Timestamp, bool]]:
    """Yield name, begin, end and validity of the runs that detail logs tell of."""
    keys = ("power_begin", "power_end", "result_validity")
    for name, text in companions.items():
        if not lends(text):
            continue
        found = {entry["key"]: str(entry.get("value")) for entry in entries(text, name, keys)}
        first, last = (
            pd.to_datetime(found.get(key, ""), format=STAMP, errors="coerce") for key in keys[:2]
        )
        if pd.notna(first) and pd.notna(last) and first < last:
            yield name, first, last, found.get("result_validity", "VALID") == "VALID"


def _row(samples: Samples, inside: "np.ndarray[tuple[int], np.dtype[np.bool_]]", window_s: float,
         run: str) -> Row:  # fmt: skip
    mean_w = float(samples.power_w[inside].mean())
    return Row(
        run=run,
        component="node",
        energy_kwh=mean_w * window_s / JOULE_PER_KWH,
        duration_s=window_s,
        mean_power_w=mean_w,
        evidence="metered",
        boundary="node",
        sample_count=int(inside.sum()),
        largest_gap_s=float(np.diff(samples.time_s[inside]).max()),
    )


def lends(text: str) -> bool:
    """Say whether a file is a detail log with the window of a run."""
    return contains(text, "power_begin", "power_end")


READER = Reader("mlperf_inference", "MLPerf Inference spl.txt", recognizes, read, lends=lends)
