"""Tests that the process lock is held while a process lives and released when it dies."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chat.realtime import process_lock

HOLDER = """
import sys, time
from pathlib import Path
from chat.realtime import process_lock
held = process_lock.acquire(Path(sys.argv[1]))
print(held is not None, flush=True)
time.sleep(60)
"""


@contextmanager
def another_process(path: Path) -> Iterator[tuple[subprocess.Popen[str], bool]]:
    """A process that tries to take the lock, and whether it did."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    try:
        yield holder, holder.stdout.readline().strip() == "True"
    finally:
        holder.kill()
        holder.communicate()


def test_only_one_process_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "node.lock"
    with another_process(path) as (_, got):
        assert got
        assert process_lock.acquire(path) is None
        assert not process_lock.is_dead(path)
    with another_process(path) as (_, got):
        assert got


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_dies_in_any_way_is_known_to_be_dead(tmp_path: Path, number: int) -> None:
    path = tmp_path / "node.lock"
    with another_process(path) as (holder, got):
        assert got
        holder.send_signal(number)
        holder.wait()
        assert process_lock.is_dead(path)
        assert not path.exists()


def test_a_frozen_process_is_not_dead(tmp_path: Path) -> None:
    path = tmp_path / "node.lock"
    with another_process(path) as (holder, _):
        holder.send_signal(signal.SIGSTOP)
        assert not process_lock.is_dead(path)
        holder.send_signal(signal.SIGCONT)


def test_a_missing_lock_file_proves_nothing(tmp_path: Path) -> None:
    """The process may be on another machine, or have ended in order."""
    assert not process_lock.is_dead(tmp_path / "elsewhere.lock")


def test_an_orderly_shutdown_removes_the_lock_file(tmp_path: Path) -> None:
    path = tmp_path / "run" / "node.lock"
    file = process_lock.acquire(path)
    assert file is not None
    process_lock.release(path, file)
    assert not path.exists()
    assert not process_lock.is_dead(path)
    again = process_lock.acquire(path)
    assert again is not None
    process_lock.release(path, again)
