"""Tests search: same results on every database, permissions, current text, bounded reading."""

import datetime
import json
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import actions, folding, limits, search
from chat.models import Message, Room, SearchIndexState
from chat.protocol import Search
from tests.support.scene import make_person, make_upload, post_message
from tests.support.search_queries import CASES, GOLDEN, SAID

Found = tuple[list[int], int | None]


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """alice owns the rooms, bob is a member, charlie is outside."""
    return {name: make_person(name) for name in ("alice", "bob", "charlie")}


@pytest.fixture
def room(people: dict[str, Any]) -> Room:
    return make_room(people, "Harbour")


def make_room(people: dict[str, Any], name: str) -> Room:
    room = actions.make_room(people["alice"], name)
    actions.join_room(people["bob"], room.key)
    return room


def index() -> None:
    while search.index_changes(7).changes:
        pass


def found(person: Any, text: str, **more: Any) -> Found:
    event = json.loads(search.find_messages(person, Search(text=text, **more)))
    return [result["message"]["id"] for result in event["results"]], event["next"]


def ids(person: Any, text: str) -> list[int]:
    return found(person, text)[0]


# -- the same on every database ------------------------------------------------------------------


@pytest.fixture
def names(people: dict[str, Any]) -> dict[int, str]:
    """Names of the golden messages by id."""
    rooms = {name: make_room(people, name) for name in ("Harbour", "Lounge")}
    names: dict[int, str] = {}
    for name, room, author, body in SAID:
        files = (
            [make_upload(people[author], rooms[room], name="报告.pdf", kind="file")] if name == "zh2" else []
        )
        names[post_message(people[author], rooms[room], body, attachments=files).pk] = name
    moments = {"old1": datetime.datetime(2026, 1, 31, 12), "old2": datetime.datetime(2026, 2, 1, 12)}
    for pk, name in names.items():
        if name in moments:
            Message.objects.filter(pk=pk).update(created_at=moments[name].replace(tzinfo=datetime.UTC))
    index()
    return names


def test_fifty_golden_queries_give_their_results(people: dict[str, Any], names: dict[int, str]) -> None:
    assert len(GOLDEN) >= 50
    answers = [(text, " ".join(names[pk] for pk in ids(people["alice"], text))) for text, _ in GOLDEN]
    assert answers == GOLDEN


def test_queries_find_what_people_mean(people: dict[str, Any], room: Room) -> None:
    assert len(CASES) >= 72
    texts = dict.fromkeys(text for _, text, _ in CASES)
    ids_of = {text: post_message(people["bob"], room, text).pk for text in texts}
    index()
    answers = [
        (query, text, ids_of[text] in found(people["alice"], query, limit=100)[0]) for query, text, _ in CASES
    ]
    assert answers == CASES


def test_days_are_in_the_searcher_s_time_zone(people: dict[str, Any], names: dict[int, str]) -> None:
    noon = [pk for pk, name in names.items() if name == "old1"]
    for offset, there in ((0, noon), (-720, noon), (720, []), (840, [])):
        assert found(people["alice"], "anchor before:2026-02-01", utc_offset=offset)[0] == there


def test_days_begin_as_the_zone_says_on_that_day(people: dict[str, Any], room: Room) -> None:
    """New York is five hours behind in winter and four in summer, whatever it is today."""
    said = {}
    for name, month in (("winter", 1), ("summer", 7)):
        said[name] = post_message(people["bob"], room, f"{name} lamp").pk
        moment = datetime.datetime(2026, month, 10, 4, 30, tzinfo=datetime.UTC)
        Message.objects.filter(pk=said[name]).update(created_at=moment)
    index()
    for name, month in (("winter", 1), ("summer", 7)):
        before = found(people["alice"], f"{name} before:2026-{month}-10", zone="America/New_York")[0]
        assert before == ([said[name]] if name == "winter" else [])
        unknown = found(people["alice"], f"{name} before:2026-{month}-10", zone="No/Where", utc_offset=-300)[
            0
        ]
        assert unknown == [said[name]]


@pytest.mark.parametrize(
    "zone", ["../../etc/passwd", "/etc/passwd", "America", "\u2028", "", "UTC/x", "a" * 64]
)
def test_a_zone_that_is_none_is_as_good_as_no_zone(people: dict[str, Any], room: Room, zone: str) -> None:
    said = post_message(people["bob"], room, "lamp").pk
    index()
    assert found(people["alice"], "lamp after:2000-01-01", zone=zone)[0] == [said]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("lamp from:nobody", {"operator": "from", "value": "nobody"}),
        ("lamp 来自：charlie", {"operator": "from", "value": "charlie"}),
        ("lamp -from:nobody", {"operator": "from", "value": "nobody"}),
        ("lamp in:nowhere", {"operator": "in", "value": "nowhere"}),
        ("lamp before:2026-02-30", {"operator": "before", "value": "2026-02-30"}),
        ("lamp has:cheese", {"operator": "has", "value": "cheese"}),
    ],
)
def test_an_operator_that_means_nothing_is_said(
    people: dict[str, Any], room: Room, asked: str, problem: dict[str, str]
) -> None:
    post_message(people["bob"], room, "lamp from nobody, before 2026-02-30, in nowhere, has cheese")
    index()
    event = json.loads(search.find_messages(people["alice"], Search(text=asked)))
    assert (event["results"], event["next"], event["problems"]) == ([], None, [problem])


def test_the_words_of_a_page_are_spelled_as_its_messages_do(people: dict[str, Any], room: Room) -> None:
    for body in ("新的軟件", "新的软 件", "at the Café", "of 3,500"):
        post_message(people["bob"], room, body)
    index()

    def words(text: str) -> list[str]:
        return list(json.loads(search.find_messages(people["alice"], Search(text=text)))["words"])

    assert words("软件") == ["软件", "软 件", "軟件"]
    assert words("CAFE") == ["cafe", "Café"]
    assert words("3500 OR Lamp") == ["3500", "lamp", "3,500"]


def test_result_pages_join_without_gap_or_overlap(people: dict[str, Any], room: Room) -> None:
    said = [post_message(people["bob"], room, f"lamp {number}").pk for number in range(45)]
    post_message(people["bob"], room, "no light")
    index()
    read: list[int] = []
    after: int | None = None
    for _ in range(20):
        page, after = found(people["alice"], "lamp", limit=4, next=after)
        read += page
        if after is None:
            break
    assert read == said[::-1]


def test_a_search_without_matches_ends(
    people: dict[str, Any], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Separate pairs of characters are candidates for the text they form together."""
    monkeypatch.setattr(limits, "MAX_SEARCHED", 5)
    hit = post_message(people["bob"], room, "甲乙丙丁")
    for _ in range(12):
        post_message(people["bob"], room, "甲乙丙 丙丁 乙丙")
    index()
    pages = [found(people["alice"], "甲乙丙丁")]
    while pages[-1][1] is not None:
        pages.append(found(people["alice"], "甲乙丙丁", next=pages[-1][1]))
    assert [page for page, _ in pages] == [[], [], [hit.pk]]


def test_a_search_reads_a_limited_number_of_characters(people: dict[str, Any], room: Room) -> None:
    """Each of these is 18 when width and form are folded: a thousand such messages took 5.6 s."""
    said = [post_message(people["bob"], room, "ﷺ " * 1_999).pk for _ in range(45)]
    index()
    each = limits.SEARCHED_CHARACTERS // limits.SEARCH_FORM_CHARACTERS
    began = time.thread_time()
    none, rest = found(people["bob"], 'from:me "عليه الله"')
    assert time.thread_time() - began < 10 * limits.SEARCHED_SECONDS
    assert none == []
    assert rest in said[-each - 1 :], "no more than these were looked at"
    while rest is not None:
        none, rest = found(people["bob"], 'from:me "عليه الله"', next=rest)
        assert none == []


@pytest.mark.parametrize(
    "asked",
    [
        "before:1990-01-01", "after:9999-12-31", "after:9999-12-30", "after:2026-01-31 before:2026-02-01",
        "after:2026-02-01 before:2026-01-01", "before:0001-01-01", "after:2150-01-01",
    ],
)  # fmt: skip
@pytest.mark.parametrize("offset", [-840, 840])
def test_days_on_which_nothing_can_have_been_written_find_nothing(
    people: dict[str, Any], room: Room, asked: str, offset: int
) -> None:
    post_message(people["bob"], room, "lamp")
    index()
    assert found(people["alice"], f"lamp {asked}", utc_offset=offset) == ([], None)


@pytest.mark.parametrize(
    "asked", ["before:9999-12-31", "after:0001-01-01", "after:1999-01-01 before:2500-1-1"]
)
def test_days_far_away_are_as_good_as_none(people: dict[str, Any], room: Room, asked: str) -> None:
    said = post_message(people["bob"], room, "lamp")
    index()
    assert found(people["alice"], f"lamp {asked}", utc_offset=840)[0] == [said.pk]


def test_a_page_of_results_is_bounded_in_bytes(people: dict[str, Any], room: Room) -> None:
    said = [post_message(people["bob"], room, "lamp " + "字" * 3_900).pk for _ in range(30)]
    index()
    first, rest = found(people["alice"], "lamp", limit=100)
    assert 2 <= len(first) < 15
    assert rest == first[-1]
    assert found(people["alice"], "lamp", limit=100, next=rest)[0][0] == said[-len(first) - 1]


def test_a_search_whose_time_is_over_goes_on_at_the_next_page(
    people: dict[str, Any], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEARCHED_SECONDS", 0.0)
    said = [post_message(people["bob"], room, "lamp").pk for _ in range(3)]
    index()
    assert found(people["alice"], "lamp") == ([said[-1]], said[-1])
    assert found(people["alice"], "lamp", next=said[-1]) == ([said[-2]], said[-2])


def test_a_limited_number_of_characters_is_indexed_while_posts_wait(
    people: dict[str, Any], room: Room
) -> None:
    for _ in range(5):
        post_message(people["bob"], room, "ﷺ" * 3_999)
    last = post_message(people["bob"], room, "lamp")
    assert search.index_changes(50).changes > 0
    state = SearchIndexState.objects.get(room=room)
    assert room.messages.filter(seq__lte=state.seq, kind=Message.Kind.TEXT).count() == 2
    index()
    assert ids(people["alice"], "lamp") == [last.pk]


# -- who may see it ------------------------------------------------------------------------------


def test_only_members_find_a_message(people: dict[str, Any], room: Room) -> None:
    said = post_message(people["bob"], room, "a quiet word")
    index()
    for text in (
        "quiet",
        "from:bob",
        "in:harbour",
        "in:harbour quiet",
        "from:bob in:harbour after:2000-01-01",
    ):
        assert ids(people["alice"], text) == ids(people["bob"], text) == [said.pk]
        assert ids(people["charlie"], text) == []


def test_a_search_in_one_room_finds_only_its_messages(people: dict[str, Any], room: Room) -> None:
    direct = actions.open_direct_room(people["alice"], {people["bob"]})
    said = {place: post_message(people["alice"], place, "a quiet word").pk for place in (room, direct)}
    index()
    assert ids(people["alice"], "quiet") == sorted(said.values(), reverse=True)
    for place, message in said.items():
        assert found(people["alice"], "quiet", room=place.key) == ([message], None)
        assert found(people["charlie"], "quiet", room=place.key) == ([], None)


@pytest.mark.parametrize(
    "end",
    [
        lambda people, room: actions.leave_room(people["bob"], room.key),
        lambda people, room: actions.remove_member(people["alice"], room.key, people["bob"]),
        lambda people, room: actions.remove_member(
            people["alice"], room.key, people["bob"], block_rejoin=True
        ),
    ],
    ids=["left", "removed", "barred"],
)
def test_former_members_find_nothing(people: dict[str, Any], room: Room, end: Any) -> None:
    said = post_message(people["bob"], room, "a quiet word")
    index()
    end(people, room)
    assert ids(people["bob"], "quiet") == []
    assert ids(people["alice"], "from:bob quiet") == [said.pk], "what they wrote is still there for others"


def test_me_is_nobody_else(people: dict[str, Any], room: Room) -> None:
    carmen = make_person("carmen")
    actions.join_room(carmen, room.key)
    said = {person: post_message(person, room, "lamp").pk for person in (people["bob"], carmen)}
    index()
    assert ids(people["bob"], "from:me") == ids(people["bob"], "来自：我") == [said[people["bob"]]]
    assert ids(people["bob"], "-from:me lamp") == [said[carmen]]


# -- as it is now --------------------------------------------------------------------------------


def test_a_deleted_message_is_not_found_until_restored(people: dict[str, Any], room: Room) -> None:
    said = post_message(people["bob"], room, "a quiet word")
    index()
    actions.delete_message(people["bob"], said.pk)
    assert ids(people["alice"], "quiet") == []
    index()
    actions.restore_message(said.pk)
    index()
    assert ids(people["alice"], "quiet") == [said.pk]


def test_an_edited_message_is_found_by_its_current_text(people: dict[str, Any], room: Room) -> None:
    said = post_message(people["bob"], room, "a quiet word")
    index()
    actions.edit_message(people["bob"], said.pk, "a loud one", None)
    assert ids(people["alice"], "quiet") == [], "also before it is indexed anew"
    index()
    assert ids(people["alice"], "loud") == [said.pk]
    assert ids(people["alice"], "quiet") == []


def test_posting_does_not_touch_the_index(people: dict[str, Any], room: Room) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        post_message(people["bob"], room, "a quiet word")
    assert not [
        query for query in asked if "chat_search" in query["sql"] or "chat_searchindexstate" in query["sql"]
    ]


def test_indexing_goes_on_where_it_stopped(people: dict[str, Any], room: Room) -> None:
    said = [post_message(people["bob"], room, f"lamp {number}").pk for number in range(9)]
    batches = []
    while (batch := search.index_changes(4)).changes:
        batches.append(batch)
    assert batches[:2] == [(4, True), (4, True)]
    assert not batches[-1].full, "the next may wait"
    assert ids(people["alice"], "lamp") == said[::-1]
    assert search.index_changes(4) == (0, False)


def test_another_tokenizer_makes_the_index_anew_and_new_messages_first(
    people: dict[str, Any], room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an upgrade: nothing has to be called, and what is posted meanwhile does not wait."""
    said = [post_message(people["bob"], room, f"lamp {number}").pk for number in range(9)]
    index()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM chat_search")
    monkeypatch.setattr(folding, "VERSION", folding.VERSION + 1)
    new = post_message(people["bob"], room, "a new lamp").pk
    assert search.index_changes(1).changes == 1
    assert ids(people["alice"], "lamp") == [new]
    while search.index_changes(4).changes:
        assert new in ids(people["alice"], "lamp")
    assert ids(people["alice"], "lamp") == [new, *said[::-1]]
    assert search.index_changes(4).changes == 0, "once"


def test_an_index_from_before_versions_is_made_anew(people: dict[str, Any], room: Room) -> None:
    said = post_message(people["bob"], room, "lamp").pk
    index()
    SearchIndexState.objects.update(version=1, renewed=0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM chat_search")
    index()
    assert ids(people["alice"], "lamp") == [said]


def test_the_index_can_be_made_anew(people: dict[str, Any], room: Room) -> None:
    said = post_message(people["bob"], room, "a quiet word")
    index()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM chat_search")
    assert ids(people["alice"], "quiet") == []
    call_command("chat_index", "--all")
    assert ids(people["alice"], "quiet") == [said.pk]


# -- how much is read ----------------------------------------------------------------------------


def test_a_search_takes_few_statements(people: dict[str, Any], room: Room) -> None:
    for number in range(60):
        post_message(people["bob"], room, f"lamp {number}")
    index()
    with CaptureQueriesContext(connection) as asked:
        found(people["alice"], "lamp from:bob")
    assert len(asked) <= 5, "rooms, all that was said, authors, candidates, people"


@pytest.fixture
def crowded(people: dict[str, Any], room: Room) -> Room:
    """A hundred thousand messages with one common word in a room of alice's; bob is only in another one,
    where it was said three times, long ago."""
    corner = actions.make_room(people["alice"], "Corner")
    actions.join_room(people["bob"], corner.key)
    actions.leave_room(people["bob"], room.key)
    for number in range(3):
        post_message(people["bob"], corner, f"lamp {number}")
    post_message(people["alice"], room, "lamp")
    index()
    crowd(Room.objects.get(pk=room.pk), 100_000)
    return corner


def crowd(room: Room, count: int) -> None:
    """Copies the room's last message and its index entry many times inside the database."""
    last = room.messages.order_by("-pk")[:1].get()
    columns = [field.column for field in Message._meta.concrete_fields if not field.primary_key]
    values = {"seq": "seq + i", "nonce": "'again-' || CAST(i AS text)"}
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"  # noqa: S608
    key = "rowid" if connection.vendor == "sqlite" else "message_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{numbers} INSERT INTO chat_message (id, {", ".join(columns)})
            SELECT id + i, {", ".join(values.get(column, column) for column in columns)}
            FROM chat_message, n WHERE id = {last.pk}"""  # noqa: S608
        )
        cursor.execute(
            f"""{numbers} INSERT INTO chat_search ({key}, words)
            SELECT {key} + i, words FROM chat_search, n WHERE {key} = {last.pk}"""  # noqa: S608
        )
    Room.objects.filter(pk=room.pk).update(seq=room.seq + count)


def test_sparse_membership_over_a_hundred_thousand_messages(people: dict[str, Any], crowded: Room) -> None:
    began = timezone.now()
    event = json.loads(search.find_messages(people["bob"], Search(text="lamp")))
    assert {result["room"] for result in event["results"]} == {crowded.key}
    assert [result["message"]["body"] for result in event["results"]] == ["lamp 2", "lamp 1", "lamp 0"]
    assert event["next"] is None
    assert ids(people["charlie"], "lamp") == []
    assert len(ids(people["alice"], "lamp")) == limits.SEARCH_PAGE
    assert ids(people["alice"], "in:corner lamp") == ids(people["bob"], "lamp")
    assert timezone.now() - began < datetime.timedelta(seconds=2), "nobody reads a hundred thousand rows"
