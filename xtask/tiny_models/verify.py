"""Compares exported graphs with the modules that they came from, on inputs of other sizes."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from diffusers import AutoencoderKL, DiffusionPipeline

TYPES = {'tensor(float)': np.float32, 'tensor(float16)': np.float16,
         'tensor(int64)': np.int64, 'tensor(int32)': np.int32}
# Sizes that differ from those of the tracing, and from each other: a size that was frozen shows.
SIZES = {'batch_size': 3, 'step': 3, 'height': 12, 'width': 8, 'latent_height': 6,
         'latent_width': 10, 'sample_height': 48, 'sample_width': 80, 'packed_height_width': 24,
         'sequence_length': 77}


def _feed(port: onnxruntime.NodeArg, counts_to_one: bool,
          random: np.random.Generator) -> np.ndarray:
    shape = [SIZES.get(size, size) for size in port.shape]
    kind = TYPES[port.type]
    if port.name == 'input_ids':
        return random.integers(3, 90, shape).astype(kind)
    if port.name == 'timestep':                # Flux counts from 0 to 1, the others to 1000
        return np.full(shape, .5 if counts_to_one else 501, kind)
    if port.name.endswith('_ids'):
        return random.integers(0, 9, shape).astype(kind)
    return random.standard_normal(shape).astype(kind)


def _tensors(feeds: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """The same numbers in full precision."""
    return {name: torch.from_numpy(value if value.dtype.kind == 'i' else value.astype('f4'))
            for name, value in feeds.items()}


def _module(pipeline: DiffusionPipeline, graph: str) -> torch.nn.Module:
    return pipeline.vae if graph.startswith('vae_') else getattr(pipeline, graph)


def _expected(module: torch.nn.Module, graph: str,
              feeds: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    if isinstance(module, AutoencoderKL):
        if graph == 'vae_decoder':
            return {'sample': module.decode(feeds['latent_sample']).sample}
        distribution = module.encode(feeds['sample']).latent_dist
        return {'latent_parameters': distribution.parameters, 'latent_sample': distribution.mean}
    if graph.startswith('text_encoder'):
        given = module(**feeds, output_hidden_states=True)
        hidden = {f'hidden_states.{layer}': state
                  for layer, state in enumerate(given.hidden_states)}
        return {**hidden, **{name: value for name, value in given.items()
                             if isinstance(value, torch.Tensor)}}
    if 'text_embeds' in feeds:
        feeds['added_cond_kwargs'] = {name: feeds.pop(name) for name in ('text_embeds', 'time_ids')}
    # Exporters differ in the name of a transformer's output.
    return dict.fromkeys(('out_sample', 'out_hidden_states', 'sample'), module(**feeds).sample)


@torch.no_grad()
def largest_differences(pipeline: DiffusionPipeline, folder: Path) -> dict[str, float]:
    """By graph, the largest difference of any output, relative to that output's spread."""
    random, differences = np.random.default_rng(1), {}
    for path in sorted(folder.glob('*/model.onnx')):
        graph = path.parent.name
        session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
        ports = session.get_inputs()
        counts_to_one = any(port.name == 'img_ids' for port in ports)
        feeds = {port.name: _feed(port, counts_to_one, random) for port in ports}
        names = [port.name for port in session.get_outputs()]
        expected = _expected(_module(pipeline, graph), graph, _tensors(feeds))
        differences[graph] = max(
            float(np.abs(value.astype('f4') - expected[name].numpy()).max()
                  / expected[name].std()) for name, value in
            zip(names, session.run(names, feeds), strict=True))
    assert np.isfinite(list(differences.values())).all(), differences
    return differences
