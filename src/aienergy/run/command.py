"""`aienergy run`: what can be asked, and how readings are printed."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aienergy.errors import LedgerError, Problem
from aienergy.run.find import find
from aienergy.run.questions import add_questions, answer, check, is_asked

if TYPE_CHECKING:
    import pandas as pd

    from aienergy.logs.outcomes import Outcome
    from aienergy.run.questions import Answer

SHOWN = ["run", "component", "energy_kwh", "duration_s", "mean_power_w", "evidence", "boundary"]
# Nobody reads more, and a table of a million rows needs over 1 GiB to be set.
MOST_ROWS = 10_000
_EPILOG = """\
examples:
  aienergy run emissions.csv power.csv
  aienergy run data/raw/runs
  aienergy run results/bert/power --json
  aienergy run power.csv --region SE --region gcp:europe-west4 --pue 1.1
  aienergy run power.csv --region US-CA --ran-on nvidia_a100_80gb --accelerator nvidia_h100_sxm
  aienergy run power.csv --profile intensity.csv --hour 22
  aienergy run emissions.csv --report --out report

Formats are known by content (docs/logs.md). Files of one folder that belong to one run, such as a
power log and the result file with its window, count once. A folder with a run.yaml is read as it
describes. What is refused is told with its reason, and the exit code is 1; the rest is printed.

A region is a country (SE, SWE, Sweden), a US state (US-CA), a cloud region (gcp:europe-west4) or
world. Facts come from the folder of results; what has no fact is not known (docs/runs.md).
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
    add_questions(command)
    command.set_defaults(function=run)


def run(options: argparse.Namespace) -> None:
    """Print the energy of logs, run by run and component by component, and re-express it."""
    problems = check(options)
    if problems:
        raise LedgerError(*problems)
    from aienergy.run.say import described
    from aienergy.run.say import lines as restated_lines

    outcomes = read_paths(options.paths)
    restated = None
    if options.report:
        restated = _report(outcomes, options)
    elif is_asked(options):
        restated = answer(outcomes, options)
    if options.json:
        shown: Any = [as_dict(outcome) for outcome in outcomes]
        if restated is not None:
            shown = {"logs": shown, "runs": described(restated.runs, restated.values)}
        print(json.dumps(shown, indent=2, allow_nan=False))
    else:
        for line in lines(outcomes):
            print(line)
        if restated is not None and is_asked(options):
            print()
            for line in restated_lines(restated.runs, restated.values, restated.library):
                print(line)
    refused = [problem for outcome in outcomes for problem in outcome.problems]
    if refused:
        raise LedgerError(*refused)


def _report(outcomes: "list[Outcome]", options: argparse.Namespace) -> "Answer":
    """Write the report of what was read, and tell where."""
    from aienergy.config import read_config
    from aienergy.run.document import EMISSIONS
    from aienergy.run.report import GRIDS, write_report

    edition = read_config(options.config)["edition"]
    found = answer(outcomes, options, GRIDS)
    if not options.region:  # of grids that nobody asked for, emissions are enough
        kept = [v for v in found.values if v.quantity in EMISSIONS or not v.region]
        found = replace(found, values=kept)
    written = write_report(outcomes, found, edition, options.results, options.style, options.out)
    print(f"written: {', '.join(path.as_posix() for path in written)}", file=sys.stderr)
    return found


def read_paths(paths: list[Path]) -> "list[Outcome]":
    """Read files and folders, each file once.

    Raises:
        LedgerError: A path that does not exist, or nothing to read.
    """
    from aienergy.run.read import read_unit, together

    units = find(paths)
    if not units:
        hint = "Name logs, folders of logs, or a folder with a run.yaml."
        raise LedgerError(Problem(", ".join(map(str, paths)), "no file to read", hint))
    return together([read_unit(unit) for unit in units])


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
