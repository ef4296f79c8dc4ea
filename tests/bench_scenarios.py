"""Time a scenario of 8,192 draws: `python -m tests.bench_scenarios` (after `make report`)."""

import statistics
import time
from pathlib import Path

from aienergy.contracts.numbers import Ledger, load
from aienergy.pathways.bind import bind_scenario
from aienergy.pathways.document import read_folder
from aienergy.pathways.outcome import SAMPLES, run_scenario
from aienergy.tables import read_json

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Print the median of three runs of each scenario; the first one loads what is slow to load."""
    numbers = load(read_json(ROOT / "results/numbers.json"))
    kept = [number for number in numbers if not number.key.startswith("scenario.")]
    for document in read_folder(ROOT / "data/raw/scenarios"):
        bound = bind_scenario(document, Ledger(kept, 20261101))
        times = []
        for _ in range(3):
            start = time.perf_counter()
            run_scenario(bound.scenario, bound.cohorts, SAMPLES, 20261101)
            times.append(time.perf_counter() - start)
        shown = f"{statistics.median(times):6.2f} s, first {times[0]:.2f} s"
        print(f"{document.key:24} {SAMPLES} draws {shown}")


if __name__ == "__main__":
    main()
