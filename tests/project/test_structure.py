"""Tests the code's structure from its syntax trees: import directions, and which modules publish and
listen."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.docs import ROOT
from tests.support.run_once import ONCE

# What each part of the app may import of the others.
MAY_IMPORT = {
    "conf": "",
    "addresses": "conf",
    "ids": "",
    "limits": "",
    "networks": "",
    "protocol": "limits",
    "text": "limits",
    "folding": "limits",
    "latin": "folding",
    "names": "folding latin limits",
    "rendering": "limits text",
    "models": "conf limits networks",
    "files": "conf",
    "emoji": "",
    "queries": "folding limits models protocol text",
    "search.days": "",
    "search.tokenizer": "folding",
    "search.terms": "folding search.tokenizer",
    "search.query_parser": "folding limits search.days search.terms",
    "search.names": "folding models names",
    "search.index": "limits models search.terms",
    "search.indexing": "folding limits models search.tokenizer",
    "search.scope": "folding latin models protocol search.query_parser",
    "search.lookup": (
        "folding limits models protocol queries search.index search.query_parser search.scope search.terms "
        "search.tokenizer"
    ),
    "search": "search.indexing search.lookup search.names",
    "broadcast": "",
    "actions": "broadcast conf emoji files limits models names networks protocol queries text",
    "presence": "broadcast models protocol",
    "writer": "actions protocol",
    "rate_limit": "conf limits networks",
    "asgi": "addresses realtime.routing realtime.server",
    "accounts": "",
    "accounts.cookies": "",
    "accounts.first_run": "actions models protocol",
    "accounts.sessions": "accounts.cookies models protocol",
    "accounts.signals": "actions",
    "admin": "accounts.sessions actions conf limits models protocol web.error_messages writer",
    "apps": "",
    "checks": "",
    "project_checks": "addresses",
    "management": (
        "accounts.first_run actions files limits models protocol queries rendering search text "
        "web.forms writer"
    ),
    "realtime": "",
    "realtime.consumers": (
        "accounts.sessions actions limits presence protocol queries rate_limit realtime.fastpath "
        "realtime.incoming realtime.sending realtime.transport realtime.welcome realtime.writes search text"
    ),
    "realtime.fastpath": "realtime.transport",
    "realtime.hub": "realtime.layers realtime.transport",
    "realtime.incoming": "actions limits protocol text",
    "realtime.layers": "",
    "realtime.origin": "",
    "realtime.process_lock": "",
    "realtime.routing": "addresses protocol realtime.consumers",
    "realtime.sending": "protocol realtime.hub realtime.transport",
    "realtime.server": (
        "accounts.cookies accounts.first_run accounts.sessions actions addresses broadcast conf files "
        "presence protocol queries rate_limit realtime.fastpath realtime.hub realtime.origin "
        "realtime.process_lock realtime.sending realtime.transport rendering search web.error_messages writer"
    ),
    "realtime.transport": "",
    "realtime.welcome": "limits models protocol queries",
    "realtime.writes": "actions models protocol",
    "templatetags": "addresses models protocol queries text web.importmap",
    "urls": "web.views",
    "web": "",
    "web.context_processors": "addresses models",
    "web.csp": "addresses web.importmap",
    "web.error_messages": "actions protocol",
    "web.forms": "limits models text",
    "web.importmap": "",
    "web.middleware": "accounts.sessions addresses",
    "web.views": (
        "accounts.first_run accounts.sessions actions addresses conf files limits models networks protocol "
        "queries rate_limit text web.context_processors web.error_messages web.forms writer"
    ),
}
# Packages whose modules and subpackages are parts of their own.
NESTED = {"accounts", "realtime", "search", "web"}
# The same for the folders of the scripts; main.js, which connects them, may import all.
SCRIPTS_MAY_IMPORT = {
    "shared": "",
    "net": "shared",
    "state": "shared",
    "composer": "shared net state",
    "timeline": "shared state composer",
    "notifications": "shared state timeline",
    "navigation": "shared net state composer",
    "page": "shared net state timeline",
    "actions": "shared net timeline",
    "events": "shared net state",
}
CHAT, SITE = ROOT / "chat", ROOT / "chatsite"
SCRIPTS = CHAT / "static/chat"
SOURCES = sorted(
    path for folder in (CHAT, SITE) for path in folder.rglob("*.py") if "migrations" not in path.parts
)
TREES = {path: ast.parse(path.read_text()) for path in SOURCES}


def part(names: list[str]) -> str:
    """["actions", "rooms"] gives actions, ["web", "forms"] gives web.forms."""
    return ".".join(names[: 2 if names[0] in NESTED else 1])


def part_of(path: Path) -> str:
    """chat/actions/rooms.py belongs to actions, chat/text.py to text."""
    names = path.relative_to(CHAT).with_suffix("").parts
    return part([name for name in names if name != "__init__"])


def imported(path: Path) -> Iterator[str]:
    """Parts of the app that a file imports."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            yield from (part(rest) for package, *rest in names if package == "chat")
        elif isinstance(node, ast.ImportFrom):
            package, *names = _absolute(path, node)
            if package == "chat":
                yield from _parts_of_import(names, node)


def _parts_of_import(names: list[str], node: ast.ImportFrom) -> Iterator[str]:
    for alias in node.names:
        if names[1:] or (names and names[0] not in NESTED):
            yield part(names)
        elif not names or _is_module(names[0], alias.name):
            if alias.name != "__version__":
                yield part([*names, alias.name])
        else:
            yield part(names)


def _is_module(package: str, name: str) -> bool:
    return (CHAT / package / name).is_dir() or (CHAT / package / f"{name}.py").exists()


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
    # The types of ids are for every part.
    assert set(imported(path)) - {part, "ids"} <= set(MAY_IMPORT[part].split())


@pytest.mark.parametrize("folder", SCRIPTS_MAY_IMPORT)
def test_scripts_import_one_way(folder: str) -> None:
    text = "\n".join(path.read_text() for path in (SCRIPTS / folder).glob("*.js"))
    others = set(re.findall(r'^(?:import .*|\}) from "\.\./(\w+)/', text, re.MULTILINE))
    assert others == set(SCRIPTS_MAY_IMPORT[folder].split())


def test_each_script_is_in_a_folder() -> None:
    assert {path.name for path in SCRIPTS.glob("*.js")} == {"main.js"}
    assert {path.parent.name for path in SCRIPTS.glob("*/*.js")} == SCRIPTS_MAY_IMPORT.keys()


@pytest.mark.parametrize("path", sorted(SCRIPTS.rglob("*.js")), ids=lambda path: path.name)
def test_a_script_is_one_idea_and_its_classes_take_few_collaborators(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    for given in re.findall(r"^  constructor\((.*?)\) \{$", text, re.MULTILINE | re.DOTALL):
        assert given.count(",") < 6, given


def test_every_export_of_a_script_is_imported() -> None:
    files = [*SCRIPTS.rglob("*.js"), *(ROOT / "tests/js").glob("*.js")]
    texts = {path: path.read_text() for path in files}
    unused = {
        f"{path.name}: {name}"
        for path in SCRIPTS.rglob("*.js")
        for name in re.findall(
            r"^export (?:async )?(?:const|function|class) (\w+)", texts[path], re.MULTILINE
        )
        if not any(re.search(rf"\b{name}\b", text) for other, text in texts.items() if other != path)
    }
    assert not unused


def test_only_requests_know_the_ref_of_a_command() -> None:
    knowing = {path.name for path in SCRIPTS.rglob("*.js") if re.search(r"\bref\b", path.read_text())}
    assert knowing == {"requests.js", "protocol.js"}


@pytest.mark.parametrize("table", [MAY_IMPORT, SCRIPTS_MAY_IMPORT])
def test_the_import_tables_have_no_cycle(table: dict[str, str]) -> None:
    """Repeatedly removing parts that import nothing that is left must remove all."""
    left = {part: set(others.split()) for part, others in table.items()}
    while free := {part for part, others in left.items() if not others & left.keys()}:
        left = {part: others for part, others in left.items() if part not in free}
    assert not left


def test_nothing_imports_the_server_but_the_asgi_application() -> None:
    assert [
        where(path)
        for path in SOURCES
        if "realtime.server" in set(imported(path)) and "server" not in path.parts
    ] == ["chat/asgi.py:1"]


def test_only_actions_and_presence_publish() -> None:
    """The server only sets the outlet and passes on names of audiences."""
    verbs = {"publish_on_commit", "recheck_access", "send_to_person", "send_ephemeral"}
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
        "realtime.server",
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
    assert found == {"realtime.hub", "broadcast"}


def test_no_import_inside_a_function() -> None:
    """Importing Twisted installs its reactor, so it is imported only where one is needed."""
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


def test_the_domain_has_no_async_code() -> None:
    for part in (
        "limits",
        "protocol",
        "text",
        "models",
        "queries",
        "actions",
        "presence",
        "accounts.sessions",
        "search.lookup",
        "writer",
        "rate_limit",
    ):
        for path in IN_CHAT:
            if part_of(path) == part:
                assert not [where(path, n) for n in ast.walk(TREES[path]) if isinstance(n, ast.Await)]


def test_the_async_side_does_not_use_the_orm() -> None:
    for path in IN_CHAT:
        if part_of(path) in ("realtime.fastpath", "realtime.hub", "realtime.transport", "realtime.layers"):
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


# The words that are ours. Any other thing is called what Django, Channels or a browser calls it.
WORDS = {"seq", "nonce", "hint", "epoch", "snapshot", "catch-up", "audience", "hub"}


def test_the_glossary_explains_the_words_of_ours_and_no_others() -> None:
    text = (ROOT / "docs/architecture.md").read_text().partition("\n## Words\n")[2].partition("\n## ")[0]
    explained = re.findall(r"^\| ([\w-]+) \| \S", text, re.MULTILINE)
    assert sorted(explained) == sorted(["word", *WORDS])


def test_each_word_of_the_glossary_is_used_in_the_code() -> None:
    code = "\n".join(path.read_text() for path in SOURCES)
    assert not {word for word in WORDS if not re.search(rf"\b_?{word.replace('-', '[_-]')}s?\b", code)}


def test_one_thing_has_one_word() -> None:
    """Not channel for room, envelope for message, or websocket for connection."""
    names = {
        (name, where(path, node))
        for path in IN_CHAT
        for node in ast.walk(TREES[path])
        for name in [getattr(node, "name", None) or getattr(node, "arg", None) or getattr(node, "id", None)]
        if isinstance(name, str)
        and name.lower() in ("envelope", "chatroom", "participant", "topic_id", "msg")
    }
    assert not names


def test_what_runs_on_one_database_only_is_there() -> None:
    """A renamed file would silently run twice again."""
    assert [name for name in ONCE if not (ROOT / name).exists()] == []
