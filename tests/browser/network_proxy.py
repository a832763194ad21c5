"""A proxy between browser and server that can freeze, resume, cut and restore connections.

It simulates a sleeping laptop or a lost network: neither side is notified.
"""

import contextlib
import socket
import struct
import threading

RESET = struct.pack("ii", 1, 0)  # linger for no time: closing sends RST


class NetworkProxy:
    """A port on loopback that leads to another one."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.flows = threading.Event()
        self.flows.set()
        self.plugged = True
        self.ends: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def end(self) -> None:
        self.listener.close()
        self.unplug()

    def freeze(self) -> None:
        """Nothing passes, in either direction; connections stay open."""
        self.flows.clear()

    def thaw(self) -> None:
        """Everything that was held back arrives now."""
        self.flows.set()

    def unplug(self) -> None:
        """Every connection ends, and new ones are refused."""
        self.plugged = False
        self.cut()

    def plug(self) -> None:
        self.plugged = True

    def cut(self) -> None:
        """Every connection ends; new ones are accepted."""
        for end in list(self.ends):
            self._close(end)
        self.flows.set()

    def _close(self, end: socket.socket) -> None:
        """Shuts down before closing, because closing alone leaves `recv` waiting in another thread."""
        self.ends.discard(end)
        with contextlib.suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            end.shutdown(socket.SHUT_RDWR)
        end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = self.listener.accept()
                self.ends.add(near)
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        try:
            if not self.plugged:
                raise OSError("unplugged")
            far = socket.create_connection(("127.0.0.1", self.port))
        except OSError:
            return self._close(near)
        self.ends.add(far)
        threading.Thread(target=self._pump, args=(far, near), daemon=True).start()
        self._pump(near, far)

    def _pump(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := here.recv(65_536):
                self.flows.wait()
                there.sendall(data)
        self._close(here)
        self._close(there)
