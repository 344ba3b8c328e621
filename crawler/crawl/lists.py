"""Reads feeds, sitemaps and section pages without letting one of them hold up, or bring down, the crawl."""

from __future__ import annotations

import asyncio
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from scrapy.http import Response

from crawler.crawl.discovery.links import Found, UnreadableError
from crawler.crawl.fetch import Fetch

SMALL_BYTES = 200_000
"""Lists up to this size are read in a thread. It takes a second or two, whatever is in them."""
LIST_SECONDS = 60.0
"""Of the clock; a list gets less of the processor, whatever else the machine does."""
MAX_LINKS = 50_000
"""Of one list: what the sitemap protocol allows. What is above it is not read, and the visit says so."""
LIST_MEMORY_BYTES = 1_000_000_000
LIST_CPU_SECONDS = 10
_AT_ONCE = asyncio.Semaphore(2)

Parse = Callable[[Fetch, Response], Found]


async def read_list(parse: Parse, fetch: Fetch, response: Response) -> Found:
    """What `parse`, a function of a module, finds. Large lists are read in a process with bounds of its own.

    Parsers are written in Python and C, take many times a list's size, and some need hours for what a hostile hand
    wrote; a thread could not be stopped, and would hold the interpreter. Raises what `parse` raises, and
    UnreadableError for a list that takes too long or too much.
    """
    if len(response.body) <= SMALL_BYTES:
        return await asyncio.to_thread(parse, fetch, response)
    bare = response.replace(request=None, flags=[], certificate=None)
    async with _AT_ONCE:
        return await asyncio.to_thread(_read_apart, (parse, replace(fetch, capture=None), bare))


def _read_apart(task: tuple[Parse, Fetch, Response]) -> Found:
    command = [sys.executable, "-m", __name__]
    # Through a file: a pickle in memory would be another copy of up to 50 MB.
    with tempfile.TemporaryFile() as given:
        pickle.dump(task, given)
        given.seek(0)
        try:
            ended = subprocess.run(command, stdin=given, capture_output=True, timeout=LIST_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise UnreadableError(f"takes longer than {LIST_SECONDS:g} s to read") from None
    if ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise UnreadableError(f"takes longer than {LIST_CPU_SECONDS} s of computing to read")
    if ended.returncode != 0:
        last_line = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        raise UnreadableError(f"broke its reader, which ended with status {ended.returncode}: {last_line}")
    result = pickle.loads(ended.stdout)  # noqa: S301 - of our own process
    if isinstance(result, BaseException):
        raise result
    if not isinstance(result, Found):
        raise TypeError(f"a list was read as {type(result)}")
    return result


def _bounded(found: Found) -> Found:
    for links in (found.links, found.children):
        if len(links) > MAX_LINKS:
            found.problem = found.problem or f"lists {len(links)} links, of which {MAX_LINKS} are read"
            del links[MAX_LINKS:]
    return found


def main(given: BinaryIO, answer: BinaryIO) -> None:
    """Read one task, and write what was found, or the error."""
    resource.setrlimit(resource.RLIMIT_AS, (LIST_MEMORY_BYTES, LIST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LIST_CPU_SECONDS, LIST_CPU_SECONDS))
    parse, fetch, response = pickle.load(given)  # noqa: S301 - of our own process
    try:
        result: Found | Exception = _bounded(parse(fetch, response))
    except UnreadableError as error:
        result = UnreadableError(str(error))
    except Exception as error:  # noqa: BLE001 - one hostile list must not stop the other sources
        result = UnreadableError(f"cannot be read: {type(error).__name__}: {error}"[:500])
    pickle.dump(result, answer)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
