"""Makes a working folder from an exported model, so that anybody can train on from it.

The graphs keep the weights' names (`export.py`), as fp16: what the optimizer knew is lost, so a
training that goes on warms up anew.
"""

import shutil
import tomllib
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from checkpoint import save_checkpoint
from export import HALF, TRANSPOSED
from manifest import MANIFEST
from pipeline import denoiser
from presets import Preset
from tokenizer import Tokenizer
from vae import Vae


def _weights(path: Path) -> dict[str, torch.Tensor]:
    """The weights of a graph in fp32, by their names in torch."""
    weights = {}
    for tensor in onnx.load(path).graph.initializer:
        name, values = tensor.name.removesuffix(HALF), numpy_helper.to_array(tensor)
        if name.endswith(TRANSPOSED):
            name, values = name.removesuffix(TRANSPOSED), values.T
        weights[name] = torch.from_numpy(np.array(values, order='C'))
    return {name: value.float() if value.is_floating_point() else value
            for name, value in weights.items()}


def _state(module: nn.Module, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The module's state from these weights; every one of its tensors must be among them."""
    return {name: weights[name].reshape(tensor.shape)
            for name, tensor in module.state_dict().items()}


def _prefixed(weights: dict[str, torch.Tensor], old: str, new: str) -> dict[str, torch.Tensor]:
    return {new + name.removeprefix(old): value for name, value in weights.items()
            if name.startswith(old)}


def adopt(model: Path, work: Path, preset: Preset) -> None:
    """Writes the checkpoints and the tokenizer of an exported model to a working folder."""
    manifest = tomllib.loads((model / MANIFEST).read_text(encoding='utf-8'))
    training = manifest['training']
    if training['preset'] != preset.name:
        raise SystemExit(f'{model} was trained with --preset {training["preset"]}')
    if (work / 'unet.pt').exists():
        raise SystemExit(f'{work} holds a training already: use another --work')
    shutil.copytree(model / 'tokenizer', work / 'tokenizer', dirs_exist_ok=True)
    tokenizer = Tokenizer.load(work / 'tokenizer', preset.text.context)

    encoder, decoder = (_weights(model / name / 'model.onnx')
                        for name in ('vae_encoder', 'vae_decoder'))
    vae = _state(Vae(preset.vae), _prefixed(encoder, 'network.', 'encoder.')
                 | _prefixed(decoder, 'network.', 'decoder.'))
    parts = _state(denoiser(preset, len(tokenizer.vocabulary)),
                   _prefixed(_weights(model / 'unet' / 'model.onnx'), '', 'unet.')
                   | _prefixed(_weights(model / 'text_encoder' / 'model.onnx'), '', 'text.'))

    unknown = {'step': 0, 'loss': 0., 'quality': None, 'optimizer': None}
    save_checkpoint(work / 'latents.pt', {name: encoder[name].flatten()
                                          for name in ('mean', 'std')})
    save_checkpoint(work / 'vae.pt', {
        **unknown, 'samples': 0, 'planned': 1, 'seconds': 0., 'finished': True,
        'model': vae, 'ema': vae})
    save_checkpoint(work / 'unet.pt', {
        **unknown, 'samples': training['samples'], 'planned': training['samples'],
        'seconds': 60. * training['minutes'], 'finished': False, 'model': parts, 'ema': parts})
