"""Batch size and precision: latency, throughput and modelled energy of the same network.

Usage: python experiments/batch_precision.py FOLDER [--tiny] [--beside TEXT]

Every pair of precision and batch size is measured once a round, each round in another random order.
"""

import numpy as np
from compression_mlp import CALIBRATION_IMAGES, EPOCHS, TASK, WIDTH, measure_rounds, split32
from measuring import Trials, options, progress, run_experiment
from networks import (
    Layers,
    Variant,
    dynamic_int8,
    floating,
    onnx_model,
    quiet,
    run_onnx,
    static_int8,
    train,
    weight_count,
)

SEED = 1
ROUNDS = 6
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


def precisions(layers: Layers, sample: np.ndarray) -> dict[str, Variant]:
    """Return one network in five precisions.

    Args:
        layers: The trained network.
        sample: Images that show the ranges for static quantization.
    """
    graph, count = onnx_model(layers), weight_count(layers)
    return {
        "float64": floating(layers, np.float64),
        "float32": floating(layers, np.float32),
        "float16": floating(layers, np.float16),
        "int8_dynamic": run_onnx(dynamic_int8(graph), count),
        "int8_static": run_onnx(static_int8(graph, sample), count),
    }


def measure(trials: Trials, is_tiny: bool) -> None:
    """Train one network, then measure in rounds."""
    quiet()
    split = split32()
    epochs, rounds, sizes = (1, 2, BATCH_SIZES[:3]) if is_tiny else (EPOCHS, ROUNDS, BATCH_SIZES)
    layers = train(WIDTH, *split["train"], epochs, SEED)
    variants = precisions(layers, split["train"][0][:CALIBRATION_IMAGES])
    same: dict[str, object] = {"task": TASK, "seed": SEED}
    measure_rounds(
        trials, same, variants, split["test"], sizes, rounds,
        lambda done: progress(done, rounds, "rounds"),
    )  # fmt: skip


if __name__ == "__main__":
    run_experiment(
        options(str(__doc__).splitlines()[0]),
        measure,
        title="Batch size and precision of a small network",
        note=(
            "One network with two hidden layers of 512 units that reads handwritten digits, run "
            "by ONNX Runtime on one thread in five precisions. For float16 ONNX Runtime casts "
            "to float32 on this processor, where it has no kernel of that type."
        ),
        packages=("onnx", "onnxruntime", "scikit-learn"),
    )
