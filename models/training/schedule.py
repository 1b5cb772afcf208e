"""Diffusion schedule: Stable Diffusion's scaled-linear betas, v-prediction, DDIM.

v = sqrt(a) noise - sqrt(1 - a) clean, a being the cumulated product of 1 - beta (Salimans and
Ho 2022).
"""

from collections.abc import Callable

import torch

TRAIN_STEPS, BETA_START, BETA_END = 1000, .00085, .012


def alphas_cumprod() -> torch.Tensor:
    """The share of the signal's variance at each of the TRAIN_STEPS times, falling."""
    root = torch.linspace(BETA_START ** .5, BETA_END ** .5, TRAIN_STEPS, dtype=torch.float64)
    return torch.cumprod(1 - root ** 2, 0).float()


def noisy_and_target(clean: torch.Tensor, noise: torch.Tensor, alpha: torch.Tensor) \
        -> tuple[torch.Tensor, torch.Tensor]:
    """The noisy input and its v target, for the cumulated alpha of each sample."""
    alpha = alpha.view(-1, 1, 1, 1)
    signal, sigma = alpha.sqrt(), (1 - alpha).sqrt()
    return signal * clean + sigma * noise, signal * noise - sigma * clean


@torch.no_grad()
def ddim(predict: Callable, context: torch.Tensor, empty: torch.Tensor, latent: torch.Tensor,
         steps: int = 20, guidance: float = 4.) -> torch.Tensor:
    """DDIM (Song et al. 2021) with eta 0, leading spacing and steps_offset 1, as the exported
    scheduler says, and classifier-free guidance (Ho and Salimans 2022).

    `predict(latents, times, text)` gives v; `context` and `empty` are the encoded prompts and as
    many encoded empty ones, `latent` is pure noise.
    """
    alphas, stride = alphas_cumprod().to(latent.device), TRAIN_STEPS // steps
    both = torch.cat([empty, context])
    for step in reversed(range(steps)):
        time = step * stride + 1
        times = torch.full((2 * len(latent),), time, device=latent.device)
        without, given = predict(torch.cat([latent, latent]), times, both).chunk(2)
        velocity = without + guidance * (given - without)
        now, after = alphas[time], alphas[max(time - stride, 0)]
        clean = now.sqrt() * latent - (1 - now).sqrt() * velocity
        noise = now.sqrt() * velocity + (1 - now).sqrt() * latent
        latent = after.sqrt() * clean + (1 - after).sqrt() * noise
    return latent
