"""Denoiser with the inputs and output of diffusers' UNet2DConditionModel, but leaner.

Additive skips instead of concatenation, 2x2 stride convolutions down, 1x1 and pixel shuffle up,
no feed-forward in the attention blocks. Latent sides must be multiples of 2 ** (levels - 1).
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from presets import UnetShape
from text_encoder import attention

HEAD, GROUPS, TIME_FEATURES = 32, 16, 64


def _zero(layer: nn.Module) -> nn.Module:
    """A last layer that starts silent, so that every block starts as the identity."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class ResBlock(nn.Module):
    """Two convolutions, the time as scale and shift between them (FiLM; Perez et al. 2018)."""

    def __init__(self, width: int, time_width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(GROUPS, width), nn.GroupNorm(GROUPS, width)
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = _zero(nn.Conv2d(width, width, 3, padding=1))
        self.film = _zero(nn.Linear(time_width, 2 * width))

    def forward(self, x: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        scale, shift = self.film(time)[:, :, None, None].chunk(2, 1)
        hidden = self.norm2(self.conv1(F.silu(self.norm1(x))))
        return x + self.conv2(F.silu(hidden * (1 + scale) + shift))


class AttentionBlock(nn.Module):
    """Self-attention over the picture, then cross-attention to the words."""

    def __init__(self, width: int, text_width: int) -> None:
        super().__init__()
        self.heads = width // HEAD
        self.self_norm, self.self_qkv = nn.GroupNorm(GROUPS, width), nn.Linear(width, 3 * width)
        self.self_out = _zero(nn.Linear(width, width))
        self.cross_norm, self.cross_q = nn.LayerNorm(width), nn.Linear(width, width)
        self.cross_kv = nn.Linear(text_width, 2 * width)
        self.cross_out = _zero(nn.Linear(width, width))

    def forward(self, x: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        batch, width, rows, columns = x.shape
        cells, head = rows * columns, width // self.heads

        def joined(mixed: torch.Tensor) -> torch.Tensor:
            return mixed.transpose(1, 2).reshape(batch, cells, width)

        flat = x.flatten(2).transpose(1, 2)
        normed = self.self_norm(x).flatten(2).transpose(1, 2)
        qkv = self.self_qkv(normed).view(batch, cells, 3, self.heads, head)
        flat = flat + self.self_out(joined(attention(*qkv.permute(2, 0, 3, 1, 4).unbind(0))))
        query = self.cross_q(self.cross_norm(flat)).view(batch, cells, self.heads, head)
        pairs = self.cross_kv(text).view(batch, text.shape[1], 2, self.heads, head)
        key, value = pairs.permute(2, 0, 3, 1, 4).unbind(0)
        flat = flat + self.cross_out(joined(attention(query.transpose(1, 2), key, value)))
        return flat.transpose(1, 2).reshape(batch, width, rows, columns)


class Block(nn.Module):
    """A residual block and, on coarser levels, attention."""

    def __init__(self, width: int, time_width: int, text_width: int, attend: bool) -> None:
        super().__init__()
        self.res = ResBlock(width, time_width)
        self.attend = AttentionBlock(width, text_width) if attend else None

    def forward(self, x: torch.Tensor, time: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        x = self.res(x, time)
        return self.attend(x, text) if self.attend is not None else x


class Unet(nn.Module):
    """Noisy latents N x C x h x w, a timestep (one for all, or N) and text N x tokens x width to
    the predicted v, N x C x h x w."""

    def __init__(self, latent: int, text_width: int, shape: UnetShape) -> None:
        super().__init__()
        widths, time_width = shape.widths, shape.time_width
        levels = len(widths) - 1

        def blocks(level: int, count: int) -> nn.ModuleList:
            return nn.ModuleList(Block(widths[level], time_width, text_width,
                                       level >= shape.first_attention) for _ in range(count))

        self.time1 = nn.Linear(2 * TIME_FEATURES, time_width)
        self.time2 = nn.Linear(time_width, time_width)
        # The mean word, added to the time: style and mood are global and are learnt at once.
        self.mood = nn.Linear(text_width, time_width)
        self.conv_in = nn.Conv2d(latent, widths[0], 3, padding=1)
        self.down = nn.ModuleList(blocks(i, shape.down[i]) for i in range(levels))
        self.shrink = nn.ModuleList(nn.Conv2d(widths[i], widths[i + 1], 2, stride=2)
                                    for i in range(levels))
        self.middle = blocks(levels, shape.middle)
        self.grow = nn.ModuleList(nn.Conv2d(widths[i + 1], 4 * widths[i], 1)
                                  for i in range(levels))
        self.up = nn.ModuleList(blocks(i, shape.up[i]) for i in range(levels))
        self.norm_out = nn.GroupNorm(GROUPS, widths[0])
        self.conv_out = _zero(nn.Conv2d(widths[0], latent, 3, padding=1))

    def forward(self, sample: torch.Tensor, timestep: torch.Tensor,
                text: torch.Tensor) -> torch.Tensor:
        steps = torch.arange(TIME_FEATURES, device=sample.device) / float(TIME_FEATURES)
        # Sinusoidal features of the time (Vaswani et al. 2017).
        angles = timestep.float().reshape(-1, 1) * torch.exp(-math.log(10000) * steps)[None]
        waves = torch.cat([angles.cos(), angles.sin()], 1)
        waves = waves.expand(sample.shape[0], 2 * TIME_FEATURES).to(text.dtype)
        time = F.silu(self.time2(F.silu(self.time1(waves))) + self.mood(text.mean(1)))
        x, skips = self.conv_in(sample), []
        for level, shrink in zip(self.down, self.shrink):
            for block in level:
                x = block(x, time, text)
            skips.append(x)
            x = shrink(x)
        for block in self.middle:
            x = block(x, time, text)
        for level, grow in zip(reversed(self.up), reversed(self.grow)):
            x = (F.pixel_shuffle(grow(x), 2) + skips.pop()) * .7071   # keeps the variance
            for block in level:
                x = block(x, time, text)
        return self.conv_out(F.silu(self.norm_out(x)))
