"""Autoencoder with eight pixels per latent cell.

No norms, plain ReLU, and no convolution at full resolution (pixel unshuffle first, pixel
shuffle last): that is what makes it trainable and quick on a CPU.
"""

import torch
import torch.nn.functional as F
from torch import nn

from presets import VaeShape


class Residual(nn.Module):
    """Two 3 x 3 convolutions beside the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.kaiming_normal_(self.second.weight)
        self.second.weight.data.mul_(.3)       # without norms, deep stacks must start calm
        nn.init.zeros_(self.second.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.second(F.relu(self.first(F.relu(x))))


def _residuals(width: int, count: int) -> list[nn.Module]:
    return [Residual(width) for _ in range(count)]


class Vae(nn.Module):
    """Deterministic: training adds a little noise to the latents instead of sampling."""

    def __init__(self, shape: VaeShape) -> None:
        super().__init__()
        fine, coarse = shape.encoder
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(4), nn.Conv2d(48, fine, 3, padding=1),
            *_residuals(fine, shape.encoder_blocks),
            nn.Conv2d(fine, coarse, 3, stride=2, padding=1),
            *_residuals(coarse, shape.encoder_blocks),
            nn.ReLU(), nn.Conv2d(coarse, shape.latent, 3, padding=1))
        layers: list[nn.Module] = []
        before = shape.latent
        for level, (width, count) in enumerate(zip(shape.decoder, shape.decoder_blocks)):
            if level:
                layers.append(nn.Upsample(scale_factor=2, mode='nearest'))
            layers += [nn.Conv2d(before, width, 3, padding=1), *_residuals(width, count)]
            before = width
        self.decoder = nn.Sequential(*layers, nn.ReLU(), nn.Conv2d(before, 12, 3, padding=1),
                                     nn.PixelShuffle(2))


def reconstruction_loss(made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """L1 + MSE + gradients (edges and lines) + L1 of the coarse picture (flat areas), of
    pictures N x 3 x H x W."""
    edges = sum((torch.diff(made, dim=axis) - torch.diff(real, dim=axis)).abs().mean()
                for axis in (2, 3))
    coarse = (F.avg_pool2d(made, 4) - F.avg_pool2d(real, 4)).abs().mean()
    return (made - real).abs().mean() + 2 * F.mse_loss(made, real) + .5 * edges + .5 * coarse


class NormalizedEncoder(nn.Module):
    """Pixels N x 3 x H x W of -1..1 to latents N x C x H/8 x W/8 of zero mean and unit spread per
    channel (scaling_factor 1). Deterministic."""

    def __init__(self, vae: Vae, mean: torch.Tensor, std: torch.Tensor) -> None:
        super().__init__()
        self.network = vae.encoder
        self.register_buffer('mean', mean.view(1, -1, 1, 1))
        self.register_buffer('std', std.view(1, -1, 1, 1))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return (self.network(pixels) - self.mean) / self.std


class NormalizedDecoder(NormalizedEncoder):
    """Such latents to pixels, clamped to -1..1."""

    def __init__(self, vae: Vae, mean: torch.Tensor, std: torch.Tensor) -> None:
        super().__init__(vae, mean, std)
        self.network = vae.decoder

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        return self.network(latent * self.std + self.mean).clamp(-1, 1)
