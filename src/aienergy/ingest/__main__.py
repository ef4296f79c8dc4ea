"""Check `data/raw` and the settings and write the tables as one set, or read a published data file.

With `--raw`: check the tables; `--check` writes their counts, `--out` writes them.
With `--compare`: hold the written tables against published files.
With SOURCE and FILE: print the file as CSV with canonical names and units; what was not understood
and what a reader must know goes to the standard error.
"""

import argparse
import sys
from pathlib import Path

from aienergy.errors import LedgerError, Problem
from aienergy.stage import FOLDERS, add_common, run, settings
from aienergy.tables import SIGNIFICANT_DIGITS, read_table, write_json, write_table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m aienergy.ingest",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", nargs="?", metavar="SOURCE", help="source of a published file")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the file")
    parser.add_argument("--list", action="store_true", help="list the known sources")
    corrections = "table of corrections to apply (data/raw/corrections.csv)"
    parser.add_argument("--corrections", type=Path, metavar="CSV", help=corrections)
    parser.add_argument("--raw", type=Path, help=FOLDERS["raw"])
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", type=Path, metavar="JSON", help="check only; write the counts")
    group.add_argument("--out", type=Path, metavar="FOLDER", help="write the tables here")
    checked = "the check was made already: only read"
    parser.add_argument("--checked", action="store_true", help=checked)
    compare = "compare the ingested tables with published files, if --snapshots names any"
    parser.add_argument("--compare", type=Path, metavar="FOLDER", help=compare)
    snapshots = "folder of published files, <source>/<vintage>/<file>"
    parser.add_argument("--snapshots", metavar="FOLDER", nargs="?", default="", help=snapshots)
    add_common(parser)
    options = parser.parse_args()
    if options.list or options.source:
        if options.raw or options.check or options.out:
            parser.error("SOURCE and --list do not go with --raw, --check and --out")
    elif options.compare:
        if not options.out:
            parser.error("--compare needs --out")
    elif not options.raw or not (options.check or options.out):
        parser.error("give SOURCE and FILE, or --raw with one of --check and --out")
    return options


def print_snapshot(source: str, path: Path | None, corrections: Path | None) -> None:
    """Print a published data file as a normalized table.

    Args:
        source: Name of the source.
        path: The file.
        corrections: Table of corrections, if any are to be applied.

    Raises:
        LedgerError: Unknown source, no file, or a file that is refused.
    """
    from aienergy.contracts.upstream import CORRECTION
    from aienergy.ingest.snapshots.registry import read_file, reader

    reader(source)
    if path is None:
        hint = f"python -m aienergy.ingest {source} FILE"
        raise LedgerError(Problem(source, "no file is named", hint))
    rows = read_table(corrections, list(CORRECTION.columns)) if corrections else None
    result = read_file(source, path, rows)
    sys.stdout.write(
        result.table.to_csv(
            index=False, float_format=f"%.{SIGNIFICANT_DIGITS}g", lineterminator="\n"
        )
    )
    for kind, lines in (
        ("unknown column", result.unknown_columns),
        ("unknown category", result.unknown_categories),
        ("note", result.notes),
    ):
        for line in lines:
            print(f"{kind}: {line}", file=sys.stderr)


def main() -> None:
    """Check the settings and the tables, or read one published file."""
    options = _options()
    if options.list:
        from aienergy.ingest.snapshots.registry import READERS

        print("\n".join(READERS))
        return
    if options.source:
        print_snapshot(options.source, options.file, options.corrections)
        return
    if options.compare:
        _compare_tables(options)
    else:
        _check_tables(options)


def _compare_tables(options: argparse.Namespace) -> None:
    from aienergy.ingest.compare import TOLERANCE, compare_folder
    from aienergy.tables import read_texts

    names = ("observations", "corrections", "disagreements")
    tables = {name: read_texts(options.compare / f"{name}.csv") for name in names}
    folder = Path(options.snapshots) if options.snapshots else None
    compared, revised = compare_folder(folder, tables, TOLERANCE, every=False)
    write_table(compared, options.out / "compared.csv")
    write_table(revised, options.out / "revised.csv")


def _check_tables(options: argparse.Namespace) -> None:
    from aienergy.ingest.raw import check_dates, check_placed_system, read_raw

    config = settings(options.config)
    raw = read_raw(options.raw, checked=options.checked)
    if not options.checked:
        check_dates(raw, config["as_of"])
        check_placed_system(raw, config["place"]["system"])
    tables = {
        **raw.tables, "sources": raw.sources, "runs": raw.runs, "chains": raw.chains,
        "trials": raw.trials, "disclosures": raw.disclosures,
    }  # fmt: skip
    if options.check:
        write_json({name: len(frame) for name, frame in tables.items()}, options.check)
        return
    for name, frame in tables.items():
        write_table(frame, options.out / f"{name}.csv")


if __name__ == "__main__":
    run(main)
