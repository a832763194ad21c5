"""The exception for an action that was not carried out."""

from chat.protocol import Code, Reason


class Refused(Exception):
    """Nothing has changed. `detail` is for developers of clients, `retry_after` is in seconds."""

    def __init__(
        self, code: Code, reason: Reason | None = None, retry_after: float | None = None, *, detail: str = ""
    ) -> None:
        super().__init__(code, reason, retry_after)
        self.code, self.reason, self.retry_after, self.detail = code, reason, retry_after, detail
