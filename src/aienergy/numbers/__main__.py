"""Merge the numbers of all stages, and execute each derivation once more."""

from pathlib import Path

from aienergy.contracts.numbers import load
from aienergy.numbers.merge import merge
from aienergy.stage import parser, run, settings
from aienergy.tables import read_json, write_json


def main() -> None:
    """Merge, check and write."""
    arguments = parser("numbers", __doc__)
    arguments.add_argument("parts", type=Path, nargs="+", help="numbers.json of each, in order")
    arguments.add_argument("--out", type=Path, required=True, help="results/numbers.json")
    options = arguments.parse_args()
    stages = [load(read_json(path)) for path in options.parts]
    numbers = merge(stages, settings(options.config)["seed"])
    write_json([number.as_dict() for number in numbers], options.out, is_rounded=True)


if __name__ == "__main__":
    run(main)
