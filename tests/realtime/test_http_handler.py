"""Tests the path from the event loop to Django: one thread per request, none that waits for another's
form."""

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from chat.realtime.fastpath import response_pacing
from chat.realtime.server import http_handler
from chat.realtime.server.http_handler import HttpHandler
from chat.realtime.transport import Owner
from chat.web.views.access import person_of
from chatsite.urls import urlpatterns as site_urls

LET_GO = threading.Event()
CALLS: list[Any] = []
LENGTH = 4 * 2**20


@csrf_exempt
def _form(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" or request.path in ("/admin/hang/", "/hang/"):
        CALLS.append(request.path)
        LET_GO.wait(10)
    return HttpResponse(request.body)


def _where(request: HttpRequest) -> HttpResponse:
    connection.ensure_connection()
    CALLS.append((threading.current_thread().name, id(connection.connection)))
    return HttpResponse("here")


def _person(request: HttpRequest) -> HttpResponse:
    me = person_of(request)
    return HttpResponse(me.name if me else "nobody")


@csrf_exempt
def _file(request: HttpRequest) -> FileResponse:
    return FileResponse(open(__file__, "rb"))


def _long_file(request: HttpRequest) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    file.write(bytes(LENGTH))
    file.seek(0)
    CALLS.append(file)
    return FileResponse(file)


urlpatterns = [
    path("form/", _form),
    path("admin/hang/", _form),
    path("hang/", _form),
    path("where/", _where),
    path("file/", _file),
    path("person/", _person),
    path("long/", _long_file),
    *site_urls,  # those of the pages that get threads of their own
]


@pytest.fixture(autouse=True)
def _these_pages(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = __name__
    LET_GO.clear()
    CALLS.clear()
    yield
    LET_GO.set()


class Sent:
    """Daphne's `send` as far as it is used: its protocol, and a buffer that may be full."""

    def __init__(self, upload: bytes | None = None, person: int = 1) -> None:
        file = BytesIO(upload or b"")
        self.chat_upload = None if upload is None else SimpleNamespace(file=file, owner=Owner(person))
        self.producer, self.channel, self.args = None, self, (self,)
        self.came: list[dict[str, Any]] = []
        self.begun = asyncio.Event()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self.producer = producer
        self.begun.set()

    def unregisterProducer(self) -> None:
        self.producer = None

    async def __call__(self, message: dict[str, Any]) -> None:
        self.came.append(message)

    @property
    def size(self) -> int:
        return sum(len(message.get("body", b"")) for message in self.came)


async def ask(
    to: HttpHandler,
    at: str,
    method: str = "GET",
    body: bytes | None = b"",
    sent: Sent | None = None,
    cookie: bytes = b"",
    client: str = "",
) -> tuple[int, bytes]:
    """A body of None means that the client leaves before it arrives."""
    scope = {"type": "http", "method": method, "path": at, "query_string": b"", "http_version": "1.1",
             "headers": [(b"host", b"localhost"), (b"cookie", cookie)], "scheme": "http",
             "client": (client, 1)}  # fmt: skip
    send = sent or Sent()

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"} if body is None else {"type": "http.request", "body": body}

    await asyncio.wait_for(to(scope, receive, send), 10)
    came = send.came
    return came[0]["status"] if came else 0, b"".join(message.get("body", b"") for message in came)


async def until_called(count: int) -> None:
    end = asyncio.get_running_loop().time() + 10
    while len(CALLS) < count and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110  threads tell nobody
        await asyncio.sleep(0.01)


def test_requests_and_responses_pass_unchanged() -> None:
    async def story() -> None:
        LET_GO.set()
        assert await ask(HttpHandler(), "/form/", "POST", b"a=b") == (200, b"a=b")

    asyncio.run(story())


def test_a_file_response_is_complete() -> None:
    with open(__file__, "rb") as file:
        assert asyncio.run(ask(HttpHandler(), "/file/")) == (200, file.read())


def test_a_client_that_leaves_before_its_request_is_ignored() -> None:
    assert asyncio.run(ask(HttpHandler(), "/form/", "POST", None)) == (0, b"")
    assert CALLS == []


@pytest.mark.django_db(transaction=True)
def test_one_thread_serves_a_request_and_keeps_or_returns_its_database_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_handler, "QUICK", 1)
    after: list[Any] = []

    def note(sender: Any, **_: Any) -> None:
        after.append((threading.current_thread().name, connection.connection is not None))

    to = HttpHandler()
    request_started.connect(note, sender=HttpHandler)
    request_finished.connect(note, sender=HttpHandler)
    try:
        asyncio.run(ask(to, "/where/"))
        asyncio.run(ask(to, "/where/"))
    finally:
        request_started.disconnect(note, sender=HttpHandler)
        request_finished.disconnect(note, sender=HttpHandler)
        to._quick.executor.submit(lambda: connection.close()).result()
    assert {name for name, _ in [*CALLS, *after]} == {"chat-page_0"}
    keeps = settings.DATABASES["default"]["CONN_MAX_AGE"] is None
    assert [kept for _, kept in after] == [False, keeps, keeps, keeps]
    assert (CALLS[0] == CALLS[1]) or not keeps


@pytest.mark.parametrize("slow", ["/form/", "/admin/hang/"])
def test_waiting_forms_do_not_delay_pages(slow: str) -> None:
    async def story() -> None:
        to = HttpHandler()
        method = "POST" if slow == "/form/" else "GET"
        forms = [asyncio.ensure_future(ask(to, slow, method)) for _ in range(http_handler.SLOW)]
        await until_called(http_handler.SLOW)
        assert await ask(to, "/form/") == (200, b"")
        LET_GO.set()
        assert await asyncio.gather(*forms) == [(200, b"")] * http_handler.SLOW

    asyncio.run(story())


def test_requests_with_invented_sessions_from_one_network_leave_threads_to_others() -> None:
    async def story() -> None:
        to = HttpHandler()
        cookies = [b"sessionid=madeup%d" % number for number in range(10)]
        crowd = [ask(to, "/hang/", cookie=cookie, client="203.0.113.1") for cookie in cookies]
        pages = [asyncio.ensure_future(one) for one in crowd]
        await until_called(http_handler.QUICK_EACH)
        assert await ask(to, "/form/", client="203.0.113.2") == (200, b"")
        assert len(CALLS) == http_handler.QUICK_EACH
        LET_GO.set()
        await asyncio.gather(*pages)

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_a_person_s_page_does_not_wait_for_strangers_of_the_same_network(alice: Any) -> None:
    cookie = session_cookie(alice)

    async def story() -> None:
        to = HttpHandler()
        assert (await ask(to, "/person/", cookie=cookie))[0] == 200
        strangers = [asyncio.ensure_future(ask(to, "/hang/")) for _ in range(10)]
        await until_called(http_handler.QUICK_EACH)
        assert (await ask(to, "/person/", cookie=cookie))[1] != b"nobody"
        LET_GO.set()
        await asyncio.gather(*strangers)
        for _ in range(http_handler.QUICK):
            to._quick.executor.submit(lambda: connection.close()).result()

    asyncio.run(story())


def test_pages_that_hang_do_not_make_a_process_look_dead(settings: Any) -> None:
    async def story() -> None:
        to = HttpHandler()
        for _ in range(http_handler.QUICK):
            to._quick.executor.submit(LET_GO.wait, 10)
        settings.ROOT_URLCONF = "chatsite.urls"
        assert await ask(to, "/healthz") == (200, b"ok\n")
        LET_GO.set()

    asyncio.run(story())


# -- files -----------------------------------------------------------------------------------------


def test_an_upload_s_body_is_its_file_on_disk() -> None:
    """Daphne's own queue stays empty."""
    LET_GO.set()
    assert asyncio.run(ask(HttpHandler(), "/form/", "POST", b"", Sent(upload=b"bytes"))) == (200, b"bytes")


def test_slow_uploads_do_not_delay_forms() -> None:
    async def story() -> None:
        to = HttpHandler()
        uploads = [
            asyncio.ensure_future(ask(to, "/form/", "POST", b"", Sent(upload=b"x", person=person)))
            for person in range(http_handler.SLOW)
        ]
        await until_called(http_handler.UPLOADS)
        form = asyncio.ensure_future(ask(to, "/form/", "POST", b"form"))
        await until_called(http_handler.UPLOADS + 1)
        assert len(CALLS) == http_handler.UPLOADS + 1, "no more uploads at a time, and the form"
        LET_GO.set()
        assert await form == (200, b"form")
        await asyncio.gather(*uploads)

    asyncio.run(story())


def test_one_person_s_uploads_do_not_delay_another_s() -> None:
    async def story() -> None:
        to = HttpHandler()
        hers = [asyncio.ensure_future(ask(to, "/form/", "POST", b"", Sent(b"x"))) for _ in range(6)]
        await until_called(1)
        assert (await ask(to, "/file/", "POST", b"", Sent(b"y", person=2)))[0] == 200
        LET_GO.set()
        assert await asyncio.gather(*hers) == [(200, b"x")] * 6

    asyncio.run(story())


def test_a_large_file_is_streamed_and_closed() -> None:
    async def story() -> None:
        sent = Sent()
        asked = asyncio.ensure_future(ask(HttpHandler(), "/long/", sent=sent))
        await sent.begun.wait()
        sent.producer.pauseProducing()
        await asyncio.sleep(0.2)
        assert sent.size < LENGTH / 2
        sent.producer.resumeProducing()
        assert await asked == (200, bytes(LENGTH))
        assert CALLS[0].closed
        assert sent.producer is None

    asyncio.run(story())


def test_streamed_responses_per_person_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_handler, "EACH_PERSON", 2)

    async def story() -> None:
        to, slow = HttpHandler(), [Sent(), Sent()]
        asked = [asyncio.ensure_future(ask(to, "/long/", sent=sent, client="203.0.113.1")) for sent in slow]
        for sent in slow:
            await sent.begun.wait()
            sent.producer.pauseProducing()
        assert (await ask(to, "/long/", client="203.0.113.1"))[0] == 503
        assert CALLS[2].closed
        assert (await ask(to, "/long/", client="203.0.113.2")) == (200, bytes(LENGTH))
        for sent in slow:
            sent.producer.resumeProducing()
        await asyncio.gather(*asked)
        assert (await ask(to, "/long/", client="203.0.113.1"))[0] == 200

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_more_sessions_give_a_person_no_more_streamed_responses(
    alice: Any, bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_handler, "EACH_PERSON", 1)
    cookies = [session_cookie(person) for person in (alice, alice, bob)]

    async def story() -> None:
        to, slow = HttpHandler(), Sent()
        for cookie in cookies:
            assert (await ask(to, "/person/", cookie=cookie))[0] == 200
        asked = asyncio.ensure_future(ask(to, "/long/", sent=slow, cookie=cookies[0]))
        await slow.begun.wait()
        slow.producer.pauseProducing()
        assert (await ask(to, "/long/", cookie=cookies[1]))[0] == 503
        assert (await ask(to, "/long/", cookie=cookies[2]))[0] == 200
        slow.producer.resumeProducing()
        await asked
        for _ in range(http_handler.QUICK):
            to._quick.executor.submit(lambda: connection.close()).result()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_of_many_slow_downloads_one_is_ended_for_somebody_who_has_none(
    alice: Any, bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_handler, "DOWNLOADS", 2)
    hers, his = session_cookie(alice), session_cookie(bob)

    async def story() -> None:
        to, slow = HttpHandler(), [Sent(), Sent()]
        for cookie in (hers, his):
            assert (await ask(to, "/person/", cookie=cookie))[0] == 200
        asked = [asyncio.ensure_future(ask(to, "/long/", sent=sent, cookie=hers)) for sent in slow]
        for sent in slow:
            sent.transport = SimpleNamespace(abortConnection=lambda: CALLS.append("aborted"))  # type: ignore[attr-defined]
            await sent.begun.wait()
            sent.producer.pauseProducing()
        assert (await ask(to, "/long/", cookie=hers))[0] == 503, "she has some already"
        assert await ask(to, "/long/", cookie=his) == (200, bytes(LENGTH))
        assert CALLS.count("aborted") == 1
        for sent in slow:
            if sent.producer is not None:
                sent.producer.resumeProducing()
        sizes = [len(body) for _, body in await asyncio.gather(*asked)]
        assert max(sizes) == LENGTH > min(sizes)
        for _ in range(http_handler.QUICK):
            to._quick.executor.submit(lambda: connection.close()).result()

    asyncio.run(story())


def session_cookie(person: Any) -> bytes:
    """The cookie of a login of its own."""
    browser = Client()
    browser.force_login(person)
    return f"sessionid={browser.session.session_key}".encode()


@pytest.mark.parametrize("leave", ["stopProducing", "stall"])
def test_a_client_that_leaves_or_stalls_during_a_stream_is_dropped(
    leave: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        sent = Sent()
        monkeypatch.setattr(response_pacing, "STALLED", 0.2)
        sent.transport = SimpleNamespace(abortConnection=lambda: CALLS.append("aborted"))  # type: ignore[attr-defined]
        asked = asyncio.ensure_future(ask(HttpHandler(), "/long/", sent=sent))
        await sent.begun.wait()
        sent.producer.pauseProducing()
        if leave != "stall":
            sent.producer.stopProducing()
        _, came = await asked
        assert len(came) < LENGTH
        assert CALLS[0].closed
        assert ("aborted" in CALLS) is (leave == "stall")

    asyncio.run(story())
