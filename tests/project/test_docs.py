"""Tests that the documents match the code."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.template.loader import render_to_string

from chat import limits
from chat.conf import ChatSettings, Setting
from chat.protocol import COMMANDS, EVENTS, Close, Code, Reason, parse
from tests.support.docs import ROOT, protocol_examples

PROTOCOL = (ROOT / "docs/protocol.md").read_text()
SCRIPT = (ROOT / "chat/static/chat/net/protocol.js").read_text()


DOCUMENTS = [path for folder in (".", "docs", "bench") for path in sorted((ROOT / folder).glob("*.md"))]
# Where the paths in a document begin.
BASES = [ROOT, ROOT / "chat", ROOT / "tests", ROOT / "chat/static/chat"]
SUFFIXES = "py|js|go|md|html|css|json|svg|png|toml"
GENERATED = ("data/", "locale/", "media/", "staticfiles/")


def chapter(title: str) -> str:
    return PROTOCOL.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """The first cell of each row of its tables, without the heads."""
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    return [cell for cell in rows if not re.fullmatch(r"-+|code|what|commands|[A-Z]\w+", cell)]


# -- protocol.md against the types ---------------------------------------------------------------


def test_every_command_and_event_is_described_once_with_an_example() -> None:
    for title, types in (("Commands", COMMANDS), ("Events", EVENTS)):
        tags = [one.__struct_config__.tag for one in types]
        assert sorted(re.findall(r"^### (\S+)$", chapter(title), re.MULTILINE)) == sorted(tags)
        assert sorted(protocol_examples(title)) == sorted(tags)


def test_an_example_is_what_its_heading_says() -> None:
    for tag, text in protocol_examples("Commands").items():
        assert parse(text).__struct_config__.tag == tag
    by_tag = {event.__struct_config__.tag: event for event in EVENTS}
    for tag, text in protocol_examples("Events").items():
        event = msgspec.json.decode(text, type=by_tag[tag])
        assert set(json.loads(text)) - {"ref"} == {"type", *event.__struct_fields__} - {"ref"}


def test_an_example_of_a_command_shows_each_of_its_keys() -> None:
    """Every key except `ref` and the marks of history, of which only one is used."""
    for command in COMMANDS:
        shown = json.loads(protocol_examples("Commands")[command.__struct_config__.tag])
        assert set(command.__struct_fields__) - shown.keys() <= {"ref", "after", "around"}


def test_every_code_is_in_its_table_and_nothing_else() -> None:
    assert first_cells(chapter("Codes of errors")) == [f"`{code.value}`" for code in Code]
    assert first_cells(chapter("Codes of closing")) == [str(code.value) for code in Close]


def test_the_numbers_are_the_ones_that_hold() -> None:
    said = chapter("Limits")
    for number in (
        limits.FRAME_BYTES, limits.BODY_CHARACTERS, limits.REACTION_KINDS, limits.MENTIONS,
        limits.ATTACHMENTS, limits.HISTORY_PAGE, limits.MAX_HISTORY, limits.MAX_CHANGES,
        limits.CHANGES_PAGE, limits.PAGE_BYTES, limits.MEMBERS_SHOWN, limits.MAX_CONNECTIONS,
        limits.PINS, limits.REVISIONS,
    ):  # fmt: skip
        assert re.search(rf"\b{number:,}\b", said), number
    assert f"up to {limits.MAX_UNREAD:,}" in PROTOCOL
    assert limits.BAD_FRAMES == 5, "the fifth such frame in a row"
    assert limits.RATES["refusal"] == (10, limits.FLOOD) == (10, 100), "a hundred refusals, ten are forgotten"
    assert limits.RATES["connect"] == (1, 40), "one a second, 40 at once"
    assert limits.ADDRESS_TIMES == 20, "20 times as much"


def test_the_rates_are_the_ones_that_hold() -> None:
    said: dict[str, tuple[float, float]] = {}
    for line in chapter("Limits").partition("| commands |")[2].splitlines():
        if match := re.fullmatch(r"\| (.+?) \| (\d+) \| (\d+) \|", line):
            for name in match[1].split(", "):
                said[name.strip("`")] = (float(match[2]), float(match[3]))
    assert said.pop("all together") == limits.RATES["frame"]
    limited = {c.__struct_config__.tag: limits.RATES[c.rate] for c in COMMANDS if c.rate != "frame"}
    assert said == limited


def test_the_fixed_addresses_are_there(client: Any, db: None) -> None:
    for address in ("/", "/rooms/x/", "/join/x/", "/admin/", "/healthz", "/readyz", "/metrics"):
        assert f"`{address.replace('rooms/x', 'rooms/<room>').replace('join/x', 'join/<code>')}`" in PROTOCOL
        assert client.get(address).status_code != 500
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "word", ["seq", "Nonce", "epoch", "ref", "Presence and typing", "Deleting", "Opening"]
)
def test_each_rule_has_its_paragraph(word: str) -> None:
    assert re.search(rf"^\*\*{word}", chapter("The rules"), re.MULTILINE)


# -- the browser's copy of it --------------------------------------------------------------------


def test_the_browser_knows_the_same_events() -> None:
    typedefs = SCRIPT.partition("export const")[0]
    assert set(re.findall(r'\{type: "(\w+)"', typedefs)) == {event.__struct_config__.tag for event in EVENTS}


def test_the_browser_knows_the_same_keys_of_each_event() -> None:
    typedefs = re.sub(r"\s*\n \*\s*", " ", SCRIPT.partition("export const")[0])
    for event in EVENTS:
        tag = event.__struct_config__.tag
        body = re.search(
            rf'\{{type: "{tag}", (.*?)\}} \w+ \*|\{{type: "{tag}", (.*?)\}} \w+(?= @typedef|$)', typedefs
        )
        found = body or re.search(rf'\{{type: "{tag}", ([^@]*)\}}', typedefs)
        assert found, tag
        keys = set(re.findall(r"(\w+)\??:", next(group for group in found.groups() if group)))
        assert set(event.__struct_fields__) - {"ref"} <= keys, tag


def test_the_browser_asks_with_the_same_commands() -> None:
    asked = set(
        re.findall(
            r'"((?:message|reaction|room|read|person)\.\w+|search|typing|presence|ping)"',
            SCRIPT.partition("export const command")[2],
        )
    )
    tags = {command.__struct_config__.tag for command in COMMANDS}
    assert asked == tags


def test_the_browser_closes_for_good_where_the_contract_says_final() -> None:
    known = {name: int(code) for name, code in re.findall(r"^  ([A-Z_]+): (\d{4}),$", SCRIPT, re.MULTILINE)}
    assert {name: Close[name] for name in known} == known
    final = re.findall(r"^\| (\d{4}) \| \*final\*", PROTOCOL, re.MULTILINE)
    assert sorted(known.values()) == sorted(map(int, final))


def test_the_browser_waits_where_the_contract_says_when() -> None:
    passing = set(re.findall(r'"(\w+)"', re.search(r"PASSING = new Set\(\[(.*?)\]", SCRIPT, re.DOTALL)[1]))  # type: ignore[index]
    assert passing == {"rate_limited", "overloaded", "storage_unavailable"}
    assert passing <= set(Code)


# Reasons that only forms and the admin are given, which show the sentences of chat/web/error_messages.py.
NOT_OF_COMMANDS = {
    Reason.LAST_SUPERUSER, Reason.PRIVATE_ROOM, Reason.NOT_ANNOUNCED, Reason.TOO_LATE, Reason.NOT_FOR_GUESTS,
    Reason.ADDRESS_BANNED, Reason.USERNAME_TAKEN, Reason.NAME_TAKEN, Reason.STORAGE_FULL, Reason.DISK_FULL,
}  # fmt: skip


def test_the_browser_has_a_sentence_for_every_refused_command() -> None:
    words = json.loads(
        render_to_string("chat/_words.html").partition('"words">')[2].partition("</script>")[0]
    )
    assert not [code for code in Code if f"refused.{code}" not in words]
    assert {reason for reason in Reason if f"refused.{reason}" not in words} == NOT_OF_COMMANDS


# -- settings.md ---------------------------------------------------------------------------------


def test_every_setting_that_is_read_is_described_and_no_other() -> None:
    assert set(_settings_in("# Settings")) == _variables("chatsite/settings.py") | _variables(
        "chatsite/environment.py"
    )


def _settings_in(chapter: str) -> dict[str, str]:
    """The names and defaults in this chapter's table."""
    text = (ROOT / "docs/settings.md").read_text().partition(f"{chapter}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", text, re.MULTILINE))


def test_every_setting_of_the_app_is_described_with_its_default() -> None:
    described = _settings_in("## In another project")
    given = {name: one.default for name, one in vars(ChatSettings).items() if isinstance(one, Setting)}
    assert described.keys() == given.keys()
    for name, default in given.items():
        shown = json.dumps(default) if isinstance(default, str) else repr(default)
        assert callable(default) or described[name] == f"`{shown}`"


def test_settings_of_the_chat_are_read_in_one_place() -> None:
    for path in (ROOT / "chat").rglob("*.py"):
        assert not re.search(r"(?<!chat_)settings\.CHAT_|getattr\(settings, \"CHAT_", path.read_text()), path


def _variables(path: str) -> set[str]:
    """Names of the environment: what is given to a reader as its first argument, in capitals. A dictionary's
    `get` is no reader, but that of `os.environ`."""
    calls = [node for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Call)]
    calls = [call for call in calls if not re.fullmatch(r"\w+\.get", ast.unparse(call.func))]
    names = {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)}
    return {name for name in names if isinstance(name, str) and re.fullmatch(r"[A-Z][A-Z_]{3,}", name)}


# -- embedding.md --------------------------------------------------------------------------------


def test_each_line_of_code_about_embedding_is_that_of_the_tested_project() -> None:
    text = (ROOT / "docs/embedding.md").read_text()
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    code = [block for block in blocks if not block.startswith("python manage.py")]
    project = [path.read_text() for path in (ROOT / "tests/host/project").glob("*.py")]
    assert len(code) > 5
    assert not [block for block in code if not any(block in source for source in project)]


# -- paths ---------------------------------------------------------------------------------------


def paths_in(text: str) -> set[str]:
    """Files with a known suffix anywhere, and folders in backticks or links."""
    files = set(re.findall(rf"(?<![\w./<>*-])((?:[\w.-]+/)*[\w.-]+\.(?:{SUFFIXES}))\b(?![/\w])", text))
    folders = set(re.findall(r"(?:`|\]\()([\w-]+(?:/[\w-]+)*/)(?:`|\))", text))
    return {path for path in files | folders if not path.startswith(GENERATED)}


def exists(path: str, document: Path) -> bool:
    if any((base / path).exists() for base in [document.parent, *BASES]):
        return True
    # A bare name may be that of a file in any folder.
    return "/" not in path and any(any((ROOT / top).rglob(path)) for top in ("chat", "tests", "bench"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    assert not [path for path in sorted(paths_in(document.read_text())) if not exists(path, document)]


def test_a_path_is_found_wherever_it_stands() -> None:
    text = "see `chat/limits.py`, [x](docs/settings.md#a) and `queries/`\n  net/socket.js ──▶ consumers.py"
    assert paths_in(text) == {
        "chat/limits.py", "docs/settings.md", "queries/", "net/socket.js", "consumers.py",
    }  # fmt: skip
    assert not exists("queries/herald.py", ROOT / "README.md")
