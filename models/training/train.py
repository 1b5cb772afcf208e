"""Trains the default model, in slices: every command continues where the last one was cut.

    python train.py all --work DIR --preset cpu-128 --minutes 60
"""

import argparse
import json
import math
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import nn

import schedule
from card import write_card_pictures
from checkpoint import load_checkpoint, save_checkpoint, write_json
from data import Dataset
from measure import measure, vae_psnr, velocity_losses
from muon import MuonAdam
from pipeline import (Pipeline, as_bytes, as_pixels, denoiser, load_vae, write_sample_sheets,
                      write_sheet)
from presets import PRESETS, smoke
from run import Run
from session import Session
from vae import Vae, reconstruction_loss

LATENT_NOISE, LATENT_PULL = .06, 2e-3
CUT = 3                                        # exit status: run the command again
FINISH_RESERVE = 90                            # seconds kept for samples and export
PAIRS = 16                                     # pictures of reconstructions.png


def vae_rate(step: int, progress: float) -> float:
    """Warm-up, a plateau for a quarter, then half a cosine."""
    falling = max(0., progress - .25) / .75
    return min(1, (step + 1) / 60) * .5 * (1 + math.cos(math.pi * min(1, falling))) + .007


def train_vae(session: Session, options: argparse.Namespace) -> bool:
    """Trains the autoencoder on crops; it is convolutional and does not mind their size."""
    preset, device = session.preset, session.device
    dataset = Dataset(session.work, preset)
    model = Vae(preset.vae).to(device, memory_format=torch.channels_last)
    optimizer = MuonAdam(model, 0, preset.vae_rate, (.9, .99), 1e-4)
    run = Run(session, 'vae', model, optimizer, preset.vae_ema,
              options.vae_minutes or preset.vae_minutes, options.vae_samples)
    if run.finished:
        return True
    pictures = dataset.pictures('train', device, preset.vae_images)
    where, crop, batch = pictures.device, preset.vae_crop, preset.vae_batch
    span = torch.arange(crop, device=where)
    spots = (preset.size - crop) // 8 + 1      # crops keep to the latent grid

    def scaled(values: torch.Tensor) -> torch.Tensor:
        values = values.to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
        return values.contiguous(memory_format=torch.channels_last)

    def loss_of() -> torch.Tensor:
        index = torch.randint(len(pictures), (batch, 1, 1), device=where)
        top, left = torch.randint(spots, (2, batch, 1), device=where) * 8
        real = scaled(pictures[index, (top + span)[:, :, None], (left + span)[:, None]])
        noise = torch.randn(batch, preset.vae.latent, crop // 8, crop // 8, device=device)
        with session.autocast():
            latent = model.encoder(real)
            made = model.decoder(latent + LATENT_NOISE * noise)
        # The pull keeps latents near unit size without a variational term.
        return (reconstruction_loss(made.float(), real)
                + LATENT_PULL * nn.functional.relu(latent.float().square() - 1).mean())

    @torch.no_grad()
    def evaluate(weights: dict[str, torch.Tensor]) -> dict[str, float]:
        averaged = Vae(preset.vae).to(device)
        averaged.load_state_dict(weights)
        held = scaled(dataset.pictures('validation', device))
        values = vae_psnr(averaged, held, session.autocast())
        made = averaged.decoder(averaged.encoder(held[:PAIRS])).clamp(-1, 1)
        write_sheet(session.work / 'reconstructions.png',
                    as_bytes(torch.stack([held[:PAIRS], made], 1).flatten(0, 1)), 8)
        return {'psnr': float(values.mean()), 'median_psnr': float(np.median(values))}

    # A sample is a whole picture's worth of crops, so that rates compare across crops.
    share = max(1, round(batch * (crop / preset.size) ** 2))
    return run.train(share, loss_of, vae_rate, evaluate)


@torch.no_grad()
def encode(session: Session, _: argparse.Namespace) -> bool:
    """Writes the latents of all pictures, and the mean and spread of each channel."""
    preset, device = session.preset, session.device
    statistics_path = session.work / 'latents.pt'
    dataset, progress_path = Dataset(session.work, preset), session.work / 'encoded.json'
    vae = load_vae(session.work, preset).to(device, memory_format=torch.channels_last)
    # The counts hold for one autoencoder only; should it be trained again, begin again.
    identity = f'{(session.work / "vae.pt").stat().st_mtime_ns}'
    progress = json.loads(progress_path.read_text()) if progress_path.exists() else {}
    if progress.get('vae') != identity:
        progress = {'vae': identity, 'train': 0, 'validation': 0}
    elif statistics_path.exists() and all(
            progress[part] == len(dataset.latents(part)) for part in ('train', 'validation')):
        return True
    told, count = time.time(), 0
    for part in ('validation', 'train'):
        latents = dataset.latents(part)
        while progress[part] < len(latents):
            if session.over():
                return False
            start = progress[part]
            chunk = as_pixels(dataset.read(part, start, start + preset.encode_batch)).to(device)
            with session.autocast():
                made = vae.encoder(chunk.contiguous(memory_format=torch.channels_last)).float()
            latents[start:start + len(chunk)] = made.cpu().numpy()
            progress[part] = start + len(chunk)
            count += len(chunk)
            if time.time() - told > 60 or progress[part] == len(latents):
                latents.flush()
                write_json(progress_path, progress)
                session.report('encode', part=part, images=progress[part],
                               rate=count / max(time.time() - told, 1e-3))
                told, count = time.time(), 0
    if statistics_path.exists():               # a checkpoint brought those it was trained with
        return True
    sample = torch.from_numpy(np.array(dataset.latents('train')[:8000])).float()
    statistics = {'mean': sample.mean((0, 2, 3)), 'std': sample.std((0, 2, 3))}
    save_checkpoint(statistics_path, statistics)
    return True


def train_unet(session: Session, options: argparse.Namespace) -> bool:
    """Trains UNet and text encoder together to predict v (`schedule.py`)."""
    preset, device = session.preset, session.device
    dataset = Dataset(session.work, preset)
    tokenizer = dataset.tokenizer()
    model = denoiser(preset, len(tokenizer.vocabulary))
    model = model.to(device, memory_format=torch.channels_last)
    optimizer = MuonAdam(model, preset.muon_rate, preset.adam_rate)
    run = Run(session, 'unet', model, optimizer, preset.unet_ema,
              options.unet_minutes or preset.unet_minutes, options.unet_samples)
    if options.finish and not run.fixed:
        run.budget_seconds = run.seconds + max(session.seconds_left() - FINISH_RESERVE, 1)
        session.end -= FINISH_RESERVE / 2
    if run.finished:
        return True
    statistics = load_checkpoint(session.work / 'latents.pt')
    mean, std = (statistics[name].view(1, -1, 1, 1).to(device) for name in ('mean', 'std'))
    latents = torch.from_numpy(np.array(dataset.latents('train'))).to(device)
    tokens = dataset.tokens('train').to(device)
    empty = torch.tensor(tokenizer(''), device=device)
    alphas = schedule.alphas_cumprod().to(device)
    batch, side = preset.batch, preset.size // 8

    def timesteps(count: int) -> torch.Tensor:
        """Evenly spread from a random start: less variance than independent draws."""
        even = (torch.arange(count, device=device) + torch.rand(1, device=device)) / count
        return (even * schedule.TRAIN_STEPS).long().clamp(max=schedule.TRAIN_STEPS - 1)

    def cropped(clean: torch.Tensor) -> torch.Tensor:
        """Now and then 3:4 or 4:3, around the place where subjects stand."""
        if np.random.rand() >= preset.narrow:
            return clean
        length = side * 3 // 4
        if np.random.rand() < .5:
            return clean[..., (side - length) // 2:][..., :length]
        return clean[..., side * 5 // 32:, :][..., :length, :]

    def loss_of() -> torch.Tensor:
        index = torch.randint(len(latents), (batch,), device=device)
        clean = cropped((latents[index].float() - mean) / std)
        ids = tokens[index]
        ids[torch.rand(batch, device=device) < preset.drop] = empty
        times = timesteps(batch)
        noisy, target = schedule.noisy_and_target(clean, torch.randn_like(clean), alphas[times])
        with session.autocast():
            made = model['unet'](noisy.contiguous(memory_format=torch.channels_last), times,
                                 model['text'](ids))
        return (made.float() - target).square().mean()

    def rate_factor(step: int, progress: float) -> float:
        """Warm-up, a plateau, and a straight fall over the last share of the samples."""
        return min(1, (step + 1) / 30) * min(1, max(.02, (1 - progress) / preset.decay))

    def evaluate(weights: dict[str, torch.Tensor]) -> dict[str, float]:
        averaged = denoiser(preset, len(tokenizer.vocabulary)).to(device)
        averaged.load_state_dict(weights)
        held = torch.from_numpy(np.array(dataset.latents('validation'))).to(device)
        own, shuffled = velocity_losses(
            averaged['unet'], averaged['text'], (held.float() - mean) / std,
            dataset.tokens('validation').to(device), precision=session.autocast())
        return {'validation': own, 'shuffled': shuffled}

    return run.train(batch, loss_of, rate_factor, evaluate)


def render(session: Session, _: argparse.Namespace) -> bool:
    """Draws all pictures and learns the tokenizer from their captions."""
    dataset = Dataset(session.work, session.preset)
    return dataset.rendered() or dataset.render(
        session.over, lambda **facts: session.report('render', **facts))


def sample(session: Session, options: argparse.Namespace) -> bool:
    """Writes the sheets to look at, and to a folder `--to` the pictures of its card."""
    pipeline = Pipeline(session.work, session.preset, session.device)
    write_sample_sheets(pipeline, session.work)
    if options.to:
        write_card_pictures(session.work, options.to)
    session.report('sample', samples=pipeline.facts['samples'])
    return True


def export(session: Session, options: argparse.Namespace) -> bool:
    """Writes the model folder with the numbers of the held-out protocol in its manifest."""
    from export import export as export_onnx   # needs onnx, which training does not
    quality = measure(Pipeline(session.work, session.preset, session.device))
    pipeline = Pipeline(session.work, session.preset, torch.device('cpu'))
    megabytes = export_onnx(exported_folder(options), pipeline, quality)
    session.report('export', megabytes=megabytes)
    return True


def measured(session: Session, _: argparse.Namespace) -> bool:
    """The numbers of the held-out protocol, without an export."""
    pipeline = Pipeline(session.work, session.preset, session.device)
    session.report('measure', samples=pipeline.facts['samples'], **asdict(measure(pipeline)))
    return True


def adopt(session: Session, options: argparse.Namespace) -> bool:
    """Starts from an exported model instead of from nothing."""
    from adopt import adopt as adopt_onnx      # needs onnx, which training does not
    adopt_onnx(options.model, session.work, session.preset)
    return True


# The export comes first: should the time run out, it is worth more than the sheets.
STAGES = {'render': render, 'vae': train_vae, 'encode': encode, 'unet': train_unet,
          'export': export, 'sample': sample}
ENDINGS = ('export', 'sample')
COMMANDS = {**STAGES, 'measure': measured, 'adopt': adopt}


def exported_folder(options: argparse.Namespace) -> Path:
    return options.to or options.work / 'onnx'


def made_already(options: argparse.Namespace, stage: str) -> bool:
    """Whether an ending stage has been run since the last change of the UNet."""
    product = (exported_folder(options) / 'model.toml' if stage == 'export'
               else options.work / 'adherence_2.png')
    return (product.exists()
            and product.stat().st_mtime > (options.work / 'unet.pt').stat().st_mtime)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('command', choices=[*COMMANDS, 'all'])
    parser.add_argument('--work', type=Path, required=True, help='folder of all state')
    parser.add_argument('--preset', choices=PRESETS, default='cpu-128')
    parser.add_argument('--minutes', type=float, default=1e6, help='for this command')
    parser.add_argument('--vae-minutes', type=float, help='in all, over all commands')
    parser.add_argument('--unet-minutes', type=float, help='in all, over all commands')
    parser.add_argument('--vae-samples', type=int, default=0, help='instead of minutes')
    parser.add_argument('--unet-samples', type=int, default=0, help='instead of minutes')
    parser.add_argument('--finish', action='store_true',
                        help='last command: fit the UNet, samples and export into --minutes')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--threads', type=int, default=0, help='for torch on a CPU')
    parser.add_argument('--to', type=Path,
                        help='model folder to write: of the export (default: WORK/onnx), and of '
                             'the pictures on its card')
    parser.add_argument('--from', type=Path, dest='model', help='exported folder to adopt')
    parser.add_argument('--smoke', action='store_true', help='64 images and 3 steps a stage')
    options = parser.parse_args()
    if options.command == 'adopt' and not options.model:
        parser.error('adopt needs --from')
    return options


def main() -> int:
    options = arguments()
    preset = PRESETS[options.preset]
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision('high')
    torch.backends.cudnn.benchmark = True
    session = Session(options.work, smoke(preset) if options.smoke else preset,
                      options.minutes, options.device)
    # A resumed command must not repeat the random numbers of the one before.
    torch.manual_seed(time.time_ns() % (1 << 31))
    np.random.seed(os.getpid())
    for name in STAGES if options.command == 'all' else [options.command]:
        ending = name in ENDINGS
        if ending:
            if session.stopped:
                return CUT
            session.let_signals_end()
            if options.command == 'all' and made_already(options, name):
                continue
        if session.over() and not (options.finish and ending) \
                or not COMMANDS[name](session, options):
            print(f'cut in stage {name}: run the same command again to continue',
                  file=sys.stderr)
            return CUT
    return 0


if __name__ == '__main__':
    sys.exit(main())
