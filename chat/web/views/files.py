"""Uploads and downloads: who may send or fetch a file, and with which headers it is served."""

import msgspec
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import actions, files, protocol, queries
from chat.actions import Refused
from chat.files import MIB, RejectedFile
from chat.models import Attachment, Profile, new_key
from chat.protocol import Code
from chat.web import error_messages
from chat.writer import writer

from .access import person_required, rate_limited

# A file opened in its own tab gets no scripts, no forms and no origin. The browser's viewer for pictures and
# films may load the file itself.
POLICY = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"


# -- uploads --------------------------------------------------------------------------------------------


@require_POST
@person_required
@rate_limited("upload")
def upload(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    try:
        row = _receive(request, me, key)
    except RejectedFile as rejected:
        code = Code.TOO_LARGE if rejected.why == "bytes" else Code.BAD_FILE
        return _refusal(code, _why_rejected(rejected))
    except Refused as refused:
        return _refusal(refused.code, error_messages.sentence(refused))
    return JsonResponse(msgspec.to_builtins(row), status=201)


def _receive(request: HttpRequest, me: Profile, room: str) -> protocol.AttachmentRow:
    # Before decoding, so that strangers' bytes are not decoded; and again with the row.
    file_limits, declared = files.file_limits(), int(request.META.get("CONTENT_LENGTH") or 0)
    quota = file_limits.quota(me.is_guest)
    actions.refuse_upload(me.pk, room, declared, quota)
    actions.refuse_without_space(declared)
    if declared > file_limits.bytes:
        raise RejectedFile("bytes", declared, file_limits.bytes)
    stored = files.receive_upload(request, new_key(), request.GET.get("name", ""), file_limits)
    try:
        row = writer.perform(actions.add_upload, me.pk, room, stored, quota)
    except BaseException:
        files.remove([stored.key])
        raise
    return row


@require_http_methods(["DELETE"])
@person_required
def discard_upload(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    try:
        files.remove([writer.perform(actions.discard_upload, me.pk, key)])
    except Refused as refused:
        return _refusal(refused.code, error_messages.sentence(refused))
    return HttpResponse(status=204)


def _refusal(code: Code, sentence: str) -> HttpResponse:
    return JsonResponse({"code": code, "sentence": sentence}, status=error_messages.status(code))


def _why_rejected(rejected: RejectedFile) -> str:
    if rejected.why == "empty":
        return _("This file is empty.")
    numbers = {"found": _in_megabytes(rejected.found), "most": _in_megabytes(rejected.most)}
    return _("This file is %(found)s MB. The limit is %(most)s MB.") % numbers


def _in_megabytes(number: int | None) -> str:
    """Rounded up; an unknown size is "…"."""
    return "…" if number is None else str(-(-number // MIB))


# -- downloads -------------------------------------------------------------------------------------------


@require_safe
@person_required
def download(
    request: HttpRequest, me: Profile, key: str, name: str, thumbnail: bool = False
) -> HttpResponseBase:
    """The name in the address is for people and is ignored."""
    found = queries.attachment(me.pk, key)
    if found is None or (thumbnail and not found.has_thumbnail):
        raise Http404
    etag = f'"{key}-thumbnail"' if thumbnail else f'"{key}"'
    response = get_conditional_response(request, etag=etag, response=None)
    return _with_headers(response or _answer(request, found, thumbnail, etag), found, thumbnail, etag)


def _answer(request: HttpRequest, found: Attachment, thumbnail: bool, etag: str) -> HttpResponseBase:
    try:
        file = files.open_file(found.key, thumbnail=thumbnail)
    except FileNotFoundError:
        raise Http404 from None
    size = file.seek(0, 2)
    try:
        part = files.parse_range(_range(request, etag), size)
    except files.OutOfRange:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, length = part or (0, size)
    content = files.FilePart(file, start, length)
    if request.method == "HEAD":
        content.close()
    response = StreamingHttpResponse(content, status=206 if part else 200)
    response["Content-Length"] = str(length)
    if part:
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    return response


def _range(request: HttpRequest, etag: str) -> str:
    # A range of another version of the file gets the whole of this one.
    header = request.headers.get("Range", "")
    return header if request.headers.get("If-Range", etag) == etag else ""


def _with_headers(
    response: HttpResponseBase, found: Attachment, thumbnail: bool, etag: str
) -> HttpResponseBase:
    # Revalidated each time, because access changes. The type was detected from the bytes: no sniffing.
    disposition = content_disposition_header(found.kind == files.FILE, found.name) or "inline"
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Type": "image/webp" if thumbnail else found.type,
        "Content-Disposition": disposition,
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    for name, value in headers.items():
        response[name] = value
    return response
