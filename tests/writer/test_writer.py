"""Tests that the writer commits queued calls together and answers each of them correctly and once."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from chat import actions
from chat.actions import Refused
from chat.models import Message, Room, Workspace
from chat.protocol import Code, Post
from chat.writer import writer
from chat.writer.writer import MAX_WAITING, Writer
from tests.services import wait_until
from tests.support.writer_answers import Answers, Gate, after, name_now, rename

pytestmark = pytest.mark.django_db(transaction=True)
ON_POSTGRES = connection.vendor == "postgresql"


def nothing() -> None:
    """A job."""


def test_a_call_right_after_a_burst_waits_for_the_next_batch(
    thread: Writer, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.writer.write_queue.GATHER", 0.3)
    monkeypatch.setattr("chat.writer.write_queue.RECENT", 10.0)
    gate = Gate(thread)
    for _ in range(8):
        thread.submit(nothing, done=answers.append)
    gate.open.set()
    wait_until(lambda: len(answers) == 8, "the burst", 5)
    batches = thread.batches
    for _ in range(8):
        thread.submit(nothing, done=answers.append)
        time.sleep(0.01)
    wait_until(lambda: len(answers) == 16, "the next", 5)
    assert thread.batches == batches + 1


def test_a_single_writer_does_not_wait(
    thread: Writer, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.writer.write_queue.GATHER", 60.0)
    monkeypatch.setattr("chat.writer.write_queue.RECENT", 60.0)
    for number in range(3):
        thread.submit(nothing, done=answers.append)
        wait_until(lambda so_far=number + 1: len(answers) == so_far, "answered", 5)


def test_a_batch_wakes_the_loop_once_with_answers_before_hints(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    wakes: list[list[Any]] = []
    thread = Writer(lambda tell, calls: (wakes.append(calls), tell(calls)))
    gate = Gate(thread)

    def announcing() -> str:
        transaction.on_commit(lambda: thread.on_loop(answers.append, "announced"))
        return "answered"

    for _ in range(3):
        thread.submit(announcing, done=answers.append)
    gate.open.set()
    assert thread.stop(5)
    assert answers == ["answered"] * 3 + ["announced"] * 3
    assert len(wakes) == 2


def test_calls_queued_during_a_commit_become_one_transaction(thread: Writer, answers: Answers) -> None:
    gate = Gate(thread)
    before = thread.batches
    for number in range(50):
        thread.submit(int, number, done=answers.append)
    gate.open.set()
    after(answers, 50)
    assert answers == list(range(50))
    assert thread.batches == before + 2  # the gate's own, and one for all of them


def test_background_work_is_a_batch_of_its_own(thread: Writer, answers: Answers) -> None:
    gate = Gate(thread)
    before = thread.batches
    for alone in (False, False, True, False, True, True, False):
        thread.submit(nothing, done=answers.append, alone=alone)
    gate.open.set()
    after(answers, 7)
    assert thread.batches == before + 1 + 6  # the gate's, and all but the first two alone


def test_calls_that_arrive_while_a_room_is_locked_join_the_batch(
    answers: Answers, alice: Any, room: Room
) -> None:
    """Calls for other rooms wait for the next batch, because rooms are locked in one order, all at once."""
    batches: list[int] = []
    thread = Writer(lambda tell, calls: (batches.append(len(calls)), tell(calls)))
    other = actions.make_room(alice.pk, "Other")
    waiting = thread._queue._jobs
    with _held(room):
        _post(thread, answers, alice, room, "first")
        wait_until(lambda: not waiting.qsize(), "the writer at work", 5)
        for words in ("second", "third"):
            _post(thread, answers, alice, room, words)
        _post(thread, answers, alice, other, "elsewhere")
        _post(thread, answers, alice, room, "fourth")
    after(answers, 5)
    assert thread.stop(5)
    assert batches == [3, 2]
    bodies = list(Message.objects.filter(room=room).order_by("seq").values_list("body", flat=True))
    assert bodies == ["first", "second", "third", "fourth"]
    places = [(answer.room, answer.nonce.partition("-")[0]) for answer in answers]
    assert places == [
        *((room.key, words) for words in ("first", "second", "third")),
        (other.key, "elsewhere"), (room.key, "fourth"),
    ]  # fmt: skip


def test_a_growing_batch_stops_at_the_end_of_the_queue(answers: Answers, alice: Any, room: Room) -> None:
    thread = Writer(answers.call_soon)
    with _held(room):
        _post(thread, answers, alice, room, "first")
        wait_until(lambda: not thread._queue._jobs.qsize(), "the writer at work", 5)
        _post(thread, answers, alice, room, "last")
        thread._queue.close()
    thread.thread.join(10)
    assert not thread.thread.is_alive()
    assert len(answers) == 2


@contextmanager
def _held(room: Room) -> Iterator[None]:
    """Like another process: on a connection of its own, not yet committed."""
    holding, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Room.objects.filter(pk=room.pk).update(topic="held")
            holding.set()
            assert enough.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(5)
    try:
        yield
    finally:
        enough.set()
        holder.join(5)


def _post(thread: Writer, answers: Answers, author: Any, room: Room, words: str) -> None:
    post = Post(room=room.key, nonce=f"{words}-{words}-{words}", body=words)
    draft = actions.Draft(author.pk, post, None)
    thread.submit(actions.post_messages, draft, done=answers.append, takes_list=True, takes_more=True)


def test_nothing_is_acknowledged_before_the_commit(thread: Writer) -> None:
    seen: list[str] = []
    thread.submit(rename, "Lamplight", done=lambda name: seen.append(_read_elsewhere()))
    wait_until(lambda: bool(seen), "an answer", 10)
    assert seen == ["Lamplight"]


def _read_elsewhere() -> str:
    """On a connection of its own, which sees only what is committed."""
    found: list[str] = []

    def read() -> None:
        found.append(name_now())
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    reader.join(5)
    return found[0]


def test_one_bad_job_leaves_the_others(thread: Writer, answers: Answers, caplog: Any) -> None:
    def refuse() -> None:
        rename("refused")
        raise Refused(Code.MUTED, retry_after=3.0)

    def break_a_rule() -> None:
        Workspace.objects.create(pk=2)

    def break_down() -> None:
        rename("broken")
        raise ZeroDivisionError

    gate = Gate(thread)
    for job in (lambda: rename("one"), refuse, break_a_rule, break_down, lambda: "last"):
        thread.submit(job, done=answers.append)
    gate.open.set()
    after(answers, 5)
    assert [a.code if isinstance(a, Refused) else a for a in answers] == [
        "one", Code.MUTED, Code.FAILED, Code.FAILED, "last",
    ]  # fmt: skip
    assert name_now() == "one"
    assert thread.storage_ok


def test_a_run_is_one_call_and_falls_back_to_one_by_one(
    thread: Writer, answers: Answers, caplog: Any
) -> None:
    calls: list[int] = []

    def together(items: list[str]) -> list[str]:
        calls.append(len(items))
        if "bad" in items:
            raise IntegrityError("one of them")
        return [rename(item) for item in items]

    for items in (["a", "b", "c"], ["d", "bad", "e"]):
        gate, before = Gate(thread), len(answers)
        for item in items:
            thread.submit(together, item, done=answers.append, takes_list=True)
        gate.open.set()
        after(answers, before + len(items))
    assert answers[:4] == ["a", "b", "c", "d"]
    assert answers[4].code == Code.FAILED
    assert answers[5] == "e"
    assert calls == [3, 3, 3, 1, 1, 1]  # all or nothing; with care; one by one
    assert name_now() == "e"


def test_a_full_queue_refuses_further_calls(thread: Writer, answers: Answers) -> None:
    gate = Gate(thread)
    taken = [thread.submit(lambda: 1, done=answers.append) for _ in range(MAX_WAITING + 50)]
    assert taken.count(True) == MAX_WAITING
    with pytest.raises(Refused) as refused:
        thread.call(lambda: 1)
    assert refused.value.code == Code.OVERLOADED
    assert refused.value.retry_after
    gate.open.set()
    after(answers, MAX_WAITING)


def test_the_lease_is_renewed_ahead_of_the_queue(thread: Writer, answers: Answers) -> None:
    gate = Gate(thread)
    order: list[str] = []
    for _ in range(MAX_WAITING):
        thread.submit(lambda: order.append("post"), done=answers.append)
    lease = threading.Thread(target=thread.call_first, args=(lambda: order.append("lease"),))
    lease.start()
    wait_until(lambda: bool(thread._queue._urgent), "the lease in the queue", 5)
    gate.open.set()
    after(answers, MAX_WAITING)
    lease.join(10)
    assert order[0] == "lease"
    assert len(order) == MAX_WAITING + 1


def test_stopping_writes_what_was_accepted_and_refuses_the_rest(answers: Answers) -> None:
    thread = Writer(answers.call_soon)
    gate = Gate(thread)
    for number in range(100):
        thread.submit(lambda number=number: number, done=answers.append)
    threading.Timer(0.1, gate.open.set).start()
    assert thread.stop(10)
    assert answers == list(range(100))
    assert not thread.submit(lambda: 1, done=answers.append)
    assert thread.stopping


def test_a_failing_callback_does_not_stop_the_others(thread: Writer, answers: Answers, caplog: Any) -> None:
    gate = Gate(thread)
    thread.submit(lambda: 1, done=lambda _: 1 / 0)
    thread.submit(lambda: 2, done=answers.append)
    gate.open.set()
    after(answers, 1)
    assert answers == [2]


# -- the door for everybody else ----------------------------------------------------------------------


def test_perform_waits_for_the_commit_on_the_writing_thread(
    thread: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "current", thread)
    where: list[threading.Thread] = []

    def act(name: str) -> str:
        where.append(threading.current_thread())
        return rename(name)

    assert writer.perform(act, "By the writer") == "By the writer"
    assert where == [thread.thread]
    assert name_now() == "By the writer"
    with pytest.raises(Refused):
        writer.perform(_refuse)


def _refuse() -> None:
    raise Refused(Code.NOT_ALLOWED)


def test_without_a_writer_perform_writes_directly_and_rolls_back_refusals() -> None:
    def act() -> None:
        rename("half done")
        raise Refused(Code.NOT_ALLOWED)

    writer.perform(rename, "whole")
    with pytest.raises(Refused):
        writer.perform(act)
    assert name_now() == "whole"


# -- when the database fails ---------------------------------------------------------------------------
