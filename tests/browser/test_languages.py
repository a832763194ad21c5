"""Tests 简体中文 on every page, in times, notices and screen reader texts."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests import services

from .browsers import Browsers
from .pages import Window

CHINESE: dict[str, Any] = {"locale": "zh-CN"}
# Names of people, places, rooms and languages; what is a code and not a word.
NAMES = (
    r"Alice|Bob|Lighthouse|Lobby|Room \d+|person-\d+|English|UTC|HOST=|Redis|manage\.py chat_setup"
    r"|[\w.]+:\d+/join/[\w-]+/?"
)

SEEN = """
() => {
  const said = [document.title];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const {parentElement: on, data} = texts.currentNode;
    const names = 'script, .avatar, .body:not(.placeholder), .quote bdi';
    if (on.checkVisibility() && !on.closest(names)) said.push(data);
  }
  for (const one of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      if (one.checkVisibility()) said.push(one.getAttribute(name) ?? '');
  const names = [...document.querySelectorAll('.item-list .item-text > a')].map((room) => room.textContent);
  const others = (text) => names.reduce((left, name) => left.replace(name, ''), text);
  return said.map(others).map((text) => text.trim()).filter(Boolean);
}
"""


def english(page: Page) -> list[str]:
    """English texts left on this page."""
    left = [re.sub(NAMES, "", text) for text in page.evaluate(SEEN)]
    return sorted({text for text in left if re.search("[A-Za-z]{2,}", text)})


@pytest.fixture
def alice(browsers: Browsers) -> Window:
    return browsers.owner("Alice", **CHINESE)


@pytest.fixture
def bob(browsers: Browsers, alice: Window) -> Window:
    return browsers.guest("Bob", alice.join_link, **CHINESE)


def test_switching_the_language_keeps_the_draft(browsers: Browsers) -> None:
    alice = browsers.owner("Alice")
    alice.write("hello")
    alice.see("hello")
    alice.composer.fill("not finished")
    alice.page.get_by_role("button", name="Alice").click()
    alice.page.get_by_role("button", name="简体中文").click()
    alice.connected()
    expect(alice.page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(alice.page.get_by_role("button", name="发送")).to_be_visible()
    expect(alice.composer).to_have_value("not finished")
    expect(alice.page.get_by_role("heading", name=re.compile("今天.*月.*日"))).to_be_visible()
    assert not english(alice.page)
    alice.page.get_by_role("button", name="Alice").click()
    alice.page.get_by_role("button", name="English").click()
    expect(alice.page.get_by_role("button", name="Send")).to_be_visible()


def test_nothing_in_a_room_is_left_in_english(browsers: Browsers, alice: Window, bob: Window) -> None:
    browsers.errors.expect("ERR_INTERNET_DISCONNECTED", "WebSocket connection to")
    left = {}
    bob.write("第一条", "第二条", "第三条")
    alice.see("第一条", "第二条", "第三条")
    bob.composer.press("ArrowUp")
    left["editing"] = english(bob.page)
    bob.page.keyboard.type("，改了")
    bob.page.keyboard.press("Enter")
    alice.message("第一条").hover()
    left["actions"] = english(alice.page)
    alice.message("第一条").get_by_role("button", name="回复").click()
    alice.write("答复")
    alice.message("第二条").hover()
    alice.message("第二条").get_by_role("button", name="更多").click()
    alice.message("第二条").get_by_role("button", name="删除").click()
    left["sure?"] = english(alice.page)
    alice.message("第二条").get_by_role("button", name="删除").click()
    expect(bob.page.locator(".placeholder")).to_have_count(1)
    bob.composer.press_sequentially("我")
    expect(alice.page.locator("#typing")).not_to_be_empty()
    expect(alice.notices).to_have_text(["Bob 通过邀请链接加入。"])
    left["writing"] = english(alice.page)
    alice.page.get_by_role("button", name="Alice").click()
    left["menu"] = english(alice.page)
    alice.page.keyboard.press("Escape")
    alice.page.locator("#invite").click()
    left["invite"] = english(alice.page)
    alice.page.keyboard.press("Escape")
    bob.page.context.set_offline(True)
    bob.write("等着")
    expect(bob.banner).to_be_visible()
    left["offline"] = english(bob.page)
    alice.composer.fill("字" * 4_100)
    left["too long"] = english(alice.page)
    assert not {where: what for where, what in left.items() if what}


def test_nothing_on_any_other_page_is_left_in_english(
    browsers: Browsers, alice: Window, bob: Window, new_site: services.Server
) -> None:
    browsers.errors.expect("40[034]", "503")
    key, link, left = alice.key, alice.join_link, {"empty": english(alice.page)}
    paths = [
        "/rooms/",
        "/rooms/new/",
        f"/rooms/{key}/settings/",
        "/profile/",
        "/rooms/no/",
    ]
    for path in (*paths, f"/rooms/{browsers.site.lobby}/", "/accounts/logout/"):
        left[path] = english(alice.go(path).page)
    for path in ("/rooms/", "/rooms/new/", "/profile/", "/profile/account/"):
        left[f"guest: {path}"] = english(bob.go(path).page)
    stranger = browsers.window(**CHINESE)
    sign_up = f"/accounts/signup/?next={urlsplit(link).path}"
    for path in (link, "/accounts/login/", sign_up, "/accounts/signup/", "/join/nowhere/"):
        left[path] = english(stranger.go(path).page)
    for path in (link, "/accounts/login/", sign_up):
        left[f"mistakes: {path}"] = mistakes(stranger.go(path).page)
    left["mistakes: /rooms/new/"] = mistakes(alice.go("/rooms/new/").page)
    left["mistakes: /profile/account/"] = mistakes(bob.go("/profile/account/").page)
    first = browsers.window(new_site.url, **CHINESE).go("/").page
    left["not set up"] = english(first)
    left["wrong link"] = english(browsers.window(new_site.url, **CHINESE).go("/setup/wrong/").page)
    first = browsers.window(new_site.url, **CHINESE).go(services.setup_link(new_site)).page
    left["first run"] = english(first)
    left["mistakes: first run"] = mistakes(first)
    assert not {where: what for where, what in left.items() if what}


def mistakes(page: Page) -> list[str]:
    """Sends the form as it is, then with a bad password, and reads the errors."""
    button = page.locator("main form .button").first
    button.click()
    said = english(page)
    secret = page.locator("input[type=password]")
    if secret.count():
        for bad in ("kurz", "1" * 14):
            for field in page.locator("main form input[type=text]").all():
                field.fill("名字")
            secret.first.fill(bad)
            button.click()
            said += english(page)
    return said
