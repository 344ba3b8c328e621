from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crawler.config import Settings
from crawler.reasons import Reason
from crawler.sources.check import EndpointCheck, Level, check_sources, record_verified
from crawler.sources.fetching import Fetched, FetchLimits
from crawler.sources.model import Source
from crawler.sources.probe import Recognised, classify

NOW = datetime.now(timezone.utc)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/2026/a"/>'
    "<updated>2026-01-02T03:04:05Z</updated></entry></feed>"
)
RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<channel/><item><link>http://127.0.0.1/2026/a</link></item></rdf:RDF>"
)
JSON_FEED = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/a", "date_published": "2026-01-02"}]}'
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    "<urlset><url><loc>http://127.0.0.1/&b;&f;</loc></url></urlset>"
)


def make_source(source_id: str = "x", **values: Any) -> Source:
    base = {
        "id": source_id,
        "name": "X",
        "home_page": "http://127.0.0.1/",
        "country": "SY",
        "languages": ["ar"],
        "kind": "news",
        "allowed_hosts": ["127.0.0.1", "*.0.0.1"],
        "allow_private_addresses": True,
    }
    return Source.model_validate(base | values)


@pytest.fixture
def check(site: Any, settings: Settings, limits: FetchLimits) -> Callable[..., EndpointCheck]:
    """Check one path of the site as a feed, or as what `key` says."""

    def run(path: str, key: str = "feeds", **values: Any) -> EndpointCheck:
        hosts = ["127.0.0.1", f"127.0.0.1:{site.port}"]
        source = make_source(**{"allowed_hosts": hosts, key: [site.url(path)]} | values)
        (result,) = check_sources([source], True, settings, limits=limits)
        (endpoint,) = result.endpoints
        assert result.level is endpoint.level or result.messages
        assert all("\n" not in message for message in endpoint.messages)
        return endpoint

    return run


def recent(days: int = 0) -> str:
    return format_datetime(NOW - timedelta(days=days))


@pytest.mark.parametrize(
    ("key", "body", "content_type", "expected"),
    [
        ("feeds", ATOM, "application/atom+xml", Recognised.ATOM),
        ("feeds", ATOM, "text/html", Recognised.ATOM),
        ("feeds", "\ufeff\n" + ATOM, "application/octet-stream", Recognised.ATOM),
        ("feeds", RDF, "application/rdf+xml", Recognised.RDF),
        ("feeds", JSON_FEED, "application/feed+json", Recognised.JSON_FEED),
        ("sitemaps", "<urlset><url><loc>/2026/a</loc></url></urlset>", "text/xml", Recognised.SITEMAP),
        ("sitemaps", "<!-- c --><sitemapindex><sitemap><loc>/s</loc></sitemap></sitemapindex>", "",
         Recognised.SITEMAP_INDEX),
        ("section_pages", '<p><a href="/2026/1234">a</a><a href="?id=5">b</a><a href="/a-b-c-d">c</a>', "text/html",
         Recognised.HTML),
    ],
)  # fmt: skip
def test_what_comes_is_recognised(
    site: Any, check: Any, key: str, body: str, content_type: str, expected: Recognised
) -> None:
    site.add("/e", body, content_type)
    endpoint = check("/e", key)
    assert endpoint.recognised is expected
    assert endpoint.level in (Level.OK, Level.WARN)
    assert endpoint.entries == (3 if expected is Recognised.HTML else 1)
    assert endpoint.http_status == 200


def test_a_sitemap_may_be_a_gzip_file_and_entities_stay_closed(site: Any, check: Any) -> None:
    import gzip

    site.add("/s.xml.gz", gzip.compress(b"<urlset><url><loc>/2026/a</loc></url></urlset>"), "application/gzip")
    assert check("/s.xml.gz", "sitemaps").recognised is Recognised.SITEMAP
    site.add("/bomb", BOMB, "text/xml")
    assert check("/bomb", "sitemaps").recognised is Recognised.SITEMAP
    listing = classify(Fetched("http://127.0.0.1/", "http://127.0.0.1/", 200, body=BOMB.encode()))
    assert listing.links == ("http://127.0.0.1/",)


def test_a_good_feed_is_ok_and_its_newest_entry_known(site: Any, check: Any, rss: Any) -> None:
    site.add("/f", rss(site.url(), date=recent()), "text/xml")
    endpoint = check("/f")
    assert (endpoint.level, endpoint.messages, endpoint.entries) == (Level.OK, (), 3)
    assert abs(endpoint.newest_at - NOW) < timedelta(seconds=2)


def test_doubts_about_a_feed(site: Any, check: Any, rss: Any) -> None:
    site.add("/old", rss(site.url(), date=recent(40)), "text/xml")
    assert check("/old").messages == ("its newest entry is 40 days old: is it still kept?",)
    site.add("/future", rss(site.url(), date=recent(-3)), "text/xml")
    assert "in the future: check time_zone" in check("/future").messages[0]
    site.add("/empty", rss(site.url(), count=0), "text/xml")
    assert check("/empty").messages == ("lists nothing",)
    site.add("/strange", rss("https://cdn.example.org"), "text/xml")
    assert check("/strange").messages == (
        "3 of 3 links lead to other hosts, mostly cdn.example.org: add it to allowed_hosts",
    )
    site.add("/f", rss(site.url()), "text/xml")
    endpoint = check("/f", exclude=["/2026/"])
    assert (endpoint.level, endpoint.messages) == (Level.WARN, ("include and exclude leave none of its 3 links",))


def test_the_wrong_type_fails_and_says_where_it_belongs(site: Any, check: Any, rss: Any, sitemap: Any) -> None:
    site.add("/page", "<html><p>Page</p></html>")
    site.add("/f", rss(site.url()), "text/xml")
    site.add("/s", sitemap(site.url()), "text/xml")
    site.add("/nothing", " ", "text/xml")
    site.add("/binary", bytes(range(256)), "image/png")
    expected = {
        ("/page", "feeds"): "is a web page, not a feed: list it under section_pages, "
        "or look for the right address with `dateline sources add`",
        ("/f", "sitemaps"): "is an RSS feed, not a sitemap: list it under feeds",
        ("/s", "feeds"): "is a sitemap, not a feed: list it under sitemaps",
        ("/f", "section_pages"): "is an RSS feed, not a web page: list it under feeds",
        ("/nothing", "feeds"): "is empty, not a feed",
        ("/binary", "feeds"): "is not a feed, but image/png that is not recognised",
    }
    for (path, key), message in expected.items():
        endpoint = check(path, key)
        assert (endpoint.level, endpoint.messages) == (Level.FAIL, (message,))


def test_moves_are_told_with_the_new_address(site: Any, new_site: Any, check: Any, rss: Any) -> None:
    site.redirect("/old", "/f")
    site.add("/f", rss(site.url(), date=recent()), "text/xml")
    endpoint = check("/old")
    assert (endpoint.level, endpoint.moved_to) == (Level.WARN, site.url("/f"))
    assert endpoint.messages == (f"has moved for good: write {site.url('/f')} in its place",)
    site.redirect("/now", "/f", 302)
    assert check("/now").level is Level.OK
    other = new_site()
    other.add("/f", rss(site.url(), date=recent()), "text/xml")
    site.redirect("/away", other.url("/f"), 302)
    assert check("/away").messages == (
        f"redirects to {other.url('/f')}, another host",
        f"127.0.0.1:{other.port} is not among allowed_hosts: add it if the outlet has moved there",
    )


def test_robots_txt_disallows_or_asks_for_a_pause(site: Any, check: Any, rss: Any) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /no\nCrawl-delay: 12\n", "text/plain")
    endpoint = check("/no")
    assert (endpoint.level, endpoint.reason) == (Level.FAIL, Reason.ROBOTS)
    assert "/no" not in site.paths
    site.add("/f", rss(site.url(), date=recent()), "text/xml")
    assert check("/f").crawl_delay_seconds == 12


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (403, {}, Reason.FORBIDDEN),
        (503, {"cf-mitigated": "challenge"}, Reason.FORBIDDEN),
        (404, {}, Reason.NOT_FOUND),
        (410, {}, Reason.GONE),
        (429, {}, Reason.RATE_LIMITED),
        (502, {}, Reason.SERVER_ERROR),
    ],
)
def test_refusals_fail_with_their_reason(
    site: Any, check: Any, status: int, headers: dict[str, str], reason: Reason
) -> None:
    site.add("/f", "<html>", status=status, headers=headers)
    endpoint = check("/f")
    assert (endpoint.level, endpoint.http_status, endpoint.reason) == (Level.FAIL, status, reason)


def raw(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.wfile.write(data)
    handler.close_connection = True


BROKEN = [
    b"",
    b"\x00\x01\x02\x03",
    b"HTTP/1.1 999999 What\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip at all",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nxx",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=klingon\r\n\r\n<html",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 30_000 + b"\r\n",
    b"HTTP/1.1 301 Moved\r\n\r\n",
    b"HTTP/1.1 301 Moved\r\nLocation: http://[bad\r\n\r\n",
    b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:99999/\r\n\r\n",
    b"HTTP/1.1 301 Moved\r\nLocation: \xff\xfe\r\n\r\n",
    b"HTTP/1.1 301 Moved\r\nLocation: http://a..b/\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n<rss><channel><item><pubDate>99999 zz</pubDate></item></channel>",
    b"HTTP/1.1 200 OK\r\n\r\n<rss version='2.0'><channel><item><link>http://a:99999/</link></item></channel></rss>",
    b"HTTP/1.1 200 OK\r\n\r\n<urlset><url><loc>http://[</loc></url><!-- -->",
    b"HTTP/1.1 200 OK\r\n\r\n" + b"<urlset>" * 5000,
    b"HTTP/1.1 200 OK\r\n\r\n" + b"<div>" * 50_000,
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!-- nothing -->",
    b'HTTP/1.1 200 OK\r\n\r\n{"version": "https://jsonfeed.org/version/1", "items": 5}',
    b'HTTP/1.1 200 OK\r\n\r\n{"a":' + b"[" * 100_000,
    b"HTTP/1.1 200 OK\r\n\r\n/etc/passwd",
    b"HTTP/1.1 200 OK\r\n\r\nfile:///etc/passwd",
]


def test_no_behaviour_of_a_server_is_too_much(site: Any, settings: Settings, limits: FetchLimits) -> None:
    for number, data in enumerate(BROKEN):
        site.answers[f"/{number}"] = lambda handler, data=data: raw(handler, data)
    urls = [site.url(f"/{number}") for number in range(len(BROKEN))]
    hurried = FetchLimits(seconds=1.0, connect_seconds=1.0, max_bytes=limits.max_bytes)
    sources = [
        make_source(key, **{key.replace("-", "_"): urls, "politeness": {"delay_seconds": 0}})
        for key in ("feeds", "sitemaps", "section-pages")
    ]
    for result in check_sources(sources, True, settings, limits=hurried):
        assert len(result.endpoints) == len(BROKEN)
        assert result.level is Level.FAIL
        for endpoint, data in zip(result.endpoints, BROKEN, strict=True):
            assert endpoint.level is not Level.OK or endpoint.messages == (), data[:80]
            assert all(message and "\n" not in message for message in endpoint.messages), data[:80]


def test_a_certificate_that_cannot_be_trusted(
    tmp_path: Path, settings: Settings, limits: FetchLimits, rss: Any
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW - timedelta(1)).not_valid_after(NOW + timedelta(1))
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "pem").write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "pem")
    listener = socket.create_server(("127.0.0.1", 0))
    body = rss("http://127.0.0.1").encode()

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(9000)
                    secure.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body)
            except OSError:
                connection.close()

    threading.Thread(target=serve, daemon=True).start()
    url = f"https://127.0.0.1:{listener.getsockname()[1]}/f"
    (strict,) = check_sources([make_source(feeds=[url])], True, settings, limits=limits)
    (lenient,) = check_sources([make_source(feeds=[url], verify_tls=False)], True, settings, limits=limits)
    listener.close()
    assert strict.endpoints[0].reason is Reason.TLS
    assert "cannot be trusted: self-signed certificate" in strict.endpoints[0].messages[0]
    assert lenient.endpoints[0].recognised is Recognised.RSS
    assert lenient.messages == ("verify_tls: false lets anyone on the way change what we read",)


def test_hosts_are_asked_side_by_side_but_one_request_each(
    new_site: Any, settings: Settings, limits: FetchLimits, rss: Any
) -> None:
    body = rss("http://127.0.0.1").encode()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.15)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    sites = [new_site() for _ in range(4)]
    sources = []
    for number, site in enumerate(sites):
        for path in ("/a", "/b", "/c"):
            site.answers[path] = slow
        site.redirect("/r", sites[0].url("/a"), 302)
        sources.append(make_source(f"s{number}", feeds=[site.url("/a"), site.url("/b")]))
        sources.append(make_source(f"t{number}", feeds=[site.url("/c")], sitemaps=[site.url("/r")]))
    told: list[tuple[int, int | None]] = []
    started = time.monotonic()
    checks = check_sources(
        sources, True, settings, limits=limits, progress=lambda done, total, note: told.append((done, total))
    )
    assert time.monotonic() - started < 2.2
    assert [result.source_id for result in checks] == [source.id for source in sources]
    assert all(site.busiest == 1 for site in sites)
    assert told[0] == (0, 16)
    assert told[-1] == (16, 16)


def test_without_live_nothing_is_asked(site: Any, settings: Settings) -> None:
    checks = check_sources([make_source(feeds=[site.url("/f")])], False, settings)
    assert [(result.level, result.messages, result.endpoints) for result in checks] == [(Level.OK, (), ())]
    doubtful = make_source(feeds=[site.url("/f")], enabled=True, country="ZZ")
    (result,) = check_sources([doubtful], False, settings)
    assert result.level is Level.WARN
    assert result.messages == (
        "country: ZZ stands for unknown: write the country that it reports from",
        "enabled, and never seen working: run `dateline sources check --live`",
    )
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_refused(
    site: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_source(feeds=[site.url("/f")], allow_private_addresses=False)
    (result,) = check_sources([source], True, settings)
    assert result.endpoints[0].reason is Reason.PRIVATE_ADDRESS
    # The first host passes for public here; what it redirects to is looked at anew.
    monkeypatch.setattr("crawler.sources.fetching.is_public_address", lambda address: address == "127.0.0.1")
    site.redirect("/f", f"http://[::1]:{site.port}/secret", 302)
    quick = source.model_copy(update={"politeness": source.politeness.model_copy(update={"delay_seconds": 0})})
    (result,) = check_sources([quick], True, settings)
    assert result.endpoints[0].reason is Reason.PRIVATE_ADDRESS
    assert "::1" in result.endpoints[0].messages[0]


def test_the_day_of_a_check_is_written_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    head = "# Written down from general knowledge, not fetched: run `x` before enabling.\n"
    path.write_text(head + "# mine\nid: x\nenabled: false # yet\nfeeds: [a]\n")
    once = record_verified(path, "2026-01-31")
    assert once == "# mine\nid: x\nenabled: false # yet\nverified_on: 2026-01-31\nfeeds: [a]\n"
    path.write_text(once)
    assert record_verified(path, "2026-02-01") == once.replace("01-31", "02-01")
    path.write_text("id: x")
    assert record_verified(path, "2026-02-01") == "id: x\nverified_on: 2026-02-01\n"
