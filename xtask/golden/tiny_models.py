"""Writes `tests/tiny`: models of a few kilobytes in the real layouts, for tests on any machine.

    stable_diffusion/    optimum's layout, epsilon prediction, a Gaussian encoder
                         (`latent_parameters`: mean, then logarithm of the variance)
    stable_diffusion_v/  the same graphs, v-prediction by the scheduler's config alone
    legacy/              diffusers' old layout: no config.json, int32 ids, a float timestep for
                         each picture, another order of inputs, an encoder that draws by itself
    stable_diffusion_xl/ two text encoders, of which the layer before the last is heard, and a
                         UNet that is told the meaning of the prompt and the picture's size
    nan_unet/            a UNet whose output is not a number
    slow_unet/           a UNet that needs an hour, to be cancelled

Weights are random from a fixed seed, except the VAE's: latent channels 0 to 2 are the mean
colour of 8 x 8 pixels, channel 3 is how much brighter than the mean their left half is. The
decoder paints just that, so a picture of flat cells survives encoding and decoding.
"""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / 'models' / 'training'))

from manifest import write_manifest  # noqa: E402  (needs the path above)

TINY = ROOT / 'tests' / 'tiny'
SOURCE_TOKENIZER = ROOT / 'models' / 'maquette-sketch' / 'tokenizer'
SEED, OPSET, MERGES = 1, 17, 60
WIDTH, TOKENS, LATENT, SCALING = 8, 77, 4, .18215
START, END = '<|startoftext|>', '<|endoftext|>'
VOCABULARY = 512 + MERGES + 2
ITERATIONS = 1_000_000_000
GRAPHS = ('text_encoder', 'unet', 'vae_encoder', 'vae_decoder')
VERSION = {'_diffusers_version': '0.42.1'}


class TextEncoder(nn.Module):
    """Ids to one vector a token; a token hears its predecessors."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Embedding(VOCABULARY, WIDTH).half()
        self.position = nn.Parameter(.1 * torch.randn(TOKENS, WIDTH))
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.token(input_ids).float() + self.position
        heard = x.cumsum(1) / torch.arange(1, TOKENS + 1).view(-1, 1)
        hidden = self.norm(x + heard)
        # As in CLIP, the end token has the highest id, and its first place sums up the text.
        ends = input_ids.argmax(1)
        return hidden, hidden[torch.arange(hidden.shape[0]), ends]


class StackedTextEncoder(TextEncoder):
    """The same with every layer among its outputs, as optimum exports the encoders of SDXL: the
    meaning of the whole, the last layer normalized, then the embeddings and the layers."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.projection = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, ...]:
        first = self.token(input_ids).float() + self.position
        second = first + first.cumsum(1) / torch.arange(1, TOKENS + 1).view(-1, 1)
        third = second + self.mix(second).tanh()
        last = self.norm(third)
        meaning = self.projection(last[torch.arange(last.shape[0]), input_ids.argmax(1)])
        return meaning, last, first, second, third


class Unet(nn.Module):
    """One level down and up, with the time added and one cross-attention at the bottom."""

    def __init__(self, words: int = WIDTH) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(LATENT, WIDTH, 3, padding=1)
        self.down = nn.Conv2d(WIDTH, 2 * WIDTH, 2, stride=2)
        self.time = nn.Linear(WIDTH, 2 * WIDTH)
        self.query = nn.Linear(2 * WIDTH, words)
        self.value = nn.Linear(words, 2 * WIDTH)
        nn.init.normal_(self.value.weight)     # words must show in the picture
        self.up = nn.ConvTranspose2d(2 * WIDTH, WIDTH, 2, stride=2)
        self.conv_out = nn.Conv2d(WIDTH, LATENT, 3, padding=1)

    def forward(self, sample: torch.Tensor, timestep: torch.Tensor,
                encoder_hidden_states: torch.Tensor,
                told: torch.Tensor | None = None) -> torch.Tensor:
        rates = 10_000. ** (-torch.arange(WIDTH // 2) / (WIDTH // 2))
        angles = timestep.float().reshape(-1, 1) * rates
        time = self.time(torch.cat([angles.cos(), angles.sin()], 1))
        if told is not None:
            time = time + told
        fine = self.conv_in(sample)
        coarse = F.silu(self.down(fine) + time[:, :, None, None])
        batch, width, rows, columns = coarse.shape
        query = self.query(coarse.flatten(2).transpose(1, 2))
        weights = (query @ encoder_hidden_states.transpose(1, 2)).softmax(-1)
        words = (weights @ self.value(encoder_hidden_states)).transpose(1, 2)
        coarse = coarse + words.reshape(batch, width, rows, columns)
        return .5 * sample + self.conv_out(F.silu(fine + self.up(coarse)))


class ToldUnet(Unet):
    """The same, told the meaning of the prompt and the picture's size, as SDXL."""

    def __init__(self) -> None:
        super().__init__(2 * WIDTH)
        self.told = nn.Linear(WIDTH + 6, 2 * WIDTH)

    def forward(self, sample: torch.Tensor, timestep: torch.Tensor,
                encoder_hidden_states: torch.Tensor, text_embeds: torch.Tensor,
                time_ids: torch.Tensor) -> torch.Tensor:
        told = self.told(torch.cat([text_embeds, time_ids / 64], 1))
        return super().forward(sample, timestep, encoder_hidden_states, told)


def _cells() -> torch.Tensor:
    """What a latent channel adds to 8 x 8 pixels: LATENT x 3 x 8 x 8."""
    cells = torch.zeros(LATENT, 3, 8, 8)
    for channel in range(3):
        cells[channel, channel] = 1
    cells[3, :, :, :4], cells[3, :, :, 4:] = 1, -1
    return cells


class VaeEncoder(nn.Module):
    """Pixels of -1..1 to the parameters of a narrow Gaussian over latents, as optimum exports."""

    def __init__(self) -> None:
        super().__init__()
        cells = _cells()
        self.cells = nn.Parameter(cells / cells.square().sum((1, 2, 3), keepdim=True) / SCALING)

    def forward(self, sample: torch.Tensor) -> torch.Tensor:
        mean = F.conv2d(sample, self.cells, stride=8)
        return torch.cat([mean, torch.full_like(mean, -4.)], 1)


class DrawingVaeEncoder(VaeEncoder):
    """Latents drawn inside the graph by a generator that nobody can seed, as diffusers did."""

    def forward(self, sample: torch.Tensor) -> torch.Tensor:
        mean, log_variance = super().forward(sample).chunk(2, 1)
        return mean + (.5 * log_variance).exp() * torch.randn_like(mean)


class VaeDecoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cells = nn.Parameter(_cells() * SCALING)

    def forward(self, latent_sample: torch.Tensor) -> torch.Tensor:
        return F.conv_transpose2d(latent_sample, self.cells, stride=8)


def _export(path: Path, module: nn.Module, inputs: dict[str, torch.Tensor], outputs: list[str],
            axes: dict[str, dict[int, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(module.eval(), (), path, kwargs=inputs, input_names=list(inputs),
                      output_names=outputs, dynamic_axes=axes, opset_version=OPSET, dynamo=False)


def _export_graphs(folder: Path, ids: torch.dtype, timestep: torch.Tensor,
                   encoder: nn.Module, encoded: str) -> None:
    torch.manual_seed(SEED)
    text_encoder, unet, decoder = TextEncoder(), Unet(), VaeDecoder()
    area = {0: 'batch', 2: 'height', 3: 'width'}
    _export(folder / 'text_encoder' / 'model.onnx', text_encoder,
            {'input_ids': torch.zeros(2, TOKENS, dtype=ids)},
            ['last_hidden_state', 'pooler_output'],
            {'input_ids': {0: 'batch'}, 'last_hidden_state': {0: 'batch'},
             'pooler_output': {0: 'batch'}})
    axes = {'sample': area, 'encoder_hidden_states': {0: 'batch', 1: 'sequence'},
            'out_sample': area}
    if timestep.ndim:
        axes['timestep'] = {0: 'batch'}
    _export(folder / 'unet' / 'model.onnx', unet,
            {'sample': torch.zeros(2, LATENT, 8, 12), 'timestep': timestep,
             'encoder_hidden_states': torch.zeros(2, TOKENS, WIDTH)}, ['out_sample'], axes)
    _export(folder / 'vae_encoder' / 'model.onnx', encoder,
            {'sample': torch.zeros(2, 3, 64, 96)}, [encoded], {'sample': area, encoded: area})
    _export(folder / 'vae_decoder' / 'model.onnx', decoder,
            {'latent_sample': torch.zeros(2, LATENT, 8, 12)}, ['sample'],
            {'latent_sample': area, 'sample': area})


def _export_told_graphs(folder: Path) -> None:
    """What SDXL has instead: the second text encoder, and the UNet that hears both."""
    torch.manual_seed(SEED + 1)
    batch = {0: 'batch'}
    layers = [f'hidden_states.{index}' for index in range(3)]
    for name in ('text_encoder', 'text_encoder_2'):
        outputs = ['text_embeds', 'last_hidden_state', *layers]
        _export(folder / name / 'model.onnx', StackedTextEncoder(),
                {'input_ids': torch.zeros(2, TOKENS, dtype=torch.int64)}, outputs,
                {port: batch for port in ('input_ids', *outputs)})
    area = {0: 'batch', 2: 'height', 3: 'width'}
    _export(folder / 'unet' / 'model.onnx', ToldUnet(),
            {'sample': torch.zeros(2, LATENT, 8, 12), 'timestep': torch.tensor(1.),
             'encoder_hidden_states': torch.zeros(2, TOKENS, 2 * WIDTH),
             'text_embeds': torch.zeros(2, WIDTH), 'time_ids': torch.zeros(2, 6)}, ['out_sample'],
            {'sample': area, 'encoder_hidden_states': {0: 'batch', 1: 'sequence'},
             'text_embeds': batch, 'time_ids': batch, 'out_sample': area})


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + '\n', encoding='utf-8')


def _write_tokenizer(folder: Path, padding: str = END) -> None:
    """The default model's, cut down to its first merges."""
    pieces = json.loads((SOURCE_TOKENIZER / 'vocab.json').read_text(encoding='utf-8'))
    kept = [*[piece for piece, index in pieces.items() if index < VOCABULARY - 2], START, END]
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {piece: index for index, piece in enumerate(kept)}
    (folder / 'vocab.json').write_text(json.dumps(vocabulary, ensure_ascii=False),
                                       encoding='utf-8')
    merges = (SOURCE_TOKENIZER / 'merges.txt').read_text(encoding='utf-8').split('\n')
    (folder / 'merges.txt').write_text('\n'.join(merges[:MERGES + 1]) + '\n', encoding='utf-8')
    special = {'bos_token': START, 'eos_token': END, 'unk_token': END, 'pad_token': padding}
    _write_json(folder / 'tokenizer_config.json', {
        'tokenizer_class': 'CLIPTokenizer', 'model_max_length': TOKENS, 'do_lower_case': True,
        'add_prefix_space': False, **special})
    _write_json(folder / 'special_tokens_map.json', special)


def _write_configs(folder: Path, scheduler: dict, pipeline: str, graphs_have_configs: bool,
                   more: dict[str, object]) -> None:
    runtime = ['diffusers', 'OnnxRuntimeModel']
    _write_json(folder / 'model_index.json', {
        '_class_name': pipeline, **VERSION, 'scheduler': ['diffusers', scheduler['_class_name']],
        'tokenizer': ['transformers', 'CLIPTokenizer'], **{name: runtime for name in GRAPHS},
        **more,
        'safety_checker': [None, None], 'feature_extractor': [None, None],
        'requires_safety_checker': False})
    _write_json(folder / 'scheduler' / 'scheduler_config.json', {
        **scheduler, **VERSION, 'num_train_timesteps': 1000, 'beta_start': .00085,
        'beta_end': .012, 'beta_schedule': 'scaled_linear', 'trained_betas': None,
        'clip_sample': False, 'set_alpha_to_one': False, 'steps_offset': 1})
    if not graphs_have_configs:
        return
    vae = {'_class_name': 'AutoencoderKL', **VERSION, 'in_channels': 3, 'out_channels': 3,
           'latent_channels': LATENT, 'scaling_factor': SCALING, 'sample_size': 64,
           'block_out_channels': [4, 4, 4, 4]}
    configs = {
        'text_encoder': {
            'architectures': ['CLIPTextModel'], 'model_type': 'clip_text_model',
            'hidden_size': WIDTH, 'intermediate_size': 4 * WIDTH, 'num_hidden_layers': 1,
            'num_attention_heads': 1, 'hidden_act': 'quick_gelu', 'vocab_size': VOCABULARY,
            'max_position_embeddings': TOKENS, 'bos_token_id': VOCABULARY - 2,
            'eos_token_id': VOCABULARY - 1, 'pad_token_id': VOCABULARY - 1},
        'unet': {
            '_class_name': 'UNet2DConditionModel', **VERSION, 'sample_size': 8,
            'in_channels': LATENT, 'out_channels': LATENT, 'cross_attention_dim': WIDTH,
            'block_out_channels': [WIDTH, 2 * WIDTH]},
        'vae_encoder': vae, 'vae_decoder': vae}
    for name, config in configs.items():
        _write_json(folder / name / 'config.json', config)


def _write_manifest(folder: Path, family: str, description: str, prediction: str) -> None:
    identity = {'id': f'tiny-{folder.name.replace("_", "-")}', 'name': f'Tiny {folder.name}',
                'version': '0.1.0', 'family': family, 'description': description}
    write_manifest(folder, identity, {
        'licence': {'id': 'Apache-2.0', 'holder': 'The Maquette developers',
                    'text': 'Made for tests; free to use under the Apache License 2.0.'},
        'origin': {'made_by': 'xtask/golden/tiny_models.py',
                   'data': f'Random weights from seed {SEED}, {prediction}; no training.'},
        'defaults': {'width': 64, 'height': 64, 'steps': 4, 'guidance': 3.5,
                     'scheduler': 'ddim', 'schedule': 'discrete'},
        'limits': {'size_multiple': 16, 'min_side': 16, 'max_side': 512, 'tokens': TOKENS},
        'examples': {'prompts': ['a red fox in the snow, watercolor']}})


def _grown(path: Path, growth: Callable[[onnx.GraphProto], list[onnx.NodeProto]]) -> None:
    """Renames the output of a saved UNet to `calm` and lets further nodes make `out_sample`."""
    model = onnx.load(path)
    graph = model.graph
    for node in graph.node:
        node.output[:] = ['calm' if name == 'out_sample' else name for name in node.output]
    graph.node.extend(growth(graph))
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _not_a_number(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    graph.initializer.append(helper.make_tensor('minus_one', TensorProto.FLOAT, [], [-1.]))
    return [helper.make_node('Abs', ['calm'], ['size']),
            helper.make_node('Sub', ['minus_one', 'size'], ['negative']),
            helper.make_node('Sqrt', ['negative'], ['out_sample'])]


def _slow(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    graph.initializer.append(
        helper.make_tensor('iterations', TensorProto.INT64, [], [ITERATIONS]))

    def value(name: str, kind: int, shape: list[str] | None) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, kind, shape)

    area = ['batch', None, 'height', 'width']
    body = helper.make_graph(
        [helper.make_node('Identity', ['go'], ['go_on']),
         helper.make_node('Neg', ['before'], ['after'])], 'turn',
        [value('turn', TensorProto.INT64, []), value('go', TensorProto.BOOL, []),
         value('before', TensorProto.FLOAT, area)],
        [value('go_on', TensorProto.BOOL, []), value('after', TensorProto.FLOAT, area)])
    return [helper.make_node('Loop', ['iterations', '', 'calm'], ['out_sample'], body=body)]


def main() -> None:
    for name in ('stable_diffusion', 'stable_diffusion_v', 'stable_diffusion_xl', 'legacy',
                 'nan_unet', 'slow_unet'):
        shutil.rmtree(TINY / name, ignore_errors=True)
    epsilon = {'_class_name': 'PNDMScheduler', 'prediction_type': 'epsilon',
               'skip_prk_steps': True}
    velocity = {'_class_name': 'DDIMScheduler', 'prediction_type': 'v_prediction'}
    euler = {'_class_name': 'EulerDiscreteScheduler', 'prediction_type': 'epsilon',
             'timestep_spacing': 'leading'}
    first = TINY / 'stable_diffusion'
    _export_graphs(first, torch.int64, torch.tensor(1), VaeEncoder(), 'latent_parameters')
    _write_tokenizer(first / 'tokenizer')
    for name in ('stable_diffusion_v', 'stable_diffusion_xl', 'nan_unet', 'slow_unet'):
        shutil.copytree(first, TINY / name)
    _grown(TINY / 'nan_unet' / 'unet' / 'model.onnx', _not_a_number)
    _grown(TINY / 'slow_unet' / 'unet' / 'model.onnx', _slow)

    larger = TINY / 'stable_diffusion_xl'
    _export_told_graphs(larger)
    _write_tokenizer(larger / 'tokenizer_2', padding='!')

    old = TINY / 'legacy'
    _export_graphs(old, torch.int32, torch.ones(2), DrawingVaeEncoder(), 'latent_sample')
    _write_tokenizer(old / 'tokenizer')
    unet = onnx.load(old / 'unet' / 'model.onnx')
    unet.graph.input.insert(0, unet.graph.input.pop())
    onnx.save(unet, old / 'unet' / 'model.onnx')

    folders = {'stable_diffusion': (epsilon, 'Epsilon prediction in the layout of optimum'),
               'stable_diffusion_v': (velocity, 'V-prediction in the layout of optimum'),
               'stable_diffusion_xl': (euler, 'SDXL in the layout of optimum'),
               'legacy': (epsilon, 'The old layout of diffusers'),
               'nan_unet': (epsilon, 'A UNet whose output is not a number'),
               'slow_unet': (epsilon, 'A UNet that needs an hour')}
    for name, (scheduler, description) in folders.items():
        is_larger = name == 'stable_diffusion_xl'
        pipeline = ('OnnxStableDiffusionPipeline' if name == 'legacy'
                    else 'StableDiffusionXLPipeline' if is_larger else 'StableDiffusionPipeline')
        more = {'text_encoder_2': ['diffusers', 'OnnxRuntimeModel'],
                'tokenizer_2': ['transformers', 'CLIPTokenizer'],
                'force_zeros_for_empty_prompt': True} if is_larger else {}
        _write_configs(TINY / name, scheduler, pipeline, name != 'legacy', more)
        if name != 'legacy':                   # a folder of others comes without a manifest
            family = 'stable_diffusion_xl' if is_larger else 'stable_diffusion'
            _write_manifest(TINY / name, family, description, scheduler['prediction_type'])


if __name__ == '__main__':
    main()
