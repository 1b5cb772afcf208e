"""Small tokenizers in the formats of the large ones: CLIP's byte pairs, T5's unigrams."""

import json
import math
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import CLIPTokenizer, T5TokenizerFast
from transformers.utils import sentencepiece_model_pb2_new as sentencepiece

ROOT = Path(__file__).resolve().parents[2]
CLIP_SOURCE = ROOT / 'models' / 'maquette-sketch' / 'tokenizer'
MERGES, CLIP_TOKENS = 60, 77
CLIP_VOCABULARY = 512 + MERGES + 2
START, END = '<|startoftext|>', '<|endoftext|>'
T5_TOKENS = 512
# The words of the golden prompts, and enough letters to spell any other.
WORDS = ('a an the of in on at by with and red blue grey green fox snow sea cliff lighthouse hill '
         'tree boat night morning light fog ink pencil watercolor painting blurry frame text '
         'ing ed er est tion').split()
LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?\'"()-'
SPACE = '\N{LOWER ONE EIGHTH BLOCK}'


def clip_tokenizer(folder: Path, pad: str = END) -> CLIPTokenizer:
    """The default model's, cut down to its first merges; written into `folder` on the way."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = json.loads((CLIP_SOURCE / 'vocab.json').read_text(encoding='utf-8'))
    kept = [*[piece for piece, index in pieces.items() if index < CLIP_VOCABULARY - 2], START, END]
    (folder / 'vocab.json').write_text(
        json.dumps({piece: index for index, piece in enumerate(kept)}, ensure_ascii=False),
        encoding='utf-8')
    merges = (CLIP_SOURCE / 'merges.txt').read_text(encoding='utf-8').split('\n')
    (folder / 'merges.txt').write_text('\n'.join(merges[:MERGES + 1]) + '\n', encoding='utf-8')
    return CLIPTokenizer(str(folder / 'vocab.json'), str(folder / 'merges.txt'), pad_token=pad,
                         model_max_length=CLIP_TOKENS, do_lower_case=True)


def _pieces() -> list[tuple[str, float]]:
    """T5's order: padding, end, unknown, then pieces with the logarithm of a likelihood."""
    long = [SPACE + word for word in WORDS] + [word for word in WORDS if len(word) > 2]
    short = [SPACE, *LETTERS]
    special = [('<pad>', 0.), ('</s>', 0.), ('<unk>', 0.)]
    # Longer pieces win over their letters; the rank breaks ties, as a frequency would.
    return special + [(piece, round(-4. - math.log2(2 + rank) - (4 if len(piece) == 1 else 0), 4))
                      for rank, piece in enumerate(dict.fromkeys(long + short))]


def _write_sentencepiece(path: Path, pieces: list[tuple[str, float]]) -> None:
    model = sentencepiece.ModelProto()
    kinds = {'<pad>': 3, '</s>': 3, '<unk>': 2}                # control, control, unknown
    for text, score in pieces:
        model.pieces.add(piece=text, score=score, type=kinds.get(text, 1))
    model.trainer_spec.model_type = 1                          # unigram
    model.trainer_spec.vocab_size = len(pieces)
    model.trainer_spec.pad_id, model.trainer_spec.eos_id = 0, 1
    model.trainer_spec.unk_id, model.trainer_spec.bos_id = 2, -1
    model.normalizer_spec.name = 'nfkc'
    model.normalizer_spec.add_dummy_prefix = True
    model.normalizer_spec.remove_extra_whitespaces = True
    model.normalizer_spec.escape_whitespaces = True
    path.write_bytes(model.SerializeToString(deterministic=True))


def t5_tokenizer(folder: Path) -> T5TokenizerFast:
    """Unigrams as `tokenizer.json` and, in `folder`, as `spiece.model`."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = _pieces()
    _write_sentencepiece(folder / 'spiece.model', pieces)
    tokenizer = Tokenizer(Unigram(pieces, unk_id=2, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.NFKC(), normalizers.Strip(left=False, right=True),
        normalizers.Replace(Regex(' {2,}'), SPACE)])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme='always')
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme='always')
    tokenizer.post_processor = processors.TemplateProcessing(
        single='$A </s>', pair='$A </s> $B </s>', special_tokens=[('</s>', 1)])
    return T5TokenizerFast(tokenizer_object=tokenizer, extra_ids=0, eos_token='</s>',
                           unk_token='<unk>', pad_token='<pad>', model_max_length=T5_TOKENS)
