"""Read what was found, unit by unit, and put the outcomes together as if read at once."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from aienergy.errors import LedgerError
from aienergy.ingest.runs import RunFiles, load_run, log_key, repeated_logs, tabulate_run
from aienergy.ingest.summaries import READERS
from aienergy.logs.detect import read_log
from aienergy.logs.outcomes import Outcome, once, read_folder
from aienergy.logs.reading import COLUMNS, Flag, Reading
from aienergy.run.find import Unit


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one unit.

    Attributes:
        outcomes: One a file, or one for a described run.
        described_log: Name and key of the log of a described run; None for any other unit, or
            where it could not be loaded.
    """

    outcomes: tuple[Outcome, ...]
    described_log: tuple[str, str] | None = None


def read_unit(unit: Unit, name_of: Callable[[Path], str] = Path.as_posix) -> Part:
    """Read the files of a unit; a refusal is an outcome, too.

    Args:
        unit: What is to be read.
        name_of: Gives the name of a path in outcomes and messages.
    """
    if not unit.is_described:
        return Part(tuple(read_folder({name_of(path): path for path in unit.files}, READERS)))
    name = name_of(unit.folder)
    described_log = None
    try:
        files = load_run(unit.folder)
        described_log = (name_of(Path(files.log_where)), log_key(files))
        outcome = Outcome(name, "read", _of_description(files))
    except LedgerError as error:
        given = unit.folder.as_posix()
        problems = (
            replace(told, where=told.where.replace(given, name, 1)) for told in error.problems
        )
        outcome = Outcome(name, "refused", problems=tuple(problems))
    return Part((outcome,), described_log)


def _of_description(files: RunFiles) -> Reading:
    """Read a run as its run.yaml describes it; flags are those of its log."""
    table = tabulate_run(files)
    flags: tuple[Flag, ...] = ()
    with contextlib.suppress(LedgerError):  # only the description may know the log's columns
        flags = read_log(files.log.encode(), files.log_where).flags
    first = table.iloc[0]
    missing = table["energy_kwh"].where(table["energy_kwh"] != 0)
    return Reading(
        format="run.yaml",
        tool=str(first["tool"]),
        tool_version="" if pd.isna(first["tool_version"]) else str(first["tool_version"]),
        components=table.assign(energy_kwh=missing).reindex(columns=list(COLUMNS)),
        flags=flags,
        started_on=str(first["started_on"]),
        notes=(str(first["note"]).strip(), f"scope: {first['scope']}"),
        unit_count=None if pd.isna(first["units_of_use"]) else float(first["units_of_use"]),
        unit_of_use="" if pd.isna(first["unit_of_use"]) else str(first["unit_of_use"]),
    )


def together(parts: Sequence[Part]) -> list[Outcome]:
    """Return all outcomes, what would be counted twice marked.

    Args:
        parts: Those of all units in the order of `find`, on which it depends which of two equal
            logs counts.
    """
    logs = [part.described_log for part in parts if part.described_log]
    outcomes = [outcome for part in parts for outcome in part.outcomes]
    problems = repeated_logs(logs)
    if problems:
        outcomes.append(Outcome("several runs", "refused", problems=tuple(problems)))
    return once(outcomes)
