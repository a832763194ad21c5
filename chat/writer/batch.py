"""How are the jobs of a batch done, inside its transaction, so that one that fails leaves the others?"""

import logging
from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from chat.actions import Refused
from chat.protocol import Code

from .write_queue import Job

log = logging.getLogger("chat.writer.writer")

# The batch's fate, not one job's: locked, full, gone, deadlocked.
FATAL = (OperationalError, InterfaceError)

More = Callable[[list[Job], Callable[[Any], bool]], list[Any]]


def work(batch: list[Job], more: More, careful: bool) -> list[Any]:
    """One outcome for each job. Each job, or each run of jobs that go together, in a savepoint of its own. A
    single run needs none, and may grow by what `more` has: if it fails the whole batch is done again, with
    care."""
    runs = [(*kind, list(jobs)) for kind, jobs in groupby(batch, key=lambda job: (job.action, job.together))]
    if len(runs) == 1 and batch[0].together and not careful:
        return _at_once(batch, more)
    outcomes: list[Any] = []
    for action, together, run in runs:
        outcomes += _together(action, run) if together else [_alone(job) for job in run]
    return outcomes


def _at_once(batch: list[Job], more: More) -> list[Any]:
    action, given = batch[0].action, [job.args[0] for job in batch]
    return list(action(given, lambda fits: more(batch, fits)) if batch[0].growing else action(given))


def _together(action: Callable[..., Any], run: list[Job]) -> list[Any]:
    """A run of one action as one call; if that fails, back to the savepoint and one by one."""
    try:
        with transaction.atomic():
            return list(action([job.args[0] for job in run]))
    except FATAL:
        raise
    except Exception as error:
        if len(run) > 1:
            log.warning("%s of %d failed together: %s", action.__name__, len(run), first_line(error))
            return [outcome for job in run for outcome in _together(action, [job])]
        return [_refusal(action, error)]


def _alone(job: Job) -> Any:
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
    # The text of a database's error may hold what somebody wrote: the log gets its kind only.
    log.error(
        "%s failed: %s", action.__name__, type(error).__name__, exc_info=not isinstance(error, DatabaseError)
    )
    return Refused(Code.FAILED)


def first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
