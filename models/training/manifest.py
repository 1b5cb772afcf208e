"""Writes `model.toml`: what the studio has to know of a model folder, and its checksums."""

import hashlib
import json
from pathlib import Path

MANIFEST = 'model.toml'
# The card speaks about the model and is not part of it.
CARD = ('README.md', 'sheet.png', 'sheet-before.jpg', 'adherence.jpg')

Value = str | int | float | bool | list[str]


def _table(header: str, values: dict[str, Value]) -> str:
    # JSON's literals are TOML's for all values used here.
    lines = [f'{key} = {json.dumps(value, ensure_ascii=False)}' for key, value in values.items()]
    return '\n'.join(([header] if header else []) + lines) + '\n'


def _files(folder: Path) -> list[dict[str, Value]]:
    files = {path.relative_to(folder).as_posix(): path.read_bytes()
             for path in folder.rglob('*') if path.is_file()}
    return [{'path': path, 'bytes': len(content), 'sha256': hashlib.sha256(content).hexdigest()}
            for path, content in sorted(files.items()) if path not in (MANIFEST, *CARD)]


def write_manifest(folder: Path, identity: dict[str, Value],
                   tables: dict[str, dict[str, Value]]) -> None:
    """Writes the manifest of a folder that is otherwise complete.

    `identity` are the keys at the top, after the schema's version; `tables` follow by name, and
    last the list of files.
    """
    parts = [_table('', {'schema': 1, **identity}),
             *(_table(f'[{name}]', values) for name, values in tables.items()),
             *(_table('[[files]]', entry) for entry in _files(folder))]
    (folder / MANIFEST).write_text('\n'.join(parts), encoding='utf-8')
