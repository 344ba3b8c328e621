"""Undoes the compression of a WARC file member by member, and finds the next whole member behind damage.

A `.warc.gz` has one gzip member a record, as the standard wants; one member for all of them, as `gzip file.warc` makes;
or members that care nothing for records. An uncompressed file is one member that ends with the file.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from crawler.errors import ArchiveError
from crawler.imports.raw import RawStream

_STEP_BYTES = 1 << 14
"""Compressed bytes taken at a time: deflate grows at most a thousandfold, so 16 MB of memory at the worst."""
_MAGIC = b"\x1f\x8b\x08"
_WARC = b"WARC/"
_FOREIGN = {
    b"\x28\xb5\x2f\xfd": "is compressed with Zstandard: unpack it, as in `zstd -dc FILE | dateline import -`",
    b"\x5d\x2a\x4d\x18": "is compressed with Zstandard and a dictionary: unpack it with `zstd -D DICTIONARY -dc FILE`",
    b"\x04\x22\x4d\x18": "is compressed with LZ4: unpack it, as in `lz4 -dc FILE | dateline import -`",
    b"BZh": "is compressed with bzip2: unpack it, as in `bzcat FILE | dateline import -`",
    b"\xfd7zXZ": "is compressed with xz: unpack it, as in `xzcat FILE | dateline import -`",
    b"PK\x03\x04": "is a ZIP file (a WACZ?): unpack it, and import the WARC files in its folder `archive`",
    b"filedesc:": "is an ARC file, the format before WARC: convert it with `warcio recompress`",
}


@dataclass(frozen=True)
class Position:
    """A place between records: the member's offset in the file, and how many bytes of what it holds come before."""

    member: int = 0
    inner: int = 0


class ForeignFileError(ArchiveError):
    """A file of another format. The message says what to do with it."""


class DamagedError(Exception):
    """Bytes that cannot be unpacked, or that are no WARC record. `offset` is in the file."""

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(what)
        self.offset = offset
        self.what = what


class Inflated:
    """What a file holds, unpacked. Reads never cross the end of a member by themselves."""

    def __init__(self, raw: RawStream, start: Position, name: str) -> None:
        self._raw = raw
        self._name = name
        self._pending = b""
        self._used = start.member
        """Offset in the file of what is in `_pending`."""
        self._buffer = bytearray()
        self._inner = 0
        self._member = start.member
        self._codec: zlib._Decompress | None = None
        self.is_gzip = False
        self.is_end = False
        if start.member:
            raw.seek(start.member)
        self._open_member(is_first=start.member == 0)
        self._pass_over(start.inner)

    @property
    def position(self) -> Position:
        """Where the next read begins; the next member's start, if this one is over."""
        return Position(self._member, self._inner)

    @property
    def offset(self) -> int:
        """The offset in the file that a record which begins here is known by."""
        return self._member if self.is_gzip else self._member + self._inner

    @property
    def used(self) -> int:
        """How far the file was read."""
        return self._used

    def peek(self, size: int) -> bytes:
        """Up to `size` bytes of this member, left where they are."""
        while len(self._buffer) < size and self._fill():
            pass
        return bytes(self._buffer[:size])

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; fewer where the member ends."""
        self.peek(size)
        data = bytes(self._buffer[:size])
        del self._buffer[: len(data)]
        self._inner += len(data)
        return data

    def skip(self, size: int) -> int:
        """Pass over up to `size` bytes of this member; returns how many there were."""
        left = size
        while left:
            if not self._buffer and not self._fill():
                break
            step = min(left, len(self._buffer))
            del self._buffer[:step]
            self._inner += step
            left -= step
        return size - left

    def read_line(self, limit: int) -> bytes:
        """A line with its line break; without one at the end of a member, or after `limit` bytes."""
        while (end := self._buffer.find(b"\n", 0, limit)) < 0:
            if len(self._buffer) >= limit or not self._fill():
                return self.read(limit)
        return self.read(end + 1)

    def next_member(self) -> bool:
        """Go on with the next member; false at the end of the file. Only where this one is over."""
        if self._buffer:
            raise ValueError("the member is not over")
        self._member, self._inner = self._used, 0
        self._open_member(is_first=False)
        return not self.is_end

    def begins_with_record(self) -> bool:
        """Whether this member begins with a record. Only at its start."""
        return self.peek(len(_WARC)) == _WARC

    def find_next(self) -> bool:
        """After damage: go to the next member that begins with a record. False when there is none."""
        if not self.is_gzip:
            return not self.is_end
        self._buffer.clear()
        if self._raw.can_seek:
            self._raw.seek(self._member + 1)
            self._pending, self._used = b"", self._member + 1
        elif self._used == self._member:
            self._pending, self._used = self._pending[1:], self._used + 1
        while True:
            place = self._pending.find(_MAGIC)
            if place < 0:
                kept = self._pending[-(len(_MAGIC) - 1) :]
                self._used += len(self._pending) - len(kept)
                chunk = self._raw.read()
                self._pending = kept + chunk
                if not chunk:
                    self._used += len(kept)
                    self._pending = b""
                    self._member, self._inner, self.is_end = self._used, 0, True
                    return False
                continue
            self._used += place
            self._pending = self._pending[place:]
            if self._holds_record():
                self._member, self._inner = self._used, 0
                self._open_member(is_first=False)
                return True
            self._used += 1
            self._pending = self._pending[1:]

    def _holds_record(self) -> bool:
        self._ensure(_STEP_BYTES)
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(self._pending[:_STEP_BYTES], len(_WARC))
        except zlib.error:
            return False
        return head == _WARC

    def _open_member(self, *, is_first: bool) -> None:
        self._ensure(16)
        head = self._pending[:16]
        if not head:
            self.is_end = True
            return
        if is_first:
            self.is_gzip = head.startswith(_MAGIC[:2])
            if not self.is_gzip:
                self._check_plain(head)
        elif self._member and not self.is_gzip and head.startswith(_MAGIC[:2]):
            self.is_gzip = True  # a start in the middle
        if not self.is_gzip:
            return
        if not head.startswith(_MAGIC[:2]):
            raise DamagedError(self._used, "no gzip member begins where one has ended")
        self._codec = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def _check_plain(self, head: bytes) -> None:
        for magic, what in _FOREIGN.items():
            if head.startswith(magic):
                raise ForeignFileError(f"{self._name} {what}")
        if not head.lstrip().startswith(_WARC):
            raise ForeignFileError(f"{self._name} is no WARC file: it begins with {head[:12]!r}")

    def _fill(self) -> bool:
        """Unpack some more of this member; false when it is over."""
        while True:
            if self._codec is not None and self._codec.eof:
                return False
            if not self._pending:
                self._pending = self._raw.read()
            if not self.is_gzip:
                self._buffer += self._pending
                self._used += len(self._pending)
                grown = bool(self._pending)
                self._pending = b""
                return grown
            if self._codec is None:
                return False
            if not self._pending:
                raise DamagedError(self._member, f"the file is cut off in a gzip member, after {self._used} bytes")
            step, rest = self._pending[:_STEP_BYTES], self._pending[_STEP_BYTES:]
            try:
                data = self._codec.decompress(step)
            except zlib.error as error:
                raise DamagedError(self._member, f"a gzip member is damaged ({error})") from error
            unused = self._codec.unused_data
            self._used += len(step) - len(unused)
            self._pending = unused + rest
            if data:
                self._buffer += data
                return True

    def _ensure(self, size: int) -> None:
        while len(self._pending) < size and (chunk := self._raw.read()):
            self._pending += chunk

    def _pass_over(self, inner: int) -> None:
        if inner and self.skip(inner) < inner:
            raise DamagedError(self._member, "the file is shorter than when it was read before")
