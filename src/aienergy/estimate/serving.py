"""Energy of one token of output: a fitted line, its spreads, and sources that it left out.

Three numbers are kept apart: what a saturated benchmark reads at the boards, the same at a stated
realized batch, and what a service takes with idle reserve, hosts and building. All that a check
needs is fixed here, before anything is counted.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.contracts.schema import MEASURED_EVIDENCE
from aienergy.estimate.ladder import BOARD_TO_NODE
from aienergy.estimate.left_out import Fit, count_things, leave_out, server_row, word
from aienergy.facts import Facts
from aienergy.formulas.serving import NAMES

# Bytes of one parameter, by the width of its format.
BYTES = {"fp32": 4.0, "bf16": 2.0, "fp16": 2.0, "fp8": 1.0, "int8": 1.0, "fp4": 0.5}
PUBLISHERS = {
    "mlenergy2023": "ML.ENERGY",
    "mlenergy2026": "ML.ENERGY",
    "chittyvenkata2024": "Argonne",
    "niu2025": "TokenPowerBench",
    "shang2025": "Inference Energy Toolkit",
    "mlperfinference2024": "NVIDIA, MLPerf",
    "mlperfinference2025": "Lenovo, MLPerf",
}
GENERATIONS = {
    "nvidia_a100_40gb": "A100",
    "nvidia_a100_80gb": "A100",
    "nvidia_b200": "B200",
    "nvidia_h100_nvl": "H100 NVL",
    "nvidia_h100_sxm": "H100",
    "nvidia_h200": "H200",
    "nvidia_rtx_3090": "RTX 3090",
}
# Columns of the regressors, and the parameters of the line that they are.
PARAMETERS = {
    "active": "active_parameter_count",
    "total": "parameter_count",
    "widths": "parameter_byte",
    "batch": "realized_batch",
    "power": "board_power_w",
    "bandwidth": "memory_bandwidth_byte_per_s",
}
FIT = Fit("Energy of a token", ("energies", *PARAMETERS), "left_out_ratio", "serving_source_factor")
SOURCE_FACTOR = "serving.source_factor"
RUN_FACTOR = "serving.run_factor"
SERVING_BATCH = "assumption.serving_batch"
SERVICE_SHARE = "gemini_apps_text.part_share.accelerator.elsworth2025"
# Models and the board for which the three numbers are set beside each other.
SHOWN = ("llama_3_1_8b", "llama_3_1_70b", "llama_3_1_405b", "qwen3_235b_a22b", "gpt_oss_120b")
SHOWN_BOARD, SHOWN_SOURCE = "nvidia_h100_sxm", "mlenergy2026"
COUNTED = {
    "runs": "key",
    "sources": "source_name",
    "publishers": "publisher",
    "models": "subject",
}
BATCHES = {"low": 0.05, "middle": 0.5, "high": 0.95}  # shares of the fit's rows


def estimate_serving(facts: Facts, ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Fit the line, leave each source out of it, and take it to servers and services.

    Args:
        facts: Normalized observations.
        ledger: Numbers so far; coefficients, spreads, predictions and ratios are added.

    Returns:
        `serving`: one row a measurement: key, subject, source, source_name, publisher, accelerator,
        generation, boundary, task, batch, and the keys or literals of each regressor.
        `serving_left_out`: one row a left-out source: kind (`machine`, `publisher`), boundary,
        source_name, runs, ratio, factor (keys), value, low, high.
        `serving_models`: the three numbers of each shown model: subject, saturated, load, batch,
        served, ... (keys).
        `serving_grid`: predictions for the shown models at batches that the fit covers.
    """
    rows = measured_rows(facts)
    boards = rows[rows["boundary"] == "board"]
    fit_line(boards, ledger)
    without = "serving.without"
    left_out = [
        *leave_out(FIT, boards, "source_name", "machine", f"{without}.machine", str, ledger),
        *leave_out(FIT, boards, "publisher", "publisher", f"{without}.publisher", str, ledger),
        *_servers(rows[rows["boundary"] == "node"], ledger),
    ]
    _batches(boards, ledger)
    return {
        "serving": rows,
        "serving_left_out": pd.DataFrame(left_out),
        "serving_models": pd.DataFrame(list(_three_numbers(facts, boards, ledger))),
        "serving_grid": pd.DataFrame(list(_grid(facts, boards, ledger))),
    }


def measured_rows(facts: Facts) -> pd.DataFrame:
    """Return measured energies of a token with all that the line needs, sources side by side.

    A source is who measured, on one generation of hardware. A dense model uses all its parameters;
    one whose active parameters are told has that number.
    """
    found = facts.select("token_energy_j")
    found = found[found["evidence"].isin(MEASURED_EVIDENCE)]
    told = []
    for row in found.sort_values("id").itertuples():
        subject, board = str(row.subject), str(row.q_accelerator)
        total = facts.first("parameter_count", subject)
        power = facts.first("board_power_w", board, q_statistic="rated")
        bandwidth = facts.first("memory_bandwidth_byte_per_s", board)
        if total is None or power is None or bandwidth is None:
            continue
        publisher = PUBLISHERS[str(row.source)]
        told.append(
            {
                "key": str(row.id),
                "subject": subject,
                "source": str(row.source),
                "source_name": f"{publisher}, {GENERATIONS[board]}",
                "publisher": publisher,
                "accelerator": board,
                "generation": GENERATIONS[board],
                "boundary": str(row.boundary),
                "task": str(row.q_task),
                "precision": str(row.q_precision),
                "energies": str(row.id),
                "active": facts.first("active_parameter_count", subject) or total,
                "total": total,
                "widths": BYTES[str(row.q_precision)],
                "batch": float(str(row.q_batch)),
                "power": power,
                "bandwidth": bandwidth,
                "value": float(str(row.value)),
            }
        )
    return pd.DataFrame(told).sort_values(["source_name", "key"], ignore_index=True)


def fit_line(boards: pd.DataFrame, ledger: Ledger) -> None:
    """Fit coefficients and spreads to measurements at the boards."""
    inputs = FIT.inputs(boards, "source_name")
    for place, name in enumerate(NAMES):
        told: dict[str, Input] = {**inputs, "place": float(place)}
        label = f"Energy of a token of output: coefficient {name.replace('_', ' ')}"
        ledger.derive(f"serving.{name}", label, "1", "serving_coefficient", told, boundary="board")
    label = "Energy of a token: factor around the line for one further source"
    ledger.derive(SOURCE_FACTOR, label, "1", "serving_source_factor", inputs, boundary="board")
    label = "Energy of a token: factor around the line of its source for one run"
    ledger.derive(RUN_FACTOR, label, "1", "serving_run_factor", inputs, boundary="board")
    count_things("serving", COUNTED, "a token's energy", boards, ledger)


def _servers(nodes: pd.DataFrame, ledger: Ledger) -> Iterator[dict[str, object]]:
    """Yield servers metered at the wall, which no fit has seen, against the line taken to them."""
    spreads: dict[str, Input] = {"source_factor": SOURCE_FACTOR, "run_factor": 1.0}
    for name, own in nodes.groupby("source_name", sort=True):
        stem = f"serving.server.{word(str(name))}"
        ratios = []
        for row in own.itertuples():
            regressors = {column: getattr(row, column) for column in PARAMETERS}
            label = ledger[str(row.key)].label
            at = _predict(f"{row.key}.predicted", label, regressors, spreads, ledger)
            inputs: dict[str, Input] = {
                "token_energy_j": at,
                "board_to_node_ratio": BOARD_TO_NODE,
                "node_to_it_ratio": 1.0,
                "pue": 1.0,
            }
            wide = ledger.derive(
                f"{row.key}.predicted_node",
                f"{label}, predicted for the server",
                "J",
                "token_energy_at_facility_j",
                inputs,
                boundary="node",
                scope="use",
            )
            pair: dict[str, Input] = {"numerator": str(row.key), "denominator": wide.key}
            told = f"{label}: measured over predicted"
            ratios.append(ledger.derive(f"{row.key}.over_predicted", told, "1", "ratio", pair))
        terms: dict[str, Input] = {"terms": [number.key for number in ratios]}
        label = f"{name}: measured over predicted, mean of its runs"
        mean = ledger.derive(f"{stem}.ratio", label, "1", "geometric_mean", terms, boundary="node")
        yield server_row("publisher", str(name), len(own), mean, wide)


def _predict(
    key: str,
    name: str,
    regressors: Mapping[str, Input],
    spreads: Mapping[str, Input],
    ledger: Ledger,
) -> str:
    """Derive the line's energy of a token for one configuration, and return its key.

    Args:
        key: Name of the number.
        name: What is predicted, for a reader.
        regressors: The six of a row of `measured_rows`, by their names there.
        spreads: `source_factor` and `run_factor`; 1 where only the line is asked for.
        ledger: Numbers so far.
    """
    told: dict[str, Input] = {coefficient: f"serving.{coefficient}" for coefficient in NAMES}
    told |= {parameter: regressors[column] for column, parameter in PARAMETERS.items()}
    label = f"{name}: energy of a token of output by the fitted line"
    details = {"boundary": "board", "scope": "use"}
    inputs = {**told, **spreads}
    return ledger.derive(key, label, "J", "token_energy_j", inputs, **details).key


def _three_numbers(
    facts: Facts, boards: pd.DataFrame, ledger: Ledger
) -> Iterator[dict[str, object]]:
    """Yield saturated benchmark, stated load and served energy of each shown model."""
    shown = boards[(boards["accelerator"] == SHOWN_BOARD) & (boards["source"] == SHOWN_SOURCE)]
    for subject in SHOWN:
        rows = _of(shown, subject)
        best = rows.sort_values("value").iloc[0]
        least = rows.sort_values("batch").iloc[0]
        stem, name = f"serving.three.{subject}", facts.name(subject)
        service = {**_regressors(best), "batch": SERVING_BATCH}
        spreads: dict[str, Input] = {"source_factor": SOURCE_FACTOR, "run_factor": RUN_FACTOR}
        at = _predict(f"{stem}.at_service_batch", name, service, spreads, ledger)
        inputs: dict[str, Input] = {"token_energy_j": at, "accelerator_share": SERVICE_SHARE}
        label = f"{name}: energy of a token as served, reserve, hosts and building in it"
        served = ledger.derive(
            f"{stem}.served",
            label,
            "J",
            "served_token_energy_j",
            inputs,
            boundary="facility",
            scope="use",
        )
        yield {
            "subject": subject,
            "accelerator": SHOWN_BOARD,
            "precision": best["precision"],
            "saturated": best["key"],
            "saturated_batch": _bound(f"{stem}.saturated_batch", best["batch"], ledger),
            "load": least["key"],
            "load_batch": _bound(f"{stem}.load_batch", least["batch"], ledger),
            "at_service_batch": at,
            "served": served.key,
        }


def _of(shown: pd.DataFrame, subject: str) -> pd.DataFrame:
    """Return a model's rows of one task and format: those of its row of least energy."""
    rows = shown[shown["subject"] == subject].sort_values(["task", "value"])
    same = [(rows[column] == rows[column].iloc[0]).to_numpy() for column in ("task", "precision")]
    found: pd.DataFrame = rows.loc[same[0] & same[1]]
    return found


def _regressors(row: "pd.Series[Any]") -> dict[str, Input]:
    return {column: row[column] for column in PARAMETERS}


def _bound(key: str, value: float, ledger: Ledger) -> str:
    """Bind a realized batch, which is a qualifier of an observation, so that it can be printed."""
    inputs: dict[str, Input] = {"value": float(value), "factor": 1.0}
    return ledger.derive(key, "Answers written together", "1", "unit_conversion", inputs).key


def _grid(facts: Facts, boards: pd.DataFrame, ledger: Ledger) -> Iterator[dict[str, object]]:
    """Yield predictions for the shown dense models on one board, at batches the fit covers."""
    spreads: dict[str, Input] = {"source_factor": SOURCE_FACTOR, "run_factor": RUN_FACTOR}
    shown = boards[(boards["accelerator"] == SHOWN_BOARD) & (boards["source"] == SHOWN_SOURCE)]
    for subject in SHOWN:
        row = _of(shown, subject).iloc[0]
        keys = {}
        for name in BATCHES:
            regressors = {**_regressors(row), "batch": f"serving.batch.{name}"}
            key = f"serving.grid.{subject}.{name}"
            keys[name] = _predict(key, facts.name(subject), regressors, spreads, ledger)
        yield {"subject": subject, "precision": row["precision"], **keys}


def _batches(boards: pd.DataFrame, ledger: Ledger) -> None:
    """Bind the realized batches that the fit covers: those of few, of the middle and of many."""
    for name, share in BATCHES.items():
        inputs: dict[str, Input] = {"terms": boards["batch"].tolist(), "share": share}
        label = f"Realized batch of the fit's measurements, {name}"
        ledger.derive(f"serving.batch.{name}", label, "1", "quantile_of", inputs)
