"""Log formatter: one line per record, without anything people wrote."""

import logging
import re
from typing import Any

# PostgreSQL repeats the row it refused ("DETAIL:  Failing row contains (…)"), which may be a message.
VALUES = re.compile(r"(DETAIL|CONTEXT):.*", re.DOTALL)


class OneLineFormatter(logging.Formatter):
    """`whole` keeps tracebacks on several lines, for development."""

    def __init__(self, whole: bool = False, **kwargs: Any) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{", **kwargs)
        self.whole = whole

    def formatException(self, ei: Any) -> str:
        return VALUES.sub(r"\1: (not shown)", super().formatException(ei))

    def format(self, record: logging.LogRecord) -> str:
        # Line breaks could pass for another record.
        text = super().format(record)
        return text if self.whole else text.replace("\r", "\\r").replace("\n", "\\n")
