#!/usr/bin/env python3
"""Writes chat/static/chat/emoji.json, the emoji that the picker shows and the server accepts.

Each entry is [emoji, English name and aliases, Chinese name], without skin tones. Run it again when the
`emoji` package has a newer Unicode: `.venv/bin/python bin/emojis.py`.
"""

import json
from pathlib import Path

import emoji

FILE = Path(__file__).parent.parent / "chat/static/chat/emoji.json"
# The newest version that screens of recent years can draw.
NEWEST = 15.1
TONES = range(0x1F3FB, 0x1F400)
# The package sorts alphabetically. Faces come first, then hands and hearts, flags last.
FIRST = [
    range(0x1F600, 0x1F645), range(0x1F910, 0x1F930), range(0x1F970, 0x1F97B), range(0x1FAE0, 0x1FAF0),
    range(0x1F446, 0x1F451), range(0x1F645, 0x1F650), range(0x1F90C, 0x1F920), range(0x1FAF0, 0x1FB00),
    range(0x1F493, 0x1F4A0), range(0x2764, 0x2765), range(0x1F380, 0x1F3F0), range(0x1F400, 0x1F440),
]  # fmt: skip
FLAGS = range(0x1F1E6, 0x1F200)


def entries() -> list[list[str]]:
    emoji.config.load_language("zh")
    return [_entry(one) for one in sorted(filter(_is_wanted, emoji.EMOJI_DATA), key=_rank)]


def _is_wanted(one: str) -> bool:
    about = emoji.EMOJI_DATA[one]
    complete = about["status"] == emoji.STATUS["fully_qualified"]
    return complete and about["E"] <= NEWEST and not any(ord(part) in TONES for part in one)


def _rank(one: str) -> tuple[int, str]:
    first = ord(one[0])
    last = len(FIRST) + (first in FLAGS)
    return next((at for at, block in enumerate(FIRST) if first in block), last), one


def _entry(one: str) -> list[str]:
    about = emoji.EMOJI_DATA[one]
    names = [_words(name) for name in (about["en"], *about.get("alias", ()))]
    return [one, ", ".join(dict.fromkeys(names)), _words(about.get("zh", ""))]


def _words(name: str) -> str:
    return name.strip(":").replace("_", " ")


def text() -> str:
    rows = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries())
    return f"[\n{rows}\n]\n"


if __name__ == "__main__":
    FILE.write_text(text())
