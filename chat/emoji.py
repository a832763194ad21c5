"""Recognises the emoji of static/chat/emoji.json, which the picker shows and bin/emojis.py generates."""

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "static/chat/emoji.json"


def is_emoji(text: str) -> bool:
    # Only exact matches: a lookalike would count as another reaction.
    return text in _all()


@cache
def _all() -> frozenset[str]:
    return frozenset(one for one, *_ in json.loads(FILE.read_text(encoding="utf-8")))
