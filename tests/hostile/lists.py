"""Hostile feeds, sitemaps and section pages: each the host's `/list`."""

from __future__ import annotations

import gzip

from tests.hostile.server import Ask, Host, http
from tests.hostile.table import FINE, article, behaviour, feed_text, listing, of_host

_MB = 1_000_000
_XML = "application/xml"
_RSS = '<?xml version="1.0"?><rss version="2.0"><channel>'
_END = "</channel></rss>"
_SITEMAP = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
_SITEMAPS = {"kind": "sitemaps"}
_SECTIONS = {"kind": "section_pages"}


def _item(url: str, more: str = "") -> str:
    return f"<item><title>One</title><link>{url}</link>{more}</item>"


def _doctype(entities: str, use: str) -> str:
    return f'<?xml version="1.0"?><!DOCTYPE r [{entities}]><rss version="2.0"><channel><title>{use}</title>'


# Feeds


def pouring(start: str, piece: str, length: int | None = None):
    async def answer(ask: Ask) -> None:
        size = f"Content-Length: {length}\r\n" if length else ""
        await ask.send(f"HTTP/1.1 200 OK\r\nContent-Type: {_XML}\r\n{size}Connection: close\r\n\r\n{start}".encode())
        await ask.pour((piece * 500).encode())

    return answer


_LAUGHS = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
listing("feed_endless", "a feed without end", pouring(_RSS, _item("http://x.invalid/1")), "too_large")
listing("feed_1gb", "a feed that says it has 1 GB, and sends", pouring(_RSS, _item("/1"), 10**9), "too_large")
listing("feed_empty", "200 and nothing", http("", kind=_XML), "unreadable_list")
listing("feed_turned_html", "a home page where the feed was", http(article("x")), "unreadable_list")
listing(
    "feed_cut",
    "a feed that is cut off in its second item",
    of_host(lambda h: http(feed_text(h, "/page", "/b")[:-60], kind=_XML)),
    "bad_response",
    page="stored:new",
)
listing(
    "feed_laughs",
    "an entity bomb: billion laughs",
    http(_doctype(_LAUGHS, "&j;") + _END),
    "bad_response",
)
listing(
    "feed_quadratic",
    "an entity bomb: quadratic blowup",
    http(_doctype(f"<!ENTITY a '{'a' * 50_000}'>", "&a;" * 20_000) + _END),
    "bad_response",
)
listing(
    "feed_external",
    "an entity that names file:///etc/passwd",
    of_host(
        lambda h: http(
            _doctype('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;") + _item(f"{h.url}/page") + _END, kind=_XML
        )
    ),
    FINE,
    page="stored:new",
)
listing(
    "feed_dtd",
    "a document type that lies on the host",
    of_host(
        lambda h: http(
            f'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{h.url}/dtd"><rss version="2.0"><channel>'
            + _item(f"{h.url}/page")
            + _END,
            kind=_XML,
        )
    ),
    FINE,
    page="stored:new",
)
listing("feed_nested", "100,000 elements in each other", http(_RSS + "<x>" * 100_000), "bad_response")
listing(
    "feed_unclosed",
    "150,000 tags that never close",
    http(_RSS + "<item>" + "<a>" * 150_000),
    "bad_response",
    detail="malformed",
)
listing(
    "feed_other_hosts",
    "a feed of another host's links",
    http(_RSS + _item("http://other.invalid/1") + _END),
    FINE,
    detail="1 of other hosts",
)
listing(
    "feed_script_links",
    "links to javascript:, mailto: and data:",
    http(
        _RSS
        + "".join(map(_item, ("javascript:alert(1)", "mailto:a@b.invalid", "data:text/html,x", "file:///etc/passwd")))
        + _END
    ),
    FINE,
    detail="4 no web addresses",
)
listing(
    "feed_url_1mb",
    "a link of a million characters",
    of_host(lambda h: http(_RSS + _item(f"{h.url}/" + "x" * _MB) + _item(f"{h.url}/page") + _END)),
    FINE,
    detail="1 too long",
    page="stored:new",
)
listing(
    "feed_dates",
    "dates in the years 1, 9999 and 99999",
    of_host(
        lambda h: http(
            _RSS
            + _item(f"{h.url}/page", "<pubDate>Mon, 01 Jan 0001 00:00:00 +1400</pubDate>")
            + _item(f"{h.url}/b", "<pubDate>Fri, 31 Dec 9999 23:59:59 -1200</pubDate>")
            + _item(f"{h.url}/c", "<pubDate>Fri, 31 Dec 99999 23:59:59 GMT</pubDate>")
            + _END
        )
    ),
    FINE,
    pages={"/page": "stored:new", "/b": "failed:not_found", "/c": "failed:not_found"},
)
listing(
    "feed_itself",
    "a feed that lists itself and its host",
    of_host(lambda h: http(feed_text(h, "/list", "/", "/page"), kind=_XML)),
    FINE,
    page="stored:new",
)
listing("feed_unasked_304", "304 to a first request", http("", "304 Not Modified"), "bad_response")
listing(
    "feed_titles",
    "titles of 100,000 characters with NUL and half pairs",
    of_host(
        lambda h: http(
            '{"items": [{"url": "' + h.url + '/page", "title": "\\ud800\\u0000' + "t" * 100_000 + '"}]}',
            kind="application/json",
        )
    ),
    FINE,
    page="stored:new",
)
listing(
    "feed_json_deep",
    "JSON 100,000 levels deep",
    http('{"items": ' + "[" * 100_000, kind="application/json"),
    "unreadable_list",
)
listing(
    "feed_bomb",
    "a gzip bomb of 50 MB",
    http(gzip.compress(b" " * 50 * _MB), headers=["Content-Encoding: gzip"]),
    "too_large",
)
listing(
    "feed_coding_unknown",
    "Content-Encoding: x-foo",
    http(b"\x01\x02", headers=["Content-Encoding: x-foo"]),
    "unreadable_list",
)
listing(
    "feed_idn",
    "links to a host in Arabic letters, with a trailing dot, with a space",
    http(
        _RSS
        + "".join(
            map(
                _item,
                (
                    "http://أخبار.invalid/1",
                    "http://xn--mgbx.invalid./2",
                    "http://a b.invalid/3",
                    "http://" + "x" * 70 + ".invalid/4",
                ),
            )
        )
        + _END
    ),
    FINE,
    detail="left out",
)
listing(
    "feed_credentials",
    "a link with credentials",
    of_host(lambda h: http(_RSS + _item(f"http://a:b@{h.address}/page") + _END)),
    FINE,
    page="failed:bad_redirect",
)


# Sitemaps

listing(
    "sitemap_1gb",
    "a sitemap that says it has 1 GB, and sends",
    pouring(_SITEMAP, "<url><loc>http://x.invalid/</loc></url>", 10**9),
    "too_large",
    **_SITEMAPS,
)
listing(
    "sitemap_endless",
    "a sitemap without end",
    pouring(_SITEMAP, "<url><loc>http://x.invalid/</loc></url>"),
    "too_large",
    **_SITEMAPS,
)
listing(
    "sitemap_bomb",
    "a gzipped sitemap of 60 MB",
    http(gzip.compress(b" " * 60 * _MB), kind="application/gzip"),
    "unreadable_list",
    **_SITEMAPS,
)
listing(
    "sitemap_laughs",
    "an entity bomb",
    http(f"<!DOCTYPE r [{_LAUGHS}]>{_SITEMAP[21:]}<url><loc>&j;</loc></url></urlset>", kind=_XML),
    "bad_response",
    **_SITEMAPS,
)
listing(
    "sitemap_no_urls",
    "entries that are no addresses",
    of_host(
        lambda h: http(
            f"{_SITEMAP}<url><loc>not an address: [</loc></url><url><loc>javascript:1</loc></url>"
            f"<url><loc>{h.url}/page</loc></url></urlset>",
            kind=_XML,
        )
    ),
    FINE,
    page="stored:new",
    detail="left out",
    **_SITEMAPS,
)
listing(
    "sitemap_100000",
    "100,000 entries",
    of_host(
        lambda h: http(
            _SITEMAP + "".join(f"<url><loc>{h.url}/{n}</loc></url>" for n in range(100_000)) + "</urlset>", kind=_XML
        )
    ),
    FINE,
    detail="above the 5000",
    source={"limits": {"max_pages": 1}},
    **_SITEMAPS,
)
listing(
    "sitemap_html",
    "a page where the sitemap was",
    http(article("x")),
    "unreadable_list",
    **_SITEMAPS,
)


@behaviour("sitemap_cycle", "an index that lists itself and one that lists it", **_SITEMAPS)
def _cycle(host: Host) -> None:
    for path in ("/list", "/other"):
        entries = "".join(f"<sitemap><loc>{host.url}{child}</loc></sitemap>" for child in ("/list", "/other"))
        host.routes[path] = http(f"<sitemapindex>{entries}</sitemapindex>", kind=_XML)


@behaviour(
    "sitemap_children",
    "an index of 10,000 sitemaps",
    detail="9991 sitemaps above the limit of 10",
    source={"limits": {"max_sitemaps": 10}},
    **_SITEMAPS,
)
def _children(host: Host) -> None:
    entries = "".join(f"<sitemap><loc>{host.url}/map{n}</loc></sitemap>" for n in range(10_000))
    host.routes["/list"] = http(f"<sitemapindex>{entries}</sitemapindex>", kind=_XML)
    host.routes["*"] = http(_SITEMAP + "</urlset>", kind=_XML)


# Section pages


async def _calendar(ask: Ask) -> None:
    number = int(ask.path.rpartition("/")[2] or 0) if ask.path.startswith("/calendar/") else 0
    await ask.send(
        http(f"<a href='/calendar/{number + 1}'>next month</a><a rel=next href='/list?page={ask.number + 1}'>")
    )


async def _sessions(ask: Ask) -> None:
    await ask.send(http(f"<a href='/a?sid={ask.number:032x}'>A</a><a href='/list?page={ask.number + 1}'>next</a>"))


@behaviour(
    "calendar",
    "a calendar without end: each page links to the next month",
    pages={"/calendar/1": "rejected:no_text|rejected:not_an_article"},
    **_SECTIONS,
)
def _calendar_host(host: Host) -> None:
    host.routes["*"] = _calendar


@behaviour("session_ids", "each visit gives another session id to the same links", pages={}, **_SECTIONS)
def _session_host(host: Host) -> None:
    host.routes["*"] = _sessions


async def _endless_pages(ask: Ask) -> None:
    number = int(ask.path.rpartition("=")[2]) if "=" in ask.path else 1
    await ask.send(http(f"<a href='/list?page={number + 1}'>next</a>"))


@behaviour("endless_pagination", "a next page, always", **_SECTIONS)
def _pagination(host: Host) -> None:
    host.routes["*"] = _endless_pages


listing(
    "section_100000_links",
    "100,000 links on one page",
    of_host(lambda h: http("".join(f"<a href='/{n}'>{n}</a>" for n in range(100_000)))),
    "bad_response",
    detail="above the 1000",
    source={"limits": {"max_pages": 1}},
    **_SECTIONS,
)
listing(
    "section_nested",
    "100,000 elements in each other",
    http("<html>" + "<div>" * 100_000 + "<a href='/page'>x</a>"),
    FINE,
    **_SECTIONS,
)
listing(
    "section_image",
    "a picture where the section was",
    http(b"\x89PNG\r\n\x1a\n" + bytes(3000), kind="image/png"),
    "unreadable_list",
    **_SECTIONS,
)
listing(
    "section_base",
    "a base address that leads to file:",
    http("<base href='file:///etc/'><a href='passwd'>x</a>"),
    FINE,
    **_SECTIONS,
)
