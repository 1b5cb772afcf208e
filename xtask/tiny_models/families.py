"""The architectures: each function makes one diffusers pipeline of a few tens of kilobytes."""

from collections.abc import Callable
from pathlib import Path

import diffusers
import torch
from diffusers import (AutoencoderKL, DiffusionPipeline, FluxPipeline, FluxTransformer2DModel,
                       LatentConsistencyModelPipeline, SD3Transformer2DModel,
                       StableDiffusion3Pipeline, StableDiffusionInpaintPipeline,
                       StableDiffusionPipeline, StableDiffusionXLPipeline, UNet2DConditionModel)
from torch.nn import functional
from transformers import (CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, T5Config,
                          T5EncoderModel)

from vocabularies import CLIP_TOKENS, CLIP_VOCABULARY, clip_tokenizer, t5_tokenizer
from weights import heed_words, nearest_power, pass_through, randomise, scale

LARGE, GIANT, T5_WIDTH = 16, 24, 48            # of CLIP-L, CLIP-G and T5, in true order of size
BOTH = LARGE + GIANT
SIDE = 8                                       # latent cells of a 64-pixel side
SCALED_LINEAR = {'num_train_timesteps': 1000, 'beta_start': .00085, 'beta_end': .012,
                 'beta_schedule': 'scaled_linear'}
LEADING = SCALED_LINEAR | {'timestep_spacing': 'leading', 'steps_offset': 1}


def _clip(width: int, layers: int, act: str, seed: int,
          projection: bool = False) -> torch.nn.Module:
    torch.manual_seed(seed)
    config = CLIPTextConfig(
        vocab_size=CLIP_VOCABULARY, hidden_size=width, intermediate_size=2 * width,
        num_hidden_layers=layers, num_attention_heads=4, hidden_act=act, projection_dim=width,
        max_position_embeddings=CLIP_TOKENS, bos_token_id=CLIP_VOCABULARY - 2,
        eos_token_id=CLIP_VOCABULARY - 1, pad_token_id=1)
    kind = CLIPTextModelWithProjection if projection else CLIPTextModel
    return randomise(kind(config), seed)


def _t5(width: int, seed: int, words: int) -> T5EncoderModel:
    torch.manual_seed(seed)
    config = T5Config(
        vocab_size=words, d_model=width, d_kv=8, d_ff=2 * width, num_layers=2, num_heads=4,
        relative_attention_num_buckets=32, relative_attention_max_distance=128,
        feed_forward_proj='gated-gelu', is_encoder_decoder=True, tie_word_embeddings=False)
    return randomise(T5EncoderModel(config), seed)


def _vae(channels: int, seed: int, **config: object) -> AutoencoderKL:
    """Eight pixels a cell, as large ones have; decodes to about a third of full contrast."""
    torch.manual_seed(seed)
    levels = 4
    vae = AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=channels, sample_size=8 * SIDE,
        down_block_types=('DownEncoderBlock2D',) * levels,
        up_block_types=('UpDecoderBlock2D',) * levels, block_out_channels=(8,) * levels,
        layers_per_block=1, norm_num_groups=4, **config)
    randomise(vae, seed)
    pixels = functional.interpolate(torch.rand(1, 3, 5, 5) * 2 - 1, 8 * SIDE, mode='bicubic')
    last = vae.encoder.conv_out if vae.quant_conv is None else vae.quant_conv
    spread = vae.encode(pixels).latent_dist.mean.std((2, 3)).mean().item()
    last.weight[:channels] *= nearest_power(1 / vae.config.scaling_factor / spread)
    last.weight[channels:] *= nearest_power(.5 / spread)
    centre = vae.encode(pixels).latent_dist.parameters.mean((0, 2, 3))
    centre[channels:] += 4                     # narrow, as trained encoders are
    last.bias -= (centre * 8).round() / 8
    latents = torch.randn(1, channels, SIDE, SIDE) / vae.config.scaling_factor
    scale(vae.decoder.conv_out, vae.decode(latents).sample.std().item(), .35)
    return vae


def _unet(width: int, seed: int, channels: int = 4, **config: object) -> UNet2DConditionModel:
    torch.manual_seed(seed)
    config = {'down_block_types': ('CrossAttnDownBlock2D', 'DownBlock2D'),
              'up_block_types': ('UpBlock2D', 'CrossAttnUpBlock2D'),
              'attention_head_dim': 2} | config
    unet = UNet2DConditionModel(
        sample_size=SIDE, in_channels=channels, out_channels=4, block_out_channels=(8, 16),
        layers_per_block=1, norm_num_groups=4, cross_attention_dim=width, **config)
    randomise(unet, seed)
    heed_words(unet)
    inputs = {}
    if unet.config.addition_embed_type == 'text_time':
        inputs['added_cond_kwargs'] = {'text_embeds': torch.randn(1, GIANT),
                                       'time_ids': torch.full((1, 6), 64.)}
    noise = unet(torch.randn(1, channels, SIDE, SIDE), 500,
                 torch.randn(1, CLIP_TOKENS, width), **inputs).sample
    scale(unet.conv_out, noise.std().item(), .2)
    pass_through(unet)
    return unet


def _stable(folder: Path, unet: UNet2DConditionModel, scheduler: object, act: str = 'quick_gelu',
            kind: type = StableDiffusionPipeline) -> DiffusionPipeline:
    return kind(
        vae=_vae(4, 11), text_encoder=_clip(LARGE, 3, act, 12),
        tokenizer=clip_tokenizer(folder), unet=unet, scheduler=scheduler, safety_checker=None,
        feature_extractor=None, requires_safety_checker=False)


def sd15(folder: Path) -> DiffusionPipeline:
    scheduler = diffusers.PNDMScheduler(**LEADING, skip_prk_steps=True, set_alpha_to_one=False)
    return _stable(folder, _unet(LARGE, 13), scheduler)


def sd15_inpaint(folder: Path) -> DiffusionPipeline:
    scheduler = diffusers.DDIMScheduler(**LEADING, set_alpha_to_one=False, clip_sample=False)
    return _stable(folder, _unet(LARGE, 14, channels=9), scheduler,
                   kind=StableDiffusionInpaintPipeline)


def lcm(folder: Path) -> DiffusionPipeline:
    scheduler = diffusers.LCMScheduler(**LEADING, set_alpha_to_one=True, clip_sample=False,
                                       original_inference_steps=50)
    return _stable(folder, _unet(LARGE, 15, time_cond_proj_dim=32), scheduler,
                   kind=LatentConsistencyModelPipeline)


def _second_unet() -> UNet2DConditionModel:
    return _unet(LARGE, 23, use_linear_projection=True, attention_head_dim=(2, 4))


def sd2_v(folder: Path) -> DiffusionPipeline:
    scheduler = diffusers.DDIMScheduler(**LEADING, set_alpha_to_one=False, clip_sample=False,
                                        prediction_type='v_prediction')
    return _stable(folder, _second_unet(), scheduler, 'gelu')


def sd_turbo(folder: Path) -> DiffusionPipeline:
    """The graphs of `sd2_v`; only the scheduler says what they predict."""
    scheduler = diffusers.EulerDiscreteScheduler(
        **SCALED_LINEAR, timestep_spacing='trailing', steps_offset=1)
    return _stable(folder, _second_unet(), scheduler, 'gelu')


def _large(folder: Path, scheduler: object) -> DiffusionPipeline:
    unet = _unet(BOTH, 33, down_block_types=('DownBlock2D', 'CrossAttnDownBlock2D'),
                 up_block_types=('CrossAttnUpBlock2D', 'UpBlock2D'),
                 transformer_layers_per_block=(1, 2), attention_head_dim=(2, 4),
                 use_linear_projection=True, addition_embed_type='text_time',
                 addition_time_embed_dim=8,
                 projection_class_embeddings_input_dim=GIANT + 6 * 8)
    return StableDiffusionXLPipeline(
        vae=_vae(4, 31, scaling_factor=.13025, force_upcast=True),
        text_encoder=_clip(LARGE, 3, 'quick_gelu', 12),
        text_encoder_2=_clip(GIANT, 4, 'gelu', 32, projection=True),
        tokenizer=clip_tokenizer(folder / '1'), tokenizer_2=clip_tokenizer(folder / '2', pad='!'),
        unet=unet, scheduler=scheduler, force_zeros_for_empty_prompt=True, add_watermarker=False)


def sdxl(folder: Path) -> DiffusionPipeline:
    return _large(folder, diffusers.EulerDiscreteScheduler(**LEADING))


def sdxl_turbo(folder: Path) -> DiffusionPipeline:
    """The graphs of `sdxl`, with the turbo model's scheduler."""
    return _large(folder, diffusers.EulerAncestralDiscreteScheduler(
        **SCALED_LINEAR, timestep_spacing='trailing', steps_offset=1))


def sd3(folder: Path) -> DiffusionPipeline:
    tokenizer = t5_tokenizer(folder / '3')
    torch.manual_seed(43)
    transformer = SD3Transformer2DModel(
        sample_size=SIDE, patch_size=2, in_channels=16, out_channels=16, num_layers=2,
        attention_head_dim=8, num_attention_heads=2, joint_attention_dim=T5_WIDTH,
        caption_projection_dim=16, pooled_projection_dim=BOTH, pos_embed_max_size=32,
        dual_attention_layers=(0,), qk_norm='rms_norm')
    randomise(transformer, 43)
    velocity = transformer(torch.randn(1, 16, SIDE, SIDE), torch.randn(1, 9, T5_WIDTH),
                           torch.randn(1, BOTH), torch.tensor([500.])).sample
    scale(transformer.proj_out, velocity.std().item(), 1.)
    return StableDiffusion3Pipeline(
        transformer=transformer, scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.),
        vae=_vae(16, 41, scaling_factor=1.5305, shift_factor=.0609, use_quant_conv=False,
                 use_post_quant_conv=False),
        text_encoder=_clip(LARGE, 3, 'quick_gelu', 42, projection=True),
        tokenizer=clip_tokenizer(folder / '1'),
        text_encoder_2=_clip(GIANT, 4, 'gelu', 32, projection=True),
        tokenizer_2=clip_tokenizer(folder / '2', pad='!'),
        text_encoder_3=_t5(T5_WIDTH, 44, len(tokenizer)), tokenizer_3=tokenizer)


def _flux(folder: Path, guidance: bool, scheduler: object) -> DiffusionPipeline:
    tokenizer = t5_tokenizer(folder / '2')
    torch.manual_seed(53)
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=64, num_layers=1, num_single_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=GIANT, pooled_projection_dim=LARGE,
        guidance_embeds=guidance, axes_dims_rope=(4, 6, 6))
    randomise(transformer, 53)
    with torch.no_grad():                      # or the prompt would hardly show in the picture
        transformer.context_embedder.weight.mul_(8)
        transformer.time_text_embed.text_embedder.linear_2.weight.mul_(4)
    cells = (SIDE // 2) ** 2
    velocity = transformer(
        torch.randn(1, cells, 64), torch.randn(1, 9, GIANT), torch.randn(1, LARGE),
        torch.tensor([.5]), torch.zeros(cells, 3), torch.zeros(9, 3),
        torch.tensor([3.5]) if guidance else None).sample
    scale(transformer.proj_out, velocity.std().item(), 1.)
    return FluxPipeline(
        transformer=transformer, scheduler=scheduler,
        vae=_vae(16, 51, scaling_factor=.3611, shift_factor=.1159, use_quant_conv=False,
                 use_post_quant_conv=False),
        text_encoder=_clip(LARGE, 3, 'quick_gelu', 12), tokenizer=clip_tokenizer(folder / '1'),
        text_encoder_2=_t5(GIANT, 54, len(tokenizer)), tokenizer_2=tokenizer)


def flux_dev(folder: Path) -> DiffusionPipeline:
    return _flux(folder, True, diffusers.FlowMatchEulerDiscreteScheduler(
        shift=3., use_dynamic_shifting=True, base_shift=.5, max_shift=1.15,
        base_image_seq_len=256, max_image_seq_len=4096))


def flux_schnell(folder: Path) -> DiffusionPipeline:
    return _flux(folder, False, diffusers.FlowMatchEulerDiscreteScheduler(shift=1.))


FAMILIES: dict[str, Callable[[Path], DiffusionPipeline]] = {
    build.__name__: build for build in (sd15, sd2_v, sd_turbo, sdxl, sdxl_turbo, lcm,
                                        sd15_inpaint, sd3, flux_dev, flux_schnell)}
