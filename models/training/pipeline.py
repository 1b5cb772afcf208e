"""The trained parts together: loading, sampling, contact sheets."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

import schedule
from checkpoint import load_checkpoint, write_atomically
from data import Dataset
from presets import Preset
from renderer import SHEET_PROMPTS, adherence_prompts
from text_encoder import TextEncoder
from unet import Unet
from vae import NormalizedDecoder, NormalizedEncoder, Vae

STEPS, GUIDANCE = 20, 3.5
BATCH = 8
# Name: seed of the first picture; every further one has the next seed.
ADHERENCE_SEEDS = {'adherence_1': 3000, 'adherence_2': 4000}
SHEET_SEED, SHEET_COLUMNS, ADHERENCE_COLUMNS = 5, 8, 12


def denoiser(preset: Preset, vocabulary: int) -> nn.ModuleDict:
    """UNet and text encoder, which are trained as one."""
    return nn.ModuleDict({
        'unet': Unet(preset.vae.latent, preset.text.width, preset.unet),
        'text': TextEncoder(vocabulary, preset.text)})


def load_vae(work: Path, preset: Preset) -> Vae:
    vae = Vae(preset.vae)
    vae.load_state_dict(load_checkpoint(work / 'vae.pt')['ema'])
    return vae.eval().requires_grad_(False)


class Pipeline:
    """The averaged weights of a working folder, ready to make pictures.

    `facts` are those of the UNet's training: samples, seconds and so on.
    """

    def __init__(self, work: Path, preset: Preset, device: torch.device) -> None:
        self.preset, self.device = preset, device
        self.tokenizer = Dataset(work, preset).tokenizer()
        statistics = load_checkpoint(work / 'latents.pt')
        self.vae = load_vae(work, preset).to(device)
        parts = denoiser(preset, len(self.tokenizer.vocabulary))
        self.facts = load_checkpoint(work / 'unet.pt')
        parts.load_state_dict(self.facts.pop('ema'))
        parts = parts.eval().requires_grad_(False).to(device)
        self.unet, self.text = parts['unet'], parts['text']
        self.encoder = NormalizedEncoder(self.vae, **statistics).to(device)
        self.decoder = NormalizedDecoder(self.vae, **statistics).to(device)

    @torch.no_grad()
    def embedded(self, prompts: list[str]) -> torch.Tensor:
        """Prompts x tokens x width."""
        return self.text(torch.tensor([self.tokenizer(p) for p in prompts], device=self.device))

    @torch.no_grad()
    def generate(self, prompts: list[str], seeds: list[int], steps: int = STEPS,
                 guidance: float = GUIDANCE) -> np.ndarray:
        """N x H x W x 3 bytes. The noise of a picture depends on its seed only."""
        side = self.preset.size // 8
        noise = [torch.randn(self.preset.vae.latent, side, side,
                             generator=torch.Generator().manual_seed(seed)) for seed in seeds]
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            latent = schedule.ddim(
                lambda *inputs: self.unet(*inputs).float(), self.embedded(prompts).float(),
                self.embedded([''] * len(prompts)).float(),
                torch.stack(noise).to(self.device), steps, guidance)
            pictures = self.decoder(latent).float()
        return as_bytes(pictures)


def as_pixels(pictures: np.ndarray) -> torch.Tensor:
    """N x H x W x 3 bytes to N x 3 x H x W of range -1..1."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def as_bytes(pictures: torch.Tensor) -> np.ndarray:
    """N x 3 x H x W of range -1..1 to N x H x W x 3 bytes."""
    pictures = ((pictures + 1) * 127.5).clamp(0, 255).round().byte()
    return pictures.permute(0, 2, 3, 1).cpu().numpy()


def write_sheet(path: Path, pictures: np.ndarray, columns: int) -> None:
    """N x H x W x 3 bytes as one PNG; an unfinished last row is left out."""
    rows = [np.concatenate(list(pictures[start:start + columns]), 1)
            for start in range(0, len(pictures) - columns + 1, columns)]
    image = Image.fromarray(np.concatenate(rows, 0))
    write_atomically(path, lambda partial: image.save(partial, format='PNG', optimize=True))


def _write_prompt_sheet(pipeline: Pipeline, path: Path, prompts: list[str], first_seed: int,
                        columns: int) -> None:
    """A sheet of one picture for each prompt, and the prompts in a text file beside it."""
    steps = 2 if pipeline.preset.step_limit else STEPS
    seeds = list(range(first_seed, first_seed + len(prompts)))
    parts = [pipeline.generate(prompts[i:i + BATCH], seeds[i:i + BATCH], steps)
             for i in range(0, len(prompts), BATCH)]
    write_sheet(path, np.concatenate(parts), columns)
    lines = ''.join(f'row {i // columns + 1} column {i % columns + 1}: {prompt}\n'
                    for i, prompt in enumerate(prompts))
    path.with_suffix('.txt').write_text(lines)


def write_sample_sheets(pipeline: Pipeline, work: Path) -> None:
    """`sheet.png` (fixed prompts) and, with two seeds, `adherence_*.png` (held-out prompts)."""
    _write_prompt_sheet(pipeline, work / 'sheet.png', list(SHEET_PROMPTS), SHEET_SEED,
                        SHEET_COLUMNS)
    held_out = [prompt for prompt, _ in adherence_prompts()]
    for name, seed in ADHERENCE_SEEDS.items():
        _write_prompt_sheet(pipeline, work / f'{name}.png', held_out, seed, ADHERENCE_COLUMNS)
