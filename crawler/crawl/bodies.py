"""How much of responses is taken into memory: bounds on their head, and on large bodies at the same time."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Any, Protocol

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory, _LenientHTTP11ClientProtocol
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, ParseError

MAX_HEAD_BYTES = 262_144
"""Of status line and headers together, interim (1xx) answers included: as browsers have it."""

LARGE_BYTES = 2_000_000
"""Bodies above this come one at a time."""
LARGE_WAIT_SECONDS = 120.0
"""How long one waits for that at most."""


class BoundedHeadProtocol(_LenientHTTP11ClientProtocol):
    """Twisted bounds a header line, but neither their number nor that of interim answers."""

    _head_bytes = 0

    def request(self, request: Any) -> Any:
        self._head_bytes = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's interface
        parser = self._parser
        if parser is not None and getattr(parser, "state", BODY) != BODY:
            self._head_bytes += len(data)
            # The end of this data may be the body's start: a little beyond the bound is let through.
            if self._head_bytes > MAX_HEAD_BYTES + len(data):
                error = ParseError(f"more than {MAX_HEAD_BYTES} bytes of headers", b"")  # type: ignore[no-untyped-call]
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class BoundedHeadFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> BoundedHeadProtocol:  # noqa: N802 - Twisted's interface
        return BoundedHeadProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class Pausable(Protocol):
    """What a body comes through: a transport of Twisted's."""

    def pauseProducing(self) -> None: ...  # noqa: N802
    def resumeProducing(self) -> None: ...  # noqa: N802


class LargeBodies:
    """Lets one body at a time grow large; the others wait with what they have, and the server with the rest.

    Who waits longer than LARGE_WAIT_SECONDS ends in a timeout, and is tried again.
    """

    def __init__(self) -> None:
        self._holder: Hashable | None = None
        self._waiting: deque[tuple[Hashable, Pausable]] = deque()

    def grew(self, owner: Hashable, size: int, transport: Pausable) -> None:
        """Note that a body has reached a size; pauses its transport when another one is growing."""
        if size <= LARGE_BYTES or owner is self._holder:
            return
        if self._holder is None:
            self._holder = owner
        elif all(waiting is not owner for waiting, _ in self._waiting):
            transport.pauseProducing()
            self._waiting.append((owner, transport))

    def release(self, owner: Hashable) -> None:
        """Note that a body is used up or given up. Called for each, large or not."""
        self._waiting = deque(entry for entry in self._waiting if entry[0] is not owner)
        if owner is not self._holder:
            return
        self._holder = None
        if self._waiting:
            self._holder, transport = self._waiting.popleft()
            transport.resumeProducing()
