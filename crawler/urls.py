"""Canonical URLs and their keys: what decides whether two links are one article.

The rules are conservative: two articles folded into one are lost, one article seen twice is only a duplicate.
Only what is known to carry no identity is dropped; a source may add to the list or take from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url as _w3lib_canonicalize

# Parameters that mark where a reader came from. None is known to choose the article on any site.
TRACKING_PARAMETERS = frozenset(
    {
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "at_medium",
        "at_campaign",
        "cmpid",
        "ocid",
        "ns_mchannel",
        "ns_source",
        "ns_campaign",
        "ns_linkname",
    }
)
TRACKING_PREFIXES = ("utm_", "pk_", "at_custom", "hsa_", "mtm_")
_DEFAULT_PORTS = {"http": 80, "https": 443}


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


def canonicalize_url(url: str, drop: Collection[str] = (), keep: Collection[str] = ()) -> str:
    """The form that a URL is compared by. Idempotent.

    Lowercases scheme and host, drops the default port, the fragment and tracking parameters, orders the other
    parameters, and normalises percent-encoding. `drop` names further parameters without meaning, `keep` those that
    have one on this site after all.

    Raises ValueError for what is no absolute http(s) URL.
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{url!r} is not an absolute http(s) URL")
    query = urlencode(
        [
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if name in keep or not (name in drop or _is_tracking(name))
        ],
        quote_via=quote,
    )
    bare = urlunsplit((scheme, host_of(url.strip()), parts.path or "/", query, ""))
    return _w3lib_canonicalize(bare)


def _is_tracking(name: str) -> bool:
    lowered = name.lower()
    return lowered in TRACKING_PARAMETERS or lowered.startswith(TRACKING_PREFIXES)


def url_key(canonical_url: str) -> str:
    """SHA-256 of a canonical URL, in hexadecimal."""
    return hashlib.sha256(canonical_url.encode("utf-8", "surrogatepass")).hexdigest()
