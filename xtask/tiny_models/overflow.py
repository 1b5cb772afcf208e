"""Writes `tests/tiny/sd15_fp16_overflow`: a VAE whose sums leave the range of 16-bit floats.

    python overflow.py

It is the VAE of `sd15_fp16` with everything that is added up on the way between two
normalisations times a power of two, which the normalisations take out again: in 32 bits it paints
the same pictures. In 16 bits, which end at 65,504, it gives infinity first and NaN after, as the
VAE of SDXL does. The tests lay its two graphs over a copy of `sd15_fp16`.
"""

import re
from pathlib import Path

import numpy
import onnx
from onnx import numpy_helper

TINY = Path(__file__).resolve().parents[2] / 'tests' / 'tiny'
FACTOR = 2. ** 17                              # weights of 0.4 come near the end of the range
# Layers behind a normalisation, whose sums go on ...
SCALED = re.compile(r'\.(conv_in|conv2|to_out\.0)\.(weight|bias)$')
# ... and layers that pass on what they get, so that only what they add is too small.
PASSING = re.compile(r'\.(conv_shortcut|upsamplers\.\d+\.conv|downsamplers\.\d+\.conv)\.bias$')


def main() -> None:
    for part in ('vae_decoder', 'vae_encoder'):
        model = onnx.load(TINY / 'sd15_fp16' / part / 'model.onnx')
        # The exporter turns matrices round and renames them.
        matrices = {name for node in model.graph.node for name in node.input
                    if node.op_type == 'MatMul' and '/to_out' in node.name}
        for tensor in model.graph.initializer:
            name = tensor.name
            if SCALED.search(name) or PASSING.search(name) or name in matrices:
                values = FACTOR * numpy_helper.to_array(tensor).astype(numpy.float32)
                halves = values.clip(-65504, 65504).astype(numpy.float16)
                assert numpy.array_equal(halves, values), f'{name} itself must fit'
                tensor.CopyFrom(numpy_helper.from_array(halves, name))
        target = TINY / 'sd15_fp16_overflow' / part
        target.mkdir(parents=True, exist_ok=True)
        onnx.save(model, target / 'model.onnx')
        print(target)


if __name__ == '__main__':
    main()
