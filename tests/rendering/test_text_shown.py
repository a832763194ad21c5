"""Tests that rendered text holds only allowed tags and nothing that runs."""

import re
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.rendering import markdown
from chat.text import BadBody, clean
from tests.support.markup import html_of


class Tags(HTMLParser):
    """Every tag with its attributes; a parser of its own, so that the sanitiser does not judge itself."""

    ALLOWED: dict[str, set[str]] = {
        "a": {"href", "rel", "target"}, "span": {"class"}, "ol": {"start"}, "p": set(), "br": set(),
        "strong": set(), "em": set(), "s": set(), "code": set(), "pre": set(), "blockquote": set(),
        "ul": set(), "li": set(), "h4": set(), "div": {"class"}, "table": set(), "thead": set(),
        "tbody": set(), "tr": set(), "th": {"align"}, "td": {"align"},
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"comment {data!r}")

    handle_decl = handle_pi = unknown_decl = handle_comment

    @classmethod
    def of(cls, html: str) -> list[tuple[str, dict[str, str | None]]]:
        parser = cls()
        parser.feed(html)
        parser.close()
        return parser.found

    @classmethod
    def check(cls, html: str | None) -> None:
        for tag, attributes in cls.of(html or ""):
            assert attributes.keys() <= cls.ALLOWED[tag], html
            if "href" in attributes:
                assert re.match(r"(https?://|mailto:|tel:)[!-~]+\Z", attributes["href"] or ""), html
            assert (attributes.get("class") or "").isalnum() or "class" not in attributes, html


# -- shown ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"),
        ("one\n**two**", "<p>one<br>\n<strong>two</strong></p>"),
        ("> q\n\nr", "<blockquote>\n<p>q</p>\n</blockquote>\n<p>r</p>"),
        ("- a\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>"),
        ("7. a", '<ol start="7">\n<li><p>a</p>\n</li>\n</ol>'),
        ("# *h*\ntext", "<h4><em>h</em></h4>\n<p>text</p>"),
        ("###### h", "<h4>h</h4>"),
        (
            "| *a* | b |\n|:-|-:|\n| 1 | 2 |",
            '<div class="table"><table>\n<thead>\n<tr>\n<th align="left"><em>a</em></th>\n'
            '<th align="right">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align="left">1</td>\n'
            '<td align="right">2</td>\n</tr>\n</tbody>\n</table></div>',
        ),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
        ("\\*no\\*", "<p>*no*</p>"),
    ],
)
def test_supported_markdown_is_rendered(body: str, html: str) -> None:
    assert html_of(body) == html


def test_pictures_rules_and_html_are_text() -> None:
    for body, html in (
        ("<b>*x*</b>", "&lt;b&gt;<em>x</em>&lt;/b&gt;"),
        ("*a*\n---", "<em>a</em><br>\n---"),
    ):
        assert html_of(body) == f"<p>{html}</p>"
    assert 'src="' not in (html_of("![x](http://a.example/x.png)") or "")


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("see http://a.example/x?y=1&z=2.", "http://a.example/x?y=1&amp;z=2"),
        ("www.example.com", "http://www.example.com"),
        ("[x](https://a.example)", "https://a.example"),
        ("<https://a.example/>", "https://a.example/"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("https://zh.wikipedia.org/wiki/中文", "https://zh.wikipedia.org/wiki/%E4%B8%AD%E6%96%87"),
    ],
)
def test_a_link_has_its_address_and_sends_no_referrer(body: str, address: str) -> None:
    html = html_of(body) or ""
    assert f'<a href="{address}"' in html
    assert 'rel="nofollow noopener noreferrer"' in html
    assert 'target="_blank"' in html


def test_code_with_its_language_named_has_classes_and_nothing_else() -> None:
    html = html_of("```python\ndef f(): return '<b>'\n```") or ""
    assert '<span class="k">def</span>' in html
    assert "&lt;b&gt;" in html
    for language in ("nonsense", "<x>", "python<b>", "../etc", "brainfuck", "easytrieve"):
        assert "<span" not in (html_of(f"```{language}\n+-<b>\n```") or "")


@given(st.text(max_size=120) | st.text("*_`~[]()<>!\\ \n-1.>:/wahtp\"'&|#", max_size=200))
def test_any_input_becomes_allowed_tags_only(body: str) -> None:
    with suppress(BadBody):
        Tags.check(html_of(clean(body)))


# -- attacks -------------------------------------------------------------------------------------

HTML = """
<script>alert(1)</script>
<ScRiPt src=//evil.example></sCrIpT>
<<script>alert(1)//<</script>
<img src=x onerror=alert(1)>
<img/src/onerror=alert(1)>
<img src=`x`onerror=alert(1)>
<image href=x onerror=alert(1)>
<svg onload=alert(1)>
<svg><script>alert&lpar;1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x>
<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>
<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>
<math href=javascript:alert(1)>x</math>
<body onload=alert(1)>
<iframe src=javascript:alert(1)>
<iframe srcdoc="<script>alert(1)</script>">
<object data=javascript:alert(1)>
<embed src=javascript:alert(1)>
<form action=javascript:alert(1)><button>x
<button formaction=javascript:alert(1)>x
<input autofocus onfocus=alert(1)>
<details open ontoggle=alert(1)>
<video><source onerror=alert(1)>
<audio src=x onerror=alert(1)>
<marquee onstart=alert(1)>
<meta http-equiv=refresh content="0;url=javascript:alert(1)">
<base href=//evil.example/>
<link rel=stylesheet href=//evil.example/x.css>
<style>@import '//evil.example/x.css'</style>
<style><!--</style><script>alert(1)//--></script>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<textarea></textarea><script>alert(1)</script>
<template><script>alert(1)</script></template>
<xmp><p title="</xmp><svg/onload=alert(1)>">
<a href=javascript:alert(1)>x</a>
<a href="x" onclick="alert(1)">x</a>
<a style="background:url(javascript:alert(1))">x</a>
<p id=composer name=attributes>x</p>
<!--><script>alert(1)</script>-->
<![CDATA[<script>alert(1)</script>]]>
<?xml version="1.0"?><script>alert(1)</script>
<%00script>alert(1)</script>
"><script>alert(1)</script>
'-alert(1)-'
</p></div><script>alert(1)</script>
<x onpointerenter=alert(1)>x
<dialog open><form method=dialog>x
<isindex type=image src=1 onerror=alert(1)>
""".strip().splitlines()
TARGETS = """
javascript:alert(1)
JaVaScRiPt:alert(1)
 javascript:alert(1)
java&#10;script:alert(1)
java&Tab;script:alert(1)
&#106;avascript:alert(1)
&#x6A;avascript&colon;alert(1)
javascript&#58;alert(1)
javascript:alert(1)//http://x.example
javascript://x.example/%0aalert(1)
%6aavascript:alert(1)
vbscript:msgbox(1)
data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==
data:image/svg+xml,<svg onload=alert(1)>
file:///etc/passwd
blob:http://x.example/1
http://x.example/"onmouseover="alert(1)
http://x.example/'><script>alert(1)</script>
//evil.example
\\\\evil.example
""".strip("\n").splitlines()
CARRIERS = [
    "[x]({})", "[x](<{}>)", '[x]({} "t")', "<{}>", "![x]({})", "*{}*", "[x][1]\n\n[1]: {}", "`{}`",
    "```{}\nx\n```", "> - **{}**",
]  # fmt: skip
ATTACKS = [carrier.format(target) for carrier in CARRIERS for target in TARGETS]
ATTACKS += [
    carrier.format(html)
    for carrier in ("*a* {}", "```html\n{}\n```", "[{}](http://a.example)")
    for html in HTML
]


@pytest.mark.parametrize("body", ATTACKS)
def test_an_attack_is_shown_and_does_not_run(body: str) -> None:
    """Alone, many are plain text; emphasis makes HTML of them."""
    Tags.check(html_of(clean(body)))
    html = html_of(clean(f"*a*\n{body}"))
    assert html
    Tags.check(html)


def _hostile_code() -> Iterator[str]:
    for language in (
        "c",
        "java",
        "python",
        "html",
        "autohotkey",
        "easytrieve",
        "basemake",
        "csharp",
        "markdown",
    ):
        for unit in ("\n", "a", "a\n", " ", "\t", "(", "<", '"', "a b "):
            yield f"```{language}\n{unit * (3_900 // len(unit))}\n```"


def test_long_code_is_not_coloured() -> None:
    """A lexer's time can grow with the square of its input."""
    assert "<span" in (html_of("```c\n" + "int x;\n" * 200 + "```") or "")
    assert "<span" not in (html_of("```c\n" + "int x;\n" * 250 + "```") or "")


@pytest.mark.timeout(20)
def test_slow_lexers_cannot_be_chosen() -> None:
    """81 bodies; with any lexer for any length some of them take seconds each."""
    for body in _hostile_code():
        Tags.check(html_of(body))


def test_plain_text_skips_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[str] = []
    monkeypatch.setattr(markdown._markdown, "parse", lambda body, _: met.append(body) or [])
    for body in (
        "hello",
        "2 > 1, a-b, 1.5",
        "今晚七点？",
        "🎉",
        "one\ntwo",
        "<b>not markup</b> & so on",
        "@Bob come",
        "好的~",
        "v1_2_3",
        "5 * 3 = 15, 2*3*4=24",
        "C:\\temp\\new",
        "[x] a|b",
        "+",
        "5.",
    ):
        assert html_of(body) is None
    assert met == []
    html_of("*this* does")
    assert met == ["*this* does"]
