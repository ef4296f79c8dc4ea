"""Ways to make a trained network cheaper: accuracy, size, latency, throughput, modelled energy.

Usage: python experiments/compression_mlp.py FOLDER [--tiny] [--beside TEXT]

Each seed trains a network of its own and derives every variant from it. Variants of a seed are
measured several times in rounds, each round in another random order. A student that learns from
labels alone stands beside each distilled one, and NumPy beside the sparse kernel.
"""

from collections.abc import Callable, Sequence

import numpy as np
from digits import load_split
from measuring import (
    Stopwatch,
    Trials,
    batches_of,
    measure_calls,
    options,
    progress,
    run_experiment,
)
from networks import (
    Layers,
    Variant,
    dense_numpy,
    distil,
    dynamic_int8,
    floating,
    onnx_model,
    prune,
    quiet,
    run_onnx,
    sparse_scipy,
    static_int8,
    train,
    weight_count,
)

TASK = "digits"
SEEDS = (1, 2, 3, 4, 5)
ROUNDS = 3
BATCH_SIZES = (1, 64)
WIDTH = 512
STUDENT_WIDTHS = (128, 32)
SPARSITIES_PERCENT = (50, 80, 90, 95)
EPOCHS = 10
EPOCHS_AFTER_PRUNING = 3
CALIBRATION_IMAGES = 1024

Split = dict[str, tuple[np.ndarray, np.ndarray]]
Make = Callable[[], dict[str, Variant]]


def split32() -> Split:
    """Return the split of the digits with images as float32."""
    return {name: (x.astype(np.float32), y) for name, (x, y) in load_split().items()}


def recipes(teacher: Layers, split: Split, seed: int, epochs: int) -> dict[str, Make]:
    """Return how to make each variant from the trained network; some recipes make two."""
    images, labels = split["train"]
    graph, count = onnx_model(teacher), weight_count(teacher)
    sample = images[:CALIBRATION_IMAGES]
    made: dict[str, Make] = {
        "float32": lambda: {"float32": floating(teacher, np.float32)},
        "float16": lambda: {"float16": floating(teacher, np.float16)},
        "int8_dynamic": lambda: {"int8_dynamic": run_onnx(dynamic_int8(graph), count)},
        "int8_static": lambda: {"int8_static": run_onnx(static_int8(graph, sample), count)},
        "float32_numpy": lambda: {"float32_numpy": dense_numpy(teacher)},
    }
    for percent in SPARSITIES_PERCENT:
        made[f"pruned_{percent}"] = lambda percent=percent: _pruned(
            f"pruned_{percent}",
            prune(teacher, percent / 100, images, labels, min(epochs, EPOCHS_AFTER_PRUNING), seed),
        )
    for width in STUDENT_WIDTHS:
        made[f"distilled_{width}"] = lambda width=width: {
            f"distilled_{width}": floating(distil(width, images, teacher, epochs, seed), np.float32)
        }
        made[f"small_{width}"] = lambda width=width: {
            f"small_{width}": floating(train(width, images, labels, epochs, seed), np.float32)
        }
    return made


def _pruned(name: str, layers: Layers) -> dict[str, Variant]:
    return {f"{name}_dense": floating(layers, np.float32), f"{name}_sparse": sparse_scipy(layers)}


def measure(trials: Trials, is_tiny: bool) -> None:
    """Train, derive, and measure in rounds."""
    quiet()
    split = split32()
    seeds, rounds, epochs = (SEEDS[:2], 1, 1) if is_tiny else (SEEDS, ROUNDS, EPOCHS)
    for done, seed in enumerate(seeds, 1):
        same = {"task": TASK, "seed": seed}
        watch = Stopwatch()
        with watch.running():
            teacher = train(WIDTH, *split["train"], epochs, seed)
        trials.add({**same, "arm": "float32", "measure": "preparation", **watch.cells()})
        variants: dict[str, Variant] = {}
        for name, make in recipes(teacher, split, seed, epochs).items():
            watch = Stopwatch()
            with watch.running():
                made = make()
            variants |= made
            if name not in ("float32", "float32_numpy"):  # theirs is the training above
                first = next(iter(made))
                trials.add({**same, "arm": first, "measure": "preparation", **watch.cells()})
        measure_rounds(trials, same, variants, split["test"], BATCH_SIZES, rounds)
        progress(done, len(seeds), "seeds")


def measure_rounds(
    trials: Trials,
    same: dict[str, object],
    variants: dict[str, Variant],
    test: tuple[np.ndarray, np.ndarray],
    sizes: Sequence[int],
    rounds: int,
    tell: Callable[[int], None] | None = None,
) -> None:
    """Measure every pair of variant and batch size once a round, each round in another order.

    Args:
        trials: Gets one row a pair and round.
        same: Cells that all rows share; the seed among them draws the orders.
        variants: What is measured, by arm.
        test: Images and their labels.
        sizes: Inputs of a batch.
        rounds: How often.
        tell: Called with the number of each round that is done.
    """
    rng = np.random.default_rng(int(str(same["seed"])))
    accuracy = {name: variant.accuracy(*test) for name, variant in variants.items()}
    pairs = [(name, size) for name in variants for size in sizes]
    for turn in range(rounds):
        for place in rng.permutation(len(pairs)):
            name, size = pairs[place]
            variant = variants[name]
            cells = measure_calls(variant.answer, batches_of(test[0], size))
            trials.add(
                {
                    **same,
                    **cells,
                    "arm": name,
                    "measure": "inference",
                    "setting": f"round={turn + 1}",
                    "operations_flop": variant.operations_flop(int(str(cells["work_count"]))),
                    "accuracy": accuracy[name],
                    "size_byte": variant.size_byte,
                }
            )
        if tell is not None:
            tell(turn + 1)


if __name__ == "__main__":
    run_experiment(
        options(str(__doc__).splitlines()[0]),
        measure,
        title="Compression of a small network",
        note=(
            "A network with two hidden layers of 512 units reads handwritten digits; each seed "
            "trains its own. ONNX Runtime runs the variants on one thread, SciPy the sparse "
            "kernels, NumPy their dense counterpart. For float16 ONNX Runtime casts to float32 "
            "on this processor, where it has no kernel of that type. Operations count products "
            "of weights and inputs, those of integers like others. Accuracy is that on 360 "
            "images that no training saw."
        ),
        packages=("onnx", "onnxruntime", "scikit-learn", "scipy"),
    )
