"""Tests that the fast path is on as a whole or not at all, and that its list of names is complete."""

import re
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import daphne.server
import pytest

from chat.realtime import fastpath
from chat.realtime.fastpath import types
from chat.realtime.fastpath.daphne import OPEN
from chat.realtime.fastpath.http_channel import GuardedChannel
from chat.realtime.fastpath.names import RELIES_ON, Reliance, missing
from chat.realtime.server.runtime import ServerRuntime
from tests.support.docs import ROOT
from tests.support.renaming import rename

assert daphne.server
EACH = [(one, name) for one in RELIES_ON for name in one.names]


def owner_of(one: Reliance) -> Any:
    module = sys.modules[one.module]
    return getattr(module, one.owner) if one.owner else module


def test_with_the_installed_versions_it_can_be_switched_on() -> None:
    assert fastpath.reason_off(True) is None
    assert owner_of(next(one for one in RELIES_ON if "STATE_OPEN" in one.names)).STATE_OPEN == OPEN


@pytest.mark.parametrize(("one", "name"), EACH, ids=lambda value: getattr(value, "module", value))
def test_one_name_that_is_gone_is_noticed(one: Reliance, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if one.owner:
        put = partial(monkeypatch.setattr, raising=False)
        rename(owner_of(one), name, put, monkeypatch.delattr)
    else:
        monkeypatch.delitem(vars(owner_of(one)), name)
    assert (missing() or "").endswith(f".{name}")
    assert (fastpath.reason_off(True) or "").endswith(f".{name} is missing")


@pytest.mark.parametrize("module", {one.module for one in RELIES_ON})
def test_a_module_that_is_gone_is_noticed(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, module)
    assert (missing() or "").startswith(module)
    assert fastpath.reason_off(True) is not None


def test_the_setting_switches_it_off(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fastpath, "switch_on", lambda *_: pytest.fail("switched on"))
    settings.CHAT_FAST_PATH = False
    ServerRuntime(lambda *_: None)  # type: ignore[arg-type, return-value]


# -- the list --------------------------------------------------------------------------------------


def members(kind: Any) -> set[str]:
    """What a type says that an object has, without what is ours."""
    found = {*kind.__annotations__, *(name for name, value in vars(kind).items() if callable(value))}
    return {name for name in found if not name.startswith(("__", "chat_"))}


def listed(*owners: str) -> set[str]:
    return {name for one in RELIES_ON if one.owner in owners for name in one.names}


# Public names that every version of Twisted has.
PUBLIC = {"transport", "factory", "getPeer"}
OURS = {"stock", "arrivals", "network_of", "network", "files", "looking", "full", "abort", "refuse", "hold"}
LISTED_FOR = {
    types.Transport: listed("Connection"),
    types.WebSocket: listed("WebSocketProtocol", "WebSocketServerProtocol", "WebSocketServerFactory"),
    types.Request: listed("WebRequest"),
    GuardedChannel: listed("HTTPChannel") | OURS | {"go_on", "_look_later"},
}


@pytest.mark.parametrize("kind", LISTED_FOR, ids=lambda kind: kind.__name__)
def test_each_name_that_the_types_know_is_listed(kind: Any) -> None:
    """mypy lets the fast path use no other."""
    assert members(kind) - PUBLIC <= LISTED_FOR[kind]


def rows() -> Iterator[str]:
    for one in RELIES_ON:
        shown = ", ".join(f"`{name}`" for name in one.names)
        yield f"| `{'.'.join(filter(None, (one.module, one.owner)))}` | {shown} | {one.purpose} |"


def test_the_page_shows_the_list() -> None:
    page = (ROOT / "docs/fast-path.md").read_text()
    table = page.partition("\n## What it relies on\n")[2].partition("\n## ")[0]
    assert [line for line in table.splitlines() if line.startswith("| `")] == list(rows())


def test_nobody_else_uses_names_of_daphne() -> None:
    """Other parts of the chat know only the public reactor."""
    packages = "daphne|autobahn|twisted"
    found = {
        path.relative_to(ROOT / "chat").parts[:2]
        for path in (ROOT / "chat").rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(rf'"({packages})\.|^\s*(from|import) ({packages})\b', line)
    }
    assert found == {("realtime", "fastpath"), ("realtime", "transport")}
