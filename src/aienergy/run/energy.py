"""Runs as their logs tell them: one energy each, its interval, what it covers and what it lacks."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from aienergy.contracts.numbers import Ledger, Number

if TYPE_CHECKING:
    from aienergy.logs.outcomes import Outcome
    from aienergy.logs.reading import Reading

# A component that holds all others of its run.
WHOLES = ("node", "total", "machine")
UNSTATED = "not stated"
LADDER = (UNSTATED, "chip", "board", "node", "it", "facility")
# What PUE multiplies once.
WHOLE_BOUNDARIES = ("node", "it")
ABSENT = {
    UNSTATED: "not known, the log states no boundary",
    "chip": "boards, fans, disks, network and power supplies",
    "board": "processors, memory, fans, disks, network and power supplies",
}
_PARTS_ABSENT = "what has no component in the log: fans, disks, network, power supplies"


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a run, with energy.

    Attributes:
        name: As the log calls it.
        energy_kwh: Its energy, with PUE inside if the run has one inside.
        boundary: Hardware that it covers, a PUE inside taken out.
        evidence: How it is known.
    """

    name: str
    energy_kwh: float
    boundary: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a log.

    Attributes:
        key: Short key in the ledger, `run1`.
        name: What the log or its file calls it; from outside, never trusted.
        file: Path of the log as given.
        per: What the energies are of: `run` or a unit of use.
        parts: Components that count, each with energy.
        unread: Components without energy.
        duration_s: How long it took; NaN if the log does not say.
        pue: PUE inside the energies, or None.
        outside: Whether the log puts its energies at the facility without saying by which PUE.
        tool: What wrote the log.
        tool_version: Its version, or empty.
        started_at: As of `Reading`.
        unit_count: As of `Reading`.
        unit_of_use: As of `Reading`.
        flags: Keys of the gates' flags.
        widens: Factor by which they widen the interval.
        repeats: Other file whose energy this is again; empty where the run counts.
    """

    key: str
    name: str
    file: str
    per: str
    parts: tuple[Part, ...]
    unread: tuple[str, ...]
    duration_s: float
    pue: float | None
    outside: bool
    tool: str
    tool_version: str
    started_at: str
    unit_count: float | None
    unit_of_use: str
    flags: tuple[str, ...]
    widens: float
    repeats: str = ""

    @property
    def boards(self) -> tuple[Part, ...]:
        """Return the parts that are boards with accelerators."""
        return tuple(part for part in self.parts if part.boundary == "board")

    @property
    def board_count(self) -> int | None:
        """Return how many boards these are; None where the log adds them up."""
        names = [part.name for part in self.boards]
        return len(names) if names and all(name[-1:].isdigit() for name in names) else None

    @property
    def covers(self) -> str:
        """Return the boundary of the sum: one of the ladder, or `board + chip` of single parts."""
        return " + ".join(sorted({part.boundary for part in self.parts}, key=LADDER.index))

    @property
    def is_whole(self) -> bool:
        """Whether PUE times the energy, inside PUE taken out, is facility energy."""
        return self.covers in WHOLE_BOUNDARIES

    @property
    def absent(self) -> str:
        """Return what of the machine is not in the energy; empty where it is whole."""
        if self.is_whole or self.covers == "facility":
            return ""
        return ABSENT.get(self.covers, _PARTS_ABSENT)

    @property
    def evidence(self) -> str:
        """Return how the energy is known, several ways joined."""
        return " + ".join(sorted({part.evidence for part in self.parts}))


def runs_of(outcomes: "Iterable[Outcome]") -> list[Run]:
    """Return the runs of all logs that were read, in order; those without energy are left out."""
    found: list[Run] = []
    for outcome in outcomes:
        if outcome.reading is not None:
            found += _runs(outcome, outcome.reading, len(found))
    return found


def _runs(outcome: "Outcome", reading: "Reading", before: int) -> Iterator[Run]:
    file = outcome.name.rsplit("/", 1)[-1]
    count = before
    for logged, table in reading.components.groupby("run", sort=False, dropna=False):
        whole = table[table["component"].isin(WHOLES) & table["energy_kwh"].notna()]
        counted = whole.iloc[:1] if len(whole) else table
        read = counted[counted["energy_kwh"].notna()]
        if read.empty:
            continue
        count += 1
        yield Run(
            key=f"run{count}",
            name=file if logged == "log" else str(logged),
            file=outcome.name,
            per=reading.per,
            parts=tuple(_part(row, reading.pue) for row in read.to_dict("records")),
            unread=tuple(map(str, counted.loc[counted["energy_kwh"].isna(), "component"])),
            duration_s=float(table["duration_s"].max()),
            pue=reading.pue,
            outside=reading.pue is None and bool((read["boundary"] == "facility").any()),
            tool=reading.tool,
            tool_version=reading.tool_version,
            started_at=reading.started_at,
            unit_count=reading.unit_count,
            unit_of_use=reading.unit_of_use,
            flags=tuple(dict.fromkeys(flag.key for flag in reading.flags)),
            widens=reading.widens,
            repeats=outcome.of if outcome.state == "repeats" else "",
        )


def _part(row: dict[Hashable, Any], pue: float | None) -> Part:
    name, stated = str(row["component"]), row["boundary"]
    boundary = UNSTATED if pd.isna(stated) or not stated else str(stated)
    if pue is not None and boundary == "facility":
        # The tool multiplied what it read by PUE: without it, that is a part of the machine.
        boundary = "board" if name.startswith("gpu") else "chip"
    energy_kwh = float(str(row["energy_kwh"]))
    return Part(name, energy_kwh, boundary, str(row["evidence"]))


def bind_energy(run: Run, ledger: Ledger) -> Number:
    """Bind the energy of a run as its log tells it, with PUE inside if the tool put it there."""
    inside = " x PUE" if run.pue is not None else ""
    return ledger.derive(
        f"{run.key}.energy",
        f"{run.name}: energy by its log",
        "kWh",
        "logged_energy_kwh",
        {"terms": [part.energy_kwh for part in run.parts], "widening": run.widens},
        (run.file,),
        boundary=run.covers + inside,
        evidence=run.evidence,
        said_by="operator",
    )
