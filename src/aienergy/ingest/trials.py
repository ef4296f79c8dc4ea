"""Read the trials of our own experiments, which lie beside the logs of some runs."""

from pathlib import Path

import pandas as pd

from aienergy.contracts.columns import check_columns
from aienergy.contracts.findings import Findings
from aienergy.contracts.trials import TRIAL, check_trials
from aienergy.errors import LedgerError, Problem
from aienergy.ingest.runs import DESCRIPTION, parse_description
from aienergy.tables import read_table, read_text

FILE = "trials.csv"
COLUMNS = ("experiment", *TRIAL.columns, "evidence", "boundary")


def read_trials(folder: Path, *, checked: bool = False) -> pd.DataFrame:
    """Read the trials of every experiment below a folder, in the order of their names.

    Args:
        folder: `data/raw/runs`; a run in it is an experiment if it has a `trials.csv`.
        checked: Whether these very files were checked already; they are only read then.

    Returns:
        One row a trial, as text, with the columns `COLUMNS`: those of the contract, the name of
        the experiment, and evidence and boundary of `energy_kwh` as run.yaml states them.

    Raises:
        LedgerError: Everything wrong in any of the tables, or trials that run.yaml does not tell.
    """
    findings = Findings()
    tables = [pd.DataFrame(columns=list(COLUMNS), dtype="str")]
    for path in sorted(folder.glob(f"*/{FILE}")):
        tables.append(_read(path, findings, checked=checked))
    findings.raise_if_any()
    return pd.concat(tables[1:] or tables, ignore_index=True)


def _read(path: Path, findings: Findings, *, checked: bool) -> pd.DataFrame:
    told = path.parent / DESCRIPTION
    state = parse_description(read_text(told), told.as_posix()).get("trials")
    if state is None:
        hint = f"Say how the energy of {FILE} is known, as run.schema.json describes."
        raise LedgerError(Problem(f"{told.as_posix()} trials", "is missing", hint))
    if path.is_symlink():
        hint = "Copy the file itself into the run's folder."
        raise LedgerError(Problem(path.as_posix(), "is a symbolic link", hint))
    table = read_table(path, list(TRIAL.columns))
    if not checked:
        where = path.as_posix()
        check_columns(table, TRIAL, where, findings)
        check_trials(table, state.get("power_per_thread_w"), where, findings)
    table.insert(0, "experiment", path.parent.name)
    return table.assign(evidence=state["evidence"], boundary=state["boundary"])
