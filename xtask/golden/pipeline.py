"""Writes `pipeline.json` and its pictures: whole runs of the default model.

The graphs run in onnxruntime, the loops are those of diffusers' StableDiffusionPipeline and
StableDiffusionImg2ImgPipeline: its own schedulers on the model's scheduler_config.json, and
classifier-free guidance.
"""

import diffusers
import numpy as np
import onnxruntime
import torch
from PIL import Image
from transformers import CLIPTokenizer

from fixture import GOLDEN, ROOT, flat, write_golden

FOLDER = ROOT / 'models' / 'maquette-sketch'
PROMPT = 'a red lighthouse on a cliff by the sea at sunset, watercolor'
NEGATIVE, SEED, STEPS, GUIDANCE, SIDE = '', 7, 20, 3.5, 16
SCHEDULERS = {'ddim': diffusers.DDIMScheduler, 'euler': diffusers.EulerDiscreteScheduler,
              'dpmpp_2m': diffusers.DPMSolverMultistepScheduler}
STRENGTH = .6
STORED = 16
ABOUT = {
    'runs': 'by scheduler, made with from_config of the model\'s scheduler_config.json; the '
            'result is the PNG of that name',
    'noise': 'torch.randn([1, 8, 16, 16]) of a CPU generator with the seed, times '
             'init_noise_sigma',
    'source': 'where a run has one, it starts from that picture and goes through the last '
              '`strength` of the steps; noise is added by add_noise at the first of them',
    'guidance': 'unconditional + guidance * (conditional - unconditional), both in one batch, '
                'the unconditional (the negative prompt) first',
    'pixels': 'round(clamp(decoded / 2 + 0.5, 0, 1) * 255), halves to even',
    'values': 'of every tensor the first 16 values, the mean and the standard deviation',
    'tolerance': 'onnxruntime rounds differently from machine to machine: compare latents within '
                 '1e-2, pixels within 3 of 255 and on average within 0.5'}


def graph(name: str) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(FOLDER / name / 'model.onnx',
                                        providers=['CPUExecutionProvider'])


def summary(tensor: np.ndarray) -> dict[str, object]:
    values = np.asarray(tensor)
    return {'shape': list(values.shape), 'first': flat(values)[:STORED],
            'mean': float(values.mean()), 'deviation': float(values.std())}


def conditioning() -> np.ndarray:
    """The encoded negative prompt, then the encoded prompt."""
    tokenizer = CLIPTokenizer.from_pretrained(FOLDER / 'tokenizer')
    ids = tokenizer([NEGATIVE, PROMPT], padding='max_length', truncation=True,
                    return_tensors='np')['input_ids']
    return graph('text_encoder').run(['last_hidden_state'], {'input_ids': ids.astype('i8')})[0]


def encoded(picture: str) -> torch.Tensor:
    """The latents of a picture; the model's encoder gives no distribution."""
    pixels = np.asarray(Image.open(GOLDEN / picture), 'float32') / 255 * 2 - 1
    feeds = {'sample': pixels.transpose(2, 0, 1)[None]}
    return torch.from_numpy(graph('vae_encoder').run(['latent_sample'], feeds)[0])


def denoised(kind: type, unet: onnxruntime.InferenceSession, text: np.ndarray,
             source: str | None) -> tuple[torch.Tensor, dict[str, object]]:
    """The latents at the end of a run, and what to compare on the way."""
    scheduler = kind.from_pretrained(FOLDER / 'scheduler')
    scheduler.set_timesteps(STEPS)
    noise = torch.randn((1, 8, SIDE, SIDE), generator=torch.Generator('cpu').manual_seed(SEED))
    timesteps, path = scheduler.timesteps, []
    if source is None:
        latents = noise * scheduler.init_noise_sigma
    else:
        skipped = STEPS - int(STEPS * STRENGTH)
        timesteps = timesteps[skipped:]
        if hasattr(scheduler, 'set_begin_index'):          # DDIM counts no steps
            scheduler.set_begin_index(skipped)
        latents = scheduler.add_noise(encoded(source), noise, timesteps[:1])
    for timestep in timesteps:
        sample = scheduler.scale_model_input(latents, timestep).numpy()
        feeds = {'sample': np.concatenate([sample, sample]),
                 'timestep': np.array(int(timestep)), 'encoder_hidden_states': text}
        output = torch.from_numpy(unet.run(['out_sample'], feeds)[0])
        without, given = output.chunk(2)
        guided = without + GUIDANCE * (given - without)
        latents = scheduler.step(guided, timestep, latents).prev_sample
        path.append(summary(latents))
    return latents, {'class': kind.__name__,
                     'init_noise_sigma': float(scheduler.init_noise_sigma),
                     'timesteps': flat(timesteps), 'first_step': path[0],
                     'middle_step': path[len(path) // 2 - 1], 'latents': path[-1]}


def main() -> None:
    unet, decoder, text = graph('unet'), graph('vae_decoder'), conditioning()
    runs = {}
    tasks = [(name, kind, None) for name, kind in SCHEDULERS.items()]
    tasks += [(f'{name}_from_picture', kind, 'pipeline_ddim.png')
              for name, kind in SCHEDULERS.items()]
    for name, kind, source in tasks:
        latents, run = denoised(kind, unet, text, source)
        if source:
            run |= {'source': source, 'strength': STRENGTH}
        decoded = decoder.run(['sample'], {'latent_sample': latents.numpy()})[0]
        pixels = ((decoded / 2 + .5).clip(0, 1) * 255).round().astype('uint8')
        picture = f'pipeline_{name}.png'
        Image.fromarray(pixels[0].transpose(1, 2, 0)).save(GOLDEN / picture, optimize=True)
        runs[name] = {**run, 'picture': picture, 'pixel_mean': float(pixels.mean())}
    write_golden('pipeline.json', ['diffusers', 'onnxruntime', 'torch', 'transformers'], ABOUT, {
        'model': FOLDER.relative_to(ROOT).as_posix(), 'prompt': PROMPT, 'negative': NEGATIVE,
        'seed': SEED, 'steps': STEPS, 'guidance': GUIDANCE, 'text': summary(text), 'runs': runs})


if __name__ == '__main__':
    main()
