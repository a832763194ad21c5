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

from PIL import AvifImagePlugin, Image, ImageCms, ImageFile, ImageOps, JpegImagePlugin

# Few formats: every decoder can be attacked.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
# The others hold further pictures that are not its frames, such as a preview or a depth map.
MOVING = ("PNG", "GIF", "WEBP", "AVIF")
# What a still picture becomes; an AVIF or HEIF one is a photo, mostly without transparency.
ENCODED = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
# A JPEG decoder can leave out detail at hardly any cost, so a picture may be so much larger and is reduced.
REDUCTIONS, MAX_REDUCED = (2, 4, 8), 8
# What the timeline shows, at twice its size in CSS pixels.
THUMBNAIL_SIZE = (800, 640)
# What WebP can store.
MAX_PLAYS = 65_535
# Of the metadata only what affects the pixels is kept.
_KEPT = ("transparency",)


class Refusal(Exception):
    """The limit that is exceeded."""


def reencode(source: Path, target: Path, thumbnail: Path, pixels: int, frames: int) -> dict[str, Any]:
    """Writes the picture anew, and a thumbnail if it is larger than THUMBNAIL_SIZE or moves. Returns its
    type, width and height, and whether there is a thumbnail."""
    Image.MAX_IMAGE_PIXELS = None  # the header is read by us, and a larger JPEG reduced
    with Image.open(source, formats=_formats(source)) as image:
        # One that ends early is shown as far as it goes, as every viewer does.
        ImageFile.LOAD_TRUNCATED_IMAGES = isinstance(image, JpegImagePlugin.JpegImageFile)
        _reduce(image, pixels)
        count = getattr(image, "n_frames", 1) if image.format in MOVING else 1
        _refuse_if_too_much(image, count, pixels, frames)
        if count > 1:
            return _reencode_animation(image, count, target, thumbnail)
        return _reencode_still(image, target, thumbnail)


def _formats(source: Path) -> tuple[str, ...]:
    """HEIF's decoder is loaded only for files that need it. Without its package they cannot be shown."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each would take memory of its own
    with source.open("rb") as file, suppress(ImportError):
        if file.read(8)[4:] == b"ftyp":
            pillow_heif = importlib.import_module("pillow_heif")
            pillow_heif.options.DECODE_THREADS = 1
            pillow_heif.options.AUX_IMAGES = pillow_heif.options.DEPTH_IMAGES = False
            pillow_heif.register_heif_opener(thumbnails=False)
            return (*FORMATS, "HEIF")
    return FORMATS


def _reduce(image: Image.Image, pixels: int) -> None:
    size = image.width * image.height
    if isinstance(image, JpegImagePlugin.JpegImageFile) and pixels < size <= MAX_REDUCED * pixels:
        by = next(by for by in REDUCTIONS if size <= pixels * by * by)
        image.draft(None, (image.width // by, image.height // by))


def _refuse_if_too_much(image: Image.Image, count: int, pixels: int, frames: int) -> None:
    size = image.width * image.height
    if size > pixels:
        raise Refusal("pixels")
    Image.MAX_IMAGE_PIXELS = pixels  # from here Pillow's own guard looks at what hides inside
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if count > frames:
        raise Refusal("frames")
    # The limit is for all frames together: each is decoded and encoded. One picture's worth is always
    # allowed.
    if size * count > 2 * pixels:
        raise Refusal("pixels")


def _reencode_still(image: Image.Image, target: Path, thumbnail: Path) -> dict[str, Any]:
    kind = ENCODED.get(image.format or "") or ("WEBP" if _is_transparent(image) else "JPEG")
    turned = ImageOps.exif_transpose(image)
    drawn = _in_plain_colours(turned)
    # With the original compression if nothing was changed, to avoid a second loss.
    unchanged = image.format == "JPEG" and drawn is turned and image.getexif().get(0x0112, 1) == 1
    drawn.info = {key: value for key, value in drawn.info.items() if key in _KEPT}
    if kind == "JPEG" and drawn.mode not in ("L", "RGB"):
        drawn, unchanged = drawn.convert("RGB"), False
    if unchanged:
        image.load()
        image.info = drawn.info
        image.save(target, "JPEG", quality="keep")
    elif kind == "JPEG":
        drawn.save(target, "JPEG", quality=90)
    elif kind == "WEBP":
        drawn.save(target, "WEBP", quality=90, method=4)
    else:
        drawn.save(target, "PNG", compress_level=3)  # of photos smaller than 6, in a third of its time
    fits = drawn.width <= THUMBNAIL_SIZE[0] and drawn.height <= THUMBNAIL_SIZE[1]
    if not fits:
        _save_thumbnail(drawn, thumbnail)
    return _made(kind, drawn, has_thumbnail=not fits)


def _reencode_animation(image: Image.Image, count: int, target: Path, thumbnail: Path) -> dict[str, Any]:
    """Frame by frame: all at once would not fit in memory."""
    plays = _plays(image)
    # The first picture of such a PNG is only for programs that show no animations.
    first = 1 if getattr(image, "default_image", False) else 0
    durations = [_duration(image, frame) for frame in range(first, count)]
    image.seek(0)
    moving, rest = image, list[Image.Image]()
    if first:
        moving, *rest = [_frame(image, frame) for frame in range(first, count)]
    moving.save(
        target, "WEBP", save_all=True, append_images=rest, quality=75, method=2, exif=b"", xmp=b"",
        icc_profile=b"", loop=plays, duration=durations,
    )  # fmt: skip
    image.seek(0)
    _save_thumbnail(image, thumbnail)
    return _made("WEBP", image, has_thumbnail=True)


def _plays(image: Image.Image) -> int:
    """The number of plays, 0 for endless. A GIF stores the repeats after the first; once is nothing."""
    if image.format != "GIF":
        return min(int(image.info.get("loop", 0)), MAX_PLAYS)
    repeats = image.info.get("loop")
    if repeats is None:
        return 1
    return min(repeats + 1, MAX_PLAYS) if repeats else 0


def _duration(image: Image.Image, frame: int) -> float:
    image.seek(frame)
    image.load()  # some decoders know it only now
    return float(image.info.get("duration", 0))


def _frame(image: Image.Image, number: int) -> Image.Image:
    image.seek(number)
    return image.copy()


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


def _save_thumbnail(image: Image.Image, thumbnail: Path) -> None:
    copy = _in_eight_bits(image).convert("RGBA" if _is_transparent(image) else "RGB")
    copy.info = {}
    copy.thumbnail(THUMBNAIL_SIZE, Image.Resampling.LANCZOS, reducing_gap=3.0)
    copy.save(thumbnail, "WEBP", quality=80, method=4)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Pillow would cut off everything brighter than the lowest of 256 steps."""
    return image.point(lambda grey: grey / 256).convert("L") if image.mode.startswith("I") else image


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


def answer(source: str, target: str, thumbnail: str, pixels: int, frames: int) -> dict[str, Any]:
    try:
        return reencode(Path(source), Path(target), Path(thumbnail), pixels, frames)
    except Refusal as refusal:
        return {"refused": refusal.args[0]}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"refused": "pixels"}
    except Exception:  # decoders raise anything, also struct.error and IndexError
        return {"refused": "damaged"}


def main(source: str, target: str, thumbnail: str, *numbers: str) -> None:
    pixels, frames, *limits = map(int, numbers)
    limit_process(*limits)
    print(json.dumps(answer(source, target, thumbnail, pixels, frames)))


if __name__ == "__main__":
    main(*sys.argv[1:])
