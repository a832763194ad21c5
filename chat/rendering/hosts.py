"""Host names of addresses: as they are looked up, and as they are shown."""

import unicodedata
from typing import NamedTuple

import idna

# Latin letters that look like others, and strokes of Chinese and Japanese that look like a slash.
_LOOKALIKE = "ıĸŉſ×÷ノ丿丶"
# Written together in one word.
_EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}


class Host(NamedTuple):
    ascii: str
    shown: str


def read(host: str) -> Host | None:
    """None if there can be no such host. One that could be taken for another is shown in ASCII (punycode)."""
    if host.isascii():
        return Host(host, host)
    try:
        name = idna.encode(host, uts46=True).decode()
    except UnicodeError:
        return None
    return Host(name, host if _is_clear(host) else name)


def _is_clear(host: str) -> bool:
    """Whether each label is of one script, as UTS #39 asks for, and that is Latin, East Asian or that of the
    last label: all of "аррӏе" is Cyrillic, but ".com" is not."""
    if any(letter in host for letter in _LOOKALIKE):
        return False
    scripts = [{_script(letter) for letter in label if letter.isalpha()} for label in host.split(".")]
    known: set[str] = {"LATIN", "EAST ASIAN"}.union(scripts[-1])
    return all(len(script) <= 1 and script <= known for script in scripts)


def _script(letter: str) -> str:
    """Latin beyond Latin-1 and Latin Extended-A counts as another script: much of it is lookalikes."""
    script = unicodedata.name(letter, "").split(" ")[0]
    if script == "LATIN" and letter > "\u017f":
        return "OTHER LATIN"
    return "EAST ASIAN" if script in _EAST_ASIAN else script
