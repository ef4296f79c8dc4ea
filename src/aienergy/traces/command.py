"""`aienergy trace`: what can be asked, and where the answer goes."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from aienergy.errors import LedgerError, Problem

if TYPE_CHECKING:
    from aienergy.traces.answer import Answer

ROWS_PER_PIECE = 10_000_000
_EPILOG = """\
examples:
  aienergy trace power.parquet
  aienergy trace telemetry/ --run job_id --component gpu --out energy.csv
  aienergy trace export.csv --power draw --unit mW --gap 10 --json

Samples of power as Parquet or CSV, sorted or not, in one file or many: the trapezoid over the
samples of each run and component. Columns are guessed from their names unless named. What sorting
needs beyond memory is written to the folder for temporary files (TMPDIR).
"""


def add_trace(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of `aienergy`."""
    summary = str(trace.__doc__).strip()
    command = commands.add_parser(
        "trace", help=summary, description=summary, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    told = "a Parquet or CSV file, or a folder of them, partitioned (run=a/) or not"
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=told)
    columns = command.add_argument_group("columns").add_argument
    columns("--run", metavar="COLUMN", default="", help="which run a sample belongs to")
    columns("--time", metavar="COLUMN", default="", help="stamps, or seconds")
    columns("--power", metavar="COLUMN", default="", help="power of the sample")
    columns("--component", metavar="COLUMN", default="", help="which meter of the run, if several")
    unit = "unit of the power (default: W; must be said of a column whose name ends in _mw or _kw)"
    columns("--unit", choices=("W", "mW", "kW"), default="", help=unit)
    how = command.add_argument_group("how").add_argument
    gap = "longest time between samples that is no gap (default: %(default)s)"
    how("--gap", type=float, default=60.0, metavar="SECONDS", help=gap)
    bound = "power above which a value is refused (default: %(default)s, more than any node draws)"
    how("--max-power", type=float, default=100_000.0, metavar="WATT", help=bound)
    is_sorted = "rows that are not sorted by run, component and time are an error"
    how("--sorted", action="store_true", help=is_sorted)
    out = command.add_argument_group("answer").add_argument
    out("--json", action="store_true", help="print JSON")
    out("--out", type=Path, metavar="FILE.csv", help="write all runs as CSV")
    command.set_defaults(function=trace)


def trace(options: argparse.Namespace) -> None:
    """Sum samples of power to energy, run by run, in files of any size."""
    _check(options)
    answer = summed(options)
    if options.out is not None:
        from aienergy.tables import write_table

        write_table(answer.table, options.out)
    if options.json:
        import json

        from aienergy.traces.answer import as_dict

        print(json.dumps(as_dict(answer), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        from aienergy.traces.answer import lines

        sys.stdout.writelines(f"{line}\n" for line in lines(answer))


def _check(options: argparse.Namespace) -> None:
    for name, value in (("--gap", options.gap), ("--max-power", options.max_power)):
        if not 0 < value < float("inf"):
            what = f"{value:g} is not above 0 and finite"
            raise LedgerError(Problem(name, what, "Give a number above 0."))
    if options.out is not None and options.out.suffix != ".csv":
        raise LedgerError(Problem(str(options.out), "no CSV by its name", "End it in .csv."))


def summed(options: argparse.Namespace, rows_per_piece: int = ROWS_PER_PIECE) -> "Answer":
    """Read the traces that the options name, and return what they add up to.

    Args:
        options: See `add_trace`.
        rows_per_piece: Rows that are read in one pass, at least a row group.
    """
    from aienergy.traces.answer import Answer
    from aienergy.traces.columns import Columns
    from aienergy.traces.energy import Manner, integrate
    from aienergy.traces.engine import opened
    from aienergy.traces.sources import found, prepared

    files = found(options.paths)
    asked = Columns(options.run, options.time, options.power, options.component)
    manner = Manner(options.gap, options.max_power, rows_per_piece, may_sort=not options.sorted)
    with tempfile.TemporaryDirectory(prefix="aienergy-") as spill, opened(Path(spill)) as engine:
        sources = prepared(engine, files, asked, options.unit, Path(spill))
        sums, was_sorted_here = integrate(engine, sources, manner)
    return Answer.of(sums, options.gap, was_sorted_here=was_sorted_here)
