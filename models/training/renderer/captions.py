"""The caption grammar, in one place: every word the text encoder will ever be taught."""

import random

from .geometry import COLORS
from .subjects import SUBJECTS

STYLE_PHRASES: dict[str, tuple[str, ...]] = {
    'flat': ('flat vector illustration', 'flat vector art', 'flat design'),
    'ink': ('ink drawing', 'ink line drawing', 'pen and ink'),
    'watercolor': ('watercolor', 'watercolor painting', 'watercolor wash'),
    'neon': ('neon', 'neon lights', 'glowing neon lines'),
    'pixel': ('pixel art', '8-bit pixel art', 'pixel art sprite'),
    'woodcut': ('woodcut', 'woodcut print', 'two-color linocut print'),
    'pastel': ('pastel', 'soft pastel drawing', 'chalk pastel')}
# Subjects with more than one name; the first is the one used in fixed prompts.
SUBJECT_NAMES: dict[str, tuple[str, ...]] = {
    'house': ('house', 'cottage', 'cabin'), 'sailboat': ('sailboat', 'sailing boat'),
    'rocket': ('rocket', 'rocket ship'), 'potion': ('potion', 'potion bottle'),
    'crystal': ('crystal', 'crystal cluster')}
SETTING_PHRASES: dict[str, tuple[str, ...]] = {
    'sea': ('by the sea', 'on a cliff by the sea', 'on a rocky coast'),
    'ocean': ('on the ocean', 'on the sea', 'on the waves'),
    'desert': ('in the desert', 'on sand dunes'),
    'forest': ('in a forest', 'among the trees'),
    'snow': ('in the snow', 'on a snowy hill'),
    'city': ('in front of a city skyline', 'in a city'),
    'meadow': ('in a green meadow', 'on a grassy hill'),
    'mountains': ('in the mountains', 'below snowy mountains'),
    'space': ('in space', 'among the stars'),
    'underwater': ('under the sea', 'underwater')}
TIME_PHRASES: dict[str, tuple[str, ...]] = {
    'day': ('', '', 'on a sunny day', 'in daylight', 'under a blue sky'),
    'sunset': ('at sunset', 'at dusk', 'under an orange sunset sky'),
    'dawn': ('at dawn', 'in the morning light'),
    'night': ('at night', 'under a night sky', 'under the moon'),
    'rain': ('in the rain', 'on a rainy day'), 'fog': ('in the fog', 'on a misty day')}
EXTRAS = (' with clouds', ' with birds', ' with falling snow')
TIMELESS = ('plain', 'space', 'underwater')


def on_background(color_name: str) -> str:
    return f'on a {color_name} background'


def with_article(words: str) -> str:
    return ('an ' if words[0] in 'aeiou' else 'a ') + words


def write_caption(rng: random.Random, style: str, subject: str, color: str, setting: str,
                  time: str, background: str | None, extra: str) -> str:
    """One of many phrasings; sometimes a detail is left unsaid, as users leave it unsaid."""
    name = rng.choice(SUBJECT_NAMES[subject]) if subject in SUBJECT_NAMES else subject
    where = on_background(background) if background else rng.choice(SETTING_PHRASES[setting])
    when = rng.choice(TIME_PHRASES[time]) if setting not in TIMELESS else ''
    where = '' if rng.random() < .08 else where
    when = '' if rng.random() < .08 else when
    color = color if rng.random() < .93 else ''
    body = ' '.join(part for part in (color, name, where, when) if part)
    body = with_article(body + (extra if rng.random() < .7 else ''))
    phrase, form = rng.choice(STYLE_PHRASES[style]), rng.random()
    if form < .7:
        return f'{body}, {phrase}'
    if form < .85:
        return f'{phrase}, {body}'
    return f'{phrase} of {body}' if form < .95 else body


def grammar_texts() -> list[str]:
    """Every phrase once, so that a tokenizer knows all words whatever the sample."""
    groups = (STYLE_PHRASES, SUBJECT_NAMES, SETTING_PHRASES, TIME_PHRASES)
    phrases = [phrase for group in groups for options in group.values() for phrase in options]
    return [*phrases, *EXTRAS, *SUBJECTS, *map(on_background, COLORS), 'a', 'an', 'of', ',']


def _adherence_prompt(rng: random.Random, subject: str, color: str, style: str,
                      setting: str, phrase: str) -> str:
    time = 'day' if setting in TIMELESS else rng.choice(['day', 'sunset', 'night'])
    if setting == 'plain':
        phrase = on_background(rng.choice([name for name in COLORS if name != color]))
    name = SUBJECT_NAMES.get(subject, (subject,))[0]
    body = ' '.join(part for part in (color, name, phrase, TIME_PHRASES[time][0]) if part)
    return f'{with_article(body)}, {STYLE_PHRASES[style][0]}'


def adherence_prompts() -> list[tuple[str, tuple[str, str, str]]]:
    """96 fixed prompts, each with its (style, subject, colour), which training must not show.

    The second 48 repeat the choices of the first 48 in their order, in another setting, at
    another time or in other words. One of the first 48 stands there twice.
    """
    rng, styles = random.Random(11), list(STYLE_PHRASES)
    prompts = []
    for index in range(48):
        subject = rng.choice(list(SUBJECTS))
        setting = rng.choice(SUBJECTS[subject].settings)
        color, style = rng.choice(list(COLORS)), styles[index % len(styles)]
        text = _adherence_prompt(rng, subject, color, style, setting,
                                 SETTING_PHRASES.get(setting, ('',))[0])
        prompts.append((text, (style, subject, color)))
    rng, known = random.Random(12), {text for text, _ in prompts}
    for text, (style, subject, color) in prompts[:]:
        while text in known:
            setting = rng.choice(SUBJECTS[subject].settings)
            text = _adherence_prompt(rng, subject, color, style, setting,
                                     rng.choice(SETTING_PHRASES.get(setting, ('',))))
        known.add(text)
        prompts.append((text, (style, subject, color)))
    return prompts


HELD_OUT = frozenset(choice for _, choice in adherence_prompts())
SHEET_PROMPTS = tuple('''\
a red lighthouse on a cliff by the sea at sunset, watercolor
a blue castle in the mountains at night, flat vector illustration
an orange fox in a forest, pastel
a green cactus in the desert at sunset, pixel art
a purple potion on a yellow background, flat vector art
a teal crystal in space, neon
a red sailboat on the ocean on a sunny day, woodcut
a black cat on a pink background, ink drawing
a pink flower in a green meadow, watercolor
a yellow robot in front of a city skyline at night, neon lights
a red rocket in space, flat design
a blue whale underwater, pastel
a red mushroom in a forest, pixel art
a white owl in the snow at night, flat vector illustration
a blue teapot on a white background, woodcut print
a red house in the snow, watercolor painting
an orange hot air balloon in the mountains at dawn, flat vector illustration
a green pine tree in the snow, ink drawing
a purple planet in space, pixel art
a yellow bird in a green meadow on a sunny day, pastel
a teal windmill on a grassy hill at sunset, flat vector art
an orange fish under the sea, watercolor
a blue sword on a red background, pixel art
an orange tent in the forest at night, neon
a green robot on a yellow background, flat vector art
a pink castle in the desert, watercolor
a blue lighthouse by the sea at night, woodcut
a purple cat in the snow, pixel art
a red fox on a white background, ink drawing
a green house in a city at sunset, flat vector illustration
a yellow lantern in a forest, pastel
a white mountain at night, neon lights'''.splitlines())
