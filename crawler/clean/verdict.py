"""What is no article, and what sort of story an article is.

`judge_page` turns down listings, section fronts, forums, shops, manuals, offers and pages whose video is all they
hold: by a small fitted model over `crawler.clean.verdict_features`, and never on the model alone where the page
states plainly that it is an article. A short flash with a headline is an article. `check_not_found` and
`check_paywall` find error pages that say 200, and teasers before a wall.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from crawler.clean import trees
from crawler.clean.page import Page, types_of
from crawler.clean.reject import RejectedPage
from crawler.clean.roles import Role
from crawler.clean.text import count_words, fold
from crawler.clean.verdict_features import Features, compute_page_features
from crawler.reasons import Reason
from crawler.recognition.phrases import SENTENCES
from crawler.records import ArticleKind

Array = NDArray[Any]

MODEL_FILE = Path(__file__).with_name("verdict_model.npz")

_NEWS_TYPE = re.compile(r"NewsArticle$|^LiveBlogPosting$")
_KIND_OF_TYPE = {
    "LiveBlogPosting": ArticleKind.LIVE_BLOG, "ImageGallery": ArticleKind.GALLERY, "MediaGallery": ArticleKind.GALLERY,
    "PodcastEpisode": ArticleKind.PODCAST, "RadioEpisode": ArticleKind.PODCAST, "VideoObject": ArticleKind.VIDEO,
}  # fmt: skip
_KIND_OF_STEP = {
    step: kind
    for kind, steps in (
        (ArticleKind.LIVE_BLOG, "liveblog live-blog liveticker live-ticker live-updates"),
        (ArticleKind.GALLERY, "gallery galleries photo-gallery photogallery photos pictures in-pictures photo-essay "
         "fotostrecke fotostrecken bilder bilderstrecke fotogaleri foto-galeri galeri fotogaleria galeria fotos "
         "diaporama diaporamas slideshow foto صور"),
        (ArticleKind.PODCAST, "podcast podcasts"),
        (ArticleKind.VIDEO, "video videos videogaleri video-galeri video-galerisi watch فيديو"),
    )
    for step in steps.split()
}  # fmt: skip
_SAYS_LIVE = re.compile(
    r"\blive (?:updates|blog|coverage)\b|\b(?:live)?(?:blog|ticker) live\b|\blive-?(?:blog|ticker)\b|\ben direct\b|"
    r"\bminuto a minuto\b|\ben vivo\b|\bcanlı (?:blog|anlatım|takip)\b|مباشر|لحظة بلحظة|لحظه به لحظه|онлайн-трансляц|"
    r"текстовая трансляция|наживо|עדכונים שוטפים",
    re.IGNORECASE,
)
_FEWEST_ENTRIES = 4
_VIDEO_WORDS = 15
_FEWEST_TEASERS = 6
_SIGNS = {
    "sum forum": "forum", "sum manual": "manual", "sum shop": "shop", "sum list": "listing",
}  # fmt: skip
_LEAST_SIGNS = 3
_LEEWAY = 1.5

# Folding takes letters of these apart.
_NOT_FOUND_LINES = "|".join(
    map(
        fold,
        (
            "页面不存在", "找不到页面", "找不到頁面", "ページが見つかりません", "お探しのページは見つかりませんでした",
            "페이지를 찾을 수 없습니다", "요청하신 페이지를 찾을 수 없습니다", "không tìm thấy trang",
            "сторінку не знайдено", "страница не найдена", "पृष्ठ नहीं मिला", "পৃষ্ঠাটি পাওয়া যায়নি", "صفحہ نہیں ملا",
        ),
    )
)  # fmt: skip
_NOT_FOUND = re.compile(
    r"^(?:(?:error\s*)?(?:404|410)(?:\s*error)?\s*)?(?:(?:oops|sorry|whoops|uh oh)\s*)?"
    r"(?:(?:the |this |that )?(?:page|article|content|story|post|file|document)(?: you (?:requested|"
    r"are looking for|were looking for))?"
    r"(?: (?:was|is|can ?t be|cannot be|could not be|couldn t be|does|has))*\s*(?:not (?:be )?(?:found|available|"
    r"exist)|found|no longer (?:available|exists?)|(?:been )?(?:deleted|removed)|unavailable|missing|doesn t exist)|"
    r"not found|nothing (?:was )?found(?: here)?|page introuvable|(?:cette |"
    r"la )?page (?:demandee )?(?:n existe pas|n existe plus|introuvable|est introuvable)|"
    r"(?:die |diese )?(?:seite|artikel)(?: wurde| konnte)?(?: leider)? nicht (?:mehr )?(?:gefunden(?: werden)?|"
    r"verfugbar|vorhanden)|"
    r"(?:la )?pagina (?:no encontrada|non trovata|nao encontrada|no existe|nu a fost gasita)|pagina niet gevonden|"
    r"(?:aradıgınız |aradiginiz )?(?:sayfa|haber) bulunam[ai]d[iı]|sayfa bulunamadı|aradıgınız sayfa bulunamadı|"
    r"старонка не знойдзена|"
    r"страницата не е намерена|siden (?:ble ikke funnet|blev ikke fundet|finnes ikke)|"
    r"sidan (?:hittades inte|kunde inte hittas)|strona nie (?:istnieje|zostala znaleziona)|stranka nenalezena|"
    r"stranica nije pronadena|η σελιδα δεν βρεθηκε|halaman tidak ditemukan|"
    r"(?:عذرا )?(?:ال)?صفحة (?:غير موجودة|غير متوفرة|المطلوبة غير موجودة|التي تبحث عنها غير موجودة)|"
    r"(?:عذرا )?لم يتم العثور على (?:الصفحة|شيء|المحتوى)|(?:هذا )?(?:الخبر|المقال) غير موجود|"
    r"صفحه (?:مورد نظر )?(?:پیدا|یافت) نشد|پەڕە نەدۆزرایەوە|پەڕەکە نەدۆزرایەوە|rupel nehat ditin|"
    r"(?:ה)?עמוד (?:המבוקש )?לא נמצא|הדף (?:המבוקש )?לא נמצא|"
    rf"{_NOT_FOUND_LINES})"
    r"(?:\s*(?:404|error|erreur|fehler))?(?:\s.{0,25})?$"
)
_ERROR_ONLY = re.compile(
    r"^(?:error\s*)?(?:404|410)(?:\s*(?:error|erreur|fehler|خطا|not found))?$|^(?:خطا|erreur|fehler|error)\s*404$"
)
_TITLE_PARTS = re.compile(r"\s[|–—:·»-]\s")
_WALL_NAME = re.compile(
    r"(?:^|[\s_-])(?:paywall|pay-wall|regwall|registration-wall|subscription-?(?:wall|required|barrier)|"
    r"subscriber-?only|premium-?(?:wall|barrier)|piano-?(?:inline|offer|template)|tp-(?:modal|container|backdrop)|"
    r"locked-?content|content-?locked|article-?locked|gated-?content|subscribe-?wall|metered-?wall|offer-?barrier)"
    r"(?:$|[\s_-])"
)
_STORY_WORDS = 250
"""No error page and no teaser is longer."""
_CUT_WORDS = 120
_LONGEST_OFFER = 240
_LONGEST_NOTICE = 90
_COMPLETE_SHARE = 0.6
_ENDS = (".", "!", "?", "؟", "”", '"', "»", "。", "।", "۔", "…”")


def judge_page(
    page: Page,
    *,
    headline: int | None,
    body: Sequence[int],
    probabilities: Array,
    title: str | None,
    text: str,
    has_date: bool,
    has_author: bool,
) -> ArticleKind:
    """What sort of story it is. Raises RejectedPage where it is none.

    `headline` is the index of its block, `body` those of the story's blocks, `probabilities` (blocks,) what the text
    model thinks of each.
    """
    kind = find_kind(page, body, title)
    if kind is ArticleKind.VIDEO and len(text.split()) < _VIDEO_WORDS and not is_stated_news(page, title):
        raise RejectedPage(Reason.NOT_AN_ARTICLE, "a video without text")
    if is_stated_news(page, title):
        return kind
    values = compute_page_features(page, headline=headline, body=body, probabilities=probabilities, text=text)
    model = trees.load_trees(MODEL_FILE)
    row = np.array([[values[name]] for name in model.names], np.float32)
    odds = float(trees.score(model, row)[0])
    leeway = find_leeway(page, values, headline=headline, has_date=has_date, has_author=has_author)
    if odds <= model.threshold + leeway:
        return kind
    is_root = bool(values["is root"])
    if values["linked headings"] >= _FEWEST_TEASERS and not is_root and _says_it_is_home(page):
        raise RejectedPage(Reason.SOFT_404, "the home page came in the place of the page")
    raise RejectedPage(Reason.NOT_AN_ARTICLE, _say_why(values, model, row, odds))


def _say_why(values: Features, model: trees.Trees, row: Array, odds: float) -> str:
    """As in `shop (0.97: sum shop, names shop, balance)`: what it looks like, how surely, and what spoke for it."""
    best = max(_SIGNS, key=lambda name: values[name])
    looks = "home page" if values["is root"] else _SIGNS[best] if values[best] >= _LEAST_SIGNS else "no story"
    moved = trees.explain(model, row, 0)
    first = sorted(moved, key=lambda feature: -moved[feature])[:3]
    return f"{looks} ({1 / (1 + np.exp(-odds)):.2f}: {', '.join(model.names[feature] for feature in first)})"


def find_leeway(page: Page, values: Features, *, headline: int | None, has_date: bool, has_author: bool) -> float:
    """Log-odds by which what the page states outweighs the model; infinite where the model has no say.

    That is where og:type says `article`, the page has a headline, and its head or address a date or somebody an author:
    signs of a listing do not count then, as stories stand among them. A headline, a date and few signs of anything else
    weigh some: a flash may have nothing more.
    """
    if not has_date or headline is None:
        return 0.0
    kind = (page.meta("og:type") or "").lower()
    is_dated = has_author or any(values[name] for name in ("meta date", "ld date", "path has date"))
    if is_dated and kind in ("article", "news.article", "newsarticle"):
        return math.inf if max(values["sum forum"], values["sum shop"]) < _LEAST_SIGNS else 0.0
    return _LEEWAY if values["against"] < _LEAST_SIGNS else 0.0


def is_stated_news(page: Page, title: str | None) -> bool:
    """Whether a JSON-LD news article is this page's: by its address or headline, or as the only one of its page."""
    nodes = [node for node in page.nodes if any(map(_NEWS_TYPE.search, types_of(node)))]
    node = page.article
    if not any(node is other for other in nodes):
        return False
    path = urlsplit(page.url).path.rstrip("/")
    links = [node.get("url"), node.get("mainEntityOfPage"), node.get("@id")]
    for link in (link.get("@id") or link.get("url") if isinstance(link, dict) else link for link in links):
        address = page.absolute(link) if isinstance(link, str) else None
        if address and path and urlsplit(address).path.rstrip("/") == path:
            return True
    stated = node.get("headline") or node.get("name")
    named = fold(stated) if isinstance(stated, str) else ""
    ours = (fold(name) for name in (title, page.meta("og:title"), page.head_title) if name)
    if named and any(name and (named in name or name in named) for name in ours):
        return True
    return len(nodes) == 1 and bool(path) and bool(node.get("datePublished"))


def find_kind(page: Page, body: Sequence[int], title: str | None) -> ArticleKind:
    """What sort of story it is, if it is one: by its JSON-LD, its og:type, its address, and its entries."""
    types = types_of(page.article) if page.article else set()
    for kind in sorted(types):
        if kind in _KIND_OF_TYPE:
            return _KIND_OF_TYPE[kind]
    heading = title or page.head_title
    steps = unquote(urlsplit(page.url).path).lower().split("/")
    by_address = next((_KIND_OF_STEP[step] for step in steps[:-1] if step in _KIND_OF_STEP), None)
    if by_address is ArticleKind.LIVE_BLOG or _SAYS_LIVE.search(heading):
        inside = page.blocks[body[0] : body[-1] + 1] if body else []
        stamps = sum(1 for block in inside if block.roles & (Role.DATE | Role.LIVE) and len(block.text) < 60)
        if stamps >= _FEWEST_ENTRIES:
            return ArticleKind.LIVE_BLOG
    for node in page.nodes if not page.article else ():
        for kind in sorted(types_of(node)):
            if kind in _KIND_OF_TYPE:
                return _KIND_OF_TYPE[kind]
    if (page.meta("og:type") or "").lower().startswith("video"):
        return ArticleKind.VIDEO
    return by_address if by_address is not None and by_address is not ArticleKind.LIVE_BLOG else ArticleKind.ARTICLE


def _says_it_is_home(page: Page) -> bool:
    """Whether the page names the root of its own host as its address."""
    for link in (*page.links.get("canonical", ())[:1], page.meta("og:url")):
        address = page.absolute(link)
        if address is not None:
            parts = urlsplit(address)
            return parts.path in ("", "/") and (parts.hostname or "").removeprefix("www.") == page.host
    return False


def check_not_found(page: Page, title: str | None, words: int) -> None:
    """Raises RejectedPage(soft_404) when headline or title say so and no story (of so many words) follows."""
    if words > _STORY_WORDS or page.article.get("datePublished"):
        return
    heads = [title or "", page.head_title]
    heads += [block.text for block in page.blocks if block.element.tag == "h1"][:2]
    for head in heads:
        for part in [head, *_TITLE_PARTS.split(head)]:
            folded = fold(part) if len(part) < _LONGEST_NOTICE else ""
            if folded and (_NOT_FOUND.match(folded) or _ERROR_ONLY.match(folded)):
                raise RejectedPage(Reason.SOFT_404, head.strip()[:120])


def check_paywall(page: Page, text: str) -> bool:
    """Whether the page belongs to a paid offer. Raises RejectedPage(paywall) when only its teaser is here."""
    flag = page.article.get("isAccessibleForFree")
    tier = (page.meta("article:content_tier") or "").lower()
    is_paid = str(flag).lower() == "false" or tier in ("locked", "paid", "premium")
    if text.count(" ") >= _STORY_WORDS:
        return is_paid
    words = count_words(text)
    if words >= _STORY_WORDS:
        return is_paid
    whole = page.article.get("wordCount")
    whole_words = int(whole) if isinstance(whole, (int, str)) and str(whole).isdecimal() else 0
    is_cut = whole_words > 80 and words < _COMPLETE_SHARE * whole_words
    has_wall = any(_WALL_NAME.search(names) for names in {element.names for element in page.elements})
    if is_paid and (has_wall or is_cut or words < 80):
        raise RejectedPage(Reason.PAYWALL, f"a teaser of {words} words, marked as not free")
    is_unfinished = not text.rstrip().endswith(_ENDS)
    if has_wall and words < 80 and is_unfinished:
        raise RejectedPage(Reason.PAYWALL, f"a teaser of {words} words before a wall")
    if is_paid or (words < _CUT_WORDS and is_unfinished):
        reason = _find_offer(page)
        if reason is not None:
            raise RejectedPage(reason, f"a teaser of {words} words before an offer to go on")
    return is_paid


def _find_offer(page: Page) -> Reason | None:
    """Whether a line of the page asks readers to subscribe or log in for the rest of the story."""
    lines = "\n".join(fold(block.text) for block in page.blocks if 10 < len(block.text) < _LONGEST_OFFER)
    for reason in (Reason.PAYWALL, Reason.LOGIN_WALL):
        if any(phrase in lines for phrase in SENTENCES[reason]):
            return reason
    return None
