"""Check `data/raw` and the settings, and write the tables as one set."""

from pathlib import Path

from aienergy.ingest.raw import check_dates, check_placed_system, read_raw
from aienergy.stage import parser, run, settings
from aienergy.tables import write_json, write_table


def main() -> None:
    """Check the settings and the tables; write the tables or their counts."""
    arguments = parser("ingest", __doc__, "raw")
    group = arguments.add_mutually_exclusive_group(required=True)
    group.add_argument("--check", type=Path, metavar="JSON", help="check only; write the counts")
    group.add_argument("--out", type=Path, metavar="FOLDER", help="write the tables here")
    options = arguments.parse_args()
    config = settings(options.config)
    raw = read_raw(options.raw)
    check_dates(raw, config["as_of"])
    check_placed_system(raw, config["place"]["system"])
    tables = {**raw.tables, "sources": raw.sources, "runs": raw.runs}
    if options.check:
        write_json({name: len(frame) for name, frame in tables.items()}, options.check)
        return
    for name, frame in tables.items():
        write_table(frame, options.out / f"{name}.csv")


if __name__ == "__main__":
    run(main)
