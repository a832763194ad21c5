"""Fixtures of the host project's tests: the project as it runs, set up by its superuser."""

from collections.abc import Iterator

import pytest

from .site import OWNER, Host, HostServer


@pytest.fixture(scope="package")
def host() -> Host:
    host = Host()
    host.make_owner()
    host.manage("chat_setup", f"--username={OWNER}", "--workspace=The club")
    return host


@pytest.fixture(scope="package")
def server(host: Host) -> Iterator[HostServer]:
    with host.server() as server:
        yield server


@pytest.fixture(scope="module")
def new_host() -> Host:
    """Nobody has an account there, and the chat is not set up."""
    return Host()
