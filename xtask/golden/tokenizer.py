"""Writes `tokenizer.json`: ids of the default model's tokenizer as transformers gives them."""

from transformers import CLIPTokenizer

from fixture import ROOT, write_golden

FOLDER = ROOT / 'models' / 'maquette-sketch' / 'tokenizer'
PROMPTS = (
    '', ' ', '\n\t ', 'a', 'a red lighthouse on a cliff by the sea at sunset, watercolor',
    'an orange hot air balloon in the mountains at dawn, flat vector illustration',
    'A RED Lighthouse, WaterColor', '  a   red\tfox\n in  the snow ',
    '8-bit pixel art of a robot', 'two-color linocut print, no. 42 of 100 (3.5)',
    "it's the captain's, we're sure they'll say I'd've won, don't", "rock'n'roll '90s 'tis",
    'a cat!!! what?! ... -- "quoted" (brackets) [square] {curly} <angle>',
    'snake_case __dunder__ a_b', 'e-mail: someone@example.org; 50% & $3 #1 a/b\\c',
    'naïve café, Ångström, straße, İstanbul', 'cafe\u0301 (decomposed) and ﬁ ligature',
    'рыжая лиса в снегу, акварель', 'Маяк на скале У МОРЯ на закате',
    '雪の中の赤い狐、水彩画', '눈 속의 붉은 여우', 'ثعلب أحمر', 'κόκκινη αλεπού ΣΟΦΟΣ',
    '🦊 in the ❄️ snow 👩‍🎨🏔️', 'a🦊b', 'x² + ½ = Ⅷ ٣', 'zero\u200bwidth, soft\u00adhyphen',
    'non\u00a0breaking space, ideographic\u3000space', 'a\x00b control \x07',
    'supercalifragilisticexpialidocious antidisestablishmentarianism',
    'red ' * 40, 'a red fox in a forest, pastel, ' * 8, 'ж' * 60,
    'q' * 100, ', ' * 30)
ABOUT = {
    'ids': 'CLIPTokenizer(text, padding="max_length", truncation=True): as many as the model '
           'takes',
    'whole': 'CLIPTokenizer(text): neither padded nor cut',
    'special': 'the ids of the start, the end and the padding'}


def main() -> None:
    tokenizer = CLIPTokenizer.from_pretrained(FOLDER)
    cases = []
    for text in PROMPTS:
        cut = tokenizer(text, padding='max_length', truncation=True)['input_ids']
        cases.append({'text': text, 'ids': cut, 'whole': tokenizer(text)['input_ids']})
    write_golden('tokenizer.json', ['transformers', 'tokenizers'], ABOUT, {
        'folder': FOLDER.relative_to(ROOT).as_posix(),
        'tokens': tokenizer.model_max_length,
        'special': {'start': tokenizer.bos_token_id, 'end': tokenizer.eos_token_id,
                    'padding': tokenizer.pad_token_id},
        'cases': cases})


if __name__ == '__main__':
    main()
