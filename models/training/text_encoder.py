"""CLIP's text encoder (pre-norm causal transformer, quick GELU), small, and attention."""

import torch
import torch.nn.functional as F
from torch import nn

from presets import TextShape


def attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor,
              causal: bool = False) -> torch.Tensor:
    """Softmax attention over N x heads x length x width.

    Fused on a GPU. Explicit on a CPU, where the fused backward is about ten times slower at these
    lengths, and which exports to plain MatMul and Softmax nodes.
    """
    if query.is_cuda:
        return F.scaled_dot_product_attention(query, key, value, is_causal=causal)
    scores = torch.matmul(query * (query.shape[-1] ** -.5), key.transpose(-1, -2))
    if causal:
        length = query.shape[-2]
        scores = scores + torch.full((length, length), -1e4, dtype=scores.dtype).triu(1)
    return torch.matmul(scores.softmax(-1).to(value.dtype), value)


class TextLayer(nn.Module):
    """Causal self-attention and a feed-forward layer, norms first."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        for last in (self.out, self.fc2):
            nn.init.normal_(last.weight, std=.02)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        qkv = self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = attention(query, key, value, causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, length, width))
        hidden = self.fc1(self.norm2(x))
        return x + self.fc2(hidden * torch.sigmoid(1.702 * hidden))     # quick GELU


class TextEncoder(nn.Module):
    """Ids N x tokens to one vector for each token, N x tokens x width."""

    def __init__(self, vocabulary: int, shape: TextShape) -> None:
        super().__init__()
        self.token = nn.Embedding(vocabulary, shape.width)
        self.position = nn.Parameter(torch.randn(shape.context, shape.width) * .02)
        nn.init.normal_(self.token.weight, std=.05)
        self.layers = nn.ModuleList(TextLayer(shape.width, shape.heads)
                                    for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.token(ids) + self.position[:ids.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)
