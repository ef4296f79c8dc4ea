"""`aienergy`: commands for people."""

import argparse
import difflib
import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from aienergy.chain.command import add_chain
from aienergy.disclose.command import add_disclose
from aienergy.errors import LedgerError, Problem
from aienergy.fit.command import add_fit
from aienergy.parity.command import add_parity
from aienergy.pathways.command import add_scenario
from aienergy.run.command import add_run
from aienergy.stage import run
from aienergy.tables import read_json
from aienergy.traces.command import add_trace


def explain(options: argparse.Namespace) -> None:
    """Print one number with its derivation, down to the cited values."""
    numbers = {record["key"]: record for record in read_json(options.results / "numbers.json")}
    _explain(options.key, numbers, 0)


def _explain(key: str, numbers: dict[str, dict[str, object]], depth: int) -> None:
    from aienergy.formulas import FORMULAS

    if key not in numbers:
        near = difflib.get_close_matches(key, numbers, n=6, cutoff=0.5)
        hint = f"Near ones: {', '.join(near) or 'none'}."
        raise LedgerError(Problem("results/numbers.json", f"no number '{key}'", hint))
    number = numbers[key]
    pad = "    " * depth
    interval = ""
    if number["low"] is not None:
        interval = f" [{number['low']:.6g} to {number['high']:.6g}, {number['range']}]"
    print(f"{pad}{key} = {number['value']:.10g} {number['unit']}{interval}")
    print(f"{pad}  {number['label']}")
    covers = [str(number[name]) for name in ("boundary", "scope") if number[name]]
    said = f"{number['evidence']}, said by {number['said_by']}"
    print(f"{pad}  {', '.join([said, *covers])}")
    print(f"{pad}  {number['formula']}: {FORMULAS[str(number['formula'])].text}")
    if number["said_by"] != "ledger":
        print(f"{pad}  source {'; '.join(number['sources'])}")  # type: ignore[arg-type]
    for name, item in number["inputs"].items():  # type: ignore[attr-defined]
        if isinstance(item, str):
            print(f"{pad}  {name}:")
            _explain(item, numbers, depth + 1)
        else:
            shown = f"{len(item)} values" if isinstance(item, list) else item
            print(f"{pad}  {name} = {shown}")


def cite(options: argparse.Namespace) -> None:
    """Print how to cite a figure."""
    path = options.results / "figures" / f"{options.figure}.json"
    if not path.exists():
        known = sorted(p.stem for p in (options.results / "figures").glob("*.json"))
        hint = f"Figures are: {', '.join(known) or 'none; run make report'}."
        raise LedgerError(Problem(str(path), "no such figure", hint))
    figure = read_json(path)
    print(figure["citation"])
    print(f"Licence: {figure['licence']}. Sources: {', '.join(figure['sources'])}.")


def check(options: argparse.Namespace) -> None:
    """Recompute the claims of a table, print each verdict, and exit with 1 if one fails."""
    from aienergy.contracts.claims import check_claims, check_cycles
    from aienergy.contracts.columns import check_columns
    from aienergy.contracts.findings import Findings
    from aienergy.contracts.schema import CLAIM
    from aienergy.tables import read_table, write_json
    from aienergy.verify.claims import check_arithmetic
    from aienergy.verify.printed import printed_values

    findings, where = Findings(), str(options.file)
    claims = read_table(options.file, list(CLAIM.columns))
    check_columns(claims, CLAIM, where, findings)
    known, keys = set(printed_values(claims, None)), set(claims["subject"])
    sources = set(claims["source"]) | set(claims["first_said_by"])
    check_claims(claims, keys, sources, known, where, findings)
    check_cycles(claims, where, findings)
    findings.raise_if_any()
    shown = check_arithmetic(claims)
    columns = ["id", "value", "unit", "recomputed", "deviation", "arithmetic", "reason"]
    if options.json:
        write_json(shown[columns].to_dict("records"), options.json)
    print(shown[columns].to_string(index=False, float_format=lambda x: f"{x:.6g}", na_rep="-"))
    counts = shown["arithmetic"].value_counts()
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    if "fails" in counts:
        raise SystemExit(1)


def facts(options: argparse.Namespace) -> None:
    """Print what the fact base holds: by table, by how it was read, and of what is asked of it."""
    from aienergy.ingest.counts import by_aim, by_topic
    from aienergy.tables import read_texts

    folder = options.results / "ingest"
    read_texts(folder / "observations.csv")  # tells that the results must be built first
    tables = {path.stem: read_texts(path) for path in sorted(folder.glob("*.csv"))}
    if options.snapshots:
        from aienergy.ingest.compare import describe

        print(describe(options.snapshots, tables, options.tolerance, options.all_vintages))
        return
    print(by_topic(tables["observations"], tables["claims"]).to_string())
    print()
    print(by_aim(tables).to_string(index=False, header=False))


def fetch(options: argparse.Namespace) -> None:
    """Download the files of a declared source, and check them against their hashes."""
    from aienergy.contracts.sources import read_sources
    from aienergy.fetch.command import Meter, listing
    from aienergy.fetch.command import fetch as fetch_from
    from aienergy.fetch.transfer import Manner

    sources = read_sources(options.raw / "sources")
    if options.list:
        print(listing(sources.values()))
        return
    meter = Meter(wanted=options.progress or sys.stderr.isatty())
    fetch_from(sources, options.source, options.vintage, options.out, Manner(), meter)


READS_RESULTS = ("explain", "cite", "facts")
COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], None], tuple[str, str] | None]] = {
    "explain": (explain, ("key", "key of a number, such as gpt3.energy.patterson2021")),
    "cite": (cite, ("figure", "id of a figure, such as fig-training-compute")),
    "check": (check, ("file", "table of claims, laid out as data/raw/claims/*.csv")),
    "facts": (facts, None),
}
PATHS = ("file",)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    whole = argparse.ArgumentParser(prog="aienergy", description=__doc__)
    whole.add_argument("--version", action="version", version=version("aienergy"))
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    for name, (function, argument) in COMMANDS.items():
        summary = str(function.__doc__).strip()
        command = commands.add_parser(name, help=summary, description=summary)
        if argument is not None:
            kind = Path if argument[0] in PATHS else str
            command.add_argument(argument[0], type=kind, help=argument[1])
        if name == "check":
            told = "write the verdicts as JSON, too"
            command.add_argument("--json", type=Path, metavar="FILE", help=told)
        if name in READS_RESULTS:
            results = "folder of results (default: %(default)s)"
            command.add_argument("--results", type=Path, default=Path("results"), help=results)
        if name == "facts":
            told = "compare the facts with the publishers' files (<source>/<vintage>/<file>)"
            command.add_argument("--snapshots", type=Path, metavar="FOLDER", help=told)
            told = "largest relative difference that agrees (default: %(default)s)"
            command.add_argument("--tolerance", type=float, default=1e-6, metavar="T", help=told)
            told = "compare with all other vintages, not the newest alone"
            command.add_argument("--all-vintages", action="store_true", help=told)
        command.set_defaults(function=function)
    add_disclose(commands)
    add_chain(commands)
    add_fit(commands)
    add_parity(commands)
    add_run(commands)
    add_scenario(commands)
    add_trace(commands)
    _add_fetch(commands)
    return whole


def _add_fetch(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    summary = str(fetch.__doc__).strip()
    command = commands.add_parser("fetch", help=summary, description=summary)
    source = "key or folder of a source; without it, the newest edition of each"
    command.add_argument("source", nargs="?", help=source)
    command.add_argument("--list", action="store_true", help="list the sources and editions")
    vintage = "day of an edition, or 'latest' for what the publisher has now (default: the newest)"
    command.add_argument("--vintage", metavar="DAY", help=vintage)
    out = "folder to write to (default: %(default)s)"
    command.add_argument("--out", type=Path, default=Path("snapshots"), metavar="FOLDER", help=out)
    raw = "folder of the facts (default: %(default)s)"
    command.add_argument("--raw", type=Path, default=Path("data/raw"), metavar="FOLDER", help=raw)
    progress = "tell the progress also where standard error is no terminal"
    command.add_argument("--progress", action="store_true", help=progress)
    command.set_defaults(function=fetch)


def main() -> None:
    """Run one command."""
    options = parser().parse_args(sys.argv[1:])
    try:
        run(lambda: options.function(options))
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough (`| head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
