"""Takes screenshots of a state and checks its page for faults.

On a phone, a tablet and a desktop, light and dark, in both languages, once the page is still.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .showcase import LANGUAGES, Showcase, Visit
from .states import STATES

THEMES = ("light", "dark")
# Ways of seeing the same that are nobody's setting of ours. Some states are enough: it is one style sheet.
VARIED_STATES = ("busy-room", "rooms", "offline", "room-settings", "first-run-wrong")
VARIANTS = {
    "forced": lambda visit: visit.page.emulate_media(forced_colors="active"),
    "mirrored": lambda visit: visit.page.evaluate("document.documentElement.dir = 'rtl'"),
    "compact": lambda visit: visit.page.evaluate("document.documentElement.dataset.density = 'compact'"),
}
FINGER, NARROWEST = 44, 320
# Everything once; the colours of the other theme besides.
CONTRAST = {"runOnly": ["color-contrast"]}

# What a finger could press and is smaller than a finger; links within a sentence are as high as their line.
TOO_SMALL = """
() => [...document.querySelectorAll('button, a, input, select, textarea, summary, [tabindex="0"]')]
  .filter((one) => one.checkVisibility() && !one.closest('.body, .notice, p.lead'))
  .map((one) => [one, (one.closest('label') ?? one).getBoundingClientRect()])
  .filter(([, box]) => box.width && Math.round(Math.min(box.width, box.height)) < FINGER)
  .map(([one, box]) => `${one.tagName} ${one.id} ${one.textContent.trim()} ${box.width} x ${box.height}`)
""".replace("FINGER", str(FINGER))
# Where the Tab key has led, and whether one sees it there; what it has never led to.
REACHED = """
() => {
  const one = document.activeElement;
  const {outlineStyle, borderBottomWidth} = getComputedStyle(one);
  const seen = outlineStyle !== 'none' || borderBottomWidth === '2px' || one === document.body;
  one.dataset.reached = '';
  return seen ? [] : [one.outerHTML];
}
"""
REACHABLE = """
() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter((one) => one.checkVisibility() && !one.disabled)
  .filter((one) => !('reached' in one.dataset) && (one.type !== 'radio' || one.checked))
  .map((one) => one.outerHTML)
"""
# Wider than the screen, and neither cut off nor meant to be scrolled.
SIDEWAYS = """
() => [document.documentElement, document.querySelector('main')]
  .filter((one) => one && one.scrollWidth > innerWidth)
  .map((one) => `${one.tagName} is ${one.scrollWidth} wide, the screen ${innerWidth}`)
"""


def check_state(
    showcase: Showcase, name: str, languages: Any = LANGUAGES, folder: Path | None = None
) -> list[str]:
    """Everything that is wrong with this state. With a folder, its screenshots go there."""
    return [
        f"{name}, {language}, {'phone' if phone else 'desk'}: {what}"
        for language in languages
        for phone in (True, False)
        for what in visit_state(showcase, name, language, phone, folder)
    ]


def visit_state(
    showcase: Showcase, name: str, language: str, phone: bool, folder: Path | None = None
) -> list[str]:
    with Visit(showcase, language, phone) as visit:
        STATES[name](visit)
        visit.still()
        wrong: list[str] = []
        for theme in THEMES:
            visit.theme(theme)
            if folder:
                draw(visit, folder, name, theme)
            if (
                language == "en"
                and (rules := rules_for(theme, phone, thorough=folder is not None)) is not None
            ):
                wrong += axe_violations(visit.page, rules)
        if phone:
            wrong += visit.page.evaluate(TOO_SMALL)
            visit.width(NARROWEST)
            wrong += visit.page.evaluate(SIDEWAYS)
    return wrong


def check_variant(showcase: Showcase, name: str, variant: str, folder: Path) -> list[str]:
    """One screenshot on the phone and one on the desktop; also checks that nothing scrolls sideways."""
    wrong: list[str] = []
    for phone in (True, False):
        with Visit(showcase, "en", phone) as visit:
            STATES[name](visit)
            VARIANTS[variant](visit)
            draw(visit, folder, name, variant)
            wrong += visit.page.evaluate(SIDEWAYS)
            visit.page.emulate_media(forced_colors="none")
    return wrong


def draw(visit: Visit, folder: Path, name: str, theme: str) -> None:
    for width in visit.widths:
        visit.width(width)
        path = folder / f"{name}-{width}-{theme}-{visit.language}.png"
        visit.page.screenshot(path=path, full_page=True, animations="disabled")


def rules_for(theme: str, phone: bool, *, thorough: bool) -> dict[str, Any] | None:
    """The rules for axe. If not `thorough`, only on a light phone and a dark desktop."""
    if thorough:
        return {} if theme == "light" else CONTRAST
    return {} if phone == (theme == "light") else None


def axe_violations(page: Page, options: dict[str, Any]) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def keyboard_faults(page: Page) -> list[str]:
    """Elements that the Tab key does not reach, or reaches without a visible focus."""
    unseen: list[str] = []
    for _ in range(len(page.evaluate(REACHABLE)) + 2):
        page.keyboard.press("Tab")
        unseen += page.evaluate(REACHED)
    return [*unseen, *page.evaluate(REACHABLE)]


def contact_sheet(folder: Path) -> None:
    """All screenshots on one page, one state per row."""
    states: dict[str, list[str]] = defaultdict(list)
    for picture in sorted(folder.glob("*.png")):
        state, *_ = picture.stem.rsplit("-", 3)
        states[state].append(picture.name)
    order = [name for name in STATES if name in states]
    rows = "".join(f"<h2>{name}</h2><p>{''.join(map(_thumb, states[name]))}</p>" for name in order)
    style = "body{font:16px system-ui;margin:24px;background:#888}img{height:320px;margin:4px}"
    page = f'<!doctype html><meta charset="utf-8"><title>The look</title><style>{style}</style>{rows}'
    (folder / "index.html").write_text(page)


def _thumb(name: str) -> str:
    return f'<a href="{name}"><img src="{name}" alt="{name}" title="{name}" loading="lazy"></a>'
