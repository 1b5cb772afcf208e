"""The numbers of the held-out protocol: how well the VAE repeats pictures that it has never
seen, and how well the denoiser predicts them with their own captions and with another's.

The held-out pictures are the validation pictures of `data`: seeds that training never draws.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch

import schedule
from data import VALIDATION_SEED, fair_picture
from pipeline import Pipeline, as_pixels
from vae import Vae

DRAWS, CHUNK = 4, 64


@dataclass(frozen=True)
class Quality:
    """What a model scores on held-out pictures."""

    psnr: float            # of the VAE, mean over pictures, in dB
    median_psnr: float     # of the VAE, median over pictures, in dB
    v_loss: float          # mean squared error of v, with the right captions
    v_loss_shuffled: float  # the same with every caption moved to another picture


@torch.no_grad()
def vae_psnr(vae: Vae, pixels: torch.Tensor,
             precision: AbstractContextManager = nullcontext()) -> np.ndarray:
    """PSNR in dB of each of N x 3 x H x W pictures of range -1..1 against its reconstruction."""
    values = []
    for real in pixels.split(32):
        with precision:
            made = vae.decoder(vae.encoder(real)).float().clamp(-1, 1)
        errors = ((made - real) / 2).square().mean((1, 2, 3))
        values.append(-10 * torch.log10(errors))
    return torch.cat(values).cpu().numpy()


@torch.no_grad()
def velocity_losses(unet: torch.nn.Module, text: torch.nn.Module, latents: torch.Tensor,
                    ids: torch.Tensor, draws: int = 1,
                    precision: AbstractContextManager = nullcontext()) -> tuple[float, float]:
    """Mean squared error of v with the own and with shuffled captions.

    The gap between the two is how much the words are used. `latents` are N x C x h x w of unit
    spread, `ids` N x tokens. Noise is seeded and the times are evenly spread, so that the same
    weights give the same numbers.
    """
    device, alphas = latents.device, schedule.alphas_cumprod().to(latents.device)
    generator = torch.Generator(device).manual_seed(3)
    sums = np.zeros(2)
    for draw in range(draws):
        for clean, own in zip(latents.split(CHUNK), ids.split(CHUNK)):
            even = (torch.arange(len(clean), device=device) + (draw + .5) / draws) / len(clean)
            times = (even * schedule.TRAIN_STEPS).long()
            noise = torch.randn(clean.shape, device=device, generator=generator)
            noisy, target = schedule.noisy_and_target(clean, noise, alphas[times])
            with precision:
                for index, words in enumerate((own, own.roll(1, 0))):
                    error = unet(noisy, times, text(words)).float() - target
                    sums[index] += len(clean) * float(error.square().mean())
    own_loss, shuffled_loss = sums / (draws * len(latents))
    return float(own_loss), float(shuffled_loss)


def measure(pipeline: Pipeline) -> Quality:
    """Measures a model on held-out pictures, which are rendered for it (about a minute)."""
    preset, device = pipeline.preset, pipeline.device
    made = [fair_picture(VALIDATION_SEED + i, preset.size) for i in range(preset.validation)]
    pixels = as_pixels(np.stack([picture for picture, _ in made])).to(device)
    ids = torch.tensor([pipeline.tokenizer(caption) for _, caption in made], device=device)
    psnr = vae_psnr(pipeline.vae, pixels)
    with torch.no_grad():
        latents = torch.cat([pipeline.encoder(part) for part in pixels.split(32)])
    own, shuffled = velocity_losses(pipeline.unet, pipeline.text, latents, ids, DRAWS)
    return Quality(float(psnr.mean()), float(np.median(psnr)), own, shuffled)
