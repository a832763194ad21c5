"""Shared helpers: hypothesis profiles, running commit hooks, recording published events, reading rows.

HYPOTHESIS_PROFILE=night runs long with random seeds; the default is short and deterministic.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import TestCase
from hypothesis import HealthCheck, settings

from chat import queries
from chat.actions import Draft, Posted, Refused, add_upload, post_messages
from chat.broadcast import Hint
from chat.files import Stored
from chat.models import Message, Profile, Room
from chat.protocol import Code, Post
from chat.rendering.markdown import render
from chat.text import clean

ROOT = Path(__file__).parent.parent.parent

_unhurried = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.differing_executors]
settings.register_profile(
    "default", max_examples=30, stateful_step_count=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=_unhurried,
)  # fmt: skip
settings.register_profile(
    "night", max_examples=2000, stateful_step_count=60, deadline=None, print_blob=True,
    suppress_health_check=_unhurried,
)  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


# -- people and what they do ---------------------------------------------------------------------


def someone(name: str, **profile: Any) -> Any:
    """Their primary key. Without a password: hashing one takes longer than most tests."""
    user = get_user_model()._default_manager.create(username=name, password="!")
    Profile.objects.create(user=user, name=name.title(), **profile)
    return user.pk


def say(
    person: Any, room: Room, body: str = "hello", *, nonce: str = "", reply_to: int | None = None,
    attachments: Sequence[str] = (),
) -> Message:  # fmt: skip
    """Post as the consumer does. Raises Refused."""
    body = clean(body) if body or not attachments else ""
    nonce = nonce or f"nonce-{os.urandom(8).hex()}"
    post = Post(room=room.key, nonce=nonce, body=body, reply_to=reply_to, attachments=list(attachments))
    with transaction.atomic():
        [outcome] = post_messages([Draft(person, post, render(body))])
    if not isinstance(outcome, Posted):
        raise outcome
    return Message.objects.get(pk=outcome.message)


def upload(person: Any, room: Room, key: str = "", bytes: int = 1000, quota: int = 0, **shown: Any) -> str:
    """The row of an upload that waits for its message; there are no bytes. Returns its key. Raises
    Refused."""
    shown = {"name": "photo.jpg", "kind": "image", "type": "image/jpeg", "width": 40, "height": 20} | shown
    key = key or os.urandom(8).hex()
    stored = Stored(key=key, size=bytes, bytes=bytes, **shown)
    return add_upload(person, room.key, stored, quota).id


def refusal(action: Callable[..., Any], *args: Any, **kwargs: Any) -> Code | None:
    """Why this was not done; None if it was."""
    try:
        action(*args, **kwargs)
    except Refused as refused:
        return refused.code
    return None


# -- what is told --------------------------------------------------------------------------------


@contextmanager
def commits() -> Iterator[None]:
    """What happens inside is told at its end, as if it had committed: a test's transaction never does."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        yield


def events(hints: list[Hint]) -> list[dict[str, Any]]:
    """What clients would be told, in order."""
    return [json.loads(frame) for hint in hints for frame in hint["frames"]]


# -- what is stored ------------------------------------------------------------------------------


def everything() -> dict[str, list[dict[str, Any]]]:
    """Each row of each of our tables, and the users."""
    models = [*apps.get_app_config("chat").get_models(), get_user_model()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each example of a property starts from the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def interrupted(after: int, by: Callable[[], Any]) -> Iterator[list[str]]:
    """Others commit `by` between the statement number `after` and the next. Yields the statements."""
    statements: list[str] = []

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        statements.append(sql)
        if len(statements) == after:
            with _without(run):
                by()
        return result

    with connection.execute_wrapper(run):
        yield statements


@contextmanager
def _without(wrapper: Any) -> Iterator[None]:
    at = connection.execute_wrappers.index(wrapper)
    del connection.execute_wrappers[at]
    try:
        yield
    finally:
        connection.execute_wrappers.insert(at, wrapper)


# -- what is written -----------------------------------------------------------------------------


def examples(chapter: str) -> dict[str, str]:
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


def assert_told_is_stored(hints: list[Hint], heads: dict[int, int]) -> None:
    """What was told of each room is each change since `heads`, once, in order, as its row is now."""
    rooms = {f"chat.room.{pk}": Room.objects.get(pk=pk) for pk in Room.objects.values_list("pk", flat=True)}
    told = {
        audience: [hint for hint in hints if hint["audience"] == audience and hint["last"]]
        for audience in rooms
    }
    for audience, room in rooms.items():
        seqs = [seq for hint in told[audience] for seq in range(hint["first"], hint["last"] + 1)]
        assert seqs == list(range(heads.get(room.pk, 0) + 1, room.seq + 1)), audience
        frames = [frame for hint in told[audience] for frame in hint["frames"]]
        assert frames == [_as_stored(room, seq) for seq in seqs]
        removed = [pair for hint in told[audience] for pair in hint["removed"]]
        gone = room.memberships.exclude(removed_at=None).filter(seq__in=seqs)
        assert removed == list(gone.order_by("seq").values_list("user_id", "seq"))


def _as_stored(room: Room, seq: int) -> bytes:
    if room.info_seq == seq:
        return queries.info_event(room)
    if member := room.memberships.filter(seq=seq).first():
        return queries.membership_event(room, member)
    return queries.message_event(room, room.messages.get(seq=seq))
