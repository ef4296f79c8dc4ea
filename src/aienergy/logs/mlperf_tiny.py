"""MLPerf Tiny: energy of one inference, the median over the windows of an external meter."""

import re

import numpy as np
import pandas as pd

from aienergy.logs.detect import Head, Reader
from aienergy.logs.gates import counter_against_integral, refuse
from aienergy.logs.reading import Companions, Flag, Reading, Row, tabulate
from aienergy.unit_names import JOULE_PER_KWH

_NUMBER = r"\s*:\s*(\d{1,15}(?:\.\d{1,12})?)\s*"
_WINDOW = re.compile(
    r"Energy data for window (\d{1,6}) at time [\d.]{1,20} for (\d{1,9}(?:\.\d{1,9})?) sec\.:"
    rf".{{0,200}}?Energy{_NUMBER}uJ\s.{{0,200}}?Power{_NUMBER}uW\s"
    rf".{{0,200}}?Energy/Inf\.{_NUMBER}uJ/inf\.",
    re.DOTALL,
)
_RUNTIME = re.compile(
    r"Performance results for window (\d{1,6}):"
    rf".{{0,200}}?# Inferences{_NUMBER}.{{0,200}}?Runtime{_NUMBER}sec\.",
    re.DOTALL,
)
_MEDIAN = re.compile(r"Median energy cost is (\d{1,15}(?:\.\d{1,12})?) uJ/inf\.")
MICRO = 1e-6
MEDIAN_TOLERANCE = 1e-3


def recognizes(head: Head) -> bool:
    """Say whether the lines are the benchmark runner's."""
    return "ulp-ml:" in head.text


def windows(text: str) -> pd.DataFrame:
    """Return the windows: window, duration_s, energy_j, power_w, inference_j, inference_count.

    `inference_count` is NaN where the log has no performance of the window.
    """
    counts = {int(number): float(count) for number, count, _ in _RUNTIME.findall(text)}
    found = pd.DataFrame(
        [tuple(map(float, values)) for values in _WINDOW.findall(text)],
        columns=["window", "duration_s", "energy_j", "power_w", "inference_j"],
    )
    found[["energy_j", "power_w", "inference_j"]] *= MICRO
    return found.assign(inference_count=found["window"].map(counts))


def read(text: str, where: str, _: Companions) -> Reading:
    """Read the median energy of an inference, as the benchmark's rule has it.

    Raises:
        LedgerError: No window with energy, an energy that is not power times duration, or another
            median than the log states.
    """
    table = windows(text)
    if table.empty:
        what = "no window with energy: a log of performance or accuracy"
        raise refuse(where, what, "Name the log of the energy mode.")
    energy_j = float(table["inference_j"].median())
    flags: tuple[Flag, ...] = counter_against_integral(
        float(table["energy_j"].sum()),
        float((table["power_w"] * table["duration_s"]).sum()),
        "windows",
        where,
    )
    stated = _MEDIAN.search(text)
    if stated and abs(float(stated[1]) * MICRO - energy_j) > MEDIAN_TOLERANCE * energy_j:
        what = f"median {energy_j / MICRO:.6g} uJ, but the log states {stated[1]}"
        raise refuse(where, what, "Is a window missing?")
    power_w = float(table["power_w"].median())
    row = Row(
        run="log",
        component="total",
        energy_kwh=energy_j / JOULE_PER_KWH,
        duration_s=energy_j / power_w if power_w else np.nan,
        mean_power_w=power_w,
        evidence="metered",
        boundary="board",
        sample_count=len(table),
    )
    return Reading(
        format="mlperf_tiny",
        tool="MLPerf Tiny runner",
        tool_version="",
        components=tabulate([row]),
        flags=flags,
        notes=("the development board by an external meter", "median over windows"),
        per="inference",
    )


READER = Reader("mlperf_tiny", "MLPerf Tiny energy log", recognizes, read)
