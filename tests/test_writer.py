"""Does the writing thread commit together what came together, and answer each for itself, truly and once?"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import OperationalError

from chat import writer
from chat.actions import Refused
from chat.models import Place
from chat.protocol import Code
from chat.writer import WAITING_MOST, Writer
from tests.services import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
ON_POSTGRES = connection.vendor == "postgresql"


class Answers(list[Any]):
    """What jobs were answered, in order; and a loop that is this thread's list."""

    def call_soon(self, tell: Callable[[Any], None], outcomes: Any) -> None:
        tell(outcomes)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def thread(answers: Answers) -> Iterator[Writer]:
    thread = Writer(answers.call_soon)
    yield thread
    assert thread.stop(10)


class Gate:
    """A job that holds the writer, so that what follows gathers into one batch."""

    def __init__(self, thread: Writer) -> None:
        self.open, self.entered = threading.Event(), threading.Event()
        assert thread.submit(self.wait, done=lambda _: None)
        assert self.entered.wait(5)

    def wait(self) -> None:
        self.entered.set()
        assert self.open.wait(10)


def rename(name: str) -> str:
    Place.current()
    Place.objects.update(name=name)
    return name


def name_now() -> str:
    return Place.objects.get().name


def after(answers: Answers, count: int) -> None:
    wait_until(lambda: len(answers) >= count, f"{count} answers", 10)


def test_what_gathers_while_one_batch_commits_is_one_transaction(thread: Writer, answers: Answers) -> None:
    gate = Gate(thread)
    before = thread.batches
    for number in range(50):
        thread.submit(int, number, done=answers.append)
    gate.open.set()
    after(answers, 50)
    assert answers == list(range(50))
    assert thread.batches == before + 2  # the gate's own, and one for all of them


def test_nothing_is_answered_before_it_is_committed(thread: Writer) -> None:
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
        Place.objects.create(pk=2)

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
            thread.submit(together, item, done=answers.append, together=True)
        gate.open.set()
        after(answers, before + len(items))
    assert answers[:4] == ["a", "b", "c", "d"]
    assert answers[4].code == Code.FAILED
    assert answers[5] == "e"
    assert calls == [3, 3, 1, 1, 1]
    assert name_now() == "e"


def test_a_full_queue_takes_nothing_more_and_says_so(thread: Writer, answers: Answers) -> None:
    gate = Gate(thread)
    taken = [thread.submit(lambda: 1, done=answers.append) for _ in range(WAITING_MOST + 50)]
    assert taken.count(True) == WAITING_MOST
    with pytest.raises(Refused) as refused:
        thread.call(lambda: 1)
    assert refused.value.code == Code.OVERLOADED
    assert refused.value.retry_after
    gate.open.set()
    after(answers, WAITING_MOST)


def test_stopping_flushes_what_was_accepted_and_takes_nothing_more(answers: Answers) -> None:
    thread = Writer(answers.call_soon)
    gate = Gate(thread)
    for number in range(100):
        thread.submit(lambda number=number: number, done=answers.append)
    threading.Timer(0.1, gate.open.set).start()
    assert thread.stop(10)
    assert answers == list(range(100))
    assert not thread.submit(lambda: 1, done=answers.append)
    assert thread.stopping


def test_an_answer_that_cannot_be_told_does_not_silence_the_others(
    thread: Writer, answers: Answers, caplog: Any
) -> None:
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


def test_without_a_writer_perform_writes_by_itself_and_undoes_what_was_refused() -> None:
    def act() -> None:
        rename("half done")
        raise Refused(Code.NOT_ALLOWED)

    writer.perform(rename, "whole")
    with pytest.raises(Refused):
        writer.perform(act)
    assert name_now() == "whole"


# -- when the database fails ---------------------------------------------------------------------------


def test_a_connection_lost_at_commit_is_not_written_again(
    thread: Writer, answers: Answers, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """It may have been written: whoever sent a nonce asks again, and finds out."""
    runs: list[int] = []

    def act() -> None:
        runs.append(1)
        transaction.on_commit(lambda: None)
        connection.commit = fail  # type: ignore[method-assign]

    def fail() -> None:
        del connection.commit
        connection.close()
        raise OperationalError("lost at commit")

    thread.submit(act, done=answers.append)
    after(answers, 1)
    assert answers[0].code == Code.STORAGE_UNAVAILABLE
    assert len(runs) == 1
    assert not thread.storage_ok
    thread.submit(rename, "again", done=answers.append)
    after(answers, 2)
    assert (answers[1], thread.storage_ok) == ("again", True)


@pytest.mark.skipif(not ON_POSTGRES, reason="a file has no backend to lose")
def test_a_backend_that_is_terminated_before_commit_costs_nobody_anything(
    thread: Writer, answers: Answers, caplog: Any
) -> None:
    runs: list[int] = []

    def act() -> int:
        runs.append(1)
        rename(f"run {len(runs)}")
        if len(runs) == 1:
            _terminate(_backend())
            rename("too late")
        return len(runs)

    thread.submit(act, done=answers.append)
    after(answers, 1)
    assert answers == [2]
    assert name_now() == "run 2"


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _terminate(pid: int) -> None:
    def kill() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        connection.close()

    killer = threading.Thread(target=kill)
    killer.start()
    killer.join(10)


@pytest.mark.skipif(not ON_POSTGRES, reason="one writer at a time cannot deadlock")
def test_a_deadlock_is_run_once_more(thread: Writer, answers: Answers, caplog: Any) -> None:
    runs: list[int] = []

    def act() -> int:
        runs.append(1)
        if len(runs) == 1:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")
        return len(runs)

    thread.submit(act, done=answers.append)
    after(answers, 1)
    assert answers == [2]


@pytest.mark.skipif(ON_POSTGRES, reason="only a file is locked as a whole")
def test_a_file_locked_by_another_process_is_storage_unavailable_until_it_is_free(
    thread: Writer, answers: Answers, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.3)
    rename("before")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    start = time.monotonic()
    thread.submit(rename, "locked out", done=answers.append)
    after(answers, 1)
    assert answers[0].code == Code.STORAGE_UNAVAILABLE
    assert answers[0].retry_after
    assert time.monotonic() - start < 2  # not twice
    assert name_now() == "before"  # reads go on
    other.execute("ROLLBACK")
    other.close()
    thread.submit(rename, "free", done=answers.append)
    after(answers, 2)
    assert answers[1] == "free"
