"""Runs one measurement: starts a server, runs the load generator against it, ends both."""

import json
import os
import subprocess
from typing import Any

from .rows import Row
from .servers import Running, Servers
from .services import LOAD_CORE, Measured, set_nice

PATIENCE = 180


class Failed(Exception):
    """A server or the load generator ended early; the message says which, and how."""


def measure(servers: Servers, row: Row, name: str, seconds: float) -> dict[str, Any]:
    with servers.running(name, row) as server:
        out, errors, code = _load(servers, _arguments(server, row, seconds))
    if code:
        raise Failed(f"{row.title}, {name}: {errors.strip()}\n{servers.log.read_text()[-2000:]}")
    found: dict[str, Any] = json.loads(out)
    if all(found.get("medians_ms", [0])):
        found["growth"] = round(found["medians_ms"][-1] / found["medians_ms"][0], 3)
    return found


def _load(servers: Servers, arguments: list[str]) -> tuple[str, str, int]:
    process = subprocess.Popen(
        ["taskset", "-c", LOAD_CORE, servers.program("load"), *arguments],
        # Threads that never block need no preemption.
        env={**os.environ, "GODEBUG": "asyncpreemptoff=1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    set_nice(process.pid, Measured.nice)
    try:
        out, errors = process.communicate(timeout=PATIENCE)
    finally:
        if process.poll() is None:
            process.kill()
    return out, errors, process.returncode


def _arguments(server: Running, row: Row, seconds: float) -> list[str]:
    arguments = {
        "wire": server.wire, "to": ",".join(f"127.0.0.1:{program.port}" for program in server.programs),
        "pids": ",".join(str(program.pid) for program in server.programs),
        "rooms": str(row.rooms), "members": str(row.members), "seconds": str(seconds), **server.arguments,
    }  # fmt: skip
    if row.paths:
        arguments["paths"] = ",".join(f"/rooms/{server.keys[room]}/" for room in row.paths)
    return [*(f"-{name}={value}" for name, value in arguments.items()), *row.load.split()]
