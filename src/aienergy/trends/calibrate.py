"""Simulate how often each method's interval holds the truth, and keep the table.

The simulation takes minutes and depends on no data, so its table is kept under `data/calibration`
and made anew only by `make calibrate`. Beside it lies a probe, the same simulation in small: a test
runs it again and so finds out whether the kept table still belongs to the code.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.errors import LedgerError, Problem
from aienergy.growth.worlds import WORLDS, coverage
from aienergy.stage import add_common, run, settings
from aienergy.tables import write_table

PROBE_WORLDS, PROBE_DRAWS = 20, 50


def main() -> None:
    """Simulate and write."""
    options = _parser().parse_args()
    config = settings(options.config)
    size, level = config["trends"]["calibration"], config["trends"]["confidence_level"]
    table = simulate(size["worlds"], size["draws"], level, config["seed"], options.jobs)
    small = simulate(PROBE_WORLDS, PROBE_DRAWS, level, config["seed"], options.jobs, tell=False)
    write_table(table, options.out / "coverage.csv")
    write_table(small, options.out / "probe.csv")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m aienergy.trends.calibrate", description=__doc__
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the tables")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    add_common(parser)
    return parser


def simulate(
    worlds: int, draws: int, level: float, seed: int, jobs: int, *, tell: bool = True
) -> pd.DataFrame:
    """Simulate every kind of world, several at a time.

    Args:
        worlds: Simulated histories of each kind.
        draws: Resamples of each interval.
        level: Nominal coverage.
        seed: Seed; the table does not depend on `jobs`.
        jobs: Processes.
        tell: Whether to print progress to standard error.

    Returns:
        Columns of `aienergy.growth.worlds.coverage`, with the resamples.
    """
    one = partial(_simulate_kind, worlds, draws, level, seed, tell)
    places = range(len(WORLDS))
    if jobs == 1:
        parts = list(map(one, places))
    else:
        with ProcessPoolExecutor(jobs) as pool:
            parts = list(pool.map(one, places))
    return pd.concat(parts, ignore_index=True).assign(draws=draws)


def _simulate_kind(
    worlds: int, draws: int, level: float, seed: int, tell: bool, place: int
) -> pd.DataFrame:
    progress = _tell if tell else _hush
    return coverage(worlds, draws, level, seed, (WORLDS[place],), progress)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _hush(line: str) -> None:
    """Say nothing."""


def bind_coverage(table: pd.DataFrame, level: float, ledger: Ledger) -> pd.DataFrame:
    """Bind the share of simulated intervals that held the truth, for each world and method.

    Args:
        table: The kept table.
        level: Nominal coverage of the intervals of this build.
        ledger: Numbers so far.

    Returns:
        The table with labels of the worlds, the share that held, and its Monte Carlo error.

    Raises:
        LedgerError: The table is of another level.
    """
    if not (table["nominal"] == level).all():
        what = f"simulated at a level of {table['nominal'].iloc[0]}, not at {level}"
        hint = "Run `make calibrate`; it takes minutes."
        raise LedgerError(Problem("data/calibration/coverage.csv", what, hint))
    labels = {world.key: world.label for world in WORLDS}
    shares = table["held"] / table["worlds"]
    for world, method, held, worlds in zip(
        table["world"], table["method"], table["held"], table["worlds"], strict=True
    ):
        inputs: dict[str, Input] = {"part": float(held), "whole": float(worlds)}
        label = f"Share of simulated intervals that hold the truth: {labels[world]}; {method}"
        key = f"coverage.{world}.{method}"
        ledger.derive(key, label, "1", "share_of_count", inputs)
    error = (shares * (1 - shares) / table["worlds"]) ** 0.5
    return table.assign(label=table["world"].map(labels), share=shares, error=error)


if __name__ == "__main__":
    run(main)
