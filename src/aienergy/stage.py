"""What the command lines of the stages share: folders, settings, outputs, a told failure."""

import argparse
import gc
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from aienergy.contracts.numbers import Ledger, Number, load
from aienergy.errors import LedgerError
from aienergy.tables import read_json, write_json, write_table

FOLDERS = {
    "raw": "folder data/raw",
    "ingested": "folder results/ingest",
    "normalized": "folder results/normalize",
    "estimated": "folder results/estimate",
    "calibrated": "folder data/calibration",
    "out": "folder that the stage writes to",
}


def parser(stage: str, description: str | None, *folders: str) -> argparse.ArgumentParser:
    """Return a parser that knows `--config` and the named folders.

    Args:
        stage: Name of the stage.
        description: Docstring of its module.
        folders: Which of `FOLDERS` it takes, each required.
    """
    whole = argparse.ArgumentParser(prog=f"python -m aienergy.{stage}", description=description)
    for name in folders:
        whole.add_argument(f"--{name}", type=Path, required=True, help=FOLDERS[name])
    add_common(whole)
    return whole


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the option that every stage understands."""
    parser.add_argument(
        "--config", type=Path, default=Path("config.yaml"), help="settings (default: %(default)s)"
    )


def settings(path: Path) -> dict[str, Any]:
    """Read and check the configuration.

    Raises:
        LedgerError: A setting is unknown, missing or of the wrong form.
    """
    from aienergy.config import read_config

    return read_config(path)


class Opened:
    """A ledger of the numbers of earlier stages, and what the present stage adds to it.

    Args:
        folders: Folders of the earlier stages, in order.
        seed: Seed of sampled derivations.
    """

    def __init__(self, folders: Iterable[Path], seed: int) -> None:
        known = [
            number for folder in folders for number in load(read_json(folder / "numbers.json"))
        ]
        self.ledger = Ledger(known, seed)
        self._given = len(self.ledger)

    def added(self) -> list[Number]:
        """Return the numbers of the present stage."""
        return list(self.ledger)[self._given :]


def write_stage(
    tables: Mapping[str, pd.DataFrame], numbers: Iterable[Number], folder: Path
) -> None:
    """Write the tables and the numbers of a stage."""
    for name, table in tables.items():
        write_table(table, folder / f"{name}.csv")
    write_json([number.as_dict() for number in numbers], folder / "numbers.json")


def run(main: Callable[[], None]) -> None:
    """Call a stage; tell an expected failure without a traceback, and exit with 1."""
    gc.set_threshold(200_000, 20, 20)  # many objects and few cycles: a search often finds nothing
    try:
        main()
    except LedgerError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
