"""Export to the ONNX folder layout of diffusers and optimum, and prove it with onnxruntime.

Weights are stored as fp16 with a Cast to fp32 behind each: half the size, and the maths stays
fp32 everywhere (runtimes fold the casts when they load the model). Every stored weight keeps the
name it has in torch, so that training can go on from the exported folder (`adopt.py`).
"""

import copy
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

import schedule
from manifest import CARD, write_manifest
from measure import Quality
from pipeline import GUIDANCE, STEPS, Pipeline
from presets import Preset

OPSET, SMALLEST, TOLERANCE = 17, 64, 2e-3
HALF, TRANSPOSED = '.half', '.transposed'
DIFFUSERS_VERSION = '0.42.1'
SMALLEST_SIDE, LARGEST_SIDE = 64, 512          # pixels; tried
IDENTITY = {
    'id': 'maquette-sketch', 'name': 'Maquette Sketch', 'version': '0.1.0',
    'family': 'stable_diffusion',
    'description': 'Naive concept sketches, 26 subjects in 7 styles: a small model made by the '
                   'studio itself, to start with and to try every tool on.'}
LICENCE = {
    'id': 'Apache-2.0', 'holder': 'The Maquette developers',
    'text': 'Free to use, change and share, also for sale, under the Apache License 2.0; '
            'no rights are claimed in the pictures made with it.'}
ORIGIN = {
    'made_by': 'models/training',
    'data': 'Every training picture and caption is rendered by models/training/renderer from a '
            'seed; nothing was downloaded.'}
EXAMPLES = ['a red lighthouse on a cliff by the sea at sunset, watercolor',
            'a blue castle in the mountains at night, flat vector illustration',
            'a purple potion on a yellow background, flat vector art',
            'a green cactus in the desert at sunset, pixel art',
            'a red rocket in space, flat design',
            'a teal windmill on a grassy hill at sunset, pastel']


@dataclass(frozen=True)
class Component:
    """One graph: its module, example inputs, their names and which of their axes may vary."""

    module: nn.Module
    inputs: tuple[torch.Tensor, ...]
    axes: dict[str, dict[int, str]]
    output: str
    output_axes: dict[int, str]


def _components(pipeline: Pipeline) -> dict[str, Component]:
    latent, side = pipeline.preset.vae.latent, pipeline.preset.size // 8
    generator = torch.Generator().manual_seed(7)
    ids = torch.tensor([pipeline.tokenizer('a red fox in the snow, watercolor'),
                        pipeline.tokenizer('')])
    noise = torch.randn(2, latent, side, side * 3 // 2, generator=generator)
    pixels = torch.rand(2, 3, side * 8, side * 12, generator=generator) * 2 - 1
    area = {0: 'batch', 2: 'height', 3: 'width'}
    text = {0: 'batch', 1: 'sequence'}
    return {
        'text_encoder': Component(pipeline.text, (ids,), {'input_ids': {0: 'batch'}},
                                  'last_hidden_state', {0: 'batch'}),
        'unet': Component(
            pipeline.unet, (noise, torch.tensor(501), pipeline.text(ids)),
            {'sample': area, 'timestep': {}, 'encoder_hidden_states': text}, 'out_sample', area),
        # optimum's name for the latents of an encoder that draws nothing; Gaussian ones have
        # `latent_parameters`.
        'vae_encoder': Component(pipeline.encoder, (pixels,), {'sample': area}, 'latent_sample',
                                 area),
        'vae_decoder': Component(pipeline.decoder, (noise,), {'latent_sample': area}, 'sample',
                                 area)}


def _name_weights(model: onnx.ModelProto, module: nn.Module) -> None:
    """Gives their names back to the weights that the exporter folded with a transposition
    (matrices) or a reshape (norms). In place; equal weights may be swapped, which is no harm."""
    stored = {weight.name for weight in model.graph.initializer}
    lost = {name: value.detach().numpy() for name, value in module.named_parameters()
            if name not in stored}
    renamed = {}
    for weight in model.graph.initializer:
        if weight.name.startswith('onnx::'):
            values = numpy_helper.to_array(weight)
            matrix = values.ndim == 2
            name = next(name for name, value in lost.items()
                        if np.array_equal(value.T if matrix else value, values.squeeze()))
            renamed[weight.name] = weight.name = name + TRANSPOSED if matrix else name
            del lost[name]
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]


def _halve_weights(model: onnx.ModelProto) -> None:
    """In place. Small tensors stay fp32: biases of a few numbers are not worth a node."""
    casts, kept = [], []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < SMALLEST:
            kept.append(weight)
            continue
        half = weight.name + HALF
        values = numpy_helper.to_array(weight).astype(np.float16)
        kept.append(numpy_helper.from_array(values, half))
        casts.append(helper.make_node('Cast', [half], [weight.name], to=TensorProto.FLOAT))
    nodes = casts + list(model.graph.node)
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)


def _export(component: Component, path: Path) -> None:
    path.parent.mkdir(parents=True)
    axes = {**component.axes, component.output: component.output_axes}
    torch.onnx.export(component.module, component.inputs, path, input_names=list(component.axes),
                      output_names=[component.output],
                      dynamic_axes={name: which for name, which in axes.items() if which},
                      opset_version=OPSET, dynamo=False)
    model = onnx.load(path)
    _name_weights(model, component.module)
    _halve_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _configs(preset: Preset, vocabulary: int) -> dict[str, dict]:
    """The JSON files of the folder but the tokenizer's, by path."""
    latent, side = preset.vae.latent, preset.size // 8
    runtime, version = ['diffusers', 'OnnxRuntimeModel'], {'_diffusers_version': DIFFUSERS_VERSION}
    vae = {'_class_name': 'AutoencoderKL', **version, 'in_channels': 3, 'out_channels': 3,
           'latent_channels': latent, 'scaling_factor': 1.0, 'sample_size': preset.size,
           # Only its length means something to readers: 2 ** 3 pixels per latent cell.
           'block_out_channels': [*reversed(preset.vae.decoder), preset.vae.decoder[0]]}
    return {
        'model_index.json': {
            '_class_name': 'OnnxStableDiffusionPipeline', **version,
            'scheduler': ['diffusers', 'DDIMScheduler'],
            'tokenizer': ['transformers', 'CLIPTokenizer'], 'text_encoder': runtime,
            'unet': runtime, 'vae_encoder': runtime, 'vae_decoder': runtime,
            'safety_checker': [None, None], 'feature_extractor': [None, None],
            'requires_safety_checker': False},
        'scheduler/scheduler_config.json': {
            '_class_name': 'DDIMScheduler', **version,
            'num_train_timesteps': schedule.TRAIN_STEPS, 'beta_start': schedule.BETA_START,
            'beta_end': schedule.BETA_END, 'beta_schedule': 'scaled_linear',
            'prediction_type': 'v_prediction', 'clip_sample': False, 'set_alpha_to_one': False,
            'steps_offset': 1, 'timestep_spacing': 'leading'},
        'unet/config.json': {
            '_class_name': 'UNet2DConditionModel', **version, 'sample_size': side,
            'in_channels': latent, 'out_channels': latent,
            'cross_attention_dim': preset.text.width,
            'block_out_channels': list(preset.unet.widths)},
        'vae_encoder/config.json': vae, 'vae_decoder/config.json': vae,
        'text_encoder/config.json': {
            'model_type': 'clip_text_model', 'architectures': ['CLIPTextModel'],
            'hidden_size': preset.text.width, 'num_hidden_layers': preset.text.layers,
            'num_attention_heads': preset.text.heads, 'intermediate_size': 4 * preset.text.width,
            'hidden_act': 'quick_gelu', 'max_position_embeddings': preset.text.context,
            'vocab_size': vocabulary, 'bos_token_id': vocabulary - 2,
            'eos_token_id': vocabulary - 1, 'pad_token_id': vocabulary - 1}}


@torch.no_grad()
def _rounded(module: nn.Module) -> nn.Module:
    """A copy whose stored tensors are rounded as the exported ones are."""
    module = copy.deepcopy(module)
    for tensor in module.state_dict().values():
        if tensor.numel() >= SMALLEST:
            tensor.copy_(tensor.half().float())
    return module


@torch.no_grad()
def _check(component: Component, path: Path) -> None:
    """Ends the program when onnxruntime deviates from torch with the same rounded weights.

    Batch and size differ from those of the export: axes that may vary must vary.
    """
    session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
    inputs = [value[:1] if value.ndim > 1 else value for value in component.inputs]
    inputs = [value[..., :value.shape[-2]] if value.ndim == 4 else value for value in inputs]
    feeds = {name: value.numpy() for name, value in zip(component.axes, inputs)}
    made = session.run([component.output], feeds)[0]
    error = float(np.abs(made - _rounded(component.module)(*inputs).numpy()).max())
    if not error < TOLERANCE:
        raise SystemExit(f'{path}: onnxruntime deviates from torch by {error:.2e}')


def _replace(folder: Path, final: Path) -> None:
    """Puts the finished folder in the place of `final`, whose card stays."""
    for name in CARD:
        if (final / name).exists():
            shutil.copy2(final / name, folder / name)
    shutil.rmtree(final, ignore_errors=True)
    os.replace(folder, final)


def export(final: Path, pipeline: Pipeline, quality: Quality) -> float:
    """Writes the model folder `final`, complete or not at all, and returns its megabytes."""
    preset = pipeline.preset
    folder = final.with_name(final.name + '.partial')
    shutil.rmtree(folder, ignore_errors=True)
    components = _components(pipeline)
    for name, component in components.items():
        path = folder / name / 'model.onnx'
        _export(component, path)
        _check(component, path)
    for name, value in _configs(preset, len(pipeline.tokenizer.vocabulary)).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(value, indent=2) + '\n')
    pipeline.tokenizer.save(folder / 'tokenizer')
    training = {
        'preset': preset.name, 'samples': pipeline.facts['samples'],
        'minutes': round(pipeline.facts['seconds'] / 60),
        'parameters': sum(parameter.numel() for part in components.values()
                          for parameter in part.module.parameters()),
        'vae_psnr_db': round(quality.psnr, 2),
        'vae_median_psnr_db': round(quality.median_psnr, 2),
        'v_loss': round(quality.v_loss, 4), 'v_loss_shuffled': round(quality.v_loss_shuffled, 4)}
    write_manifest(folder, IDENTITY, {
        'licence': LICENCE, 'origin': ORIGIN, 'training': training,
        'defaults': {'width': preset.size, 'height': preset.size, 'steps': STEPS,
                     'guidance': GUIDANCE, 'scheduler': 'ddim', 'schedule': 'discrete',
                     # The text encoder's numbers have a mean of nearly 0: nothing to restore.
                     'emphasis': 'no-norm'},
        'limits': {'size_multiple': preset.size_multiple, 'min_side': SMALLEST_SIDE,
                   'max_side': LARGEST_SIDE, 'tokens': preset.text.context},
        'examples': {'prompts': EXAMPLES}})
    megabytes = sum(path.stat().st_size for path in folder.rglob('*') if path.is_file()) / 1e6
    _replace(folder, final)
    print(f'exported to {final}: {megabytes:.1f} MB', file=sys.stderr)
    return megabytes
