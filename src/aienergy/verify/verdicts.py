"""The verdicts as a table and as numbers: arithmetic and evidence, never merged."""

from collections.abc import Callable

import pandas as pd

from aienergy.contracts.numbers import Ledger, Number
from aienergy.formulas import FORMULAS, SAME
from aienergy.verify.claims import VERDICTS, arguments
from aienergy.verify.printed import printed_values

LARGE = 20  # claims of one source from which on it is told of by itself
EVIDENCE = ("supported", "contradicted", "superseded", "premise_refuted", "none")


def add_evidence(checked: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Set beside each arithmetic verdict what other sources say of the claim.

    Args:
        checked: Claims with their arithmetic verdicts.
        evidence: Table `evidence` as text.

    Returns:
        The claims with columns evidence (one of `EVIDENCE`), evidence_reason, evidence_source,
        evidence_locator and evidence_key (alike where one source meets one objection).
    """
    found = evidence.set_index("claim")[["verdict", "reason", "source", "locator"]]
    found.columns = pd.Index(["evidence", "evidence_reason", "evidence_source", "evidence_locator"])
    whole = checked.join(found, on="id")
    whole["evidence"] = whole["evidence"].fillna("none")
    texts = ["evidence_reason", "evidence_source", "evidence_locator"]
    whole[texts] = whole[texts].fillna("")
    # Figures of one source that meet one objection.
    whole["evidence_key"] = whole["source"] + ": " + whole["evidence_reason"]
    return whole


def bind_claims(
    verdicts: pd.DataFrame,
    observations: pd.DataFrame,
    name: Callable[[object], str],
    ledger: Ledger,
) -> None:
    """Bind each claim's printed value, and what its derivation gives, as numbers.

    The key of the first is the claim's id; that of the second ends with `.recomputed`, and it is
    in the unit of the formula.
    """
    known = printed_values(verdicts, observations)
    for claim in verdicts.to_dict("records"):
        key = str(claim["id"])
        label = f"{name(claim['subject'])}: {claim['quantity']}, as claimed"
        boundary, scope = str(claim["boundary"]), str(claim["scope"])
        ledger.add(
            Number(
                key=key,
                label=label,
                value=float(claim["value"]),
                unit=str(claim["unit"]),
                formula="unit_conversion",
                inputs={"value": float(claim["value"]), "factor": 1.0},
                sources=(f"{claim['source']}: {claim['locator']}",),
                support="real",
                evidence="stated",
                said_by="third_party",
                boundary=boundary,
                scope=scope,
            )
        )
        if pd.notna(claim["recomputed"]):
            equation = FORMULAS[str(claim["formula"])]
            unit = str(claim["unit"]) if equation.unit == SAME else equation.unit
            inputs = arguments({str(k): str(v) for k, v in claim.items()}, known)
            label = f"{name(claim['subject'])}: {claim['quantity']}, recomputed from its inputs"
            ledger.derive(
                f"{key}.recomputed",
                label,
                unit,
                str(claim["formula"]),
                inputs,
                boundary=boundary,
                scope=scope,
            )


def bind_verdicts(verdicts: pd.DataFrame, ledger: Ledger) -> None:
    """Bind how many claims came out how: of all, of each topic, and of each large source."""
    groups = [("all", verdicts)]
    by_source = verdicts.groupby("source", sort=True)
    groups += [(str(key), rows) for key, rows in by_source if len(rows) >= LARGE]
    groups += [(f"topic_{key}", rows) for key, rows in verdicts.groupby("topic", sort=True)]
    for key, rows in groups:
        for column, values in (("arithmetic", VERDICTS), ("evidence", EVIDENCE)):
            for verdict in values:
                found = (rows[column] == verdict).astype(float).tolist()
                label = f"Claims whose {column} verdict is '{verdict.replace('_', ' ')}'"
                terms = {"terms": found}
                ledger.derive(
                    f"verdict.{key}.{verdict}", label, "1", "total", terms, evidence="counted"
                )
        ones = {"terms": [1.0] * len(rows)}
        ledger.derive(f"verdict.{key}.n", "Claims", "1", "total", ones, evidence="counted")


def bind_lineages(lineages: pd.DataFrame, ledger: Ledger) -> None:
    """Bind how many famous figures are traced to their origin."""
    ones = {"terms": [1.0] * len(lineages)}
    ledger.derive("lineage.n", "Famous figures traced", "1", "total", ones, evidence="counted")


def bind_comparison(compared: pd.DataFrame, ledger: Ledger) -> None:
    """Bind whether published files were at hand, and how our rows compare with them.

    Only with files are there numbers `snapshots.<verdict>`: without, the report says that the
    comparison is not in the build.
    """
    mode = {"terms": [1.0] * int(not compared.empty)}
    label = "Published files held against the facts in this build"
    ledger.derive("setting.snapshots", label, "1", "total", mode, evidence="counted")
    if compared.empty:
        return
    for verdict in ("agrees", "differs", "not_found"):
        found = {"terms": (compared["verdict"] == verdict).astype(float).tolist()}
        label = f"Facts whose published cell {verdict.replace('_', ' ')}"
        ledger.derive(f"snapshots.{verdict}", label, "1", "total", found, evidence="counted")
    ones = {"terms": [1.0] * len(compared)}
    label = "Facts that name a cell of a published file"
    ledger.derive("snapshots.n", label, "1", "total", ones, evidence="counted")
