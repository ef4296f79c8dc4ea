"""Traces of power in files, made for tests, and what the command says of them."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from aienergy.cli import parser
from aienergy.traces.answer import Answer
from aienergy.traces.command import ROWS_PER_PIECE, summed
from aienergy.traces.engine import literal

JOULE_PER_KWH = 3.6e6
COUNTED = ["run", "component", "samples", "gaps", "repeated", "different", "zeros", "without_power"]
SUMMED = ["energy_kwh", "mean_power_w", "duration_s", "largest_gap_s", "bridged_kwh", "bridged_s"]


def asked(*arguments: object, rows_per_piece: int = ROWS_PER_PIECE) -> Answer:
    """Return what `aienergy trace` says."""
    return summed(parser().parse_args(["trace", *map(str, arguments)]), rows_per_piece)


def write(table: pd.DataFrame, path: Path, rows_per_group: int = 122_880) -> Path:
    """Write a table as Parquet or CSV, by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
        return path
    with duckdb.connect() as engine:
        engine.register("given", table)
        engine.execute(
            f"COPY (SELECT * FROM given) TO {literal(str(path))} (FORMAT parquet, ROW_GROUP_SIZE {rows_per_group})"
        )
    return path


def trace(power_w, time_s=None, run: str = "a", **more: object) -> pd.DataFrame:
    """Return samples of one run, by default one a second."""
    power_w = np.asarray(power_w, dtype=float)
    time_s = np.arange(len(power_w), dtype=float) if time_s is None else time_s
    return pd.DataFrame({"run": run, "time": time_s, "power_w": power_w} | more)


def many(runs: int = 7, samples: int = 9000, seed: int = 5) -> pd.DataFrame:
    """Return sorted runs of different lengths, with gaps, repeated stamps and samples of 0 W."""
    rng = np.random.default_rng(seed)
    tables = []
    for i in range(runs):
        n = samples // (i + 1) + 2
        steps = rng.choice([0.0, 1.0, 2.0, 90.0], n, p=[0.01, 0.9, 0.08, 0.01])
        power_w = np.round(rng.uniform(50, 400, n), 1) * (rng.random(n) > 0.01)
        power_w[(steps == 0) & (np.arange(n) > 0)] = np.nan
        power_w = pd.Series(power_w).ffill().to_numpy()
        tables.append(trace(power_w, 1e9 + np.cumsum(steps), f"job-{i:02}"))
    return pd.concat(tables, ignore_index=True)


def assert_same(left: Answer, right: Answer) -> None:
    """Assert that two answers differ by no more than the order of sums."""
    pd.testing.assert_frame_equal(left.table[COUNTED], right.table[COUNTED])
    np.testing.assert_allclose(left.table[SUMMED], right.table[SUMMED], rtol=1e-12)
    assert left.notes == right.notes
