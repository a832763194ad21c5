"""Fails a test on browser errors it does not expect: script and console errors, dialogs, policy
violations."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page

LISTEN = """
addEventListener('securitypolicyviolation', (event) =>
  window.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


class ErrorWatch:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.expected: list[str] = []

    def begin(self) -> None:
        """Forgets the errors of an earlier test."""
        self.heard.clear()
        self.expected.clear()

    def watch(self, context: BrowserContext) -> None:
        context.expose_binding("reportViolation", lambda _source, what: self.heard.append(f"policy: {what}"))
        context.add_init_script(LISTEN)
        context.on("page", self.watch_page)

    def watch_page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("dialog", self._dialog)
        page.on("crash", lambda _page: self.heard.append("crash"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "assert") or "Content Security Policy" in message.text:
            self.heard.append(f"console: {message.text} {message.location.get('url', '')}")

    def _dialog(self, dialog: Dialog) -> None:
        self.heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def expect(self, *patterns: str) -> None:
        """Regular expressions of errors that this test causes on purpose."""
        self.expected.extend(patterns)

    @property
    def unexpected(self) -> list[str]:
        return [what for what in self.heard if not any(re.search(how, what) for how in self.expected)]
