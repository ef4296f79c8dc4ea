"""Merge the numbers of all stages, or execute each derivation of the merged ones once more."""

from pathlib import Path

from aienergy.contracts.numbers import load
from aienergy.numbers.merge import check, merge
from aienergy.stage import parser, run, settings
from aienergy.tables import read_json, write_json


def main() -> None:
    """Merge and write, or check and write how many were checked."""
    arguments = parser("numbers", __doc__)
    arguments.add_argument("parts", type=Path, nargs="+", help="numbers.json of each, in order")
    output = arguments.add_mutually_exclusive_group(required=True)
    output.add_argument("--out", type=Path, help="results/numbers.json")
    output.add_argument("--check", type=Path, help="file for the count of checked derivations")
    options = arguments.parse_args()
    numbers = merge(load(read_json(path)) for path in options.parts)
    if options.check:
        count = check(numbers, settings(options.config)["seed"])
        write_json({"derivations": count}, options.check)
    else:
        write_json([number.as_dict() for number in numbers], options.out, is_rounded=True)


if __name__ == "__main__":
    run(main)
