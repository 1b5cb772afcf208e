"""Runs the exported models through optimum's own ONNX pipelines, and says how near they come.

    python replay.py [SUFFIX [MODELS]]

Compares with `tests/golden/parity.json`; SUFFIX is that of the folders, as `_fp16`. Nothing is
written: this shows that the golden values hold for the graphs, and what half precision costs.
"""

import base64
import inspect
import json
import os
import sys
import warnings
from pathlib import Path

os.environ['HF_HUB_OFFLINE'] = '1'

import diffusers  # noqa: E402  (the hub's client reads the environment when it is imported)
import numpy as np  # noqa: E402
import torch  # noqa: E402
from optimum import onnxruntime as ort  # noqa: E402
from PIL import Image  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / 'tests' / 'golden'


draw = torch.randn


def draw_in_full(*shape: object, dtype: torch.dtype | None = None, **named: object) -> torch.Tensor:
    """Noise of full precision, rounded; torch draws other numbers where it is asked for halves."""
    return draw(*shape, **named).to(dtype or torch.float32)


def replay(run: dict, suffix: str) -> tuple[float, float]:
    """The relative error of the latents and the PSNR of the picture."""
    kind = getattr(ort, 'ORT' + run['pipeline'])
    pipeline = kind.from_pretrained(ROOT / 'tests' / 'tiny' / f'{run["model"]}{suffix}')
    if suffix and pipeline.vae.config.get('force_upcast'):
        # The exported VAE stays as it is, and optimum's pipeline stumbles over the wish.
        for half in (pipeline.vae.encoder, pipeline.vae.decoder):
            half.register_to_config(force_upcast=False)
    scheduler = run['scheduler']
    pipeline.scheduler = getattr(diffusers, scheduler['class']).from_config(scheduler['config'])
    pipeline.set_progress_bar_config(disable=True)
    arguments = {'prompt': run['prompt'], 'num_inference_steps': run['steps'],
                 'guidance_scale': run['guidance']}
    if run['negative'] is not None:
        arguments['negative_prompt'] = run['negative']
    if 'max_sequence_length' in run:
        arguments['max_sequence_length'] = run['max_sequence_length']
    for name, argument in (('source', 'image'), ('mask', 'mask_image')):
        if name in run:
            arguments[argument] = Image.open(GOLDEN / run[name])
    if 'strength' in run:
        arguments['strength'] = run['strength']
    if 'height' in inspect.signature(pipeline.__call__).parameters:
        arguments |= {'width': run['width'], 'height': run['height']}

    def images(output_type: str) -> object:
        return pipeline(**arguments, generator=torch.Generator('cpu').manual_seed(run['seed']),
                        output_type=output_type).images

    latents = torch.as_tensor(images('latent')).float()
    if latents.ndim == 3:
        latents = pipeline._unpack_latents(latents, run['height'], run['width'], 8)
    wanted = np.frombuffer(base64.b64decode(run['latents']['float32']), '<f4')
    error = np.linalg.norm(latents.numpy().ravel() - wanted) / np.linalg.norm(wanted)
    expected = np.asarray(Image.open(GOLDEN / run['picture']), 'f8')
    noise = np.mean((np.asarray(images('pil')[0], 'f8') - expected) ** 2)
    return float(error), float(10 * np.log10(255 ** 2 / max(noise, 1e-9)))


def main() -> None:
    warnings.simplefilter('ignore')
    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    torch.randn = draw_in_full
    suffix, models = ''.join(sys.argv[1:2]), sys.argv[2:]
    for run in json.loads((GOLDEN / 'parity.json').read_text(encoding='utf-8'))['runs']:
        kind = getattr(ort, 'ORT' + run['pipeline'], None)
        # LCM's pipelines take other schedulers only where these are dressed up as in parity.py.
        own = run['model'] != 'lcm' or run['scheduler']['slug'] == 'lcm'
        if models and run['model'] not in models:
            continue
        if not own or kind is None or not issubclass(kind, ort.ORTDiffusionPipeline):
            continue                           # optimum has no such pipeline
        error, psnr = replay(run, suffix)
        print(f'{run["name"]}{suffix}: latents {error:.1e}, picture {psnr:.1f} dB', flush=True)


if __name__ == '__main__':
    main()
