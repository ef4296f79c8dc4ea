"""The boundary ladder: what each wider boundary adds, and measured energies at the widest.

A step is fitted to runs or services known on both sides of it, one value an independent source.
Where fewer than four sources know both sides, the step is listed with its sources and not fitted.
"""

from collections.abc import Iterator

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.contracts.schema import MEASURED_EVIDENCE
from aienergy.estimate.factors import FLEET_PUE, source_of
from aienergy.facts import Facts

MIN_SOURCES = 4
BOARD_TO_NODE = "ladder.board_to_node"
NODE_TO_IT = "assumption.network_ratio"
WHOLE = "ladder.board_to_facility"
COLUMNS = ["step", "source_name", "workload", "ratio", "value", "evidence"]


def fit_ladder(facts: Facts, cases: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Find every pair of boundaries, and fit the steps that enough sources know.

    Args:
        facts: Normalized observations.
        cases: Table `validation_cases`, which names who measured.
        ledger: Numbers so far; ratios, means of sources and fits are added.

    Returns:
        One row a pair: step, source_name, workload, ratio (key), value, evidence.
    """
    rows = [*_metered_twice(facts, cases, ledger), *_shares(facts, ledger), *_published(facts)]
    table = pd.DataFrame(rows, columns=COLUMNS).sort_values(["step", "source_name", "workload"])
    for step, part in table.groupby("step"):
        means = []
        for source, runs in part.groupby("source_name"):
            key = f"ladder.{step}.{source_of(source, '').removeprefix('source.').strip('_')}"
            label = f"{str(step).replace('_', ' ')}: mean of {source}"
            terms = {"terms": runs["ratio"].tolist()}
            means.append(ledger.derive(key, label, "1", "geometric_mean", terms).key)
        if len(means) >= MIN_SOURCES:
            label = f"{str(step).replace('_', ' ')}: energy of the wider boundary over the narrower"
            ledger.derive(f"ladder.{step}", label, "1", "fitted_positive", {"terms": means})
    steps: dict[str, Input] = {
        "board_to_node_ratio": BOARD_TO_NODE,
        "node_to_it_ratio": NODE_TO_IT,
        "pue": FLEET_PUE,
    }
    label = "From the boards to the facility, step by step"
    whole = ledger.derive(f"{WHOLE}.by_steps", label, "1", "steps_to_facility", steps)
    told = list(table.loc[table["step"] == "board_to_facility", "ratio"])
    for key in told:
        inputs: dict[str, Input] = {"numerator": key, "denominator": whole.key}
        ledger.derive(
            f"{key}.over_steps",
            f"{ledger[key].label}, over the product of steps",
            "1",
            "ratio",
            inputs,
        )
    return table.reset_index(drop=True)


def _metered_twice(
    facts: Facts, cases: pd.DataFrame, ledger: Ledger
) -> Iterator[dict[str, object]]:
    """Yield runs whose board or chip and whose node were read at the same time."""
    named = cases.set_index("observation")
    energies = facts.select("workload_energy_kwh")
    loads = facts.select("system_power_w")
    loads = loads[loads["q_load_percent"] != ""]
    whole = pd.concat([energies, loads])
    whole = whole[whole["evidence"].isin(MEASURED_EVIDENCE) & ~whole["q_task"].isin(["idle"])]
    run = ["source", "subject", "q_task", "q_load_percent"]
    wide = whole[(whole["boundary"] == "node") & (whole["evidence"] == "metered")]
    pairs = whole[whole["boundary"].isin(["board", "chip"])].merge(
        wide, on=run, suffixes=("", "_w")
    )
    for row in pairs.sort_values("id").itertuples():
        case = named.loc[str(row.id_w)]
        key = f"{row.id_w}.over_{row.boundary}"
        label = f"{row.label}: node over {row.boundary}"
        inputs: dict[str, Input] = {"numerator": str(row.id_w), "denominator": str(row.id)}
        number = ledger.derive(key, label, "1", "ratio", inputs, boundary="node")
        workload = str(row.q_task or f"processor at {row.q_load_percent} % load")
        yield {
            "step": f"{row.boundary}_to_node",
            "source_name": f"{case['measured_by']}, {case['hardware']}",
            "workload": workload.replace("_", " "),
            "ratio": number.key,
            "value": number.value,
            "evidence": "metered",
        }


def _shares(facts: Facts, ledger: Ledger) -> Iterator[dict[str, object]]:
    """Yield services and fleets of which the share of the accelerators is published."""
    shares = facts.select("energy_part_share", q_part="accelerator", q_share_of="")
    shares = shares[(shares["boundary"] == "node") & (shares["evidence"] == "metered")]
    for row in shares.sort_values("id").itertuples():
        inputs: dict[str, Input] = {"whole_share": 1.0, "part_share": str(row.id)}
        key = f"{row.id}.whole_over_part"
        label = f"{row.label}: node over its accelerators"
        number = ledger.derive(key, label, "1", "whole_over_part", inputs, boundary="node")
        yield _share_row(row, number.key, number.value)
    parts = facts.select("energy_part_share", q_part="host")
    for row in parts.sort_values("id").itertuples():
        whole = facts.first("energy_part_share", str(row.subject), q_part="accelerator")
        if row.boundary != "facility" or whole is None:
            continue
        key = f"{row.id}.node_over_accelerator"
        label = f"{row.label}: accelerator and host over the accelerator"
        told: dict[str, Input] = {"accelerator_share": whole, "host_share": str(row.id)}
        number = ledger.derive(key, label, "1", "node_over_accelerator", told, boundary="node")
        yield _share_row(row, number.key, number.value)


def _share_row(row: tuple[object, ...], key: str, value: float) -> dict[str, object]:
    told = row._asdict()  # type: ignore[attr-defined]
    return {
        "step": "board_to_node",
        "source_name": SERVICES.get(str(told["source"]), str(told["source"])),
        "workload": str(told["q_task"]).replace("_", " "),
        "ratio": key,
        "value": value,
        "evidence": told["evidence"],
    }


# Who published a breakdown, and of what hardware.
SERVICES = {
    "hu2024acme": "Acme, A100",
    "patel2024polca": "Microsoft, A100",
    "elsworth2025": "Google, TPU",
    "mlperf_training_power2025": "Sustainable Metal Cloud, H100",
    "smc2024mlperf": "Sustainable Metal Cloud, H100",
}


def _published(facts: Facts) -> Iterator[dict[str, object]]:
    for row in facts.select("boundary_ratio").sort_values("id").itertuples():
        source = SERVICES.get(str(row.source), str(row.source))
        yield {
            "step": f"{row.q_from_boundary}_to_{row.q_to_boundary}",
            "source_name": "Dell, H100" if ".dell_" in str(row.id) else source,
            "workload": str(row.q_task).replace("_", " "),
            "ratio": str(row.id),
            "value": float(str(row.value)),
            "evidence": str(row.evidence),
        }


def place_on_ladder(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Express measured energies of one unit of use at the facility.

    Returns:
        One row an energy: key, at_facility (keys), subject, boundary, per, task, value (Wh in its
        own boundary), facility, low, high (Wh at the facility).
    """
    rows = facts.select("inference_energy_wh")
    rows = rows[rows["evidence"].isin(MEASURED_EVIDENCE) & rows["boundary"].isin(["board", "node"])]
    told = []
    for row in rows.sort_values("id").itertuples():
        inputs: dict[str, Input] = {
            "inference_energy_wh": str(row.id),
            "board_to_node_ratio": BOARD_TO_NODE if row.boundary == "board" else 1.0,
            "node_to_it_ratio": NODE_TO_IT,
            "pue": FLEET_PUE,
        }
        label = f"{row.label}, taken to the facility"
        formula, details = "inference_energy_at_facility_wh", {"boundary": "facility"}
        key = f"{row.id}.at_facility"
        number = ledger.derive(key, label, "Wh", formula, inputs, scope="use", **details)
        told.append(
            {
                "key": str(row.id),
                "at_facility": number.key,
                "subject": str(row.subject),
                "boundary": str(row.boundary),
                "per": str(row.q_per),
                "task": str(row.q_task),
                "value": float(str(row.value)),
                "facility": number.value,
                "low": number.low,
                "high": number.high,
            }
        )
    return pd.DataFrame(told)
