"""Admin actions on many rows, in short batches over several requests with a progress page in between."""

import time
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import gettext

from chat.actions import Refused
from chat.web import error_messages
from chat.writer import pieces

M = TypeVar("M", bound=Model)

# Seconds per request and rows read per request: proxies and people wait only so long for a page.
SECONDS = 4.0
ROWS = 5_000
MAX_COUNTED = 10_000
NAMED = 5
# Form field with the number of rows that earlier requests have done.
DONE = "done_before"
OWN_FIELDS = (DONE, "csrfmiddlewaretoken")


class Result(NamedTuple, Generic[M]):
    """`done` includes earlier requests; `left` is 0 when nothing is left to try."""

    done: int
    left: int
    refused: list[tuple[M, Refused]]
    stopped: Refused | None


def run(request: HttpRequest, what: str, rows: QuerySet[M], action: Callable[[M], object]) -> Result[M]:
    """Works through `rows` until the time is up. Each batch is logged in the transaction that does it."""

    def log(done: list[M]) -> None:
        LogEntry.objects.log_actions(request.user.pk, done, CHANGE, what)  # type: ignore[arg-type]

    chosen, until = list(rows[:ROWS]), time.monotonic() + SECONDS
    outcomes, stopped = list[pieces.Outcome[M]](), None
    try:
        for piece in pieces.in_pieces(action, chosen, log):
            outcomes += piece
            if time.monotonic() > until:
                break
    except Refused as error:
        stopped = error
    refused = [(row, reason) for row, reason in outcomes if reason is not None]
    done, untried = len(outcomes) - len(refused), len(outcomes) < len(chosen) or len(chosen) == ROWS
    # The next request tries refused rows again. A request that does nothing is the last.
    left = rows.order_by()[:MAX_COUNTED].count() if done and untried and not stopped else 0
    return Result(_done_before(request) + done, left, refused, stopped)


def respond(
    page: "admin.ModelAdmin[M]", request: HttpRequest, result: Result[M], success_message: str
) -> HttpResponse | None:
    """The progress page while work is left; else adds messages to the list page."""
    if result.left:
        return _progress(page, request, result)
    if result.done or not (result.refused or result.stopped):
        page.message_user(request, success_message % {"count": result.done}, messages.SUCCESS)
    for sentence, rows in _by_reason(result.refused).items():
        names = ", ".join(f"“{Truncator(row).chars(40)}”" for row in rows[:NAMED])
        values = {
            "count": len(rows),
            "names": names + (", …" if len(rows) > NAMED else ""),
            "reason": sentence,
        }
        page.message_user(
            request, gettext("Could not change %(count)d (%(names)s). %(reason)s") % values, messages.ERROR
        )
    if result.stopped:
        values = {"count": result.done, "reason": error_messages.sentence(result.stopped)}
        page.message_user(request, gettext("Stopped after %(count)d. %(reason)s") % values, messages.ERROR)
    return None


def _by_reason(refused: list[tuple[M, Refused]]) -> dict[str, list[M]]:
    reasons: dict[str, list[M]] = {}
    for row, reason in refused:
        reasons.setdefault(error_messages.sentence(reason), []).append(row)
    return reasons


def _progress(page: "admin.ModelAdmin[M]", request: HttpRequest, result: Result[M]) -> HttpResponse:
    """Its form repeats the request; finished rows are no longer selected."""
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name not in OWN_FIELDS
    ]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": gettext("Working…"),
        "done": result.done,
        "total": result.done + result.left,
        "fields": [*fields, (DONE, result.done)],
    }
    return TemplateResponse(request, "admin/chat/progress.html", context)


def _done_before(request: HttpRequest) -> int:
    before = request.POST.get(DONE, "")
    return int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else 0
