"""A process that has imported everything a daphne needs and forks one on demand.

Importing is most of a start: nearly two seconds of CPU time, a thousand times in the long run. Each forked
daphne is a process of its own, with its own loop, sockets, threads and connections; the fork server runs
none of that and has one thread. For a byte on its input it starts one and answers with the process id, and
after its end with its exit code.
"""

import asyncio
import os
import sys
from importlib import import_module

import django
from django.urls import get_resolver

# What a daphne would import by and by, after the site's apps.
WARM = (
    "channels.generic.websocket", "channels.routing", "channels_redis.pubsub", 
    "chat.realtime.server.runtime", "chat.realtime.routing",
    "daphne.cli", "django.core.asgi", "django.db.backends.sqlite3.base", "psycopg_pool",
)  # fmt: skip


def warm() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    django.setup()
    for name in WARM:
        import_module(name)
    assert get_resolver().url_patterns


def run_daphne(words: list[str]) -> None:
    """From here on this is `python -m daphne …`. Daphne makes the reactor when it is imported; it is made
    anew, because two processes must not share a loop."""
    from twisted.internet import reactor

    os.setsid()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    reactor.__init__(asyncio.new_event_loop())  # type: ignore[misc]
    sys.argv = ["daphne", *words]
    import_module("daphne.cli").CommandLineInterface.entrypoint()


def main() -> None:
    warm()
    while os.read(0, 1):
        child = os.fork()
        if child == 0:
            run_daphne(sys.argv[1:])
            return
        os.write(1, f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    main()
