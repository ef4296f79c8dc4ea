"""CodeCarbon's CSV logs as a reading: one row a component of each run.

GPU energy comes from a counter (NVML). Energy of the processor is a constant power or a load
model unless a description says that a counter was read; energy of memory is modelled from its
size. `emissions` and `emissions_rate` are not read.
"""

import numpy as np
import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.logs.codecarbon import (
    PARTS,
    REQUIRED,
    RUN_KEYS,
    Logged,
    read_codecarbon_rows,
)
from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import MAX_PORTABLE_POWER_W, portable, refuse
from aienergy.logs.reading import Companions, Flag, Reading, tabulate
from aienergy.logs.text import living
from aienergy.unit_names import JOULE_PER_KWH

# The tool samples every 15 s by default; a run shorter than that rests on one sample.
DEFAULT_INTERVAL_S = 15.0
SHORT_RUN_WIDENS = 1.5
CONSTANT_TOLERANCE = 1e-3
_SIGNS = {"emissions", "energy_consumed", "duration"}
_NOTES = (
    "without power supply, fans and disks",
    "tracking_mode machine counts all that ran on the machine",
    "energy of memory is modelled from its size",
)


def recognizes(head: Head) -> bool:
    """Say whether the columns are those of CodeCarbon, or lack but a few of them."""
    return set(head.header) >= _SIGNS


def near(head: Head) -> str:
    """Tell what a table with emissions lacks of a CodeCarbon log."""
    if "emissions" not in head.header:
        return ""
    missing = [name for name in REQUIRED if name not in head.header]
    return f"not a CodeCarbon log: missing header {', '.join((*missing, ' or '.join(RUN_KEYS)))}"


def read(text: str, where: str, _: Companions) -> Reading:
    """Read every run of a log.

    Raises:
        LedgerError: See `read_codecarbon_rows`; several values of PUE, or a portable computer
            that draws more than its adapter can give.
    """
    logged = read_codecarbon_rows(text, where, with_pue=True)
    grouped = logged.numbers.groupby(logged.run, sort=False)
    sums = grouped[["duration", *_energies(logged)]].sum(min_count=1)
    pue = _pue(logged, where)
    _refuse_portable(logged, sums, where)
    started = _started(logged)
    rows = [
        pd.DataFrame(
            {
                "run": sums.index,
                "component": component,
                "energy_kwh": sums[column].to_numpy(),
                "duration_s": sums["duration"].to_numpy(),
                "mean_power_w": (sums[column] * JOULE_PER_KWH / sums["duration"]).to_numpy(),
                "evidence": _evidence(component, logged, sums),
                "boundary": "facility" if pue else _boundary(component),
            }
        )
        for component, column in _components(logged).items()
    ]
    table = pd.concat(rows, ignore_index=True)
    order = table["run"].map({run: number for number, run in enumerate(sums.index)})
    versions = sorted(set(logged.cells.get("codecarbon_version", pd.Series(dtype=str))) - {""})
    return Reading(
        format="codecarbon",
        tool="CodeCarbon",
        tool_version=", ".join(versions),
        components=tabulate(table.iloc[order.argsort(kind="stable")]),
        flags=_flags(logged, sums),
        pue=pue,
        started_on=started.date().isoformat() if started is not None else "",
        started_at=started.isoformat() if started is not None and len(sums) == 1 else "",
        notes=_NOTES,
    )


def _energies(logged: Logged) -> list[str]:
    named = ("energy_consumed", *PARTS.values())
    return [name for name in named if name in logged.numbers]


def _components(logged: Logged) -> dict[str, str]:
    """Return component and column; `total` in the old columns, and no GPU where none was."""
    parts = {name: column for name, column in PARTS.items() if column in logged.numbers}
    counts = logged.numbers.get("gpu_count", pd.Series(0.0, logged.numbers.index)).fillna(0)
    if parts and not counts.any() and not logged.numbers[PARTS["gpu"]].fillna(0).any():
        del parts["gpu"]
    return parts or {"total": "energy_consumed"}


def _evidence(component: str, logged: Logged, sums: pd.DataFrame) -> str:
    if component == "gpu":
        return "counter"
    if component != "cpu" or "cpu_power" not in logged.numbers:
        return "modelled"
    # The same power in every run is a constant of the tool, and so is one that gives the energy.
    same = len(logged.numbers) > 1 and logged.numbers["cpu_power"].nunique() == 1
    mean_w = logged.numbers[PARTS["cpu"]] * JOULE_PER_KWH / logged.numbers["duration"]
    printed_w = logged.numbers["cpu_power"]
    constant = same or bool(np.allclose(mean_w, printed_w, rtol=CONSTANT_TOLERANCE, atol=0))
    return "nameplate" if constant and (sums[PARTS["cpu"]] > 0).any() else "modelled"


def _boundary(component: str) -> str:
    return "chip" if component in ("cpu", "ram") else "board"


def _pue(logged: Logged, where: str) -> float | None:
    """Return the one PUE inside the energies, None where it is 1."""
    if "pue" not in logged.numbers:
        return None
    values = sorted(set(logged.numbers["pue"].fillna(1.0)))
    if len(values) > 1 or values[0] < 1:
        shown = ", ".join(f"{value:g}" for value in values[:3])
        raise LedgerError(
            Problem(f"{where} column pue", f"values {shown}", "One PUE, 1 or above, a file.")
        )
    return values[0] if values[0] > 1 else None


def _refuse_portable(logged: Logged, sums: pd.DataFrame, where: str) -> None:
    models = logged.cells.get("cpu_model", pd.Series(dtype=str)).drop_duplicates()
    highest_w = float((sums["energy_consumed"] * JOULE_PER_KWH / sums["duration"]).max())
    if highest_w > MAX_PORTABLE_POWER_W and models.map(portable).any():
        what = f"{models.iloc[0]}, a portable computer, draws {highest_w:,.0f} W"
        raise refuse(where, what, "Energy must be in kWh and duration in seconds.")


def _flags(logged: Logged, sums: pd.DataFrame) -> tuple[Flag, ...]:
    flags = []
    if logged.flush_count:
        told = (
            f"{logged.flush_count} rows are contained in later rows of their run: the last counts"
        )
        flags.append(Flag("cumulative", told))
    if logged.has_tasks:
        flags.append(Flag("tasks", f"{len(logged.numbers)} tasks of {len(sums)} runs are added up"))
    short = sums["duration"] < DEFAULT_INTERVAL_S
    if short.any():
        told = f"{int(short.sum())} of {len(sums)} runs are shorter than {DEFAULT_INTERVAL_S:g} s"
        flags.append(Flag("short_run", f"{told}, one sample of the tool", SHORT_RUN_WIDENS))
    return tuple(flags)


def _started(logged: Logged) -> pd.Timestamp | None:
    """Return when the earliest run began: its stamp, of its end, less its duration."""
    stamps = living(
        pd.to_datetime(
            logged.cells["timestamp"].str[:19], format="ISO8601", errors="coerce", utc=True
        )
    )
    lengths = pd.to_timedelta(logged.numbers["duration"].clip(upper=1e8), unit="s")
    first = (stamps - lengths).min()
    return None if pd.isna(first) else first.tz_localize(None)


READER = Reader("codecarbon", "CodeCarbon emissions.csv", recognizes, read, near)
