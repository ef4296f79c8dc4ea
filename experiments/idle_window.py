"""Do nothing under the tracker: what the tool, and the model of CPU power, say of an idle process.

Usage: python experiments/idle_window.py FOLDER [--tiny] [--beside TEXT]
"""

import time

from measuring import Stopwatch, Trials, options, progress, run_experiment

WINDOWS = 10
WINDOW_S = 3.0


def measure(trials: Trials, is_tiny: bool) -> None:
    """Sleep, window by window."""
    count, window_s = (2, 0.2) if is_tiny else (WINDOWS, WINDOW_S)
    for window in range(1, count + 1):
        watch = Stopwatch()
        with watch.running():
            time.sleep(window_s)
        trials.add(
            {
                "task": "idle",
                "arm": "sleep",
                "seed": 0,
                "measure": "idle",
                "setting": f"round={window}",
                **watch.cells(),
            }
        )
        progress(window, count, "windows")


if __name__ == "__main__":
    run_experiment(
        options(str(__doc__).splitlines()[0]),
        measure,
        title="An idle process",
        note=(
            "The process sleeps. A model that goes by CPU time sees next to nothing, though a "
            "server that waits draws power: idle energy is outside of what these logs can say."
        ),
        packages=(),
    )
