"""Writes `noise.json`: normal noise as torch draws it on a CPU and on a CUDA device."""

import hashlib

import numpy as np
import torch

from fixture import flat, write_golden

SEEDS = (0, 7, 42, 2 ** 32 - 1, 2 ** 32 + 5, 123_456_789_012)
LENGTHS = (1, 5, 15, 16, 17, 33, 2051)
# Lengths drawn one after another from one generator. Below 16 numbers the generator keeps the
# second of a pair for the next short draw, whatever comes between.
# Batches: pictures of that many numbers, batch size, place in it.
BATCHES = ((16, 3, 1), (64, 4, 3), (35, 3, 0), (35, 3, 1), (35, 3, 2), (5, 2, 1), (8, 3, 2))
# Shape, strength, and how far the second noise is from the first where it is near.
VARIATIONS = (((4, 8, 6), .2, None), ((4, 8, 6), .5, None), ((2, 5, 3), 1., None),
              ((1, 4, 16), .25, 1e-3))
SAME = .9995
DRAWS = ((16, 33, 5), (5, 3, 1, 1), (5, 16, 3), (15, 17, 1), (1, 2051, 2))
STORED = 64                                    # longer draws are stored by their ends
HEAD, TAIL = 8, 20
PHILOX_SHAPES = (1, 4, 12, 2051)
ABOUT = {
    'torch_cpu': 'torch.randn(n, generator=torch.Generator("cpu").manual_seed(seed)), float32',
    'torch_cpu_draws': 'the same, several draws from one generator, in order',
    'torch_cpu_batch': 'as ComfyUI draws: torch.randn([size, n]) from one generator, draw after '
                       'draw; what is stored is row `index`',
    'variation': 'slerp of torch.randn([channels, height, width]) of two seeds in float32, as '
                 'Automatic1111\'s web UI computes it over dimension 1; the second noise is '
                 'first + nudge * second where there is a nudge',
    'philox4x32_10': 'known answers published with Random123',
    'philox': 'torch.randn on a CUDA device, one generator for each picture: value i of draw k is '
              'Box-Muller of the first two words of Philox4x32-10 with counter [k, 0, i, 0] and '
              'key [low word, high word of the seed]; computed in float64, then rounded; '
              'these are draws 0',
    'philox_draws': 'draws 0 and 1 of one generator',
    'sha256': 'draws of more than 64 numbers are stored as their first 8, their last 20 and the '
              'sha256 of their little-endian float32 bytes',
    'tolerance': 'torch has a vectorised logarithm and cosine for draws of 16 and more (used '
                 'here), which differ from the plain ones by up to 1.5e-6; compare within 4e-6, '
                 'and the sha256 only where the arithmetic is torch\'s own'}

MULTIPLIERS, WEYL = (0xD2511F53, 0xCD9E8D57), (0x9E3779B9, 0xBB67AE85)
KNOWN_ANSWERS = (
    ((0, 0, 0, 0), (0, 0),
     (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2,
     (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
     (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)))
# What AUTOMATIC1111's web UI states for its generator, to six digits: seed 0, twelve numbers.
STATED = (-0.92466259, -0.42534415, -2.6438457, 0.14518388, -0.12086647, -0.57972564,
          -0.62285122, -0.32838709, -1.07454231, -0.36314407, -1.67105067, 2.26550497)


def philox4x32_10(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """Salmon et al. 2011, ten rounds, on 32-bit words."""
    first, second, third, fourth = counter
    low, high = key
    for _ in range(10):
        one, two = MULTIPLIERS[0] * first, MULTIPLIERS[1] * third
        first, second, third, fourth = ((two >> 32) ^ second ^ low, two & 0xFFFFFFFF,
                                        (one >> 32) ^ fourth ^ high, one & 0xFFFFFFFF)
        low, high = (low + WEYL[0]) & 0xFFFFFFFF, (high + WEYL[1]) & 0xFFFFFFFF
    return first, second, third, fourth


def philox_randn(seed: int, draw: int, count: int) -> np.ndarray:
    """Draw number `draw` of a generator: `count` float32 normals, computed in float64."""
    key = (seed & 0xFFFFFFFF, seed >> 32)
    words = np.array([philox4x32_10((draw, 0, index, 0), key)[:2] for index in range(count)],
                     np.float64)
    unit, turn = np.float32(2.3283064e-10), np.float32(2.3283064e-10 * 6.2831855)
    unit, turn = float(unit), float(turn)
    radius = np.sqrt(-2 * np.log(words[:, 0] * unit + unit / 2))
    return (radius * np.sin(words[:, 1] * turn + turn / 2)).astype(np.float32)


def stored(values: np.ndarray) -> dict[str, object]:
    """A draw whole or, when it is long, by its ends and its checksum."""
    if len(values) <= STORED:
        return {'n': len(values), 'values': flat(values)}
    digest = hashlib.sha256(values.astype('<f4').tobytes()).hexdigest()
    return {'n': len(values), 'first': flat(values[:HEAD]), 'last': flat(values[-TAIL:]),
            'sha256': digest}


def torch_draws(seed: int, lengths: tuple[int, ...]) -> list[np.ndarray]:
    """Draws of these lengths from one generator."""
    generator = torch.Generator('cpu').manual_seed(seed)
    return [torch.randn(length, generator=generator).numpy() for length in lengths]


def batch_draws(seed: int, length: int, size: int, index: int) -> list[np.ndarray]:
    """Two draws of a picture's row of the whole batch."""
    generator = torch.Generator('cpu').manual_seed(seed)
    return [torch.randn((size, length), generator=generator)[index].numpy() for _ in range(2)]


def slerp(share: float, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Along the sphere, each column of each channel by itself.

    Noises that hardly differ are mixed straight, the wrong way round: pictures in circulation
    were made so.
    """
    unit = [noise / noise.norm(dim=1, keepdim=True) for noise in (first, second)]
    cosine = (unit[0] * unit[1]).sum(1)
    if cosine.mean() > SAME:
        return share * first + (1 - share) * second
    angle = cosine.acos().unsqueeze(1)
    parts = [(weight * angle).sin() / angle.sin() for weight in (1 - share, share)]
    return parts[0] * first + parts[1] * second


def variation(shape: tuple[int, ...], share: float, nudge: float | None) -> dict[str, object]:
    first, second = (torch.randn(shape, generator=torch.Generator('cpu').manual_seed(seed))
                     for seed in (7, 42))
    if nudge:
        second = first + nudge * second
    return {'seeds': [7, 42], 'shape': list(shape), 'strength': share, 'nudge': nudge or 0.,
            'values': flat(slerp(share, first, second))}


def main() -> None:
    for counter, key, result in KNOWN_ANSWERS:
        assert philox4x32_10(counter, key) == result
    assert np.allclose(philox_randn(0, 0, 12), STATED, rtol=0, atol=1e-6)
    write_golden('noise.json', ['torch', 'numpy'], ABOUT, {
        'cpu_capability': torch.backends.cpu.get_cpu_capability(),
        'torch_cpu': [{'seed': seed, **stored(torch_draws(seed, (length,))[0])}
                      for seed in SEEDS for length in LENGTHS],
        'torch_cpu_draws': [{'seed': seed, 'draws': list(map(stored, torch_draws(seed, lengths)))}
                            for seed in (7, 42) for lengths in DRAWS],
        'torch_cpu_batch': [{'seed': seed, 'size': size, 'index': index,
                             'draws': list(map(stored, batch_draws(seed, length, size, index)))}
                            for seed in (7, 42) for length, size, index in BATCHES],
        'variation': [variation(*case) for case in VARIATIONS],
        'philox4x32_10': [{'counter': counter, 'key': key, 'result': result}
                          for counter, key, result in KNOWN_ANSWERS],
        'philox': [{'seed': seed, **stored(philox_randn(seed, 0, count))}
                   for seed in SEEDS for count in PHILOX_SHAPES],
        'philox_draws': [{'seed': seed, 'draws': [stored(philox_randn(seed, draw, 12))
                                                  for draw in range(2)]}
                         for seed in (0, 123_456_789_012)]})


if __name__ == '__main__':
    main()
