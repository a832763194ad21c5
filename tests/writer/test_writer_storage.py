"""Tests the writer's answers when storage fails: connection lost, locked, terminated, deadlocked."""

import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from chat.protocol import Code
from chat.writer.writer import Writer, perform
from tests.support.writer_answers import Answers, after, name_now, rename

pytestmark = pytest.mark.django_db(transaction=True)
ON_POSTGRES = connection.vendor == "postgresql"


def test_a_connection_lost_at_commit_is_not_written_again(
    thread: Writer, answers: Answers, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """It may have been written: the client sends its nonce again and finds out."""
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
def test_a_backend_terminated_before_commit_loses_nothing(
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
def test_a_deadlocked_batch_is_retried_once(thread: Writer, answers: Answers, caplog: Any) -> None:
    thread.submit(_deadlocks(times=1), done=answers.append)
    after(answers, 1)
    assert answers == [2]


@pytest.mark.skipif(not ON_POSTGRES, reason="one writer at a time cannot deadlock")
def test_a_batch_deadlocked_in_its_commit_is_retried_once(
    thread: Writer, answers: Answers, caplog: Any
) -> None:
    """PostgreSQL checks foreign keys there, and says that it has written nothing."""
    runs: list[int] = []

    def act() -> int:
        runs.append(1)
        if len(runs) == 1:
            with connection.cursor() as cursor:
                cursor.execute(_DEADLOCK_AT_COMMIT)
        return len(runs)

    thread.submit(act, done=answers.append)
    after(answers, 1)
    assert answers == [2]


_DEADLOCK_AT_COMMIT = """
    CREATE TEMPORARY TABLE lamp (lit int);
    CREATE FUNCTION pg_temp.deadlock() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$;
    CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON lamp DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION pg_temp.deadlock();
    INSERT INTO lamp VALUES (1);
"""


@pytest.mark.skipif(not ON_POSTGRES, reason="one writer at a time cannot deadlock")
def test_a_deadlocked_command_is_retried_once() -> None:
    assert perform(_deadlocks(times=1)) == 2
    with pytest.raises(OperationalError):
        perform(_deadlocks(times=2))
    with pytest.raises(OperationalError), transaction.atomic():
        perform(_deadlocks(times=1))


def _deadlocks(times: int) -> Callable[[], int]:
    """An action that does so in its first runs, and then returns how often it has run."""
    runs: list[int] = []

    def act() -> int:
        runs.append(1)
        if len(runs) <= times:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")
        return len(runs)

    return act


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
