"""Builds the `welcome` event, for all people who connect at the same moment."""

from django.utils import timezone

from chat import __version__, limits, protocol, queries
from chat.ids import PersonId
from chat.models import Workspace

HEARTBEAT = 20.0
_LIMITS = {"body": limits.BODY_CHARACTERS, "frame": limits.FRAME_BYTES, "history": limits.MAX_HISTORY}

Rooms = dict[int, protocol.MyRoom]


def of(people: list[PersonId]) -> list[tuple[bytes, Rooms]]:
    """For each person the encoded `welcome` and their rooms by primary key."""
    rooms, epoch = queries.my_rooms_of_each(people), Workspace.current().epoch
    named = {person: {person} | queries.people_in_list(rooms[person].values()) for person in people}
    blocked = queries.blocked_by_each(people)
    shown = queries.people(set[PersonId]().union(*named.values()))
    return [
        (
            _encoded(
                person,
                epoch,
                rooms[person],
                {str(one): shown[str(one)] for one in named[person]},
                blocked[person],
            ),
            rooms[person],
        )
        for person in people
    ]


def _encoded(
    person: PersonId, epoch: str, rooms: Rooms, shown: protocol.People, blocked: list[PersonId]
) -> bytes:  # fmt: skip
    event = protocol.Welcome(
        me=person, epoch=epoch, version=__version__, rooms=list(rooms.values()), people=shown,
        limits=_LIMITS, heartbeat=HEARTBEAT, now=timezone.now(), blocked=blocked,
    )  # fmt: skip
    return protocol.encode(event)
