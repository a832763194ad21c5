"""Tests what a command is refused with when it fails: only an outage of the database is told as one."""

import logging

import pytest
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError

from chat.actions import Refused
from chat.protocol import Code
from chat.realtime.consumers import refusal_of


@pytest.mark.parametrize(
    ("error", "code", "again", "traceback"),
    [
        (Refused(Code.MUTED), Code.MUTED, False, None),
        (OperationalError("the server is away"), Code.STORAGE_UNAVAILABLE, True, False),
        (InterfaceError("the connection is closed"), Code.STORAGE_UNAVAILABLE, True, False),
        (DataError("value out of range: what somebody wrote"), Code.FAILED, False, False),
        (ProgrammingError("syntax error at or near what somebody wrote"), Code.FAILED, False, False),
        (KeyError("ours"), Code.FAILED, False, True),
    ],
)
def test_only_an_outage_is_told_as_one(
    error: Exception, code: Code, again: bool, traceback: bool | None, caplog: pytest.LogCaptureFixture
) -> None:
    refused = refusal_of(error, "Search")
    assert (refused.code, bool(refused.retry_after)) == (code, again)
    assert [bool(record.exc_info) for record in caplog.records] == ([] if traceback is None else [traceback])
    assert "somebody wrote" not in caplog.text
    assert {record.levelno for record in caplog.records} <= {logging.WARNING, logging.ERROR}
