"""Parses client frames and cleans message bodies. Raises Refused."""

import msgspec

from chat import actions, limits, protocol, text
from chat.protocol import Code


def parse(frame: str | None) -> protocol.Command:
    if frame is None:
        raise actions.Refused(Code.BAD_FRAME, detail="binary")
    if len(frame) > limits.FRAME_BYTES or (not frame.isascii() and len(frame.encode()) > limits.FRAME_BYTES):
        raise actions.Refused(Code.TOO_LARGE)
    try:
        return protocol.parse(frame)
    except protocol.BadFrame as bad:
        raise actions.Refused(Code.BAD_FRAME, detail=str(bad)) from None


def clean(body: str) -> str:
    try:
        return text.clean(body)
    except text.BadBody as bad:
        raise actions.Refused(Code.BAD_BODY, detail=str(bad)) from None


def with_body(post: protocol.Post, body: str) -> protocol.Post:
    return post if body == post.body else msgspec.structs.replace(post, body=body)
