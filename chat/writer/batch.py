"""Runs the jobs of a batch inside its transaction, so that one that fails does not undo the others."""

import logging
from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from chat.actions import Refused
from chat.protocol import Code

from .write_queue import Batch, Job

log = logging.getLogger("chat.writer.writer")

# These end the whole batch, not one job: the database is locked, full or away, or found a deadlock.
FATAL = (OperationalError, InterfaceError)


def run(batch: Batch, *, savepoints: bool) -> list[Any]:
    """One outcome for each job: its result or a Refused.

    Each job, or each run of jobs that take a list, has a savepoint. Without `savepoints` a batch that is one
    such run has none, and may grow; where it fails, the whole batch must be run again with them.
    """
    runs = [
        (*kind, list(jobs))
        for kind, jobs in groupby(batch.jobs, key=lambda job: (job.action, job.takes_list))
    ]
    if len(runs) == 1 and batch.jobs[0].takes_list and not savepoints:
        return _without_savepoint(batch)
    outcomes: list[Any] = []
    for action, takes_list, jobs in runs:
        outcomes += _run_list(action, jobs) if takes_list else [_run_one(job) for job in jobs]
    return outcomes


def _without_savepoint(batch: Batch) -> list[Any]:
    first, arguments = batch.jobs[0], [job.args[0] for job in batch.jobs]
    return list(first.action(arguments, batch.take_while) if first.takes_more else first.action(arguments))


def _run_list(action: Callable[..., Any], jobs: list[Job]) -> list[Any]:
    try:
        with transaction.atomic():
            return list(action([job.args[0] for job in jobs]))
    except FATAL:
        raise
    except Exception as error:
        if len(jobs) > 1:
            log.warning("%s of %d failed together: %s", action.__name__, len(jobs), first_line(error))
            return [outcome for job in jobs for outcome in _run_list(action, [job])]
        return [_refusal(action, error)]


def _run_one(job: Job) -> Any:
    try:
        with transaction.atomic():
            return job.action(*job.args, **job.kwargs)
    except FATAL:
        raise
    except Exception as error:
        return _refusal(job.action, error)


def _refusal(action: Callable[..., Any], error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    # The text of a database error may hold what somebody wrote: the log gets its kind only.
    log.error(
        "%s failed: %s", action.__name__, type(error).__name__, exc_info=not isinstance(error, DatabaseError)
    )
    return Refused(Code.FAILED)


def first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
