"""Tests how much is drawn. They count changes and layouts; times depend on the machine."""

from typing import Any
from uuid import uuid4

from .browsers import Browsers
from .pages import Window, command, post

# What has changed in the document, by the nearest id, and how many animation frames were asked for.
RECORD = """
() => {
  const name = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest('[id], [data-room]');
  const isSame = ({type, target, attributeName, oldValue}) =>
    type === 'attributes' && target.getAttribute(attributeName) === oldValue;
  window.drawn = {changed: [], frames: 0};
  new MutationObserver((records) => {
    for (const record of records)
      if (!isSame(record)) drawn.changed.push(name(record.target)?.id || name(record.target)?.dataset.room);
  }).observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true,
  });
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) => { drawn.frames++; return ask(draw); };
}
"""


def say(window: Window, room: str, body: str) -> None:
    command(window, "message.post", room=room, nonce=str(uuid4()), body=body)


def settle(window: Window) -> None:
    window.page.wait_for_timeout(1000)  # what arrives after the welcome has been drawn


def test_an_idle_page_draws_nothing(alice: Window, bob: Window) -> None:
    settle(alice)
    alice.page.evaluate(RECORD)
    alice.page.wait_for_timeout(2500)
    assert alice.page.evaluate("drawn") == {"changed": [], "frames": 0}


def test_a_message_in_another_room_changes_the_row_of_that_room(browsers: Browsers, alice: Window) -> None:
    first = alice.key
    made = post(alice, "/rooms/new/", name="Elsewhere", kind="public")
    alice.enter(made)
    other, link = alice.key, alice.join_link
    bob = browsers.guest("Bob", link)
    alice.enter(f"/rooms/{first}/")
    settle(alice)
    alice.page.evaluate(RECORD)
    for _ in range(3):
        command(bob, "ping")  # the connection is open before the typing that nobody answers
        bob.page.evaluate("room => window.raw.send(JSON.stringify({type: 'typing', room}))", other)
    say(bob, other, "hello")
    alice.until(f"chat.state().unread['{other}'] === 1")
    alice.page.wait_for_timeout(300)
    drawn = alice.page.evaluate("drawn")
    assert set(drawn["changed"]) <= {other, "elsewhere", "unread-marker", "favicon"}
    assert other in drawn["changed"]
    assert drawn["frames"] <= 1


def layouts(page: Any) -> int:
    found = page.send("Performance.getMetrics")["metrics"]
    return int(next(metric["value"] for metric in found if metric["name"] == "LayoutCount"))


def test_an_incoming_message_costs_one_layout(alice: Window, bob: Window) -> None:
    say(bob, bob.key, "the first opens the connection")
    alice.until("chat.state().messages.length > 0")
    settle(alice)
    page = alice.page.context.new_cdp_session(alice.page)
    page.send("Performance.enable")
    before = layouts(page)
    for number in range(10):
        seq = alice.state["last"]
        say(bob, bob.key, f"message {number}")
        alice.until(f"chat.state().last > {seq}")
        alice.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    cost = (layouts(page) - before) / 10
    assert cost <= 1.2
