"""Networks of published sizes with random weights: what counts here is work, not what they know."""

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Size:
    """Configuration of a transformer.

    Attributes:
        layers: Blocks.
        width: Size of the hidden vector.
        heads: Heads of attention.
        inner: Size of the hidden layer of a block.
        vocabulary: Tokens that exist.
        length: Tokens of an input.
        is_causal: Whether a token sees only those before it.
    """

    layers: int
    width: int
    heads: int
    inner: int
    vocabulary: int
    length: int
    is_causal: bool


# Published configurations: Devlin et al. 2019 (BERT base: 12 layers, 768 hidden, 12 heads, 3072
# inner, 30,522 word pieces, 512 tokens) and Radford et al. 2019 (GPT-2, smallest: 12 layers, 768
# hidden, 12 heads, 50,257 tokens, context 1,024). `tiny` serves to try the harness.
SIZES = {
    "published": {
        "bert_base": Size(12, 768, 12, 3072, 30_522, 512, is_causal=False),
        "gpt2": Size(12, 768, 12, 3072, 50_257, 1024, is_causal=True),
    },
    "tiny": {
        "bert_base": Size(2, 32, 2, 64, 100, 16, is_causal=False),
        "gpt2": Size(2, 32, 2, 64, 100, 16, is_causal=True),
    },
}


class Transformer(nn.Module):
    """Embeddings, blocks, and logits over the vocabulary by the transposed embeddings."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size = size
        self.words = nn.Embedding(size.vocabulary, size.width)
        self.places = nn.Embedding(size.length, size.width)
        block = nn.TransformerEncoderLayer(
            size.width,
            size.heads,
            size.inner,
            dropout=0.0,
            activation="gelu",
            batch_first=True,
            norm_first=size.is_causal,  # BERT normalizes after, GPT-2 before
        )
        self.blocks = nn.TransformerEncoder(block, size.layers, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(size.width)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return logits of shape (inputs, length, vocabulary)."""
        places = torch.arange(tokens.shape[1], device=tokens.device)
        values = self.words(tokens) + self.places(places)
        mask = None
        if self.size.is_causal:
            mask = nn.Transformer.generate_square_subsequent_mask(
                tokens.shape[1], device=tokens.device, dtype=values.dtype
            )
        values = self.blocks(values, mask=mask, is_causal=self.size.is_causal)
        return self.norm(values) @ self.words.weight.T

    def operations_flop(self, inputs: int) -> float:
        """Count the products of a forward pass: linear layers, attention, and the vocabulary."""
        size = self.size
        block = 4 * size.width**2 + 2 * size.width * size.inner + 2 * size.length * size.width
        token = size.layers * block + size.width * size.vocabulary
        return 2.0 * token * size.length * inputs


def random_tokens(size: Size, inputs: int, seed: int, device: str) -> torch.Tensor:
    """Return random tokens of shape (inputs, length)."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(size.vocabulary, (inputs, size.length), generator=generator).to(device)
