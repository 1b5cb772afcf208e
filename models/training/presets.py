"""All numbers of a model and its training, by preset."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class VaeShape:
    """Widths of the autoencoder, coarse to fine in the decoder; blocks are residual ones."""

    latent: int = 8
    encoder: tuple[int, int] = (96, 192)
    decoder: tuple[int, int, int] = (192, 96, 48)
    encoder_blocks: int = 2
    decoder_blocks: tuple[int, int, int] = (3, 3, 2)


@dataclass(frozen=True)
class TextShape:
    """The text encoder; `context` is the number of tokens."""

    width: int = 160
    layers: int = 4
    heads: int = 5
    context: int = 32


@dataclass(frozen=True)
class UnetShape:
    """Widths and blocks of the UNet, finest level first."""

    widths: tuple[int, ...] = (64, 192, 320)
    down: tuple[int, ...] = (1, 2)           # blocks per level on the way down
    middle: int = 2                          # blocks at the coarsest level
    up: tuple[int, ...] = (2, 3)             # blocks per level on the way up, finest first
    first_attention: int = 1                 # finest level that attends
    time_width: int = 320


@dataclass(frozen=True)
class Preset:
    """A model, its data and its training."""

    name: str
    size: int                                # side of the training pictures in pixels
    images: int
    vae: VaeShape = VaeShape()
    text: TextShape = TextShape()
    unet: UnetShape = UnetShape()
    validation: int = 256
    merges: int = 2000
    vae_images: int = 50_000                 # as many of the pictures as the VAE sees
    vae_minutes: float = 18
    vae_batch: int = 32
    vae_crop: int = 64
    vae_rate: float = 1.5e-3
    vae_ema: float = .995
    unet_minutes: float = 180
    batch: int = 96
    muon_rate: float = .02
    adam_rate: float = 1e-3
    unet_ema: float = .998
    decay: float = .35                       # last share of the samples, falling to zero
    drop: float = .1                         # captions replaced by the empty one
    narrow: float = 0.                       # share of batches cropped to 3:4 or 4:3
    encode_batch: int = 100
    checkpoint_seconds: float = 110
    step_limit: int = 0                      # smoke tests end a stage after so many steps

    @property
    def size_multiple(self) -> int:
        """Picture sides must be multiples of this, in pixels."""
        return 8 * 2 ** (len(self.unet.widths) - 1)


PRESETS = {preset.name: preset for preset in (
    Preset('cpu-128', 128, 50_000),
    # 46 MB of fp16 weights are 23 M parameters: 14 M of UNet and 3.4 M of text leave 5.4 M to
    # the VAE, so its width goes to the fine levels, where width is seen and costs little.
    Preset('gpu-256', 256, 150_000,
           vae=VaeShape(encoder=(88, 168), decoder=(208, 128, 80)),
           text=TextShape(width=256, heads=8),
           unet=UnetShape(widths=(64, 128, 192, 320), down=(1, 2, 2), up=(2, 2, 3),
                          time_width=192),
           validation=512, vae_images=60_000, vae_minutes=6, vae_batch=64, vae_crop=128,
           vae_rate=1e-3, vae_ema=.999, unet_minutes=14, batch=512, unet_ema=.9995, narrow=.3,
           encode_batch=500, checkpoint_seconds=60))}


def smoke(preset: Preset) -> Preset:
    """The same model with next to no training: proves that every stage works."""
    return replace(preset, images=64, validation=16, vae_batch=4, batch=8, encode_batch=16,
                   step_limit=3)
