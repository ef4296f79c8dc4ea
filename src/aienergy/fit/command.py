"""`aienergy fit`: what can be asked, and where the answer goes."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from aienergy.errors import LedgerError, Problem
from aienergy.figures.formats import unknown_format

if TYPE_CHECKING:
    from aienergy.fit.series import Series
    from aienergy.fit.trend import Asked

_METHODS = ("ordinary", "case", "clustered", "reranked", "reranked_errors")
_EPILOG = """\
examples:
  aienergy fit training_compute --rule frontier --from 2018-01-01
  aienergy fit training_compute --subset language --breaks --figure language.svg
  aienergy fit runs.csv --date Published --value FLOP --json

A line through the logarithms by least squares. The interval is that of resamples: `reranked` draws
among all points and ranks each draw anew, `case` and `clustered` draw among the chosen points and
among organizations, `reranked_errors` draws errors of measurement, too; `ordinary` is that of
textbooks. Columns are guessed from their names (date, publication_date, ...; value) unless named.
"""


def add_fit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of `aienergy`."""
    summary = str(fit.__doc__).strip()
    command = commands.add_parser(
        "fit", help=summary, description=summary, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = command.add_argument
    add("data", help="CSV file with a header, or a quantity such as training_compute")
    columns = command.add_argument_group("columns of a file").add_argument
    columns("--date", metavar="COLUMN", help="days, as year-month-day")
    columns("--value", metavar="COLUMN", help="positive numbers of one unit")
    columns("--organization", metavar="COLUMN", help="owners, for --method clustered")
    columns("--error", metavar="COLUMN", help="errors of log10, for --method reranked_errors")
    columns("--skip-missing", action="store_true", help="leave rows without date or value out")
    which = command.add_argument_group("which points").add_argument
    which("--subset", default="", help="of a quantity of the ledger, such as language or china")
    which("--rule", choices=("all", "frontier"), default="all", help="default: %(default)s")
    size = "how many of the largest up to their day are the frontier (default: 10)"
    which("--size", type=int, metavar="N", help=size)
    which("--from", dest="start", metavar="DAY", help="first day; all earlier ones rank, too")
    which("--to", dest="end", metavar="DAY", help="last day")
    how = command.add_argument_group("how").add_argument
    how("--method", choices=_METHODS, default="reranked", help="default: %(default)s")
    how("--level", type=float, default=0.9, help="of the interval (default: %(default)s)")
    how("--draws", type=int, default=1000, metavar="N", help="resamples (default: %(default)s)")
    how("--seed", type=int, default=20261101, metavar="N", help="default: %(default)s")
    how("--breaks", action="store_true", help="ask whether and when the pace changed")
    out = command.add_argument_group("answer").add_argument
    out("--json", action="store_true", help="print JSON")
    out("--figure", type=Path, metavar="FILE", help="draw it as svg, png or pdf")
    folder = "folder of results (default: %(default)s)"
    out("--results", type=Path, default=Path("results"), metavar="FOLDER", help=folder)
    config = "settings with the errors of our own quantities (default: %(default)s)"
    out("--config", type=Path, default=Path("config.yaml"), metavar="FILE", help=config)
    command.set_defaults(function=fit)


def fit(options: argparse.Namespace) -> None:
    """Fit growth to a table of dated values, or to a quantity of the ledger."""
    if wrong := unknown_format(options.figure):
        raise LedgerError(*wrong)
    from aienergy.fit.say import described, text_of
    from aienergy.fit.trend import fit_trend

    asked = _asked(options)
    series = _series(options)
    trend = fit_trend(series, asked)
    if options.json:
        import json

        from aienergy.tables import rounded

        print(json.dumps(rounded(described(series, asked, trend)), indent=1, ensure_ascii=False))
    else:
        print(text_of(series, asked, trend))
    if options.figure is not None:
        from aienergy.figures.save import write_drawing
        from aienergy.fit.draw import draw_trend

        alt = f"{series.label}: points over time and a fitted line"
        write_drawing(draw_trend(series, asked, trend), options.figure, "fit", alt)


def _asked(options: argparse.Namespace) -> "Asked":
    from aienergy.fit.trend import Asked

    if options.rule == "all" and options.size is not None:
        hint = "Add --rule frontier, or leave --size out."
        raise LedgerError(Problem("--size", "all points have no size", hint))
    size = 10 if options.size is None else options.size
    if size < 1:
        raise LedgerError(Problem("--size", f"{size} is no size", "Take 1 or more."))
    return Asked(
        size if options.rule == "frontier" else 0, options.start, options.end, options.method,
        options.level, options.draws, options.seed, options.breaks,
    )  # fmt: skip


def _series(options: argparse.Namespace) -> "Series":
    """Read the file, if there is one of this name or it looks like one, or else the quantity."""
    from aienergy.fit.series import Columns, read_file, read_quantity

    path = Path(options.data)
    columns = Columns(options.date, options.value, options.organization, options.error)
    if path.is_file() or path.suffix or "/" in options.data:
        if options.subset:
            hint = "Leave the other rows out of the file."
            raise LedgerError(Problem("--subset", "a file has no subsets", hint))
        return read_file(path, columns, skip_missing=options.skip_missing)
    if columns != Columns():
        hint = "Leave --date, --value, --organization and --error out."
        raise LedgerError(Problem("aienergy fit", "a quantity of the ledger has no columns", hint))
    with_errors = options.config if options.method == "reranked_errors" else None
    return read_quantity(options.data, options.subset, options.results, with_errors)
