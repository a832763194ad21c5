"""Tests that files are identified by their bytes, made harmless and bounded."""

import os
import struct
import time
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from chat import files
from chat.files import UnshowablePicture, picture_worker, pictures

GPS = {1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)}
SECRETS = (b"Exif", b"GPS", b"Makers Camera", b"52.5 N", b"http://ns.adobe.com", b"a comment")


def picture(size: tuple[int, int] = (40, 20), format: str = "JPEG", mode: str = "RGB", **how: Any) -> bytes:
    """Its left half is red, the right one blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.convert(mode).save(out, format, **how)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = orientation, "Makers Camera"
    tags.get_ifd(0x8825).update(GPS)
    return tags.tobytes()


def moving(frames: int, size: tuple[int, int] = (20, 10), format: str = "GIF") -> bytes:
    images = [Image.new("RGB", size, (n * 7 % 256, 0, n % 256)) for n in range(frames)]
    out = BytesIO()
    images[0].save(out, format, save_all=True, append_images=images[1:], duration=40, loop=0)
    return out.getvalue()


def png_of(width: int, height: int, data: bytes = b"") -> bytes:
    """A header that declares this size, whatever follows it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


# -- what it is ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (picture(), ("image", "image/jpeg")),
        (picture(format="PNG"), ("image", "image/png")),
        (moving(2), ("image", "image/gif")),
        (picture(format="WEBP"), ("image", "image/webp")),
        (picture(format="AVIF"), ("image", "image/avif")),
        (b"\0\0\0\x1cftypheic\0\0\0\0", ("image", "image/heic")),
        (b"RIFF\x24\0\0\0WAVEfmt ", ("audio", "audio/wav")),
        (b"ID3\x04\0\0\0\0\0\x21", ("audio", "audio/mpeg")),
        (b"\xff\xfb\x90\x64\0\0", ("audio", "audio/mpeg")),
        (b"\xff\xe3\x48\xc4\0\0", ("audio", "audio/mpeg")),
        (b"fLaC\0\0\0\x22", ("audio", "audio/flac")),
        (b"OggS\0\x02" + bytes(22) + b"OpusHead\x01", ("audio", "audio/ogg")),
        (b"\0\0\0\x20ftypisom\0\0\x02\0", ("video", "video/mp4")),
        (b"\0\0\0\x20ftypM4A \0\0\x02\0", ("audio", "audio/mp4")),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", ("video", "video/webm")),
    ],
)
def test_displayable_types_are_detected_by_their_first_bytes(head: bytes, kind: tuple[str, str]) -> None:
    assert files.kind_of(BytesIO(head)) == kind


@pytest.mark.parametrize(
    "head",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"MZ\x90\0",
        b"GIF",
        b"RIFF\0\0\0\0<html>",
        b" \xff\xd8\xff",
        b"",
    ],
)
def test_scriptable_and_unknown_types_are_only_downloaded(head: bytes) -> None:
    assert files.kind_of(BytesIO(head)) == ("file", "application/octet-stream")


# -- what it is called -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "type", "kept"),
    [
        ("../../etc/passwd", "", "passwd"),
        ("C:\\Users\\me\\notes.txt", "", "notes.txt"),
        ("\u202egpj.exe", "", "gpj.exe"),
        ("a\0b\r\nc.txt", "", "ab c.txt"),
        ("报告 终稿.pdf", "", "报告 终稿.pdf"),
        ("", "", "file"),
        ("..", "", "file"),
        (".env", "", ".env"),
        (" .. .gitignore. ", "", ".. .gitignore"),
        (
            "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f 🇩🇪 👩🏽‍🚀.txt",
            "",
            "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f 🇩🇪 👩🏽‍🚀.txt",
        ),
        ("a\U000e0067\U000e007f.txt", "", "a.txt"),
        ("photo.jpg\u3164\u2800\u115f\u1160\uffa0.exe", "", "photo.jpg .exe"),
        ("\u3164", "", "file"),
        ("next year \U0001facd\ufffe.txt", "", "next year \U0001facd.txt"),
        ("evil.html", "image/jpeg", "evil.jpg"),
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
        ("cat.gif", "image/webp", "cat.webp"),
        ("", "image/png", "file.png"),
        ("x" * 300 + ".txt", "", "x" * 116 + ".txt"),
    ],
)
def test_a_file_name_is_cleaned(given: str, type: str, kept: str) -> None:
    assert files.clean_file_name(given, type) == kept


# -- what is made of it ----------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_loses_its_location_and_camera_data(
    remade: Any, paths: tuple[Path, Path, Path], format: str
) -> None:
    how: dict[str, Any] = {"exif": exif(), "xmp": b"<x:xmpmeta>http://ns.adobe.com/ 52.5 N</x:xmpmeta>"}
    if format == "JPEG":
        how["comment"] = b"a comment"
    if format == "PNG":
        how["pnginfo"] = PngImagePlugin.PngInfo()
        how["pnginfo"].add_text("Comment", "a comment")
        del how["xmp"]
    given = picture((1000, 500), format, **how)
    assert sum(secret in given for secret in SECRETS) >= 2
    assert remade(given) == (f"image/{format.lower()}", 1000, 500, True)
    for path in paths[1:]:
        assert not [secret for secret in SECRETS if secret in path.read_bytes()]
        with Image.open(path) as image:
            assert not image.getexif()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright(remade: Any, paths: tuple[Path, Path, Path], format: str) -> None:
    """Orientation 6: the camera was turned by a quarter, so the left edge of the file is on top."""
    made = remade(picture((40, 20), format, exif=exif(6)))
    assert (made.width, made.height, made.has_thumbnail) == (20, 40, False)
    with Image.open(paths[1]) as image:
        top, bottom = (image.convert("RGB").getpixel((10, y)) for y in (5, 35))
    assert top[0] > 200 > top[2]  # type: ignore[index]
    assert bottom[2] > 200 > bottom[0]  # type: ignore[index]


def test_the_largest_jpeg_is_not_treated_as_damaged(remade: Any) -> None:
    """Noise, all of it kept: more bytes than pixels, which encoders do not expect."""
    out = BytesIO()
    noise = Image.frombytes("RGB", (1000, 1000), os.urandom(3_000_000))
    noise.save(out, "JPEG", quality=100, subsampling=0)
    assert len(out.getvalue()) > 1_000_000
    assert remade(out.getvalue()).width == 1000


def test_a_thumbnail_keeps_the_aspect_ratio_and_fits(remade: Any, paths: tuple[Path, Path, Path]) -> None:
    assert remade(picture((1200, 600))).has_thumbnail
    with Image.open(paths[2]) as image:
        assert image.size == (800, 400)


def test_wide_gamut_colours_keep_their_look(remade: Any, paths: tuple[Path, Path, Path]) -> None:
    """The profile is removed after it was applied."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    remade(picture(format="PNG", icc_profile=profile))
    with Image.open(paths[1]) as image:
        assert "icc_profile" not in image.info
        assert image.getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_every_pixel_format_is_accepted(remade: Any, mode: str) -> None:
    made = remade(picture((900, 20), "PNG", mode))
    assert made == ("image/png", 900, 20, True)


def test_a_cmyk_picture_is_converted_to_rgb(remade: Any, paths: tuple[Path, Path, Path]) -> None:
    assert remade(picture(mode="CMYK")).type == "image/jpeg"
    with Image.open(paths[1]) as image:
        assert image.mode == "RGB"


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_an_animation_stays_animated_and_has_a_still_thumbnail(
    remade: Any, paths: tuple[Path, Path, Path], format: str
) -> None:
    assert remade(moving(5, format=format)) == ("image/webp", 20, 10, True)
    with Image.open(paths[1]) as image, Image.open(paths[2]) as small:
        assert image.n_frames == 5  # type: ignore[attr-defined]
        assert getattr(small, "n_frames", 1) == 1


def test_a_second_file_behind_the_picture_is_gone(remade: Any, paths: tuple[Path, Path, Path]) -> None:
    for format in ("JPEG", "PNG", "WEBP"):
        remade(picture(format=format) + b"PK\x03\x04<script>alert(1)</script>")
        assert b"<script>" not in paths[1].read_bytes()
    remade(moving(1) + b"<script>alert(1)</script>")
    assert b"<script>" not in paths[1].read_bytes()


# -- what is refused, and what it may cost ---------------------------------------------------------


def unfit(remade: Any, data: bytes, **how: Any) -> str:
    with pytest.raises(UnshowablePicture) as refused:
        remade(data, **how)
    return str(refused.value)


def test_too_many_pixels_are_known_by_the_header_alone(remade: Any) -> None:
    before = time.monotonic()
    assert unfit(remade, png_of(50_000, 50_000, zlib.compress(bytes(1000)))) == "pixels"
    assert time.monotonic() - before < 10


def test_too_many_frames_are_not_shown(remade: Any) -> None:
    assert unfit(remade, moving(51)) == "frames"


def test_frames_count_with_their_pixels(remade: Any) -> None:
    assert unfit(remade, moving(21, (500, 200))) == "pixels"


@pytest.mark.parametrize(
    "data",
    [
        picture((400, 400))[:200],
        picture((400, 400), "AVIF")[:-20],
        picture((400, 400), "PNG")[:150],
        picture((400, 400), "WEBP")[:60],
        moving(9)[:60],
        moving(9)[:91],
        moving(9)[:-100],
        b"\xff\xd8\xff" + bytes(500),
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n<svg onload=alert(1)>",
        png_of(300, 300, b"no zlib"),
    ],
)
def test_an_unreadable_picture_is_not_shown(
    remade: Any, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert unfit(remade, data) == "damaged"
    assert not caplog.records, "its process has not failed"


def test_other_formats_are_not_decoded_whatever_they_are_called(remade: Any) -> None:
    for format in ("TIFF", "BMP", "ICO", "PPM", "TGA", "PCX"):
        assert unfit(remade, picture(format=format)) == "damaged"


def test_a_decoder_that_takes_too_long_is_ended(
    remade: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(picture_worker, "PROGRAM", endless)
    before = time.monotonic()
    assert unfit(remade, picture(), deadline=0.5) == "damaged"
    assert time.monotonic() - before < 5


def test_a_decoder_that_wants_too_much_memory_gets_none(remade: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a bound this picture is taken: 40 million pixels, a few hundred megabytes to decode."""
    monkeypatch.setattr(picture_worker, "BASE_BYTES", 100 * 2**20)
    monkeypatch.setattr(picture_worker, "PIXEL_BYTES", 0)
    assert unfit(remade, picture((8000, 5000)), pixels=50_000_000) == "damaged"


def test_the_bytes_are_never_decoded_in_the_serving_process() -> None:
    """Importing the package or the whole chat loads no decoder."""
    import subprocess
    import sys

    code = "import chat.files, sys; print('PIL' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
    assert pictures.FORMATS == ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
