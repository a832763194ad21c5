"""Tests that hostile markup, links and names are shown as text and never run.

Every browser test fails on dialogs, errors and policy violations; these tests provoke them.
"""

import pytest
from playwright.sync_api import expect

from .browsers import Browsers
from .pages import Window, join_by_link

IMAGE = "<img src=x onerror=alert(1)>"
BODIES = [
    IMAGE,
    "<script>alert(1)</script>",
    "**<svg onload=alert(1)>**",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "[press me](javascript:alert(1))",
    "[press me](data:text/html,<script>alert(1)</script>)",
    '![x](x"onerror="alert(1))',
    "```html\n<script>alert(1)</script>\n```",
    "`<b onmouseover=alert(1)>`",
    '<a href="https://example.org" onclick="alert(1)">here</a> **x**',
    '**{{constructor.constructor("alert(1)")()}}** ${alert(1)}',
    "<template><script>alert(1)</script></template>",
    f"[a{'😀' * 95}](https://example.org)",  # cut in the middle, perhaps of a sign
]
ALIVE = "script, img, iframe, svg, object, embed, style, template, form, [onclick], [onerror], [style]"


def test_nothing_that_people_write_runs(alice: Window, bob: Window) -> None:
    alice.write(*BODIES)
    for window in (alice, bob):
        expect(window.messages).to_have_count(len(BODIES))
        assert window.page.locator("#timeline .body").locator(ALIVE).count() == 0
        links = window.page.locator("#timeline .body a[href]").evaluate_all(
            "all => all.map((a) => a.protocol)"
        )
        assert set(links) <= {"https:", "http:", "mailto:"}
        for text in (IMAGE, "<script>alert(1)</script>"):
            expect(window.message(text).first).to_be_visible()


def test_nothing_that_people_write_runs_after_a_reload(alice: Window, bob: Window) -> None:
    """The first page carries messages inside its HTML, which is another way in."""
    alice.write(*BODIES, "</script><script>alert(1)</script>")
    expect(bob.messages).to_have_count(len(BODIES) + 1)
    bob.reload()
    expect(bob.messages).to_have_count(len(BODIES) + 1)
    assert bob.page.locator("#timeline .body").locator(ALIVE).count() == 0


@pytest.mark.parametrize("name", [IMAGE, "</script><script>alert(1)</script>", "\"'><b onclick=alert(1)>"])
def test_names_of_people_and_rooms_never_run(browsers: Browsers, name: str) -> None:
    alice = browsers.owner("Alice", room=name)
    bob = browsers.guest(name, alice.join_link)
    bob.write("Hello")
    alice.see("Hello")
    expect(alice.page.get_by_role("heading", name=name, exact=True).first).to_be_visible()
    expect(alice.room(name)).to_be_visible()
    expect(alice.page.get_by_role("complementary", name="People").get_by_text(name)).to_be_visible()
    alice.reply("Hello", "Hi")
    expect(bob.message("Hi")).to_be_visible()
    bob.composer.press_sequentially("and")
    expect(alice.page.locator("#typing")).to_contain_text(name)
    for path in (f"/rooms/{alice.key}/settings/", "/rooms/"):
        alice.go(path)
        expect(alice.page.get_by_text(name).first).to_be_visible()


def test_a_name_of_only_invisible_characters_is_refused(browsers: Browsers, alice: Window) -> None:
    browsers.errors.expect("400")
    window = browsers.window()
    with pytest.raises(Exception, match="Timeout"):
        join_by_link(window, alice.join_link, "\u200b\u200b")
    expect(window.page.get_by_text("A name needs at least one visible character.")).to_be_visible()


def test_markdown_is_rendered(alice: Window, bob: Window) -> None:
    alice.write("**bold** and `code` and [a page](https://example.org/)")
    body = bob.messages.first.locator(".body")
    expect(body.locator("strong")).to_have_text("bold")
    expect(body.locator("code")).to_have_text("code")
    link = body.get_by_role("link", name="a page")
    expect(link).to_have_attribute("href", "https://example.org/")
    assert "noopener" in (link.get_attribute("rel") or "")
    alice.write("# heading\n\n|" + "wide cell|" * 30 + "\n|" + "-|" * 30 + "\n|" + "1|" * 30)
    body = bob.messages.nth(1).locator(".body")
    heading, table = body.get_by_role("heading", name="heading"), body.get_by_role("table")
    sizes = [one.evaluate("e => getComputedStyle(e).fontSize") for one in (heading, body)]
    assert sizes[0] == sizes[1], "a heading is no larger than the text"
    assert table.evaluate("e => e.parentElement.scrollWidth > e.parentElement.clientWidth")
    assert bob.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "only the table scrolls"


def test_spaces_and_lines_look_the_same_in_plain_and_marked_up_messages(alice: Window, bob: Window) -> None:
    alice.write("b  c\n\n\n    indented\n\tx\nend", "*b*  c\n\n\n    indented\n\tx\nend")
    plain, marked_up = (bob.messages.nth(at).locator(".body") for at in (0, 1))
    expect(marked_up.locator("em")).to_have_text("b")
    assert marked_up.inner_text() == plain.inner_text()
    heights = [one.evaluate("e => e.offsetHeight") for one in (plain, marked_up)]
    assert heights[0] == heights[1] > 0


def test_html_enters_the_page_only_through_the_chat_s_trusted_types_policy(
    browsers: Browsers, alice: Window
) -> None:
    browsers.errors.expect("policy: ", "Content Security [Pp]olicy", "Trusted(HTML|Script)")
    for way in (
        "document.body.innerHTML = '<b>x</b>'",
        "document.createElement('div').insertAdjacentHTML('beforeend', '<b>x</b>')",
        "trustedTypes.createPolicy('chat', {createHTML: (x) => x})",
        "trustedTypes.createPolicy('mine', {createHTML: (x) => x})",
        "setTimeout('alert(1)')",
    ):
        refused = alice.page.evaluate(f"() => {{ try {{ {way}; return false }} catch {{ return true }} }}")
        assert refused, way
