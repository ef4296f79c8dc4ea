"""Bring observations and series to canonical units, and bind each observation as a number."""

from aienergy.normalize.observations import bind, names, normalize
from aienergy.normalize.series import normalize_series
from aienergy.stage import parser, run, write_stage
from aienergy.tables import read_texts

TABLES = ("systems", "accelerators", "regions", "subjects", "instruments")


def main() -> None:
    """Normalize and write."""
    options = parser("normalize", __doc__, "ingested", "out").parse_args()
    subjects = names({name: read_texts(options.ingested / f"{name}.csv") for name in TABLES})
    rows = normalize(read_texts(options.ingested / "observations.csv"))
    numbers = bind(rows, dict(zip(subjects["key"], subjects["name"], strict=True)))
    series = normalize_series(
        read_texts(options.ingested / "series_points.csv"),
        read_texts(options.ingested / "series.csv"),
    )
    tables = {"subjects": subjects, "observations": rows, "series_points": series}
    write_stage(tables, numbers, options.out)


if __name__ == "__main__":
    run(main)
