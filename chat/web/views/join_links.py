"""Serves a join link as a QR code, dark on light in every theme, for people who may invite with it."""

import io
from functools import lru_cache

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from chat.models import JoinLink, Membership, Profile

from .access import may_invite, membership_of, person_required

# Seconds. The picture of an address never changes; whether one may see it does.
KEPT = 600


@require_safe
def qr(request: HttpRequest, code: str) -> HttpResponseBase:
    # Only the picture may be cached: redirects and 404 answers can change at any moment.
    try:
        response = _picture(request, code)
    except Http404 as missing:
        response = page_not_found(request, missing)
    if response.status_code == 200:
        patch_cache_control(response, private=True, max_age=KEPT)
    else:
        add_never_cache_headers(response)
    return response


@person_required
def _picture(request: HttpRequest, me: Profile, code: str) -> HttpResponse:
    # One statement for a missing link and for a room one is not in, so that timing reveals neither.
    mine = Membership.objects.present().of(me.pk).values("room")
    link = JoinLink.objects.usable().filter(code=code, room__in=mine).select_related("room").first()
    if link is None or not may_invite(link.room, me, membership_of(me, link.room)):
        raise Http404
    address = request.build_absolute_uri(reverse("chat:join", args=[code]))
    return HttpResponse(_drawn(address), content_type="image/svg+xml")


@lru_cache(maxsize=256)
def _drawn(address: str) -> bytes:
    svg = io.BytesIO()
    # QR readers need a margin of four modules. The page sets the size.
    segno.make_qr(address).save(
        svg, kind="svg", xmldecl=False, border=4, omitsize=True, dark="#000", light="#fff"
    )
    return svg.getvalue()
