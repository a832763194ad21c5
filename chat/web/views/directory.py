"""The directory of public rooms and one's own, with search, and the list of one's archived rooms."""

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from chat import limits, queries
from chat.models import Profile, Room

from .access import may_make_rooms, person_required, remember, search_text

# When this screen last showed the directory, in milliseconds; rooms made public since are marked as new. The
# room page reads it too.
SEEN = "chat_rooms_seen"


@require_safe
@person_required
def directory(request: HttpRequest, me: Profile) -> HttpResponse:
    archived, now = "archived" in request.GET, timezone.now()
    found = queries.directory(me.pk, search_text(request), archived=archived)
    page = Paginator(found, limits.ROOMS_ON_A_PAGE).get_page(request.GET.get("page"))
    response = render(request, "chat/directory.html", _context(request, me, page) | {"archived": archived})
    if not archived:
        remember(response, SEEN, str(_milliseconds(now)))
    return response


def _context(request: HttpRequest, me: Profile, page: Page[Any]) -> dict[str, object]:
    seen = request.COOKIES.get(SEEN, "")
    for room in page:
        room.new = _is_new(room, int(seen)) if seen.isdecimal() and len(seen) < 19 else False
    return {
        "rooms": page,
        "query": search_text(request),
        "makes_rooms": may_make_rooms(me),
        "has_archived": queries.directory(me.pk, archived=True).exists(),
        # Appended to links to other pages of the same search.
        "same": _query_string(request),
    }


def _is_new(room: Room, seen: int) -> bool:
    opened = room.public_since
    is_mine: bool = getattr(room, "mine", False)
    return opened is not None and not is_mine and _milliseconds(opened) > seen


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _query_string(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
