"""What a log says once it is read: energy by run and component, and what to know about it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

import pandas as pd

# Columns of `Reading.components`.
COLUMNS = (
    "run",
    "component",
    "energy_kwh",
    "duration_s",
    "mean_power_w",
    "evidence",
    "boundary",
    "sample_count",
    "largest_gap_s",
)


class Row(TypedDict, total=False):
    """One row of `Reading.components`; what is not known is left out."""

    run: str
    component: str
    energy_kwh: float
    duration_s: float
    mean_power_w: float
    evidence: str
    boundary: str
    sample_count: int
    largest_gap_s: float


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about a log that its reader must know, and what it does to the interval.

    Attributes:
        key: Name of the gate, such as `gaps`.
        text: What was seen, with its figures.
        widens: Factor by which the interval of the energy widens; 1 leaves it as it is.
    """

    key: str
    text: str
    widens: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One log after reading.

    Attributes:
        format: Key of the format, such as `nvidia_smi`.
        tool: What wrote the log.
        tool_version: Its version, empty where the log does not say.
        components: One row a component of a run, with the columns `COLUMNS`. `energy_kwh` is that
            of one unit of `per`, with PUE inside if `pue` is given; `mean_power_w` is energy over
            `duration_s` unless a format states another mean. Missing values are NaN, never 0.
        flags: What the gates saw; the factors multiply.
        pue: The PUE that is inside the energies, or None where none was applied.
        started_on: ISO day on which the first run began by the clock of the log, or empty.
        notes: What a reader must know whatever the values are.
        per: What the energies are of: `run`, or a unit of use such as `output token`.
        trace: Digest of the times of the samples, empty where they cannot tell runs apart; two
            logs with the same one measured the same run.
        companions: Names of the files beside the log that were read with it.
        started_at: ISO stamp, without zone, at which the one run began by the clock of the log;
            empty where there are several runs or no such clock.
        unit_count: Units of use that the one run delivered, or None where nothing says so.
        unit_of_use: What one of them is, such as `prediction`.
    """

    format: str
    tool: str
    tool_version: str
    components: pd.DataFrame
    flags: tuple[Flag, ...] = ()
    pue: float | None = None
    started_on: str = ""
    notes: tuple[str, ...] = ()
    per: str = "run"
    trace: str = ""
    companions: tuple[str, ...] = ()
    started_at: str = ""
    unit_count: float | None = None
    unit_of_use: str = ""

    @property
    def widens(self) -> float:
        """Return the factor by which all flags together widen the interval of the energy."""
        return math.prod(flag.widens for flag in self.flags)


Companions = Mapping[str, str]
"""The other files of the folder: name to text."""


def tabulate(rows: Iterable[Row] | pd.DataFrame) -> pd.DataFrame:
    """Lay rows out with the columns of `Reading.components` and one type a column."""
    given = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    table = given.reindex(columns=list(COLUMNS)).reset_index(drop=True)
    numbers = ("energy_kwh", "duration_s", "mean_power_w", "largest_gap_s")
    counts = table["sample_count"].astype(float)
    table["sample_count"] = counts.where((counts % 1 == 0) & (counts < 2**53))
    return table.astype(dict.fromkeys(numbers, float) | {"sample_count": "Int64"})
