"""Two programs that race: one posts for a person while the other ends that person's access.

`python -m tests.chaos.access_race write ROOM PERSON OWNER` posts until its input ends; with `end` instead
of `write` it reads a number of rounds, bans and removes in turn, and lets the person back in. Each prints
JSON. Runs in the environment of a site; the actions are the product's own, without a server around them.
"""

import json
import os
import random
import secrets
import select
import sys
import time
from collections.abc import Callable
from typing import Any

import django


def main() -> None:
    django.setup()
    from . import breaks

    if broken := os.environ.get("CHAOS_BREAK"):
        breaks.BREAKS[broken]()
    verb, room, person, owner = sys.argv[1:]
    print(json.dumps({"write": write, "end": end}[verb](room, int(person), int(owner))))


def write(room: str, person: int, owner: int) -> dict[str, int]:
    from chat import actions, protocol
    from chat.writer import writer

    counts = {"stored": 0, "refused": 0}
    while not select.select([sys.stdin], [], [], 0.0)[0]:
        post = protocol.Post(room=room, nonce=secrets.token_urlsafe(16), body="still here")
        draft = actions.Draft(person, post, None)
        [outcome] = writer.perform(actions.post_messages, [draft])
        counts["refused" if isinstance(outcome, actions.Refused) else "stored"] += 1
        time.sleep(0.001)
    return counts


def end(room: str, person: int, owner: int) -> dict[str, Any]:
    """Returns the number of rounds and the messages that got through."""
    rounds = int(sys.stdin.readline())
    faults = [_banned(person) if number % 2 else _removed(room, person, owner) for number in range(rounds)]
    return {"rounds": rounds, "faults": [fault for fault in faults if fault]}


def _banned(person: int) -> str:
    """Counts in the ban's own transaction, while it holds the author's row: nothing may be written after
    that."""
    from django.db import transaction

    from chat import actions
    from chat.models import Message

    count: Callable[[], int] = Message.objects.filter(author=person).count
    with transaction.atomic():
        actions.ban_person(person)
        before = count()
    _pause()
    after = count()
    actions.unban_person(person)
    _pause()
    return f"{after - before} written after the ban" if after != before else ""


def _removed(room: str, person: int, owner: int) -> str:
    """The removal and the return take a seq in the room, as every message does: no message may lie between
    them."""
    from chat import actions
    from chat.models import Membership, Message

    actions.remove_member(owner, room, person)
    out = Membership.objects.get(room__key=room, user=person).seq
    _pause()
    back = actions.join_room(person, room).seq
    _pause()
    late = Message.objects.filter(room__key=room, author=person, seq__gt=out, seq__lt=back).count()
    return f"{late} written after the removal" if late else ""


def _pause() -> None:
    time.sleep(random.uniform(0.0, 0.004))


if __name__ == "__main__":
    main()
