"""Which way imports point, who announces and who listens: read from the syntax tree, so that it stays so."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import ROOT

# What each part of the app may import of the others. Down the ladder first, then what stands beside it.
MAY_IMPORT = {
    "limits": "",
    "protocol": "limits",
    "text": "limits",
    "rendering": "limits text",
    "words": "",
    "networks": "",
    "question": "words",
    "models": "limits networks",
    # bytes, names and the disk
    "files": "",
    "emoji": "",
    "queries": "limits models protocol question words",
    "broadcast": "",
    "actions": "broadcast emoji files limits models networks protocol queries text words",
    "presence": "broadcast models protocol",
    "writer": "actions protocol",
    "incoming": "actions limits protocol text",
    "consumers": (
        "actions incoming limits logins presence protocol queries rate_limit telling text transport welcome"
    ),
    "welcome": "limits models protocol queries",
    # pages, moderators, commands: they ask actions, through the writer
    "first_run": "actions models protocol",
    "views": (
        "actions context files first_run forms limits logins models protocol queries rate_limit refusals "
        "text writer"
    ),
    "admin": "actions limits models protocol refusals writer",
    "management": "actions files first_run forms limits models protocol queries rendering text writer",
    "forms": "limits models text",
    "refusals": "actions protocol",
    "receivers": "actions",
    "rate_limit": "limits networks",
    "context": "models",
    "templatetags": "importmap models protocol queries text",
    "checks": "",
    "apps": "",
    "csp": "importmap",
    "importmap": "",
    "urls": "views",
    "routing": "consumers protocol",
    # the async side: connections and bytes; no ORM, no verbs
    "transport": "",
    "hub": "layers transport",
    "layers": "",
    "lease": "",
    "handshake": "",
    "telling": "hub protocol transport",
    "logins": "models protocol",
    "access": "logins",
    # knows both sides
    "edge": (
        "actions broadcast files first_run handshake hub lease logins presence protocol queries rate_limit "
        "refusals rendering telling transport writer"
    ),
}
# The same for the folders of the scripts; main.js, hands.js and inbox.js beside them know them all.
SCRIPTS_MAY_IMPORT = {
    "shared": "",
    "wire": "shared",
    "state": "shared",
    "writing": "shared wire state",
    "timeline": "shared state writing",
    "hearing": "shared state timeline",
    "finding": "shared wire state writing",
    "page": "shared wire state timeline",
}
CHAT, SITE = ROOT / "chat", ROOT / "chatsite"
SCRIPTS = CHAT / "static/chat"
SOURCES = sorted(
    path for folder in (CHAT, SITE) for path in folder.rglob("*.py") if "migrations" not in path.parts
)
TREES = {path: ast.parse(path.read_text()) for path in SOURCES}


def part_of(path: Path) -> str:
    """chat/actions/rooms.py is of actions, chat/text.py of text."""
    return path.relative_to(CHAT).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Parts of the app that a file imports."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("chat."))
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(path, node)
            if module == ["chat"]:
                yield from (name.name for name in node.names if name.name != "__version__")
            elif module[0] == "chat":
                yield module[1]


def _absolute(path: Path, node: ast.ImportFrom) -> list[str]:
    package = [*path.relative_to(ROOT).parts[:-1]]
    base = package[: len(package) - node.level + 1] if node.level else []
    return [*base, *(node.module.split(".") if node.module else [])]


def where(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


IN_CHAT = [path for path in SOURCES if CHAT in path.parents and path != CHAT / "__init__.py"]


@pytest.mark.parametrize("path", IN_CHAT, ids=lambda path: str(path.relative_to(CHAT)))
def test_imports_point_one_way(path: Path) -> None:
    part = part_of(path)
    assert part in MAY_IMPORT, f"say in MAY_IMPORT what {part} may import"
    assert set(imported(path)) - {part} <= set(MAY_IMPORT[part].split())


@pytest.mark.parametrize("folder", SCRIPTS_MAY_IMPORT)
def test_scripts_import_one_way(folder: str) -> None:
    text = "\n".join(path.read_text() for path in (SCRIPTS / folder).glob("*.js"))
    others = set(re.findall(r'^(?:import .*|\}) from "\.\./(\w+)/', text, re.MULTILINE))
    assert others == set(SCRIPTS_MAY_IMPORT[folder].split())


def test_each_script_is_in_a_folder() -> None:
    assert {path.name for path in SCRIPTS.glob("*.js")} == {"main.js", "hands.js", "inbox.js"}
    assert {path.parent.name for path in SCRIPTS.glob("*/*.js")} == SCRIPTS_MAY_IMPORT.keys()


@pytest.mark.parametrize("table", [MAY_IMPORT, SCRIPTS_MAY_IMPORT])
def test_the_tables_themselves_have_no_circle(table: dict[str, str]) -> None:
    """Taking away, again and again, what imports nothing that is left ends with nothing left."""
    left = {part: set(others.split()) for part, others in table.items()}
    while free := {part for part, others in left.items() if not others & left.keys()}:
        left = {part: others for part, others in left.items() if part not in free}
    assert not left


def test_nothing_imports_the_edge_but_the_site_s_asgi() -> None:
    assert [
        where(path) for path in SOURCES if "edge" in set(imported(path)) and "edge" not in path.parts
    ] == ["chatsite/asgi.py:1"]


def test_only_actions_and_presence_announce() -> None:
    """The edge hands in the outlet and hands on the names of audiences; it says nothing."""
    verbs = {"announce", "look_again", "tell_person", "flash"}
    told = {
        part_of(path)
        for path in IN_CHAT
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Attribute)
        and node.attr in verbs
        and isinstance(node.value, ast.Name)
        and node.value.id == "broadcast"
    }
    assert told == {"actions", "presence"}
    assert {part_of(path) for path in IN_CHAT if "broadcast" in set(imported(path))} == {
        "actions",
        "presence",
        "edge",
    }


def test_only_the_hub_listens() -> None:
    listening = {"new_channel", "group_add", "group_discard", "group_send", "get_channel_layer"}
    found = {
        part_of(path)
        for path in IN_CHAT
        for node in ast.walk(TREES[path])
        if (isinstance(node, ast.Attribute) and node.attr in listening)
        or (isinstance(node, ast.Constant) and node.value in listening)
    }
    # broadcast sends where there is no hub: a command in a process of its own.
    assert found == {"hub", "broadcast"}


def test_no_import_inside_a_function() -> None:
    """Twisted installs its reactor when it is imported: only when one is needed, and only there."""
    inside = {
        where(path)
        for path, tree in TREES.items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and [name.name for name in node.names] != ["reactor"]
    }
    assert not inside


def test_rows_are_written_by_actions_and_by_no_override() -> None:
    overrides = {"save", "delete", "bulk_create", "bulk_update", "save_base"}
    found = [
        where(path, node)
        for path in IN_CHAT
        if part_of(path) == "models"
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.FunctionDef) and node.name in overrides
    ]
    assert not found


def test_the_ladder_s_lower_half_knows_no_async() -> None:
    for part in (
        "limits",
        "protocol",
        "text",
        "words",
        "question",
        "models",
        "queries",
        "actions",
        "presence",
        "logins",
        "writer",
        "rate_limit",
    ):
        for path in IN_CHAT:
            if part_of(path) == part:
                assert not [where(path, n) for n in ast.walk(TREES[path]) if isinstance(n, ast.Await)]


def test_the_async_side_knows_no_orm() -> None:
    for path in IN_CHAT:
        if part_of(path) in ("hub", "transport", "layers"):
            modules = {n.module or "" for n in ast.walk(TREES[path]) if isinstance(n, ast.ImportFrom)}
            assert not [name for name in modules if name.startswith("django")], where(path)


# -- how it reads --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_idea_with_a_docstring(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    if text.strip() and path != CHAT / "__init__.py":
        assert ast.get_docstring(TREES[path]), "which question does it answer?"
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 30, where(path, node)


WORDS = {
    "room", "membership", "person", "message", "author", "body", "command", "event", "nonce", "seq",
    "snapshot", "catch-up", "connection", "session", "presence", "hub", "group", "audience", "hint",
    "broadcast", "fan-out", "moderator", "history", "mute", "kick", "ban", "delete",
}  # fmt: skip


def test_every_word_of_ours_is_explained() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    rows = [line.split("|")[1] for line in text.partition("## Words")[2].splitlines() if line.startswith("|")]
    explained = {word.strip() for row in rows for part in row.split(";") for word in part.split(",")}
    assert not WORDS - explained


def test_one_thing_has_one_word() -> None:
    """Not: channel for room, envelope for message, websocket for connection."""
    names = {
        (name, where(path, node))
        for path in IN_CHAT
        for node in ast.walk(TREES[path])
        for name in [getattr(node, "name", None) or getattr(node, "arg", None) or getattr(node, "id", None)]
        if isinstance(name, str)
        and name.lower() in ("envelope", "chatroom", "participant", "topic_id", "msg")
    }
    assert not names
