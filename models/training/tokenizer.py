"""CLIP-format byte-level BPE: learns merges from captions, reads and writes CLIP's files.

Gives the ids of transformers' CLIPTokenizer, with two exceptions that captions do not meet:
digits other than 0-9 beside letters, and the special tokens spelt out in a text.
"""

import collections
import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

START, END, LAST = '<|startoftext|>', '<|endoftext|>', '</w>'
_WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+", re.IGNORECASE)


def _byte_letters() -> dict[int, str]:
    """CLIP's printable stand-in for every byte, in CLIP's order."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    letters = {byte: chr(byte) for byte in plain}
    letters.update({byte: chr(256 + index) for index, byte in enumerate(rest)})
    return letters


_LETTERS = _byte_letters()


def _words(text: str) -> list[str]:
    text = re.sub(r'\s+', ' ', unicodedata.normalize('NFC', text).strip().lower())
    return [''.join(_LETTERS[byte] for byte in word.encode()) for word in _WORDS.findall(text)]


def _spelled(word: str) -> tuple[str, ...]:
    return (*word[:-1], word[-1] + LAST)


def _merged(parts: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    result, index = [], 0
    while index < len(parts):
        if parts[index:index + 2] == pair:
            result.append(pair[0] + pair[1])
            index += 2
        else:
            result.append(parts[index])
            index += 1
    return tuple(result)


class Tokenizer:
    """Text to `context` ids, by merges in the order they were learnt."""

    def __init__(self, merges: list[tuple[str, str]], context: int = 32) -> None:
        letters = list(_LETTERS.values())
        pieces = [*letters, *(letter + LAST for letter in letters),
                  *(first + second for first, second in merges), START, END]
        self.vocabulary = {piece: index for index, piece in enumerate(pieces)}
        self.merges, self.context = merges, context
        self._ranks = {pair: rank for rank, pair in enumerate(merges)}
        self._known: dict[str, list[int]] = {}

    @classmethod
    def learn(cls, texts: Iterable[str], limit: int, context: int = 32) -> 'Tokenizer':
        """Merges the most frequent pair of pieces again and again, at most `limit` times."""
        counts = collections.Counter(word for text in texts for word in _words(text))
        spelling = {word: _spelled(word) for word in counts}
        merges: list[tuple[str, str]] = []
        while len(merges) < limit:
            pairs: collections.Counter = collections.Counter()
            for word, parts in spelling.items():
                for pair in zip(parts, parts[1:]):
                    pairs[pair] += counts[word]
            if not pairs:
                break
            best = max(pairs.items(), key=lambda item: (item[1], item[0]))[0]
            merges.append(best)
            spelling = {word: _merged(parts, best) for word, parts in spelling.items()}
        return cls(merges, context)

    @classmethod
    def load(cls, folder: Path, context: int = 32) -> 'Tokenizer':
        lines = (folder / 'merges.txt').read_text(encoding='utf-8').split('\n')[1:]
        return cls([tuple(line.split(' ')) for line in lines if line], context)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        special = {'bos_token': START, 'eos_token': END, 'unk_token': END, 'pad_token': END}
        config = {'tokenizer_class': 'CLIPTokenizer', 'model_max_length': self.context,
                  'do_lower_case': True, 'add_prefix_space': False, **special}
        merges = ''.join(f'{first} {second}\n' for first, second in self.merges)
        for name, value in (('vocab.json', self.vocabulary), ('tokenizer_config.json', config),
                            ('special_tokens_map.json', special)):
            (folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding='utf-8')
        # Last, because its presence says that the folder is complete.
        (folder / 'merges.txt').write_text('#version: 0.2\n' + merges, encoding='utf-8')

    def _pieces(self, word: str) -> list[int]:
        if word not in self._known:
            parts = _spelled(word)
            while len(parts) > 1:
                best = min(zip(parts, parts[1:]),
                           key=lambda pair: self._ranks.get(pair, len(self._ranks)))
                if best not in self._ranks:
                    break
                parts = _merged(parts, best)
            self._known[word] = [self.vocabulary[part] for part in parts]
        return self._known[word]

    def __call__(self, text: str) -> list[int]:
        """Ids of exactly `context` length: start, words, then end up to the rim."""
        ids = [piece for word in _words(text) for piece in self._pieces(word)]
        ids = [self.vocabulary[START], *ids[:self.context - 2]]
        return ids + [self.vocabulary[END]] * (self.context - len(ids))
