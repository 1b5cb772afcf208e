"""Exports a model of the true size with random weights, to measure time and memory with.

    python full_size.py FOLDER NAME

What it makes is as fast and as large as the real one and paints noise. It is never committed.
"""

import os
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

os.environ['HF_HUB_OFFLINE'] = '1'             # nothing here comes from a hub

import diffusers  # noqa: E402  (the hub's client reads the environment when it is imported)
import torch  # noqa: E402
from optimum.exporters.onnx import main_export  # noqa: E402
from transformers import CLIPTextConfig, CLIPTextModel  # noqa: E402

from families import LEADING  # noqa: E402
from vocabularies import clip_tokenizer  # noqa: E402


def sd15(folder: Path) -> diffusers.DiffusionPipeline:
    """860 million parameters in the UNet, 123 in the text encoder, 84 in the VAE."""
    unet = diffusers.UNet2DConditionModel(
        sample_size=64, cross_attention_dim=768, attention_head_dim=8,
        block_out_channels=(320, 640, 1280, 1280), layers_per_block=2)
    levels = 4
    vae = diffusers.AutoencoderKL(
        sample_size=512, latent_channels=4, block_out_channels=(128, 256, 512, 512),
        down_block_types=('DownEncoderBlock2D',) * levels, layers_per_block=2,
        up_block_types=('UpDecoderBlock2D',) * levels)
    text = CLIPTextConfig(
        vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
        num_attention_heads=12, bos_token_id=49406, eos_token_id=49407)
    scheduler = diffusers.PNDMScheduler(**LEADING, skip_prk_steps=True, set_alpha_to_one=False)
    return diffusers.StableDiffusionPipeline(
        vae=vae, text_encoder=CLIPTextModel(text), tokenizer=clip_tokenizer(folder), unet=unet,
        scheduler=scheduler, safety_checker=None, feature_extractor=None,
        requires_safety_checker=False)


MODELS: dict[str, Callable[[Path], diffusers.DiffusionPipeline]] = {'sd15': sd15}


def main() -> None:
    folder, name = Path(sys.argv[1]).resolve(), sys.argv[2]
    if name not in MODELS:
        sys.exit(f'{name}: there is {", ".join(MODELS)} in full size')
    warnings.simplefilter('ignore')            # tracing is full of them
    weights, exported = folder / f'{name}_weights', folder / name
    shutil.rmtree(exported, ignore_errors=True)
    torch.manual_seed(1)
    MODELS[name](folder / f'{name}_words').save_pretrained(weights)
    main_export(str(weights), output=exported, task='text-to-image', library_name='diffusers',
                do_validation=False)
    shutil.rmtree(weights)
    shutil.rmtree(folder / f'{name}_words')
    print(exported)


if __name__ == '__main__':
    main()
