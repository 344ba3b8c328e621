"""Which pages are fronts: a page that led to one is withdrawn or lost."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.records import Capture
from crawler.sources.model import Source
from crawler.urls import host_of

# Paths that a site's front page has beside "/". A query makes it another page: "/?p=17" is an article of some sites.
_FRONT_PATHS = frozenset({"", "home", "index.html", "index.htm", "index.php", "index.aspx", "default.aspx"})


def leads_to_front(source: Source, url: str, final_url: str) -> bool:
    """Whether the address of an article leads, in the end, to the home page or a section front of its source."""
    return not is_front(source, url) and is_front(source, final_url)


def capture_leads_to_front(source: Source, capture: Capture) -> bool:
    """The same of a page that was captured."""
    return bool(capture.redirects) and leads_to_front(source, capture.url, capture.final_url)


def is_front(source: Source, url: str) -> bool:
    """Whether a URL is the source's home page, one of its endpoints, or a bare front of one of its hosts."""
    if _plain(source, url) in {_plain(source, known) for known in (source.home_page, *source.endpoint_urls)}:
        return True
    parts = urlsplit(source.canonicalize(url))
    path = parts.path.strip("/").lower()
    return not parts.query and source.allows_host(host_of(url)) and path in {*_FRONT_PATHS, *source.languages}


def _plain(source: Source, url: str) -> str:
    """The canonical form without what a redirect to the same page adds or drops: scheme, www., the last slash."""
    parts = urlsplit(source.canonicalize(url))
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}{query}"
