"""Contract of the list of measured values against which methods of estimation are scored."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from aienergy.contracts.columns import ID_PATTERN, NOTE, Column, Table
from aienergy.contracts.findings import Findings
from aienergy.contracts.schema import MEASURED_EVIDENCE

# A measured value of one of these quantities is scored, or excluded for a reason that is given.
MEASURED_QUANTITIES = (
    "system_power_w",
    "power_per_accelerator_w",
    "training_energy_kwh",
    "workload_energy_kwh",
)
FULL_SERVER = "full_server"  # the domain in which methods are fitted
NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9 .-]*"

VALIDATION_CASE = Table(
    "validation_cases",
    "Measured powers and energies, each scored against estimates or excluded with its reason",
    {
        "observation": Column(
            "Id of the measured value", required=True, pattern=ID_PATTERN, unique=True
        ),
        "measured_by": Column(
            "Who ran and measured it; with the hardware, one independent source",
            required=True,
            pattern=NAME_PATTERN,
        ),
        "hardware": Column(
            "Generation of hardware; with who measured, one independent source",
            required=True,
            pattern=NAME_PATTERN,
        ),
        "phase": Column(
            "What ran; a load is neither training nor inference and tests tools alone",
            required=True,
            values=("training", "inference", "load"),
        ),
        "domain": Column(
            "Whether all accelerators of a server were at work, for which methods are fitted",
            required=True,
            values=(FULL_SERVER, "other"),
        ),
        "verdict": Column("What becomes of it", required=True, values=("scored", "excluded")),
        "reason": Column("Why it is excluded"),
        "tool_estimate": Column(
            "Id of what a tool estimated for the same time, where the source prints it",
            pattern=ID_PATTERN,
        ),
        "note": NOTE,
    },
)


def check_validation_cases(
    tables: Mapping[str, pd.DataFrame], folder: Path, findings: Findings
) -> None:
    """Check that the list names measured values, and every measured value stands in it.

    Args:
        tables: All tables of `data/raw` by name, as text.
        folder: The folder `data/raw`, for messages.
        findings: Where problems are noted.
    """
    cases, rows = tables["validation_cases"], tables["observations"]
    where = str(folder / "validation_cases.csv")
    measured = rows["quantity"].isin(MEASURED_QUANTITIES)
    measured &= rows["evidence"].isin(MEASURED_EVIDENCE)
    hint = "Name a metered or counted power or energy; what is computed cannot test a computation."
    unknown = ~cases["observation"].isin(rows.loc[measured, "id"])
    findings.flag(where, unknown, cases["observation"], "'{value}' is not measured", hint)
    other = cases["tool_estimate"]
    hint = "Name the observation that holds the estimate."
    bad = (other != "") & ~other.isin(rows.loc[rows["evidence"] == "modelled", "id"])
    findings.flag(where, bad, other, "'{value}' is no modelled observation", hint)
    for name, part in rows[measured].groupby("file"):
        missing = ~part["id"].isin(cases["observation"])
        hint = "Add it to validation_cases.csv: scored, or excluded with the reason."
        findings.flag(str(name), missing, part["id"], "measured '{value}' is in no case", hint)
    told = cases["reason"] != ""
    bad = (cases["verdict"] == "excluded") != told
    hint = "A reason stands where a value is excluded, and only there."
    findings.flag(where, bad, cases["reason"], "verdict and reason do not go together", hint)
