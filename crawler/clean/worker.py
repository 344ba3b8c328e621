"""A process that cleans pages for a pool: one request in, one answer out, over its standard streams.

A request is two lengths (header, payload; big-endian 32 bit), a JSON header with the arguments of `extract_article`,
and the payload. An answer is a length and JSON: `{"fields": …}` or `{"reason": …, "detail": …}`; the first answer,
`{"ready": true}`, comes before any request, and `"ends": true` says that no further request will be answered.

The process ends when its input does, so it never outlives its parent, and the kernel ends it when a page takes far
too long, even inside a C library.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter

from crawler.clean.extract import extract_article
from crawler.clean.overrides.applying import apply_page_object
from crawler.clean.reject import Rejected
from crawler.reasons import Reason
from crawler.records import ArticleFields, Instant

REQUEST_LENGTHS = struct.Struct(">II")
ANSWER_LENGTH = struct.Struct(">I")
_WARM_UP = b"<html><title>Warm up</title><h1>Warm up</h1><p>Loads what the libraries load at the first page of all, \
which would otherwise count against the time of some page: models, word lists, patterns. 1 May 2020.</p></html>"
_INSTANT: TypeAdapter[Any] = TypeAdapter(Instant | None)

Handler = Callable[[bytes, dict[str, Any]], ArticleFields | Rejected]


def clean_page(payload: bytes, arguments: dict[str, Any]) -> ArticleFields | Rejected:
    """`extract_article` with arguments as they came through JSON; `page_objects` is the file of the source's own."""
    for name in ("fetched_at", "hint_published_at"):
        arguments[name] = _INSTANT.validate_python(arguments.get(name))
    page_objects = arguments.pop("page_objects", None)
    result = extract_article(payload, **arguments)
    return apply_page_object(result, payload, Path(page_objects), arguments) if page_objects else result


def serve(handler: Handler, requests: IO[bytes], answers: IO[bytes], alarm_seconds: float) -> None:
    """Answer requests until there are no more."""
    extract_article(_WARM_UP)
    _answer(answers, {"ready": True})
    while len(lengths := requests.read(REQUEST_LENGTHS.size)) == REQUEST_LENGTHS.size:
        header_length, payload_length = REQUEST_LENGTHS.unpack(lengths)
        arguments = json.loads(requests.read(header_length))
        payload = requests.read(payload_length)
        # Without a Python handler SIGALRM ends the process, whatever code is running.
        signal.setitimer(signal.ITIMER_REAL, alarm_seconds)
        try:
            result = handler(payload, arguments)
        except MemoryError:
            _answer(answers, {"reason": Reason.CLEAN_ERROR.value, "detail": "out of memory", "ends": True})
            return  # what is left of the heap is not to be trusted with the next page
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if isinstance(result, Rejected):
            _answer(answers, {"reason": result.reason.value, "detail": result.detail})
        else:
            _answer(answers, {"fields": result.model_dump(mode="json")})


def _answer(answers: IO[bytes], value: dict[str, Any]) -> None:
    data = json.dumps(value).encode("utf-8")
    answers.write(ANSWER_LENGTH.pack(len(data)) + data)
    answers.flush()


def main(handler: Handler = clean_page) -> None:
    """Serve on the standard streams, within the limits given as arguments: bytes of address space, alarm seconds.

    Further arguments are modules to load first, so that their loading counts against the time of no page.
    """
    memory_bytes, alarm_seconds = int(sys.argv[1]), float(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    logging.disable(logging.CRITICAL)  # the libraries' remarks on single pages; our answer says what matters
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for name in sys.argv[3:]:
        import_module(name)
    serve(handler, sys.stdin.buffer, answers, alarm_seconds)


if __name__ == "__main__":
    main()
