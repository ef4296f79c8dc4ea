"""What `aienergy run` can be asked beside the energies themselves, and the answer."""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aienergy.errors import Problem

if TYPE_CHECKING:
    from aienergy.logs.outcomes import Outcome
    from aienergy.run.case import Asked, Restated
    from aienergy.run.energy import Run
    from aienergy.run.lookup import Library

HIGHEST_PUE = 5.0  # above it stands a percentage, or a slip
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Answer:
    """Runs and what they are elsewhere.

    Attributes:
        runs: All runs with energy.
        values: What was asked for, of those that count.
        asked: The question.
        library: Where the facts came from.
    """

    runs: "list[Run]"
    values: "list[Restated]"
    asked: "Asked"
    library: "Library"


def add_questions(command: argparse.ArgumentParser) -> None:
    """Add the options that re-express runs."""
    where = command.add_argument_group("on another grid, in another facility").add_argument
    told = "re-express the runs there; may be given several times"
    where("--region", action="append", default=[], metavar="REGION", help=told)
    where("--year", type=int, metavar="Y", help="of the grid factor (default: the newest)")
    told = "of the facility, 1 or more (default: that of the region, where one is known)"
    where("--pue", type=float, metavar="PUE", help=told)
    when = command.add_argument_group("at other hours").add_argument
    told = "hourly grid intensity: columns time,grid_intensity_g_per_kwh"
    when("--profile", type=Path, metavar="FILE", help=told)
    told = "hour of the day at which the runs are taken to begin (default: their own)"
    when("--hour", type=int, metavar="H", help=told)
    what = command.add_argument_group("on another accelerator, and per unit").add_argument
    what("--accelerator", default="", metavar="KEY", help="the other accelerator: an assumption")
    told = "the accelerator that the runs ran on; also gives embodied emissions"
    what("--ran-on", default="", metavar="KEY", help=told)
    told = "how many boards each run used (default: those that the log lists)"
    what("--boards", type=int, metavar="N", help=told)
    told = "functional units that each run delivered, for the software carbon intensity"
    what("--functional-unit", nargs=2, metavar=("N", "NAME"), help=told)
    report = command.add_argument_group("a report of one's own").add_argument
    report("--report", action="store_true", help="write runs.html, runs.pdf, runs.md and runs.tex")
    told = "folder to write them to (default: %(default)s)"
    report("--out", type=Path, default=Path("runs"), metavar="FOLDER", help=told)
    told = "folder of style sheets (default: %(default)s)"
    report("--style", type=Path, default=Path("reports/style"), metavar="FOLDER", help=told)
    told = "settings that name the edition (default: %(default)s)"
    report("--config", type=Path, default=Path("config.yaml"), metavar="FILE", help=told)
    told = "folder of results (default: %(default)s)"
    command.add_argument("--results", type=Path, default=Path("results"), help=told)


def is_asked(options: argparse.Namespace) -> bool:
    """Say whether the runs are to be re-expressed at all."""
    return bool(options.region or options.pue is not None or options.accelerator or options.profile)


def check(options: argparse.Namespace) -> list[Problem]:
    """Return all settings that mean nothing."""
    unit = options.functional_unit
    pue, hour, year = options.pue, options.hour, options.year
    needs = "It weighs emissions: state --region."
    wrong = (
        (pue is not None and not 1 <= pue <= HIGHEST_PUE, "--pue", f"{pue} is no PUE",
         f"A PUE lies between 1 and {HIGHEST_PUE:g}, such as 1.1."),
        (hour is not None and not 0 <= hour <= 23, "--hour", f"{hour} is no hour of the day",
         "Hours run from 0 to 23."),
        (hour is not None and options.profile is None, "--hour", "an hour needs a profile",
         "State the intensity by hour with --profile."),
        (year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR, "--year",
         f"{year} is no year", "Write four digits, such as 2024."),
        (year is not None and not (options.region or options.report), "--year",
         "a year needs a grid", "State --region."),
        (options.boards is not None and options.boards < 1, "--boards",
         f"{options.boards} is no number of boards", "Write 1 or more."),
        (unit is not None and not _positive(unit[0]), "--functional-unit",
         f"'{unit[0] if unit else ''}' is no number of units", "Write a positive number."),
        (unit is not None and not (options.region or options.report), "--functional-unit",
         "no emissions are asked for", needs),
    )  # fmt: skip
    return [Problem(where, what, hint) for is_wrong, where, what, hint in wrong if is_wrong]


def _positive(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and value > 0


def answer(
    outcomes: "list[Outcome]", options: argparse.Namespace, regions: tuple[str, ...] = ()
) -> Answer:
    """Re-express what was read.

    Args:
        outcomes: What became of each file.
        options: As parsed.
        regions: Keys of the regions to take where none is asked for.

    Raises:
        LedgerError: An unknown region or accelerator, a bad profile, or results not built.
    """
    from aienergy.run.case import Asked
    from aienergy.run.energy import runs_of
    from aienergy.run.lookup import Library
    from aienergy.run.normalize import restate
    from aienergy.run.places import find_accelerator, find_region
    from aienergy.run.profile import read_profile

    library = Library.read(options.results)
    unit = options.functional_unit or (None, "")
    known = library.accelerators
    asked = Asked(
        regions=tuple(find_region(name, library.regions) for name in options.region) or regions,
        year=options.year,
        pue=options.pue,
        accelerator=options.accelerator
        and find_accelerator(options.accelerator, known, "--accelerator"),
        ran_on=options.ran_on and find_accelerator(options.ran_on, known, "--ran-on"),
        board_count=options.boards,
        profile=read_profile(options.profile) if options.profile else None,
        hour=options.hour,
        unit_count=float(unit[0]) if unit[0] else None,
        unit_name=unit[1],
    )
    runs = runs_of(outcomes)
    return Answer(runs, restate(runs, asked, library), asked, library)
