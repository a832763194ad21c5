"""The WebSocket consumer: turns commands into writes and reads. Events come through the hub.

The hub subscribes the process to each room once, so a consumer needs no channel of its own in the layer.
"""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import uuid4

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone

from chat import actions, limits, presence, protocol, queries, rate_limit, search, text
from chat.accounts import sessions
from chat.ids import PersonId
from chat.protocol import Close, Code

from . import incoming, welcome, writes
from .fastpath import connection_of, forget_handshake
from .sending import close_with_reason, send_event
from .transport import Connection, Frames

log = logging.getLogger(__name__)

# Seconds a client should wait while the database is unavailable.
RETRY_AFTER = 2.0

Handler = Callable[["ChatConsumer", Any], Awaitable[None]]
HANDLERS: dict[type[protocol.Command], Handler] = {}


def handles(*commands: type[protocol.Command]) -> Callable[[Handler], Handler]:
    """Registers a method of the consumer for these commands."""

    def register(method: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(commands, method))
        return method

    return register


class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Handles one connection's commands in order. A post is acknowledged after its commit."""

    # There is a connection once the person is let in.
    connection: Connection
    is_in = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Channels' own loop, without a channel in the layer and without a thread hop per frame."""
        self.scope, self.base_send, self.server = scope, send, scope["chat.server"]
        self.bad_frames = 0
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            self._depart()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without groups, a consumer receives only these three types of message."""
        await _DISPATCH[message["type"]](self, message)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    # -- coming and going -------------------------------------------------------------------------

    async def connect(self) -> None:
        await self.accept()
        connection = connection_of(self.scope, self.base_send)
        try:
            await self._let_in(connection)
        except DatabaseError as error:
            log.warning("nobody can come in: %s", type(error).__name__)
            close_with_reason(connection, Close.OVERLOADED, "storage unavailable", RETRY_AFTER)

    async def _let_in(self, connection: Connection) -> None:
        key = sessions.session_key_of(self.scope["headers"])
        read_together = self.server.database.read_together
        login = await read_together(sessions.login_sessions_of, key) if key else Close.LOGIN_ENDED
        if isinstance(login, Close):
            close_with_reason(connection, login, "log in first")
        elif self.server.draining:
            close_with_reason(connection, Close.RESTARTING, "restarting", 1.0)
        elif login.is_guest and await self.server.database.read(sessions.from_banned_address, self.scope):
            close_with_reason(connection, Close.BANNED, "banned")
        else:
            await self._welcome(connection, login)

    async def _welcome(self, connection: Connection, login: sessions.LoginSession) -> None:
        """Subscribe to the person, read their rooms, join each at the seq read: so no change is missed."""
        address, agent = sessions.client_details(self.scope)
        self.allowance = rate_limit.allowance_of(login.person, (address or "") if login.is_guest else None)
        if wait := self.allowance.take("connect"):
            close_with_reason(connection, Close.FLOODING, "too many new connections", wait)
            return
        connection.login = login._replace(address=address)
        connection.person, connection.session = login.person, uuid4()
        self.connection, self.is_in = connection, True
        self._make_room_for(login.person)
        self.server.hub.arrive(connection)
        greeting, rooms = await self.server.database.read_together(welcome.of, login.person)
        directory = self.server.public_rooms.frame_for(connection)
        connection.write(Frames([greeting, directory] if directory else [greeting]))
        for pk, room in rooms.items():
            self.server.hub.join(pk, room.id, connection, room.seq)
        self.server.presence_tracker.arrived(connection, address, agent)
        forget_handshake(self.scope)

    def _make_room_for(self, person: PersonId) -> None:
        """At the limit close the person's oldest connection: a browser gone wild cannot hold thousands."""
        mine = self.server.hub.people.get(person, {})
        if self.allowance.owners and len(mine) >= limits.MAX_CONNECTIONS:
            close_with_reason(next(iter(mine)), Close.REPLACED, "too many connections")

    def _depart(self) -> None:
        if self.is_in:
            self.server.hub.depart(self.connection)
            self.server.presence_tracker.departed(self.connection)

    # -- commands ---------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.is_in or self.connection.closed:
            return
        try:
            command = incoming.parse(text_data)
        except actions.Refused as refused:
            self._bad_frame(refused)
            return
        self.bad_frames = 0
        if not self._within_rate(command):
            return
        try:
            await HANDLERS[type(command)](self, command)
        except Exception as error:  # one failed command must not end the connection or the process
            self._refuse(command, refusal_of(error, type(command).__name__))

    def _bad_frame(self, refused: actions.Refused) -> None:
        self.bad_frames += 1
        self._send(protocol.Error(code=refused.code, detail=refused.detail))
        if self.bad_frames >= limits.BAD_FRAMES:
            self._bye(Close.PROTOCOL, "too many bad frames")

    def _within_rate(self, command: protocol.Command) -> bool:
        wait = self.allowance.take("frame") or self.allowance.take(command.rate)
        if wait and self.allowance.is_flood():
            self._bye(Close.FLOODING, "flooding", 10.0)
        elif wait:
            self._refuse(command, actions.Refused(Code.RATE_LIMITED, retry_after=wait))
        return not wait

    @handles(protocol.Post)
    async def post(self, command: protocol.Post) -> None:
        """Render, then queue for the writer, which commits many posts together."""
        body = incoming.clean(command.body) if command.body.strip() or not command.attachments else ""
        draft = actions.Draft(self._me, incoming.with_body(command, body), await self._rendered(body))
        call = writes.Call(actions.post_messages, (draft,))
        self._write(command, call, writes.ack_post, takes_list=True, takes_more=True)

    @handles(protocol.Edit)
    async def edit(self, command: protocol.Edit) -> None:
        body = incoming.clean(command.body)
        html = await self._rendered(body)
        call = writes.call_of(actions.edit_message, self._me, command.message, body, html)
        self._write(command, call, writes.ack_message)

    async def _rendered(self, body: str) -> text.Markup | None:
        """Render off the loop. Later frames wait, so a person's messages keep their order."""
        if text.is_plain(body):
            return None
        self._must_afford("rendering")
        markup, seconds = await self.server.renderer.render(self._me, body)
        self.allowance.charge("rendering", 100 * seconds)
        return markup  # type: ignore[no-any-return]

    def _must_afford(self, name: str) -> None:
        """Raise Refused while an earlier charge is unpaid: the cost is only known afterwards."""
        if wait := self.allowance.take(name, 0.0):
            raise actions.Refused(Code.RATE_LIMITED, retry_after=wait)

    @handles(*writes.WRITES)
    async def write(self, command: protocol.Command) -> None:
        write = writes.WRITES[type(command)]
        self._write(command, write.call(self._me, command), write.ack)

    @handles(protocol.OpenRoom, protocol.SyncRoom)
    async def open_room(self, command: protocol.OpenRoom | protocol.SyncRoom) -> None:
        feed = self._feed(command.room)
        add_ref = partial(protocol.with_ref, ref=command.ref) if command.ref is not None else None
        await feed.admit(self.connection, command.since, add_ref)
        await self.server.presence_tracker.send_presence(feed, self.connection)

    @handles(protocol.ReadHistory)
    async def read_history(self, command: protocol.ReadHistory) -> None:
        self._answer(await self.server.database.read(queries.history, self._feed(command.room).room, command))

    @handles(protocol.Search)
    async def search(self, command: protocol.Search) -> None:
        self._must_afford("searching")
        found, seconds = await self.server.database.search(search.find_messages, self._me, command)
        self.allowance.charge("searching", 100 * seconds)
        self._answer(found)

    @handles(protocol.ReadRevisions)
    async def read_revisions(self, command: protocol.ReadRevisions) -> None:
        answer = await self.server.database.read(queries.revisions, self._me, command)
        if isinstance(answer, Code):
            raise actions.Refused(answer)
        self._answer(answer)

    @handles(protocol.Type)
    async def type(self, command: protocol.Type) -> None:
        presence.typing(self._feed(command.room).room, command.room, self._me)

    @handles(protocol.SetPresence)
    async def set_presence(self, command: protocol.SetPresence) -> None:
        self.server.presence_tracker.set_away(self.connection, command.state == "away")

    @handles(protocol.Ping)
    async def ping(self, command: protocol.Ping) -> None:
        asked = command.heads or {}
        heads = {feed.key: feed.seq for feed in self.connection.feeds if feed.key in asked}
        self._send(protocol.Pong(now=timezone.now(), heads=heads, ref=command.ref))

    # -- answers ----------------------------------------------------------------------------------

    @property
    def _me(self) -> PersonId:
        person: PersonId = self.connection.person
        return person

    def _feed(self, key: str) -> Any:
        """The feed of a room this connection is in. Raises Refused for others, as if they did not exist."""
        feed = self.server.hub.by_key.get(key)
        if feed is None or feed not in self.connection.feeds:
            raise actions.Refused(Code.NO_SUCH_ROOM)
        return feed

    def _write(
        self, command: protocol.Command, call: writes.Call[Any], ack: writes.Acknowledge, **how: bool
    ) -> None:
        submit, done = self.server.database.writer.submit, partial(self._done, command, ack)
        if self.server.draining or not submit(call.action, *call.args, done=done, **how):
            raise actions.Refused(Code.OVERLOADED, retry_after=1.0)

    def _done(self, command: protocol.Command, ack: writes.Acknowledge, outcome: Any) -> None:
        if isinstance(outcome, actions.Refused):
            self._refuse(command, outcome)
        elif event := ack(command, outcome):
            self._send(event)

    def _refuse(self, command: protocol.Command, refused: actions.Refused) -> None:
        nonce = command.nonce if isinstance(command, protocol.Post) else None
        self._send(
            protocol.Error(
                code=refused.code, reason=refused.reason, detail=refused.detail,
                retry_after=refused.retry_after, nonce=nonce, ref=command.ref,
            )
        )  # fmt: skip

    def _send(self, event: protocol.Event) -> None:
        send_event(self.server.hub, self.connection, event)

    def _answer(self, frame: bytes) -> None:
        self.server.hub.flusher.answer(self.connection, frame)

    def _bye(self, code: Close, reason: str, retry_after: float | None = None) -> None:
        close_with_reason(self.connection, code, reason, retry_after)


def refusal_of(error: Exception, command: str) -> actions.Refused:
    """Only an outage is worth another try. Its traceback, for each command, would explain nothing; that of
    another database error may hold what somebody wrote."""
    if isinstance(error, actions.Refused):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("%s not answered: %s", command, type(error).__name__)
        return actions.Refused(Code.STORAGE_UNAVAILABLE, retry_after=RETRY_AFTER)
    shown = None if isinstance(error, DatabaseError) else error
    log.error("%s failed: %s", command, type(error).__name__, exc_info=shown)
    return actions.Refused(Code.FAILED)


_DISPATCH = {
    "websocket.connect": AsyncWebsocketConsumer.websocket_connect,
    "websocket.receive": AsyncWebsocketConsumer.websocket_receive,
    "websocket.disconnect": ChatConsumer.websocket_disconnect,
}
