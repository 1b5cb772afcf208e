"""Writes `parity.json` and `parity/`: what diffusers' pipelines make with the tiny models' weights.

    python parity.py WEIGHTS

WEIGHTS is the folder that `cargo xtask tiny-models` filled: the PyTorch side of the models that
are in `tests/tiny` as exported graphs. Everything runs on the CPU in full precision.
"""

import base64
import inspect
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import diffusers
import numpy as np
import torch
from PIL import Image, ImageDraw

from fixture import GOLDEN, flat, write_golden

PICTURES = GOLDEN / 'parity'
PROMPT, NEGATIVE = 'a red fox in the snow, watercolor', 'blurry, text'
OTHER_PROMPT = 'a blue boat at night'
STEPS, STRENGTH, SEED = 4, .6, 42
WIDE, TALL = (64, 48), (48, 64)                # pixels; neither is square, so swapped sides show
STORED = 6
ABOUT = {
    'runs': 'each is one call of the pipeline class named, with `model` (a folder of tests/tiny) '
            'in the full precision that it was exported from',
    'scheduler': 'class and whole config, less lambda_min_clipped, which is minus infinity; `slug` '
                 'is its part of the file names',
    'negative': 'null is no negative prompt at all: zeros where the model says '
                'force_zeros_for_empty_prompt, else the encoding of ""',
    'guidance': 'guidance_scale of the call; 0 and 1 leave the unconditional half out, and '
                'lcm and flux_dev take it as an input of the denoiser instead',
    'draws': 'one torch.Generator("cpu") with the seed for the picture, in this order: with a '
             'source, noise of the latents\' shape for the encoder\'s Gaussian (mean + exp(half '
             'the logarithm of the variance) * noise); then the starting noise; with a mask, noise '
             'for the Gaussian of the masked source; then what the scheduler draws in its steps. '
             'An inpainting run of strength 1 starts from noise alone and skips the first',
    'timesteps': 'those that ran: with a source, stable diffusion keeps int(steps * strength) of '
                 'them, and sd3 and flux steps - int(steps - steps * strength)',
    'conditioning': 'of each encoded tensor the shape, the first 6 values, mean and deviation',
    'latents': 'what the decoder gets, before division by its scaling factor: little-endian '
               'float32 in base64, with its shape; flux\'s are unpacked',
    'picture': 'PNG in this folder',
    'prompt_matters': 'relative change of the latents with another prompt, as a check of the model',
    'tolerance': 'latents within 2e-3 relative, pictures within 50 dB of PSNR; with the _fp16 '
                 'models 35 dB'}


class OwnEta:
    """A scheduler with its own eta, where the LCM pipelines hand over none."""

    def step(self, model_output: torch.Tensor, timestep: object, sample: torch.Tensor,
             eta: float | None = None, generator: torch.Generator | None = None,
             return_dict: bool = True) -> object:
        own = {} if eta is None else {'eta': eta}
        return super().step(model_output, timestep, sample, generator=generator,
                            return_dict=return_dict, **own)


class Tcd(OwnEta, diffusers.TCDScheduler):
    """For the LCM pipelines."""


class Ddim(OwnEta, diffusers.DDIMScheduler):
    """For the LCM pipelines, which hand over arguments that only LCM's scheduler takes."""

    def set_timesteps(self, num_inference_steps: int, device: object = None,
                      original_inference_steps: int | None = None, strength: float = 1.) -> None:
        super().set_timesteps(num_inference_steps, device)
        self.timesteps = self.timesteps[num_inference_steps - int(num_inference_steps * strength):]


@dataclass
class Sampler:
    slug: str
    kind: type
    config: dict[str, object] = field(default_factory=dict)
    from_picture: bool = True


@dataclass
class Family:
    """How one tiny model is run."""
    model: str
    samplers: list[Sampler]
    from_text: str
    from_picture: str
    guidance: float
    negative: bool = True
    arguments: dict[str, object] = field(default_factory=dict)


EULER = Sampler('euler', diffusers.EulerDiscreteScheduler)
ANCESTRAL = Sampler('euler_ancestral', diffusers.EulerAncestralDiscreteScheduler)
DDIM = Sampler('ddim', diffusers.DDIMScheduler)
DPM = Sampler('dpmpp_2m', diffusers.DPMSolverMultistepScheduler)
COMMON = [EULER, DDIM, DPM]
# What the distilled models of Stability bring: as few steps as possible, without guidance.
TRAILING = {'timestep_spacing': 'trailing'}
TURBO = [Sampler(f'turbo_{it.slug}', it.kind, TRAILING) for it in (EULER, ANCESTRAL, DDIM)]
LCM = [Sampler('lcm', diffusers.LCMScheduler), Sampler('tcd', Tcd),
       Sampler('ddim', Ddim, {'set_alpha_to_one': True})]
FLOW = diffusers.FlowMatchEulerDiscreteScheduler
FLOW_DPM = {'prediction_type': 'flow_prediction', 'use_flow_sigmas': True, 'flow_shift': 3.}
SD3 = [Sampler('euler', FLOW), Sampler('euler_shift_1', FLOW, {'shift': 1.}),
       Sampler('heun', diffusers.FlowMatchHeunDiscreteScheduler),
       Sampler('dpmpp_2m_flow', diffusers.DPMSolverMultistepScheduler, FLOW_DPM, False)]
STATIC = {'use_dynamic_shifting': False}
DEV = [Sampler('euler', FLOW), Sampler('euler_static', FLOW, STATIC),
       Sampler('euler_linear', FLOW, {'time_shift_type': 'linear'}),
       Sampler('euler_terminal', FLOW, {'shift_terminal': .1})]
SCHNELL = [Sampler('euler', FLOW), Sampler('euler_shift_3', FLOW, {'shift': 3.}),
           Sampler('euler_karras', FLOW, {'use_karras_sigmas': True})]
# Diffusers counts the layers that are skipped, A1111 the one that is heard. Without guidance,
# since diffusers skips none for the negative prompt.
CLIP_SKIP = Sampler('clip_skip', diffusers.EulerDiscreteScheduler)
SD, XL = 'StableDiffusionPipeline', 'StableDiffusionXLPipeline'
SD_PICTURE, XL_PICTURE = 'StableDiffusionImg2ImgPipeline', 'StableDiffusionXLImg2ImgPipeline'
INPAINT = 'StableDiffusionInpaintPipeline'
FAMILIES = [
    Family('sd15', COMMON, SD, SD_PICTURE, 5.),
    Family('sd2_v', COMMON, SD, SD_PICTURE, 5.),
    Family('sd15', TURBO, SD, SD_PICTURE, 0., negative=False),
    Family('sdxl', COMMON, XL, XL_PICTURE, 5.),
    Family('sdxl', TURBO, XL, XL_PICTURE, 0., negative=False),
    Family('sd15', [CLIP_SKIP], SD, SD_PICTURE, 1., False, {'clip_skip': 1}),
    Family('sdxl', [CLIP_SKIP], XL, XL_PICTURE, 1., False, {'clip_skip': 1}),
    Family('lcm', LCM, 'LatentConsistencyModelPipeline',
           'LatentConsistencyModelImg2ImgPipeline', 8., negative=False),
    Family('sd15_inpaint', COMMON, INPAINT, INPAINT, 5.),
    Family('sd3', SD3, 'StableDiffusion3Pipeline', 'StableDiffusion3Img2ImgPipeline', 5.,
           arguments={'max_sequence_length': 256}),
    Family('flux_dev', DEV, 'FluxPipeline', 'FluxImg2ImgPipeline', 3.5, negative=False,
           arguments={'max_sequence_length': 512}),
    Family('flux_schnell', SCHNELL, 'FluxPipeline', 'FluxImg2ImgPipeline', 0., negative=False,
           arguments={'max_sequence_length': 256})]


def _draw_sources() -> None:
    """A picture with edges, slopes and every channel, and a mask with a soft-free border."""
    width, height = TALL
    column, row = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    sky = np.stack([.2 + .6 * row, .4 + .3 * column, 1 - .7 * row], -1)
    picture = Image.fromarray((sky * 255).round().astype('uint8'))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((8, 10, 28, 30), fill=(240, 200, 40))
    pen.polygon([(0, 63), (20, 36), (47, 63)], fill=(40, 90, 60))
    picture.save(PICTURES / 'source.png', optimize=True)
    mask = Image.new('L', TALL)
    ImageDraw.Draw(mask).rectangle((12, 8, 35, 42), fill=255)
    mask.save(PICTURES / 'mask.png', optimize=True)


def _summary(tensor: torch.Tensor) -> dict[str, object]:
    return {'shape': list(tensor.shape), 'first': flat(tensor)[:STORED],
            'mean': float(tensor.mean()), 'deviation': float(tensor.std())}


class Run:
    """One call of a pipeline, to be repeated with other prompts and outputs."""

    def __init__(self, family: Family, sampler: Sampler, with_source: bool,
                 weights: Path, negative: str | None) -> None:
        kind = family.from_picture if with_source else family.from_text
        self.pipeline = getattr(diffusers, kind).from_pretrained(weights / family.model)
        self.pipeline.set_progress_bar_config(disable=True)
        own = self.pipeline.scheduler.config
        self.pipeline.scheduler = sampler.kind.from_config({**own, **sampler.config})
        encoder = self.pipeline.text_encoder
        if not hasattr(encoder, 'text_model'):
            # Where diffusers looks for the norm of a skipped layer, and newer transformers has none.
            norm = SimpleNamespace(final_layer_norm=getattr(encoder, 'final_layer_norm', None))
            object.__setattr__(encoder, 'text_model', norm)
        self.timesteps: list[float] = []
        masked = family.from_text == INPAINT
        self.size = TALL if with_source or masked else WIDE
        self.arguments = {'num_inference_steps': STEPS, 'guidance_scale': family.guidance,
                          **family.arguments}
        if family.negative:
            self.arguments['negative_prompt'] = negative
        if with_source or masked:
            self.arguments['image'] = Image.open(PICTURES / 'source.png')
            self.arguments['strength'] = STRENGTH if with_source else 1.
        if masked:
            self.arguments['mask_image'] = Image.open(PICTURES / 'mask.png')
        if 'height' in inspect.signature(self.pipeline.__call__).parameters:
            self.arguments |= {'width': self.size[0], 'height': self.size[1]}

    def result(self, prompt: str, output_type: str) -> object:
        self.timesteps = []

        def keep(pipeline: object, step: int, timestep: object, tensors: dict) -> dict:
            self.timesteps.append(float(timestep))
            return tensors

        return self.pipeline(prompt=prompt, output_type=output_type, callback_on_step_end=keep,
                             generator=torch.Generator('cpu').manual_seed(SEED),
                             **self.arguments).images

    def latents(self, prompt: str) -> torch.Tensor:
        latents = self.result(prompt, 'latent')
        if latents.ndim == 3:                  # Flux's, four cells to a token
            width, height = self.size
            latents = self.pipeline._unpack_latents(latents, height, width, 8)
        return latents

    def conditioning(self) -> dict[str, object]:
        """The encoded prompts, named as the pipeline's `encode_prompt` returns them."""
        encode = self.pipeline.encode_prompt
        common = {'device': 'cpu', 'num_images_per_prompt': 1}
        guided = self.arguments['guidance_scale'] > 1
        negative = self.arguments.get('negative_prompt')
        kind = type(self.pipeline).__name__
        if 'Flux' in kind:
            names = ('prompt', 'pooled')
            values = encode(PROMPT, None, max_sequence_length=self.arguments['max_sequence_length'],
                            **common)[:2]
        elif 'Diffusion3' in kind:
            names = ('prompt', 'negative', 'pooled', 'negative_pooled')
            values = encode(PROMPT, None, None, negative_prompt=negative, **common)
        elif 'XL' in kind:
            names = ('prompt', 'negative', 'pooled', 'negative_pooled')
            values = encode(PROMPT, do_classifier_free_guidance=guided, negative_prompt=negative,
                            **common)
        else:
            names = ('prompt', 'negative')
            guided = guided and 'Consistency' not in kind
            values = encode(PROMPT, do_classifier_free_guidance=guided, negative_prompt=negative,
                            **common)
        return {name: _summary(value) for name, value in zip(names, values, strict=True)
                if value is not None}


@torch.no_grad()
def _recorded(family: Family, sampler: Sampler, with_source: bool, weights: Path,
              negative: str | None) -> dict[str, object]:
    run = Run(family, sampler, with_source, weights, negative)
    name = f'{family.model}_{"picture" if with_source else "text"}_{sampler.slug}'
    latents = run.latents(PROMPT)
    change = (run.latents(OTHER_PROMPT) - latents).norm() / latents.norm()
    picture = run.result(PROMPT, 'pil')[0]
    assert picture.size == run.size and latents.isfinite().all(), name
    picture.save(PICTURES / f'{name}.png', optimize=True)
    scheduler = run.pipeline.scheduler
    kind = type(scheduler)
    if kind in (Ddim, Tcd):
        kind = kind.__bases__[1]
    config = {key: value for key, value in scheduler.config.items()
              if not key.startswith('_') and value != -math.inf}
    print(f'{name}: deviation {latents.std():.2f}, of pixels {np.asarray(picture).std():.0f}, '
          f'prompt {change:.2f}', flush=True)
    source = {key: f'parity/{key}.png' for key in ('source', 'mask')
              if {'source': 'image', 'mask': 'mask_image'}[key] in run.arguments}
    if source:
        source['strength'] = run.arguments['strength']
    return {
        'name': name, 'model': family.model, 'pipeline': type(run.pipeline).__name__,
        'scheduler': {'slug': sampler.slug, 'class': kind.__name__, 'config': config},
        'prompt': PROMPT, 'negative': run.arguments.get('negative_prompt'), 'seed': SEED,
        'width': run.size[0], 'height': run.size[1], 'steps': STEPS,
        'guidance': family.guidance, **family.arguments, **source,
        'timesteps': run.timesteps, 'conditioning': run.conditioning(),
        'latents': {'shape': list(latents.shape), 'deviation': float(latents.std()),
                    'float32': base64.b64encode(latents.numpy().astype('<f4').tobytes()).decode()},
        'picture': f'parity/{name}.png', 'prompt_matters': round(float(change), 3)}


def _runs(weights: Path) -> Iterator[dict[str, object]]:
    for family in FAMILIES:
        for index, sampler in enumerate(family.samplers):
            # The first goes without a negative prompt, which is not the same as an empty one.
            negative = NEGATIVE if family.negative and index else None
            yield _recorded(family, sampler, False, weights, negative)
            if sampler.from_picture:
                yield _recorded(family, sampler, True, weights, negative)


def main() -> None:
    weights = Path(sys.argv[1])
    assert weights.is_dir(), f'{weights} is made by: cargo xtask tiny-models'
    diffusers.utils.logging.set_verbosity_error()
    torch.set_num_threads(2)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for stale in PICTURES.glob('*.png'):
        stale.unlink()
    _draw_sources()
    write_golden('parity.json', ['diffusers', 'torch', 'transformers'], ABOUT,
                 {'runs': list(_runs(weights))})


if __name__ == '__main__':
    main()
