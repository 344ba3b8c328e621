"""Teasers before an offer, and home pages in the place of a story."""

from __future__ import annotations

import pytest

from crawler.clean.extract import extract_article
from crawler.clean.reject import Rejected
from crawler.reasons import Reason
from crawler.records import ArticleFields

URL = "https://iron-ledger.example/2026/11/wells"
HEAD = (
    '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-20T08:00:00Z">'
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Eskel counts its wells",'
    '"datePublished":"2026-11-20T08:00:00Z"%s}</script>'
)
TEASER = (
    "For the first time since the drought of 1994 the town of Eskel has counted its wells. Of the two hundred that "
    "stand in the register fewer than half hold water, and the engineers who climbed into them over the summer"
)
REST = "".join(
    f"<p>In quarter {n} the engineers found walls that had fallen in, pumps that had been sold and one shaft in which "
    "somebody had planted a fig tree. Its owner gave them a basket of the fruit, and asked them not to report it.</p>"
    for n in range(1, 7)
)


def extract(body: str, more: str = "") -> ArticleFields | Rejected:
    page = (
        f'<html lang="en"><head><title>Eskel counts its wells</title>{HEAD % more}</head><body><article>'
        f"<h1>Eskel counts its wells</h1>{body}</article></body></html>"
    )
    return extract_article(page.encode(), content_type="text/html", url=URL)


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        ("Subscribe to continue reading", Reason.PAYWALL),
        ("Dieser Artikel ist exklusiv für Abonnenten.", Reason.PAYWALL),
        ("Abonnez-vous pour lire la suite", Reason.PAYWALL),
        ("اشترك لمتابعة القراءة", Reason.PAYWALL),
        ("Okumaya devam etmek için abone olun", Reason.PAYWALL),
        ("Log in to continue reading", Reason.LOGIN_WALL),
        ("Register for free to continue", Reason.LOGIN_WALL),
    ],
)
def test_a_cut_teaser_before_an_offer(offer: str, reason: Reason) -> None:
    result = extract(f"<p>{TEASER}…</p><div class='offer'><h3>{offer}</h3></div>")
    assert isinstance(result, Rejected), result
    assert result.reason is reason


def test_a_teaser_that_is_marked_as_paid_need_not_be_cut() -> None:
    result = extract(f"<p>{TEASER} are tired.</p><p>Subscribe to continue reading</p>", ',"isAccessibleForFree":false')
    assert isinstance(result, Rejected), result
    assert result.reason is Reason.PAYWALL


@pytest.mark.parametrize("more", ["", ',"isAccessibleForFree":false'])
def test_a_whole_story_with_an_offer_is_kept(more: str) -> None:
    result = extract(f"<p>{TEASER} are tired.</p>{REST}<p>Subscribe to continue reading</p>", more)
    assert isinstance(result, ArticleFields), result
    assert result.word_count > 200
    assert result.is_paywalled is bool(more)


def test_a_whole_brief_with_an_offer_is_kept() -> None:
    result = extract(f"<p>{TEASER} are tired.</p><aside><p>Subscribe to continue reading</p></aside>")
    assert isinstance(result, ArticleFields), result


def home(canonical: str) -> ArticleFields | Rejected:
    teasers = "".join(
        f'<div><h2><a href="/{n}">Headline {n} of the day</a></h2><p>What happened in town {n} this morning.</p></div>'
        for n in range(12)
    )
    page = (
        f'<html><head><title>Iron Ledger</title><link rel="canonical" href="{canonical}"></head>'
        f"<body><h1>Iron Ledger</h1>{teasers}</body></html>"
    )
    return extract_article(page.encode(), content_type="text/html", url="https://iron-ledger.example/news/wells")


def test_the_home_page_in_the_place_of_a_story_is_a_soft_404() -> None:
    result = home("https://iron-ledger.example/")
    assert isinstance(result, Rejected), result
    assert result.reason is Reason.SOFT_404


@pytest.mark.parametrize("canonical", ["https://iron-ledger.example/news", "https://elsewhere.example/"])
def test_another_list_is_a_listing(canonical: str) -> None:
    result = home(canonical)
    assert isinstance(result, Rejected), result
    assert result.reason is Reason.NOT_AN_ARTICLE
