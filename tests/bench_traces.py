"""Time traces of power: `make bench-traces` prints medians of three runs.

Every reading runs in a process of its own, so that its memory is its own. Beside ours stand the
floor (decode the same columns and sum each, by the same engine) and pandas, the latter on the
sizes that its memory allows. Data are written once, with a fixed seed, to a temporary folder:
one run after the other, a sample a second with a gap now and then, power to 0.1 W. Sizes are
arguments (default: 1e6 1e7 1e8); `--unsorted` adds a shuffled copy of the size before the last.
Ratios are of compute (seconds of all cores), which the load of the machine moves least.
"""

import argparse
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 3
SAMPLES_PER_RUN = 100_000
BYTES_PER_ROW = 16  # on disk, with room to spare
MOST_S, MOST_MIB, TARGET_ROWS = 3.0, 614, 100_000_000
MOST_ROWS_OF_PANDAS = 10_000_000
SEED = 20261101
MIB = 2**20


def write(path: str, rows: str) -> None:
    """Write sorted runs as one Parquet file."""
    import duckdb

    from aienergy.traces.engine import literal

    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as engine:
        # The hash of a row number stands for chance: the same on every machine and thread.
        engine.execute(f"""
            COPY (
                SELECT format('job-{{:06d}}', i // {SAMPLES_PER_RUN}) AS run,
                    make_timestamp(1_700_000_000_000_000 + 1_000_000 * (i + 300 * (i // 9_973)))
                        AS time,
                    round(300 + 100 * sin(i / 50) + hash(i + {SEED}) % 400 / 10, 1) AS power_w
                FROM range({rows}) AS t(i)
            ) TO {literal(path)} (FORMAT parquet)""")


def shuffle(source: str, path: str) -> None:
    """Write the rows of a file in an order of chance."""
    import duckdb

    from aienergy.traces.engine import literal

    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as engine:
        engine.execute(f"""
            COPY (SELECT * FROM read_parquet({literal(source)})
                ORDER BY hash(epoch_us(time) + {SEED}))
            TO {literal(path)} (FORMAT parquet)""")


def read_ours(path: Path) -> tuple[int, float]:
    """Return the number of runs and their energy in kWh."""
    from aienergy.cli import parser
    from aienergy.traces.command import summed

    table = summed(parser().parse_args(["trace", str(path)])).table
    return len(table), float(table["energy_kwh"].sum())


def read_floor(path: Path) -> tuple[int, float]:
    """Decode the three columns and sum each; there is no energy in it."""
    import duckdb

    from aienergy.traces.engine import literal

    with duckdb.connect(config={"threads": os.cpu_count() or 1}) as engine:
        query = f"""SELECT sum(power_w), sum(epoch_us(time)), sum(length(run))
            FROM read_parquet({literal(path.as_posix())})"""
        engine.execute(query).fetchall()
    return 0, float("nan")


def read_pandas(path: Path) -> tuple[int, float]:
    """Return the number of runs and their energy in kWh, as one would write it with pandas.

    The table comes from the same decoder, as pandas has none of its own.
    """
    import duckdb

    from aienergy.traces.engine import literal

    with duckdb.connect() as engine:
        table = engine.execute(f"SELECT * FROM read_parquet({literal(path.as_posix())})").df()
    table = table.sort_values(["run", "time"], kind="stable")
    by_run = table.groupby("run")
    steps_s = by_run["time"].diff().dt.total_seconds()
    area_j = steps_s * (table["power_w"] + by_run["power_w"].shift()) / 2
    energy_kwh = area_j.groupby(table["run"]).sum() / 3.6e6
    return len(energy_kwh), float(energy_kwh.sum())


READINGS = {"ours": read_ours, "floor": read_floor, "pandas": read_pandas}


def measure(reading: str, path: str) -> None:
    """Read once, and print what it took as JSON."""
    start, busy = time.perf_counter(), time.process_time()
    runs, energy_kwh = READINGS[reading](Path(path))
    wall_s, compute_s = time.perf_counter() - start, time.process_time() - busy
    # ru_maxrss is in KiB, and in bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB
    print(json.dumps([wall_s, compute_s, mib, runs, energy_kwh]))


JOBS = {"write": write, "shuffle": shuffle, "measure": measure}


def alone(job: str, *arguments: object) -> str:
    """Do a job in a process of its own, and return what it printed.

    A child counts the most memory that its parent ever had as its own: the parent stays small.
    """
    command = [sys.executable, __file__, "--alone", job, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def medians(reading: str, path: Path, runs: int = RUNS) -> tuple[float, float, float, float]:
    """Return medians of wall and processor seconds, the most memory in MiB, and kWh."""
    taken = [json.loads(alone("measure", reading, path)) for _ in range(runs)]
    wall_s, compute_s, mib, _, energy_kwh = zip(*taken, strict=True)
    return statistics.median(wall_s), statistics.median(compute_s), max(mib), energy_kwh[0]


def show(label: str, taken: tuple[float, float, float, float]) -> None:
    """Print one line of the table."""
    wall_s, compute_s, mib, _ = taken
    print(f"{label:34} {wall_s:8.2f} s {compute_s:8.2f} s of compute {mib:6.0f} MiB", flush=True)


def compare(path: Path, rows: int) -> tuple[float, float, float, float]:
    """Time one sorted file against the floor and pandas; return what ours took."""
    ours, floor = medians("ours", path), medians("floor", path)
    show(f"{rows:>13,} rows, sorted", ours)
    show("              floor of decoding", floor)
    told = f"{ours[1] / floor[1]:.1f} times the compute of the floor"
    if rows <= MOST_ROWS_OF_PANDAS:
        pandas = medians("pandas", path)
        show("              pandas", pandas)
        if abs(pandas[3] / ours[3] - 1) > 1e-9:
            raise SystemExit(f"pandas has {pandas[3]} kWh, we {ours[3]}")
        told += f", {pandas[1] / ours[1]:.1f} times less than pandas"
    print(f"{'':14}{told}", flush=True)
    return ours


def main() -> None:
    """Print times, memory, ratios and how they grow."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", nargs="*", type=float, default=[1e6, 1e7, 1e8])
    asked.add_argument("--alone", nargs=3, help=argparse.SUPPRESS)
    asked.add_argument("--unsorted", action="store_true")
    options = asked.parse_args()
    if options.alone:
        job, *arguments = options.alone
        JOBS[job](*arguments)
        return
    sizes = [int(rows) for rows in options.rows]
    with tempfile.TemporaryDirectory(prefix="aienergy-bench-") as name:
        folder = Path(name)
        disk = os.statvfs(folder)
        if disk.f_bavail * disk.f_frsize < BYTES_PER_ROW * 2 * sum(sizes):
            raise SystemExit(f"{folder} has too little room for {sum(sizes):,} rows; set TMPDIR")
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        taken = {}
        for rows in sizes:
            path = folder / f"{rows}.parquet"
            alone("write", path, rows)
            taken[rows] = compare(path, rows)
        for small, large in itertools.pairwise(sizes):
            ratio = taken[large][1] / taken[small][1]
            print(f"{large / small:.0f} times the rows take {ratio:.1f} times the compute")
        if TARGET_ROWS in taken:
            wall_s, _, mib, _ = taken[TARGET_ROWS]
            verdict = "within" if wall_s <= MOST_S and mib <= MOST_MIB else "ABOVE"
            print(f"{verdict} {MOST_S:g} s and {MOST_MIB} MiB for {TARGET_ROWS:,} rows")
        if options.unsorted:
            source = sizes[-2] if len(sizes) > 1 else sizes[-1]
            alone("shuffle", folder / f"{source}.parquet", folder / "shuffled.parquet")
            show(f"{source:>13,} rows, shuffled", medians("ours", folder / "shuffled.parquet", 1))
        print(f"load of the machine after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
