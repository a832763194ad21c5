"""Reads examples from docs/protocol.md."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def protocol_examples(chapter: str) -> dict[str, str]:
    """The JSON of each heading in a chapter of docs/protocol.md."""
    text = (ROOT / "docs/protocol.md").read_text()
    body = re.search(rf"^## {chapter}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert body, f"docs/protocol.md has no chapter {chapter}"
    parts = re.split(r"^### (\S+)\n", body[1], flags=re.MULTILINE)[1:]
    return {
        name: block[1]
        for name, part in zip(parts[::2], parts[1::2], strict=True)
        if (block := re.search(r"```json\n(.*?)\n```", part, re.DOTALL))
    }
