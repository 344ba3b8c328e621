"""Canonical URLs and their keys: what decides whether two links are one article.

The rules are conservative: two articles folded into one are lost, one article seen twice is only a duplicate.
Only what is known to carry no identity is dropped; a source may add to the list or take from it. A canonical URL is
for comparing. What is fetched is the address as it was found: the folded one is a guess that may not exist.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url as _w3lib_canonicalize

from crawler.url_parameters import (
    AMP_PARAMETERS,
    COLD_FUSION_SESSION,
    MOBILE_PARAMETERS,
    PRINT_PARAMETERS,
    is_session,
    is_tracking,
)


class Variant(StrEnum):
    """Another form of the same article, under an address of its own."""

    AMP = "amp"
    PRINT = "print"
    MOBILE = "mobile"


DEFAULT_VARIANTS = (Variant.AMP, Variant.PRINT)
_PARAMETERS_OF = {
    Variant.AMP: AMP_PARAMETERS,
    Variant.PRINT: PRINT_PARAMETERS,
    Variant.MOBILE: MOBILE_PARAMETERS,
}
_HOST_PREFIXES = {Variant.AMP: ("amp.",), Variant.MOBILE: ("m.", "mobile.")}
_DEFAULT_PORTS = {"http": 80, "https": 443}

# Java, PHP and ASP.NET put a session into the path where a reader takes no cookies.
_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid)=[^/;]*|/\((?:[a-z]\([a-z0-9_-]{20,}\))+\)(?=/)", re.IGNORECASE
)
# Google's copies of AMP pages name the page: https://developers.google.com/amp/cache/overview, "AMP Cache URL format".
_AMP_CACHES = (
    (
        re.compile(r"^(?:[a-z0-9-]+\.)?cdn\.ampproject\.org$"),
        re.compile(r"^/(?:[cv]|wp)/(?P<tls>s/)?(?P<rest>[^/]+\.[^/]+(?:/.*)?)$"),
    ),
    (
        re.compile(r"^(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}$"),
        re.compile(r"^/amp/(?P<tls>s/)?(?P<rest>[^/]+\.[^/]+(?:/.*)?)$"),
    ),
)
_AMP_SUFFIX = re.compile(r"(?<=[^/])(?:\.amp(?=\.html?$)|\.amp$|/amp(?=/?$))", re.IGNORECASE)
_AMP_PREFIX = re.compile(r"^/amp(?=/[^/]+)", re.IGNORECASE)
# `/category/print/` is a section on printing; an article's slug has a digit, a hyphen, an underscore or a suffix.
_PRINT_SUFFIX = re.compile(r"(?<=[^/])/print(?=/?$)", re.IGNORECASE)
_SLUG = re.compile(r"[\d_%-]|\.\w{3,5}$")
_REMEMBERED = 4096
"""Addresses whose parts are kept: a crawl asks for those of a page about a dozen times."""


@lru_cache(_REMEMBERED)
def host_of(url: str) -> str:
    """The host that is asked, lowercase, with the port where it is not the scheme's own: `example.org:8080`."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme.lower()):
        return host
    return f"{host}:{parts.port}"


def is_web_address(url: str) -> bool:
    """Whether a URL is an absolute http(s) one with a host that can be asked."""
    try:
        return urlsplit(url).scheme.lower() in _DEFAULT_PORTS and bool(host_of(url))
    except ValueError:
        return False


def canonicalize_url(
    url: str,
    drop: Collection[str] = (),
    keep: Collection[str] = (),
    fold: Collection[Variant] = DEFAULT_VARIANTS,
    home_host: str = "",
) -> str:
    """The form that a URL is compared by. Idempotent.

    Lowercases scheme and host, drops the default port, the fragment, tracking parameters and session ids, orders the
    other parameters, normalises percent-encoding, and takes the marks of the variants `fold` off. `drop` names further
    parameters without meaning, `keep` those that have one on this site after all. Variants on a subdomain
    (`amp.example.org`) are folded onto `home_host` where they are its own.

    Raises ValueError for what is no absolute http(s) URL.
    """
    if Variant.AMP in fold:
        url = unwrap_amp_cache(url)
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{url!r} is not an absolute http(s) URL")
    host = _fold_host(host_of(url.strip()), fold, home_host)
    bare = urlunsplit((scheme, host, parts.path or "/", _fold_query(parts.query, drop, keep, fold), ""))
    parts = urlsplit(_w3lib_canonicalize(bare))
    return urlunsplit(parts._replace(path=_fold_path(parts.path, fold)))


def unwrap_amp_cache(url: str) -> str:
    """The address of the page that an AMP cache's address names; any other address as it is."""
    if "amp" not in url.lower():
        return url  # as nearly all: each cache has it in its name or path
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    cache = next((path for name, path in _AMP_CACHES if name.match(host)), None)
    match = cache.match(parts.path) if cache else None
    if match is None:
        return url
    unwrapped = f"{'https' if match['tls'] else 'http'}://{match['rest']}"
    return f"{unwrapped}?{parts.query}" if parts.query else unwrapped


def url_key(canonical_url: str) -> str:
    """SHA-256 of a canonical URL, in hexadecimal."""
    return hashlib.sha256(canonical_url.encode("utf-8", "surrogatepass")).hexdigest()


def _fold_host(host: str, fold: Collection[Variant], home_host: str) -> str:
    if not home_host:
        return host
    bare = home_host.removeprefix("www.")
    own = {f"{prefix}{bare}" for variant in fold for prefix in _HOST_PREFIXES.get(variant, ())}
    return home_host if host in own else host


def _fold_query(query: str, drop: Collection[str], keep: Collection[str], fold: Collection[Variant]) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    names = {name.lower() for name, _ in pairs}
    marks = [_PARAMETERS_OF[variant] for variant in fold]
    is_cold_fusion = names >= COLD_FUSION_SESSION

    def is_meaningless(name: str, value: str) -> bool:
        lowered = name.lower()
        return (
            name in drop
            or is_tracking(lowered)
            or is_session(lowered, value)
            or (is_cold_fusion and lowered in COLD_FUSION_SESSION)
            or any(value.lower() in mark.get(lowered, ()) for mark in marks)
        )

    return urlencode(
        [(name, value) for name, value in pairs if name in keep or not is_meaningless(name, value)], quote_via=quote
    )


def _fold_path(path: str, fold: Collection[Variant]) -> str:
    path = _SESSION_IN_PATH.sub("", path) or "/"
    before = None
    while before != path:
        before = path
        if Variant.AMP in fold:
            path = _AMP_PREFIX.sub("", _AMP_SUFFIX.sub("", path))
        if Variant.PRINT in fold:
            shorter = _PRINT_SUFFIX.sub("", path)
            path = shorter if _SLUG.search(shorter.rstrip("/").rpartition("/")[2]) else path
    return path
