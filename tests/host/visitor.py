"""A visitor who asks for pages and sends forms, without a browser."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, NamedTuple


class Answer(NamedTuple):
    status: int
    url: str
    headers: Any
    text: str


class Visitor:
    """Keeps cookies and follows redirects. `post` takes the form's token from that page, or from another."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self.address + path))

    def post(self, path: str, form_of: str = "", **fields: str) -> Answer:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(form_of or path).text)
        given = fields | {"csrfmiddlewaretoken": found[1] if found else ""}
        data = urllib.parse.urlencode(given).encode()
        return self._ask(urllib.request.Request(self.address + path, data, {"Origin": self.address}))

    def send(self, path: str, data: Any, **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask(urllib.request.Request(self.address + path, data, given))

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=30) as answer:
                return _read(answer)
        except urllib.error.HTTPError as error:
            return _read(error)


def _read(answer: Any) -> Answer:
    return Answer(answer.status, answer.url, answer.headers, answer.read().decode(errors="replace"))


def sign_in(visitor: Visitor, email: str, password: str) -> Answer:
    return visitor.post("/accounts/login/", username=email, password=password, next="")
