"""What makes two addresses one article, and above all what does not."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import Variant, canonicalize_url, unwrap_amp_cache

SESSION = "a1b2c3d4e5f6a7b8c9d0e1f2a3"


@pytest.mark.parametrize(
    "variant",
    [
        "https://example.org/2026/toll-rises",
        "HTTPS://Example.org:443/2026/toll-rises#comments",
        "https://example.org/2026/toll-rises?utm_source=rss&fbclid=x&__cf_chl_tk=y",
        "https://example.org/2026/toll-rises/amp",
        "https://example.org/amp/2026/toll-rises",
        "https://example.org/2026/toll-rises?amp=1",
        "https://example.org/2026/toll-rises?amp",
        "https://example.org/2026/toll-rises?outputType=amp",
        "https://amp.example.org/2026/toll-rises",
        "https://example-org.cdn.ampproject.org/c/s/example.org/2026/toll-rises?amp_js_v=0.1",
        "https://www.google.com/amp/s/example.org/2026/toll-rises",
        "https://example.org/2026/toll-rises/print",
        "https://example.org/2026/toll-rises?print=1",
        "https://example.org/2026/toll-rises;jsessionid=0A1B",
        f"https://example.org/2026/toll-rises?PHPSESSID=1&sid={SESSION}",
        "https://example.org/(S(lit3py55t21z5v55vlm25s55))/2026/toll-rises?ASPSESSIONIDQQ=z",
        "https://example.org/2026/toll-rises?CFID=1&CFTOKEN=2",
    ],
)
def test_one_article_under_many_addresses(variant: str) -> None:
    assert canonicalize_url(variant, home_host="example.org") == "https://example.org/2026/toll-rises"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/story?sid=101", "/story?sid=102"),
        ("/story?sid=507f1f77bcf86cd799439011", "/story?sid=507f1f77bcf86cd799439012"),
        ("/story?session=morning", "/story"),
        ("/story?cfid=1", "/story?cfid=2"),
        ("/story?print=2", "/story"),
        ("/story?view=1", "/story?view=2"),
        ("/story?amp=30", "/story"),
        ("/category/print/", "/category/"),
        ("/print/1", "/1"),
        ("/amp/", "/"),
        ("/amplified", "/lified"),
        ("/story/ampere", "/story"),
        ("/story/", "/story"),
        ("/Story", "/story"),
        ("/story?ref=1", "/story?ref=2"),
        ("/story?m=1", "/story"),
        ("/c/s/example.org/story", "/story"),
        ("/story?x=", "/story"),
    ],
)
def test_what_may_be_two_articles_stays_two(one: str, other: str) -> None:
    addresses = [canonicalize_url(f"https://example.org{path}", home_host="example.org") for path in (one, other)]
    assert addresses[0] != addresses[1]


def test_subdomains_are_folded_onto_the_sites_own_home_only() -> None:
    def fold(url: str, *variants: Variant) -> str:
        return canonicalize_url(url, fold=variants, home_host="www.example.org")

    assert fold("https://amp.example.org/a", Variant.AMP) == "https://www.example.org/a"
    assert fold("https://amp.other.org/a", Variant.AMP) == "https://amp.other.org/a"
    assert fold("https://m.example.org/a?m=1", Variant.AMP) == "https://m.example.org/a?m=1", "only where asked for"
    assert fold("https://m.example.org/a?m=1", Variant.MOBILE) == "https://www.example.org/a"
    assert fold("https://example.org/a-1/amp?print=1") == "https://example.org/a-1/amp?print=1"


def test_a_source_keeps_what_has_a_meaning_there() -> None:
    kept = canonicalize_url("https://example.org/?amp=1&PHPSESSID=3&utm_id=4", keep=["amp", "PHPSESSID", "utm_id"])
    assert kept == "https://example.org/?PHPSESSID=3&amp=1&utm_id=4"


@pytest.mark.parametrize("url", ["https://www.google.com/search?q=a.b", "https://example.org/amp/s/other.org/a"])
def test_only_a_cache_is_unwrapped(url: str) -> None:
    assert unwrap_amp_cache(url) == url


words = st.text(st.characters(codec="utf-8", exclude_characters="/\\"), min_size=1, max_size=8)
marks = st.sampled_from(
    ["amp", "print", "AMP", "x.amp", "x.amp.html", ";jsessionid=1", "(S(lit3py55t21z5v55vlm25s55))"]
)
parameters = st.sampled_from(["amp", "print", "sid", "PHPSESSID", "utm_x", "view", "id", "CFID", "CFTOKEN"])
values = st.sampled_from(["", "1", "print", "true", SESSION, "101"])


@given(
    st.lists(words | marks, max_size=5),
    st.lists(st.tuples(parameters | words, values | words), max_size=4),
    st.sets(st.sampled_from(list(Variant))),
    st.booleans(),
)
def test_canonical_urls_are_canonical(
    segments: list[str], query: list[tuple[str, str]], fold: set[Variant], slash: bool
) -> None:
    path = "/".join(quote(segment, safe=";()=.") for segment in segments) + "/" * slash
    url = f"https://m.example.org/{path}?{urlencode(query)}"
    once = canonicalize_url(url, fold=fold, home_host="example.org")
    assert canonicalize_url(once, fold=fold, home_host="example.org") == once


plain_names = st.from_regex(r"[a-z]{3,9}", fullmatch=True).filter(lambda name: name not in ("amp", "print"))
plain_paths = st.lists(st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True), max_size=4).filter(
    lambda segments: not {"amp", "print"} & set(segments)
)
unknown = st.dictionaries(plain_names.map(lambda name: f"q{name}"), st.text("abc019", max_size=30), max_size=3)


@given(plain_paths, plain_paths, unknown, unknown)
def test_addresses_that_differ_in_path_or_in_an_unknown_parameter_are_never_merged(
    path: list[str], other_path: list[str], query: dict[str, str], other_query: dict[str, str]
) -> None:
    one = canonicalize_url(f"https://example.org/{'/'.join(path)}?{urlencode(query)}")
    other = canonicalize_url(f"https://example.org/{'/'.join(other_path)}?{urlencode(other_query)}")
    assert (one == other) == ((path, query) == (other_path, other_query))
