"""Training data: pictures rendered by all cores into a memory map, then their latents.

Both are written in pieces; a small file per finished piece makes them resumable.
"""

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from checkpoint import write_atomically, write_json
from presets import Preset
from renderer import Scene, grammar_texts
from tokenizer import Tokenizer

PIECE = 250
TRAIN_SEED, VALIDATION_SEED, RETRY = 1_000_000, 1, 1 << 40
_parent = 0


def open_map(path: Path, shape: tuple[int, ...], kind: type) -> np.ndarray:
    """The array file at the path, made (sparse) when it is not there."""
    if not path.exists():
        def create(partial: Path) -> None:
            np.lib.format.open_memmap(partial, mode='w+', dtype=kind, shape=shape).flush()
        write_atomically(path, create)
    array = np.load(path, mmap_mode='r+')
    if array.shape != shape:
        raise SystemExit(f'{path} has shape {array.shape}, not {shape}: use another --work')
    return array


def fair_picture(seed: int, size: int) -> tuple[np.ndarray, str]:
    """The picture of a seed, replaced when its choices are held out for the adherence test."""
    scene = Scene(seed, size)
    while scene.held_out:
        seed += RETRY
        scene = Scene(seed, size)
    return scene.paint()


def _worker_starts(parent: int) -> None:
    global _parent
    _parent = parent
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _render_piece(job: tuple[str, str, int, int, int, int]) -> int:
    if os.getppid() != _parent:                # the trainer was killed: do not work on alone
        os._exit(1)
    array_path, done_path, first_seed, start, end, size = job
    array, captions = np.load(array_path, mmap_mode='r+'), []
    for index in range(start, end):
        array[index], caption = fair_picture(first_seed + index, size)
        captions.append(caption)
    write_json(Path(done_path), captions)
    return end - start


class Dataset:
    """The pictures, captions and latents of one working folder, in its two parts `train` and
    `validation`."""

    def __init__(self, work: Path, preset: Preset) -> None:
        self.work, self.preset = work, preset
        self.counts = {'train': preset.images, 'validation': preset.validation}

    def _pieces(self, part: str) -> list[tuple[Path, int, int]]:
        folder = self.work / f'captions-{part}'
        folder.mkdir(parents=True, exist_ok=True)
        count = self.counts[part]
        return [(folder / f'{start:08d}.json', start, min(start + PIECE, count))
                for start in range(0, count, PIECE)]

    def _array_path(self, part: str) -> Path:
        return self.work / f'{part}.npy'

    def rendered(self) -> bool:
        """Whether all pictures and the tokenizer are there."""
        return ((self.work / 'tokenizer' / 'merges.txt').exists()
                and all(path.exists() for part in self.counts
                        for path, _, _ in self._pieces(part)))

    def render(self, over: Callable[[], bool], report: Callable[..., None]) -> bool:
        """Renders what is missing, until `over`; true when all is there."""
        size, jobs = self.preset.size, []
        for part, seed in (('validation', VALIDATION_SEED), ('train', TRAIN_SEED)):
            shape = (self.counts[part], size, size, 3)
            open_map(self._array_path(part), shape, np.uint8)
            jobs += [(str(self._array_path(part)), str(path), seed, start, end, size)
                     for path, start, end in self._pieces(part) if not path.exists()]
        done, began, told = 0, time.time(), time.time()
        # Forked: rendering is the first stage, no torch thread runs yet, and nothing is imported
        # once per core again.
        context = multiprocessing.get_context('fork')
        with context.Pool(os.cpu_count(), _worker_starts, (os.getpid(),)) as pool:
            for count in pool.imap_unordered(_render_piece, jobs):
                done += count
                if time.time() - told > 60 or done == count:
                    told = time.time()
                    report(images=done, rate=done / (told - began))
                if over():
                    pool.terminate()
                    return False
        report(images=done, rate=done / max(time.time() - began, 1e-3))
        folder = self.work / 'tokenizer'
        if (folder / 'merges.txt').exists():   # an adopted model brought its own
            return True
        texts = grammar_texts() + self.captions('train')[:20_000]
        learnt = Tokenizer.learn(texts, self.preset.merges, self.preset.text.context)
        learnt.save(folder)
        return True

    def captions(self, part: str) -> list[str]:
        return [caption for path, _, _ in self._pieces(part)
                for caption in json.loads(path.read_text())]

    def tokenizer(self) -> Tokenizer:
        return Tokenizer.load(self.work / 'tokenizer', self.preset.text.context)

    def tokens(self, part: str) -> torch.Tensor:
        """The ids of all captions, pictures x tokens."""
        tokenizer = self.tokenizer()
        return torch.tensor([tokenizer(caption) for caption in self.captions(part)])

    def read(self, part: str, start: int, end: int) -> np.ndarray:
        """Pictures start..end, N x H x W x 3 bytes, by plain reads, which stream faster than page
        faults where those are slow."""
        mapped = np.load(self._array_path(part), mmap_mode='r')
        one, end = mapped[0].size, min(end, len(mapped))
        values = np.fromfile(self._array_path(part), np.uint8, (end - start) * one,
                             offset=mapped.offset + start * one)
        return values.reshape(-1, *mapped.shape[1:])

    def pictures(self, part: str, device: torch.device, limit: int = 1 << 40) -> torch.Tensor:
        """The first pictures, N x H x W x 3 bytes: on the GPU when it has the room, else mapped
        from disk."""
        mapped = np.load(self._array_path(part), mmap_mode='r+')[:limit]
        if device.type != 'cuda' or mapped.nbytes > .6 * torch.cuda.mem_get_info(device)[0]:
            return torch.from_numpy(mapped)
        tensor = torch.empty(mapped.shape, dtype=torch.uint8, device=device)
        for start in range(0, len(mapped), 1000):
            chunk = self.read(part, start, min(start + 1000, len(mapped)))
            tensor[start:start + len(chunk)] = torch.from_numpy(chunk).to(device)
        return tensor

    def latents(self, part: str) -> np.ndarray:
        """The VAE's raw latents, mapped from disk: N x C x h x w, float16."""
        side = self.preset.size // 8
        shape = (self.counts[part], self.preset.vae.latent, side, side)
        return open_map(self.work / f'latents-{part}.npy', shape, np.float16)
