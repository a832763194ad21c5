"""Tests what `make run` tells people."""

import socket

import pytest

from bin import dev


def test_the_address_for_other_devices_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with a network; the socket only looks up the route."""
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: None)
    monkeypatch.setattr(socket.socket, "getsockname", lambda self: ("192.168.1.5", 9))
    assert dev.addresses("0.0.0.0") == ["192.168.1.5", "localhost"]  # noqa: S104 - nothing listens
    assert dev.addresses("127.0.0.1") == ["127.0.0.1"]
