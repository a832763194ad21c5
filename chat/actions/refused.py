"""The exception of an action that was not done."""

from chat.protocol import Code


class Refused(Exception):
    """The action was not done and nothing has changed. `retry_after` is in seconds."""

    def __init__(self, code: Code, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(code, detail, retry_after)
        self.code, self.detail, self.retry_after = code, detail, retry_after
