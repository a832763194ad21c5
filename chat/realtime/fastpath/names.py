"""The names of daphne, autobahn and Twisted that the fast path relies on, and whether they are there.

docs/fast-path.md shows the same list. Looks only at modules that are loaded: importing Twisted here would
install a reactor under another server.
"""

import dis
import inspect
import sys
from typing import Any, NamedTuple


class Reliance(NamedTuple):
    """Names of one class, or of a module where `owner` is empty."""

    module: str
    owner: str
    names: tuple[str, ...]
    purpose: str


def _of(path: str, names: str, purpose: str) -> Reliance:
    module, _, owner = path.partition(":")
    return Reliance(module, owner, tuple(names.split()), purpose)


RELIES_ON = (
    _of("daphne.server:Server", "create_application handle_reply", "daphne's object behind `send`"),
    _of("daphne.server:Server", "proxy_forwarded_address_header", "the client's address behind a proxy"),
    _of("daphne.http_protocol", "parse_x_forwarded_for", "the client's address behind a proxy"),
    _of(
        "daphne.ws_protocol:WebSocketProtocol",
        "application_queue onMessage dataReceived",
        "an inbox with a limit",
    ),
    _of(
        "autobahn.websocket.protocol:WebSocketServerProtocol",
        "STATE_OPEN state data processData consumeData _dataReceived current_frame inside_message sendClose",
        "whole text frames are read directly, and a full inbox stops reading",
    ),
    _of(
        "autobahn.websocket.protocol:WebSocketServerFactory",
        "maxFramePayloadSize maxMessagePayloadSize",
        "the largest frame that is read directly",
    ),
    _of(
        "autobahn.websocket.protocol:WebSocketServerProtocol",
        "CONFIG_ATTRS http_headers http_request_data",
        "less memory for each connection",
    ),
    _of("autobahn.websocket.protocol", "pformat", "options are not formatted for a disabled log"),
    _of(
        "twisted.internet.tcp:Connection",
        "TLS socket dataBuffer _tempDataBuffer write",
        "frames go straight to the socket while Twisted has nothing to send",
    ),
    _of(
        "twisted.internet.tcp:Connection",
        "registerProducer unregisterProducer pauseProducing resumeProducing abortConnection fileno",
        "a slow reader is noticed and not read",
    ),
    _of(
        "daphne.http_protocol:WebRequest",
        "gotLength handleContentChunk requestReceived notifyFinish channel content client requestHeaders",
        "limits on request bodies; uploads go to a file",
    ),
    _of(
        "daphne.http_protocol:WebRequest",
        "registerProducer unregisterProducer producer request_start",
        "long answers at the client's speed",
    ),
    _of(
        "twisted.web.http:HTTPChannel",
        "connectionMade dataReceived allHeadersReceived allContentReceived requestDone connectionLost "
        "lineLengthExceeded resumeProducing _respondToBadRequestAndDisconnect",
        "deadlines and limits before a request is complete",
    ),
    _of(
        "twisted.web.http:HTTPChannel",
        "requests paused _path _command _version _receivedHeaderSize _receivedHeaderCount totalHeadersSize "
        "maxHeaders",
        "what is known of a request before its body",
    ),
    _of("daphne.http_protocol:HTTPFactory", "server protocol", "which channel daphne makes for a connection"),
    _of("twisted.web.http", "_GenericHTTPChannelProtocol", "which channel daphne makes for a connection"),
)  # fmt: skip


def missing() -> str | None:
    """The first name that is not there, with its owner."""
    for module, owner, names, _ in RELIES_ON:
        place = ".".join(filter(None, (module, owner)))
        found: Any = sys.modules.get(module)
        found = getattr(found, owner, None) if owner else found
        if found is None:
            return place
        for name in names:
            if not (hasattr(found, name) or _is_set_by_a_method(found, name)):
                return f"{place}.{name}"
    return None


def _is_set_by_a_method(kind: Any, name: str) -> bool:
    """True for an attribute that instances of a class get."""
    parents = inspect.getmro(kind) if isinstance(kind, type) else ()
    methods = [inspect.unwrap(one) for parent in parents for one in vars(parent).values() if callable(one)]
    codes = [method.__code__ for method in methods if inspect.isfunction(method)]
    return any(
        step.opname == "STORE_ATTR" and step.argval == name
        for code in codes if name in code.co_names
        for step in dis.get_instructions(code)
    )  # fmt: skip
