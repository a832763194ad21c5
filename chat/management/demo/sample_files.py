"""Generates the showcase's files, so that nobody holds rights to them."""

import io
import math
import struct
import wave

from PIL import Image, ImageDraw

SKY, SEA, QUAY, SUN = "#b9c3c5", "#6b7f86", "#3f4d52", "#e8e2d4"
SIZES = {
    "quay-north.jpg": (1200, 642), "quay-south.jpg": (800, 600), "mole.jpg": (1500, 450),
    "horizon.jpg": (2400, 72), "mast.png": (240, 1440), "dot.png": (6, 6),
}  # fmt: skip


def file_bytes(name: str) -> bytes:
    if name in SIZES:
        return _picture(SIZES[name], "PNG" if name.endswith("png") else "JPEG")
    if name.endswith("gif"):
        return _lamp()
    if name.endswith("wav"):
        return _hum()
    if name.endswith("mp4"):
        return b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(400)
    return name.encode() * 2000


def _harbour(size: tuple[int, int], sun: float = 0.74) -> Image.Image:
    """Sky, sun, a quay with a shed and a boat, at any aspect ratio."""
    width, height = size
    image = Image.new("RGB", size, SKY)
    draw, line = ImageDraw.Draw(image), height * 0.6
    radius = min(size) * 0.1
    draw.ellipse(
        [width * sun - radius, line * 0.62 - radius, width * sun + radius, line * 0.62 + radius], SUN
    )
    draw.rectangle([0, line * 0.92, width, height], QUAY)
    draw.rectangle([width * 0.38, line * 0.55, width * 0.55, line], QUAY)
    draw.rectangle([0, line, width, height], SEA)
    draw.polygon(
        [
            (width * 0.16, line),
            (width * 0.41, line),
            (width * 0.38, line * 1.14),
            (width * 0.19, line * 1.14),
        ],
        QUAY,
    )
    draw.line([(width * 0.28, line * 0.5), (width * 0.28, line)], QUAY, max(1, width // 160))
    return image


def _picture(size: tuple[int, int], format: str) -> bytes:
    out = io.BytesIO()
    _harbour(size).save(out, format)
    return out.getvalue()


def _lamp() -> bytes:
    frames = [_harbour((320, 240), 0.1 + n * 0.1) for n in range(8)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    return out.getvalue()


def _hum() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"".join(struct.pack("<h", int(4000 * math.sin(n * 0.35))) for n in range(16_000)))
    return out.getvalue()
