"""Rules for links and addresses, counted: `[…](…)`, `<…>` and addresses in text."""

import re

from markdown_it.rules_inline import StateInline

from . import links

# With brackets in brackets, as addresses have them; a title would be shown nowhere.
_TARGET = re.compile(r"\([ \t]*+(?:<([^<>\n]*+)>|((?:[^\s()<>]|\([^\s()<>]*+\))*+))[ \t]*+\)")


def link(state: StateInline, silent: bool) -> bool:
    """Replaces markdown-it's rule. A link that leads nowhere, or elsewhere than it says, stays as typed."""
    start, end = state.pos, state.posMax
    if state.src[start] != "[" or not _may_look(state):
        return False
    label_end: int = state.md.helpers.parseLinkLabel(state, start, True)
    target = _TARGET.match(state.src, label_end + 1, end) if label_end > 0 else None
    href = links.of_target(target[1] or target[2] or "") if target else None
    label = state.src[start + 1 : label_end]
    if not target or not href or not label.strip() or links.is_misleading(label, href):
        return False
    state.env["links"] -= 1
    if not silent:
        state.pos, state.posMax = start + 1, label_end
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1)
    state.pos, state.posMax = target.end(), end
    return True


def _may_look(state: StateInline) -> bool:
    """A bracket that opens no link is read to its end, too."""
    state.env["tries"] -= 1
    return bool(state.env["tries"] >= 0 and state.env["links"] > 0)


def address(state: StateInline, silent: bool) -> bool:
    """Replaces markdown-it's rule for bare links."""
    if state.linkLevel or state.env["links"] <= 0 or not links.begins(state.src, state.pos, state.posMax):
        return False
    state.env["links"] -= 1  # also for one that is none: to look costs as much
    found = links.find(state.src, state.pos, state.posMax)
    return _put(state, silent, found, 0)


def address_in_brackets(state: StateInline, silent: bool) -> bool:
    """Replaces markdown-it's rule for <addresses>."""
    if state.src[state.pos] != "<" or state.linkLevel or state.env["links"] <= 0:
        return False
    if not links.begins(state.src, state.pos + 1, state.posMax):
        return False
    state.env["links"] -= 1
    found = links.find(state.src, state.pos + 1, state.posMax)
    closed = found and state.src[found.end : found.end + 1] == ">"
    return _put(state, silent, found if closed else None, 1)


def _put(state: StateInline, silent: bool, found: links.Address | None, brackets: int) -> bool:
    if not found:
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": found.href}
        state.push("text", "", 0).content = found.shown
        state.push("link_close", "a", -1)
    state.pos = found.end + brackets
    return True
