"""Writes the exported pipelines of `tests/tiny`: real architectures, real exporter, tiny widths.

    python export.py WEIGHTS [NAMES]

WEIGHTS gets the PyTorch pipelines, which `xtask/golden/parity.py` runs to say what the exported
ones must give. NAMES are families of `families.py`; all of them, and then the layouts of other
exporters (`layouts.py`), where none is given.
"""

import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

os.environ['HF_HUB_OFFLINE'] = '1'             # nothing here comes from a hub

import onnx  # noqa: E402  (the hub's client reads the environment when it is imported)
import torch  # noqa: E402
from diffusers import DiffusionPipeline  # noqa: E402
from diffusers.utils import logging as diffusers_logging  # noqa: E402
from optimum.exporters.onnx import main_export  # noqa: E402
from optimum.utils import logging as optimum_logging  # noqa: E402

from families import FAMILIES  # noqa: E402
from layouts import LAYOUTS, store_outside  # noqa: E402
from verify import largest_differences  # noqa: E402

TINY = Path(__file__).resolve().parents[2] / 'tests' / 'tiny'
HALF = '_fp16'
# What the graphs may differ from the modules by: a float's rounding over a few layers, and a
# half's.
TOLERANCES = {'fp32': 1e-3, 'fp16': .2}


def _export(weights: Path, folder: Path, precision: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    task = 'inpainting' if 'inpaint' in folder.name else 'text-to-image'
    main_export(str(weights), output=folder, task=task, library_name='diffusers',
                do_validation=False, dtype=precision)
    if folder.name == 'sdxl':
        # The exporter writes this file for graphs of more than 2 GB, as a large one is.
        store_outside(folder / 'unet', 'model.onnx_data')
    for config in folder.glob('**/*.json'):    # where they came from is a path of this machine
        text = config.read_text(encoding='utf-8')
        config.write_text(text.replace(str(weights), f'maquette/tiny-{weights.name}'),
                          encoding='utf-8')
    for graph in folder.glob('*/model.onnx'):
        onnx.checker.check_model(graph)


def _verify(pipeline: DiffusionPipeline, folder: Path, precision: str) -> None:
    differences = largest_differences(pipeline, folder)
    print(f'{folder.name}: ' + ', '.join(f'{graph} {difference:.1e}'
                                         for graph, difference in differences.items()), flush=True)
    assert max(differences.values()) < TOLERANCES[precision], folder


def _make(name: str, weights: Path) -> None:
    """The pipeline's weights, and its exports in full and in half precision."""
    shutil.rmtree(weights, ignore_errors=True)
    with tempfile.TemporaryDirectory() as vocabularies:
        pipeline = FAMILIES[name](Path(vocabularies))
        pipeline.save_pretrained(weights)
    for precision, suffix in (('fp32', ''), ('fp16', HALF)):
        folder = TINY / f'{name}{suffix}'
        _export(weights, folder, precision)
        _verify(pipeline, folder, precision)


def main() -> None:
    warnings.simplefilter('ignore')            # tracing is full of them
    diffusers_logging.set_verbosity_error()
    diffusers_logging.disable_progress_bar()
    optimum_logging.set_verbosity_error()
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    weights, names = Path(sys.argv[1]).resolve(), sys.argv[2:]
    for name in names or [*FAMILIES, *LAYOUTS]:
        if name in FAMILIES:
            _make(name, weights / name)
        else:
            LAYOUTS[name](weights, TINY / name)


if __name__ == '__main__':
    main()
