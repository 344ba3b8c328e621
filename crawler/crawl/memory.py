"""How much memory this process has taken at most, and the end of a crawl that takes too much."""

from __future__ import annotations

import re
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from scrapy.extensions.memusage import MemoryUsage

_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s*(\d+) kB", re.MULTILINE)


def peak_memory_bytes() -> int:
    """Peak resident memory. Linux counts in `getrusage` what the parent had when it started us; this does not."""
    if _STATUS.exists() and (match := _PEAK.search(_STATUS.read_text())):
        return int(match[1]) * 1024
    return getrusage(RUSAGE_SELF).ru_maxrss * 1024


class OwnMemoryUsage(MemoryUsage):
    """Scrapy's, without the memory of a large worker that started the crawl."""

    def get_virtual_size(self) -> int:
        return peak_memory_bytes()
