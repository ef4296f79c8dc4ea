"""`aienergy scenario`: run a file of anybody's."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from aienergy.errors import LedgerError, Problem
from aienergy.figures.formats import unknown_format

if TYPE_CHECKING:
    from aienergy.contracts.numbers import Ledger

_MOST_SAMPLES = 2**17
_EPILOG = """\
examples:
  aienergy scenario data/raw/scenarios/capped_by_power.yaml
  aienergy scenario mine.yaml --json
  aienergy scenario mine.yaml --figure mine.svg

docs/scenarios.md describes the file. Ranges are the 5th, 50th and 95th percentile of the draws:
they hold on the condition that the file does, and are no probabilities.
"""


def add_scenario(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of `aienergy`."""
    summary = str(scenario.__doc__).strip()
    command = commands.add_parser(
        "scenario", help=summary, description=summary, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = command.add_argument
    add("file", type=Path, help="a scenario, laid out as data/raw/scenarios/*.yaml")
    add("--json", action="store_true", help="print JSON")
    add("--figure", type=Path, metavar="FILE", help="draw it as svg, png or pdf")
    told = "draws, a power of two (default: %(default)s)"
    add("--samples", type=int, default=8192, metavar="N", help=told)
    add("--seed", type=int, default=20261101, metavar="N", help="default: %(default)s")
    folder = "folder of results (default: %(default)s)"
    add("--results", type=Path, default=Path("results"), metavar="FOLDER", help=folder)
    command.set_defaults(function=scenario)


def scenario(options: argparse.Namespace) -> None:
    """Run a scenario of AI chips to a later year, under caps, with what spreads its result."""
    if wrong := unknown_format(options.figure):
        raise LedgerError(*wrong)
    samples = options.samples
    if not 64 <= samples <= _MOST_SAMPLES or samples & (samples - 1):
        hint = f"Take a power of two from 64 to {_MOST_SAMPLES}."
        raise LedgerError(Problem("--samples", f"{samples} draws", hint))
    from aienergy.pathways.document import read_scenario

    document = read_scenario(options.file)
    from aienergy.pathways.bind import bind_scenario
    from aienergy.pathways.say import described, text_of

    bound = bind_scenario(document, _ledger(options.results, options.seed))
    told = described(document, bound, samples, options.seed)
    if options.json:
        import json

        from aienergy.tables import rounded

        print(json.dumps(rounded(told), indent=1, ensure_ascii=False))
    else:
        print(text_of(told))
    if options.figure is not None:
        from aienergy.figures.save import write_drawing
        from aienergy.pathways.draw import draw_scenario

        alt = f"{told['title']}: electricity by year, median and range of the draws"
        write_drawing(draw_scenario(told), options.figure, "scenario", alt)


def _ledger(folder: Path, seed: int) -> "Ledger":
    """Return the numbers of the build, without those of its own scenarios."""
    from aienergy.contracts.numbers import Ledger, load
    from aienergy.tables import read_json

    numbers = load(read_json(folder / "numbers.json"))
    return Ledger((n for n in numbers if not n.key.startswith("scenario.")), seed)
