"""Keeps demo people talking: one action at a time, each in its own transaction."""

import time
import uuid

from chat import actions, protocol, text
from chat.actions import Draft, Posted, Refused
from chat.rendering.markdown import render
from chat.writer import writer

from . import words
from .people import SENTENCES, DemoPerson, rng


def talk(rooms: dict[str, list[DemoPerson]], seconds: float) -> int:
    """Returns the number of messages."""
    end, posted, keys = time.monotonic() + seconds, 0, list(rooms)
    while time.monotonic() < end:
        key = rng.choice(keys[:1] * 3 + keys)
        message = post(key, rng.choice(rooms[key]))
        posted += message is not None
        if message is not None and rng.random() < 0.2:
            react(message, rng.choice(rooms[key]))
        time.sleep(max(0.0, min(rng.uniform(0.2, 2.0), end - time.monotonic())))
    return posted


def post(key: str, author: DemoPerson) -> int | None:
    """Returns the message's id; None if the author is not in the room."""
    body = text.clean(SENTENCES[author.language].deal())
    post = protocol.Post(room=key, nonce=f"demo-{uuid.uuid4().hex}", body=body)
    answer = writer.perform(actions.post_messages, [Draft(author.user.pk, post, render(body))])[0]
    return answer.message if isinstance(answer, Posted) else None


def react(message: int, fan: DemoPerson) -> None:
    try:
        writer.perform(actions.add_reaction, fan.user.pk, message, rng.choice(words.EMOJI))
    except Refused:  # not in that room, or the message is gone
        return
