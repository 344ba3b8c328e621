"""What a site's home page says about the outlet: its feeds, its name, its sections; and what its host name says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import tldextract

from crawler.sources.probe import absolute_url, looks_like_article, page_links
from crawler.urls import host_of

FEED_PATHS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
"""Where feeds are that nobody announces."""
_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
    }
)
_SECTION_WORDS = re.compile(
    r"news|latest|archive|actualit|infos?\b|haber|gundem|gündem|son-dakika|nuce|nûçe|hewal|hewel|akhbar|"
    r"أخبار|اخبار|الأخبار|آخر|هەواڵ|هه‌واڵ|reports?\b|press|updates?\b|world|politic|syria|iraq|lebanon|middle-east",
    re.IGNORECASE,
)
# Country and the one time zone that is usual there, by the country code of a host name. Codes that are mostly sold
# as something else (.me, .io, .tv, .ly, .co, …) say nothing and are left out.
_PLACES = {
    "sy": ("SY", "Asia/Damascus"),
    "lb": ("LB", "Asia/Beirut"),
    "jo": ("JO", "Asia/Amman"),
    "iq": ("IQ", "Asia/Baghdad"),
    "tr": ("TR", "Europe/Istanbul"),
    "ps": ("PS", "Asia/Hebron"),
    "il": ("IL", "Asia/Jerusalem"),
    "eg": ("EG", "Africa/Cairo"),
    "sa": ("SA", "Asia/Riyadh"),
    "ae": ("AE", "Asia/Dubai"),
    "qa": ("QA", "Asia/Qatar"),
    "kw": ("KW", "Asia/Kuwait"),
    "bh": ("BH", "Asia/Bahrain"),
    "om": ("OM", "Asia/Muscat"),
    "ye": ("YE", "Asia/Aden"),
    "ir": ("IR", "Asia/Tehran"),
    "az": ("AZ", "Asia/Baku"),
    "ge": ("GE", "Asia/Tbilisi"),
    "af": ("AF", "Asia/Kabul"),
    "pk": ("PK", "Asia/Karachi"),
    "cy": ("CY", "Asia/Nicosia"),
    "gr": ("GR", "Europe/Athens"),
    "tn": ("TN", "Africa/Tunis"),
    "dz": ("DZ", "Africa/Algiers"),
    "ma": ("MA", "Africa/Casablanca"),
    "sd": ("SD", "Africa/Khartoum"),
    "uk": ("GB", "Europe/London"),
    "fr": ("FR", "Europe/Paris"),
    "de": ("DE", "Europe/Berlin"),
    "at": ("AT", "Europe/Vienna"),
    "ch": ("CH", "Europe/Zurich"),
    "it": ("IT", "Europe/Rome"),
    "nl": ("NL", "Europe/Amsterdam"),
    "be": ("BE", "Europe/Brussels"),
    "se": ("SE", "Europe/Stockholm"),
    "no": ("NO", "Europe/Oslo"),
    "dk": ("DK", "Europe/Copenhagen"),
    "fi": ("FI", "Europe/Helsinki"),
    "pl": ("PL", "Europe/Warsaw"),
    "ua": ("UA", "Europe/Kyiv"),
}
# The snapshot of the public suffix list that comes with tldextract: no request, no cache file.
_extract_domain = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def feed_links(document: Any, base_url: str) -> list[str]:
    """The feeds that a page announces in its head. Those of comments are no news, and are left out."""
    found = []
    for link in document.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        media_type = (link.get("type") or "").partition(";")[0].strip().lower()
        url = absolute_url(link.get("href") or "", base_url) if link.get("href") else None
        is_feed = "alternate" in relations and media_type in _FEED_TYPES
        if url and is_feed and "comments" not in url.lower() and "/wp-json/" not in url:
            found.append(url)
    return list(dict.fromkeys(found))


def site_name(document: Any) -> tuple[str, bool] | None:
    """The outlet's name, and whether it is stated as such (and is not merely the page's title)."""
    for attribute, value in (("property", "og:site_name"), ("name", "application-name")):
        for meta in document.iter("meta"):
            if (meta.get(attribute) or "").lower() == value and _tidy(meta.get("content")):
                return _tidy(meta.get("content")), True
    for name in _names_in_json_ld(document):
        return name, True
    title = _tidy(document.findtext(".//title"))
    return (title, False) if title else None


def section_links(document: Any, base_url: str) -> list[str]:
    """Pages of the same site that may list its articles, the likeliest first."""
    host = host_of(base_url)
    scores: dict[str, int] = {}
    for anchor_url in page_links(document, base_url):
        parts = urlsplit(anchor_url)
        depth = parts.path.strip("/").count("/")
        is_near = host_of(anchor_url) == host and depth <= 2 and parts.path.strip("/")
        if is_near and not parts.query and not looks_like_article(anchor_url) and anchor_url not in scores:
            scores[anchor_url] = (2 if _SECTION_WORDS.search(parts.path) else 0) - depth
    return sorted(scores, key=lambda url: -scores[url])


def guess_id(host: str) -> str:
    """`enabbaladi` for www.enabbaladi.net, `example-arabic` for arabic.example.co.uk."""
    found = _extract_domain(host.partition(":")[0])
    subdomain = found.subdomain.removeprefix("www").strip(".")
    words = f"{found.domain}-{subdomain}" if found.suffix and subdomain else found.domain
    if not found.suffix:
        words = host
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:63].rstrip("-") or "site"


def guess_place(host: str) -> tuple[str, str] | None:
    """Country and time zone, where the host name leaves no doubt."""
    return _PLACES.get(host.partition(":")[0].rpartition(".")[2])


def is_government(host: str) -> bool:
    return "gov" in host.partition(":")[0].split(".")[-3:]


def _names_in_json_ld(document: Any) -> Iterator[str]:
    for script in document.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            content = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        items = [item for item in _as_list(content) if isinstance(item, dict)]
        nested = [below for item in items for below in _as_list(item.get("@graph")) if isinstance(below, dict)]
        for item in [*items, *nested]:
            types = _as_list(item.get("@type"))
            is_outlet = any(str(kind).endswith(("WebSite", "Organization")) for kind in types)
            publisher = item.get("publisher")
            owner = item if is_outlet else publisher if isinstance(publisher, dict) else {}
            if _tidy(owner.get("name")):
                yield _tidy(owner.get("name"))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _tidy(text: Any) -> str:
    words = " ".join(text.split()) if isinstance(text, str) else ""
    return "".join(character for character in words if character.isprintable())[:100].strip()
