"""Read the logged runs of `data/raw/runs`: a raw log and a `run.yaml` that says what it is.

A tool's figure is not evidence by itself: CodeCarbon writes a rated power or a load model into
the same column as a hardware counter. So each component's evidence is stated in `run.yaml` with
a reason, and refused where what the run could read contradicts it.
"""

import datetime
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from aienergy.contracts.columns import KEY_PATTERN
from aienergy.contracts.descriptions import read_description
from aienergy.errors import LedgerError, Problem
from aienergy.logs.codecarbon import read_codecarbon
from aienergy.logs.nvidia_smi import read_nvidia_smi
from aienergy.tables import read_text

DESCRIPTION = "run.yaml"
RUN_SCHEMA = "run.schema.json"
COLUMNS = (
    "run",
    "title",
    "kind",
    "component",
    "energy_kwh",
    "duration_s",
    "mean_power_w",
    "evidence",
    "boundary",
    "scope",
    "tool",
    "tool_version",
    "units_of_use",
    "unit_of_use",
    "started_on",
    "note",
)
_LOG_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class RunFiles:
    """What lies in one run's folder, read but not yet interpreted.

    Attributes:
        run: Name of the folder, the key of the run.
        where: Name of `run.yaml` for error messages.
        description: `run.yaml`, validated.
        log_where: Name of the log for error messages.
        log: Content of the log.
    """

    run: str
    where: str
    description: Mapping[str, Any]
    log_where: str
    log: str


def read_runs(folder: Path) -> pd.DataFrame:
    """Read every run below a folder, in the order of their names.

    Args:
        folder: `data/raw/runs`; each folder in it is one run. It may be absent or empty.

    Returns:
        One row for each component of each run, with the columns `COLUMNS`: energy_kwh of the
        component over the logged run, duration_s, mean_power_w, units_of_use (count, missing
        where the run delivers none), started_on (ISO date), and texts.

    Raises:
        LedgerError: Everything wrong in any of the runs, and a log that stands in two of them.
    """
    problems: list[Problem] = []
    loaded: list[RunFiles] = []
    tables = [pd.DataFrame(columns=list(COLUMNS))]
    folders = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    for run_folder in folders:
        try:
            loaded.append(load_run(run_folder))
            tables.append(tabulate_run(loaded[-1]))
        except LedgerError as error:
            problems += error.problems
    problems += repeated_logs((files.log_where, log_key(files)) for files in loaded)
    if problems:
        raise LedgerError(*problems)
    return pd.concat(tables[1:], ignore_index=True) if len(tables) > 1 else tables[0]


def load_run(folder: Path) -> RunFiles:
    """Read the files of one run; the log must lie in the folder itself.

    Args:
        folder: `data/raw/runs/<run>`.

    Raises:
        LedgerError: A missing or linked file, a folder whose name is no key, or a wrong
            `run.yaml`.
    """
    if not re.fullmatch(KEY_PATTERN, folder.name):
        hint = "Use small letters, digits and underscores."
        raise LedgerError(Problem(folder.as_posix(), f"'{folder.name}' is no key", hint))
    _refuse_link(folder)
    path = folder / DESCRIPTION
    _refuse_link(path)
    description = parse_description(read_text(path), path.as_posix())
    log_path = folder / log_name(description["log"], path.as_posix())
    _refuse_link(log_path)
    return RunFiles(
        run=folder.name,
        where=path.as_posix(),
        description=description,
        log_where=log_path.as_posix(),
        log=read_text(log_path),
    )


def log_name(name: str, where: str) -> str:
    """Return the name of a log if it is a bare file name.

    Raises:
        LedgerError: The name holds a path separator or begins with a dot, so that it could
            lead out of the run's folder.
    """
    if not _LOG_NAME.fullmatch(name):
        hint = "Put the log beside run.yaml and give its bare name."
        raise LedgerError(Problem(f"{where} log", f"'{name}' is no bare file name", hint))
    return name


def _refuse_link(path: Path) -> None:
    """Refuse a symbolic link: it could lead out of the folder, and it is no raw log."""
    if path.is_symlink():
        hint = "Copy the file itself into the run's folder."
        raise LedgerError(Problem(path.as_posix(), "is a symbolic link", hint))


def parse_description(text: str, where: str) -> dict[str, Any]:
    """Parse `run.yaml` and check it against `contracts/run.schema.json`, which is closed.

    Args:
        text: Content of the file.
        where: Name of the file for error messages.

    Returns:
        The fields of the schema, dates as strings.

    Raises:
        LedgerError: No YAML, a key given twice, an alias, a date without quotes, or any field
            that the schema refuses; all are listed, with their lines.
    """
    return read_description(text, where, RUN_SCHEMA)


def tabulate_run(files: RunFiles) -> pd.DataFrame:
    """Read the log with its tool and lay it out beside the description.

    Args:
        files: Description and content of the log.

    Returns:
        One row a component, with the columns `COLUMNS`.

    Raises:
        LedgerError: A log its tool's reader refuses, components that differ from those
            described, a version that contradicts the log, or evidence that the run cannot have.
    """
    description = files.description
    if description["tool"] == "codecarbon":
        run_ids = description.get("run_ids")
        table = read_codecarbon(files.log, files.log_where, run_ids=run_ids)
    else:
        table = read_nvidia_smi(files.log, files.log_where, description.get("columns"))
        table["tool_version"] = None
    problems = _component_problems(table, files) + _evidence_problems(table, files)
    logged = table["tool_version"].dropna().unique()
    stated = description.get("tool_version")
    if stated and len(logged) and stated != logged[0]:
        hint = "Leave tool_version out: the log names it."
        what = f"'{stated}', but the log says {logged[0]}"
        problems.append(Problem(f"{files.where} tool_version", what, hint))
    if problems:
        raise LedgerError(*problems)
    states = description["components"]
    return table.assign(
        run=files.run,
        evidence=[states[name]["evidence"] for name in table["component"]],
        boundary=[states[name]["boundary"] for name in table["component"]],
        tool_version=table["tool_version"].astype("str").where(table["tool_version"].notna())
        if len(logged)
        else pd.Series([stated] * len(table), dtype="str"),
        units_of_use=pd.Series([description.get("units_of_use")] * len(table), dtype="Int64"),
        unit_of_use=pd.Series([description.get("unit_of_use")] * len(table), dtype="str"),
        **{name: description[name] for name in ("title", "kind", "scope", "tool", "note")},
        started_on=datetime.date.fromisoformat(description["started_on"]).isoformat(),
    )[list(COLUMNS)]


def _component_problems(table: pd.DataFrame, files: RunFiles) -> list[Problem]:
    """Every component of the log needs its evidence, and no other is described."""
    logged, described = list(table["component"]), list(files.description["components"])
    where = f"{files.where} components"
    hint = f"The log has {', '.join(logged)}."
    return [
        *(Problem(where, f"{name} is missing", hint) for name in logged if name not in described),
        *(
            Problem(f"{where}.{name}", "not in the log", hint)
            for name in described
            if name not in logged
        ),
    ]


def _evidence_problems(table: pd.DataFrame, files: RunFiles) -> list[Problem]:
    """Find components called `counter` though no counter was, or could be, read."""
    readable = files.description["readable_counters"]
    modelled = files.description["tool"] == "codecarbon"
    energy_kwh = dict(zip(table["component"], table["energy_kwh"], strict=True))
    problems = []
    if not modelled and not readable["nvml"]:
        hint = "nvidia-smi reads NVML: set readable_counters.nvml to true."
        problems.append(Problem(f"{files.where} readable_counters.nvml", "is false", hint))
    counters = [
        name
        for name, state in files.description["components"].items()
        if state["evidence"] == "counter"
    ]
    for name in counters:
        reason = ""
        if name in ("ram", "total") and modelled:
            reason = "CodeCarbon models memory from its size, so no counter stands behind it"
        elif name == "cpu" and not readable["rapl"]:
            reason = "readable_counters.rapl is false"
        elif name.startswith("gpu") and not readable["nvml"]:
            reason = "readable_counters.nvml is false"
        elif energy_kwh.get(name) == 0:
            reason = "the log has 0 kWh: a counter that never moves was not read"
        if reason:
            hint = "A rated power is `nameplate`, a load or size model is `modelled`."
            place = f"{files.where} components.{name}.evidence"
            problems.append(Problem(place, f"'counter', but {reason}", hint))
    return problems


def log_key(files: RunFiles) -> str:
    """Return a digest that two runs share if one log would count twice."""
    parts = (files.log, *sorted(files.description.get("run_ids", [])))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def repeated_logs(logs: Iterable[tuple[str, str]]) -> list[Problem]:
    """Refuse one log in two runs: its energy would count twice.

    Args:
        logs: Name of each log for messages, and its `log_key`.
    """
    first: dict[str, str] = {}
    problems = []
    for where, key in logs:
        if key in first:
            hint = "One log belongs to one run; tell runs of one file apart by run_ids."
            problems.append(Problem(where, f"same log as {first[key]}", hint))
        first.setdefault(key, where)
    return problems
