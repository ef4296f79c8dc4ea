"""Zeus: energy counters of GPUs over named windows, in joules.

`start_time` is a monotonic clock, not a date, and the number of columns follows that of GPUs.
Windows may lie inside each other, so that their energies are never added.
"""

import re

import pandas as pd

from aienergy.contracts.findings import Findings
from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import refuse
from aienergy.logs.reading import Companions, Flag, Reading, tabulate
from aienergy.logs.text import csv_cells, numbers, require
from aienergy.unit_names import JOULE_PER_KWH

REQUIRED = ("start_time", "window_name", "elapsed_time")
_ENERGY = re.compile(r"(gpu\d+)_energy")


def recognizes(head: Head) -> bool:
    """Say whether the columns are those of a Zeus monitor."""
    return {"window_name", "elapsed_time"} <= set(head.header)


def near(head: Head) -> str:
    """Tell what a table with energies of GPUs lacks."""
    if any(_ENERGY.fullmatch(cell) for cell in head.header):
        missing = [name for name in REQUIRED if name not in head.header]
        return f"not a Zeus log: missing header {', '.join(missing)}"
    return ""


def read(text: str, where: str, _: Companions) -> Reading:
    """Read the windows: run is the window, component the GPU.

    Raises:
        LedgerError: A missing column, an unknown column of energy, text in a number, a negative
            value, or a window of no duration.
    """
    cells = csv_cells(text, where)
    require(cells, REQUIRED, "a Zeus log", where)
    names = [str(name) for name in cells.columns]
    energies = [name for name in names if _ENERGY.fullmatch(name)]
    unknown = [name for name in names if "energy" in name and name not in energies]
    if unknown or not energies:
        what = f"unknown column {', '.join(unknown)}" if unknown else "no column gpu0_energy"
        raise refuse(f"{where}:1", what, "Columns of energy are gpu0_energy, gpu1_energy, ...")
    findings = Findings()
    parsed = pd.DataFrame(
        {
            name: numbers(cells[name], where, findings)
            for name in ("start_time", "elapsed_time", *energies)
        }
    )
    blank = parsed.isna().any(axis="columns") | ~(parsed["elapsed_time"] > 0)
    findings.flag(
        where, blank, cells["window_name"], "window '{value}' lacks a value", "Log again."
    )
    findings.raise_if_any()
    table = parsed.assign(run=_unique(cells["window_name"])).melt(
        ["run", "start_time", "elapsed_time"], energies, "component", "energy_j"
    )
    ordered = table.sort_values("start_time", kind="stable")
    return Reading(
        format="zeus",
        tool="Zeus",
        tool_version="",
        components=tabulate(
            pd.DataFrame(
                {
                    "run": ordered["run"],
                    "component": ordered["component"].str.removesuffix("_energy"),
                    "energy_kwh": ordered["energy_j"] / JOULE_PER_KWH,
                    "duration_s": ordered["elapsed_time"],
                    "mean_power_w": ordered["energy_j"] / ordered["elapsed_time"],
                    "evidence": "counter",
                    "boundary": "board",
                }
            )
        ),
        flags=_flags(parsed),
        notes=("boards only, by their own counter", "a monotonic clock: no date"),
    )


def _unique(names: pd.Series) -> pd.Series:
    """Number windows whose name repeats."""
    count = names.groupby(names).cumcount() + 1
    return names.where(count == 1, names + " #" + count.astype(str))


def _flags(parsed: pd.DataFrame) -> tuple[Flag, ...]:
    ordered = parsed.sort_values("start_time")
    ends = (ordered["start_time"] + ordered["elapsed_time"]).cummax().shift()
    inside = int((ordered["start_time"] < ends).sum())
    told = f"{inside} windows begin inside another: never add them"
    return (Flag("overlap", told),) if inside else ()


READER = Reader("zeus", "Zeus monitor CSV", recognizes, read, near)
