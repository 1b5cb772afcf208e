"""Writes `prompts.json`: weighted words, chunks and embeddings as the grammar defines them.

The grammar is that of Automatic1111's web UI, written down here anew from its definition: one
regular expression splits a text into marks and words, and a stack of brackets multiplies.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import onnxruntime
import torch
from transformers import CLIPTokenizer

from fixture import ROOT, flat, write_golden

TOKENIZER = ROOT / 'models' / 'maquette-sketch' / 'tokenizer'
TINY = ROOT / 'tests' / 'tiny' / 'stable_diffusion'
MARKS = re.compile(r'\\[()\[\]\\]|\\|\(|\[|:\s*[+-]?[.\d]+\s*\)|\)|]|[^\\()\[\]:]+|:')
BREAK, REACH, BRACKET = re.compile(r'\s*\bBREAK\b\s*'), 20, 1.1
TEXTS = (
    '', 'a red fox', '(red:1.3) fox, [blue] snow', '((very)) (much:0.5)', 'a (b', 'a [b [c',
    'a ) b ] c', r'a \(b\) \[c\] \\ d', '(a:1.1:1.2)', 'time: 12:30', '(a (b:2) c:0.5)',
    'one BREAK two', 'BREAK', 'one BREAKING two', 'a BREAK BREAK b', '(half: .5 ) [[deep]]',
    'a red fox in the snow, ' * 4, 'word ' * 40,
    'a fox, ' + 'very ' * 8 + 'red, ' + 'snow ' * 9 + 'end',
    '(a red fox in the snow:1.2), ' * 5 + 'BREAK watercolor', ', ' * 30)
WORDS = (12, 30, 75)
WEIGHED = 'a (red:1.5) fox in the [snow], (watercolor:0.7)'
ABOUT = {
    'passages': 'the pieces of a text: words and their weight, or null where a chunk ends',
    'chunks': 'ids and weights of the chunks, of `words` words each; where padding is not the '
              'end, it fills what is behind the first end; `taken` counts the places',
    'embeddings': 'what a text encoder gives for the one chunk of a text, [77, 8], plus 0.25, and the same '
                  'weighed; the mean is that of all numbers, in float32'}


def passage(text: str) -> list[list | None]:
    """Pieces of equal weight, joined."""
    pieces, open_brackets = [], {'(': [], '[': []}

    def multiply(start: int, factor: float) -> None:
        for piece in filter(None, pieces[start:]):
            piece[1] *= factor

    for mark in MARKS.findall(text):
        weight = re.fullmatch(r':\s*([+-]?[.\d]+)\s*\)', mark)
        if mark.startswith('\\'):
            pieces.append([mark[1:], 1.])
        elif mark in open_brackets:
            open_brackets[mark].append(len(pieces))
        elif weight and open_brackets['(']:
            multiply(open_brackets['('].pop(), float(weight[1]))
        elif mark == ')' and open_brackets['(']:
            multiply(open_brackets['('].pop(), BRACKET)
        elif mark == ']' and open_brackets['[']:
            multiply(open_brackets['['].pop(), 1 / BRACKET)
        else:
            for number, words in enumerate(BREAK.split(mark)):
                pieces += [None] if number else []
                pieces.append([words, 1.])
    for start in open_brackets['(']:
        multiply(start, BRACKET)
    for start in open_brackets['[']:
        multiply(start, 1 / BRACKET)
    joined: list[list | None] = []
    for piece in pieces:
        if piece and not piece[0]:
            continue
        if piece and joined and joined[-1] and joined[-1][1] == piece[1]:
            joined[-1][0] += piece[0]
        else:
            joined.append(piece)
    return joined


@dataclass
class Chunks:
    words: int
    comma: int
    ids: list[list[int]] = field(default_factory=list)
    weights: list[list[float]] = field(default_factory=list)
    open: list[tuple[int, float]] = field(default_factory=list)
    last_comma: int | None = None
    taken: int = 0

    def close(self) -> None:
        self.ids.append([token for token, _ in self.open])
        self.weights.append([weight for _, weight in self.open])
        self.taken += self.words
        self.open, self.last_comma = [], None

    def add(self, token: int, weight: float) -> None:
        is_full = len(self.open) == self.words
        if token == self.comma:
            self.last_comma = len(self.open)
        elif (is_full and self.last_comma is not None
              and len(self.open) - self.last_comma <= REACH):
            moved = self.open[self.last_comma + 1:]
            del self.open[self.last_comma + 1:]
            self.close()
            self.open = moved
        if len(self.open) == self.words:
            self.close()
        self.open.append((token, weight))


def chunks(tokenizer: CLIPTokenizer, text: str, words: int, padding: int) -> dict[str, object]:
    start, end = tokenizer.bos_token_id, tokenizer.eos_token_id
    cut = Chunks(words, tokenizer.convert_tokens_to_ids(',</w>'))
    for piece in passage(text):
        if piece is None:
            cut.close()
            continue
        for token in tokenizer(piece[0], add_special_tokens=False)['input_ids']:
            cut.add(token, piece[1])
    taken = cut.taken + len(cut.open)
    if cut.open or not cut.ids:
        cut.close()
    ids = [[start, *row, end] + [padding] * (words - len(row)) for row in cut.ids]
    weights = [[1., *row, 1.] + [1.] * (words - len(row)) for row in cut.weights]
    return {'text': text, 'words': words, 'padding': padding, 'taken': taken, 'ids': ids,
            'weights': weights}


def embeddings() -> dict[str, object]:
    tokenizer = CLIPTokenizer.from_pretrained(TINY / 'tokenizer')
    chunk = chunks(tokenizer, WEIGHED, 75, tokenizer.pad_token_id)
    session = onnxruntime.InferenceSession(TINY / 'text_encoder' / 'model.onnx',
                                           providers=['CPUExecutionProvider'])
    kind = {'tensor(int32)': 'i4', 'tensor(int64)': 'i8'}[session.get_inputs()[0].type]
    given = session.run(['last_hidden_state'], {'input_ids': np.array(chunk['ids'], kind)})[0]
    # The tiny model's mean is 0 but for rounding, and no mean of a trained one is.
    plain = torch.from_numpy(given) + .25
    weights = torch.tensor(chunk['weights']).unsqueeze(-1)
    weighed = plain * weights
    return {'text': WEIGHED, 'weights': chunk['weights'][0], 'plain': flat(plain),
            'no-norm': flat(weighed), 'original': flat(weighed * (plain.mean() / weighed.mean()))}


def main() -> None:
    tokenizer = CLIPTokenizer.from_pretrained(TOKENIZER)
    end = tokenizer.eos_token_id
    cut = [chunks(tokenizer, text, words, end) for text in TEXTS for words in WORDS[:2]]
    cut += [chunks(tokenizer, text, WORDS[2], 0) for text in TEXTS[-5:]]
    write_golden('prompts.json', ['transformers', 'onnxruntime', 'torch'], ABOUT, {
        'folder': TOKENIZER.relative_to(ROOT).as_posix(),
        'passages': [{'text': text, 'pieces': passage(text)} for text in TEXTS],
        'chunks': cut, 'embeddings': embeddings()})


if __name__ == '__main__':
    main()
