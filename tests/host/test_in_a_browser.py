"""Tests the chat of the host project in Chromium: joining, talking, uploading, following a permalink."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.browsers import PATIENCE, launched
from tests.browser.pages import Window, join_by_link

from .site import OWNER, PASSWORD, PREFIX, HostServer

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright.chromium)
        yield browser
        browser.close()


def window(browser: Browser, server: HostServer) -> tuple[Window, list[str]]:
    """With what the browser complains about."""
    page = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800}).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return Window(page, server.url), complaints


def signed_in(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/login/?next={PREFIX}/")
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_people_join_talk_upload_and_follow_a_permalink(
    browser: Browser, server: HostServer, tmp_path: Path
) -> None:
    (olga, said), (gus, heard) = window(browser, server), window(browser, server)
    signed_in(olga.page, server.url)
    olga.connected()
    assert olga.page.url == f"{server.chat}/rooms/{olga.key}/"
    assert olga.join_link.startswith(f"{server.chat}/join/")
    join_by_link(gus, olga.join_link, "Hana")
    gus.write("hello club")
    olga.write("hello Hana")
    for one in (olga, gus):
        expect(one.bodies).to_have_text(["hello club", "hello Hana"])
    expect(olga.people.get_by_text("Hana")).to_be_visible()

    (tmp_path / "route.txt").write_text("left at the bridge")
    gus.page.locator("#attach-files").set_input_files(tmp_path / "route.txt")
    gus.page.locator("#attachment-tray .ready").wait_for()
    gus.write("the route")
    link = olga.page.get_by_role("link", name="route.txt")
    expect(link).to_be_visible()
    address = link.get_attribute("href") or ""
    assert address.startswith(f"{PREFIX}/files/")
    assert olga.page.context.request.get(server.url + address).text() == "left at the bridge"

    first = olga.message("hello club").get_attribute("data-message")
    olga.page.goto(f"{server.chat}/rooms/{olga.key}/{first}/")
    olga.connected()
    expect(olga.page.locator(".message.highlighted .body")).to_have_text("hello club")
    gus.page.reload()
    gus.connected()
    expect(gus.bodies.last).to_have_text("the route")
    assert not [*said, *heard]


def test_pages_around_the_room_work_under_the_prefix(browser: Browser, server: HostServer) -> None:
    olga, said = window(browser, server)
    signed_in(olga.page, server.url)
    olga.connected()
    page = olga.page
    page.goto(f"{server.chat}/rooms/new/")
    page.get_by_label("Room name").fill("Rides")
    page.get_by_role("button", name="Create room").click()
    olga.connected()
    expect(page.get_by_role("heading", name="Rides")).to_be_visible()
    for path in ("rooms/", "direct/", "profile/", f"rooms/{olga.key}/settings/"):
        assert (page.goto(f"{server.chat}/{path}") or page).url == f"{server.chat}/{path}"  # type: ignore[union-attr]
        page.locator("nav.back-link a").click()
        olga.connected()
    assert not said


def test_signing_out_is_the_project_s(browser: Browser, server: HostServer) -> None:
    olga, _ = window(browser, server)
    signed_in(olga.page, server.url)
    olga.connected()
    olga.page.goto(f"{server.chat}/profile/")
    olga.page.get_by_role("button", name="Sign out").click()
    expect(olga.page.get_by_text("Next ride on Sunday.")).to_be_visible()
    assert olga.page.evaluate("document.body.dataset.ran") == "yes", "their own scripts run"
    olga.page.goto(f"{server.chat}/")
    assert olga.page.url == f"{server.url}/accounts/login/?next={PREFIX}/"
