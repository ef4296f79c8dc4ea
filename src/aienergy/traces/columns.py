"""Which columns of a file hold the run, the time, the power and the component."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aienergy.errors import LedgerError, Problem

GUESSES = {
    "run": ("run", "run_id", "job", "job_id", "jobid"),
    "time": ("time", "timestamp", "time_s", "datetime", "ts"),
    "power": ("power", "power_w", "watts", "watt", "power_mw", "power_kw"),
    "component": ("component", "device", "gpu"),
}
WATT_PER_UNIT = {"W": 1.0, "mW": 1e-3, "kW": 1e3}


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns of a file, or those that the user asked for; empty where there is none.

    Attributes:
        run: Which run a sample belongs to.
        time: Stamps, or seconds.
        power: Power of the sample.
        component: Which meter of the run.
    """

    run: str = ""
    time: str = ""
    power: str = ""
    component: str = ""


def columns_of(types: Iterable[str], asked: Columns, where: str) -> Columns:
    """Find the four columns of a file.

    Args:
        types: Names of all its columns.
        asked: What the user named.
        where: Name of the file.

    Raises:
        LedgerError: A named column is missing, there is no time or power, or two columns could be
            the same thing.
    """
    there = list(types)
    columns = Columns(*(_column(kind, there, asked, where) for kind in GUESSES))
    for kind in ("time", "power"):
        if not getattr(columns, kind):
            tried = ", ".join(GUESSES[kind])
            what = f"no column of {kind} ({tried}); there are: {', '.join(there)}"
            raise LedgerError(Problem(where, what, f"Name it with --{kind} COLUMN."))
    return columns


def _column(kind: str, there: Sequence[str], asked: Columns, where: str) -> str:
    wanted = str(getattr(asked, kind))
    if wanted and wanted not in there:
        what = f"no column '{wanted}'; there are: {', '.join(there)}"
        raise LedgerError(Problem(where, what, f"Name the column with --{kind}."))
    near = [name for name in there if name.strip().lower() in GUESSES[kind]]
    if not wanted and len(near) > 1:
        what = f"columns {', '.join(near)} could all be the {kind}"
        raise LedgerError(Problem(where, what, f"Name one with --{kind} COLUMN."))
    return wanted or "".join(near)


def watt_per_unit(unit: str, power: str, where: str) -> float:
    """Return what one unit of power is in W.

    Args:
        unit: What the user said, or empty.
        power: Name of the column.
        where: Name of the file.

    Raises:
        LedgerError: The name of the column speaks of another unit than W, and the user of none:
            `mw` may stand for a thousandth or for a million.
    """
    if not unit and power.strip().lower().endswith(("_mw", "_kw")):
        what = f"column '{power}' is not in W by its name"
        raise LedgerError(Problem(where, what, "Say --unit mW, kW or W."))
    return WATT_PER_UNIT[unit or "W"]
