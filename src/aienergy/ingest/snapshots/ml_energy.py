"""The ML.ENERGY benchmark, version 3: measured GPU energy of text, image and video generation.

Traps: GPUs only; joules per output token with the prompt's work inside, at saturated load; batch
size decides, so nothing is averaged; keys differ by task.
"""

import pandas as pd

from aienergy.contracts.findings import Findings
from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots.grid_tools import refuse_corrections
from aienergy.ingest.snapshots.layouts import Normalized, objects, parse_json

SOURCE = "ml_energy_v3"
# Printed key: canonical name and factor (milliseconds, billions).
NAMES: dict[str, tuple[str, float]] = {
    "energy_per_token_joules": ("energy_per_output_token_j", 1.0),
    "energy_per_request_joules": ("energy_per_request_j", 1.0),
    "energy_per_image_joules": ("energy_per_image_j", 1.0),
    "energy_per_video_joules": ("energy_per_video_j", 1.0),
    "avg_power_watts": ("gpu_power_w", 1.0),
    "output_throughput_tokens_per_sec": ("output_tokens_per_s", 1.0),
    "throughput_images_per_sec": ("images_per_s", 1.0),
    "throughput_videos_per_sec": ("videos_per_s", 1.0),
    "total_params_billions": ("parameter_count", 1e9),
    "activated_params_billions": ("active_parameter_count", 1e9),
    "median_itl_ms": ("median_inter_token_latency_s", 1e-3),
    "p90_itl_ms": ("p90_inter_token_latency_s", 1e-3),
    "p95_itl_ms": ("p95_inter_token_latency_s", 1e-3),
    "p99_itl_ms": ("p99_inter_token_latency_s", 1e-3),
    "batch_latency_s": ("batch_latency_s", 1.0),
    "avg_batch_size": ("mean_batch", 1.0),
    "avg_output_len": ("mean_output_tokens", 1.0),
    "num_gpus": ("accelerator_count", 1.0),
    "max_num_seqs": ("largest_batch", 1.0),
    "batch_size": ("batch", 1.0),
}
TEXTS = {"model_id": "model", "nickname": "model_name", "gpu_model": "accelerator"}
KEPT = (
    *("architecture", "weight_precision", "data_parallel", "expert_parallel", "tensor_parallel"),
    *("ulysses_degree", "ring_degree", "inference_steps", "image_height", "image_width", "fps"),
    *("notes", "num_frames", "video_height", "video_width", "task", "output_length_distribution"),
)
ENERGIES = ("energy_per_token_joules", "energy_per_image_joules", "energy_per_video_joules")
# Energy per token is power over throughput by definition.
TOLERANCE = 0.05


def read(content: bytes | str, name: str, corrections: pd.DataFrame | None = None) -> Normalized:
    """Read one file of results: one row a configuration.

    Raises:
        LedgerError: Not such a file, no energy or power, an unknown key about power, values that
            are no numbers, or an energy that is not power over throughput.
    """
    if corrections is not None and len(corrections):
        refuse_corrections(corrections, name)
    whole = objects([parse_json(content, name)], ("configurations", "task"), name)[0]
    shared = {k: v for k, v in whole.items() if isinstance(v, str | float | int)}
    entries = objects(whole["configurations"], ("avg_power_watts",), name)
    objects([entry.get("parallelization", {}) for entry in entries], (), name)
    rows = pd.DataFrame(
        [{**shared, **entry, **entry.get("parallelization", {})} for entry in entries]
    ).drop(
        columns=["parallelization", "output_length_distribution", "task_display_name"],
        errors="ignore",
    )
    energy = [key for key in ENERGIES if key in rows]
    if not energy or "avg_power_watts" not in rows or "model_id" not in rows:
        hint = f"Expected model_id, avg_power_watts and one of {', '.join(ENERGIES)}."
        raise LedgerError(Problem(name, "no energy per unit of use, power or model", hint))
    known = {**{key: new for key, (new, _) in NAMES.items()}, **TEXTS}
    unknown = tuple(str(key) for key in rows if key not in known and key not in KEPT)
    fatal = [key for key in unknown if "power" in key or "watt" in key]
    if fatal:
        hint = "Say what it covers before it is read."
        raise LedgerError(Problem(name, f"unknown power key {', '.join(fatal)}", hint))
    table = rows.drop(columns=list(unknown))
    for key in [key for key in NAMES if key in table]:
        values = pd.to_numeric(table[key], errors="coerce")
        findings = Findings()
        bad = values.isna() & table[key].notna()
        findings.flag(name, bad, table[key], "'{value}' is no number", "Is the file damaged?")
        findings.raise_if_any()
        table[key] = values.astype(float) * NAMES[key][1]
    table = table.rename(columns=known)
    _check_identity(table, name)
    note = "GPUs only, saturated load; per output token, the prompt's work inside; never average"
    return Normalized(table, unknown, (), (note,))


def _check_identity(table: pd.DataFrame, name: str) -> None:
    if "energy_per_output_token_j" not in table:
        return
    if "output_tokens_per_s" not in table:
        hint = "Energy per token cannot be checked without output_throughput_tokens_per_sec."
        raise LedgerError(Problem(name, "no throughput", hint))
    implied = table["gpu_power_w"] / table["output_tokens_per_s"]
    off = (implied / table["energy_per_output_token_j"] - 1).abs() > TOLERANCE
    findings = Findings()
    hint = "Energy per token is power over throughput: one of the three has another unit."
    cells = table["energy_per_output_token_j"]
    findings.flag(name, off, cells, "{value} J per token does not follow", hint)
    findings.raise_if_any()
