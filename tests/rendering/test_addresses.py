"""Tests that an address ends where its writer ended it, and shows where it leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.rendering import hosts
from tests.support.markup import html_of, links_of, read

X = "https://x.example"
AFTER = [
    "，然后", "。", "）", "》吧", "、", "；好", "！", "？", "：见", "「引", "」", "”说", "’", "……", "——好",
    "～", "】", "》", "﹐", " 然后", "\n然后", "\u3000", '"', "<b>", "`", "|", "🎉", "\u202e", "\u200b",
    ")", "]", "}", ".", ",", "!", "?", ";", ":", "*", "...", "?!", "~~", "**", "**后", ",https://y.example",
    ")，", ").",
]  # fmt: skip


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("address", [X, f"{X}/48", f"{X}/wiki/中文", f"{X}/Foo_(bar)", "www.x.example/?q=1"])
def test_an_address_ends_before(address: str, after: str) -> None:
    body = f"看{address}{after}"
    assert links_of(body)[0][0] == address
    assert links_of(f"*a* {body}")[0][0] == address, "the same among markup"
    assert address + after.rstrip() in read(body).text or after in ("~~", "**", "**后", "*")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (f"{X}你好", [X]),
        (f"{X}:8000你好", [f"{X}:8000"]),
        ("https://x.exampleсайт", ["https://x.xn--example-8fg5fvdn"]),
        (f"{X}/然后", [f"{X}/然后"]),
        (f"{X}、https://y.example/a、www.z.example", [X, "https://y.example/a", "www.z.example"]),
        (f"{X},https://y.example;www.z.example", [X, "https://y.example", "www.z.example"]),
        (f"{X}/?u=https://y.example/a,b", [f"{X}/?u=https://y.example/a,b"]),
        (f"（{X}/a）({X}/b) [{X}/c] “{X}/d” '{X}/e', <{X}/f>", [f"{X}/{at}" for at in "abcdef"]),
        (f"'{X}/a','{X}/b'", [f"{X}/a", f"{X}/b"]),
        (f"{X}/a[1]/{{id}}?ids[]=(1)", [f"{X}/a[1]/{{id}}?ids[]=(1)"]),
        (f"[{X}](第3页)", [X]),
        (f"**{X}/a**后文 *{X}/b*", [f"{X}/a", f"{X}/b"]),
        (f"**看{X}/a_b_c**", [f"{X}/a_b_c"]),
        (f"{X}/~user/a*b/O'Neil", [f"{X}/~user/a*b/O'Neil"]),
        ("http://localhost:8000/a http://127.0.0.1", ["http://localhost:8000/a", "http://127.0.0.1"]),
        ("HTTPS://X.EXAMPLE/A", ["HTTPS://X.EXAMPLE/A"]),
        ("WWW.X.EXAMPLE", ["WWW.X.EXAMPLE"]),
        (f"{X}/?q=%E4%B8%AD&a#b", [f"{X}/?q=%E4%B8%AD&a#b"]),
        ("mailto:a@b.example你好 mailto:c@d.example?subject=x。", [
            "mailto:a@b.example", "mailto:c@d.example?subject=x",
        ]),
        # Names of files, and what only looks like an address.
        ("main.py README.md lib.rs x.example a@b.example index.html foo.com/bar", []),
        ("ftp://x.example file:///etc/passwd javascript:alert(1) http://", []),
        ("https://bank.example@evil.example/ https://x%2eexample https://-", ["https://-"]),
        ("awww.x.example @www.x.example www.x www.", []),
    ],
)  # fmt: skip
def test_addresses_in_text(body: str, shown: list[str]) -> None:
    assert [one for one, _ in links_of(body)] == shown
    assert [one for one, _ in links_of(f"`x` {body}")] == shown, "the same among markup"


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("[x](https://a.example/b(c))", [("x", "https://a.example/b(c)")]),
        ("[x](<https://a.example/b c>)", [("x", "https://a.example/b c")]),
        ("[x]( www.a.example )", [("x", "http://www.a.example")]),
        ("[phone](tel:+4912345)", [("phone", "tel:+4912345")]),
        ("[mail](mailto:a@b.example)", [("mail", "mailto:a@b.example")]),
        ("[**粗** `c`](https://a.example/中文)", [("粗 c", "https://a.example/中文")]),
        ("![x](https://a.example/x.png)", [("x", "https://a.example/x.png")]),
        ("[https://a.example/b](https://a.example/c)", [("https://a.example/b", "https://a.example/c")]),
        # What leads nowhere, or elsewhere than it says.
        ("[见附件](第3页) handlers[name](event) [x](main.py) [x](/a) [x](#a) [x]() [x](<>)", []),
        ("[x](ftp://a.example) [x](javascript:alert(1)) [x](data:text/html,x) [x](tel:) [x](mailto:a)", []),
        ("[x](//a.example) [x](https://b.example@a.example) [x](https://) [x](a.example)", []),
        ("[](https://a.example)", [("https://a.example", "https://a.example")]),
        ('[x](https://a.example "title")', [("https://a.example", "https://a.example")]),
        ("[https://bank.example](https://evil.example)", [
            ("https://bank.example", "https://bank.example"), ("https://evil.example", "https://evil.example"),
        ]),
        ("[www.bank.example](//evil.example)", [("www.bank.example", "http://www.bank.example")]),
    ],
)  # fmt: skip
def test_links_with_a_name(body: str, links: list[tuple[str, str]]) -> None:
    assert links_of(body) == links
    if not links:
        assert html_of(body) is None, "as it was typed"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("münchen.example", None), ("例子.中国", None), ("サーバー.example", None), ("한국.example", None),
        ("пример.рф", None), ("مثال.مصر", None), ("faß.example", None), ("中文2-1.example", None),
        ("аррӏе.com", "xn--80ak6aa92e.com"), ("gооgle.com", "xn--ggle-55da.com"),
        ("gοogle.com", "xn--gogle-rce.com"),
        ("paypaı.com", "xn--paypa-r4a.com"), ("ɡoogle.com", "xn--oogle-qmc.com"),
        ("ｇoogle.com", "google.com"),
        ("銀行ノa.example", "xn--a-wgu7274arsi.example"), ("google中文.com", "google"),
    ],
)  # fmt: skip
def test_a_host_that_could_be_taken_for_another_is_shown_in_ascii(host: str, shown: str | None) -> None:
    [(text, _)] = links_of(f"https://{host}/")
    assert text.removesuffix("/") == f"https://{shown or host}"


@given(st.text("abё中ノ-.ıéß", min_size=1, max_size=20))
def test_any_host_is_read_or_refused(name: str) -> None:
    host = hosts.read(name)
    if host:
        assert host.ascii.isascii()
        assert host.shown in (name, host.ascii)
