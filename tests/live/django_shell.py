"""Calls functions in a separate Python process with Django set up for a running site.

It stands for an operator's shell, a command or a bot that writes beside the server. The functions are in
shell_functions.py.
"""

import json
import os
import subprocess
import sys
from typing import Any

from bin import dev


class DjangoShell:
    """The handle on such a process. `env` is the site's."""

    def __init__(self, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.shell_functions"],
            cwd=dev.ROOT, env=os.environ | env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Calls `module.function` of the chat, or one of shell_functions. Returns plain data; errors are
        raised."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"call": name, "args": args, "kwargs": kwargs}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the Django shell died at {name}"
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def end(self) -> None:
        self.process.communicate()
