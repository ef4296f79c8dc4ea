"""Many logs together: companions count once, and so does what two files say twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from aienergy.errors import LedgerError, Problem
from aienergy.logs.detect import Reader, formats, read_bytes, read_log
from aienergy.logs.reading import Flag, Reading
from aienergy.logs.text import decode

State = Literal["read", "companion", "repeats", "refused"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Attributes:
        name: Its path as given.
        state: `read`: its energies count; `companion`: it was read with another file; `repeats`:
            it says what another file says, and is shown but must not be added; `refused`.
        reading: What was read, None for a companion or a refusal.
        problems: Why it was refused.
        of: The other file, for a companion or a repetition.
    """

    name: str
    state: State
    reading: Reading | None = None
    problems: tuple[Problem, ...] = ()
    of: str = ""


def read_folder(files: Mapping[str, Path], readers: Sequence[Reader] = ()) -> list[Outcome]:
    """Read the files of one folder, which may be companions of each other.

    Args:
        files: Path by name for messages, in the order of the answer.
        readers: Formats beside those of `logs`.
    """
    known = (*readers, *formats())
    lent: dict[str, bytes] = {}
    for name, path in files.items():
        try:
            content = read_bytes(path, name)
            text = decode(content, name)
        except LedgerError:
            continue  # told on the file's own turn
        if any(reader.lends(text) for reader in known):
            lent[path.name] = content
    outcomes = []
    for name, path in files.items():
        beside = {key: content for key, content in lent.items() if key != path.name}
        try:
            reading = read_log(path, name, beside, readers)
        except LedgerError as error:
            outcomes.append(Outcome(name, "refused", problems=error.problems))
        else:
            outcomes.append(Outcome(name, "read", reading))
    by_file = {path.name: name for name, path in files.items()}
    owner = {
        by_file[used]: outcome.name
        for outcome in outcomes
        if outcome.reading
        for used in outcome.reading.companions
    }
    return [
        Outcome(outcome.name, "companion", of=owner[outcome.name])
        if outcome.name in owner
        else outcome
        for outcome in outcomes
    ]


def once(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Mark what would be counted twice: the same values again, or DC beside AC.

    Two logs of one format with equal values repeat each other, whatever their bytes (a copy, a
    report as JSON and as CSV). Two logs with samples at the same milliseconds are two
    measurements at one machine: the larger is nearer to the wall, and counts.
    """
    result = list(outcomes)
    by_values: dict[object, int] = {}
    by_trace: dict[object, int] = {}
    for at, outcome in enumerate(result):
        reading = outcome.reading
        if reading is None:
            continue
        values = (reading.format, reading.started_on, reading.components.to_csv())
        before = by_values.setdefault(values, at)
        if before != at:
            result[at] = replace(outcome, state="repeats", of=result[before].name)
        elif reading.trace:
            before = by_trace.setdefault((reading.format, reading.trace), at)
            if before != at:
                _mark_nearer(result, before, at)
    return result


def _mark_nearer(result: list[Outcome], before: int, at: int) -> None:
    """Of two measurements of one run, let the larger count."""
    energies = [_energy_kwh(result[number]) for number in (before, at)]
    less, more = (before, at) if energies[0] < energies[1] else (at, before)
    reading = result[less].reading
    if reading is None:
        return
    told = f"samples at the same moments as {result[more].name}, which is larger and counts"
    flags = (*reading.flags, Flag("same_run", told))
    result[less] = replace(
        result[less], state="repeats", of=result[more].name, reading=replace(reading, flags=flags)
    )


def _energy_kwh(outcome: Outcome) -> float:
    return float(outcome.reading.components["energy_kwh"].sum()) if outcome.reading else 0.0
