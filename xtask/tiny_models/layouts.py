"""The layouts of other exporters: the same weights, in graphs and folders as those write them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import diffusers
import onnx
import torch
from diffusers import DiffusionPipeline
from onnxruntime.transformers.float16 import convert_float_to_float16
from onnxruntime.transformers.onnx_model import OnnxModel
from torch import nn

from families import SIDE
from verify import largest_differences
from vocabularies import CLIP_TOKENS, t5_tokenizer

Axes = dict[str, dict[int, str]]
AREA = {0: 'batch_size', 2: 'height', 3: 'width'}
# An encoder that draws by itself is compared with its mean, so the tolerance leaves room for it.
TOLERANCE = 1.
# T5 sorts distances into buckets by a logarithm, which half precision gets wrong.
HALVED = ('text_encoder', 'unet', 'transformer')
OLD_OPSET, OPSET = 14, 18


class Encoder(nn.Module):
    """Ids to the states that an exporter names as outputs, in that order."""

    def __init__(self, encoder: nn.Module, outputs: list[str]) -> None:
        super().__init__()
        self.encoder, self.outputs = encoder, outputs

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, ...]:
        given = self.encoder(input_ids=input_ids, output_hidden_states=True)
        named = {f'hidden_states.{layer}': state
                 for layer, state in enumerate(given.hidden_states)} | dict(given)
        return tuple(named[output] for output in self.outputs)


class Denoiser(nn.Module):
    """A UNet or a transformer with all its inputs in one row."""

    def __init__(self, network: nn.Module, inputs: list[str]) -> None:
        super().__init__()
        self.network, self.inputs = network, inputs

    def forward(self, *values: torch.Tensor) -> torch.Tensor:
        named = dict(zip(self.inputs, values, strict=True))
        added = {name: named.pop(name) for name in ('text_embeds', 'time_ids') if name in named}
        if added:
            named['added_cond_kwargs'] = added
        return self.network(**named, return_dict=False)[0]


class DrawingEncoder(nn.Module):
    """Latents drawn inside the graph, by a generator that nobody can seed."""

    def __init__(self, vae: nn.Module) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, sample: torch.Tensor) -> torch.Tensor:
        mean, log_variance = self.vae.encode(sample).latent_dist.parameters.chunk(2, 1)
        return mean + (.5 * log_variance).exp() * torch.randn_like(mean)


class ParametersEncoder(DrawingEncoder):
    """The Gaussian's parameters, to be drawn from outside."""

    def forward(self, sample: torch.Tensor) -> torch.Tensor:
        return self.vae.encode(sample).latent_dist.parameters


class Decoder(nn.Module):
    def __init__(self, vae: nn.Module) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample: torch.Tensor) -> torch.Tensor:
        return self.vae.decode(latent_sample).sample


def store_outside(folder: Path, name: str) -> None:
    """Moves a graph's weights into a file of this name beside it."""
    model = onnx.load(folder / 'model.onnx')
    onnx.save(model, folder / 'model.onnx', save_as_external_data=True,
              all_tensors_to_one_file=True, location=name, size_threshold=1024)


def _halve(path: Path) -> None:
    """Weights and arithmetic in half precision, inputs and outputs as they were."""
    model = OnnxModel(convert_float_to_float16(onnx.load(path), keep_io_types=True))
    model.topological_sort()                   # the casts of inputs came last
    del model.model.graph.value_info[:]        # a name and a shape for each of a thousand edges
    onnx.save(model.model, path)


class Writer:
    """Writes graphs as one exporter does."""

    def __init__(self, folder: Path, opset: int, data: str | None, half: bool = False) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder, self.opset, self.data, self.half = folder, opset, data, half

    def write(self, graph: str, module: nn.Module, inputs: dict[str, torch.Tensor],
              outputs: list[str], axes: Axes) -> None:
        path = self.folder / graph / 'model.onnx'
        path.parent.mkdir(parents=True)
        torch.onnx.export(module.eval(), tuple(inputs.values()), path, input_names=list(inputs),
                          output_names=outputs, dynamic_axes=axes, opset_version=self.opset,
                          dynamo=False)
        self._finish(graph)

    def rewritten(self, graph: str, model: onnx.ModelProto) -> None:
        """Writes a graph that optimum exported and that was changed since."""
        (self.folder / graph).mkdir(parents=True)
        onnx.save(model, self.folder / graph / 'model.onnx')
        self._finish(graph)

    def _finish(self, graph: str) -> None:
        path = self.folder / graph / 'model.onnx'
        if self.half and graph in HALVED:
            _halve(path)
        if self.data and graph in ('unet', 'transformer'):
            store_outside(path.parent, self.data)
        onnx.checker.check_model(path)

    def text_encoder(self, graph: str, encoder: nn.Module, ids: torch.dtype,
                     outputs: list[str]) -> None:
        named = {'input_ids': {0: 'batch_size', 1: 'sequence_length'}}
        named |= {output: {0: 'batch_size'} for output in outputs}
        self.write(graph, Encoder(encoder, outputs),
                   {'input_ids': torch.zeros(2, CLIP_TOKENS, dtype=ids)}, outputs, named)

    def unet(self, unet: nn.Module, timestep: torch.Tensor) -> None:
        width = unet.config.cross_attention_dim
        inputs = {'sample': torch.randn(2, unet.config.in_channels, SIDE, SIDE + 4),
                  'timestep': timestep,
                  'encoder_hidden_states': torch.randn(2, CLIP_TOKENS, width)}
        axes: Axes = {'sample': AREA, 'out_sample': AREA,
                      'encoder_hidden_states': {0: 'batch_size', 1: 'sequence_length'}}
        if timestep.ndim:
            axes['timestep'] = {0: 'batch_size'}
        if unet.config.addition_embed_type == 'text_time':
            pooled = unet.config.projection_class_embeddings_input_dim \
                - 6 * unet.config.addition_time_embed_dim
            inputs |= {'text_embeds': torch.randn(2, pooled), 'time_ids': torch.randn(2, 6)}
            axes |= {'text_embeds': {0: 'batch_size'}, 'time_ids': {0: 'batch_size'}}
        self.write('unet', Denoiser(unet, list(inputs)), inputs, ['out_sample'], axes)

    def vae(self, vae: nn.Module, encoder: type[nn.Module], encoded: str) -> None:
        channels = vae.config.latent_channels
        self.write('vae_encoder', encoder(vae),
                   {'sample': torch.rand(2, 3, 8 * SIDE, 8 * SIDE + 32)}, [encoded],
                   {'sample': {0: 'batch_size', 2: 'sample_height', 3: 'sample_width'},
                    encoded: AREA})
        self.write('vae_decoder', Decoder(vae),
                   {'latent_sample': torch.randn(2, channels, SIDE, SIDE + 4)}, ['sample'],
                   {'latent_sample': {0: 'batch_size', 2: 'latent_height', 3: 'latent_width'},
                    'sample': AREA})

    def clip_words(self, weights: Path, name: str = 'tokenizer') -> None:
        """The two files that every reader of CLIP's vocabulary needs."""
        (self.folder / name).mkdir()
        for file in ('vocab.json', 'merges.txt'):
            shutil.copy(weights / name / file, self.folder / name / file)

    def index(self, weights: Path) -> None:
        """The pipeline of diffusers' own ONNX runtime, with the configs of the rest."""
        for name in ('tokenizer', 'scheduler'):
            shutil.copytree(weights / name, self.folder / name)
        scheduler = json.loads((weights / 'scheduler' / 'scheduler_config.json').read_text('utf-8'))
        runtime = ['diffusers', 'OnnxRuntimeModel']
        index = {'_class_name': 'OnnxStableDiffusionPipeline',
                 '_diffusers_version': diffusers.__version__,
                 'feature_extractor': [None, None], 'requires_safety_checker': False,
                 'safety_checker': [None, None],
                 'scheduler': ['diffusers', scheduler['_class_name']], 'text_encoder': runtime,
                 'tokenizer': ['transformers', 'CLIPTokenizer'], 'unet': runtime,
                 'vae_decoder': runtime, 'vae_encoder': runtime}
        (self.folder / 'model_index.json').write_text(json.dumps(index, indent=2) + '\n',
                                                      encoding='utf-8')

    def check(self, pipeline: DiffusionPipeline) -> None:
        differences = largest_differences(pipeline, self.folder)
        print(f'{self.folder.name}: ' + ', '.join(
            f'{graph} {difference:.1e}' for graph, difference in differences.items()), flush=True)
        assert max(differences.values()) < TOLERANCE, self.folder


PLAIN = ['last_hidden_state', 'pooler_output']


def legacy(weights: Path, folder: Path) -> None:
    """What diffusers' own script wrote: int32 ids, a timestep for each picture, weights.pb."""
    pipeline = DiffusionPipeline.from_pretrained(weights / 'sd15')
    writer = Writer(folder, OLD_OPSET, 'weights.pb')
    writer.text_encoder('text_encoder', pipeline.text_encoder, torch.int32, PLAIN)
    writer.unet(pipeline.unet, torch.randn(2))
    writer.vae(pipeline.vae, DrawingEncoder, 'latent_sample')
    writer.index(weights / 'sd15')
    writer.check(pipeline)


def olive(weights: Path, folder: Path) -> None:
    """Olive: half-precision weights between float borders, a scalar timestep, model.onnx.data."""
    pipeline = DiffusionPipeline.from_pretrained(weights / 'sd15')
    writer = Writer(folder, OPSET, 'model.onnx.data', half=True)
    writer.text_encoder('text_encoder', pipeline.text_encoder, torch.int64, PLAIN)
    writer.unet(pipeline.unet, torch.tensor(1.))
    writer.vae(pipeline.vae, ParametersEncoder, 'latent_parameters')
    writer.index(weights / 'sd15')
    writer.check(pipeline)


def amuse(weights: Path, folder: Path) -> None:
    """Amuse's: neither an index nor configs; the model set is described in the program."""
    pipeline = DiffusionPipeline.from_pretrained(weights / 'sd15')
    writer = Writer(folder, OPSET, 'model.onnx.data', half=True)
    writer.text_encoder('text_encoder', pipeline.text_encoder, torch.int32, PLAIN)
    writer.unet(pipeline.unet, torch.randn(2))
    writer.vae(pipeline.vae, DrawingEncoder, 'latent_sample')
    writer.clip_words(weights / 'sd15')
    writer.check(pipeline)


def amuse_large(weights: Path, folder: Path) -> None:
    """SDXL of Amuse: the first text encoder keeps its inner layers to itself."""
    pipeline = DiffusionPipeline.from_pretrained(weights / 'sdxl')
    writer = Writer(folder, OPSET, 'model.onnx.data', half=True)
    writer.text_encoder('text_encoder', pipeline.text_encoder, torch.int32, PLAIN)
    layers = pipeline.text_encoder_2.config.num_hidden_layers
    states = [f'hidden_states.{layer}' for layer in range(layers + 1)]
    writer.text_encoder('text_encoder_2', pipeline.text_encoder_2, torch.int64,
                        ['text_embeds', 'last_hidden_state', *states])
    writer.unet(pipeline.unet, torch.randn(2))
    writer.vae(pipeline.vae, DrawingEncoder, 'latent_sample')
    writer.clip_words(weights / 'sdxl')
    writer.clip_words(weights / 'sdxl', 'tokenizer_2')
    writer.check(pipeline)


def _as_amuse(transformer: Path) -> onnx.ModelProto:
    """Optimum's transformer with float positions, a batch of one, and an output named `sample`."""
    model = onnx.load(transformer / 'model.onnx')
    for port in [*model.graph.input, *model.graph.output]:
        first = port.type.tensor_type.shape.dim[0]
        if port.name in ('img_ids', 'txt_ids'):
            port.type.tensor_type.elem_type = onnx.TensorProto.FLOAT
        else:
            first.dim_value = 1
    for node in model.graph.node:
        node.output[:] = ['sample' if name == 'out_hidden_states' else name
                          for name in node.output]
    model.graph.output[0].name = 'sample'
    return model


def amuse_flux(weights: Path, folder: Path) -> None:
    """Flux of Amuse: one picture at a time, float positions, an output named `sample`."""
    pipeline = DiffusionPipeline.from_pretrained(weights / 'flux_dev')
    writer = Writer(folder, OPSET, 'model.onnx.data', half=True)
    writer.text_encoder('text_encoder', pipeline.text_encoder, torch.int32, PLAIN)
    writer.text_encoder('text_encoder_2', pipeline.text_encoder_2, torch.int64,
                        ['last_hidden_state'])
    writer.rewritten('transformer', _as_amuse(folder.parent / 'flux_dev' / 'transformer'))
    writer.vae(pipeline.vae, DrawingEncoder, 'latent_sample')
    writer.clip_words(weights / 'flux_dev')
    t5_tokenizer(folder / 'tokenizer_2')       # writes spiece.model, which is all that Amuse has
    writer.check(pipeline)


LAYOUTS: dict[str, Callable[[Path, Path], None]] = {
    'sd15_legacy': legacy, 'sd15_olive': olive, 'sd15_amuse': amuse, 'sdxl_amuse': amuse_large,
    'flux_dev_amuse': amuse_flux}
