"""Read the logs of a folder batch by batch, and gather what was read as two tables.

A batch is what one job of the workflow reads (`workflow/rules/logs.smk`). The tables do not depend
on the number of batches, nor on where they were read.
"""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from aienergy.errors import Problem
from aienergy.logs.outcomes import Outcome
from aienergy.logs.reading import COLUMNS, Flag, Reading, tabulate
from aienergy.run.command import as_dict
from aienergy.run.find import Unit, batched
from aienergy.run.read import Part, read_unit, together
from aienergy.stage import run
from aienergy.tables import read_json, write_json, write_table

OF_FILES = ("file", "outcome", "of", "format", "tool", "tool_version", "started_on", "flags", "why")
ENERGY = ("file", "outcome", *COLUMNS, "per", "pue", "widens")


def read_batch(folder: Path, units: Mapping[int, Unit]) -> list[dict[str, Any]]:
    """Read the units of a batch.

    Args:
        folder: Folder of logs, to which names in the answer are relative.
        units: Units by their rank among all of the folder.

    Returns:
        One record a unit, as JSON knows it.
    """

    def name_of(path: Path) -> str:
        return path.relative_to(folder).as_posix()

    return [_record(rank, read_unit(unit, name_of)) for rank, unit in units.items()]


def _record(rank: int, part: Part) -> dict[str, Any]:
    """Return a part as JSON knows it, with what finds repetitions in other batches."""
    outcomes = [
        as_dict(outcome) | {"trace": outcome.reading.trace if outcome.reading else ""}
        for outcome in part.outcomes
    ]
    return {"rank": rank, "described_log": part.described_log, "outcomes": outcomes}


def part_of(record: Mapping[str, Any]) -> Part:
    """Return the part of which `read_batch` made a record; its numbers may have been rounded."""
    log = record["described_log"]
    return Part(tuple(map(_outcome, record["outcomes"])), (log[0], log[1]) if log else None)


def _outcome(shown: Mapping[str, Any]) -> Outcome:
    problems = tuple(Problem(**problem) for problem in shown["problems"])
    reading = None
    if "format" in shown:
        reading = Reading(
            components=tabulate(shown["components"]),
            flags=tuple(Flag(**flag) for flag in shown["flags"]),
            notes=tuple(shown["notes"]),
            companions=tuple(shown["companions"]),
            **{
                name: shown[name]
                for name in ("format", "tool", "tool_version", "pue", "started_on", "per", "trace")
            },
        )
    return Outcome(shown["file"], shown["outcome"], reading, problems, shown["of"] or "")


def gather(records: Iterable[Mapping[str, Any]]) -> dict[str, pd.DataFrame]:
    """Put the records of all batches together.

    Returns:
        `energy`: one row a component of a run of each log that was read, in kWh, s and W, with the
        columns `ENERGY`; what `repeats` another log must not be added. `outcomes`: one row a file
        or described run, with the columns `OF_FILES`. Both are sorted by file.
    """
    ranked = sorted(records, key=lambda record: record["rank"])
    outcomes = sorted(together([part_of(record) for record in ranked]), key=lambda o: o.name)
    tables = [_energy(outcome) for outcome in outcomes if outcome.reading]
    energy = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(ENERGY))
    files = pd.DataFrame([_file(outcome) for outcome in outcomes], columns=list(OF_FILES))
    return {"energy": energy, "outcomes": files}


def _energy(outcome: Outcome) -> pd.DataFrame:
    reading = outcome.reading
    assert reading is not None
    return reading.components.assign(
        file=outcome.name,
        outcome=outcome.state,
        per=reading.per,
        pue=float("nan") if reading.pue is None else reading.pue,
        widens=reading.widens,
    )[list(ENERGY)]


def _file(outcome: Outcome) -> dict[str, str]:
    shown = {"file": outcome.name, "outcome": outcome.state, "of": outcome.of}
    why = "; ".join(f"{problem.where}: {problem.what}" for problem in outcome.problems)
    reading = outcome.reading
    if reading is None:
        return shown | {"why": why}
    names = ("format", "tool", "tool_version", "started_on")
    flags = ";".join(dict.fromkeys(flag.key for flag in reading.flags))
    return shown | {name: getattr(reading, name) for name in names} | {"flags": flags, "why": why}


def parser() -> argparse.ArgumentParser:
    """Return the parser of both commands."""
    whole = argparse.ArgumentParser(prog="python -m aienergy.run.many", description=__doc__)
    commands = whole.add_subparsers(required=True, dest="command", metavar="COMMAND")
    read = commands.add_parser("read", help="read one batch")
    read.add_argument("--logs", type=Path, required=True, help="folder of logs")
    read.add_argument("--batch", type=int, required=True, help="which batch, from 1 on")
    read.add_argument("--batches", type=int, required=True, help="how many there are")
    read.add_argument("--out", type=Path, required=True, help="JSON file to write")
    put = commands.add_parser("gather", help="write the tables of all batches")
    put.add_argument("files", type=Path, nargs="+", metavar="FILE", help="what `read` wrote")
    put.add_argument("--out", type=Path, required=True, help="folder for the tables")
    return whole


def main() -> None:
    """Read a batch, or gather all."""
    options = parser().parse_args()
    if options.command == "read":
        units = batched(options.logs, options.batches)[options.batch - 1]
        write_json(read_batch(options.logs, units), options.out)
        return
    tables = gather(record for path in options.files for record in read_json(path))
    for name, table in tables.items():
        write_table(table, options.out / f"{name}.csv")
    counts = tables["outcomes"]["outcome"].value_counts().sort_index()
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))


if __name__ == "__main__":
    run(main)
