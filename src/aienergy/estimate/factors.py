"""Factors that systems rarely disclose: their spread, fitted to observations or assumed."""

from collections.abc import Hashable

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.contracts.quantities import quantities
from aienergy.facts import Facts
from aienergy.formulas import SUPPORTS

NODE_POWER_RATIO = "factor.node_power_ratio"
FLEET_PUE = "factor.fleet_pue"
MFU = "factor.mfu"
SERVICE_LIFE = "factor.service_life"


def fit_factors(facts: Facts, ledger: Ledger) -> None:
    """Fit the factors that stand in for what a system does not disclose.

    - Node power over rated board power: metered training runs, one value an accelerator.
    - PUE: fleet averages that operators publish.
    - MFU: systems that disclose theirs, one value a system.
    - Service life: periods over which operators write servers off, the latest of each.
    """
    ratios = _node_power_ratios(facts, ledger)
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


def _node_power_ratios(facts: Facts, ledger: Ledger) -> list[str]:
    """Return the ratio of each accelerator: the geometric mean over its metered training runs.

    One value an accelerator, since the spread wanted is that from one generation and maker to
    another; runs on one accelerator are alike.
    """
    nodes = facts.select("system_power_w", evidence="metered")
    nodes = nodes[(nodes["boundary"] == "node") & (nodes["q_statistic"] == "mean")]
    nodes = nodes[nodes["q_accelerator"] != ""]
    chips = facts.select("power_per_accelerator_w")
    chips = chips[(chips["evidence"] == "metered") & (chips["boundary"] == "node")]
    metered = pd.concat([nodes, chips]).sort_values("id")
    keys = []
    for accelerator, rows in metered.groupby("q_accelerator", sort=True):
        board = facts.first("board_power_w", str(accelerator), q_statistic="rated")
        if board is None:
            continue
        name = facts.name(accelerator)
        ratios = [_ratio(row, board, name, ledger) for row in rows.to_dict("records")]
        key = f"{accelerator}.node_power_ratio"
        label = f"{name}: mean node power over rated board power"
        ledger.derive(key, label, "1", "geometric_mean", {"terms": ratios}, boundary="node")
        keys.append(key)
    return keys


def _ratio(row: dict[Hashable, str], board: str, name: str, ledger: Ledger) -> str:
    inputs: dict[str, Input] = {
        "power_w": row["id"],
        "accelerator_count": float(row["q_accelerator_count"] or 1),
        "board_power_w": board,
    }
    key = f"{row['id']}.over_rated"
    label = f"{name}: mean node power over rated board power in one run"
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
