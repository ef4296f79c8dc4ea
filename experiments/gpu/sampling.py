"""Read NVML's energy counter and power in a process of its own, and write plain logs.

The log is what `aienergy run` reads (docs/logs.md): seconds, power in W, and where the board has
it the energy counter in J. The sampling process never touches the accelerator.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

RATE_HZ = 20.0
HEAD = "# evidence: counter\n# boundary: board\n# tool: NVML\n"
MILLI = 1000.0


def nvml() -> ModuleType | None:
    """Return the library of NVML, opened, or None where there is none or no board."""
    try:
        library = import_module("pynvml")
    except ModuleNotFoundError:
        return None
    try:
        library.nvmlInit()
        return library if library.nvmlDeviceGetCount() > 0 else None
    except library.NVMLError:
        return None


def boards(library: ModuleType | None) -> list[dict[str, object]]:
    """Describe the boards: name, power limit (W), driver; no serial numbers."""
    if library is None:
        return []
    found = []
    for place in range(library.nvmlDeviceGetCount()):
        handle = library.nvmlDeviceGetHandleByIndex(place)
        found.append(
            {
                "name": _text(library.nvmlDeviceGetName(handle)),
                "power_limit_w": library.nvmlDeviceGetEnforcedPowerLimit(handle) / MILLI,
                "driver": _text(library.nvmlSystemGetDriverVersion()),
            }
        )
    return found


def _text(value: Any) -> str:  # noqa: ANN401 -- old versions of the library answer with bytes
    return value.decode() if isinstance(value, bytes) else str(value)


def energy_j(library: ModuleType | None) -> float | None:
    """Return the energy counter of the first board (J), None where there is none."""
    if library is None:
        return None
    try:
        handle = library.nvmlDeviceGetHandleByIndex(0)
        return float(library.nvmlDeviceGetTotalEnergyConsumption(handle)) / MILLI
    except library.NVMLError:
        return None


@contextmanager
def sampled(log: Path, library: ModuleType | None) -> Iterator[None]:
    """Sample the first board to a log while the block runs; without NVML write nothing.

    Raises:
        RuntimeError: The sampling process ends before its first sample.
    """
    if library is None:
        yield
        return
    # This file alone as a program: a fork would share the driver's state, and a spawned copy of
    # the caller would load all that the caller has loaded.
    process = subprocess.Popen(
        [sys.executable, __file__, str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if process.stdin is None or process.stdout is None or not process.stdout.readline():
        raise RuntimeError("the sampling process did not start")
    try:
        yield
    finally:
        process.stdin.close()
        process.wait(timeout=10)


def sample(log: Path) -> None:
    """Write one row a period until the standard input ends; one sample follows that end.

    A line on the standard output says that the first sample is there, so that samples enclose
    what is measured.
    """
    library = nvml()
    if library is None:
        raise RuntimeError("NVML was there and is gone")
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    handle = library.nvmlDeviceGetHandleByIndex(0)
    has_counter = energy_j(library) is not None
    names = ["time_s", "gpu0_power_w", *(["gpu0_energy_j"] if has_counter else [])]
    with log.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD + ",".join(names) + "\n")
        begin_s = time.perf_counter()
        turn, is_last = 0, False
        while True:
            counted_j = energy_j(library) if has_counter else None
            cells = [
                time.perf_counter() - begin_s,
                library.nvmlDeviceGetPowerUsage(handle) / MILLI,
                *([counted_j] if counted_j is not None else []),
            ]
            file.write(",".join(f"{cell:.6f}" for cell in cells) + "\n")
            if turn == 0:
                print("sampling", flush=True)
            if is_last:
                return
            turn += 1
            is_last = stop.wait(max(0.0, begin_s + turn / RATE_HZ - time.perf_counter()))


if __name__ == "__main__":
    sample(Path(sys.argv[1]))
