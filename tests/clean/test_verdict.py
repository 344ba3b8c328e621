"""What is turned down as no article, with what reason, and what is kept: flashes, live blogs, galleries."""

from __future__ import annotations

import numpy as np
import pytest

from crawler.clean.features import compute_features
from crawler.clean.headline import find_headline
from crawler.clean.page import Page, parse_page
from crawler.clean.reject import Rejected, RejectedPage
from crawler.clean.text import count_words, join_paragraphs
from crawler.clean.text_model import score_blocks
from crawler.clean.trees import explain, load_trees, score
from crawler.clean.verdict import MODEL_FILE, check_not_found, check_paywall, judge_page
from crawler.clean.verdict_features import compute_page_features
from crawler.reasons import Reason
from crawler.records import ArticleKind

URL = "https://iron-ledger.example/2026/11/wells"
STATED = (
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
MENU = "<nav><ul>" + "".join(f'<li><a href="/{n}/">Section {n}</a></li>' for n in range(12)) + "</ul></nav>"
FOOTER = "<footer><p>© 2026 Iron Ledger</p><ul>" + "<li><a href='/x'>About us</a></li>" * 5 + "</ul></footer>"


def document(body: str, head: str = "", title: str = "Eskel counts its wells | Iron Ledger", lang: str = "en") -> str:
    return f'<html lang="{lang}"><head><title>{title}</title>{head}</head><body>{MENU}{body}{FOOTER}</body></html>'


def judge(html: str, url: str = URL, *, has_date: bool = False, has_author: bool = False) -> ArticleKind | Rejected:
    page = parse_page(html, url)
    headline = find_headline(page)
    probabilities = score_blocks(compute_features(page, headline))
    body = np.flatnonzero(probabilities >= 0.5).tolist()
    title = page.blocks[headline].text if headline is not None else None
    text = join_paragraphs(page.blocks[index].text for index in body)
    try:
        check_not_found(page, title, count_words(text))
        return judge_page(
            page, headline=headline, body=body, probabilities=probabilities, title=title, text=text,
            has_date=has_date, has_author=has_author,
        )  # fmt: skip
    except RejectedPage as verdict:
        return verdict.rejected


def reason(result: ArticleKind | Rejected) -> Reason | None:
    return result.reason if isinstance(result, Rejected) else None


# What is kept.


def test_a_story_is_an_article() -> None:
    html = document(f"<article><h1>Eskel counts its wells</h1><p>{TEASER} are tired.</p>{REST}</article>", STATED % "")
    assert judge(html, has_date=True) is ArticleKind.ARTICLE


def test_a_story_that_states_nothing_is_an_article() -> None:
    html = document(f"<div><h1>Eskel counts its wells</h1><p>{TEASER} are tired.</p>{REST}</div>")
    assert judge(html) is ArticleKind.ARTICLE


FLASHES = [
    ("en", "Three killed in strike on Tel Marzuq market", "Three people were killed in Tel Marzuq, officials say."),
    ("ar", "ثلاثة قتلى في قصف سوق تل مرزوق", "قتل ثلاثة مدنيين في قصف سوق بلدة تل مرزوق فجر اليوم."),
    ("ckb", "سێ کوژراو لە بۆردومانی دارەشین", "سێ هاووڵاتی کوژران لە بۆردومانی بازاڕی گوندی دارەشین."),
    ("tr", "Yeşildere pazarında üç ölü", "Yeşildere pazarına düzenlenen saldırıda üç kişi öldü."),
    ("uk", "Троє загиблих у Зеленій Долині", "Троє людей загинули внаслідок обстрілу ринку."),
    ("he", "שלושה הרוגים בתל מרזוק", "שלושה בני אדם נהרגו בהפגזת השוק בתל מרזוק."),
]
OTHERS = "<ul class='latest'>" + "".join(
    f"<li><a href='/news/{n}'>Other line {n} of the day</a></li>" for n in range(20)
)


@pytest.mark.parametrize(("lang", "title", "line"), FLASHES)
def test_a_flash_with_a_date_is_an_article(lang: str, title: str, line: str) -> None:
    body = f"<h1>{title}</h1><span class='date'>2026-11-20 08:14</span><p>{line}</p>{OTHERS}</ul>"
    result = judge(document(body, title=title, lang=lang), "https://sada.example/news/48213", has_date=True)
    assert result is ArticleKind.ARTICLE


@pytest.mark.parametrize(("lang", "title", "line"), FLASHES)
def test_a_flash_that_json_ld_states_is_an_article_among_any_lists(lang: str, title: str, line: str) -> None:
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{title}"}}</script>'
    body = f"<h1>{title}</h1><p>{line}</p>{OTHERS * 6}</ul>"
    result = judge(document(body, head, title=title, lang=lang), "https://sada.example/tag/48213/")
    assert result is ArticleKind.ARTICLE


# What is not.

CARDS = "".join(
    f'<div class="card"><h2><a href="/2026/11/story-{n}">Headline {n} of the day in the north</a></h2>'
    f'<p class="excerpt">What happened in town {n} this morning.</p><a href="/2026/11/story-{n}">Read more</a></div>'
    for n in range(24)
)
THREAD = "".join(
    f'<article class="message"><h4 class="username">digger{n}</h4><ul><li>Joined</li><li>Messages</li></ul>'
    f'<time datetime="2026-11-0{n}">Nov {n}, 2026</time><div class="message-body"><p>I had the same pump and my '
    f"brother says you should open the valve before you do anything else, it worked for me {n} times.</p></div>"
    '<a href="#">Reply</a><a href="#">Quote</a><a href="#">Report</a></article>'
    for n in range(1, 9)
)
SHELF = "".join(
    f'<li class="product-item"><a href="/products/pump-{n}">Well pump {n}</a><span class="price">${n}9.00</span>'
    '<button class="add-to-cart">Add to cart</button></li>'
    for n in range(1, 30)
)


def test_a_section_front_is_no_article() -> None:
    result = judge(
        document(f"<h1>North</h1>{CARDS}", title="North | Iron Ledger"), "https://iron-ledger.example/north/news/"
    )
    assert reason(result) is Reason.NOT_AN_ARTICLE


def test_a_tag_page_is_no_article() -> None:
    html = document(
        f"<h1>Wells</h1>{CARDS}<a rel=next href='/tag/wells/page/2/'>Older posts</a>", title="Wells Archives"
    )
    assert reason(judge(html, "https://iron-ledger.example/tag/wells/")) is Reason.NOT_AN_ARTICLE


def test_a_section_front_that_lists_news_articles_in_json_ld_is_no_article() -> None:
    items = ",".join(
        f'{{"@type":"NewsArticle","headline":"Headline {n} of the day","url":"https://iron-ledger.example/2026/11/story-{n}",'
        '"datePublished":"2026-11-20"}'
        for n in range(3)
    )
    head = f'<script type="application/ld+json">[{items},{{"@type":"CollectionPage"}}]</script>'
    html = document(f"<h1>North</h1>{CARDS}", head, title="North | Iron Ledger")
    assert reason(judge(html, "https://iron-ledger.example/category/north/")) is Reason.NOT_AN_ARTICLE


def test_a_thread_of_a_forum_is_no_article() -> None:
    head = '<meta name="generator" content="vBulletin 4"><script type="application/ld+json">'
    head += '{"@type":"DiscussionForumPosting","headline":"Pump does not start","datePublished":"2026-11-01"}</script>'
    html = document(f"<h1>Pump does not start</h1>{THREAD}", head, title="Pump does not start | Digger forums")
    url = "https://forums.digger.example/threads/pump-does-not-start.48213/"
    result = judge(html, url, has_date=True, has_author=True)
    assert isinstance(result, Rejected)
    assert result.reason is Reason.NOT_AN_ARTICLE
    assert (result.detail or "").startswith("forum")


def test_a_shelf_of_a_shop_is_no_article() -> None:
    html = document(
        f"<h1>Well pumps</h1><p>Sort by</p><p>Filter</p><ul>{SHELF}</ul>", title="Shop well pumps | Pumpworks"
    )
    result = judge(html, "https://pumpworks.example/collections/well-pumps")
    assert reason(result) is Reason.NOT_AN_ARTICLE


def test_a_product_is_no_article() -> None:
    head = (
        '<meta property="og:type" content="product"><meta property="product:price:amount" content="89.00">'
        '<script type="application/ld+json">{"@type":"Product","name":"Well pump 8"}</script>'
    )
    body = (
        '<div class="product-info"><h1 class="product-title">Well pump 8</h1><span class="price">$89.00</span><p>In '
        'stock</p><p>Quantity</p><button class="add-to-cart">Add to cart</button><p>Our pump lifts water from forty '
        f"metres.</p><h2>Customer reviews</h2></div><ul>{SHELF}</ul>"
    )
    result = judge(document(body, head, title="Well pump 8 | Pumpworks"), "https://pumpworks.example/products/pump-8")
    assert isinstance(result, Rejected)
    assert result.reason is Reason.NOT_AN_ARTICLE
    assert (result.detail or "").startswith("shop")


def test_a_video_without_text_is_no_article() -> None:
    head = '<script type="application/ld+json">{"@type":"VideoObject","name":"Eskel counts its wells"}</script>'
    html = document("<h1>Eskel counts its wells</h1><div class=player></div>", head)
    result = judge(html, "https://iron-ledger.example/video/wells", has_date=True)
    assert isinstance(result, Rejected)
    assert (result.reason, result.detail) == (Reason.NOT_AN_ARTICLE, "a video without text")


def test_the_home_page_in_the_place_of_a_story_is_a_soft_404() -> None:
    head = '<link rel="canonical" href="https://iron-ledger.example/">'
    result = judge(
        document(f"<h1>Iron Ledger</h1>{CARDS}", head, title="Iron Ledger"), "https://iron-ledger.example/news/"
    )
    assert reason(result) is Reason.SOFT_404


# Kinds.


def test_a_live_blog_is_told_by_its_type() -> None:
    head = '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Eskel counts its wells"}</script>'
    html = document(f"<h1>Eskel counts its wells</h1><p>{TEASER} are tired.</p>{REST}", head)
    assert judge(html) is ArticleKind.LIVE_BLOG


def test_a_live_blog_is_told_by_its_headline_and_its_entries() -> None:
    entries = "".join(f"<time>1{n}:30</time><p>{TEASER} are tired, said engineer {n}.</p>" for n in range(8))
    html = document(f"<article><h1>Live updates: Eskel counts its wells</h1>{entries}</article>", STATED % "")
    assert judge(html, has_date=True) is ArticleKind.LIVE_BLOG


def test_a_headline_on_live_music_makes_no_live_blog() -> None:
    html = document(f"<article><h1>Live updates: a band</h1><p>{TEASER} are tired.</p>{REST}</article>", STATED % "")
    assert judge(html, has_date=True) is ArticleKind.ARTICLE


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("podcasts/wells", ArticleKind.PODCAST),
        ("fotostrecke/wells", ArticleKind.GALLERY),
        ("video/wells", ArticleKind.VIDEO),
    ],
)
def test_the_address_tells_the_kind(path: str, kind: ArticleKind) -> None:
    html = document(f"<article><h1>Eskel counts its wells</h1><p>{TEASER} are tired.</p>{REST}</article>")
    assert judge(html, f"https://iron-ledger.example/{path}", has_date=True) is kind


# Error pages.


@pytest.mark.parametrize(
    "notice",
    [
        "404", "Page not found", "Error 404", "Seite nicht gefunden", "Page introuvable", "Página no encontrada",
        "الصفحة غير موجودة", "Sayfa bulunamadı", "صفحه مورد نظر یافت نشد", "Страница не найдена",
        "Сторінку не знайдено", "העמוד המבוקש לא נמצא", "페이지를 찾을 수 없습니다", "ページが見つかりません",
        "Oops! That page can’t be found",
    ],
)  # fmt: skip
def test_an_error_page_that_says_200(notice: str) -> None:
    result = judge(document(f"<h1>{notice}</h1><p>Try the search.</p>", title=f"{notice} | Iron Ledger"))
    assert reason(result) is Reason.SOFT_404


@pytest.mark.parametrize(
    "title", ["404 people fled the town", "Page not found: how a library lost its map", "Found: 410 wells"]
)
def test_a_headline_on_things_not_found_is_no_error(title: str) -> None:
    html = document(f"<article><h1>{title}</h1><p>{TEASER} are tired.</p></article>", title=title)
    assert judge(html, has_date=True) is ArticleKind.ARTICLE


# Walls.


def paywall(body: str, more: str = "") -> bool | Reason:
    page: Page = parse_page(document(f"<article><h1>Eskel counts its wells</h1>{body}</article>", STATED % more), URL)
    text = "\n\n".join(block.text for block in page.blocks if block.tag == "p" and len(block.text) > 60)
    try:
        return check_paywall(page, text)
    except RejectedPage as verdict:
        return verdict.rejected.reason


@pytest.mark.parametrize(
    ("offer", "expected"),
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
def test_a_cut_teaser_before_an_offer(offer: str, expected: Reason) -> None:
    assert paywall(f"<p>{TEASER}…</p><div class='offer'><h3>{offer}</h3></div>") is expected


def test_a_teaser_that_is_marked_as_paid_need_not_be_cut() -> None:
    assert paywall(
        f"<p>{TEASER} are tired.</p><p>Subscribe to continue reading</p>", ',"isAccessibleForFree":false'
    ) is (Reason.PAYWALL)


@pytest.mark.parametrize("more", ["", ',"isAccessibleForFree":false', ',"isAccessibleForFree":"False"'])
def test_a_whole_story_with_an_offer_is_kept(more: str) -> None:
    assert paywall(f"<p>{TEASER} are tired.</p>{REST}<p>Subscribe to continue reading</p>", more) is bool(more)


def test_a_whole_brief_with_an_offer_is_kept() -> None:
    assert paywall(f"<p>{TEASER} are tired.</p><aside><p>Subscribe to continue reading</p></aside>") is False


def test_a_cut_brief_within_a_wall() -> None:
    assert paywall(f"<p>{TEASER}</p><div class='subscriber-only'></div>") is Reason.PAYWALL


# The model.


def test_the_model_asks_for_features_that_there_are() -> None:
    page = parse_page(document("<h1>Wells</h1>"), URL)
    probabilities = np.zeros(len(page.blocks))
    values = compute_page_features(page, headline=None, body=[], probabilities=probabilities, text="")
    assert set(load_trees(MODEL_FILE).names) == set(values)


def test_an_empty_page_is_judged() -> None:
    page = parse_page("", "")
    empty = np.zeros(0)
    kind = judge_page(
        page, headline=None, body=[], probabilities=empty, title=None, text="", has_date=False, has_author=False
    )
    assert kind in ArticleKind


def test_what_spoke_for_and_against_adds_up_to_the_score() -> None:
    model = load_trees(MODEL_FILE)
    row = np.linspace(-1, 40, len(model.names), dtype=np.float32)[:, None]
    start = model.bias + float(model.leaves.reshape(len(model.features), -1).mean(axis=1).sum())
    moved = sum(explain(model, row, 0).values())
    assert start + moved == pytest.approx(float(score(model, row)[0]), abs=1e-3)
