"""`aienergy parity`: after how many uses a model has used as much energy as its training."""

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aienergy.break_even import LADDER, STEP_TEXTS, STEPS, Side, derive_count, refuse, steps_of
from aienergy.errors import LedgerError, Problem

if TYPE_CHECKING:
    from aienergy.contracts.numbers import Input, Ledger, Number
    from aienergy.intervals import Interval

STATISTICS = ("mean", "median", "typical", "high_estimate", "low_estimate", "maximum")
_EPILOG = """\
examples:
  aienergy parity --training "131 MWh" --training-boundary board \\
      --use "0.149 Wh" --use-boundary board
  aienergy parity --training "59.3 MWh" --training-boundary board --rated \\
      --use "0.1 Wh" --use-boundary node --convert --uses-per-day 2e6
  aienergy parity --training "300..512..870 MWh" --training-boundary facility \\
      --experiments "800 MWh" --use "0.3 Wh" --use-boundary facility --json

Both energies must cover the same hardware: chip boards, the node (server), all IT equipment or the
facility. Mixed boundaries are an error; with --convert the narrower side climbs the ladder of
boundaries by its fitted steps, whose intervals come along. --rated says that the training is rated
power times hours, which is no energy of the boards and has a step of its own. The energy of a use
must be a mean: a median gives no total. An interval is 5th percentile, median, 95th percentile.
"""


def add_parity(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to those of `aienergy`."""
    summary = str(parity.__doc__).strip()
    command = commands.add_parser(
        "parity", help=summary, description=summary, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = command.add_argument
    amount = "as '59.3 MWh' or '40..59.3..90 MWh'"
    add("--training", required=True, metavar="ENERGY", help=f"energy of training, {amount}")
    add("--training-boundary", required=True, choices=LADDER, help="hardware that it covers")
    add("--rated", action="store_true", help="the training is rated power times hours")
    more = "energy of experiments on the same boundary, for a second count"
    add("--experiments", metavar="ENERGY", help=more)
    add("--use", required=True, metavar="ENERGY", help=f"energy of one use, {amount}")
    add("--use-boundary", required=True, choices=LADDER, help="hardware that it covers")
    told = "which statistic the energy of a use is (default: %(default)s)"
    add("--use-statistic", choices=STATISTICS, default="mean", help=told)
    add("--uses-per-day", type=float, metavar="N", help="a volume, to have the count in days")
    add("--convert", action="store_true", help="climb the ladder where the boundaries differ")
    add("--json", action="store_true", help="print JSON")
    folder = "folder of results, for the ladder's steps (default: %(default)s)"
    add("--results", type=Path, default=Path("results"), metavar="FOLDER", help=folder)
    command.set_defaults(function=parity)


def parity(options: argparse.Namespace) -> None:
    """Tell after how many uses they have taken as much energy as training, on one boundary."""
    answer = counted(options)
    if options.json:
        from aienergy.tables import rounded

        print(json.dumps(rounded(answer), indent=1))
        return
    for line in lines_of(answer):
        print(line)


def counted(options: argparse.Namespace) -> dict[str, Any]:
    """Return the counts with everything that belongs to them.

    Raises:
        LedgerError: Amounts that cannot be read, mixed boundaries, or no mean.
    """
    from aienergy.parity.amounts import read_amount

    per_day = options.uses_per_day
    if per_day is not None and not (math.isfinite(per_day) and per_day > 0):
        hint = "Give the uses of one day, such as 2e6, or leave it out."
        raise LedgerError(Problem("--uses-per-day", f"{per_day:g} is no volume", hint))
    evidence = "nameplate" if options.rated else "stated"
    training = Side("training", "mine", options.training_boundary, "final_run", evidence)
    use = Side("use", "mine", options.use_boundary, "use", "stated", options.use_statistic)
    amounts = {
        "training": read_amount(options.training, "kWh", "--training"),
        "use": read_amount(options.use, "Wh", "--use"),
    }
    refuse(training, use, convert=options.convert)
    boundary, up, down = steps_of(training, use)
    ledger = _ledger(amounts, [*up, *down], options.results)
    number = derive_count("count", "Uses to break-even", training, use, ledger)
    answer: dict[str, Any] = {
        "boundary": boundary,
        "steps": {"training": up, "use": down},
        "uses": _told(number),
        "days": _days(number, per_day, ledger),
    }
    if options.experiments:
        more = read_amount(options.experiments, "kWh", "--experiments")
        whole = {**amounts, "training": _sum(amounts["training"], more)}
        wide = _ledger(whole, [*up, *down], options.results)
        number = derive_count("count", "Uses to break-even", training, use, wide)
        answer["with_experiments"] = {"uses": _told(number), "days": _days(number, per_day, wide)}
    return answer


def _sum(training: "Interval", experiments: "Interval") -> "Interval":
    """Add two energies: as independent ones where one of them has an interval."""
    from aienergy.intervals import propagate

    parts = {"training": training, "experiments": experiments}
    return propagate(lambda training, experiments: training + experiments, parts, None, 0).interval


def _ledger(amounts: "dict[str, Interval]", steps: list[str], results: Path) -> "Ledger":
    """Return a ledger of the amounts and the steps asked for, from the results that were built."""
    from aienergy.contracts.numbers import Ledger, Number, load
    from aienergy.tables import read_json

    known = []
    if steps:
        wanted = {STEPS[step] for step in steps}
        kept = [r for r in read_json(results / "numbers.json") if r["key"] in wanted]
        known = load(kept)
        missing = wanted - {number.key for number in known}
        if missing:
            hint = "Build the results first (make report), or give both on one boundary."
            what = f"no step {', '.join(sorted(missing))}"
            raise LedgerError(Problem(str(results / "numbers.json"), what, hint))
    for key, amount in amounts.items():
        unit = "Wh" if key == "use" else "kWh"
        spread = "" if amount.is_point else "p05_p95"
        known.append(Number(key, key, amount.value, unit, "assumed", {}, (), amount.low,
                            amount.high, spread))  # fmt: skip
    return Ledger(known)


def _told(number: "Number") -> dict[str, Any]:
    return {"value": number.value, "low": number.low, "high": number.high}


def _days(number: "Number", per_day: float | None, ledger: "Ledger") -> dict[str, Any] | None:
    if per_day is None:
        return None
    inputs: dict[str, Input] = {"use_count": number.key, "use_count_per_day": per_day}
    return _told(ledger.derive("days", "Days", "day", "break_even_day", inputs))


def lines_of(answer: dict[str, Any]) -> list[str]:
    """Return the answer for a reader."""
    lines = [f"uses to break-even: {_text(answer['uses'])}", f"boundary: {answer['boundary']}"]
    for side, steps in answer["steps"].items():
        lines += [f"  {side} climbs: {STEP_TEXTS[step]}" for step in steps]
    if answer["uses"]["low"] is None:
        lines.append("no interval: none was given, and no step was climbed")
    if answer["days"] is not None:
        lines.append(f"days of that volume: {_text(answer['days'])}")
    wide = answer.get("with_experiments")
    if wide is None:
        lines.append("experiments are not in: add --experiments for a count with them")
        return lines
    lines.append(f"with experiments: {_text(wide['uses'])}")
    if wide["days"] is not None:
        lines.append(f"  days of that volume: {_text(wide['days'])}")
    return lines


def _text(value: dict[str, Any]) -> str:
    from aienergy.prose import significant

    if value["low"] is None:
        return significant(value["value"], 3)
    low, middle, high = (significant(value[name], 2) for name in ("low", "value", "high"))
    return f"{middle} ({low} to {high}, 5th to 95th percentile)"
