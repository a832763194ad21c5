"""Decodes a picture and encodes it again, so that only its pixels remain: no metadata, no hidden second
file.

A program of its own, started and limited by picture_worker.py, because decoders are what malicious files
attack. Imports nothing of ours, so that it starts fast.
"""

import importlib
import json
import os
import sys
import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

# Few formats: every decoder can be attacked.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# What the timeline shows, at twice its size in CSS pixels.
SMALL = (800, 640)
# Of the metadata only what affects the pixels is kept.
_KEPT = ("transparency",)


class Refusal(Exception):
    """A limit is exceeded: its name, the value, the limit."""


def reencode(source: Path, target: Path, small: Path, pixels: int, frames: int) -> dict[str, Any]:
    """Writes the picture anew, and a thumbnail if it is larger than SMALL or moves. Returns its type, width
    and height, and whether there is a thumbnail."""
    Image.MAX_IMAGE_PIXELS = None  # the header is read by us: a refusal says how many there are
    with Image.open(source, formats=FORMATS) as image:
        _refuse_if_too_much(image, pixels, frames)
        moves = getattr(image, "n_frames", 1) > 1
        return _reencode_animation(image, target, small) if moves else _reencode_still(image, target, small)


def _refuse_if_too_much(image: Image.Image, pixels: int, frames: int) -> None:
    size = image.width * image.height
    if size > pixels:
        raise Refusal("pixels", size, pixels)
    Image.MAX_IMAGE_PIXELS = pixels  # from here Pillow's own guard looks at what hides inside
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    count = getattr(image, "n_frames", 1)
    if count > frames:
        raise Refusal("frames", count, frames)
    # The limit is for all frames together: each is decoded and encoded. One picture's worth is always
    # allowed.
    if size * count > 2 * pixels:
        raise Refusal("pixels", size * count, 2 * pixels)


def _reencode_still(image: Image.Image, target: Path, small: Path) -> dict[str, Any]:
    kind = image.format if image.format in ("PNG", "WEBP") else "JPEG" if image.format == "JPEG" else "PNG"
    turned = ImageOps.exif_transpose(image)
    drawn = _in_plain_colours(turned)
    # With the original compression if nothing was changed, to avoid a second loss.
    again = kind == "JPEG" and drawn is turned and image.getexif().get(0x0112, 1) == 1
    drawn.info = {key: value for key, value in drawn.info.items() if key in _KEPT}
    if kind == "JPEG" and drawn.mode not in ("L", "RGB"):
        drawn, again = drawn.convert("RGB"), False
    if again:
        image.load()
        image.info = drawn.info
        image.save(target, "JPEG", quality="keep")
    elif kind == "JPEG":
        drawn.save(target, "JPEG", quality=90)
    elif kind == "WEBP":
        drawn.save(target, "WEBP", quality=90, method=4)
    else:
        drawn.save(target, "PNG", compress_level=3)  # of photos smaller than 6, in a third of its time
    fits = drawn.width <= SMALL[0] and drawn.height <= SMALL[1]
    if not fits:
        _save_thumbnail(drawn, small)
    return _made(kind, drawn, has_thumbnail=not fits)


def _reencode_animation(image: Image.Image, target: Path, small: Path) -> dict[str, Any]:
    """Frame by frame: all at once would not fit in memory."""
    image.save(
        target, "WEBP", save_all=True, quality=75, method=2, exif=b"", xmp=b"", icc_profile=b"",
        loop=image.info.get("loop", 0),
    )  # fmt: skip
    image.seek(0)
    _save_thumbnail(image, small)
    return _made("WEBP", image, has_thumbnail=True)


def _in_plain_colours(image: Image.Image) -> Image.Image:
    """Converts to sRGB: without its profile a wide-gamut picture would look washed out. An invalid profile is
    ignored."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            if "sRGB" in ImageCms.getProfileDescription(given):
                return image
            made = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"))
            return made or image
    return image


def _save_thumbnail(image: Image.Image, small: Path) -> None:
    copy = image.convert("RGBA" if _is_transparent(image) else "RGB")
    copy.info = {}
    copy.thumbnail(SMALL, Image.Resampling.LANCZOS, reducing_gap=3.0)
    copy.save(small, "WEBP", quality=80, method=4)


def _is_transparent(image: Image.Image) -> bool:
    return "transparency" in image.info or image.mode in ("RGBA", "LA", "PA")


def _made(kind: str, image: Image.Image, has_thumbnail: bool) -> dict[str, Any]:
    return {
        "type": f"image/{kind.lower()}",
        "width": image.width,
        "height": image.height,
        "has_thumbnail": has_thumbnail,
    }


def limit_process(memory: int, seconds: int, written: int) -> None:
    """Limits this process; the system ends it beyond that. Where the system knows no such limits, only the
    parent's deadline applies."""
    with suppress(ImportError):
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(5)  # deliveries first


def answer(source: str, target: str, small: str, pixels: int, frames: int) -> dict[str, Any]:
    try:
        return reencode(Path(source), Path(target), Path(small), pixels, frames)
    except Refusal as refusal:
        return {"refused": list(refusal.args)}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"refused": ["pixels", None, pixels]}
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError):
        return {"refused": ["damaged", None, None]}


def main(source: str, target: str, small: str, *numbers: str) -> None:
    pixels, frames, *limits = map(int, numbers)
    limit_process(*limits)
    print(json.dumps(answer(source, target, small, pixels, frames)))


if __name__ == "__main__":
    main(*sys.argv[1:])
