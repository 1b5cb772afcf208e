"""The pictures of a model's card: the sheets of `pipeline.py`, small enough to be committed."""

from pathlib import Path

import numpy as np
from PIL import Image

from pipeline import ADHERENCE_SEEDS

COLORS, QUALITY = 256, 60


def write_card_pictures(work: Path, folder: Path) -> None:
    """`sheet.png`, and in `adherence.jpg` the sheets of both seeds, one below the other."""
    sheet = Image.open(work / 'sheet.png').convert('RGB')
    sheet.quantize(COLORS, dither=Image.Dither.FLOYDSTEINBERG).save(folder / 'sheet.png',
                                                                    optimize=True)
    parts = [np.asarray(Image.open(work / f'{name}.png').convert('RGB'))
             for name in ADHERENCE_SEEDS]
    Image.fromarray(np.concatenate(parts)).save(folder / 'adherence.jpg', quality=QUALITY,
                                                optimize=True)
