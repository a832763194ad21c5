"""Tests that a stored file survives a power cut."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from chat import files


def test_a_file_and_its_name_are_on_disk_before_anybody_hears_of_it(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose folder is not synced may be gone after a power cut, while the database knows of it."""
    settings.CHAT_FILES_DIR = tmp_path
    synced, fsync = list[os.stat_result](), os.fsync

    def recorded(opened: int) -> None:
        fsync(opened)
        synced.append(os.fstat(opened))

    monkeypatch.setattr(os, "fsync", recorded)
    files.receive_upload(BytesIO(b"text"), "key", "notes.txt", files.file_limits())
    needed = [tmp_path / "kept/ke/key", tmp_path / "kept/ke", tmp_path / "kept"]
    assert [found.st_ino for found in synced] == [path.stat().st_ino for path in needed]
