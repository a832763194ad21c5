"""Tests files in the page: picked, pasted and dropped, shown without a scroll jump, viewed by keyboard."""

import base64
import io
import re
import wave
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.files.test_files import picture

from .browsers import Browsers
from .pages import Window, post

PASTE = """
(field, [name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], name, {type}));
  field.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}));
}
"""
DRAG = """
([kind, name, data]) => {
  const dataTransfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  dataTransfer.items.add(new File([bytes], name, {type: 'text/plain'}));
  const event = new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true});
  document.getElementById('timeline').dispatchEvent(event);
}
"""
# Some moments of a film, as a browser records it; base64.
FILM = """
async () => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 64, height: 48});
  const paint = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(20), {mimeType: 'video/webm'});
  const parts = [];
  recorder.ondataavailable = ({data}) => parts.push(data);
  const whole = new Promise((done) => { recorder.onstop = done; });
  recorder.start();
  for (let n = 0; n < 8; n++) {
    paint.fillRect(n, n, 8, 8);
    await new Promise((done) => setTimeout(done, 50));
  }
  recorder.stop();
  await whole;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}
"""
SEEK = """
(player, to) => new Promise((done) => {
  player.pause();
  player.onseeked = () => done(player.currentTime);
  player.currentTime = to;
})
"""
LOADED = "() => [...document.querySelectorAll('.picture img')].every((image) => image.naturalWidth)"
# Of all that moves on a page by itself: how far things jumped, of elements that were there already.
WATCH = """
() => {
  window.jumps = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      for (const source of entry.sources)
        window.jumps.push([source.node?.className ?? '', source.previousRect.y, source.currentRect.y]);
  }).observe({type: 'layout-shift', buffered: false});
}
"""


@pytest.fixture
def shots(tmp_path: Path) -> dict[str, Path]:
    """Three pictures of odd shapes."""
    sizes = {"harbour.jpg": (1600, 1200), "mast.png": (300, 1500), "horizon.jpg": (3000, 60)}
    for name, size in sizes.items():
        format = "PNG" if name.endswith("png") else "JPEG"
        (tmp_path / name).write_bytes(picture(size, format))
    return {name: tmp_path / name for name in sizes}


def choose(window: Window, *paths: Path) -> None:
    with window.page.expect_file_chooser() as chooser:
        window.page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(list(paths))


def paste(window: Window, path: Path) -> None:
    data = base64.b64encode(path.read_bytes()).decode()
    window.composer.evaluate(PASTE, ["image.png", "image/png", data])


def drag(window: Window, kind: str, name: str, data: bytes) -> None:
    window.page.evaluate(DRAG, [kind, name, base64.b64encode(data).decode()])


def tray(page: Page) -> Locator:
    return page.get_by_role("list", name="Files to send").get_by_role("listitem")


def ready(window: Window, count: int) -> None:
    expect(window.page.locator("#attachment-tray .ready")).to_have_count(count, timeout=20_000)


class HeldHint:
    """Holds back requests for files until they are released."""

    def __init__(self, window: Window) -> None:
        self.holding, self.routes = True, list[Route]()
        window.page.route(re.compile("/files/"), self._take)

    def _take(self, route: Route) -> None:
        if self.holding:
            self.routes.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        self.holding = False
        for route in self.routes:
            route.continue_()

    def lose(self, name: str) -> None:
        """Breaks the connection of this request; later ones pass."""
        self.holding = False
        next(route for route in self.routes if name in route.request.url).abort()


def test_files_by_button_paste_and_drop_are_seen_by_others_without_a_jump(
    alice: Window, bob: Window, shots: dict[str, Path]
) -> None:
    alice.write(*(f"line {n}" for n in range(30)))
    expect(bob.messages).to_have_count(30)
    alice.composer.fill("From the pier")
    choose(alice, shots["harbour.jpg"], shots["horizon.jpg"])
    paste(alice, shots["mast.png"])
    drag(alice, "dragover", "tide.txt", b"low at nine")
    expect(alice.page.get_by_text("Drop files to attach them")).to_be_visible()
    drag(alice, "drop", "tide.txt", b"low at nine")
    expect(alice.page.get_by_text("Drop files to attach them")).to_be_hidden()
    ready(alice, 4)
    expect(alice.composer).to_have_value("From the pier")
    bob.page.evaluate(WATCH)
    slow = HeldHint(bob)
    alice.composer.press("Enter")
    expect(tray(alice.page)).to_have_count(0)
    message = bob.message("From the pier")
    expect(message.locator(".picture")).to_have_count(3)
    before = places(message)
    # A row of one height; the flat one is as high as it is, the narrow one wide enough for a finger.
    assert [[round(side) for side in size] for _, size in before] == [[213, 160], [400, 44], [44, 160]]
    slow.let_go()
    expect(message.locator(".picture img")).to_have_count(3)
    bob.page.wait_for_function(
        "() => [...document.querySelectorAll('.picture img')].every((i) => i.naturalWidth)"
    )
    assert places(message) == before
    assert not [jump for jump in bob.page.evaluate("jumps") if "picture" in jump[0]]
    expect(message.locator(".file")).to_contain_text("tide.txt")
    with bob.page.expect_download() as download:
        message.get_by_role("link", name="tide.txt").click()
    assert Path(download.value.path()).read_bytes() == b"low at nine"


def places(message: Locator) -> list[Any]:
    """Position and size of each picture."""
    found: list[Any] = message.locator(".picture img").evaluate_all(
        """all => all.map((one) => {
            const {x, y, width, height} = one.getBoundingClientRect();
            return [[x, y], [width, height]];
        })"""
    )
    return found


def test_an_upload_shows_its_progress_and_can_be_cancelled(
    browsers: Browsers, alice: Window, bob: Window, shots: dict[str, Path]
) -> None:
    browsers.errors.expect("ERR_FAILED")
    held = HeldHint(alice)
    alice.composer.fill("words that stay")
    choose(alice, shots["harbour.jpg"], shots["mast.png"])
    expect(tray(alice.page)).to_have_count(2)
    expect(alice.page.get_by_role("progressbar").first).to_be_visible()
    alice.composer.press("Enter")  # not before all of it is there
    expect(alice.composer).to_have_value("words that stay")
    alice.page.get_by_role("button", name="Remove harbour.jpg").click()
    expect(tray(alice.page)).to_have_count(1)
    held.lose("mast.png")
    expect(tray(alice.page)).to_contain_text("Connection lost.")
    alice.page.get_by_role("button", name="Try again").click()
    ready(alice, 1)
    alice.composer.press("Enter")
    expect(bob.message("words that stay").locator(".picture")).to_have_count(1)


def test_a_refused_file_says_why_and_does_not_hold_up_the_message(
    browsers: Browsers, alice: Window, tmp_path: Path
) -> None:
    browsers.errors.expect("status of 422")
    (tmp_path / "film.mov").write_bytes(bytes(26 * 2**20))
    (tmp_path / "torn.jpg").write_bytes(b"")
    alice.composer.fill("words that stay")
    choose(alice, tmp_path / "film.mov", tmp_path / "torn.jpg")
    expect(tray(alice.page).nth(0)).to_contain_text("This file is 26 MB. The limit is 25 MB.")
    expect(tray(alice.page).nth(1)).to_contain_text("This file is empty.")
    expect(alice.page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(alice.composer).to_have_value("words that stay")
    alice.composer.press("Enter")
    alice.see("words that stay")
    expect(tray(alice.page)).to_have_count(0)


def test_pictures_can_be_viewed_by_keyboard(alice: Window, bob: Window, shots: dict[str, Path]) -> None:
    choose(alice, *shots.values())
    ready(alice, 3)
    alice.composer.press("Enter")
    links = bob.page.locator("a[data-picture]")
    expect(links).to_have_count(3)
    links.nth(1).focus()
    bob.page.keyboard.press("Enter")
    box = bob.page.get_by_role("dialog", name="Picture")
    names = list(shots)
    expect(box).to_contain_text(names[1])
    bob.page.keyboard.press("ArrowRight")
    expect(box).to_contain_text(names[2])
    bob.page.keyboard.press("ArrowRight")
    expect(box).to_contain_text(names[0])
    bob.page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text(names[2])
    bob.page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(links.nth(1)).to_be_focused()


def test_audio_and_video_play_in_place(alice: Window, bob: Window) -> None:
    """Seeking works because the server answers ranges."""
    film = base64.b64decode(alice.page.evaluate(FILM))
    with alice.page.expect_file_chooser() as chooser:
        alice.page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(
        [
            {"name": "horn.wav", "mimeType": "text/plain", "buffer": sound(seconds=3)},
            {"name": "tide.webm", "mimeType": "text/plain", "buffer": film},
        ]
    )
    ready(alice, 2)
    answered = set[int]()
    bob.page.on("response", lambda answer: answered.add(answer.status))
    alice.composer.press("Enter")
    for kind in ("audio", "video"):
        player = bob.page.locator(f"#timeline {kind}")
        assert (
            player.evaluate("player => (player.muted = true, player.play().then(() => player.error))") is None
        )
    assert bob.page.locator("#timeline audio").evaluate(SEEK, 2) == 2
    assert answered == {206}, "parts, and nothing whole"


def sound(seconds: int) -> bytes:
    """A WAV file of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8_000)
        recording.writeframes(bytes(2 * 8_000 * seconds))
    return out.getvalue()


def test_deleting_a_message_removes_its_pictures(
    browsers: Browsers, alice: Window, bob: Window, shots: dict[str, Path]
) -> None:
    browsers.errors.expect("status of 404")
    alice.composer.fill("not for you")
    choose(alice, shots["harbour.jpg"])
    ready(alice, 1)
    alice.composer.press("Enter")
    link = bob.message("not for you").locator("a[data-picture]")
    address = link.get_attribute("href")
    alice.delete("not for you")
    expect(bob.page.locator(".picture")).to_have_count(0)
    assert bob.page.evaluate("async (at) => (await fetch(at)).status", address) == 404


def test_files_waiting_in_one_room_are_not_sent_in_another(
    alice: Window, bob: Window, shots: dict[str, Path]
) -> None:
    first = alice.key
    post(alice, "/rooms/new/", name="Elsewhere", kind="public")
    alice.room("Elsewhere").wait_for()
    choose(alice, shots["harbour.jpg"])
    ready(alice, 1)
    alice.room("Elsewhere").click()
    expect(tray(alice.page)).to_have_count(0)
    alice.page.locator(f'nav.sidebar a[data-room="{first}"]').click()
    expect(tray(alice.page)).to_have_count(1)
