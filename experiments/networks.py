"""Networks that read handwritten digits, and what compression makes of them.

A network is a list of layers `(weights, biases)` with shapes (inputs, outputs) and (outputs,) in
float32; between layers stands a rectifier. It answers logits of shape (images, 10).
"""

import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

Layers = list[tuple[np.ndarray, np.ndarray]]
OPSET = 17
IR_VERSION = 8
BATCH_SIZE = 128


@dataclass(frozen=True)
class Variant:
    """One form of a network that can be run.

    Attributes:
        answer: Takes float32 images of shape (images, 64), returns logits of shape (images, 10).
        size_byte: Bytes of the weights as stored, for ONNX those of the file.
        weights: Products of weight and input that one image needs (count).
    """

    answer: Callable[[np.ndarray], np.ndarray]
    size_byte: int
    weights: int

    def operations_flop(self, images: int) -> float:
        """Count multiplications and additions, those of integers alike."""
        return 2.0 * self.weights * images

    def accuracy(self, images: np.ndarray, labels: np.ndarray) -> float:
        """Return the share of images whose largest logit is at their label."""
        return float(np.mean(self.answer(images).argmax(axis=1) == labels))


def quiet() -> None:
    """Silence what is meant: a fixed number of passes, and graphs too small to be optimized."""
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    logging.getLogger().setLevel(logging.ERROR)


def train(width: int, images: np.ndarray, labels: np.ndarray, epochs: int, seed: int) -> Layers:
    """Train a network with two hidden layers on labels."""
    model = MLPClassifier(
        hidden_layer_sizes=(width, width), batch_size=BATCH_SIZE, max_iter=epochs,
        n_iter_no_change=epochs, tol=0, random_state=seed,
    ).fit(images, labels)  # fmt: skip
    return layers_of(model)


def distil(width: int, images: np.ndarray, teacher: Layers, epochs: int, seed: int) -> Layers:
    """Train a smaller network on the logits of a teacher (Ba and Caruana 2014)."""
    logits = forward(teacher, images)
    scale = float(logits.std())
    model = MLPRegressor(
        hidden_layer_sizes=(width, width), batch_size=BATCH_SIZE, max_iter=epochs,
        n_iter_no_change=epochs, tol=0, random_state=seed,
    ).fit(images, (logits - logits.mean(axis=1, keepdims=True)) / scale)  # fmt: skip
    return layers_of(model)


def layers_of(model: MLPClassifier | MLPRegressor) -> Layers:
    """Return the layers of a fitted model of scikit-learn."""
    return [
        (np.asarray(w, np.float32), np.asarray(b, np.float32))
        for w, b in zip(model.coefs_, model.intercepts_, strict=True)
    ]


def forward(layers: Layers, images: np.ndarray) -> np.ndarray:
    """Answer with NumPy, in the precision of the weights and images."""
    values = images
    for place, (weights, biases) in enumerate(layers):
        values = values @ weights + biases
        if place < len(layers) - 1:
            np.maximum(values, 0, out=values)
    return values


def prune(
    layers: Layers, share: float, images: np.ndarray, labels: np.ndarray, epochs: int, seed: int
) -> Layers:
    """Set the smallest weights of each layer to zero and train on, keeping them zero.

    Args:
        layers: The trained network.
        share: Share of the weights that becomes zero; the last layer, a small one, is kept.
        images: Training images.
        labels: Their labels.
        epochs: Passes of training afterwards.
        seed: Seed of the order of the batches.
    """
    widths = tuple(len(biases) for _, biases in layers[:-1])
    model = MLPClassifier(widths, batch_size=BATCH_SIZE, random_state=seed)
    model.partial_fit(images[:BATCH_SIZE], labels[:BATCH_SIZE], classes=np.unique(labels))
    masks = [np.abs(w) > np.quantile(np.abs(w), share) for w, _ in layers[:-1]]
    for place, (weights, biases) in enumerate(layers):
        model.coefs_[place][:] = weights
        model.intercepts_[place][:] = biases
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        # Exactly the size of a batch: scikit-learn would make a batch of its own of what is over,
        # and a step by one image undoes much.
        order = rng.permutation(len(images))[: len(images) // BATCH_SIZE * BATCH_SIZE]
        for batch in order.reshape(-1, BATCH_SIZE):
            _apply(masks, model.coefs_)
            model.partial_fit(images[batch], labels[batch])
    _apply(masks, model.coefs_)
    return layers_of(model)


def _apply(masks: Sequence[np.ndarray], weights: Sequence[np.ndarray]) -> None:
    for mask, matrix in zip(masks, weights[: len(masks)], strict=True):
        np.multiply(matrix, mask, out=matrix)


def weight_count(layers: Layers) -> int:
    """Return how many weights a network has, zeros included."""
    return sum(weights.size for weights, _ in layers)


def dense_numpy(layers: Layers) -> Variant:
    """Run with NumPy: what the sparse kernel is to be compared with."""
    size_byte = sum(w.nbytes + b.nbytes for w, b in layers)
    return Variant(lambda images: forward(layers, images), size_byte, weight_count(layers))


def sparse_scipy(layers: Layers) -> Variant:
    """Run with matrices in compressed rows, the products with zeros left out."""
    matrices = [(sparse.csr_array(w.T), b[:, None]) for w, b in layers]
    stored = [part for m, b in matrices for part in (m.data, m.indices, m.indptr, b)]

    def answer(images: np.ndarray) -> np.ndarray:
        values = images.T
        for place, (matrix, biases) in enumerate(matrices):
            values = matrix @ values + biases
            if place < len(matrices) - 1:
                np.maximum(values, 0, out=values)
        return values.T

    return Variant(answer, sum(p.nbytes for p in stored), sum(m.nnz for m, _ in matrices))


def onnx_model(layers: Layers, dtype: type[np.floating] = np.float32) -> onnx.ModelProto:
    """Write a network as an ONNX graph; images and logits are float32 whatever the weights are."""
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    nodes, weights, last = [], [], "images"
    if dtype is not np.float32:
        nodes.append(helper.make_node("Cast", [last], ["cast"], to=kind))
        last = "cast"
    for place, (matrix, biases) in enumerate(layers):
        names = [f"w{place}", f"b{place}"]
        weights += [
            numpy_helper.from_array(part.astype(dtype), name)
            for part, name in zip((matrix, biases), names, strict=True)
        ]
        nodes.append(helper.make_node("Gemm", [last, *names], [f"z{place}"]))
        last = f"z{place}"
        if place < len(layers) - 1:
            nodes.append(helper.make_node("Relu", [last], [f"a{place}"]))
            last = f"a{place}"
    to = TensorProto.FLOAT
    nodes.append(helper.make_node("Cast", [last], ["logits"], to=to))
    images = helper.make_tensor_value_info("images", to, ["n", len(layers[0][0])])
    logits = helper.make_tensor_value_info("logits", to, ["n", len(layers[-1][1])])
    graph = helper.make_graph(nodes, "digits", [images], [logits], weights)
    opset = [helper.make_opsetid("", OPSET)]
    return helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)


def session(model: bytes) -> ort.InferenceSession:
    """Open a model on one thread of the CPU."""
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    settings.log_severity_level = 3
    return ort.InferenceSession(model, settings, providers=["CPUExecutionProvider"])


def run_onnx(model: bytes, weights: int) -> Variant:
    """Run a model with ONNX Runtime."""
    opened = session(model)
    return Variant(lambda images: opened.run(None, {"images": images})[0], len(model), weights)


def floating(layers: Layers, dtype: type[np.floating]) -> Variant:
    """Run with weights of a floating type in ONNX Runtime."""
    return run_onnx(onnx_model(layers, dtype).SerializeToString(), weight_count(layers))


def dynamic_int8(model: onnx.ModelProto) -> bytes:
    """Quantize weights beforehand, and inputs of each layer as they come."""
    with TemporaryDirectory() as folder:
        before, after = Path(folder, "a.onnx"), Path(folder, "b.onnx")
        onnx.save(model, str(before))
        quantize_dynamic(before, after, weight_type=QuantType.QInt8)
        return after.read_bytes()


def static_int8(model: onnx.ModelProto, images: np.ndarray) -> bytes:
    """Quantize weights and inputs beforehand, by the ranges that sample images show."""
    with TemporaryDirectory() as folder:
        before, after = Path(folder, "a.onnx"), Path(folder, "b.onnx")
        onnx.save(model, str(before))
        quantize_static(
            before,
            after,
            _Reader(images),
            quant_format=QuantFormat.QOperator,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return after.read_bytes()


class _Reader(CalibrationDataReader):
    """Hands out images batch by batch for calibration."""

    def __init__(self, images: np.ndarray) -> None:
        self._batches = iter(np.array_split(images, max(1, len(images) // BATCH_SIZE)))

    def get_next(self) -> dict[str, np.ndarray] | None:
        """Return the next batch, None after the last."""
        batch = next(self._batches, None)
        return None if batch is None else {"images": batch}
