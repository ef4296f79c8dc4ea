"""eco2AI's CSV: one row a run, its column of power consumption holding energy in kWh.

GPU energy in it comes from NVML, that of the processor from rated power and load, that of memory
from its size; only their sum is written, which is modelled therefore.
"""

import re

import pandas as pd

from aienergy.contracts.findings import FIRST_DATA_LINE, Findings
from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import (
    MAX_NODE_POWER_W,
    MAX_PORTABLE_POWER_W,
    implied_power,
    portable,
    refuse,
)
from aienergy.logs.reading import Companions, Flag, Reading, tabulate
from aienergy.logs.text import csv_cells, numbers, require
from aienergy.unit_names import JOULE_PER_KWH

ENERGY = "power_consumption(kWh)"
REQUIRED = ("id", "start_time", "duration(s)", ENERGY)
# The tool samples every 10 s by default.
DEFAULT_INTERVAL_S = 10.0
SHORT_RUN_WIDENS = 1.5
NO_GPU = ("", "n/a", "none", "no gpu")
_RATED = r"TDP:(\d+(?:\.\d+)?)"
_SPLIT = re.compile(r"(cpu|ram|gpu)_power_consumption\(kWh\)")


def recognizes(head: Head) -> bool:
    """Say whether a column holds what eco2AI calls power consumption."""
    return ENERGY in head.header


def read(text: str, where: str, _: Companions) -> Reading:
    """Read the runs; component is `total`, or cpu and ram where a fork splits them.

    Raises:
        LedgerError: A missing column, text in a number, or an implied power that no such machine
            draws.
    """
    cells = csv_cells(text, where)
    require(cells, REQUIRED, "an eco2AI log", where)
    findings = Findings()
    duration_s = numbers(cells["duration(s)"], where, findings)
    total_kwh = numbers(cells[ENERGY], where, findings)
    lost = duration_s.isna() | total_kwh.isna()
    findings.flag(where, lost, cells["id"], "run '{value}' lacks a value", "Missing is not zero.")
    findings.flag(where, duration_s == 0, cells["id"], "run '{value}' lasts 0 s", "Log longer.")
    findings.raise_if_any()
    _refuse_implied_power(cells, total_kwh * JOULE_PER_KWH / duration_s, where)
    parts = {part[1]: name for name in map(str, cells.columns) if (part := _SPLIT.fullmatch(name))}
    rows = [
        pd.DataFrame(
            {
                "run": cells["id"],
                "component": component,
                "energy_kwh": energy_kwh,
                "duration_s": duration_s,
                "mean_power_w": energy_kwh * JOULE_PER_KWH / duration_s,
                "evidence": "modelled",
                "boundary": "board" if component in ("total", "gpu") else "chip",
            }
        )
        for component, energy_kwh in (
            {name: numbers(cells[column], where, findings) for name, column in parts.items()}
            or {"total": total_kwh}
        ).items()
    ]
    findings.raise_if_any()
    short = int((duration_s < DEFAULT_INTERVAL_S).sum())
    told = f"{short} of {len(cells)} runs are shorter than {DEFAULT_INTERVAL_S:g} s"
    return Reading(
        format="eco2ai",
        tool="eco2AI",
        tool_version="",
        components=tabulate(pd.concat(rows)),
        flags=(
            *((Flag("short_run", f"{told}, one sample", SHORT_RUN_WIDENS),) if short else ()),
            *_against_nameplate(cells, total_kwh * JOULE_PER_KWH / duration_s, where),
        ),
        started_on=min(cells["start_time"])[:10],
        notes=(
            "processor and memory are modelled, GPU by its counter; only the sum is written",
            "without power supply, fans and disks",
        ),
    )


def _refuse_implied_power(cells: pd.DataFrame, power_w: pd.Series, where: str) -> None:
    """Refuse energies that the machine named in the same row cannot have drawn."""
    named = cells["CPU_name"] if "CPU_name" in cells else pd.Series("", index=cells.index)
    bound_w = named.map(portable).map({True: MAX_PORTABLE_POWER_W, False: MAX_NODE_POWER_W})
    absurd = power_w > bound_w
    if absurd.any():
        worst = int((power_w / bound_w).to_numpy().argmax())
        what = (
            f"'{cells[ENERGY].iloc[worst]}' kWh in the row's duration is "
            f"{power_w.iloc[worst]:,.0f} W "
            f"for {named.iloc[worst] or 'one machine'}, above {bound_w.iloc[worst]:,.0f} W "
            f"({int(absurd.sum())} of {len(cells)} rows)"
        )
        place = f"{where}:{int(cells.index[worst]) + FIRST_DATA_LINE} column {ENERGY}"
        raise refuse(place, what, "The column is not in kWh: did a fork of the tool write it?")


def _against_nameplate(
    cells: pd.DataFrame, power_w: "pd.Series[float]", where: str
) -> tuple[Flag, ...]:
    """Hold runs without a GPU against the rated power that the tool prints with the processor."""
    if "CPU_name" not in cells or "GPU_name" not in cells:
        return ()
    rated_w = pd.to_numeric(cells["CPU_name"].str.extract(_RATED)[0], errors="coerce")
    ratio = (power_w / rated_w.where(rated_w > 0))[cells["GPU_name"].str.lower().isin(NO_GPU)]
    if not ratio.notna().any():
        return ()
    worst = int(str(ratio.idxmax()))
    named = str(cells.loc[worst, "CPU_name"])
    return implied_power(float(power_w[worst]), float(rated_w[worst]), named, where)


READER = Reader("eco2ai", "eco2AI emission.csv", recognizes, read)
