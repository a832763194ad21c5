"""Tests that input is a command or a BadFrame, and that output matches the contract."""

import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat import limits, protocol
from chat.protocol import COMMANDS, EVENTS, BadFrame, Code, Command, parse
from tests.support.docs import protocol_examples

ASKED = protocol_examples("Commands")
TOLD = protocol_examples("Events")
BY_TAG = {command.__struct_config__.tag: command for command in COMMANDS}
KEY = "4ZtPp8cUQvWqhY0kVb3xXA"


def as_asked(tag: str, /, **fields: Any) -> str:
    """The documented command with other fields."""
    return json.dumps(json.loads(ASKED[tag]) | fields, ensure_ascii=False)


def is_refused(frame: str) -> bool:
    """Any exception other than BadFrame fails the test."""
    try:
        assert isinstance(parse(frame), Command)
    except BadFrame:
        return True
    return False


# -- commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", BY_TAG)
def test_each_command_parses_from_its_documented_example(tag: str) -> None:
    given, command = json.loads(ASKED[tag]), parse(ASKED[tag])
    assert type(command) is BY_TAG[tag]
    assert {field: getattr(command, field) for field in given if field != "type"} == {
        field: value for field, value in given.items() if field != "type"
    }


@pytest.mark.parametrize("tag", BY_TAG)
def test_any_command_may_carry_a_ref_and_no_unknown_key(tag: str) -> None:
    assert parse(as_asked(tag, ref="x" * 64)).ref == "x" * 64
    assert is_refused(as_asked(tag, ref="x" * 65))
    for key in ("Ref", "_ref", "__proto__", "constructor", "rate", "tag", ""):
        assert is_refused(as_asked(tag, **{key: "x"})), key


@pytest.mark.parametrize("field", [f"{tag} {name}" for tag in ASKED for name in json.loads(ASKED[tag])])
def test_a_field_may_be_missing_only_where_it_has_a_default(field: str) -> None:
    tag, name = field.split()
    body = json.loads(ASKED[tag])
    del body[name]
    optional = name in BY_TAG[tag].__struct_fields__ and name in _with_default(BY_TAG[tag])
    # room.history needs one of its marks, whichever.
    assert is_refused(json.dumps(body)) is (not optional or name == "before"), body


def _with_default(command: type[Command]) -> set[str]:
    return {f.name for f in msgspec.structs.fields(command) if not f.required}


NO_TEXT = [None, True, False, 0, 7, -1, 1.5, 2**64, [], ["x"], {}, {"a": "b"}]
NO_NUMBER = [
    None,
    True,
    False,
    1.0,
    1.5,
    1e308,
    -1,
    -(2**63),
    2**53,
    2**63,
    2**64,
    10**400,
    "1",
    "",
    [],
    [1],
    {},
]
WRONG: dict[str, list[Any]] = {
    "type": [*NO_TEXT, "", "x"],
    "room": [*NO_TEXT, "", "x" * 33, "\0"],
    "nonce": [*NO_TEXT, "", "0" * 16 + "\n", "0" * 64 + "\n", "0" * 15 + "é", "0" * 15 + " "],
    "body": [*NO_TEXT, "", "x\0"],
    "emoji": [*NO_TEXT, "", "x" * 33, "\0"],
    "state": [*NO_TEXT, "", "away\n", "online ", "offline", "Away"],
    "ref": [value for value in NO_TEXT if value is not None],
    "favourite": [None, 1, 0, "true", "", []],
    "level": [*NO_TEXT, "", "hidden\n", "Nothing", "all"],
    "message": NO_NUMBER,
    "limit": [*NO_NUMBER, 0],
    "since": [value for value in NO_NUMBER if value is not None],
    "before": NO_NUMBER,
    "reply_to": [value for value in [*NO_NUMBER, 0] if value is not None],
    "attachments": [None, True, 7, "x", {}, [None], [1], [[]], [""], ["x"] * 11],
    "text": [*NO_TEXT, "", "x\0", "x" * 201],
    "person": [*NO_NUMBER, 0],
    "next": [value for value in [*NO_NUMBER, 0] if value is not None],
    "utc_offset": [value for value in [*NO_NUMBER, 841, -841] if value != -1],
    "zone": [7, True, [], "x" * 65],
    "heads": [True, 7, "x", [], [1], {"": 1}, {"a": None}, {"a": True}, {"a": -1}, {"a": 1.0}, {"a": []}],
}


def _wrong(tag: str, name: str) -> list[Any]:
    """A message with a file may be empty, and a search may cover all rooms."""
    right = ("message.post", "body", ""), ("search", "room", None)
    return [value for value in WRONG[name] if (tag, name, value) not in right]


@pytest.mark.parametrize("tag", BY_TAG)
def test_each_field_refuses_each_wrong_type(tag: str) -> None:
    for name in json.loads(ASKED[tag]):
        for value in _wrong(tag, name):
            assert is_refused(as_asked(tag, **{name: value})), (name, value)


_strings = st.text(max_size=40) | st.sampled_from(["", KEY, "online", "\0", "\\u0000", "0" * 16])
_scalars = st.none() | st.booleans() | st.integers() | st.floats() | _strings
_values = st.recursive(_scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(_strings, v, max_size=3))
_names = st.sampled_from(sorted({name for text in ASKED.values() for name in json.loads(text)})) | _strings


@given(
    st.sampled_from(sorted(ASKED)), st.dictionaries(_names, _values, max_size=4), st.sets(_names, max_size=2)
)
def test_whatever_an_object_holds_it_is_a_command_or_a_bad_frame(
    tag: str, other: dict[str, Any], gone: set[str]
) -> None:
    body = {name: value for name, value in (json.loads(ASKED[tag]) | other).items() if name not in gone}
    frame = json.dumps(body, ensure_ascii=False)
    if not is_refused(frame):
        assert set(body) <= {"type", *parse(frame).__struct_fields__}
        assert not any(isinstance(value, float) and not math.isfinite(value) for value in body.values())


@given(st.text())
@example("")
@example("null")
@example("\ufeff" + ASKED["ping"])
@example("\0")
@example("\ud800")
@example('"\ud800"')
def test_whatever_a_frame_is_it_is_a_command_or_a_bad_frame(frame: str) -> None:
    assert is_refused(frame)


@given(st.sampled_from(sorted(ASKED.values())), st.integers(0, 200), st.integers(0, 20), st.text(max_size=8))
def test_a_damaged_frame_is_a_command_or_a_bad_frame(frame: str, at: int, length: int, put: str) -> None:
    is_refused(frame[:at] + put + frame[at + length :])


DEEP = 10**5


PING = ASKED["ping"]
NO_COMMAND = [
    "[" * DEEP, '{"a":' * DEEP, '{"x":' + "[" * DEEP,
    '{"x": ' + "[" * DEEP + "]" * DEEP + ', "type": "ping"}',
    '{"type": "message.post", "attachments": ' + "[" * DEEP, '{"type": "ping", "heads": ' + '{"a":' * DEEP,
    PING + "x", PING + PING, "\ufeff" + PING, PING[:-1],
    "{}", '["ping"]', '"ping"', "7", "null", "{'type': 'ping'}",
    '{"type": "ping",}', '{"type": NaN}', '{"type": ["ping"]}', '{"type": null}',
    '{"type": "ping", "heads": {"a": NaN}}', '{"type": "ping", "heads": {"a": Infinity}}',
    '{"type": "ping", "heads": {"a": 1e3}}', '{"type": "ping", "heads": {"\\u0000": 1}}',
    '{"type": "ping", "ref": "\\ud800"}', '{"type": "ping", "ref": "\\udc00\\ud800"}',
    '{"type": "ping", "ref": "\ud800"}', '{"type": "ping", "ref": "\n"}',
    '{"type": "ping", "ref": "\\u0000"}', '{"type": "ping", "ref": "\0"}',
    as_asked("message.post", attachments=["\0"]), as_asked("ping", heads={str(n): 1 for n in range(501)}),
    '{"type": "room.sync", "room": "a", "since": ' + "9" * 5000 + "}",
    '{"type": "websocket.close"}', '{"type": "receive"}', '{"type": "__init__"}', '{"type": "PING"}',
]  # fmt: skip


@pytest.mark.parametrize("frame", NO_COMMAND, ids=lambda frame: frame[:30].encode("unicode_escape").decode())
def test_an_invalid_command_is_refused(frame: str) -> None:
    assert is_refused(frame)


def test_an_escaped_backslash_before_u0000_is_allowed() -> None:
    assert parse('{"type": "typing", "room": "\\\\u0000"}') == protocol.Type(room="\\u0000")


def test_a_key_that_stands_twice_counts_as_its_last_one() -> None:
    assert parse('{"type": "typing", "room": "a", "room": "b"}') == protocol.Type(room="b")
    assert is_refused('{"type": "typing", "type": "ping", "room": "a"}')


def test_type_may_stand_anywhere() -> None:
    assert parse('{"room": "a", "type": "typing"}') == protocol.Type(room="a")


@pytest.mark.parametrize("marks", [{}, {"before": 1, "after": 1}, {"after": 1, "around": 1, "before": 1}])
def test_history_is_asked_with_exactly_one_mark(marks: dict[str, int]) -> None:
    assert is_refused(json.dumps({"type": "room.history", "room": KEY} | marks))


def test_sizes_are_exact() -> None:
    assert not is_refused(as_asked("message.post", body="😀" * limits.BODY_CHARACTERS))
    assert is_refused(as_asked("message.post", body="x" * (limits.BODY_CHARACTERS + 1)))
    assert not is_refused(as_asked("room.history", limit=limits.MAX_HISTORY))
    assert is_refused(as_asked("room.history", limit=limits.MAX_HISTORY + 1))
    assert not is_refused(as_asked("message.post", nonce="-_" + "0" * 62))
    assert is_refused(as_asked("message.post", nonce="0" * 65))
    assert is_refused(as_asked("message.post", nonce="0" * 15))


def test_the_largest_body_fits_into_a_frame_however_it_is_escaped() -> None:
    frame = json.dumps(json.loads(ASKED["message.post"]) | {"body": "😀" * limits.BODY_CHARACTERS})
    assert len(frame) <= limits.FRAME_BYTES
    assert not is_refused(frame)


def test_the_reason_for_a_bad_frame_is_short() -> None:
    with pytest.raises(BadFrame) as refused:
        parse(json.dumps({"type": "x" * 50_000}))
    assert len(str(refused.value)) <= 200


# -- events --------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__struct_config__.tag)
def test_each_event_is_encoded_as_the_contract_shows_it(event: type[protocol.Event]) -> None:
    shown = TOLD[event.__struct_config__.tag]
    decoded = msgspec.json.decode(shown, type=event)
    assert json.loads(protocol.encode(decoded)) == json.loads(shown)


def test_an_event_has_all_its_keys_even_where_they_are_null() -> None:
    told = json.loads(protocol.encode(protocol.Error(code=Code.FAILED)))
    assert told == {
        "type": "error", "code": "failed", "reason": None, "detail": "", "nonce": None,
        "retry_after": None, "ref": None,
    }  # fmt: skip
