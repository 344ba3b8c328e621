"""The filter in two passes: first what the sites of the input are like, then its pages by what is known of them."""

from __future__ import annotations

import tempfile
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import orjson
import tldextract

from crawler.clean.extract_filter import PAGE_BYTES, PAGE_SECONDS, ROWS, read_lines, write_rows
from crawler.clean.memory import LEAST_STORIES, MOST_PAGES, Observation, learn
from crawler.clean.pool import PageTask, WorkerPool
from crawler.clean.reject import Rejected

# The snapshot of the public suffix list that comes with tldextract: no request, no cache file.
_extract_domain = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@dataclass
class _Spool:
    """The input in a file: where its lines begin, and which site each is of, by number; -1: none that can be read."""

    file: IO[bytes]
    offsets: array[int] = field(default_factory=lambda: array("q"))
    sites: array[int] = field(default_factory=lambda: array("l"))
    names: dict[str, int] = field(default_factory=dict)

    def fill(self, source: IO[bytes]) -> None:
        at = 0
        for line in read_lines(source, lambda: True):
            if line is None:
                continue
            line = line.removesuffix(b"\n")
            self.offsets.append(at)
            host = _host_of(line)
            self.sites.append(self.names.setdefault(host, len(self.names)) if host else -1)
            self.file.write(line + b"\n")
            at += len(line) + 1
        self.file.flush()
        self._join_small_hosts()

    def _join_small_hosts(self) -> None:
        """Hosts with too few pages to learn from are one site with the others of their domain."""
        counts = Counter(self.sites)
        domains: dict[str, int] = {}
        joined = {
            number: domains.setdefault(_domain_of(name), len(self.names) + len(domains))
            for name, number in self.names.items()
            if counts[number] < LEAST_STORIES
        }
        for line, number in enumerate(self.sites):
            self.sites[line] = joined.get(number, number)

    def line(self, number: int) -> bytes:
        self.file.seek(self.offsets[number])
        return self.file.readline().removesuffix(b"\n")

    def lines_by_site(self) -> Iterator[tuple[int, list[int]]]:
        """Of each site with enough lines to learn from: its number and theirs, evenly over the input."""
        by_site: dict[int, array[int]] = defaultdict(lambda: array("q"))
        for number, site in enumerate(self.sites):
            by_site[site].append(number)
        for site, numbers in by_site.items():
            if site >= 0 and len(numbers) >= LEAST_STORIES:
                step = max(1.0, len(numbers) / MOST_PAGES)
                yield site, [numbers[int(at * step)] for at in range(min(len(numbers), MOST_PAGES))]


def extract_learning(
    source: IO[bytes],
    target: IO[bytes],
    problems: IO[str],
    *,
    workers: int = 1,
    command: Sequence[str] = ROWS,
) -> int:
    """As `extract_lines`, but all of the input is read before the first row is written.

    Of each host with pages of four stories or more it is learned what its site is like, and all its pages are read
    by that. The input is spooled to a temporary file; at any time the observations of one site are held, and some bytes
    a line.
    """
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder, (Path(folder) / "input").open("w+b") as file:
        spool = _Spool(file)
        spool.fill(source)
        with WorkerPool(workers, PAGE_SECONDS, PAGE_BYTES, beyond_start=True, command=command) as pool:
            templates = dict(_learn_sites(pool, spool, Path(folder)))
            under_way: deque[tuple[int, bytes]] = deque()

            def tasks() -> Iterator[PageTask]:
                for number, site in enumerate(spool.sites):
                    line = spool.line(number)
                    if line.strip():
                        under_way.append((number + 1, line))
                        yield PageTask(line, {"template": templates[site]} if site in templates else {})

            return write_rows(pool.clean(tasks()), under_way, target, problems)


def _learn_sites(pool: WorkerPool, spool: _Spool, folder: Path) -> Iterator[tuple[int, str]]:
    """The files of templates by the number of their site."""
    for site, numbers in spool.lines_by_site():
        tasks = (PageTask(spool.line(number), {"observe": True}) for number in numbers)
        told = [
            Observation.model_validate_json(answer)
            for answer in pool.clean(tasks)
            if not isinstance(answer, Rejected) and answer.startswith(b"{")
        ]
        template = learn(told)
        if template is not None:
            path = folder / f"{site}.json"
            path.write_text(template.model_dump_json(), encoding="utf-8")
            yield site, str(path)


def _host_of(line: bytes) -> str:
    try:
        url = orjson.loads(line)["url"]
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""


def _domain_of(host: str) -> str:
    """The name that is registered: `a.b.example.org` and `example.org` are of one site."""
    found = _extract_domain(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}"
    return ".".join(host.split(".")[-2:])
