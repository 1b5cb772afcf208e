"""The files of a training: weights, optimizer state and facts, written whole or not at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import torch


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    partial = path.with_name(path.name + '.partial')
    write(partial)
    os.replace(partial, path)


def write_json(path: Path, value: object) -> None:
    write_atomically(path, lambda partial: partial.write_text(json.dumps(value, indent=1)))


def load_checkpoint(path: Path) -> dict:
    return torch.load(path, map_location='cpu', weights_only=True)


def save_checkpoint(path: Path, state: dict) -> None:
    write_atomically(path, lambda partial: torch.save(state, partial))
