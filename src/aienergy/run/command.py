"""`aienergy run`: what can be asked, and how readings are printed."""

import argparse
import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aienergy.errors import LedgerError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from aienergy.ingest.runs import RunFiles
    from aienergy.logs.outcomes import Outcome

DESCRIPTION = "run.yaml"
SHOWN = ["run", "component", "energy_kwh", "duration_s", "mean_power_w", "evidence", "boundary"]
# Nobody reads more, and a table of a million rows needs over 1 GiB to be set.
MOST_ROWS = 10_000
_EPILOG = """\
examples:
  aienergy run emissions.csv power.csv
  aienergy run data/raw/runs
  aienergy run results/bert/power --json

Formats are known by content (docs/logs.md). Files of one folder that belong to one run, such as a
power log and the result file with its window, count once. A folder with a run.yaml is read as it
describes. What is refused is told with its reason, and the exit code is 1; the rest is printed.
"""


def add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of `aienergy`."""
    summary = str(run.__doc__).strip()
    command = commands.add_parser(
        "run", help=summary, description=summary, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    told = "a log, a folder of logs, a run with its run.yaml, or a folder of runs"
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=told)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(function=run)


def run(options: argparse.Namespace) -> None:
    """Print the energy of logs, run by run and component by component."""
    outcomes = read_paths(options.paths)
    if options.json:
        print(json.dumps([as_dict(outcome) for outcome in outcomes], indent=2, allow_nan=False))
    else:
        for line in lines(outcomes):
            print(line)
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    if problems:
        raise LedgerError(*problems)


def read_paths(paths: list[Path]) -> "list[Outcome]":
    """Read files and folders, each file once.

    Raises:
        LedgerError: A path that does not exist, or nothing to read.
    """
    from aienergy.ingest.summaries import READERS
    from aienergy.logs.outcomes import once, read_folder

    described, folders = _found(paths)
    outcomes = _described(described)
    for files in folders.values():
        outcomes += read_folder({path.as_posix(): path for path in files}, READERS)
    if not outcomes:
        hint = "Name logs, folders of logs, or a folder with a run.yaml."
        raise LedgerError(Problem(", ".join(map(str, paths)), "no file to read", hint))
    return once(outcomes)


def _found(paths: list[Path]) -> tuple[list[Path], dict[Path, list[Path]]]:
    """Return the folders with a run.yaml, and the other files by their folder, each once."""
    described: dict[Path, None] = {}
    folders: dict[Path, dict[Path, None]] = {}
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            inside = sorted(p for p in path.rglob("*") if not _hidden(p.relative_to(path)))
            own = [p.parent for p in (path / DESCRIPTION, *inside) if p.name == DESCRIPTION]
            described |= dict.fromkeys(folder for folder in own if (folder / DESCRIPTION).is_file())
            files = [p for p in inside if p.is_file() and not set(p.parents) & set(described)]
        elif path.is_file() or path.is_symlink():
            files = [path]
        else:
            hint = "Correct the path."
            raise LedgerError(Problem(str(path), "the file does not exist", hint))
        for file in files:
            folders.setdefault(file.parent, {})[file] = None
    return list(described), {folder: list(files) for folder, files in folders.items()}


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _described(folders: list[Path]) -> "list[Outcome]":
    """Read the runs that have a run.yaml; one log in two of them is refused."""
    from aienergy.ingest.runs import load_run, repeated_logs
    from aienergy.logs.outcomes import Outcome

    outcomes, loaded = [], []
    for folder in folders:
        try:
            loaded.append(load_run(folder))
            outcomes.append(_of_description(loaded[-1], folder.as_posix()))
        except LedgerError as error:
            outcomes.append(Outcome(folder.as_posix(), "refused", problems=error.problems))
    problems = repeated_logs(loaded)
    if problems:
        outcomes.append(Outcome("several runs", "refused", problems=tuple(problems)))
    return outcomes


def _of_description(files: "RunFiles", name: str) -> "Outcome":
    """Read a run as its run.yaml describes it; flags are those of its log."""
    import pandas as pd

    from aienergy.ingest.runs import tabulate_run
    from aienergy.logs.detect import read_log
    from aienergy.logs.outcomes import Outcome
    from aienergy.logs.reading import COLUMNS, Flag, Reading

    table = tabulate_run(files)
    flags: tuple[Flag, ...] = ()
    with contextlib.suppress(LedgerError):  # only the description may know the log's columns
        flags = read_log(files.log.encode(), files.log_where).flags
    first = table.iloc[0]
    missing = table["energy_kwh"].where(table["energy_kwh"] != 0)
    reading = Reading(
        format="run.yaml",
        tool=str(first["tool"]),
        tool_version="" if pd.isna(first["tool_version"]) else str(first["tool_version"]),
        components=table.assign(energy_kwh=missing).reindex(columns=list(COLUMNS)),
        flags=flags,
        started_on=str(first["started_on"]),
        notes=(str(first["note"]).strip(), f"scope: {first['scope']}"),
    )
    return Outcome(name, "read", reading)


def lines(outcomes: "list[Outcome]") -> Iterator[str]:
    """Yield the table of what was read, then flags and what became of the other files."""
    import pandas as pd

    tables = []
    for outcome in outcomes:
        if outcome.reading is None:
            continue
        table = outcome.reading.components[SHOWN].assign(
            per=outcome.reading.per,
            flags=",".join(dict.fromkeys(flag.key for flag in outcome.reading.flags)) or "-",
        )
        tables.append(table.assign(run=_label(outcome, table["run"])))
    if tables:
        whole = pd.concat(tables, ignore_index=True)
        if (whole["per"] == "run").all():
            whole = whole.drop(columns="per")
        shown = whole.head(MOST_ROWS)
        yield shown.to_string(index=False, float_format=lambda x: f"{x:.6g}", na_rep="-")
        if len(whole) > MOST_ROWS:
            yield f"... and {len(whole) - MOST_ROWS:,} more rows: --json prints them all"
    for outcome in outcomes:
        yield from _told(outcome)


def _label(outcome: "Outcome", runs: "pd.Series[str]") -> "pd.Series[str]":
    """Return names of runs; a log that names none gets that of its file."""
    name = outcome.name.rsplit("/", 1)[-1]
    marked = runs.replace("log", name)
    return marked + " (repeats)" if outcome.state == "repeats" else marked


def _told(outcome: "Outcome") -> Iterator[str]:
    if outcome.state == "companion":
        yield f"{outcome.name}: read with {outcome.of}"
    if outcome.state == "repeats":
        yield f"{outcome.name}: not to be added, it repeats {outcome.of}"
    if outcome.reading is None:
        return
    if outcome.reading.pue is not None:
        yield f"{outcome.name}: PUE {outcome.reading.pue:g} is inside its energies"
    for flag in outcome.reading.flags:
        widens = f" (interval x {flag.widens:.3g})" if flag.widens > 1 else ""
        yield f"{outcome.name}: {flag.key}: {flag.text}{widens}"


def as_dict(outcome: "Outcome") -> dict[str, Any]:
    """Return an outcome as JSON knows it; what is missing is null."""
    shown: dict[str, Any] = {
        "file": outcome.name,
        "outcome": outcome.state,
        "of": outcome.of or None,
    }
    shown["problems"] = [asdict(problem) for problem in outcome.problems]
    reading = outcome.reading
    if reading is None:
        return shown
    parts = asdict(replace(reading, components=reading.components.iloc[:0]))
    del parts["components"], parts["trace"]
    cells = reading.components.astype(object)
    rows = cells.where(reading.components.notna(), None).to_dict("records")
    return shown | parts | {"widens": reading.widens, "components": rows}
