"""How the experiments measure: time, CPU time, a model of energy, and the table of trials.

`TRIAL_COLUMNS` is the header of `trials.csv`; the ledger's contract of the same table is
`src/aienergy/contracts/trials.py`, and a test holds the two against each other.
"""

import argparse
import csv
import gc
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np
import psutil
import yaml
from codecarbon.core.cpu import DEFAULT_POWER_PER_CORE
from digits import tracked

TRIAL_COLUMNS = (
    "turn",
    "task",
    "arm",
    "seed",
    "measure",
    "batch_size",
    "work_count",
    "setting",
    "time_s",
    "cpu_time_s",
    "operations_flop",
    "accuracy",
    "agreement",
    "size_byte",
    "latency_p50_s",
    "latency_p95_s",
    "energy_kwh",
)
DIGITS = 6  # significant digits of a cell; clocks resolve less than that
JOULES_PER_KWH = 3.6e6
# The one place of the power model: the CPU time of the measuring thread, times the power that
# CodeCarbon gives to a hardware thread of a processor that it does not know.
POWER_PER_THREAD_W = float(DEFAULT_POWER_PER_CORE)
POWER_MODEL = (
    "CPU time of the measuring thread times the power that CodeCarbon takes for a hardware thread"
    " of an unknown processor. Memory, idle and the rest of the machine are not in it. It is a"
    " constant times CPU time, so it holds no evidence beyond that time."
)
# An operation that takes microseconds is repeated until the clock can resolve it.
LEAST_WINDOW_S = 0.1
LEAST_CALLS = 40
LEAST_CALLS_OF_P95 = 20
RAPL = "intel-rapl:*/energy_uj"  # counters that the kernel shows, on AMD as well

Batches = Sequence[np.ndarray]


@dataclass
class Stopwatch:
    """Wall time and CPU time of the measuring thread (s), over one or several spans."""

    time_s: float = 0.0
    cpu_time_s: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Add the time of the block."""
        begin_s, begin_cpu_s = time.perf_counter(), time.thread_time()
        try:
            yield
        finally:
            self.cpu_time_s += time.thread_time() - begin_cpu_s
            self.time_s += time.perf_counter() - begin_s

    def cells(self) -> dict[str, float]:
        """Return the cells of a trial that follow from the clocks."""
        return {
            "time_s": self.time_s,
            "cpu_time_s": self.cpu_time_s,
            "energy_kwh": self.cpu_time_s * POWER_PER_THREAD_W / JOULES_PER_KWH,
        }


@dataclass
class Trials:
    """The rows of an experiment in the order in which they were measured."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, cells: Mapping[str, object]) -> None:
        """Add one row; its turn is its place.

        Raises:
            KeyError: A cell of no known column.
        """
        unknown = set(cells) - set(TRIAL_COLUMNS)
        if unknown:
            raise KeyError(f"no columns of trials.csv: {sorted(unknown)}")
        self.rows.append({"turn": len(self.rows) + 1, **cells})

    def write(self, path: Path) -> None:
        """Write the rows; a cell without a value is empty."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, TRIAL_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows({k: _cell(v) for k, v in row.items()} for row in self.rows)


def _cell(value: object) -> str:
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)


def measure_calls(
    answer: Callable[[np.ndarray], object],
    batches: Batches,
    *,
    window_s: float = LEAST_WINDOW_S,
    least_calls: int = LEAST_CALLS,
) -> dict[str, object]:
    """Time calls one after another, each by itself, walking round the batches.

    A tenth of the calls, three at least, runs first and does not count.

    Args:
        answer: What is measured; it is given one batch.
        batches: Inputs, all of one shape.
        window_s: How long to measure at least.
        least_calls: How many calls to measure at least.

    Returns:
        Cells of a trial: clocks, latency, batch_size, work_count (inputs answered).
    """
    for turn in range(max(3, least_calls // 10)):
        answer(batches[turn % len(batches)])
    latencies_s: list[float] = []
    watch = Stopwatch()
    was_enabled = gc.isenabled()
    gc.disable()  # a collection inside a call would be taken for latency
    try:
        with watch.running():
            begin_s = last_s = time.perf_counter()
            while last_s - begin_s < window_s or len(latencies_s) < least_calls:
                answer(batches[len(latencies_s) % len(batches)])
                now_s = time.perf_counter()
                latencies_s.append(now_s - last_s)
                last_s = now_s
    finally:
        if was_enabled:
            gc.enable()
    size = len(batches[0])
    cells: dict[str, object] = {
        "batch_size": size,
        "work_count": size * len(latencies_s),
        "latency_p50_s": float(np.quantile(latencies_s, 0.5)),
    }
    if len(latencies_s) >= LEAST_CALLS_OF_P95:
        cells["latency_p95_s"] = float(np.quantile(latencies_s, 0.95))
    return {**watch.cells(), **cells}


def batches_of(inputs: np.ndarray, size: int, most: int = 16) -> list[np.ndarray]:
    """Cut inputs into batches of one size, repeating inputs where there are too few.

    Args:
        inputs: Shape (inputs, ...).
        size: Inputs of a batch.
        most: Most batches; measuring walks round them.
    """
    count = max(1, min(most, len(inputs) // size))
    rows = np.arange(count * size) % len(inputs)
    return [np.ascontiguousarray(inputs[part]) for part in rows.reshape(count, size)]


def options(description: str) -> argparse.Namespace:
    """Return the options that the scripts share: `out` (folder), `tiny`, `beside`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("out", type=Path, metavar="FOLDER", help="where the logs are written")
    parser.add_argument("--tiny", action="store_true", help="a short trial of the script itself")
    told = "what else ran on the machine, for run.yaml"
    parser.add_argument("--beside", default="nothing that is known", metavar="TEXT", help=told)
    return parser.parse_args()


def run_experiment(
    chosen: argparse.Namespace,
    measure: Callable[[Trials, bool], None],
    *,
    title: str,
    note: str,
    packages: Sequence[str],
) -> None:
    """Run one experiment under the tracker and write trials.csv, emissions.csv and run.yaml.

    Args:
        chosen: What `options` returned.
        measure: Adds the trials; it is told whether to be tiny.
        title: What is measured.
        note: What a reader must know.
        packages: Distributions whose versions matter.
    """
    trials = Trials()
    started_on = time.strftime("%Y-%m-%d", time.gmtime())
    before = os.getloadavg()[0]
    with tracked(chosen.out):
        measure(trials, chosen.tiny)
    after = os.getloadavg()[0]
    trials.write(chosen.out / "trials.csv")
    load = (
        f" One thread measured. Beside it ran: {chosen.beside}; the load average of a minute was"
        f" {before:.1f} before and {after:.1f} after."
    )
    described = _description(title, note + load, started_on, ["codecarbon", "numpy", *packages])
    text = yaml.safe_dump(described, sort_keys=False, allow_unicode=True, width=100)
    head = f"# Written by experiments/{chosen.out.name}.py with the logs beside it.\n"
    (chosen.out / "run.yaml").write_text(head + text, encoding="utf-8")
    print(f"{chosen.out}: {len(trials.rows)} trials", flush=True)


def _description(
    title: str, note: str, started_on: str, packages: Sequence[str]
) -> dict[str, object]:
    has_rapl = any(os.access(path, os.R_OK) for path in Path("/sys/class/powercap").glob(RAPL))
    cpu = (
        "CodeCarbon read RAPL, the energy counter of the processor."
        if has_rapl
        else "No counter could be read. CodeCarbon took the rated power of the processor, or where"
        " it does not know it a default power of a hardware thread, times the share of the threads'"
        " time that this process used."
    )
    ram = "CodeCarbon's constant for memory, whatever the process did."
    part = {"evidence": "modelled", "boundary": "chip"}
    return {
        "title": title,
        "kind": "experiment",
        "scope": "with_experiments",
        "started_on": started_on,
        "tool": "codecarbon",
        "log": "emissions.csv",
        "trials": {
            "file": "trials.csv",
            **part,
            "power_per_thread_w": POWER_PER_THREAD_W,
            "reason": POWER_MODEL,
        },
        "readable_counters": {"rapl": has_rapl, "nvml": False},
        "components": {
            "cpu": {**part, "evidence": "counter" if has_rapl else "modelled", "reason": cpu},
            "ram": {**part, "reason": ram},
        },
        "hardware": {
            "cpu": _cpu_model(),
            "cpu_thread_count": os.cpu_count() or 1,
            "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
            "accelerators": [],
            "shared": True,
        },
        "software": {
            "python": platform.python_version(),
            **{name: version(name) for name in packages},
        },
        "note": note,
    }


def _cpu_model() -> str:
    """Return the model name of the processor, as the kernel tells it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def progress(done: int, whole: int, what: str) -> None:
    """Print how far an experiment is, ten times in all."""
    if done == whole or done % max(1, whole // 10) == 0:
        print(f"  {what}: {done} of {whole}", flush=True)
