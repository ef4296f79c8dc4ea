"""Quality gates of all formats: what is refused, and what is told and widens the interval.

Thresholds are bounds of our own choice. They sort logs; they are no findings about hardware.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.logs.reading import Flag, Reading
from aienergy.logs.samples import Samples

# What no hardware of a boundary draws: above it stands another unit, or a broken line.
MAX_BOARD_POWER_W = 3000.0
MAX_BOARDS = 16
MAX_CHIP_POWER_W = 8000.0
MAX_NODE_POWER_W = 100_000.0
# A processor made for portable computers draws with all around it less than its mains adapter.
MAX_PORTABLE_POWER_W = 500.0
_PORTABLE = re.compile(r"\b(?:i[3579]-)?\d{4,5}(?:U|H|HS|HX|HK|HQ|G\d)\b|\bApple M\d")
# NVML counts in milliwatts, whole numbers, while tools print watts with decimals: whole numbers
# this large throughout a log are milliwatts that somebody labelled watts.
MILLIWATT_SIGN_W = 1000.0

FEW_SAMPLES = 30
LONG_STEP = 2.0  # median steps
LEAST_GAP_SHARE = 0.01
MOST_GAP_SHARE = 0.5
CLOCK_STEP_S = 1800.0  # time zones and daylight saving move clocks by multiples of this
IDLE_BAND = 0.1
FLAT_LOAD = 1.5
LEAST_IDLE_SHARE = 0.2
WARM_UP_SHARE = 0.1
COUNTER_AGREES = 0.05
COUNTER_REFUSED = 0.5


def refuse(where: str, what: str, hint: str) -> LedgerError:
    """Return the error for one reason, to be raised."""
    return LedgerError(Problem(where, what, hint))


def series(samples: Samples, component: str, where: str) -> tuple[Flag, ...]:
    """Pass samples of one component through the gates for sampling, clock, idle and warm-up.

    Args:
        samples: Samples in the order of the log.
        component: Name for messages.
        where: Name of the log.

    Raises:
        LedgerError: Fewer than two samples, no duration, a negative power, a clock that goes
            back or jumps by a time zone, or more than half of the time without a sample.
    """
    steps_s = samples.steps_s
    if (steps_s < 0).any():
        back = int(np.argmax(steps_s < 0)) + 2
        what = f"{component}: the clock goes back before sample {back} (time zone, or second log)"
        raise refuse(where, what, "Split the log where its clock was set back.")
    if len(samples) < 2 or samples.duration_s <= 0:
        what = f"{component} has {len(samples)} samples over {samples.duration_s:g} s"
        raise refuse(where, what, "Energy needs two readings at different times.")
    if (samples.power_w < 0).any():
        what = f"{component}: power of {samples.power_w.min():g} W"
        raise refuse(where, what, "Power is not negative; the meter had no reading there.")
    return (
        *_sampling(samples, component, where),
        *_idle(samples, component),
        *_warm_up(samples, component),
    )


def _sampling(samples: Samples, component: str, where: str) -> Iterator[Flag]:
    steps_s = samples.steps_s
    typical_s = float(np.median(steps_s[steps_s > 0]))
    moved = np.abs(steps_s / CLOCK_STEP_S - np.round(steps_s / CLOCK_STEP_S)) * CLOCK_STEP_S
    jump = (steps_s > CLOCK_STEP_S / 2) & (moved <= 2 * typical_s) & (typical_s < 60)
    if jump.any():
        what = (
            f"{component}: the clock jumps by {steps_s[jump][0] / 3600:.1f} h between two samples"
        )
        raise refuse(where, what, "Split the log there: the time zone or the machine changed.")
    gaps = steps_s > LONG_STEP * typical_s
    share = float(steps_s[gaps].sum() / samples.duration_s)
    if share > MOST_GAP_SHARE:
        what = (
            f"{component}: {share:.0%} of the time lies in gaps, the longest {steps_s.max():.0f} s"
        )
        raise refuse(where, what, "Split the log at its gaps; energy in them is unknown.")
    if share > LEAST_GAP_SHARE:
        text = (
            f"{component}: {int(gaps.sum())} gaps longer than {LONG_STEP:g} median steps of "
            f"{typical_s:.3g} s, {share:.1%} of the time, the longest {steps_s.max():.3g} s"
        )
        yield Flag("gaps", text, 1 + share)
    if len(samples) < FEW_SAMPLES:
        text = f"{component}: {len(samples)} samples only"
        yield Flag("few_samples", text, 1 + 1 / math.sqrt(len(samples)))
    equal = int((steps_s == 0).sum())
    if equal:
        yield Flag("equal_stamps", f"{component}: {equal} samples repeat a stamp, given no time")


def _idle(samples: Samples, component: str) -> Iterator[Flag]:
    """Tell how long the component was near its lowest power, where its load is not flat."""
    low, high = np.percentile(samples.power_w, [5, 95])
    if high <= FLAT_LOAD * low or samples.energy_j <= 0:
        return
    idle = samples.power_w[:-1] <= low + IDLE_BAND * (high - low)
    share = float(samples.steps_s[idle].sum() / samples.duration_s)
    if share > LEAST_IDLE_SHARE:
        energy = float((samples.power_w[:-1] * samples.steps_s)[idle].sum() / samples.energy_j)
        text = f"{component}: near idle ({low:.3g} W) {share:.0%} of the time, {energy:.0%} of kWh"
        yield Flag("idle", text)


def _warm_up(samples: Samples, component: str) -> Iterator[Flag]:
    """Tell where the beginning draws much less than the rest."""
    if len(samples) < FEW_SAMPLES:
        return
    end_s = samples.time_s[0] + WARM_UP_SHARE * samples.duration_s
    first = float(samples.power_w[samples.time_s <= end_s].mean())
    rest = float(samples.power_w[samples.time_s > end_s].mean())
    if first < rest / FLAT_LOAD:
        text = (
            f"{component}: the first tenth draws {first / rest:.0%} of the rest (loading, warm-up)"
        )
        yield Flag("warm_up", text)


def milliwatts(power_w: pd.Series) -> bool:
    """Say whether values labelled W are milliwatts: whole and large throughout."""
    valid = power_w.dropna()
    whole = bool((valid % 1 == 0).all())
    return len(valid) > 0 and whole and bool(valid.median() >= MILLIWATT_SIGN_W)


def counter_against_integral(
    counter_j: float, integral_j: float, what: str, where: str
) -> tuple[Flag, ...]:
    """Hold two values of one energy against each other.

    Raises:
        LedgerError: They differ by more than half of the larger one.
    """
    larger = max(counter_j, integral_j)
    off = abs(counter_j - integral_j) / larger if larger > 0 else 0.0
    told = f"{what}: {counter_j:.6g} J by counter, {integral_j:.6g} J by integral, {off:.0%} apart"
    if off > COUNTER_REFUSED:
        raise refuse(where, told, "One of the two has another unit or covers other hardware.")
    return (Flag("counter_differs", told, 1 + off),) if off > COUNTER_AGREES else ()


def portable(processor: str) -> bool:
    """Say whether a processor's name is one of portable computers."""
    return bool(_PORTABLE.search(processor))


def implied_power(power_w: float, nameplate_w: float, what: str, where: str) -> tuple[Flag, ...]:
    """Hold a mean power against the rated power of the same hardware.

    Raises:
        LedgerError: Ten times the nameplate or more.
    """
    ratio = power_w / nameplate_w
    told = (
        f"{what}: mean power {power_w:.4g} W is {ratio:.3g} times the nameplate {nameplate_w:g} W"
    )
    if ratio >= 10:
        raise refuse(where, told, "Energy must be in the unit its column names.")
    return (Flag("above_nameplate", told, ratio),) if ratio > FLAT_LOAD else ()


def bound_w(component: str, boundary: str, pue: float | None) -> float:
    """Return the power in W above which a component's mean power is absurd."""
    bounds = {"chip": MAX_CHIP_POWER_W, "board": MAX_BOARD_POWER_W}
    bound = bounds.get(boundary, MAX_NODE_POWER_W)
    if component == "gpu":
        bound *= MAX_BOARDS
    elif component == "total":
        bound = MAX_NODE_POWER_W
    return bound * (pue or 1.0)


def passed(reading: Reading, where: str) -> Reading:
    """Return a reading that the gates of all formats accept, zeros turned to missing.

    Raises:
        LedgerError: No energy at all, a negative or infinite value, or a power beyond physics.
    """
    table, flags = reading.components.copy(), list(reading.flags)
    _refuse_beyond_bounds(reading, where)
    zero = table["energy_kwh"] == 0
    if zero.any():
        names = ", ".join(sorted(table.loc[zero, "component"].unique()))
        text = f"{int(zero.sum())} rows log 0 kWh ({names}): not measured, taken as missing"
        flags.append(Flag("zero", text, 1.0))
        table.loc[zero, ["energy_kwh", "mean_power_w"]] = math.nan
    if not (table["energy_kwh"] > 0).any():
        what = "no component has an energy above 0"
        raise refuse(where, what, "A zero is no measurement: was the counter readable?")
    unknown = table["duration_s"].isna() & table["energy_kwh"].notna()
    if unknown.any():
        text = f"{int(unknown.sum())} rows have no duration: their power cannot be checked"
        flags.append(Flag("no_duration", text, 1.0))
    return replace(reading, components=table, flags=merged(flags))


def _refuse_beyond_bounds(reading: Reading, where: str) -> None:
    table = reading.components
    columns = ["energy_kwh", "duration_s", "mean_power_w", "largest_gap_s"]
    values = table[columns].to_numpy(dtype=float)
    if np.isinf(values).any() or (values < 0).any():
        what = "an energy, duration, power or gap is negative or infinite"
        raise refuse(where, what, "Log again.")
    if (table["duration_s"] == 0).any():
        raise refuse(where, "a run of 0 s", "Log a longer run.")
    kinds = table[["component", "boundary"]].drop_duplicates()
    for component, boundary in kinds.itertuples(index=False):
        mine = (table["component"] == component) & (table["boundary"] == boundary)
        highest = table.loc[mine, "mean_power_w"].max()
        bound = bound_w(component, boundary, reading.pue)
        if highest > bound:
            what = f"{component} draws {highest:,.0f} W on average, above {bound:,.0f} W"
            hint = "No such hardware does: is the energy in another unit than its column says?"
            raise refuse(where, what, hint)


def merged(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Return the flags without repetition; of one gate, only the widest factor counts.

    Boards of one log share a cause, so that their factors do not multiply.
    """
    kept = list(dict.fromkeys(flags))
    widest = {flag.key: max(f.widens for f in kept if f.key == flag.key) for flag in kept}
    seen: set[str] = set()
    result = []
    for flag in kept:
        result.append(replace(flag, widens=1.0 if flag.key in seen else widest[flag.key]))
        seen.add(flag.key)
    return tuple(result)
