"""A TCP proxy on loopback that cuts, swallows or delays what passes.

Serves one client or many; its behaviour changes while it runs. Bytes are counted per connection and
direction.
"""

import asyncio
import contextlib
from typing import Self


class Proxy:
    """An async context manager. While `swallow` is set nothing passes, and neither side is notified."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.cuts: dict[str, int | None] = {"up": None, "down": None}
        self.swallow = False
        self.passed = {"up": 0, "down": 0}
        self.pairs: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        self.cut_all()

    def cut_after(self, way: str, more: int) -> None:
        """Closes both sides after `more` further bytes: up to the server, or down from it."""
        self.cuts[way] = self.passed[way] + more

    def release(self) -> None:
        self.cuts = {"up": None, "down": None}

    def cut_all(self) -> None:
        for writer in self.pairs:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self.pairs |= {writer, far}
        self.passed = {"up": 0, "down": 0}
        ways = [self._pump(reader, far, "up"), self._pump(far_reader, writer, "down")]
        tasks = [asyncio.ensure_future(way) for way in ways]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for end in (writer, far):
            end.transport.abort()
        self.pairs -= {writer, far}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        """Copies until one side ends or the cut is reached."""
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                while self.swallow:  # noqa: ASYNC110 - for as long as a case likes
                    await asyncio.sleep(0.05)
                most = self.cuts[way]
                left = None if most is None else max(0, most - self.passed[way])
                data = data if left is None else data[:left]
                writer.write(data)
                await writer.drain()
                self.passed[way] += len(data)
                if most is not None and self.passed[way] >= most:
                    return
