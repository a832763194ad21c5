"""Messages and queries for the search benchmarks: the test suite's golden table and the demo's sentences.

Some sentences are common, others less so, and a few words are rare.
"""

import json
import random
from collections.abc import Iterator

from chat.management.demo.words import SENTENCES as DEMO_SENTENCES
from chat.models import Message
from tests.support.search_queries import GOLDEN, SAID

SENTENCES = [body for *_, body in SAID] + [
    body for language in DEMO_SENTENCES.values() for body in language if "\n" not in body
]
# Makes the rarest sentence occur once in some hundred messages, the commonest in every third.
SKEW = 4
RARE = "serendipity 罕见"
FILE = [{"id": "a-file-of-the-bench-001", "name": "plan.pdf", "kind": "file", "type": "application/pdf",
         "size": 4096, "width": None, "height": None, "has_thumbnail": False}]  # fmt: skip

# Searchers are named Person and a number.
QUESTIONS = [text for text, _ in GOLDEN] + [
    "the", "is", "的", "了", "serendipity", "罕", "1234", "#77", "has:file the", "has:file", "上海 tide",
    'from:"person 3" 上海', 'in:"room 1" tide', 'in:"room 1"', "from:me 书", "龘", "nothing-like-this",
    "before:2026-06-01 anchor",
]  # fmt: skip


def sentences() -> Iterator[str]:
    """Endless sentences, the same in every run."""
    rng = random.Random(7)
    order = rng.sample(SENTENCES, len(SENTENCES))
    number = 0
    while True:
        number += 1
        two = [order[int(len(order) * rng.random() ** SKEW)] for _ in range(2)]
        yield " ".join([*two, f"#{number // 4}", *([RARE] if number % 10_000 == 7 else [])])


def searches() -> list[str]:
    return [json.dumps({"type": "search", "text": text}) for text in QUESTIONS]


def readings() -> list[str]:
    """`read.mark` commands that move every room forward one message at a time."""
    said = Message.objects.order_by("seq", "room").values_list("room__key", "pk")
    return [json.dumps({"type": "read.mark", "room": key, "message": pk}) for key, pk in said]


ASKS = {"search": searches, "reads": readings}
