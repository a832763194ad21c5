"""The program behind `Host.manage`: runs management commands, one after another.

Starting Python and Django for each would take longer than most of them. Reads one JSON object per line,
{"words": [...], "env": {...}}, and answers with [exit code, what was printed].
"""

import contextlib
import io
import json
import os
import sys
from typing import Any

from django.core.management import execute_from_command_line


def main() -> None:
    for line in sys.stdin:
        asked, out = json.loads(line), io.StringIO()
        os.environ.update(asked["env"])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = run(["manage.py", *asked["words"]])
        print(json.dumps([code, out.getvalue()]), flush=True)


def run(words: list[str]) -> Any:
    try:
        execute_from_command_line(words)
    except SystemExit as error:
        return error.code
    return 0


if __name__ == "__main__":
    main()
