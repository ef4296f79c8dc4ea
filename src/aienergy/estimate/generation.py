"""Energy of one picture or film: a fitted line, its spread, and models that it left out.

The unit of analysis is the model, for one publisher measured them all. Servers metered at the wall
by others have no part in the fit; all that a check needs is fixed here, before anything is counted.
"""

from collections.abc import Iterator

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.contracts.schema import MEASURED_EVIDENCE
from aienergy.estimate.ladder import BOARD_TO_NODE
from aienergy.estimate.left_out import Fit, count_things, leave_out, server_row
from aienergy.facts import Facts
from aienergy.formulas.generation import NAMES

# Columns of the regressors, and the parameters of the line that they are.
PARAMETERS = {
    "parameters": "parameter_count",
    "steps": "step_count",
    "pixels": "pixel_count",
    "batch": "generation_batch",
    "power": "board_power_w",
    "peak": "peak_flop_per_s",
}
FIT = Fit(
    "Energy of a picture or film",
    ("energies", *PARAMETERS),
    "generation_left_out_ratio",
    "generation_model_factor",
)
MODEL_FACTOR = "generation.model_factor"
COUNTED = {"runs": "key", "models": "subject"}
# A batch that nobody tells is taken as one: the fit finds that it hardly matters.
UNTOLD_BATCH = 1.0


def estimate_generation(facts: Facts, ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Fit the line, leave each model out of it, and take it to servers.

    Args:
        facts: Normalized observations.
        ledger: Numbers so far; coefficients, the spread, predictions and ratios are added.

    Returns:
        `generation`: one row a measurement: key, subject, accelerator, boundary, task, batch, the
        other regressors as keys or literals, work (parameters x steps x pixels), value (J).
        `generation_left_out`: one row a left-out model or server: kind (`model`, `server`),
        boundary, source_name, runs, ratio, factor (keys), value, low, high.
    """
    rows = measured_rows(facts, ledger)
    boards = rows[rows["boundary"] == "board"]
    fit_line(boards, ledger)
    stem = "generation.without"
    left_out = [
        *leave_out(FIT, boards, "subject", "model", stem, facts.name, ledger),
        *_servers(rows, facts, ledger),
    ]
    return {"generation": rows, "generation_left_out": pd.DataFrame(left_out)}


def measured_rows(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Return measured energies of a picture or film with all that the line needs."""
    found = facts.select("generated_energy_j")
    found = found[found["evidence"].isin(MEASURED_EVIDENCE)]
    told = []
    for row in found.sort_values(["subject", "id"]).itertuples():
        subject, board = str(row.subject), str(row.q_accelerator)
        parameters = facts.first("active_parameter_count", subject)
        power = facts.first("board_power_w", board, q_statistic="rated")
        rated = {"q_precision": "bf16", "q_sparsity": "dense"}
        peak = facts.first("peak_flop_per_s", board, **rated)
        if parameters is None or power is None or peak is None:
            continue
        steps, pixels = float(str(row.q_steps)), float(str(row.q_pixels))
        told.append(
            {
                "key": str(row.id),
                "subject": subject,
                "accelerator": board,
                "boundary": str(row.boundary),
                "task": str(row.q_task),
                "energies": str(row.id),
                "parameters": parameters,
                "steps": steps,
                "pixels": pixels,
                "batch": float(str(row.q_batch) or UNTOLD_BATCH),
                "power": power,
                "peak": peak,
                "work": ledger[parameters].value * steps * pixels,
                "value": float(str(row.value)),
            }
        )
    return pd.DataFrame(told)


def fit_line(boards: pd.DataFrame, ledger: Ledger) -> None:
    """Fit coefficients and the spread of models to measurements at the boards."""
    inputs = FIT.inputs(boards, "subject")
    for place, name in enumerate(NAMES):
        told: dict[str, Input] = {**inputs, "place": float(place)}
        label = f"{FIT.label}: coefficient {name}"
        key = f"generation.{name}"
        ledger.derive(key, label, "1", "generation_coefficient", told, boundary="board")
    label = f"{FIT.label}: factor around the line for one further model"
    ledger.derive(MODEL_FACTOR, label, "1", FIT.factor, inputs, boundary="board")
    count_things("generation", COUNTED, "a picture's or film's energy", boards, ledger)


def _servers(rows: pd.DataFrame, facts: Facts, ledger: Ledger) -> Iterator[dict[str, object]]:
    """Yield servers metered at the wall, which no fit has seen, against the line taken to them."""
    for row in rows[rows["boundary"] == "node"].itertuples():
        told: dict[str, Input] = {name: f"generation.{name}" for name in NAMES}
        told |= {parameter: getattr(row, column) for column, parameter in PARAMETERS.items()}
        told["model_factor"] = MODEL_FACTOR
        label, stem = ledger[str(row.key)].label, str(row.key)
        at = ledger.derive(
            f"{stem}.predicted",
            f"{label}: by the fitted line, at the boards",
            "J",
            "generated_energy_j",
            told,
            boundary="board",
            scope="use",
        )
        step: dict[str, Input] = {"value": at.key, "factor": BOARD_TO_NODE}
        wide = ledger.derive(
            f"{stem}.predicted_node",
            f"{label}: by the fitted line, for the server",
            "J",
            "multiple_of",
            step,
            boundary="node",
            scope="use",
        )
        pair: dict[str, Input] = {"numerator": stem, "denominator": wide.key}
        ratio = ledger.derive(
            f"{stem}.over_predicted", f"{label}: measured over predicted", "1", "ratio", pair
        )
        name = f"{facts.name(row.subject)}, {facts.name(row.accelerator)}"
        yield server_row("server", name, 1, ratio, wide)
