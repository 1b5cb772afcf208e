"""Writes a golden file: what made it, then the reference values.

Floats keep nine significant digits, which is every bit of a float32. Lists of plain values stay
on one line, so that a diff shows the case that changed.
"""

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / 'tests' / 'golden'


def _plain(value: object) -> object:
    """The value with arrays as lists and floats of nine digits."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, 'tolist'):               # numpy and torch, scalars included
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return float(f'{value:.9g}') if isinstance(value, float) else value


def _is_nested(value: object) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(item, dict | list) for item in items)


def _written(value: object, indent: str = '') -> str:
    if not _is_nested(value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    inner = indent + ' '
    if isinstance(value, dict):
        lines = [f'{inner}{json.dumps(key, ensure_ascii=False)}: {_written(item, inner)}'
                 for key, item in value.items()]
        return '{\n' + ',\n'.join(lines) + f'\n{indent}}}'
    lines = [inner + _written(item, inner) for item in value]
    return '[\n' + ',\n'.join(lines) + f'\n{indent}]'


def write_golden(name: str, packages: list[str], about: dict[str, str],
                 values: dict[str, object]) -> None:
    """Writes `tests/golden/<name>` with the versions of the packages that made the values.

    `about` says what each field is.
    """
    command = f'python {Path(sys.argv[0]).resolve().relative_to(ROOT).as_posix()}'
    versions = {package: version(package) for package in packages}
    header = {'command': command, 'about': about,
              'versions': {'python': platform.python_version(), **versions}}
    GOLDEN.mkdir(parents=True, exist_ok=True)
    path = GOLDEN / name
    path.write_text(_written(_plain({**header, **values})) + '\n', encoding='utf-8')
    print(f'{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB')


def flat(values: object) -> list[float]:
    """The numbers of a tensor or an array in memory order."""
    return np.asarray(values).reshape(-1).tolist()
