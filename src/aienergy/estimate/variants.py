"""Variants of networks: accuracy, size, latency, throughput and energy by batch size."""

from statistics import median
from typing import Any

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.estimate.repeats import Settings, bind_ratio, exact, known, source_of

BASE_ARM = "float32"
ROUNDING = 1e-5  # cells of the trials carry six digits
# Column of the trials, end of the key, unit, and what it is.
PER_INPUT = (
    ("energy_kwh", "energy", "kWh", "energy an input"),
    ("latency_p50_s", "latency", "s", "median latency of a call"),
    ("latency_p95_s", "latency_p95", "s", "95th percentile of the latency of a call"),
    ("throughput_per_s", "throughput", "1/s", "inputs a second"),
    # What other programs take from the machine is not in it.
    ("cpu_throughput_per_s", "cpu_throughput", "1/s", "inputs a second of CPU time"),
    ("operations_flop", "operations", "FLOP", "counted operations an input"),
    ("accuracy", "accuracy", "1", "accuracy"),
    ("agreement", "agreement", "1", "agreement with the unchanged network"),
    ("size_byte", "size", "byte", "size"),
)
RATIOS = (("energy_kwh", "energy"), ("latency_p50_s", "latency"))
VARIANT_COLUMNS = (
    "experiment", "task", "arm", "batch_size", "quantity", "unit", "key", "value", "low", "high",
    "repeat", "repeat_count", "over_float32_key", "over_float32", "over_float32_low",
    "over_float32_high",
)  # fmt: skip


def per_input(trials: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each arm, batch size and repeat, its values per input answered.

    A repeat is a seed where several networks were measured (the median over rounds), else a round.

    Args:
        trials: Inference of one experiment and task.
    """
    count = trials["work_count"]
    values = trials.assign(
        throughput_per_s=count / trials["time_s"],
        cpu_throughput_per_s=count / trials["cpu_time_s"],
        energy_kwh=trials["energy_kwh"] / count,
        operations_flop=trials["operations_flop"] / count,
    )
    repeat = "seed" if trials["seed"].nunique() > 1 else "setting"
    names = [name for name, *_ in PER_INPUT]
    by = ["experiment", "task", "arm", "batch_size", repeat]
    found = values.groupby(by, as_index=False)[names].median()
    found = found.rename(columns={repeat: "seed"}).assign(reached=1.0)
    first = trials.iloc[0]
    return found.assign(
        repeat="seed" if repeat == "seed" else "round",
        evidence=first["evidence"], boundary=first["boundary"],
    )  # fmt: skip


def variants(trials: pd.DataFrame, settings: Settings, ledger: Ledger) -> pd.DataFrame:
    """Bind latency, throughput, energy, accuracy and size of every arm and batch size.

    Args:
        trials: Inference of any experiments.
        settings: Resamples.
        ledger: Numbers so far.

    Returns:
        Columns `VARIANT_COLUMNS`, energy and operations an input.
    """
    rows = []
    for (experiment, task), part in trials.groupby(["experiment", "task"]):
        found = per_input(part)
        arms = {
            (str(arm), int(size)): values  # type: ignore[call-overload]
            for (arm, size), values in found.groupby(["arm", "batch_size"])
        }
        for (arm, size), values in arms.items():
            stem = f"experiment.{experiment}.{arm}.b{size}"
            shared = {
                "experiment": experiment, "task": task, "arm": arm, "batch_size": size,
                "repeat": values["repeat"].iloc[0], "repeat_count": len(values),
            }  # fmt: skip
            base = arms.get((BASE_ARM, size), values)
            rows += [
                {**shared, **_variant(stem, column, values, base, settings, ledger)}
                for column in PER_INPUT
                if values[column[0]].notna().all()
            ]
    return pd.DataFrame(rows, columns=list(VARIANT_COLUMNS))


def _variant(
    stem: str,
    column: tuple[str, str, str, str],
    values: pd.DataFrame,
    base: pd.DataFrame,
    settings: Settings,
    ledger: Ledger,
) -> dict[str, Any]:
    name, tail, unit, text = column
    label = f"{text.capitalize()}: {stem.split('.', 1)[1]}"
    sources = source_of(str(values["experiment"].iloc[0]))
    details = known(name, values, "use")
    formula, inputs = _derivation(values[name], settings)
    number = ledger.derive(f"{stem}.{tail}", label, unit, formula, inputs, sources, **details)
    row: dict[str, Any] = {
        "quantity": name, "unit": unit, "key": number.key, "value": number.value,
        "low": number.low, "high": number.high,
    }  # fmt: skip
    is_pair = base is not values and list(base["seed"]) == list(values["seed"])
    if (name, tail) in RATIOS and is_pair:
        key = f"{stem}.{tail}_over_{BASE_ARM}"
        ratio = bind_ratio(key, label, name, values, base, settings, ledger)
        row |= {
            "over_float32_key": ratio.key, "over_float32": ratio.value,
            "over_float32_low": ratio.low, "over_float32_high": ratio.high,
        }  # fmt: skip
    return row


def _derivation(values: "pd.Series[float]", settings: Settings) -> tuple[str, dict[str, Input]]:
    """Return formula and inputs of a median; what does not vary is told without an interval."""
    terms = exact(values)
    if max(terms) - min(terms) <= ROUNDING * abs(max(terms)):
        return "unit_conversion", {"value": median(terms), "factor": 1.0}
    return "resampled_median", {"terms": terms, **settings.resampling}
