"""Cleans the names of uploaded files. Names are only shown, never used as a path or to decide the file
type."""

import re
import unicodedata

LONGEST = 120
_READ = 1_000
NAMELESS = "file"
# Joiners that some scripts need; every other invisible mark can disguise an ending.
_SPELLING = {"\u200c", "\u200d"}
# Letters and signs that are drawn as nothing: a row of them would push an ending out of sight.
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
# A flag of a part of a country is a black flag with invisible letters behind it.
_SHAPES = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f)|(.)", re.DOTALL)
# Endings of pictures, which are re-encoded as one of these types.
_ENDINGS = {"image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), "image/webp": (".webp",)}


def clean_file_name(name: str, type: str) -> str:
    """Without folders, control characters and marks that reverse text; a picture's ending fits its type."""
    # Only the end is kept: normalising marks takes time with the square of their number.
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2][-_READ:])
    name = _SHAPES.sub(lambda found: found[1] or (found[2] if _has_shape(found[2]) else ""), name)
    name = " ".join(_BLANK.sub(" ", name).split()).rstrip(". ") or NAMELESS
    if type in _ENDINGS and not name.lower().endswith(_ENDINGS[type]):
        name = (_split(name)[0] or NAMELESS) + _ENDINGS[type][0]
    stem, ending = _split(name)
    return stem[: LONGEST - len(ending)] + ending


def _has_shape(c: str) -> bool:
    """Also what this Python does not know yet, such as the emoji of next year."""
    if unicodedata.category(c) == "Cn":
        return ord(c) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(c) <= 0xFDEF
    return c in _SPELLING or c.isspace() or not unicodedata.category(c).startswith(("C", "Zl", "Zp"))


def _split(name: str) -> tuple[str, str]:
    """Stem and ending; an ending that is too long belongs to the stem."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if dot and stem and len(ending) <= 10 else (name, "")
