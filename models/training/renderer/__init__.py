"""Procedural illustrator: captioned pictures from seeds."""

from .captions import HELD_OUT, SHEET_PROMPTS, adherence_prompts, grammar_texts
from .scene import Scene

__all__ = ['HELD_OUT', 'SHEET_PROMPTS', 'Scene', 'adherence_prompts', 'grammar_texts']
