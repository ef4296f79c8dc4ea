"""Bring observations to canonical units, and bind each as a number."""

from aienergy.normalize.observations import bind, names, normalize
from aienergy.stage import parser, run, write_stage
from aienergy.tables import read_texts

TABLES = ("systems", "accelerators", "regions", "subjects", "instruments")


def main() -> None:
    """Normalize and write."""
    options = parser("normalize", __doc__, "ingested", "out").parse_args()
    subjects = names({name: read_texts(options.ingested / f"{name}.csv") for name in TABLES})
    rows = normalize(read_texts(options.ingested / "observations.csv"))
    numbers = bind(rows, dict(zip(subjects["key"], subjects["name"], strict=True)))
    write_stage({"subjects": subjects, "observations": rows}, numbers, options.out)


if __name__ == "__main__":
    run(main)
