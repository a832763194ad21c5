"""Recognises a file's type from its first bytes, never from its name.

An allow-list: anything else is served as a download that no browser opens in a page. SVG, HTML and PDF can
hold scripts and are never on it. Pictures are re-encoded before they are served; here only their decoder is
chosen.
"""

import re
from typing import IO, NamedTuple

from . import recordings

IMAGE, AUDIO, VIDEO, FILE = "image", "audio", "video", "file"
# Bytes that `kind_of` reads.
HEAD = 4096


class Kind(NamedTuple):
    """`kind`: how a page shows a file. `type`: the MIME type it is served as."""

    kind: str
    type: str


OTHER = Kind(FILE, "application/octet-stream")

_KINDS = [
    (rb"\xff\xd8\xff", Kind(IMAGE, "image/jpeg")),
    (rb"\x89PNG\r\n\x1a\n", Kind(IMAGE, "image/png")),
    (rb"GIF8[79]a", Kind(IMAGE, "image/gif")),
    (rb"RIFF.{4}WEBP", Kind(IMAGE, "image/webp")),
    (rb".{4}ftyp(?:avif|avis)", Kind(IMAGE, "image/avif")),
    (rb".{4}ftyp(?:hei[cmsx]|mif1|msf1)", Kind(IMAGE, "image/heic")),
    (rb"RIFF.{4}WAVE", Kind(AUDIO, "audio/wav")),
    (rb"fLaC", Kind(AUDIO, "audio/flac")),
    (rb"ID3[\x02-\x04]|\xff[\xfa\xfb\xf2\xf3\xe2\xe3][\x10-\xe8]", Kind(AUDIO, "audio/mpeg")),
    (rb"OggS.{24,}?\x80theora", Kind(VIDEO, "video/ogg")),
    (rb"OggS.{24,}?(?:OpusHead|\x01vorbis|\x7fFLAC|Speex   )", Kind(AUDIO, "audio/ogg")),
    (rb"\x1aE\xdf\xa3.{0,64}?\x42\x82.{1,8}?webm", Kind(VIDEO, "video/webm")),
    (rb".{4}ftyp(?:M4A |M4B )", Kind(AUDIO, "audio/mp4")),
    (rb".{4}ftyp(?:isom|iso[2-9]|mp4[12]|avc1|M4V[ HP]|dash|MSNV|XAVC|3gp[4-7])", Kind(VIDEO, "video/mp4")),
    (rb".{4}ftypqt  ", Kind(VIDEO, "video/quicktime")),
]
_PATTERNS = [(re.compile(start, re.DOTALL), kind) for start, kind in _KINDS]


def kind_of(file: IO[bytes]) -> Kind:
    """Decides from the first HEAD bytes, of a video also from its list of tracks. Seeks back to the start."""
    head = file.read(HEAD)
    file.seek(0)
    kind = next((kind for start, kind in _PATTERNS if start.match(head)), OTHER)
    if kind == OTHER and recordings.is_aac(head):
        return Kind(AUDIO, "audio/aac")
    if kind.kind == VIDEO and recordings.is_sound_only(file, kind.type):
        return Kind(AUDIO, kind.type.replace(VIDEO, AUDIO))
    return kind


def is_picture(file: IO[bytes]) -> bool:
    return kind_of(file).kind == IMAGE
