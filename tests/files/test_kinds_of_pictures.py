"""Tests pictures as phones and cameras make them: what is shown of them, and what is sent as a plain file."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageDraw

from chat import files

from .test_files import moving, picture, png_of

Paths = tuple[Path, Path, Path]


def encoded(image: Image.Image, format: str, **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, format, **how)
    return out.getvalue()


def test_a_photo_with_a_second_picture_inside_is_one_still_picture(remade: Any, paths: Paths) -> None:
    previews = [Image.new("RGB", (20, 10), "blue")] * 2
    photo = encoded(Image.new("RGB", (60, 40), "red"), "MPO", save_all=True, append_images=previews)
    assert remade(photo) == ("image/jpeg", 60, 40, False)
    with Image.open(paths[1]) as image:
        assert image.format == "JPEG"
        assert b"MPF\0" not in paths[1].read_bytes()


@pytest.mark.parametrize("missing", [2, 20])
def test_a_jpeg_that_ends_early_is_shown(remade: Any, missing: int) -> None:
    assert remade(picture((400, 300))[:-missing]) == ("image/jpeg", 400, 300, False)


def test_a_jpeg_with_more_pixels_than_allowed_is_reduced(remade: Any, paths: Paths) -> None:
    """Like one of 50.3 million pixels, which a phone of fifty makes."""
    assert remade(picture((1300, 800))) == ("image/jpeg", 650, 400, False)
    with Image.open(paths[1]) as image:
        left, right = image.getpixel((100, 200)), image.getpixel((600, 200))
    assert left[0] > 200 > left[2]  # type: ignore[index]
    assert right[2] > 200 > right[0]  # type: ignore[index]


TIMES = [40, 100, 200, 300, 1000]


@pytest.mark.parametrize(
    ("format", "loop", "plays"),
    [("GIF", None, 1), ("GIF", 0, 0), ("GIF", 3, 4), ("PNG", 3, 3), ("WEBP", 3, 3), ("AVIF", None, 0)],
)
def test_each_frame_keeps_its_time_and_the_animation_its_end(
    remade: Any, paths: Paths, format: str, loop: int | None, plays: int
) -> None:
    first, *others = (Image.new("RGB", (20, 10), (n * 40, 0, 0)) for n in range(5))
    how = {} if loop is None else {"loop": loop}
    remade(encoded(first, format, save_all=True, append_images=others, duration=TIMES, **how))
    with Image.open(paths[1]) as image:
        assert (timed(image), image.info["loop"]) == (TIMES, plays)


def timed(image: Any) -> list[int]:
    times = []
    for frame in range(image.n_frames):
        image.seek(frame)
        image.load()
        times.append(image.info["duration"])
    return times


def test_a_still_before_an_animation_is_its_preview_and_no_frame(remade: Any, paths: Paths) -> None:
    frames = [Image.new("RGB", (20, 10), (n * 40, 0, 0)) for n in range(5)]
    still = Image.new("RGB", (20, 10), "white")
    remade(encoded(still, "PNG", save_all=True, default_image=True, append_images=frames, duration=TIMES))
    with Image.open(paths[1]) as image, Image.open(paths[2]) as small:
        assert small.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
        assert image.convert("RGB").getpixel((0, 0)) < (5, 5, 5)  # type: ignore[operator]
        assert timed(image) == TIMES


def test_the_preview_of_sixteen_bit_grey_has_all_its_shades(remade: Any, paths: Paths) -> None:
    image = Image.new("I;16", (900, 10))
    pen = ImageDraw.Draw(image)
    for x in range(900):
        pen.line((x, 0, x, 9), fill=x * 65_535 // 899)
    assert remade(encoded(image, "PNG")).has_thumbnail
    with Image.open(paths[2]) as small:
        shades = [small.convert("L").getpixel((x, 4)) for x in (0, 200, 400, 600, 799)]
    assert shades == pytest.approx([0, 64, 128, 191, 255], abs=3)


@pytest.mark.parametrize("format", ["HEIF", "AVIF"])
def test_photos_of_new_formats_become_ones_that_every_browser_shows(
    remade: Any, paths: Paths, format: str
) -> None:
    pillow_heif.register_heif_opener()
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = 6, "Makers Camera"
    photo = picture((60, 40), format, exif=tags.tobytes())
    assert files.kind_of(BytesIO(photo)).kind == "image"
    assert remade(photo) == ("image/jpeg", 40, 60, False)
    assert b"Makers Camera" not in paths[1].read_bytes()
    with pytest.raises(files.UnshowablePicture, match="pixels"):
        remade(picture((1200, 1000), format))


@pytest.mark.parametrize(
    "data", [png_of(2000, 1001), moving(5), picture(format="PNG")[:60], b"\xff\xd8\xff" + bytes(50)]
)
def test_a_picture_that_cannot_be_shown_is_a_plain_file(data: bytes, settings: Any, tmp_path: Path) -> None:
    settings.CHAT_FILES_DIR = tmp_path
    limits = files.file_limits()._replace(pixels=2_000_000, frames=4)
    stored = files.receive_upload(BytesIO(data), "key", "photo.jpg", limits)
    assert stored[1:6] == ("photo.jpg", "file", "application/octet-stream", len(data), len(data))
    with files.open_file("key") as file:
        assert file.read() == data
