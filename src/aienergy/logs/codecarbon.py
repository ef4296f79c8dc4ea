"""Read CodeCarbon's CSV logs, of every column generation, into one row per component.

Columns are found by name, as versions add and move them. `emissions` and `emissions_rate` are
not read: the rate changed from g/s to kg/s between versions, and carbon is computed elsewhere
from energy. What the tool calls energy of a CPU or of memory is often a model; the kind of
evidence is stated in the run's description, not here.
"""

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.findings import FIRST_DATA_LINE, Findings
from aienergy.errors import LedgerError, Problem
from aienergy.logs.gates import MAX_BOARD_POWER_W, MAX_NODE_POWER_W
from aienergy.unit_names import JOULE_PER_KWH

# Some published logs were printed in single precision; parts then miss the total by 0.015 %.
PARTS_TOLERANCE = 1e-3

REQUIRED = ("timestamp", "project_name", "duration", "emissions", "energy_consumed")
RUN_KEYS = ("run_id", "experiment_id")
PARTS = {"cpu": "cpu_energy", "gpu": "gpu_energy", "ram": "ram_energy"}
POWERS = ("cpu_power", "gpu_power", "ram_power")


def read_codecarbon(
    text: str, where: str, *, run_ids: Collection[str] | None = None
) -> pd.DataFrame:
    """Read a log into energy, duration and mean power of each component.

    In an ordinary `emissions.csv` several rows of one run are cumulative flushes: the last one
    counts. In a task file (it has a column `task_name`) the rows are separate tasks: they add up.

    Args:
        text: Content of the CSV file.
        where: Name of the file for error messages.
        run_ids: The runs to read, where the tool appended several to one file; their energies
            and durations add up. Without it the file must hold one run.

    Returns:
        One row a component: component (`cpu`, `gpu`, `ram`; or `total` in the old columns
        without a split), energy_kwh, duration_s, mean_power_w (energy over duration),
        tool_version (missing where the file names none). `gpu` is left out when the log lists
        no GPU.

    Raises:
        LedgerError: Missing headers (all are listed), a ragged line, text in a number, a
            negative value, an implied power above 100 kW for the node or 3 kW for each listed
            GPU, parts that do not add up to the total, a PUE other than 1, rows of one run that
            are not cumulative, a task written twice, or several runs without a choice.
    """
    logged = read_codecarbon_rows(text, where, run_ids=run_ids)
    if run_ids is None and logged.run.nunique() > 1:
        raise LedgerError(
            Problem(
                f"{where} column {logged.key}",
                f"{logged.run.nunique()} runs in one file: {', '.join(logged.run.unique()[:3])}...",
                "Name the runs that belong together as `run_ids`.",
            )
        )
    return _components(logged.numbers, _version(logged.cells))


@dataclass(frozen=True, slots=True)
class Logged:
    """Rows of a log that count: the last of each run, or every task.

    Attributes:
        key: Name of the column that names the run.
        run: Name of each row's run.
        cells: All columns as text.
        numbers: Columns that are numbers; kWh, s and W.
        flush_count: How many rows were left out because a later one of their run contains them.
        has_tasks: Whether rows are separate tasks, which add up.
    """

    key: str
    run: pd.Series
    cells: pd.DataFrame
    numbers: pd.DataFrame
    flush_count: int
    has_tasks: bool


def read_codecarbon_rows(
    text: str,
    where: str,
    *,
    run_ids: Collection[str] | None = None,
    with_pue: bool = False,
) -> Logged:
    """Read and check the rows of a log, of one run or of several.

    Args:
        text: Content of the CSV file.
        where: Name of the file for error messages.
        run_ids: The runs to read; None for all.
        with_pue: Whether a PUE other than 1 is let pass; the tool multiplies it into its energies.

    Raises:
        LedgerError: As `read_codecarbon`, save for several runs.
    """
    rows = _rows(text, where)
    _refuse_missing_headers(list(rows.columns), where)
    rows = _chosen(rows, run_ids, where)
    numbers = _numbers(rows, where)
    _refuse_absurd_values(rows, numbers, where, with_pue=with_pue)
    has_tasks = "task_name" in rows
    kept = numbers.index
    if has_tasks:
        findings = Findings()
        findings.flag(
            where,
            rows.duplicated(),
            rows["task_name"],
            "'{value}' is the same row as one before it",
            "Tasks add up: delete the copy.",
        )
        findings.raise_if_any()
    else:
        _refuse_shrinking_runs(rows["run"], numbers, where)
        kept = numbers.groupby(rows["run"], sort=False).tail(1).index
    key = next(name for name in RUN_KEYS if name in rows)
    flush_count = len(numbers) - len(kept)
    cells = rows.loc[kept]
    return Logged(key, cells["run"], cells, numbers.loc[kept], flush_count, has_tasks)


def _rows(text: str, where: str) -> pd.DataFrame:
    """Split the text into cells by column name; the index counts lines from the first data line."""
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")))
    try:
        lines = [(reader.line_num, line) for line in reader if line]
    except csv.Error as error:
        raise LedgerError(
            Problem(where, str(error), "The log must be the CSV the tool wrote.")
        ) from error
    if len(lines) < 2:
        raise LedgerError(
            Problem(where, "the log holds no run", "Stop the tracker so that it writes a row.")
        )
    header = [cell.strip() for cell in lines[0][1]]
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        hint = "Keep one of the columns; two versions of the tool may have written to one file."
        raise LedgerError(
            Problem(f"{where}:1", f"column {', '.join(repeated)} appears twice", hint)
        )
    ragged = [(number, len(line)) for number, line in lines if len(line) != len(header)]
    if ragged:
        raise LedgerError(
            Problem(
                f"{where}:{ragged[0][0]}",
                f"{ragged[0][1]} cells instead of {len(header)}",
                "Split the file where another version of the tool began to write to it.",
            )
        )
    index = pd.Index([number - FIRST_DATA_LINE for number, _ in lines[1:]])
    rows = pd.DataFrame([line for _, line in lines[1:]], index=index, columns=header, dtype=str)
    stripped: pd.DataFrame = rows.apply(lambda column: column.str.strip())
    return stripped


def _refuse_missing_headers(header: list[str], where: str) -> None:
    """Refuse a file that merely has an emissions column."""
    missing = [name for name in REQUIRED if name not in header]
    if not any(name in header for name in RUN_KEYS):
        missing.append(" or ".join(RUN_KEYS))
    if any(name in header for name in PARTS.values()):
        missing += [name for name in PARTS.values() if name not in header]
    if missing:
        raise LedgerError(
            Problem(
                f"{where}:1",
                f"not a CodeCarbon log: missing header {', '.join(missing)}",
                "Give the emissions.csv as CodeCarbon wrote it, or name another tool.",
            )
        )


def _chosen(rows: pd.DataFrame, run_ids: Collection[str] | None, where: str) -> pd.DataFrame:
    """Keep the chosen runs, with their ids in a column `run`."""
    key = next(name for name in RUN_KEYS if name in rows)
    rows = rows.assign(run=rows[key])
    if "task_name" not in rows and len(rows) > 1:
        findings = Findings()
        findings.flag(
            where,
            rows["run"] == "",
            rows[key],
            "'{value}' is blank, so flushes of one run cannot be told from other runs",
            "Keep one run a file.",
        )
        findings.raise_if_any()
    found = list(rows["run"].unique())
    if run_ids is None:
        return rows
    unknown = sorted(set(run_ids) - set(found))
    if unknown or not run_ids:
        what = f"no run {', '.join(unknown)}" if unknown else "`run_ids` names no run"
        raise LedgerError(
            Problem(f"{where} column {key}", what, f"The file holds {', '.join(found[:3])}...")
        )
    return rows[rows["run"].isin(list(run_ids))]


def _numbers(rows: pd.DataFrame, where: str) -> pd.DataFrame:
    """Parse the numeric columns; only what a version may leave blank becomes NaN."""
    wanted = ("duration", "energy_consumed", *PARTS.values(), *POWERS, "gpu_count", "pue")
    numbers = pd.DataFrame(index=rows.index)
    findings = Findings()
    for name in [name for name in wanted if name in rows]:
        cells = rows[name]
        values = pd.to_numeric(cells, errors="coerce").astype(float)
        findings.flag(
            where,
            (cells != "") & ~values.between(float("-inf"), float("inf"), inclusive="neither"),
            cells,
            "'{value}' is not a number",
            "Use the file as the tool wrote it: decimal point, no unit.",
        )
        findings.flag(
            where, values < 0, cells, "'{value}' is negative", "The counter overflowed; log again."
        )
        numbers[name] = values
    # Without a GPU some versions leave its cell blank; any other blank is a reading that is lost.
    gpu_count = numbers["gpu_count"] if "gpu_count" in numbers else pd.Series(0.0, rows.index)
    may_lack = {PARTS["gpu"]: gpu_count.fillna(0) == 0}
    for name in [name for name in ("duration", "energy_consumed", *PARTS.values()) if name in rows]:
        lost = (rows[name] == "") & ~may_lack.get(name, pd.Series(data=False, index=rows.index))
        findings.flag(where, lost, rows[name], "blank", "Missing is not zero; log again.")
    findings.raise_if_any()
    return numbers


def _refuse_absurd_values(
    rows: pd.DataFrame, numbers: pd.DataFrame, where: str, *, with_pue: bool
) -> None:
    """Refuse values that cannot be what their column says."""
    findings = Findings()
    findings.flag(
        where,
        numbers["duration"] <= 0,
        rows["duration"],
        "'{value}' is no duration",
        "Log a longer run.",
    )
    joule_per_s = JOULE_PER_KWH / numbers["duration"]
    for name in [name for name in ("energy_consumed", *PARTS.values()) if name in numbers]:
        findings.flag(
            where,
            numbers[name] * joule_per_s > MAX_NODE_POWER_W,
            rows[name],
            f"'{{value}}' kWh over the row's duration is more than {MAX_NODE_POWER_W / 1000:g} kW",
            "Energy must be in kWh and duration in seconds.",
        )
    if "pue" in numbers and not with_pue:
        findings.flag(
            where,
            ~numbers["pue"].fillna(1.0).eq(1.0),
            rows["pue"],
            "'{value}' is a PUE other than 1, which the tool has multiplied into its energies",
            "Log with pue=1: the ledger applies PUE itself, once.",
        )
    if PARTS["gpu"] in numbers:
        _flag_wrong_parts(rows, numbers, where, findings)
    findings.raise_if_any()


def _flag_wrong_parts(
    rows: pd.DataFrame, numbers: pd.DataFrame, where: str, findings: Findings
) -> None:
    """Note GPU energies that no board can have drawn, and totals that are not the sum."""
    if "gpu_count" in numbers:
        gpu_power_w = numbers["gpu_energy"] * JOULE_PER_KWH / numbers["duration"]
        findings.flag(
            where,
            gpu_power_w > MAX_BOARD_POWER_W * numbers["gpu_count"].where(numbers["gpu_count"] > 0),
            rows["gpu_energy"],
            f"'{{value}}' kWh is more than {MAX_BOARD_POWER_W / 1000:g} kW for each listed GPU",
            "Energy must be in kWh; does gpu_count list every GPU that was read?",
        )
    total = numbers["energy_consumed"]
    parts = numbers[list(PARTS.values())].sum(axis="columns")
    findings.flag(
        where,
        (parts - total).abs() > PARTS_TOLERANCE * total,
        rows["energy_consumed"],
        "'{value}' differs from cpu_energy + gpu_energy + ram_energy",
        "Use the file as the tool wrote it.",
    )


def _refuse_shrinking_runs(run: pd.Series, numbers: pd.DataFrame, where: str) -> None:
    """Refuse rows of one run that do not grow: they are no cumulative flushes."""
    findings = Findings()
    for name in ("duration", "energy_consumed"):
        findings.flag(
            where,
            numbers.groupby(run)[name].diff() < 0,
            numbers[name],
            "'{value}' is less than in the row before: rows of one run should be cumulative",
            "Give runs ids of their own; only a file with task_name holds separate tasks.",
        )
    findings.raise_if_any()


def _version(rows: pd.DataFrame) -> str | None:
    """Return the tool's version, or None where the file names none."""
    if "codecarbon_version" not in rows:
        return None
    named = sorted(set(rows["codecarbon_version"]) - {""})
    return ", ".join(named) or None


def _components(kept: pd.DataFrame, version: str | None) -> pd.DataFrame:
    """Add up the kept rows and lay the components out as rows."""
    parts = {name: column for name, column in PARTS.items() if column in kept}
    no_gpu = "gpu_count" not in kept or bool((kept["gpu_count"].fillna(0) == 0).all())
    if parts and no_gpu and bool((kept[PARTS["gpu"]].fillna(0) == 0).all()):
        del parts["gpu"]
    columns = parts or {"total": "energy_consumed"}
    energy_kwh = kept[list(columns.values())].sum().to_numpy(dtype=float)
    duration_s = float(kept["duration"].sum())
    return pd.DataFrame(
        {
            "component": list(columns),
            "energy_kwh": energy_kwh,
            "duration_s": duration_s,
            "mean_power_w": energy_kwh * JOULE_PER_KWH / duration_s,
            "tool_version": pd.Series([version] * len(columns), dtype="str"),
        }
    )
