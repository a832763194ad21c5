"""A join link as a picture, for the camera of a phone: dark on light, whatever the theme, and with a margin.

Only for whoever may invite with it; for everybody else it does not exist. Imports models.
"""

import io
from functools import lru_cache

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from chat.models import JoinLink, Profile

from .guard import may_invite, people_only, place_of

# Seconds. The picture of an address is always the same; whether one may see it changes.
KEPT = 600


@require_safe
@cache_control(private=True, max_age=KEPT)
@people_only
def qr(request: HttpRequest, me: Profile, code: str) -> HttpResponse:
    link = JoinLink.objects.usable().filter(code=code).select_related("room").first()
    if link is None or not may_invite(link.room, place_of(me, link.room)):
        raise Http404
    address = request.build_absolute_uri(reverse("join", args=[code]))
    return HttpResponse(_drawn(address), content_type="image/svg+xml")


@lru_cache(maxsize=256)
def _drawn(address: str) -> bytes:
    svg = io.BytesIO()
    # Four modules of margin are what readers ask for; the size is the page's.
    segno.make_qr(address).save(
        svg, kind="svg", xmldecl=False, border=4, omitsize=True, dark="#000", light="#fff"
    )
    return svg.getvalue()
