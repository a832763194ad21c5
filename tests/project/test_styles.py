"""Tests that style sheets, templates and scripts use the same classes, icons and ids, and no others."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from pygments.token import STANDARD_TYPES

from tests.support.docs import ROOT

STATIC = ROOT / "chat/static/chat"
TEMPLATES = [ROOT / "chat/templates/chat", ROOT / "templates"]


def read(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text() for path in sorted(paths))


HTML = read(path for folder in TEMPLATES for path in folder.rglob("*.html"))
SCRIPTS = read(STATIC.rglob("*.js"))
STYLES = re.sub(r"/\*.*?\*/", "", read(STATIC.glob("*.css")), flags=re.DOTALL)
SELECTORS = re.findall(r"([^{};]+)\{", STYLES)
LITERALS = " ".join(re.findall(r"\"[^\"\n]*\"|`[^`]*`", SCRIPTS))


def words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z][\w-]*", text))


def classes_of_templates() -> set[str]:
    plain = re.sub(r"\{[%{].*?[%}]\}", " ", HTML)
    return {name for value in re.findall(r'\bclass="([^"]*)"', plain) for name in value.split()}


def styled() -> set[str]:
    return {name for selector in SELECTORS for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector)}


def test_every_class_in_a_style_sheet_is_set_somewhere() -> None:
    of_code = set(STANDARD_TYPES.values())
    numbered = {f"colour-{number}" for number in range(8)}
    states = set(re.findall(r"^ +(\w+): ", SCRIPTS, re.MULTILINE))  # timeline.js sets those of a run by name
    assert styled() - classes_of_templates() - words(LITERALS) - states - of_code - numbered == set()


def test_every_class_in_a_template_is_styled_or_looked_up() -> None:
    assert classes_of_templates() - styled() - words(LITERALS) == set()


def test_every_icon_is_drawn_somewhere_and_defined() -> None:
    defined = set(re.findall(r'<symbol id="i-([\w-]+)"', HTML))
    used = set(re.findall(r"#i-([a-z][\w-]*)", re.sub(r"\{#.*?#\}", "", HTML + SCRIPTS)))
    by_level = re.search(r"const ICONS = \{(.*?)\}", SCRIPTS)
    assert by_level
    assert defined == used | set(re.findall(r'"([\w-]+)"', by_level[1]))


def test_every_id_is_used() -> None:
    ids = set(re.findall(r'\bid="([\w-]+)"', HTML)) - set(re.findall(r'<symbol id="([\w-]+)"', HTML))
    references = set(re.findall(r'(?:aria-\w+|popovertarget|form|for|href)="#?([\w-]+)"', HTML))
    styles = {name for selector in SELECTORS for name in re.findall(r"#([a-zA-Z][\w-]*)", selector)}
    by_kind = {f"{kind}-template" for kind in ("image", "video", "audio", "file")}  # timeline/files.js
    assert ids - by_kind - references - styles - words(LITERALS) == set()


def test_every_custom_property_is_set_and_used() -> None:
    used = set(re.findall(r"var\((--[\w-]+)", STYLES))
    assert used == set(re.findall(r"(--[\w-]+):", STYLES)) | set(re.findall(r'"(--[\w-]+)"', SCRIPTS))


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_is_one_idea_and_linked(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
    assert f"chat/{path.name}" in HTML
