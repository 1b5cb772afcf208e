"""Random weights that make pictures one can tell apart.

A network as it is initialised answers nearly the same to everything. The last layers are scaled
by powers of two, which are exact, until what comes out has the spread of a trained model's.
"""

import math

import torch
from torch import nn


def nearest_power(gain: float) -> float:
    """The power of two nearest to a gain."""
    return 2. ** round(math.log2(gain))


def scale(module: nn.Module, actual: float, wanted: float) -> None:
    """Scales a layer so that its output's spread becomes about the wanted one."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(nearest_power(wanted / actual))


def randomise(module: nn.Module, seed: int) -> nn.Module:
    """Draws what initialisers leave at one or zero: biases, and the gains of norms."""
    generator = torch.Generator('cpu').manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.ndim < 2:
                noise = torch.randn(parameter.shape, generator=generator)
                parameter.add_(.1 * noise)
    return module.eval().requires_grad_(False)


def heed_words(module: nn.Module, gain: float = 4.) -> None:
    """Strengthens cross-attention, or the prompt would hardly show in the picture."""
    for name, layer in module.named_modules():
        if name.endswith(('attn2.to_v', 'attn2.to_out.0', 'attn2.to_q')):
            with torch.no_grad():
                layer.weight.mul_(gain)


def pass_through(unet: nn.Module) -> None:
    """Adds the normalised sample to the output, since what is predicted is mostly noise.

    A random answer at the first timestep would be divided by the little signal there (0.07), and
    the latents would grow until nothing else showed. Channels 2i and 2i + 1 of the outermost skip
    carry x and -x; the last norm takes their common mean, 0, off them, and silu(x) - silu(-x) = x.
    """
    channels = unet.config.out_channels
    last = unet.up_blocks[-1].resnets[-1].conv_shortcut.weight
    skip = last.shape[1] - unet.conv_in.weight.shape[0]
    with torch.no_grad():
        for channel in range(channels):
            for index, sign in ((2 * channel, 1.), (2 * channel + 1, -1.)):
                unet.conv_in.weight[index, channel, 1, 1] += sign
                last[index, skip + index, 0, 0] += 1
                unet.conv_out.weight[channel, index, 1, 1] += sign
