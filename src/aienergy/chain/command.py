"""`aienergy chain`: what can be asked, and where the answer goes."""

import argparse
import math
from pathlib import Path

from aienergy.errors import LedgerError, Problem
from aienergy.figures.formats import unknown_format

HIGHEST_PUE, HIGHEST_PRICE = 5.0, 10.0
_EPILOG = """\
examples:
  aienergy chain data/raw/chains/spoken_assistant.yaml
  aienergy chain my_request.yaml --region SE --pue 1.1 --figure my_request.svg
  aienergy chain my_request.yaml --price 0.12 --json answer.json

A chain is a YAML file of stages (docs/chains.md). Energies are taken to the facility by the steps
of the boundary ladder, each drawn once for all stages; times are drawn along the longest path.
What is not known is said, and the sum is then a lower bound. Numbers come from the folder of
results.
"""


def add_chain(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of `aienergy`."""
    summary = str(chain.__doc__).strip()
    command = commands.add_parser(
        "chain", help=summary, description=summary, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = command.add_argument
    add("file", type=Path, help="YAML file with the stages, as docs/chains.md says")
    where = command.add_argument_group("where").add_argument
    told = (
        "whose grid and price are taken (SE, US-CA, gcp:europe-west4, world; default: the file's)"
    )
    where("--region", default="", metavar="REGION", help=told)
    where("--year", type=int, metavar="Y", help="of the grid factor (default: the newest)")
    where("--pue", type=float, metavar="PUE", help="of the facility (default: the fitted one)")
    where("--price", type=float, metavar="USD", help="of a kWh (default: that of the region)")
    out = command.add_argument_group("answer").add_argument
    out("--json", type=Path, metavar="FILE", help="write the answer as JSON, too")
    out("--figure", type=Path, metavar="FILE", help="draw it as svg, png or pdf")
    folder = "folder of results (default: %(default)s)"
    out("--results", type=Path, default=Path("results"), metavar="FOLDER", help=folder)
    command.set_defaults(function=chain)


def chain(options: argparse.Namespace) -> None:
    """Tell energy, time, emissions and cost of one request that runs through several stages."""
    problems = _problems(options)
    if problems:
        raise LedgerError(*problems)
    from aienergy.chain.answer import answer, described
    from aienergy.chain.say import lines
    from aienergy.chains.read import read_chain

    told = read_chain(options.file)
    found = answer(told, options)
    if options.json is not None:
        from aienergy.tables import write_json

        write_json(described(found), options.json)
    if options.figure is not None:
        from aienergy.chain.draw import draw_answer
        from aienergy.figures.save import write_drawing

        alt = f"{told.title}: stages of a request with their energies and times"
        write_drawing(draw_answer(found), options.figure, "chain", alt)
    for line in lines(found):
        print(line)


def _problems(options: argparse.Namespace) -> list[Problem]:
    """Return all settings that mean nothing."""
    pue, price = options.pue, options.price
    wrong = (
        (pue is not None and not 1 <= pue <= HIGHEST_PUE, "--pue", f"{pue} is no PUE",
         f"A PUE lies between 1 and {HIGHEST_PUE:g}, such as 1.1."),
        (price is not None and not (math.isfinite(price) and 0 < price <= HIGHEST_PRICE),
         "--price", f"{price} is no price of a kWh", "Write US dollars, such as 0.12."),
    )  # fmt: skip
    told = [Problem(where, what, hint) for is_wrong, where, what, hint in wrong if is_wrong]
    return told + unknown_format(options.figure)
