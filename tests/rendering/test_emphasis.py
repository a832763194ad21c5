"""Tests which signs are emphasis: docs/protocol.md states the rule."""

import pytest

from tests.support.markup import html_of


def marked(body: str) -> str:
    """With the emphasis in braces, to be read easily."""
    html = (html_of(body) or body).removeprefix("<p>").removesuffix("</p>")
    for tag, sign in (("strong", "B"), ("em", "I"), ("s", "S")):
        html = html.replace(f"<{tag}>", f"{sign}{{").replace(f"</{tag}>", "}")
    return html


OUTSIDE = {"letter": "x", "digit": "1", "CJK": "字", "full-width punctuation": "，", "space": " ", "edge": ""}
INSIDE = {"letter": "y", "CJK": "中", "full-width": "：", "quote": "”", "CJK and ASCII": "中:", "ASCII": ":"}
NEEDS_ROOM = {("ASCII", "letter"), ("ASCII", "digit")}


@pytest.mark.parametrize("outside", OUTSIDE)
@pytest.mark.parametrize("inside", INSIDE)
@pytest.mark.parametrize("sign", ["**", "*", "~~"])
def test_emphasis_closes(sign: str, inside: str, outside: str) -> None:
    body = f"{sign}y{INSIDE[inside]}{sign}{OUTSIDE[outside]}"
    in_a_word = sign == "*" and inside == "letter" and outside in ("letter", "digit")
    assert ("{" in marked(body)) is not (in_a_word or (inside, outside) in NEEDS_ROOM)


@pytest.mark.parametrize("outside", OUTSIDE)
@pytest.mark.parametrize("inside", INSIDE)
@pytest.mark.parametrize("sign", ["**", "*"])
def test_emphasis_opens(sign: str, inside: str, outside: str) -> None:
    body = f"{OUTSIDE[outside]}{sign}{INSIDE[inside][::-1]}y{sign}"
    in_a_word = inside == "letter" and outside in ("letter", "digit")
    assert ("{" in marked(body)) is not (in_a_word or (inside, outside) in NEEDS_ROOM)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("**注意：**API", "B{注意：}API"),
        ("**价格：**100元", "B{价格：}100元"),
        ("**价格:**100元", "B{价格:}100元"),
        ("**A：**b **C：**d", "B{A：}b B{C：}d"),
        ("用**“引号”**API和**（括号）**v2", "用B{“引号”}API和B{（括号）}v2"),
        ("API**（注意）**第3章", "APIB{（注意）}第3章"),
        ("**粗体。**后文，这是**重点**内容", "B{粗体。}后文，这是B{重点}内容"),
        ("**注意⚠️**API **好🎉**x", "B{注意⚠️}API B{好🎉}x"),
        ("**bold.**word **bold**word", "**bold.**word B{bold}word"),
        ("***both*** **a *b* c** *a **b** c*", "I{B{both}} B{a I{b} c} I{a B{b} c}"),
        ("**粗*斜体*粗**", "B{粗I{斜体}粗}"),
        ("_x_ （_x_）， snake_case_name 变量_名_称", "I{x} （I{x}）， snake_case_name 变量_名_称"),
        ("~~x~~ 前~~（删）~~后 他是个~~傻子~~天才", "S{x} 前S{（删）}后 他是个S{傻子}天才"),
        ("\\*no\\* \\_no\\_ \\`no\\` \\~~no~~", "*no* _no_ `no` ~~no~~"),
        ("\\# no", "# no"),
        ("1\\. no", "1. no"),
        # Arithmetic, code, names and sounds.
        ("2*3*4=24, a*b*c, 2**3**2, 5 * 3 * 2", None),
        ("*注 2*3=6", None),
        ("f(*args, **kwargs) and g(*args)", None),
        ("int *p, *q; x = (a)*b*c", None),
        ("src/**/*.py, tests/**/*.py", None),
        ("/*b*/", None),
        ("__init__.py has __name__ and __main__", None),
        ("好呀~~明天见~~", None),
        ("谢谢~~辛苦了~~拜拜~~", None),
        ("好的~ 嗯~~~好~~~ ~home", None),
        ("138****1234", None),
        # Paths, shares and a shrug.
        ("C:\\temp\\new\\_build\\[x] D:\\*.txt", None),
        ("\\\\server\\share\\_x_ My Documents\\*.docx", None),
        ("¯\\_(ツ)_/¯ ¯\\\\_(ツ)_/¯", None),
        ("\\d+\\.\\d+ \\(x\\) \\[x\\] \\alpha_1 \\\\ v2\\.3 x \\# y \\> z", None),
        ("a\\\nb", None),
        (">_< >:( >= 3 -_- ^_^ *_* T_T @_@", None),
        ("*.* *.py,*.md: *-*", None),
        ("**a**、**b**，*c*。*d*", "B{a}、B{b}，I{c}。I{d}"),
        ("**.env** *“x”*", "B{.env} I{“x”}"),
        ("**C:\\temp\\_new_**", "B{C:\\temp\\_new_}"),
        ("`C:\\temp`\\", "<code>C:\\temp</code>\\"),
    ],
)
def test_what_wins(body: str, shown: str | None) -> None:
    assert marked(body) == (body if shown is None else shown)
    assert (html_of(body) is None) is (shown is None)
