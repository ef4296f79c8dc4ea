"""Time what a user waits for: `make bench [SNAPSHOTS=folder]` prints medians of three runs."""

import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
GENERATED = ("results", "logs", "benchmarks", ".snakemake")
REPORTS = "reports/ai-energy-ledger*"


def seconds(*command: str) -> float:
    """Return the wall time of a command."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def clean() -> None:
    """Do what `make clean` does."""
    for name in GENERATED:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for path in ROOT.glob(REPORTS):
        path.unlink()


def main() -> None:
    """Print the medians."""
    cores = str(os.cpu_count())
    builds = []
    for _ in range(3):
        clean()
        builds.append(seconds("snakemake", "--cores", cores))
    nothing = [seconds("make", "report") for _ in range(3)]
    with_files = []
    if snapshots := os.environ.get("SNAPSHOTS"):
        for _ in range(3):
            clean()
            config = ("--config", f"snapshots={Path(snapshots).resolve()}")
            with_files.append(seconds("snakemake", "--cores", cores, *config))
    version = [seconds("snakemake", "--version") for _ in range(3)]
    rows = {
        f"build from clean, {cores} cores": builds,
        "the same, with published files": with_files,
        "make report, nothing to do": nothing,
        "snakemake --version": version,
    }
    for label, times in rows.items():
        if not times:
            print(f"{label:34}      – (name their folder by SNAPSHOTS=)")
            continue
        print(f"{label:34} {statistics.median(times):6.2f} s")
    ratio = statistics.median(nothing) / statistics.median(version)
    print(f"{'nothing to do over --version':34} {ratio:6.2f}")


if __name__ == "__main__":
    main()
