"""Tests that a recording of sound plays as sound, whatever its container could also hold."""

import struct
from io import BytesIO

import pytest

from chat import files


def box(name: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), name) + body


def track(handler: bytes) -> bytes:
    return box(b"trak", box(b"mdia", box(b"mdhd", bytes(24)), box(b"hdlr", bytes(8), handler, bytes(13))))


def mp4(*handlers: bytes, brand: bytes = b"mp42", first: bool = False) -> bytes:
    movie = box(b"moov", box(b"mvhd", bytes(100)), *map(track, handlers))
    media = box(b"mdat", b"vide" * 5_000)
    begin = box(b"ftyp", brand, bytes(4), b"isommp42")
    return begin + movie + media if first else begin + box(b"free") + media + movie


def webm(*codecs: bytes, before: int = 0) -> bytes:
    entries = b"".join(b"\xae\x8a\x86" + bytes([0x80 | len(codec)]) + codec for codec in codecs)
    head = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webmB\x87\x81\x04"
    return head + b"\x18S\x80g\x01" + bytes(7 + before) + b"\x16T\xaek" + entries + bytes(5_000)


def ogg(*streams: bytes) -> bytes:
    return b"".join(b"OggS\0\x02" + bytes(20) + b"\x01\x1e" + stream + bytes(20) for stream in streams)


def aac(frames: int, length: int = 300) -> bytes:
    header = bytes([0xFF, 0xF1, 0x50, 0x80 | length >> 11, length >> 3 & 255, (length & 7) << 5, 0xFC])
    return (header + bytes(length - 7)) * frames


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (mp4(b"soun"), ("audio", "audio/mp4")),
        (mp4(b"soun", first=True), ("audio", "audio/mp4")),
        (mp4(b"soun", brand=b"isom"), ("audio", "audio/mp4")),
        (mp4(b"vide", b"soun"), ("video", "video/mp4")),
        (mp4(b"soun", b"vide", first=True), ("video", "video/mp4")),
        (mp4(b"vide"), ("video", "video/mp4")),
        (mp4(b"vide", b"soun", brand=b"XAVC"), ("video", "video/mp4")),
        (mp4(), ("video", "video/mp4")),
        (mp4(b"soun")[:-120], ("video", "video/mp4")),
        (webm(b"A_OPUS"), ("audio", "audio/webm")),
        (webm(b"A_VORBIS", before=5_000), ("audio", "audio/webm")),
        (webm(b"A_OPUS", b"V_VP8"), ("video", "video/webm")),
        (webm(b"V_VP9"), ("video", "video/webm")),
        (ogg(b"OpusHead\x01"), ("audio", "audio/ogg")),
        (ogg(b"\x80theora", b"\x01vorbis"), ("video", "video/ogg")),
        (ogg(b"\x01vorbis", b"\x80theora"), ("video", "video/ogg")),
        (aac(3), ("audio", "audio/aac")),
        (aac(1) + bytes(50), ("file", "application/octet-stream")),
        (b"\xff\xfeh\0i\0" * 200, ("file", "application/octet-stream")),
    ],
)
def test_a_recording_without_pictures_is_sound(data: bytes, kind: tuple[str, str]) -> None:
    file = BytesIO(data)
    assert files.kind_of(file) == kind
    assert file.tell() == 0


@pytest.mark.parametrize("size", [b"\0\0\0\0", b"\0\0\0\1" + bytes(12), b"\xff\xff\xff\xff", b"\0\0\0\7"])
def test_boxes_of_impossible_sizes_end_the_search(size: bytes) -> None:
    data = box(b"ftyp", b"mp42", bytes(4)) + (size[:4] + b"free" + size[4:]) * 200
    assert files.kind_of(BytesIO(data)) == ("video", "video/mp4")
