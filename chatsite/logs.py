"""How does a line of the log look? One line per record, and nothing that people wrote. Imports nothing of
ours.
"""

import logging
import re
from typing import Any

# PostgreSQL repeats the row it refused ("DETAIL:  Failing row contains (…)"), and the row may be a message.
VALUES = re.compile(r"(DETAIL|CONTEXT):.*", re.DOTALL)


class OneLine(logging.Formatter):
    """`whole` keeps tracebacks as they are: for somebody who develops and reads them on a screen."""

    def __init__(self, whole: bool = False, **kwargs: Any) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{", **kwargs)
        self.whole = whole

    def formatException(self, ei: Any) -> str:
        return VALUES.sub(r"\1: (not shown)", super().formatException(ei))

    def format(self, record: logging.LogRecord) -> str:
        """A line break in a record could pass for a record of its own."""
        text = super().format(record)
        return text if self.whole else text.replace("\r", "\\r").replace("\n", "\\n")
