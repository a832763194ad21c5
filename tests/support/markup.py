"""What a body is shown as."""

from html.parser import HTMLParser
from urllib.parse import unquote

from chat.rendering.markdown import render


def html_of(body: str) -> str | None:
    markup = render(body)
    return markup and markup.html


class Reader(HTMLParser):
    """The text of a page, with the lines a browser makes; and its links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.links: list[tuple[str, str]] = []
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._link = dict(attrs)["href"] or "", len(self.text)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            href, start = self._link
            self.links.append((self.text[start:], href))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(body: str) -> Reader:
    reader = Reader()
    html = html_of(body)
    if html is None:
        reader.text = body
    else:
        reader.feed(html)
        reader.close()
    return reader


def links_of(body: str) -> list[tuple[str, str]]:
    """What each link shows and where it leads, without percent signs for Chinese letters."""
    return [(shown, unquote(href)) for shown, href in read(body).links]
