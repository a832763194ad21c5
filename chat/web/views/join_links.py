"""A join link as a picture, for the camera of a phone: dark on light, whatever the theme, and with a margin.

Only for whoever may invite with it; for everybody else it does not exist. Imports models.
"""

import io
from functools import lru_cache

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from chat.models import JoinLink, Membership, Profile

from .access import may_invite, people_only, place_of

# Seconds. The picture of an address is always the same; whether one may see it changes.
KEPT = 600


@require_safe
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """Only the picture may be kept: a link to sign in, or that there is none, is true just now."""
    try:
        response = _picture(request, code)
    except Http404 as missing:
        response = page_not_found(request, missing)
    if response.status_code == 200:
        patch_cache_control(response, private=True, max_age=KEPT)
    else:
        add_never_cache_headers(response)
    return response


@people_only
def _picture(request: HttpRequest, me: Profile, code: str) -> HttpResponse:
    # One statement for a room one is not in and for a link there is not: the time tells neither.
    mine = Membership.objects.present().of(me.pk).values("room")
    link = JoinLink.objects.usable().filter(code=code, room__in=mine).select_related("room").first()
    if link is None or not may_invite(link.room, me, place_of(me, link.room)):
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
