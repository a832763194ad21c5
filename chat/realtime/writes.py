"""The table of commands that write: the action each calls, and how its result is acknowledged."""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, ParamSpec, Protocol, TypeVar

from chat import actions, protocol
from chat.ids import PersonId
from chat.models import Membership, Message
from chat.protocol import Ack

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=protocol.Command)
Acknowledge = Callable[[Any, Any], Ack | None]


class Call(NamedTuple, Generic[R]):
    """An action and its arguments. It has a name for the log, which a lambda has not."""

    action: Callable[..., R]
    args: tuple[Any, ...]


class Write(NamedTuple):
    call: Callable[[PersonId, Any], Call[Any]]
    ack: Acknowledge


class InRoom(Protocol):
    """A command that names its room."""

    @property
    def room(self) -> str: ...
    @property
    def ref(self) -> str | None: ...


def ack_post(command: protocol.Post, posted: actions.Posted) -> Ack:
    return Ack(**posted._asdict(), ref=command.ref)


def ack_message(command: protocol.Command, message: Message) -> Ack:
    return Ack(room=message.room.key, seq=message.seq, message=message.pk, ref=command.ref)


def ack_membership(command: InRoom, membership: Membership) -> Ack:
    return Ack(room=command.room, seq=membership.seq, ref=command.ref)


def no_ack(_command: protocol.Command, _result: None) -> None:
    """An event that the action sends is the answer."""


def call_of(action: Callable[P, R], *args: P.args, **_none: P.kwargs) -> Call[R]:
    return Call(action, args)


def _write(
    command: type[C], ack: Callable[[C, R], Ack | None], call: Callable[[PersonId, C], Call[R]]
) -> tuple[type[protocol.Command], Write]:
    return command, Write(call, ack)


WRITES = dict(
    [
        _write(protocol.Delete, ack_message, lambda me, c: call_of(actions.delete_message, me, c.message)),
        _write(protocol.Pin, ack_message, lambda me, c: call_of(actions.pin_message, me, c.message)),
        _write(protocol.Unpin, ack_message, lambda me, c: call_of(actions.unpin_message, me, c.message)),
        _write(protocol.AddReaction, ack_message,
               lambda me, c: call_of(actions.add_reaction, me, c.message, c.emoji)),
        _write(protocol.RemoveReaction, ack_message,
               lambda me, c: call_of(actions.remove_reaction, me, c.message, c.emoji)),
        _write(protocol.JoinRoom, ack_membership, lambda me, c: call_of(actions.join_room, me, c.room)),
        _write(protocol.LeaveRoom, ack_membership, lambda me, c: call_of(actions.leave_room, me, c.room)),
        _write(protocol.MarkRead, ack_membership,
               lambda me, c: call_of(actions.mark_read, me, c.room, c.message)),
        _write(protocol.UnmarkRead, ack_membership,
               lambda me, c: call_of(actions.unmark_read, me, c.room, c.message)),
        _write(protocol.SetLevel, ack_membership,
               lambda me, c: call_of(actions.set_level, me, c.room, c.level)),
        _write(protocol.SetFavourite, ack_membership,
               lambda me, c: call_of(actions.set_favourite, me, c.room, c.favourite)),
        _write(protocol.BlockPerson, no_ack, lambda me, c: call_of(actions.block_person, me, c.person)),
        _write(protocol.UnblockPerson, no_ack, lambda me, c: call_of(actions.unblock_person, me, c.person)),
    ]
)  # fmt: skip
