"""Pages whose content is hostile: encodings, sizes, characters, walls. Each is listed by a feed, as `/page`."""

from __future__ import annotations

import gzip
import zlib

import brotli

from tests.hostile.server import Ask, http
from tests.hostile.table import article, page

_MB = 1_000_000


# Encodings

_ZEROS = b"\0" * 50 * _MB
_ONCE = gzip.compress(_ZEROS, 9)


def _coded(body: bytes, coding: str) -> bytes:
    return http(body, headers=[f"Content-Encoding: {coding}"])


def _raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


page("gzip_bomb", "50 MB of zeros in 50 KB", _coded(_ONCE, "gzip"), "failed:too_large")
page("gzip_bomb_nested", "a gzip bomb in gzip", _coded(gzip.compress(_ONCE), "gzip, gzip"), "failed:too_large")
page("brotli_bomb", "50 MB of zeros in brotli", _coded(brotli.compress(_ZEROS, quality=5), "br"), "failed:too_large")
page("deflate_bomb", "50 MB of zeros in deflate", _coded(zlib.compress(_ZEROS), "deflate"), "failed:too_large")
page(
    "gzip_twice",
    "gzip in gzip, both named",
    _coded(gzip.compress(gzip.compress(article("gzip_twice").encode())), "gzip, gzip"),
    "stored:new",
)
page("codings_1000", "1,000 content codings", _coded(b"x" * 100, "gzip, " * 999 + "gzip"), "rejected:undecodable")
page(
    "deflate_raw",
    "deflate without the zlib head",
    _coded(_raw_deflate(article("deflate_raw").encode()), "deflate"),
    "stored:new",
)
page(
    "gzip_unnamed",
    "gzip that nobody names",
    http(gzip.compress(article("gzip_unnamed").encode())),
    "rejected:unsupported_type",
)
page("gzip_label_lies", "plain text that is called gzip", _coded(article("x").encode(), "gzip"), "rejected:undecodable")
page(
    "gzip_cut",
    "gzip that is cut off",
    _coded(gzip.compress(article("x").encode())[:-20], "gzip"),
    "rejected:undecodable",
)
page("coding_zstd", "zstd, which we do not ask for", _coded(b"\x28\xb5\x2f\xfd\x00", "zstd"), "rejected:undecodable")
page("coding_unknown", "Content-Encoding: x-foo", _coded(b"abc", "x-foo"), "rejected:undecodable")


# Sizes and shapes


async def _endless_body(ask: Ask) -> None:
    await ask.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    await ask.pour(b"<p>and on it goes</p>" * 3000)


_ARABIC = article("x").replace("<p>", "<p>قال المجلس إن المياه عادت إلى القرى الثلاث بعد أسبوع من الانقطاع. ")
page("endless_body", "a body without end", _endless_body, "failed:too_large")
page("page_9mb", "a page of 9 MB", http(b"x" * 9 * _MB), "failed:too_large")
page(
    "line_5mb",
    "one line of 5 MB",
    http("<html><body><p>" + "word " * _MB + "</p></body></html>"),
    "stored:new|rejected:clean_timeout",
)
page(
    "attribute_5mb",
    "an attribute of 5 MB",
    http(article("attribute_5mb").replace("<article>", f"<article data-x='{'a' * 5 * _MB}'>")),
    "stored:new|rejected:clean_timeout",
)
page(
    "nested_html",
    "100,000 elements in each other",
    http("<html><body>" + "<div>" * 100_000 + "deep"),
    "rejected:no_text|rejected:clean_timeout",
)
page(
    "nested_lists",
    "20,000 lists in each other around an article",
    http("<ul><li>" * 20_000 + article("nested_lists")),
    "stored:new|rejected:no_text|rejected:clean_timeout",
)
page(
    "links_100000",
    "a page of 100,000 links",
    http("<html><body>" + "".join(f"<a href='/{n}'>link {n}</a> " for n in range(100_000))),
    "rejected:not_an_article|rejected:no_text|rejected:clean_timeout",
)
page(
    "script_5mb",
    "5 MB of script around an article",
    http(article("script_5mb", "<script>" + "var a = '<p>x</p>';" * 250_000 + "</script>")),
    "stored:new|rejected:clean_timeout",
)
page(
    "unclosed_tags",
    "a million tags that never close",
    http("<b><i>" * 500_000),
    "rejected:no_text|rejected:clean_timeout",
)


# Characters

page(
    "nul_bytes",
    "NUL bytes between the letters",
    http(article("nul_bytes").replace("wells", "we\0lls")),
    "stored:new|rejected:clean_timeout",
)
page("nul_only", "nothing but NUL bytes", http(b"\0" * 5000), "rejected:no_text|rejected:clean_timeout")
page(
    "bom_utf8",
    "UTF-8 with a BOM",
    http(b"\xef\xbb\xbf" + article("bom_utf8").encode()),
    "stored:new|rejected:clean_timeout",
)
page(
    "utf16_bom",
    "UTF-16 with a BOM",
    http(article("utf16_bom").encode("utf-16"), kind="text/html"),
    "stored:new|rejected:clean_timeout",
)
page(
    "utf16_bare",
    "UTF-16 without a BOM or a word",
    http(article("utf16_bare").encode("utf-16-le"), kind="text/html"),
    "stored:new|rejected:clean_timeout",
)
page(
    "charset_none",
    "windows-1256 without a word",
    http(_ARABIC.replace("<meta charset='utf-8'>", "").encode("cp1256", "replace"), kind="text/html"),
    "stored:new",
    source={"languages": ["ar"]},
)
page(
    "charset_lies",
    "windows-1256 that is called UTF-8",
    http(_ARABIC.encode("cp1256", "replace")),
    "stored:new",
    source={"languages": ["ar"]},
)
page(
    "charset_unknown",
    "a charset that nobody knows",
    http(article("charset_unknown"), kind="text/html; charset=klingon"),
    "stored:new",
)
page(
    "charset_mixed",
    "UTF-8 with windows-1252 in its midst",
    http(article("charset_mixed").encode() + b"<p>caf\xe9</p>"),
    "stored:new",
)
page(
    "utf8_broken",
    "UTF-8 with broken sequences",
    http(article("utf8_broken").encode().replace(b"wells", b"we\xc3\x28lls", 2)),
    "stored:new",
)
page(
    "noise",
    "random-looking bytes called HTML",
    http(bytes((n * 7919 + n // 251) % 256 for n in range(20_000))),
    "rejected:undecodable",
)
page("image_as_html", "a PNG called HTML", http(b"\x89PNG\r\n\x1a\n" + bytes(5000)), "rejected:unsupported_type")
page(
    "html_as_pdf", "HTML called PDF", http(article("html_as_pdf"), kind="application/pdf"), "rejected:unsupported_type"
)
page(
    "type_garbage",
    "a Content-Type of 10,000 characters",
    http(article("type_garbage"), kind="x" * 10_000),
    "stored:new",
)
page("type_none", "no Content-Type", http(article("type_none"), kind=None), "stored:new")
page(
    "entities_html",
    "an HTML page with an entity bomb before it",
    http("<!DOCTYPE x [<!ENTITY a '" + "a" * 1000 + "'>]>" + article("entities_html") + "&a;" * 1000),
    "stored:new",
)
page(
    "last_modified_future",
    "Last-Modified in the year 9999",
    http(
        article("last_modified_future"),
        headers=["Last-Modified: Fri, 31 Dec 9999 23:59:59 GMT", 'ETag: "' + "e" * 9000 + '"'],
    ),
    "stored:new",
)


# Walls

page(
    "challenge_202",
    "202 with a script that asks for proof of a browser",
    http(
        "<html><head><script src='/cdn-cgi/challenge-platform/x.js'></script><title>Just a moment...</title></head>"
        "<body><noscript>Enable JavaScript and cookies to continue</noscript></body></html>",
        "202 Accepted",
    ),
    "blocked:challenge",
)
page(
    "challenge_cookie",
    "a script that sets a cookie and loads again",
    http("<html><body><script>document.cookie='k=1';location.reload()</script></body></html>"),
    "blocked:challenge",
)
