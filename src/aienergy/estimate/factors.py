"""Factors that systems rarely disclose: their spread, fitted to observations or assumed."""

import re
from collections.abc import Hashable

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.contracts.quantities import quantities
from aienergy.contracts.validation import FULL_SERVER
from aienergy.facts import Facts
from aienergy.formulas import SUPPORTS

NODE_POWER_RATIO = "factor.node_power_ratio"
FLEET_PUE = "factor.fleet_pue"
MFU = "factor.mfu"
SERVICE_LIFE = "factor.service_life"


def fit_factors(facts: Facts, cases: pd.DataFrame, ledger: Ledger) -> None:
    """Fit the factors that stand in for what a system does not disclose.

    - Node power over rated board power: metered training runs, one value an independent source.
    - PUE: fleet averages that operators publish.
    - MFU: systems that disclose theirs, one value a system.
    - Service life: periods over which operators write servers off, the latest of each.

    Args:
        facts: Normalized observations.
        cases: Table `validation_cases`, which tells the source of each measured run.
        ledger: Numbers so far; the factors are added.
    """
    ratios = _node_power_ratios(facts, cases, ledger)
    ledger.derive(
        NODE_POWER_RATIO,
        "Mean node power over rated board power",
        "1",
        "fitted_positive",
        {"terms": ratios},
        boundary="node",
    )
    fleets = facts.select("pue", q_level="fleet")
    ledger.derive(
        FLEET_PUE,
        "PUE of an operator's fleet",
        "1",
        "fitted_above_one",
        {"terms": fleets["id"].tolist()},
        boundary="facility",
    )
    lives = facts.select("service_life_h").sort_values("year", ascending=False, kind="stable")
    lives = lives[(lives["range"] == "") & (lives["said_by"] == "operator")]
    lives = lives.drop_duplicates("subject")
    ledger.derive(
        SERVICE_LIFE,
        "Service life of a server",
        "h",
        "fitted_positive",
        {"terms": sorted(lives["id"])},
    )
    reported = disclosed_mfu(facts).drop_duplicates("subject")
    terms = sorted(reported["id"])
    ledger.derive(MFU, "Model FLOP utilization", "1", "fitted_share", {"terms": terms})


def disclosed_mfu(facts: Facts, system: str | None = None) -> pd.DataFrame:
    """Return MFU values that makers disclosed, of one system or of all, best-known first.

    A value somebody computed from the hours of a run would make the compute route a copy of the
    hours route.
    """
    rows = facts.select("mfu", system)
    return rows[rows["evidence"] != "modelled"]


def source_of(measured_by: object, hardware: object) -> str:
    """Return the key of an independent source: who measured, on which generation of hardware."""
    return "source." + re.sub(r"[^a-z0-9]+", "_", f"{measured_by} {hardware}".lower())


def _node_power_ratios(facts: Facts, cases: pd.DataFrame, ledger: Ledger) -> list[str]:
    """Return the ratio of each independent source: the geometric mean over its training runs.

    One value a source, since the spread wanted is that from one maker and generation to another;
    runs of one source are alike.
    """
    wanted = cases[(cases["verdict"] == "scored") & (cases["phase"] == "training")]
    wanted = wanted[wanted["domain"] == FULL_SERVER]
    measured = facts.frame[facts.frame["id"].isin(wanted["observation"])].set_index("id")
    keys = []
    for (by, hardware), part in wanted.groupby(["measured_by", "hardware"], sort=True):
        rows = measured.loc[part["observation"].tolist()]
        rows = rows[(rows["boundary"] == "node") & (rows["unit"] == "W")]
        ratios = [_ratio(row, facts, ledger) for row in rows.reset_index().to_dict("records")]
        known = [ratio for ratio in ratios if ratio is not None]
        if not known:
            continue
        key = f"{source_of(by, hardware)}.node_power_ratio"
        label = f"{by} on {hardware}: mean node power over rated board power"
        ledger.derive(key, label, "1", "geometric_mean", {"terms": known}, boundary="node")
        keys.append(key)
    return keys


def _ratio(row: dict[Hashable, str], facts: Facts, ledger: Ledger) -> str | None:
    accelerator = row["q_accelerator"] or row["subject"]
    board = facts.first("board_power_w", accelerator, q_statistic="rated")
    if board is None:
        return None
    inputs: dict[str, Input] = {
        "power_w": row["id"],
        "accelerator_count": float(row["q_accelerator_count"] or 1),
        "board_power_w": board,
    }
    key = f"{row['id']}.over_rated"
    label = f"{facts.name(accelerator)}: mean node power over rated board power in one run"
    return ledger.derive(key, label, "1", "node_power_ratio", inputs, boundary="node").key


def bind_assumptions(assumptions: pd.DataFrame, ledger: Ledger) -> None:
    """Bind the rows of assumptions.csv as numbers that say so."""
    for row in assumptions.itertuples():
        support = str(quantities().at[str(row.quantity), "support"])
        inputs = {
            "value": float(str(row.value)),
            "low": float(str(row.low)),
            "high": float(str(row.high)),
            "support": float(SUPPORTS.index(support)),
        }
        ledger.derive(
            f"assumption.{row.key}",
            f"Our assumption: {row.meaning}",
            str(row.unit),
            "assumed",
            inputs,
            evidence="assumption",
            note=f"{row.reason} Alternatives: {row.alternatives}",
        )
