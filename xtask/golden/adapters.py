"""Writes `adapters.json` and `adapters/`: adapters in every style of names, and what they draw.

    python adapters.py WEIGHTS

WEIGHTS is the folder that `cargo xtask tiny-models` filled. The files are of little rank and
change few modules of the tiny models; their numbers are random. Plain LoRA are drawn by diffusers
with PEFT, which load the very files; LyCORIS' kinds are added to the weights by LyCORIS' own
functions first. Everything runs on the CPU in full precision.
"""

import base64
import json
import sys
from pathlib import Path

import diffusers
import torch
from lycoris.functional import loha, lokr
from lycoris.functional.locon import diff_weight as lora_weight
from PIL import Image
from safetensors.torch import load_file, save_file

from fixture import GOLDEN, write_golden
from parity import FAMILIES, Run

FILES = GOLDEN / 'adapters'
PROMPT = 'a red fox in the snow, watercolor'
RANK = 2
FAMILY = {family.model: family for family in FAMILIES}
SAMPLER = {model: family.samplers[0] for model, family in FAMILY.items()}
ABOUT = {
    'runs': 'one picture each: `loras` are stems of files in adapters/ with their weights in the '
            'denoiser and in the text encoders, `prompt` may name embeddings of the same folder',
    'scheduler': 'class and config of the run',
    'plain': 'the same without adapters',
    'deltas': 'what each file adds to a module at weight 1, `out x in...` as in PyTorch: '
              'little-endian float32 in base64; `part` 0 is the denoiser, 1 and 2 text encoders',
    'tolerance': 'pictures within 45 dB of PSNR, deltas within 1e-5'}

# Modules of the tiny models: the part, the path, and whether it is an attention's projection.
ATTENTION = {
    'sd15': [
        ('unet', 'down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q'),
        ('unet', 'mid_block.attentions.0.transformer_blocks.0.attn2.to_k'),
        ('unet', 'up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_out.0'),
        ('text_encoder', 'text_model.encoder.layers.0.self_attn.q_proj'),
        ('text_encoder', 'text_model.encoder.layers.1.self_attn.out_proj')],
    'sdxl': [
        ('unet', 'down_blocks.1.attentions.0.transformer_blocks.1.attn1.to_q'),
        ('unet', 'mid_block.attentions.0.transformer_blocks.0.attn2.to_v'),
        ('unet', 'up_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0'),
        ('text_encoder', 'text_model.encoder.layers.0.self_attn.out_proj'),
        ('text_encoder_2', 'text_model.encoder.layers.1.self_attn.out_proj')]}
FURTHER = {
    'sd15': [
        ('unet', 'down_blocks.0.attentions.0.proj_in'),
        ('unet', 'down_blocks.0.resnets.0.conv1'),
        ('unet', 'mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj'),
        ('text_encoder', 'text_model.encoder.layers.1.mlp.fc1')],
    'sdxl': [
        ('unet', 'down_blocks.1.resnets.0.conv2'),
        ('unet', 'up_blocks.0.upsamplers.0.conv'),
        ('unet', 'mid_block.attentions.0.proj_in')]}

ORIGINAL = [                                   # the original names of two stages of one block
    ('down_blocks.0.resnets.0', 'input_blocks.1.0'),
    ('down_blocks.0.downsamplers.0.conv', 'input_blocks.2.0.op'),
    ('down_blocks.1.resnets.0', 'input_blocks.3.0'),
    ('down_blocks.1.attentions.0', 'input_blocks.3.1'),
    ('mid_block.attentions.0', 'middle_block.1'),
    ('up_blocks.0.attentions.1', 'output_blocks.1.1'),
    ('up_blocks.0.upsamplers.0.conv', 'output_blocks.1.2.conv')]
TRAINED = {'ss_base_model_version': 'sd_v1',
           'ss_tag_frequency': '{"a": {"oil paint": 9, "impasto": 3}, "b": {"impasto": 4}}'}
INSIDE = {'conv1': 'in_layers.2', 'conv2': 'out_layers.3'}

Module = tuple[str, str]
Weights = dict[str, torch.Tensor]


def weight_of(pipeline: object, module: Module) -> torch.Tensor:
    part, path = module
    part = getattr(pipeline, part)
    if not hasattr(part, 'text_model'):        # transformers 5 took this level away from CLIP's first
        path = path.removeprefix('text_model.')
    return part.get_submodule(path).weight


def factors(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Random factors of a product that is some times larger than the weight, so that it shows."""
    out, inner, *kernel = weight.shape
    size = float(weight.detach().std())
    down = torch.randn(RANK, inner, *kernel)
    up = torch.randn(out, RANK, *[1] * len(kernel)) * size * 2
    return down, up


class Lora:
    """Random factors for some modules, written in one style or another."""

    def __init__(self, pipeline: object, modules: list[Module], alpha: float | None) -> None:
        self.alpha = alpha
        self.factors = {module: factors(weight_of(pipeline, module)) for module in modules}

    def _written(self, name: str, names: object, ends: tuple[str, str],
                 metadata: dict[str, str] | None = None) -> str:
        tensors = {}
        for module, (down, up) in self.factors.items():
            path = names(*module)
            tensors[path + ends[0]], tensors[path + ends[1]] = down, up
            if self.alpha is not None and ends[0].startswith('.lora_down'):
                tensors[f'{path}.alpha'] = torch.tensor(self.alpha)
        return save(name, tensors, metadata)

    def kohya(self, name: str, original: bool = False,
              metadata: dict[str, str] | None = None) -> str:
        def path(part: str, path: str) -> str:
            return kohya_name(part, to_original(path) if original else path, 'xl' in name)
        return self._written(name, path, ('.lora_down.weight', '.lora_up.weight'), metadata)

    def peft(self, name: str, metadata: dict[str, str] | None = None) -> str:
        ends = '.lora_A.weight', '.lora_B.weight'
        return self._written(name, '{}.{}'.format, ends, metadata)

    def diffusers(self, name: str) -> str:
        def path(part: str, path: str) -> str:
            return f'{part}.{path}' + ('.lora' if part == 'unet' else '.lora_linear_layer')
        return self._written(name, path, ('.down.weight', '.up.weight'))

    def processor(self, name: str) -> str:
        def path(part: str, path: str) -> str:
            path = path.removesuffix('.0')
            if part == 'unet':
                block, _, slot = path.rpartition('.')
                return f'{part}.{block}.processor.{slot}'
            block, _, slot = path.rpartition('.')
            return f'{part}.{block}.to_{slot.removesuffix("_proj")}'
        return self._written(name, path, ('_lora.down.weight', '_lora.up.weight'))

    def deltas(self) -> dict[Module, torch.Tensor]:
        scale = 1. if self.alpha is None else self.alpha / RANK
        return {module: (up.flatten(1) @ down.flatten(1)).reshape(up.shape[0], *down.shape[1:])
                * scale for module, (down, up) in self.factors.items()}


def kohya_name(part: str, path: str, has_two: bool) -> str:
    prefix = {'unet': 'lora_unet', 'text_encoder': 'lora_te1' if has_two else 'lora_te',
              'text_encoder_2': 'lora_te2'}[part]
    return f'{prefix}_{path.replace(".", "_")}'


def to_original(path: str) -> str:
    for name, original in ORIGINAL:
        if path.startswith(name):
            rest = path.removeprefix(name)
            layer = rest.removeprefix('.')
            return original + (f'.{INSIDE[layer]}' if layer in INSIDE else rest)
    return path


def save(name: str, tensors: Weights, metadata: dict[str, str] | None = None) -> str:
    tensors = {key: value.detach().contiguous().clone() for key, value in tensors.items()}
    save_file(tensors, FILES / f'{name}.safetensors', metadata)
    return name


def scaled(weight: torch.Tensor, delta: torch.Tensor) -> float:
    """What makes a delta some times larger than a weight, so that it shows."""
    return float(weight.detach().std() / delta.std() * 8)


def tucker(pipeline: object, name: str) -> dict[Module, torch.Tensor]:
    """A LoCon with a core between the factors of a convolution."""
    module = ('unet', 'down_blocks.0.resnets.0.conv2')
    weight = weight_of(pipeline, module)
    out, inner, *kernel = weight.shape
    down, up = torch.randn(RANK, inner, 1, 1), torch.randn(out, RANK, 1, 1)
    mid = torch.randn(RANK, RANK, *kernel)
    up *= scaled(weight, lora_weight(down, up, mid, gamma=1.))
    path = kohya_name(*module, False)
    save(name, {f'{path}.lora_down.weight': down, f'{path}.lora_up.weight': up,
                f'{path}.lora_mid.weight': mid, f'{path}.alpha': torch.tensor(1.)})
    return {module: lora_weight(down, up, mid, gamma=1. / RANK)}


def hadamard(pipeline: object, name: str) -> dict[Module, torch.Tensor]:
    """A LoHa of a matrix, of a convolution as a matrix, and of one with cores."""
    tensors, deltas = {}, {}
    for path, core in [('mid_block.attentions.0.transformer_blocks.0.attn1.to_v', False),
                       ('down_blocks.0.resnets.0.conv2', False),
                       ('down_blocks.0.resnets.0.conv1', True)]:
        weight = weight_of(pipeline, ('unet', path))
        out, inner, *kernel = weight.shape
        columns = weight[0].numel()
        halves = [(torch.randn(RANK, out), torch.randn(RANK, inner), torch.randn(RANK, RANK, *kernel))
                  if core else (torch.randn(out, RANK), torch.randn(RANK, columns), None)
                  for _ in range(2)]
        (w1_a, w1_b, t1), (w2_a, w2_b, t2) = halves

        def made(w1_a: torch.Tensor) -> torch.Tensor:
            return loha.diff_weight(w1_b, w1_a, w2_b, w2_a, t1, t2, gamma=1.).reshape(weight.shape)
        w1_a = w1_a * scaled(weight, made(w1_a))
        prefix = kohya_name('unet', path, False)
        parts = {'hada_w1_a': w1_a, 'hada_w1_b': w1_b, 'hada_w2_a': w2_a, 'hada_w2_b': w2_b,
                 'alpha': torch.tensor(1.)} | ({'hada_t1': t1, 'hada_t2': t2} if core else {})
        tensors |= {f'{prefix}.{key}': value for key, value in parts.items()}
        deltas['unet', path] = made(w1_a) / RANK
    save(name, tensors)
    return deltas


def kronecker(pipeline: object, name: str) -> dict[Module, torch.Tensor]:
    """A LoKr with whole halves, with halves in factors, and with a core."""
    tensors, deltas = {}, {}
    for path, kind in [('mid_block.attentions.0.transformer_blocks.0.attn1.to_q', 'whole'),
                       ('mid_block.attentions.0.transformer_blocks.0.attn1.to_k', 'second'),
                       ('mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0', 'both'),
                       ('down_blocks.0.downsamplers.0.conv', 'core')]:
        weight = weight_of(pipeline, ('unet', path))
        out, inner, *kernel = weight.shape
        a, b, c, d = 4, 2, out // 4, inner // 2
        parts = {}
        if kind == 'both':
            parts |= {'lokr_w1_a': torch.randn(a, RANK), 'lokr_w1_b': torch.randn(RANK, b)}
        else:
            parts['lokr_w1'] = torch.randn(a, b)
        if kind == 'whole':
            parts['lokr_w2'] = torch.randn(c, d, *kernel)
        elif kind == 'core':
            parts |= {'lokr_w2_a': torch.randn(RANK, c), 'lokr_w2_b': torch.randn(RANK, d),
                      'lokr_t2': torch.randn(RANK, RANK, *kernel)}
        else:
            parts |= {'lokr_w2_a': torch.randn(c, RANK), 'lokr_w2_b': torch.randn(RANK, d)}

        def made() -> torch.Tensor:
            halves = [parts.get(f'lokr_{key}') for key in ('w1', 'w1_a', 'w1_b', 'w2', 'w2_a',
                                                           'w2_b', 't2')]
            w1, w1_a, w1_b, w2, w2_a, w2_b, t2 = halves
            return lokr.kron_weight(w1, w1_a, w1_b, w2, w2_a, w2_b, t2, scale=1.)
        first = 'lokr_w1' if 'lokr_w1' in parts else 'lokr_w1_a'
        parts[first] = parts[first] * scaled(weight, made())
        # Without factors alpha means nothing, and trainers write any.
        gamma = 1. if kind == 'whole' else 1. / RANK
        parts['alpha'] = torch.tensor(1.)
        prefix = kohya_name('unet', path, False)
        tensors |= {f'{prefix}.{key}': value for key, value in parts.items()}
        deltas['unet', path] = made().reshape(weight.shape) * gamma
    save(name, tensors)
    return deltas


class Studio:
    """Draws a tiny model with adapters, and notes what it drew."""

    def __init__(self, model: str, weights: Path) -> None:
        self.model, self.weights = model, weights
        self.runs, self.deltas = [], []

    def plain(self) -> object:
        """Draws without adapters; gives the pipeline."""
        run = self.opened()
        picture = run.result(PROMPT, 'pil')[0]
        picture.save(FILES / f'plain_{self.model}.png', optimize=True)
        return run.pipeline

    def opened(self) -> Run:
        return Run(FAMILY[self.model], SAMPLER[self.model], False, self.weights, None)

    def drawn(self, name: str, run: Run, loras: list[tuple[str, float, float]],
              prompt: str = PROMPT, written: str | None = None) -> Image.Image:
        picture = run.result(written or prompt, 'pil')[0]
        picture.save(FILES / f'{name}.png', optimize=True)
        scheduler = run.pipeline.scheduler
        config = {key: value for key, value in scheduler.config.items() if not key.startswith('_')}
        self.runs.append({
            'name': name, 'model': self.model, 'prompt': prompt,
            'loras': [{'name': lora, 'weight': weight, 'text_encoder_weight': text_weight}
                      for lora, weight, text_weight in loras],
            'scheduler': {'class': type(scheduler).__name__, 'config': config},
            'seed': 42, 'width': run.size[0], 'height': run.size[1], 'steps': 4,
            'guidance': FAMILY[self.model].guidance, 'picture': f'adapters/{name}.png',
            'plain': f'adapters/plain_{self.model}.png'})
        return picture

    def with_peft(self, loras: list[tuple[str, float, float]]) -> Run:
        run = self.opened()
        for lora, _, _ in loras:
            run.pipeline.load_lora_weights(FILES, weight_name=f'{lora}.safetensors',
                                           adapter_name=lora)
        weights = [{'unet': weight, 'text_encoder': text_weight, 'text_encoder_2': text_weight}
                   if self.model == 'sdxl' else {'unet': weight, 'text_encoder': text_weight}
                   for _, weight, text_weight in loras]
        run.pipeline.set_adapters([lora for lora, _, _ in loras], weights)
        return run

    def with_deltas(self, deltas: dict[Module, torch.Tensor], weight: float) -> Run:
        run = self.opened()
        for module, delta in deltas.items():
            weight_of(run.pipeline, module).data += weight * delta
        return run

    def keep(self, file: str, deltas: dict[Module, torch.Tensor]) -> None:
        parts = {'unet': 0, 'text_encoder': 1, 'text_encoder_2': 2}
        for (part, path), delta in deltas.items():
            numbers = delta.detach().numpy().astype('<f4').tobytes()
            self.deltas.append({
                'file': file, 'part': parts[part], 'module': path.replace('.', '_'),
                'shape': list(delta.shape), 'float32': base64.b64encode(numbers).decode()})


@torch.no_grad()
def draw_sd15(studio: Studio) -> None:
    pipeline = studio.plain()
    ink = Lora(pipeline, ATTENTION['sd15'], None)
    styles = [ink.peft('ink_peft'), ink.kohya('ink_kohya'), ink.diffusers('ink_diffusers'),
              ink.processor('ink_processor')]
    pictures = []
    for style in styles:
        run = studio.with_peft([(style, .8, .8)])
        pictures.append(run.result(PROMPT, 'pil')[0].tobytes())
    assert all(picture == pictures[0] for picture in pictures), 'a style is read otherwise'
    studio.keep('ink_kohya', ink.deltas())
    studio.drawn('ink', studio.with_peft([(styles[0], .8, .8)]), [(styles[0], .8, .8)])
    split = [(styles[0], .9, -.4)]
    studio.drawn('ink_split', studio.with_peft(split), split)
    oil = Lora(pipeline, FURTHER['sd15'], 1.)
    oil.kohya('oil', metadata=TRAINED)
    studio.keep('oil', oil.deltas())
    both = [('ink_kohya', .8, .8), ('oil', .6, .6)]
    studio.drawn('ink_and_oil', studio.with_peft(both), both)
    for name, make in [('tucker', tucker), ('loha', hadamard), ('lokr', kronecker)]:
        deltas = make(pipeline, name)
        studio.keep(name, deltas)
        studio.drawn(name, studio.with_deltas(deltas, .7), [(name, .7, .7)])

    run = studio.opened()
    width = run.pipeline.text_encoder.config.hidden_size
    save('mist', {'emb_params': torch.randn(2, width)
                  * run.pipeline.text_encoder.get_input_embeddings().weight.std()})
    vectors = load_file(FILES / 'mist.safetensors')['emb_params']
    run.pipeline.load_textual_inversion({'mist': vectors}, token='mist')
    studio.drawn('embedding', run, [], 'a red fox in embedding:mist, watercolor',
                 'a red fox in mist, watercolor')


@torch.no_grad()
def draw_sdxl(studio: Studio) -> None:
    pipeline = studio.plain()
    ink = Lora(pipeline, ATTENTION['sdxl'], 1.)
    ink.kohya('xl_ink')
    ink.kohya('xl_ink_original', original=True)
    one = [('xl_ink_original', .8, .8)]
    run = studio.with_peft(one)
    same = studio.with_peft([('xl_ink', .8, .8)]).result(PROMPT, 'pil')[0]
    drawn = studio.drawn('xl_ink', run, one)
    assert drawn.tobytes() == same.tobytes(), 'original names are read otherwise'
    oil = Lora(pipeline, FURTHER['sdxl'], None)
    config = {'unet.r': RANK, 'unet.lora_alpha': 1, 'unet.target_modules': sorted(
        path for _, path in FURTHER['sdxl'])}
    oil.peft('xl_oil', {'lora_adapter_metadata': json.dumps(config)})
    both = [('xl_ink', .8, .5), ('xl_oil', .7, .7)]
    studio.drawn('xl_ink_and_oil', studio.with_peft(both), both)

    run = studio.opened()
    encoders = [run.pipeline.text_encoder, run.pipeline.text_encoder_2]
    tensors = {key: torch.randn(2, encoder.config.hidden_size)
               * encoder.get_input_embeddings().weight.std()
               for key, encoder in zip(('clip_l', 'clip_g'), encoders, strict=True)}
    save('xl_mist', tensors)
    tokenizers = [run.pipeline.tokenizer, run.pipeline.tokenizer_2]
    for key, encoder, tokenizer in zip(tensors, encoders, tokenizers, strict=True):
        run.pipeline.load_textual_inversion({'xl_mist': tensors[key]}, token='xl_mist',
                                            text_encoder=encoder, tokenizer=tokenizer)
    studio.drawn('xl_embedding', run, [], 'a red fox in xl_mist, watercolor',
                 'a red fox in xl_mist, watercolor')


def main() -> None:
    weights = Path(sys.argv[1])
    assert weights.is_dir(), f'{weights} is made by: cargo xtask tiny-models'
    diffusers.utils.logging.set_verbosity_error()
    torch.set_num_threads(2)
    torch.manual_seed(8)
    FILES.mkdir(parents=True, exist_ok=True)
    for stale in FILES.iterdir():
        stale.unlink()
    studios = [Studio('sd15', weights), Studio('sdxl', weights)]
    draw_sd15(studios[0])
    draw_sdxl(studios[1])
    write_golden('adapters.json', ['diffusers', 'lycoris-lora', 'peft', 'torch', 'transformers'],
                 ABOUT, {'runs': [run for studio in studios for run in studio.runs],
                         'deltas': [delta for studio in studios for delta in studio.deltas]})


if __name__ == '__main__':
    main()
