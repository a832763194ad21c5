"""The exception for an action that was not carried out."""

from chat.protocol import Code


class Refused(Exception):
    """Nothing has changed. `detail` is a Reason, or a text for developers; `retry_after` is in seconds."""

    def __init__(self, code: Code, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(code, detail, retry_after)
        self.code, self.detail, self.retry_after = code, detail, retry_after
