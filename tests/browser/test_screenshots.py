"""Draws the README's picture and a screenshot of every state.

`make screenshots` draws them all, `make screenshots ARGS="-k 'readme or offline'"` some.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bin import dev
from tests import services

from . import screenshots
from .browsers import BrowserPool, Browsers, Site
from .pages import Window, post, set_up_workspace
from .showcase import Showcase
from .states import STATES

FOLDER = Path(dev.ROOT, "data", "screenshots")
PICTURE = Path(dev.ROOT, "docs", "screenshot.png")

NIGHT = """It did. Somebody pulled the plug at two, and nothing was lost:
```console
$ kill -9 4711
$ make run
The chat is at http://127.0.0.1:8000
```"""
# How long ago each was said, in minutes: a day is not talked away within one.
AGO = [58, 51, 43, 41, 22, 9, 8, 3]
BACKDATE = """
import datetime, json
from django.utils import timezone
from chat.models import Message
ago = json.loads({ago!r})
for message, minutes in zip(Message.objects.filter(room__key={room!r}).order_by("pk"), ago):
    when = timezone.now() - datetime.timedelta(minutes=minutes)
    Message.objects.filter(pk=message.pk).update(created_at=when)
"""
REACT = """
([message, emoji]) => new Promise((done) => {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/`);
  socket.onmessage = ({data}) => {
    const {type} = JSON.parse(data);
    if (type === 'welcome') socket.send(JSON.stringify({type: 'reaction.add', message, emoji}));
    if (type === 'ack') { socket.close(); done(); }
  };
})
"""


@pytest.fixture(scope="module")
def showcase(pool: BrowserPool) -> Iterator[Showcase]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    showcase = Showcase(pool.browser)
    yield showcase
    showcase.end()
    screenshots.contact_sheet(FOLDER)


@pytest.mark.screenshots
@pytest.mark.parametrize("name", STATES)
def test_each_state_is_drawn_without_faults(showcase: Showcase, name: str) -> None:
    assert not screenshots.check_state(showcase, name, folder=FOLDER)


@pytest.mark.screenshots
@pytest.mark.parametrize("variant", screenshots.VARIANTS)
@pytest.mark.parametrize("name", screenshots.VARIED_STATES)
def test_states_are_drawn_in_forced_colours_mirrored_and_compact(
    showcase: Showcase, name: str, variant: str
) -> None:
    """In forced colours, mirrored, and with the compact density."""
    assert not screenshots.check_variant(showcase, name, variant, FOLDER)


@pytest.mark.screenshots
def test_the_readme_shows_a_room_in_the_middle_of_its_day(browsers: Browsers, site: Site) -> None:
    ines = browsers.window()
    set_up_workspace(ines, services.setup_link(site.servers[0]), "Lighthouse", "Ines Duarte")
    for name in ("读书会", "Night shift"):
        post(ines, "/rooms/new/", name=name, topic="", kind="public")
    harbour = post(
        ines, "/rooms/new/", name="Harbour", topic="A new lamp for the north mole, by Friday", kind="public"
    )
    ines.enter(harbour)
    names = ("Tom Okafor", "王若水", "Mara Ellison", "陈默", "林夏", "Jonas Weber")
    tom, ruoshui, mara, mo, xia, jonas = (browsers.guest(name, ines.join_link) for name in names)
    browsers.upgrade(mara)
    for absent in (tom, ruoshui):
        absent.page.close()
    mara.write("Morning. The new lamp is in, and it turns.")
    together(mara, mo)
    mo.write("早。昨晚的记录我传上去了，一共 214 条，没有丢，也没有重。")
    together(mo, ines)
    ines.write("Did the night test hold?")
    together(ines, mara)
    mara.act("Did the night test hold?", "Reply")
    mara.composer.fill(NIGHT)
    mara.composer.press("Enter")
    together(mara, xia)
    xia.write("断网的时候我在船上写了三条，靠岸以后自己发出去了，顺序也对。")
    together(xia, ines)
    for fan in (mo, jonas, ines):
        fan.page.evaluate(REACT, [fan.state["messages"][3], "🎉"])
    ines.until("chat.state().read_up_to === chat.state().messages.at(-1)")
    ines.page.close()  # and while she is away
    mo.reply("断网的时候我在船上写了三条，靠岸以后自己发出去了，顺序也对。", "那就定了：周五上线。")
    together(mo, mara)
    mara.write("Friday it is. I will bring the long ladder, and a cake.")
    together(mara, jonas)
    jonas.write("Then I bring coffee for six.")
    together(jonas, mo)
    elsewhere(mara)
    services.manage("shell", "-c", BACKDATE.format(ago=json.dumps(AGO), room=mo.key), env=site.env)

    # A page is kept for each seq: with another one it is made anew, and with these times.
    xia.page.evaluate(REACT, [xia.state["messages"][3], "🎉"])
    ines = Window(ines.page.context.new_page(), ines.address).enter(harbour)
    browsers.guest("سلمى حداد", ines.join_link)
    expect(ines.notices).to_contain_text(["سلمى حداد joined with an invite link."])
    xia.composer.press_sequentially("蛋糕")
    expect(ines.page.locator("#typing")).to_have_text("林夏 is typing...")
    ines.page.mouse.move(640, 770)
    expect(ines.page.locator("#timeline .divider")).to_be_visible()
    expect(ines.people).to_contain_text("Offline 2")
    ines.page.screenshot(path=PICTURE)


def together(*windows: Window) -> None:
    """Waits until all have the last message."""
    last = max(window.state["ahead"] for window in windows)
    for window in windows:
        window.until(f"chat.state().outbox === 0 && chat.state().cursor >= {last}")


def elsewhere(mara: Window) -> None:
    """Two other rooms with unread messages."""
    home = mara.key
    mara.go("/rooms/")
    for name, words in (
        ("Night shift", ["All quiet since two."]),
        ("读书会", ["下周读第三章。", "谁来开头？"]),
    ):
        mara.page.get_by_role("button", name=f"Join {name}").click()
        mara.connected()
        mara.write(*words)
        mara.see(*words)
        mara.go("/rooms/")
    mara.enter(f"/rooms/{home}/")
