"""A process that cleans pages for a pool, and the nursery that such processes are forked from.

The nursery loads the libraries once, and forks itself when asked: a process to clean with costs a millisecond, and not
the second that the libraries take. It is asked over a socket, its standard input, by messages of one letter and one
signed number; a fork comes with two descriptors, to read requests from and to write answers to.

    F           fork                                → F process id
    E pid       end the process, if it still runs   → E exit code (negative: the signal that ended it)

`R` comes before any request, when all is loaded. The nursery ends with its socket and takes its processes with it.

A process answers one request at a time. A request is two lengths (header, payload; big-endian 32 bit), a JSON header
with the arguments of the handler, and the payload. An answer is a letter, a length and so many bytes: `A` what the
handler made, `R` JSON `[reason, detail]`, `M` nothing: memory ran out, and no further request will be answered. The
kernel ends a process when a page takes far too long, even inside a C library.
"""

from __future__ import annotations

import gc
import logging
import os
import resource
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn

import orjson

from crawler.clean.extract import extract_article
from crawler.clean.memory import load_template
from crawler.clean.overrides.applying import apply_page_object
from crawler.clean.reject import Rejected
from crawler.clean.text import content_sha256
from crawler.clean.version import EXTRACTOR_VERSION

ORDER = struct.Struct(">ci")
REQUEST_LENGTHS = struct.Struct(">II")
ANSWER_HEAD = struct.Struct(">cI")

_PAGES_A_COLLECTION, _BYTES_A_COLLECTION = 32, 4_000_000
"""A page leaves cycles behind. They are collected after so many pages, or bytes of them, and not by Python's own
clock, which goes through the whole heap several times a page."""
_WARM_UP = b"<html><title>Warm up</title><h1>Warm up</h1><p>Loads what the libraries load at the first page of all, \
which would otherwise count against the time of some page: models, word lists, patterns. 1 May 2020.</p></html>"

Handler = Callable[[bytes, dict[str, Any]], bytes | Rejected]


def clean_page(payload: bytes, arguments: dict[str, Any]) -> bytes | Rejected:
    """What an `Article` holds beside its capture, as the inside of a JSON object: `"fields":{…},…`.

    The arguments are those of `extract_article` as they came through JSON; `page_objects` is the file of the source's
    own, `template` the file of what is known of the site.
    """
    for name in ("fetched_at", "hint_published_at"):
        if arguments.get(name):
            arguments[name] = datetime.fromisoformat(arguments[name])
    page_objects = arguments.pop("page_objects", None)
    path = arguments.pop("template", None)
    template = load_template(path) if path else None
    result = extract_article(payload, template=template, **arguments)
    if page_objects:
        result = apply_page_object(result, payload, Path(page_objects), arguments)
    if isinstance(result, Rejected):
        return result
    rest = {
        "content_sha256": content_sha256(result.title, result.text),
        "extractor_version": EXTRACTOR_VERSION,
        "template_version": template.version if template else None,
    }
    return b'"fields":' + result.model_dump_json().encode("utf-8") + b"," + orjson.dumps(rest)[1:-1]


def serve(handler: Handler, requests: IO[bytes], answers: IO[bytes], alarm_seconds: float) -> None:
    """Answer requests until there are no more."""
    pages = pages_bytes = 0
    while len(lengths := requests.read(REQUEST_LENGTHS.size)) == REQUEST_LENGTHS.size:
        header_length, payload_length = REQUEST_LENGTHS.unpack(lengths)
        arguments = orjson.loads(requests.read(header_length))
        payload = requests.read(payload_length)
        # Without a Python handler SIGALRM ends the process, whatever code is running.
        signal.setitimer(signal.ITIMER_REAL, alarm_seconds)
        try:
            result = handler(payload, arguments)
        except MemoryError:
            _answer(answers, b"M", b"")
            return  # what is left of the heap is not to be trusted with the next page
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if isinstance(result, Rejected):
            _answer(answers, b"R", orjson.dumps([result.reason.value, result.detail]))
        else:
            _answer(answers, b"A", result)
        pages, pages_bytes = pages + 1, pages_bytes + payload_length
        if pages >= _PAGES_A_COLLECTION or pages_bytes >= _BYTES_A_COLLECTION:
            pages = pages_bytes = 0
            gc.collect()


def _answer(answers: IO[bytes], kind: bytes, body: bytes) -> None:
    answers.write(ANSWER_HEAD.pack(kind, len(body)) + body)
    answers.flush()


def main(handler: Handler = clean_page) -> None:
    """Be a nursery on standard input. Arguments: bytes of address space for a process, or `+` bytes beyond what it
    starts with; seconds after which a page's process is ended; modules to load first.
    """
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # whatever a library prints is no answer
    logging.disable(logging.CRITICAL)  # the libraries' remarks on single pages; our answer says what matters
    for name in sys.argv[3:]:
        import_module(name)
    extract_article(_WARM_UP)
    gc.collect()
    gc.freeze()  # what is loaded stays: no collection need look at it, and no fork copies it
    gc.disable()
    control.sendall(ORDER.pack(b"R", 0))
    processes: set[int] = set()
    try:
        while True:
            order, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 2)
            if len(order) < ORDER.size:
                return
            kind, number = ORDER.unpack(order)
            if kind == b"F":
                number = os.fork()
                if not number:
                    control.close()
                    _be_worker(handler, *descriptors)
                processes.add(number)
                for descriptor in descriptors:
                    os.close(descriptor)
            else:
                processes.discard(number)
                number = _end(number)
            control.sendall(ORDER.pack(kind, number))
    finally:
        for process in processes:
            _end(process)


def _be_worker(handler: Handler, requests: int, answers: int) -> NoReturn:
    code = 1
    try:
        _limit_memory(sys.argv[1])
        with os.fdopen(requests, "rb") as source, os.fdopen(answers, "wb") as target:
            serve(handler, source, target, float(sys.argv[2]))
        code = 0
    except BaseException:  # noqa: BLE001 - a fork must never go on as its nursery
        traceback.print_exc()
    finally:
        os._exit(code)


def _limit_memory(limit: str) -> None:
    most = int(limit)
    statm = Path("/proc/self/statm")
    if limit.startswith("+"):
        if not statm.exists():
            return  # macOS, which keeps no such limit either
        most += int(statm.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _end(process: int) -> int:
    """Kill a process that only we may reap: its number cannot be another's."""
    os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


if __name__ == "__main__":
    main()
