"""`python -m aienergy.figures`: draw every figure, and write the table, caption and licence."""

import argparse
import multiprocessing
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from aienergy.errors import LedgerError, Problem
from aienergy.figures.captions import read_captions, render
from aienergy.figures.catalogue import FIGURES, Plan
from aienergy.figures.data import Results, sources_of
from aienergy.figures.save import record, svg_text, write_png
from aienergy.figures.style import use_style
from aienergy.licences import licence_of_figure
from aienergy.prose import Prose
from aienergy.stage import add_common, run, settings
from aienergy.tables import rounded, write_json, write_table, write_text


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m aienergy.figures", description=__doc__)
    parser.add_argument("--results", type=Path, required=True, help="folder results")
    parser.add_argument("--captions", type=Path, required=True, help="reports/figures.yaml")
    parser.add_argument("--out", type=Path, required=True, help="folder results/figures")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument("--only", nargs="*", default=[], metavar="ID", help="draw just these")
    add_common(parser)
    return parser.parse_args()


def write_figure(
    key: str, plan: Plan, texts: dict[str, str], results: Results, out: Path, edition: str
) -> None:
    """Write the four files of one figure.

    Args:
        key: Id of the figure.
        plan: How it comes about.
        texts: Templates of title, caption and alternative text.
        results: What it is drawn from.
        out: Folder to write to.
        edition: Name of the edition, for the citation.
    """
    table = plan.table(results)
    drawn = sources_of(table, results)
    floats = table.select_dtypes(include="float").columns
    table[floats] = table[floats].map(lambda value: rounded(float(value))).astype(float)
    filled, prose = render(texts, plan.facts(table), results)
    licence = licence_of_figure(key, _licences([*drawn, *_behind(prose, results)], results))
    sheet = plan.draw(table)
    out.mkdir(parents=True, exist_ok=True)
    write_text(svg_text(sheet, key, filled["alt"]), out / f"{key}.svg")
    write_png(sheet, out / f"{key}.png")
    write_table(table, out / f"{key}.csv")
    more: dict[str, Any] = {
        "sources": list(dict.fromkeys([*drawn, *prose.used_sources])),
        "licence": licence,
        "citation": f"AI Energy Ledger, edition {edition}: {filled['title']} ({key}). {licence}.",
        "numbers": list(prose.used_numbers),
    }
    write_json(record(sheet, key, filled, **more), out / f"{key}.json")


def _behind(prose: Prose, results: Results) -> list[str]:
    """Return the sources of the numbers in a caption; a work that is only cited gives no data."""
    told = (results.number(key).sources for key in prose.used_numbers)
    return [source.partition(":")[0] for sources in told for source in sources]


def _licences(keys: list[str], results: Results) -> dict[str, str]:
    return {key: results.sources[key]["licence"] for key in dict.fromkeys(keys)}


def main() -> None:
    """Draw and write."""
    options = _arguments()
    edition = str(settings(options.config)["edition"])
    captions = read_captions(options.captions, list(FIGURES))
    results = Results(options.results)
    results.load()
    use_style()
    keys = [key for key in FIGURES if not options.only or key in options.only]

    def draw(key: str) -> None:
        write_figure(key, FIGURES[key], captions[key], results, options.out, edition)

    share_work(draw, keys, options.jobs)


def share_work(draw: Callable[[str], None], keys: list[str], jobs: int) -> None:
    """Draw figures in so many processes, which share what is loaded already.

    Raises:
        LedgerError: A process failed; what it told stands above.
    """

    def draw_all(part: list[str]) -> None:
        for key in part:
            draw(key)

    if jobs < 2 or not hasattr(os, "fork"):
        draw_all(keys)
        return
    context = multiprocessing.get_context("fork")
    parts = [keys[i::jobs] for i in range(jobs)]
    workers = [context.Process(target=run, args=(partial(draw_all, part),)) for part in parts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise LedgerError(Problem("figures", "not all could be drawn", "See what is told above."))


if __name__ == "__main__":
    run(main)
