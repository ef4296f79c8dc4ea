"""Training steps, inference and idle on an accelerator, with the board's own counter.

Usage: python experiments/gpu/harness.py FOLDER [--device cuda|cpu] [--size published|tiny]
           [--seconds 20] [--repeats 3]

Each phase leaves a log of its own that `aienergy run FOLDER` reads; `phases.csv` says what each
phase did, `machine.json` on what. Without NVML there are no logs, and energies stay empty.
"""

import argparse
import csv
import json
import platform
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from models import SIZES, Transformer, random_tokens
from sampling import RATE_HZ, boards, energy_j, nvml, sampled
from torch.nn.functional import cross_entropy

SEED = 20261126
TRAINING_BATCHES = {"published": (8, 32), "tiny": (2,)}
INFERENCE_BATCHES = {"published": (1, 8, 32, 128), "tiny": (1, 2)}
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
TRAINED_IN = ("float32", "bfloat16")
FORWARD_AND_BACKWARD = 3  # a backward pass costs two forward passes
WARM_UP_STEPS = 3
LEARNING_RATE = 1e-4
JOULES_PER_KWH = 3.6e6
COLUMNS = (
    "turn", "phase", "model", "measure", "precision", "batch_size", "repeat", "step_count",
    "time_s", "operations_flop", "energy_kwh", "log",
)  # fmt: skip

Phase = tuple[str, str, str, int]  # measure, model, precision, batch size
Step = Callable[[], object]


def phases(size: str) -> list[Phase]:
    """Return what is measured, in the order of its description."""
    models = SIZES[size]
    return [
        ("idle", "none", "none", 0),
        *(
            ("training", model, precision, batch)
            for model in models for precision in TRAINED_IN for batch in TRAINING_BATCHES[size]
        ),
        *(
            ("inference", model, precision, batch)
            for model in models for precision in DTYPES for batch in INFERENCE_BATCHES[size]
        ),
    ]  # fmt: skip


def synchronize(device: str) -> None:
    """Wait until the accelerator has done what it was given."""
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def make_step(phase: Phase, size: str, device: str) -> tuple[Step, float]:
    """Return one step of a phase, and the operations that it counts (FLOP)."""
    measure, name, precision, batch = phase
    shape, dtype = SIZES[size][name], DTYPES[precision]
    torch.manual_seed(SEED)
    tokens = random_tokens(shape, batch, SEED, device)
    model = Transformer(shape).to(device)
    if measure == "inference":
        model = model.eval().to(dtype)

        def answer() -> object:
            with torch.inference_mode():
                return model(tokens)

        return answer, model.operations_flop(batch)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    kind = device.split(":", maxsplit=1)[0]

    def train() -> object:
        optimizer.zero_grad(set_to_none=True)
        # Weights stay float32; autocast computes in the lower precision, as trainings do.
        with torch.autocast(kind, dtype, enabled=dtype != torch.float32):
            logits = model(tokens)
            loss = cross_entropy(logits.flatten(0, 1).float(), tokens.flatten())
        loss.backward()
        optimizer.step()
        return loss

    return train, FORWARD_AND_BACKWARD * model.operations_flop(batch)


def run_steps(step: Step, device: str, seconds: float) -> Iterator[None]:
    """Run steps until the time is over; yield after each block that the device has finished."""
    begin_s = time.perf_counter()
    while time.perf_counter() - begin_s < seconds:
        step()
        synchronize(device)
        yield


def measure_phase(phase: Phase, log: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """Warm up, then measure one phase; the warm-up is outside of log and counter."""
    library = nvml()
    steps, flop = 0, 0.0
    if phase[0] != "idle":
        step, flop = make_step(phase, chosen.size, chosen.device)
        for _ in range(WARM_UP_STEPS):
            step()
        synchronize(chosen.device)
    with sampled(log, library):
        before_j, begin_s = energy_j(library), time.perf_counter()
        if phase[0] == "idle":
            time.sleep(chosen.seconds)
        else:
            steps = sum(1 for _ in run_steps(step, chosen.device, chosen.seconds))
        time_s, after_j = time.perf_counter() - begin_s, energy_j(library)
    counted = before_j is not None and after_j is not None
    return {
        "step_count": steps or "",
        "time_s": f"{time_s:.6g}",
        "operations_flop": f"{steps * flop:.6g}" if steps else "",
        "energy_kwh": f"{(after_j - before_j) / JOULES_PER_KWH:.6g}" if counted else "",
        "log": log.name if log.is_file() else "",
    }


def machine(device: str) -> dict[str, object]:
    """Describe the machine by models and versions, without names of hosts."""
    return {
        "device": torch.cuda.get_device_name(0) if device.startswith("cuda") else "CPU",
        "boards": boards(nvml()),
        "sampling_rate_hz": RATE_HZ,
        "processor": platform.machine(),
        "torch_threads": torch.get_num_threads(),
        "software": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "cuda": torch.version.cuda,
        },
    }


def main() -> None:
    """Measure all phases, each repeat in another random order."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("out", type=Path, metavar="FOLDER")
    parser.add_argument("--device", default="cuda", help="cuda, or cpu to try the harness")
    parser.add_argument("--size", choices=sorted(SIZES), default="published")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of a phase")
    parser.add_argument("--repeats", type=int, default=3, help="repeats of each phase")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True)
    order, rows = random.Random(SEED), []
    for repeat in range(1, chosen.repeats + 1):
        for phase in order.sample(phases(chosen.size), k=len(phases(chosen.size))):
            measure, model, precision, batch = phase
            name = f"{measure}_{model}_{precision}_b{batch}_r{repeat}"
            found = measure_phase(phase, chosen.out / f"{name}.csv", chosen)
            rows.append(
                {
                    "turn": len(rows) + 1, "phase": name, "model": model, "measure": measure,
                    "precision": precision, "batch_size": batch or "", "repeat": repeat, **found,
                }
            )  # fmt: skip
            print(f"  {name}: {found['time_s']} s, {found['energy_kwh'] or 'no'} kWh", flush=True)
    with (chosen.out / "phases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    text = json.dumps(machine(chosen.device), indent=1) + "\n"
    (chosen.out / "machine.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
