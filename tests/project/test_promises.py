"""Tests that every promise in docs/promises.md names tests that exist."""

import ast
import re

from tests.support.docs import ROOT

PAGE = (ROOT / "docs" / "promises.md").read_text()
NAMED = re.compile(r"`([\w/]+\.(?:py|test\.js)) › ([^`]+)`")


def names_in(path: str) -> set[str]:
    """Names of Python tests, and titles of script tests."""
    text = (ROOT / "tests" / path).read_text()
    if path.endswith(".js"):
        return set(re.findall(r'^test\("([^"]+)"', text, re.MULTILINE))
    functions = (
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return {
        node.name.removeprefix("test_").replace("_", " ")
        for node in functions
        if node.name.startswith("test_")
    }


def test_every_test_that_is_named_is_there() -> None:
    missing = [f"{path} › {name}" for path, name in NAMED.findall(PAGE) if name not in names_in(path)]
    assert not missing, "\n".join(missing)


def test_no_promise_is_without_a_test() -> None:
    rows = [
        line
        for line in PAGE.splitlines()
        if line.startswith("|") and not line.startswith(("|---", "| promise"))
    ]
    assert len(rows) > 40
    assert [row for row in rows if not NAMED.search(row)] == []
