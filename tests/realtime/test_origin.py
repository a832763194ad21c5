"""Tests that only exactly matching origins may open a WebSocket: other sites must not use a visitor's
cookie."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.realtime.origin import is_allowed

OURS = "chat.example.org:8000"


def scope(host: str | list[str] = OURS, origin: str | list[str] | None = None, **more: str) -> dict[str, Any]:
    """A handshake as daphne passes it on: lower-case header names, unchanged values."""
    hosts = [host] if isinstance(host, str) else host
    origins = [] if origin is None else [origin] if isinstance(origin, str) else origin
    scheme = more.pop("scheme", "ws")
    headers = [("host", h) for h in hosts] + [("origin", o) for o in origins]
    headers += [(name.replace("_", "-"), value) for name, value in more.items()]
    raw = [(name.encode(), value.encode("utf-8")) for name, value in headers]
    return {"type": "websocket", "scheme": scheme, "headers": raw}


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["chat.example.org", "[::1]", "localhost"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://front.example.org"]
    settings.SECURE_PROXY_SSL_HEADER = None


@pytest.mark.parametrize(
    "good",
    [
        scope(origin="http://chat.example.org:8000"),
        scope(host="chat.example.org", origin="http://chat.example.org"),
        scope(host="[::1]:8000", origin="http://[::1]:8000"),
        scope(origin="https://chat.example.org:8000", scheme="wss"),
        scope(origin="https://front.example.org"),
        scope(),
    ],
    ids=lambda s: str(s["headers"]),
)
def test_our_own_origin_a_listed_one_and_no_origin_are_allowed(good: dict[str, Any]) -> None:
    assert is_allowed(good)


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example", "http://chat.example.org", "http://chat.example.org:8001",
        "https://chat.example.org:8000", "http://evil.chat.example.org:8000", "http://example.org:8000",
        "http://chat.example.org:8000.evil.example", "http://chat.example.org:8000@evil.example",
        "http://evil.example#http://chat.example.org:8000", "http://chat.example.org:8000/", "null", "", " ",
        "*",
        "file://", "http://", "http://[abc", "http://[::1", "http://a:b:c", "http://chat.example.org:99999999",
        "http://CHAT.example.org:8000", "https://FRONT.example.org", "https://front.example.org:8443",
        "http://front.example.org", "chat.example.org:8000", "ws://chat.example.org:8000", "ünïcode",
        "\ufeff",
        "http://chat.example.org:8000, http://evil.example", "http://chat.example.org:8000\x00",
    ],
)  # fmt: skip
def test_any_other_origin_is_refused_without_a_fault(origin: str) -> None:
    assert not is_allowed(scope(origin=origin))


def test_duplicate_headers_are_refused() -> None:
    ours = "http://chat.example.org:8000"
    assert not is_allowed(scope(origin=[ours, ours]))
    assert not is_allowed(scope(origin=[ours, "http://evil.example"]))
    assert not is_allowed(scope(host=[OURS, OURS], origin=ours))
    assert not is_allowed(scope(host=[OURS, "evil.example"]))
    assert not is_allowed(scope(host=[]))


@pytest.mark.parametrize(
    "host", ["evil.example", "", "chat.example.org.evil.example", "[abc", "a b", "*", "@", ":8000"]
)
def test_a_host_that_is_not_ours_is_refused_whatever_the_origin(host: str) -> None:
    assert not is_allowed(scope(host=host, origin=f"http://{host}"))
    assert not is_allowed(scope(host=host, origin="https://front.example.org"))
    assert not is_allowed(scope(host=host))


def test_behind_a_proxy_its_header_gives_the_scheme(settings: Any) -> None:
    secure, plain = "https://chat.example.org:8000", "http://chat.example.org:8000"
    assert not is_allowed(scope(origin=secure, x_forwarded_proto="https")), (
        "nobody may claim it where none is set"
    )
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert is_allowed(scope(origin=secure, x_forwarded_proto="https"))
    assert not is_allowed(scope(origin=plain, x_forwarded_proto="https"))
    assert not is_allowed(scope(origin=secure, x_forwarded_proto="http"))
    assert not is_allowed(scope(origin=secure))


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_no_bytes_are_a_fault_and_only_one_origin_is_ours(host: bytes, origin: bytes) -> None:
    headers = [(b"host", host), (b"origin", origin)]
    assert not is_allowed({"type": "websocket", "scheme": "ws", "headers": headers})


def test_a_refusal_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    is_allowed(scope(origin="http://evil.example\r\nforged: line" + "x" * 5_000))
    [record] = caplog.records
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 600
