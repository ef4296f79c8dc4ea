"""Logs of nvidia-smi as a reading: one row a board, also from logs without a header line."""

import re
from itertools import islice

import numpy as np
import pandas as pd

from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import refuse, series
from aienergy.logs.nvidia_smi import POWER_COLUMNS, read_nvidia_smi_samples
from aienergy.logs.reading import Companions, Flag, Reading, Row, tabulate
from aienergy.logs.samples import Samples

_STAMP = re.compile(r"\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}(?:\.\d+)?")
_WATTS = re.compile(r"[-+]?\d+(?:\.\d+)? W|\[(?:N/A|Not Supported|Unknown Error)\]", re.IGNORECASE)
_UUID = re.compile(r"GPU-[0-9a-fA-F-]{8,}")
_BUS_ID = re.compile(r"[0-9a-fA-F]{8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-9]")
# Enough lines to see a power that varies beside a limit that does not.
INSPECTED_LINES = 200
# NVML's power is that of the board within some percent; its steps and phases are not ours to fix.
_NOTES = (
    "boards only, by their own counter; the rest of the machine is not in it",
    "local time without a zone",
)


def recognizes(head: Head) -> bool:
    """Say whether a header names the query, or cells look like its output."""
    queried = {cell.partition(" [")[0] for cell in head.header}
    if "timestamp" in queried and queried & set(POWER_COLUMNS):
        return True
    return bool(_STAMP.fullmatch(head.header[0])) and len(head.header) > 1


def near(head: Head) -> str:
    """Tell what a query of nvidia-smi lacks."""
    queried = {cell.partition(" [")[0] for cell in head.header}
    if queried & set(POWER_COLUMNS):
        return "an nvidia-smi log without the column timestamp"
    if any("." in cell and cell.split(".")[0] in ("utilization", "memory") for cell in queried):
        return "an nvidia-smi log without the column power.draw"
    return ""


def read(text: str, where: str, _: Companions) -> Reading:
    """Integrate the samples of every board.

    Raises:
        LedgerError: See `read_nvidia_smi` and `gates.series`; or, without a header, cells from
            which no column of power in watts stands out.
    """
    columns = _columns_by_content(text, where) if _STAMP.match(text.lstrip()) else None
    samples = read_nvidia_smi_samples(text, where, columns)
    rows: list[Row] = []
    flags: list[Flag] = []
    begin = samples["time"].min()
    boards = sorted(samples["component"].unique(), key=lambda name: int(name.removeprefix("gpu")))
    for component in boards:
        board = samples[samples["component"] == component]
        valid = board.dropna(subset="power_w")
        lost = len(board) - len(valid)
        time_s = (valid["time"] - begin).dt.total_seconds().to_numpy(dtype=float)
        measured = Samples(time_s, valid["power_w"].to_numpy(dtype=float))
        flags += series(measured, component, where)
        rows.append(measured.row("log", component, "counter", "board"))
        if lost:
            text_lost = f"{component}: {lost} of {len(board)} samples have no value, bridged"
            flags.append(Flag("no_value", text_lost, 1 + lost / len(board)))
    if columns is not None:
        flags.append(Flag("no_header", "no header line: the column in watts is taken for power"))
    return Reading(
        format="nvidia_smi",
        tool="nvidia-smi",
        tool_version="",
        components=tabulate(rows),
        flags=tuple(flags),
        started_on=begin.date().isoformat(),
        started_at=begin.isoformat(),
        notes=_NOTES,
        trace=_trace(samples),
    )


def _trace(samples: pd.DataFrame) -> str:
    stamps_s = samples["time"].to_numpy(dtype="datetime64[ms]").astype(np.int64) / 1000
    return Samples(stamps_s.astype(float), np.zeros(len(stamps_s))).trace()


def _columns_by_content(text: str, where: str) -> list[str]:
    """Name the columns of a log without a header by what their cells look like."""
    lines = [line for line in islice(text.splitlines(), INSPECTED_LINES) if line.strip()]
    rows = [[cell.strip() for cell in line.split(",")] for line in lines]
    width = len(rows[0])
    columns = list(zip(*(row for row in rows if len(row) == width), strict=True))
    watts = [n for n, cells in enumerate(columns) if all(map(_WATTS.fullmatch, cells))]
    # A limit of power is in watts, too, but it does not vary.
    varying = [n for n in watts if len(set(columns[n])) > 1]
    chosen = varying if len(watts) > 1 else watts
    if len(chosen) != 1:
        what = f"no header line, and {len(watts)} columns in watts"
        hint = "Log with --format=csv, which writes a header and units."
        raise refuse(f"{where}:1", what, hint)
    names = [f"column_{number}" for number in range(width)]
    names[0], names[chosen[0]] = "timestamp", "power.draw [W]"
    for number, cells in enumerate(columns):
        if all(map(_UUID.fullmatch, cells)):
            names[number] = "uuid"
        elif all(map(_BUS_ID.fullmatch, cells)):
            names[number] = "pci.bus_id"
    return names


READER = Reader("nvidia_smi", "nvidia-smi --query-gpu CSV", recognizes, read, near)
