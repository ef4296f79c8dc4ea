"""Time the statistics of growth: `make bench-growth` prints medians of three runs.

Beside each stands the same work as a plain loop over the resamples, with the routines that one
would reach for: least squares of statsmodels and of scipy. A loop is run for a part of the
resamples and scaled, which its length allows: every resample takes as long as any other.
"""

import resource
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from aienergy.growth.conventions import NOISE_DEX, Setting, sevilla_doubling, sevilla_groups
from aienergy.growth.points import Points, make_points, points_of_years
from aienergy.growth.resampling import Rule, slope_interval

ROOT = Path(__file__).parent.parent
SHEET = ROOT / "data/raw/series_points/sevilla2022_sheet.csv"
SETTINGS = ROOT / "tests/data/sevilla2022_settings.csv"
LEVEL, SEED, RUNS = 0.95, 1, 3
SEVILLA_DRAWS, SEVILLA_LOOP_DRAWS = 1000, 30
CASE_POINTS, CASE_DRAWS, CASE_LOOP_DRAWS = 1000, 10_000, 500
RANKED_SYSTEMS, RANKED_DRAWS = 900, 1000
EVERYTHING = Rule(0, -np.inf, np.inf)
MOST_MIB = 500
MIB = 2**20


def sevilla_sheet() -> Points:
    """Return the systems that Sevilla et al. (2022) fitted."""
    sheet = pd.read_csv(SHEET, dtype=str, keep_default_na=False)
    return make_points(
        sheet["date"], sheet["value"], names=list(sheet["name"]), groups=list(sheet["group"])
    )


def sevilla_settings() -> dict[str, Setting]:
    """Return the runs of their procedure by name."""
    table = pd.read_csv(SETTINGS, dtype=str, keep_default_na=False)
    return {
        row["setting"]: Setting(
            start=row["date_start"],
            end=row["date_end"],
            deep_learning=row["start_dl"],
            large_scale=row["start_large_scale"],
            merge_last=row["split_large_scale"] == "no",
            small=row["outliers"],
            large=row["large_scale"],
            alphago=row["big_alphago"],
            records=row["record_setters"],
            low_z=float(row["low_outliers_z_value_threshold"]),
            high_z=float(row["high_outliers_z_value_threshold"]),
            window_years=float(row["outlier_window_size"]),
        )
        for row in table.to_dict("records")
    }


def cut_sevilla(sheet: Points, settings: dict[str, Setting]) -> list[Points]:
    """Return the systems of every line of every run."""
    return [line for s in settings.values() for line in sevilla_groups(sheet, s).values()]


def fit_sevilla(sheet: Points, settings: dict[str, Setting]) -> None:
    """Cut the systems as every run does, and fit each line with its bootstrap."""
    for line in cut_sevilla(sheet, settings):
        sevilla_doubling(line, LEVEL, SEVILLA_DRAWS, SEED)


def loop_sevilla(lines: list[Points]) -> None:
    """Fit the resamples of lines one by one."""
    import statsmodels.api as sm

    rng = np.random.default_rng(SEED)
    for line in lines:
        slopes = []
        for _ in range(SEVILLA_LOOP_DRAWS):
            picked = rng.integers(0, len(line), len(line))
            noise = rng.uniform(-NOISE_DEX, NOISE_DEX, len(line))
            years = sm.add_constant(line.year[picked], has_constant="add")
            slopes.append(sm.OLS(line.log10[picked] + noise, years).fit().params[1])
        np.quantile(slopes, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])


def history(n: int) -> Points:
    """Return n systems between 2010 and 2026 that scatter around a steady growth."""
    rng = np.random.default_rng(SEED)
    year = rng.uniform(2010, 2026, n)
    return points_of_years(year, 10 ** (20 + 0.65 * (year - 2010) + rng.standard_normal(n)))


def loop_cases(points: Points, draws: int) -> tuple[float, float]:
    """Resample cases one resample after the other; return the interval of the slope."""
    from scipy.stats import linregress

    rng, slopes = np.random.default_rng(SEED), []
    for _ in range(draws):
        picked = rng.integers(0, len(points), len(points))
        slopes.append(linregress(points.year[picked], points.log10[picked]).slope)
    low, high = np.quantile(slopes, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return medians of wall and processor time, after a first run that loads what is needed."""
    work()
    wall, processor = [], []
    for _ in range(RUNS):
        start, busy = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return statistics.median(wall), statistics.median(processor)


def peak_mib(work: Callable[[], object]) -> float:
    """Return the most memory that the work held at a time beyond what was there before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        work()
        return (tracemalloc.get_traced_memory()[1] - before) / MIB
    finally:
        tracemalloc.stop()


def show(label: str, work: Callable[[], object]) -> float:
    """Print times and memory of vectorized work; return its processor time."""
    wall, processor = seconds(work)
    print(f"{label:52} {wall:7.3f} s  {processor:7.3f} s of compute  {peak_mib(work):4.0f} MiB")
    return processor


def compare(label: str, loop: Callable[[], object], scale: float, ours: float) -> None:
    """Print times of a plain loop, scaled to all resamples, and what it takes over ours."""
    wall, processor = (scale * spent for spent in seconds(loop))
    print(f"{label:52} {wall:7.2f} s  {processor:7.2f} s of compute")
    print(f"{'  loop over vectorized':52} {processor / ours:7.0f} times")


def main() -> None:
    """Print times, ratios and memory."""
    sheet, settings = sevilla_sheet(), sevilla_settings()
    many, frontier = history(CASE_POINTS), history(RANKED_SYSTEMS)
    lines = cut_sevilla(sheet, settings)
    fits = show(
        f"{len(lines)} lines of Sevilla 2022, {SEVILLA_DRAWS:,} resamples each",
        partial(fit_sevilla, sheet, settings),
    )
    cases = show(
        f"{CASE_DRAWS:,} resamples of {CASE_POINTS:,} points",
        partial(slope_interval, many, EVERYTHING, "case", LEVEL, CASE_DRAWS, SEED),
    )
    show(
        f"{RANKED_DRAWS:,} draws of {RANKED_SYSTEMS:,} systems, each ranked anew",
        partial(
            slope_interval, frontier, Rule(10, 2018, 2026), "reranked", LEVEL, RANKED_DRAWS, SEED
        ),
    )
    # ru_maxrss is in KiB, and in bytes on macOS; plain loops load more and come after.
    unit = 1 if sys.platform == "darwin" else 1024
    whole = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB
    verdict = "within" if whole < MOST_MIB else "ABOVE"
    print(f"{'most memory of the process':52} {whole:7.0f} MiB, {verdict} {MOST_MIB} MiB\n")
    compare(
        f"the same lines by statsmodels ({SEVILLA_LOOP_DRAWS} resamples, scaled)",
        partial(loop_sevilla, lines),
        SEVILLA_DRAWS / SEVILLA_LOOP_DRAWS,
        fits,
    )
    compare(
        f"the same points by scipy ({CASE_LOOP_DRAWS} resamples, scaled)",
        partial(loop_cases, many, CASE_LOOP_DRAWS),
        CASE_DRAWS / CASE_LOOP_DRAWS,
        cases,
    )


if __name__ == "__main__":
    main()
