"""Tests scrolling through three hundred messages: none missing, and no jump while older ones load."""

import pytest
from playwright.sync_api import Locator, expect

from .browsers import BrowserPool, Browsers
from .pages import Window, post_many

MANY = 300
PIXEL = 1.0
LINE, LINE_OF_CODE = 26, 22

# Notes the first words that are wholly in view, and later how far they went.
MARK = """
() => {
  const log = document.getElementById('timeline');
  const top = log.getBoundingClientRect().top;
  const at = (line) => line.querySelector('.body').getBoundingClientRect().top;
  const line = [...log.querySelectorAll('.message')].find((one) => at(one) >= top);
  window.marked = {id: line.id, at: at(line)};
}
"""
LISTEN = """
() => {
  window.turned = false;
  const over = () => { window.turned = true; };
  document.getElementById('timeline').addEventListener('scrollend', over, {once: true});
}
"""
MOVED = """
() => {
  const line = document.getElementById(window.marked.id).querySelector('.body');
  return line.getBoundingClientRect().top - window.marked.at;
}
"""


@pytest.fixture(scope="module")
def told(pool: BrowserPool) -> str:
    """The link of a room with three hundred messages, some of them long."""
    browsers = Browsers(pool)
    alice = browsers.owner("Alice")
    long = "long words " * 30
    bodies = [f"number {n}" if n % 7 else f"number {n} {long}" for n in range(MANY)]
    post_many(alice, bodies)
    link = alice.join_link
    browsers.close()
    return link


@pytest.fixture
def bob(browsers: Browsers, told: str) -> Window:
    bob = browsers.guest("Bob", told)
    expect(bob.messages.last).to_contain_text(f"number {MANY - 1}")
    return bob


def numbers(window: Window) -> list[int]:
    return [int(text.split()[1]) for text in window.bodies.all_text_contents()]


def test_the_line_being_read_does_not_move_when_older_ones_come(bob: Window) -> None:
    loaded = len(numbers(bob))
    assert loaded < MANY
    while loaded < MANY:
        bob.page.evaluate("document.getElementById('timeline').scrollTop = 60")
        bob.page.evaluate(MARK)
        # Where it stood at 60 already, setting it again is no scrolling: say so.
        nudge = "document.getElementById('timeline').dispatchEvent(new Event('scroll'))"
        bob.until(f"{nudge} && document.querySelectorAll('#timeline .message').length > {loaded}")
        assert abs(bob.page.evaluate(MOVED)) <= PIXEL
        loaded = len(numbers(bob))
    assert numbers(bob) == list(range(MANY))
    assert not bob.state["at_end"] or len(bob.state["messages"]) == MANY


def test_the_line_being_read_does_not_move_while_scrolling_with_the_wheel(bob: Window) -> None:
    """With a wheel everything moves: by what was turned, and by nothing else. What is left of one turn may
    belong to the next."""
    bob.page.get_by_role("log").hover()
    turned = 0
    while numbers(bob)[0] > 0:
        assert turned < 200, "the upper end is not reached"
        bob.page.evaluate(MARK)
        bob.page.evaluate(LISTEN)
        loaded = len(numbers(bob))
        bob.page.mouse.wheel(0, -250)
        # Until that turn is over; at the upper end nothing turns, but more comes.
        bob.until(f"window.turned || document.querySelectorAll('#timeline .message').length > {loaded}")
        assert abs(bob.page.evaluate(MOVED)) <= 2 * 250 + PIXEL
        turned += 1
    assert numbers(bob) == list(range(numbers(bob)[-1] + 1))


def test_the_line_being_read_does_not_move_when_something_around_it_changes(
    browsers: Browsers, alice: Window
) -> None:
    post_many(alice, [f"number {n}" for n in range(45)])
    bob = browsers.guest("Bob", alice.join_link)
    bob.see(*(f"number {n}" for n in range(45)))
    bob.page.evaluate("document.getElementById('timeline').scrollTop = 500")
    expect(bob.page.get_by_role("button", name="Jump to latest")).to_be_visible()
    bob.page.evaluate(MARK)
    first = alice.message("number 0")
    first.scroll_into_view_if_needed()
    alice.edit("number 0", "long words " * 60)
    expect(bob.message("number 0")).to_have_count(0)
    assert abs(bob.page.evaluate(MOVED)) <= PIXEL
    alice.write("below")
    expect(bob.page.get_by_role("button", name="1 new below")).to_be_visible()
    assert abs(bob.page.evaluate(MOVED)) <= PIXEL
    bob.page.get_by_role("button", name="1 new below").click()
    expect(bob.message("below")).to_be_in_viewport()


def test_a_button_jumps_from_far_above_to_the_newest(bob: Window) -> None:
    for _ in range(20):
        bob.page.evaluate("document.getElementById('timeline').scrollTop = 0")
        bob.page.wait_for_timeout(50)
    bob.until(f"chat.state().messages.length > {MANY // 2}")
    bob.page.get_by_role("button", name="Jump to latest").click()
    expect(bob.message(f"number {MANY - 1}")).to_be_in_viewport()
    bob.until("chat.state().at_end")
    expect(bob.page.locator("#jump-down")).to_be_hidden()


def test_your_own_new_message_scrolls_into_view(bob: Window) -> None:
    bob.page.evaluate("document.getElementById('timeline').scrollTop = 0")
    expect(bob.page.get_by_role("button", name="Jump to latest")).to_be_visible()
    bob.composer.fill("number 300")
    bob.composer.press("Enter")
    expect(bob.message("number 300")).to_be_in_viewport()


def box(of: Locator) -> dict[str, float]:
    box = of.bounding_box()
    assert box
    return {**box}


def opens_in_place(more: Locator, folded: Locator, lines: int) -> None:
    """The button unfolds the rest below the line being read, which does not move."""
    more.scroll_into_view_if_needed()
    before = box(folded)
    more.press("Enter")
    expect(more).to_have_count(0)
    after = box(folded)
    assert abs(after["y"] - before["y"]) <= PIXEL
    assert after["height"] >= lines


def test_a_very_long_message_is_folded_and_opens_in_place(alice: Window) -> None:
    long, code = "\n".join(f"line {n}" for n in range(40)), "\n".join(f"x = {n}" for n in range(30))
    alice.write(long, f"```python\n{code}\n```", "the end")
    expect(alice.messages).to_have_count(3)
    words, program = alice.bodies.nth(0), alice.bodies.nth(1).locator("pre")
    whole = alice.page.get_by_role("button", name="Show full message")
    all_lines = alice.page.get_by_role("button", name="Show all 30 lines")
    assert box(words)["height"] == 24 * LINE
    assert box(program)["height"] == 20 * LINE_OF_CODE + 18
    opens_in_place(all_lines, program, 30 * LINE_OF_CODE)
    opens_in_place(whole, words, 40 * LINE)
    alice.edit("the end", "the very end")
    expect(alice.message("the very end")).to_be_visible()
    expect(alice.page.locator(".unfold")).to_have_count(0)
    alice.reload()
    expect(whole.or_(all_lines)).to_have_count(2)
