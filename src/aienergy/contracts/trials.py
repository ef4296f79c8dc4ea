"""Contract of the trials of our own experiments, and what their cells must fulfil together.

A trial is one measurement of an experiment. `data/raw/runs/<experiment>/trials.csv` holds them in
the order in which they were measured, beside `run.yaml` and the log of the tool.
"""

import pandas as pd

from aienergy.contracts.columns import KEY_PATTERN, Column, Table
from aienergy.contracts.findings import Findings
from aienergy.unit_names import JOULE_PER_KWH

# Clocks of wall time and CPU time differ in the last digits, and cells carry six.
CLOCK_SLACK_S, ROUNDING = 1e-3, 1e-4
_COUNT = r"[1-9]\d*"
_SETTING = r"[a-z0-9_]+=[^;=\s]+(;[a-z0-9_]+=[^;=\s]+)*"

TRIAL = Table(
    "trials",
    "Measurements of our own experiments, one row each, in `data/raw/runs/<experiment>/trials.csv`",
    {
        "turn": Column("Place in the order of measuring, from 1", required=True, pattern=_COUNT),
        "task": Column("Data set or input of the experiment", required=True, pattern=KEY_PATTERN),
        "arm": Column("Method or variant under test", required=True, pattern=KEY_PATTERN),
        "seed": Column("Seed of the trial; arms of one seed share data", required=True),
        "measure": Column(
            "What was measured: an evaluation of a search, answers of a network, making a variant,"
            " or waiting",
            required=True,
            values=("search", "inference", "preparation", "idle"),
        ),
        "batch_size": Column("Inputs answered at once (count)", pattern=_COUNT),
        "work_count": Column("Passes over the data, or inputs answered (count)", pattern=_COUNT),
        "setting": Column("`key=value;...`: candidate of a search, or round", pattern=_SETTING),
        "time_s": Column("Wall time (s)", required=True),
        "cpu_time_s": Column("CPU time of the measuring thread (s)", required=True),
        "operations_flop": Column("Products and sums of the work, counted from shapes (FLOP)"),
        "accuracy": Column("Share of inputs classified rightly"),
        "agreement": Column("Mean cosine with the outputs of the unchanged network"),
        "size_byte": Column("Bytes of the variant as stored", pattern=_COUNT),
        "latency_p50_s": Column("Median time of one call (s)"),
        "latency_p95_s": Column("95th percentile of the time of one call (s)"),
        "energy_kwh": Column("Energy of the trial, known as run.yaml says (kWh)", required=True),
    },
)
# Columns that a measure needs, beside those that every trial needs; an idle process does no work.
NEEDS = {
    "search": ("work_count", "setting", "operations_flop", "accuracy"),
    "inference": ("batch_size", "work_count", "setting", "size_byte", "latency_p50_s"),
    "preparation": (),
    "idle": ("setting",),
}
WORK = ("batch_size", "work_count", "operations_flop", "accuracy", "latency_p50_s")
NUMBERS = (
    "time_s",
    "cpu_time_s",
    "operations_flop",
    "accuracy",
    "agreement",
    "latency_p50_s",
    "latency_p95_s",
    "energy_kwh",
)


def check_trials(
    trials: pd.DataFrame, power_per_thread_w: float | None, where: str, findings: Findings
) -> None:
    """Check what the cells of one experiment say of each other.

    Args:
        trials: The table as text, its columns checked one by one.
        power_per_thread_w: Power of the model by which energy follows from CPU time, None where
            a counter was read.
        where: Name of the file, for messages.
        findings: Where problems are noted.
    """
    seed = trials["seed"]
    hint = "Write a whole number."
    findings.flag(where, ~seed.str.fullmatch(r"\d+"), seed, "'{value}' is no seed", hint)
    places = pd.Series([str(place) for place in range(1, len(trials) + 1)], trials.index)
    hint = "Rows stand in the order of measuring, 1, 2, 3 and so on; put back what is missing."
    bad = trials["turn"] != places
    findings.flag(where, bad & ~bad.shift(fill_value=False), trials["turn"], "turn {value}", hint)
    _check_numbers(trials, where, findings)
    for measure, names in NEEDS.items():
        rows = trials["measure"] == measure
        for name in names:
            empty = rows & (trials[name] == "")
            hint = f"A trial of {measure} needs it: {TRIAL.columns[name].meaning}."
            findings.flag(where, empty, trials[name], "an empty cell", hint)
    for name in WORK:
        bad = (trials["measure"] == "idle") & (trials[name] != "")
        findings.flag(where, bad, trials[name], "'{value}' while idle", "An idle process has none.")
    _check_clocks(trials, power_per_thread_w, where, findings)
    _check_balance(trials, where, findings)


def _check_numbers(trials: pd.DataFrame, where: str, findings: Findings) -> None:
    for name in NUMBERS:
        cells = trials[name]
        values = pd.to_numeric(cells, errors="coerce")
        bad = (cells != "") & (values.isna() | values.abs().eq(float("inf")))
        hint = "Write a plain number: a decimal point, no thousands separator, no unit."
        findings.flag(where, bad, cells, "'{value}' is no number", hint)
        # A share may be zero; whoever measured a time or an energy of zero measured nothing.
        bad = (values < 0) | (values.eq(0) & (name not in ("accuracy", "agreement")))
        findings.flag(where, bad, cells, "{value} is not above zero", "Leave out what failed.")
        if name in ("accuracy", "agreement"):
            hint = "Write a share, not percent."
            findings.flag(where, values > 1 + ROUNDING, cells, "{value} is above 1", hint)


def _check_clocks(
    trials: pd.DataFrame, power_per_thread_w: float | None, where: str, findings: Findings
) -> None:
    number = {name: pd.to_numeric(trials[name], errors="coerce") for name in NUMBERS}
    most_s = number["time_s"] * (1 + ROUNDING) + CLOCK_SLACK_S
    hint = "One thread measures: its CPU time fits into the wall time."
    bad = number["cpu_time_s"] > most_s
    findings.flag(where, bad, trials["cpu_time_s"], "{value} s of CPU exceed the time", hint)
    bad = number["latency_p50_s"] > number["latency_p95_s"]
    hint = "A median lies below the 95th percentile."
    findings.flag(where, bad, trials["latency_p50_s"], "{value} s exceed the percentile", hint)
    if power_per_thread_w is not None:
        modelled = number["cpu_time_s"] * power_per_thread_w / JOULE_PER_KWH
        bad = (number["energy_kwh"] / modelled - 1).abs() > ROUNDING
        hint = "Energy is CPU time times power_per_thread_w of run.yaml; correct one of them."
        what = "{value} kWh do not follow from the model"
        findings.flag(where, bad, trials["energy_kwh"], what, hint)


def _check_balance(trials: pd.DataFrame, where: str, findings: Findings) -> None:
    """Refuse arms that lack a seed which another arm of the task has: a lost half would mislead."""
    rows = trials[trials["measure"].isin(("search", "inference"))]
    group = ["task", "measure", "batch_size"]
    every = rows.groupby(group)["seed"].transform("nunique")
    own = rows.groupby([*group, "arm"])["seed"].transform("nunique")
    bad = (own < every) & ~rows.duplicated([*group, "arm"])
    hint = "Every arm of a task is measured for the same seeds: repeat the experiment."
    findings.flag(where, bad, rows["arm"], "arm '{value}' lacks seeds of other arms", hint)
