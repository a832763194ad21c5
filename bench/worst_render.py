"""Searches for the slowest message to render: `python -m bench.worst_render [seconds]`.

A message is a few pieces of markup, each repeated, some in a fence with a language. The slowest found are
mutated repeatedly. Times are CPU times, measured as in a rendering process. Other functions that read
people's text are measured too.
"""

import random
import sys
import time
from typing import Any

from chat import limits
from chat.rendering.code import LANGUAGES, use_alarm
from chat.rendering.markdown import render
from chat.text import BadBody, clean

from . import worst_text

UNITS = [
    *"\n a0_*`[]()<>!\\&@.:/-é字😀\u0301\"'{};=$#%\t", "**", "~~", "://", "http://", "http://[", "www.a.b",
    "mailto:a@b", "- ", "> ", "1. ", "[a](b", "![a](", "[a](b)", "<a@b>", "&amp;", "//", "/*", "::", "a.",
    "a(", "0x",
    "# ", "|-|\n", "\n|a|b|\n|-|-|\n", "http://例.", "http://ё.é.", "[a](http://b)", "\\\\a", "C:\\", "，",
]  # fmt: skip
KEPT = 12
MUST_MS, AIM_MS = 20.0, 15.0

# Language ("" for none), repeated text, count.
Piece = tuple[str, str, int]
# The search starts from inputs that were once the worst.
KNOWN: list[list[Piece]] = [
    [("java", "_ ", 740), ("", "*a_", 190), ("", "\n- a", 280)],
    [("cpp", ";{", 740), ("", "\n1. [", 280)],
    [("java", "\n", 1_300)] * 3,
    [("", "http://[", 490)], [("", "://", 1_300)], [("", "![a](b", 290)], [("", "http://字", 400)],
    [("", "\n\n" + "|a" * 30 + "\n" + "|-" * 30 + "\n|" * 8, 20)], [("", "http://ё.é字.", 400)],
    [("", "- " * 19, 1), ("", "\n" + "> " * 38 + "a", 7)],
]  # fmt: skip


def body_of(pieces: list[Piece]) -> str:
    parts = []
    for language, unit, times in pieces:
        text = unit * times
        parts.append(f"\n```{language}\n{text}\n```\n" if language else text)
    return "*x* " + "".join(parts)[: limits.BODY_CHARACTERS - 4]


def piece(rng: random.Random) -> Piece:
    unit = "".join(rng.choice(UNITS) for _ in range(rng.choice([1, 1, 2, 2, 3, 4])))
    size = rng.choice([50, 200, 600, 1_400, 4_000])
    return rng.choice(["", "", *sorted(LANGUAGES)]), unit, max(1, size // len(unit))


def changed(rng: random.Random, pieces: list[Piece]) -> list[Piece]:
    pieces = list(pieces)
    at = rng.randrange(len(pieces))
    language, unit, times = pieces[at]
    way = rng.randrange(5)
    if way == 0:
        pieces.insert(at, piece(rng))
    elif way == 1 and len(pieces) > 1:
        del pieces[at]
    elif way == 2:
        pieces[at] = (language, unit, max(1, int(times * rng.uniform(0.5, 2))))
    elif way == 3:
        pieces[at] = (piece(rng)[0], unit, times)
    else:
        pieces[at] = (language, piece(rng)[1], times)
    return pieces


def milliseconds(body: str) -> float:
    took = []
    for _ in range(3):
        began = time.process_time()
        render(body)
        took.append(1000 * (time.process_time() - began))
    return min(took)


def search(seconds: float, seed: int = 1) -> list[tuple[float, str]]:
    """Returns the slowest bodies found, with their milliseconds."""
    use_alarm()
    rng, end = random.Random(seed), time.monotonic() + seconds
    found = [(milliseconds(body_of(pieces)), pieces) for pieces in KNOWN]
    while time.monotonic() < end:
        new = rng.random() < 0.3
        pieces = [piece(rng)] if new else changed(rng, rng.choice(found)[1])
        try:
            found.append((milliseconds(clean(body_of(pieces))), pieces))
        except BadBody:
            continue
        found = sorted(found, key=lambda one: -one[0])[:KEPT]
    return [(milliseconds(body_of(pieces)), body_of(pieces)) for _, pieces in found]


def target(seconds: float) -> dict[str, Any]:
    """The result as a benchmark target."""
    worst = max(took for took, _ in search(seconds))
    verdict = "aim" if worst <= AIM_MS else "must" if worst <= MUST_MS else "missed"
    return {
        "what": "worst render of a message, of all that a search finds", "must": MUST_MS, "aim": AIM_MS,
        "less_is_better": True, "measured": round(worst, 1), "unit": " ms", "verdict": verdict,
    }  # fmt: skip


if __name__ == "__main__":
    for took, body in search(float((*sys.argv[1:], "60")[0])):
        print(f"{took:6.1f} ms  {body[:60]!r} … {body[-40:]!r}")
    for name, read in worst_text.READERS.items():
        took, body = worst_text.worst(read)
        print(f"{took:6.2f} ms  {name}: {body[:20]!r} … {body[-6:]!r}")
