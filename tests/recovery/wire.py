"""A TCP connection's way from one port to another, which can be cut and mended."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset, as the far end of a broken line would not even do."""


class Wire:
    """Listens on a port of its own and passes on to `target_port`. While it is cut, everybody is turned away."""

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, seconds: float) -> None:
        """Break all connections, and turn new ones away for some seconds. Returns when the wire is mended."""
        with self._lock:
            self._is_cut = True
            ends = list(self._ends)
        for end in ends:
            _reset(end)
        time.sleep(seconds)
        self._is_cut = False

    def close(self) -> None:
        self._is_cut = True
        self._listener.close()
        for end in list(self._ends):
            _reset(end)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target, timeout=5)
            except OSError:
                _reset(near)
                continue
            far.settimeout(None)
            with self._lock:
                if self._is_cut:
                    _reset(near)
                    _reset(far)
                    continue
                self._ends |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        # Whichever side ended: the whole connection does.
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._ends -= {one, other}
        for end in (one, other):
            end.close()


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        end.shutdown(socket.SHUT_RDWR)
