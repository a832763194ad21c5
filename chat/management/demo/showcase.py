"""Creates every state a page can be in: `chat_demo --showcase FILE`."""

import datetime
import io
import secrets
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from chat import actions, files, protocol, text
from chat.ids import PersonId
from chat.models import Message, Profile, Revision, new_key
from chat.rendering.markdown import render

from . import people as demo_people
from . import sample_files
from .people import DemoPerson
from .scenes import BANNED, CAST, DIRECT, GUESTS, HERO, SCENES, Line, Scene

Cast = dict[str, AbstractUser]

MANY_PEOPLE, AWAKE = 2_000, 60
MANY_ROOMS = 200


def make() -> dict[str, Any]:
    """Returns plain data: rooms by what they show, join links, and each person's cookies."""
    cast = _cast()
    rooms = {name: _room(scene, cast) for name, scene in SCENES.items()}
    rooms |= {f"direct {names}": _direct(names.split(), lines, cast) for names, lines in DIRECT.items()}
    awake = _large_room(rooms, cast)
    _many_rooms(rooms, cast)
    _restrict(rooms, cast)
    cookies = demo_people.make_login_cookies(
        [*(DemoPerson(person, "en") for person in cast.values()), *awake]
    )
    return {
        "rooms": rooms,
        "link": _link(rooms["busy"], cast["ines"]),
        "people": {who: person.pk for who, person in cast.items()},
        "cookies": dict(zip(cast, cookies, strict=False)),
        "online": cookies[len(cast) :],
    }


def _cast() -> Cast:
    people = demo_people.make_people(len(CAST))
    for one, (who, name) in zip(people, CAST.items(), strict=True):
        kind = Profile.Kind.GUEST if who in GUESTS else Profile.Kind.ACCOUNT
        Profile.objects.filter(pk=one.user.pk).update(name=name, kind=kind, language="")
    return {who: one.user for one, who in zip(people, CAST, strict=True)}


# -- rooms and what was posted there -----------------------------------------------------------------


def _room(scene: Scene, cast: Cast) -> str:
    room = actions.make_room(cast[scene.owner].pk, scene.name, topic=scene.topic[:200].strip())
    link = _link(room.key, cast[scene.owner])
    for who in {HERO, *scene.people.split()} - {scene.owner}:
        actions.join_by_link(cast[who].pk, link)
    posted = _post_lines(room.key, scene.lines, cast, scene.unread)
    for message in (one for one, line in zip(posted, scene.lines, strict=True) if line.pinned):
        actions.pin_message(cast[scene.owner].pk, message)
    if scene.kind != "public":
        actions.change_room(cast[scene.owner].pk, room.key, kind=scene.kind)
    return str(room.key)


def _direct(others: list[str], lines: tuple[Line, ...], cast: Cast) -> str:
    first, *rest = sorted([HERO, *others], key=lambda who: who != lines[0].who)
    room = actions.open_direct_room(cast[first].pk, [cast[who].pk for who in rest])
    _post_lines(room.key, lines, cast, unread=sum(line.who != HERO for line in lines if len(others) == 1))
    return str(room.key)


def _link(room: str, person: AbstractUser) -> str:
    return actions.make_join_link(person.pk, room).code


def _post_lines(room: str, lines: tuple[Line, ...], cast: Cast, unread: int) -> list[int]:
    posted: list[int] = []
    for line in lines:
        posted.append(_post_line(room, line, posted, cast))
    if len(posted) > unread:
        actions.mark_read(cast[HERO].pk, room, posted[-1 - unread])
    return posted


def _post_line(room: str, line: Line, posted: list[int], cast: Cast) -> int:
    author = cast[line.who].pk
    answers = None if line.answers is None else posted[line.answers]
    message = _post(room, author, line.was or line.body, answers, line.files)
    if line.was:
        actions.edit_message(author, message, *_written(line.body))
    for emoji, fans in line.fans:
        for fan in fans.split():
            actions.add_reaction(cast[fan].pk, message, emoji)
    if line.gone:
        actions.delete_message(author, message)
    then = timezone.now() - datetime.timedelta(minutes=line.ago)
    Message.objects.filter(pk=message).update(created_at=then)
    Revision.objects.filter(message=message).update(written_at=then)
    return message


def _post(room: str, author: PersonId, body: str, answers: int | None, names: tuple[str, ...]) -> int:
    keys = [_upload(room, author, name) for name in names]
    body, markup = _written(body) if body else ("", None)
    nonce = f"demo-{secrets.token_hex(8)}"
    post = protocol.Post(room=room, nonce=nonce, body=body, reply_to=answers, attachments=keys)
    [answer] = actions.post_messages([actions.Draft(author, post, markup)])
    if isinstance(answer, actions.Refused):
        raise answer
    return answer.message


def _written(body: str) -> tuple[str, text.Markup | None]:
    cleaned = text.clean(body)
    return cleaned, render(cleaned)


def _upload(room: str, author: PersonId, name: str) -> str:
    stored = files.receive_upload(
        io.BytesIO(sample_files.file_bytes(name)), new_key(), name, files.file_limits()
    )
    return str(actions.add_upload(author, room, stored, 0).id)


# -- many, and those who may not -------------------------------------------------------------------


def _large_room(rooms: dict[str, str], cast: Cast) -> list[DemoPerson]:
    """Returns some members, who can be online."""
    room = actions.make_room(cast["tom"].pk, "Everybody", topic="All who have ever come in")
    people = demo_people.make_people(MANY_PEOPLE)
    demo_people.add_members(room.key, [DemoPerson(cast[HERO], "en"), *people], 40)
    rooms["large"] = str(room.key)
    return people[:AWAKE]


def _many_rooms(rooms: dict[str, str], cast: Cast) -> None:
    hugo, tom = cast["hugo"].pk, cast["tom"].pk
    for number in range(1, MANY_ROOMS + 1):
        shared = number % 17 == 0
        room = actions.make_room(hugo, f"Berth {number}", kind="public" if shared else "private")
        if shared:
            actions.join_room(tom, room.key)
            _post(room.key, tom, "High water at six.", None, ())
    rooms["many"] = str(room.key)


def _restrict(rooms: dict[str, str], cast: Cast) -> None:
    ines, board = cast["ines"].pk, rooms["read-only"]
    actions.change_room(ines, rooms["archived"], archived=True)
    actions.change_room(ines, board, name="Notices", topic="")
    actions.change_room(ines, board, name="通知 Notices", posting="moderators")
    actions.set_role(ines, board, cast["mo"].pk, "moderator")
    tonight = timezone.now() + datetime.timedelta(hours=4)
    actions.mute(cast["jonas"].pk, rooms["muted"], cast[HERO].pk, tonight)
    for who in BANNED:
        actions.ban_person(cast[who].pk)
