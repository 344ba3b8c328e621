"""What is no article: paywalled teasers, "not found" pages that say 200, listings, forums, shops."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.clean.page import Page, class_and_id, is_article_node, types_of, visible_text
from crawler.clean.reject import RejectedPage
from crawler.clean.text import count_words, fold
from crawler.reasons import Reason
from crawler.recognition.phrases import SENTENCES

_NOT_FOUND = re.compile(
    r"^(?:(?:error\s*)?(?:404|410)(?:\s*error)?\s*)?(?:(?:oops|sorry|whoops|uh oh)\s*)?"
    r"(?:(?:the |this |that )?(?:page|article|content|story|post|file|document)(?: you (?:requested|"
    r"are looking for|were looking for))?"
    r"(?: (?:was|is|can ?t be|cannot be|could not be|couldn t be|does|has))*\s*(?:not (?:be )?(?:found|available|"
    r"exist)|found|no longer (?:available|exists?)|(?:been )?(?:deleted|removed)|unavailable|missing|doesn t exist)|"
    r"not found|nothing (?:was )?found(?: here)?|page introuvable|(?:cette |"
    r"la )?page (?:demandee )?(?:n existe pas|n existe plus|introuvable|est introuvable)|"
    r"(?:die )?(?:seite|artikel)(?: wurde)? nicht (?:mehr )?(?:gefunden|verfugbar|vorhanden)|"
    r"(?:la )?pagina (?:no encontrada|non trovata|nao encontrada|no existe)|pagina niet gevonden|sayfa bulunamadı|"
    r"sayfa bulunamadi|aradıgınız sayfa bulunamadı|"
    r"страница не наидена|страница не найдена|сторінку не знаидено|сторінку не знайдено|siden (?:ble ikke funnet|"
    r"blev ikke fundet|finnes ikke)|sidan (?:hittades inte|kunde inte hittas)|strona nie (?:istnieje|"
    r"zostala znaleziona)|"
    r"(?:عذرا )?(?:ال)?صفحة (?:غير موجودة|غير متوفرة|المطلوبة غير موجودة|التي تبحث عنها غير موجودة)|"
    r"(?:عذرا )?لم يتم العثور على (?:الصفحة|شيء|المحتوى)|(?:هذا )?(?:الخبر|المقال) غير موجود|"
    r"صفحه (?:مورد نظر )?(?:پیدا|یافت) نشد|"
    r"页面不存在|ページが見つかりません|페이지를 찾을 수 없습니다)"
    r"(?:\s*(?:404|error|erreur|fehler))?(?:\s.{0,25})?$"
)
_ERROR_ONLY = re.compile(
    r"^(?:error\s*)?(?:404|410)(?:\s*(?:error|erreur|fehler|خطا|not found))?$|^(?:خطا|erreur|fehler|error)\s*404$"
)
_WALL_ROLE = re.compile(
    r"(?:^|[\s_-])(?:paywall|pay-wall|regwall|registration-wall|subscription-?(?:wall|required|barrier)|"
    r"subscriber-?only|"
    r"premium-?(?:wall|barrier)|piano-?(?:inline|offer|template)|tp-(?:modal|container|backdrop)|locked-?content|"
    r"content-?locked|"
    r"article-?locked|gated-?content|subscribe-?wall|metered-?wall|offer-?barrier)(?:$|[\s_-])"
)
_ITEM_TYPES = {
    "Product": "product", "ItemList": "listing", "CollectionPage": "listing", "SearchResultsPage": "listing",
    "DiscussionForumPosting": "forum", "QAPage": "forum", "ProfilePage": "profile", "Recipe": "recipe",
}  # fmt: skip
_FORUM = re.compile(
    r"phpbb|vbulletin|discourse|xenforo|mybb|invision|simplemachines|flarum|vanilla forums|nodebb", re.IGNORECASE
)
_MANUAL = re.compile(
    r"sphinx|mkdocs|docusaurus|gitbook|readthedocs|doxygen|javadoc|antora|vitepress|docsify|mdbook", re.IGNORECASE
)
_TEASER_WORDS = 250
_CUT_WORDS = 120
_LONGEST_OFFER = 240
_COMPLETE_SHARE = 0.6


@dataclass(frozen=True)
class Signs:
    """What speaks for an article."""

    is_stated: bool
    """The head says that the page is an article."""
    words: int
    prose_words: int
    """Words in paragraphs that are long enough to be sentences."""


def check_not_found(page: Page, title: str | None, words: int) -> None:
    """Raises RejectedPage(soft_404) when headline or title say so and no story follows."""
    if words > 250 or page.article.get("datePublished"):
        return
    heads = [title or "", page.tree.findtext(".//head/title") or ""]
    heads += [visible_text(element) for element in list(page.tree.iter("h1"))[:2]]
    for head in heads:
        for part in [head, *re.split(r"\s[|–—:·»-]\s", head)]:
            folded = fold(part)
            if folded and len(folded) < 90 and (_NOT_FOUND.match(folded) or _ERROR_ONLY.match(folded)):
                raise RejectedPage(Reason.SOFT_404, head.strip()[:120])


def check_paywall(page: Page, text: str) -> bool:
    """Whether the page belongs to a paid offer. Raises RejectedPage(paywall) when only its teaser is here."""
    words = count_words(text)
    flag = page.article.get("isAccessibleForFree")
    tier = (page.meta("article:content_tier") or "").lower()
    is_paid = str(flag).lower() == "false" or tier in ("locked", "paid", "premium")
    whole = page.article.get("wordCount")
    whole_words = int(whole) if isinstance(whole, (int, str)) and str(whole).isdigit() else 0
    is_cut = whole_words > 80 and words < _COMPLETE_SHARE * whole_words
    has_wall = any(_WALL_ROLE.search(class_and_id(e)) for e in page.tree.iter("div", "section", "aside", "p"))
    if is_paid and words < _TEASER_WORDS and (has_wall or is_cut or words < 80):
        raise RejectedPage(Reason.PAYWALL, f"a teaser of {words} words, marked as not free")
    is_unfinished = not text.rstrip().endswith((".", "!", "?", "؟", "”", '"', "»", "。"))
    if has_wall and not is_paid and words < 80 and is_unfinished:
        raise RejectedPage(Reason.PAYWALL, f"a teaser of {words} words before a wall")
    if words < _TEASER_WORDS and (is_paid or (words < _CUT_WORDS and is_unfinished)):
        reason = _find_offer(page)
        if reason is not None:
            raise RejectedPage(reason, f"a teaser of {words} words before an offer to go on")
    return is_paid


def _find_offer(page: Page) -> Reason | None:
    """Whether a line of the page asks readers to subscribe or log in for the rest of the story."""
    for element in page.tree.iter("p", "div", "span", "h2", "h3", "h4", "button", "a", "strong"):
        if len(element) > 3:
            continue
        line = visible_text(element)
        if 10 < len(line) < _LONGEST_OFFER:
            folded = fold(line)
            for reason in (Reason.PAYWALL, Reason.LOGIN_WALL):
                if any(phrase in folded for phrase in SENTENCES[reason]):
                    return reason
    return None


def read_signs(page: Page, paragraphs: list[str]) -> Signs:
    kind = (page.meta("og:type") or "").lower()
    is_stated = bool(page.article.get("datePublished") or page.article.get("headline")) or bool(
        page.meta("article:published_time")
    )
    is_stated = is_stated or (
        kind in ("article", "news.article", "newsarticle") and urlsplit(page.url).path not in ("", "/")
    )
    prose = sum(count_words(p) for p in paragraphs if count_words(p) >= 12)
    return Signs(is_stated, sum(count_words(p) for p in paragraphs), prose)


def check_is_article(page: Page, signs: Signs, *, has_date: bool, has_author: bool) -> None:
    """Raises RejectedPage(not_an_article) for pages that are built as something else. Doubt keeps the page."""
    types = set().union(*(types_of(node) for node in page.nodes)) if page.nodes else set()
    kind = (page.meta("og:type") or "").lower()
    path = urlsplit(page.url).path
    generator = page.meta("generator") or ""
    if _FORUM.search(generator) or types & {"DiscussionForumPosting", "QAPage"}:
        raise RejectedPage(Reason.NOT_AN_ARTICLE, "forum")
    if _MANUAL.search(generator):
        raise RejectedPage(Reason.NOT_AN_ARTICLE, "manual")
    has_article_node = any(is_article_node(node) for node in page.nodes)
    if has_article_node or signs.is_stated:
        return
    if kind.startswith(("product", "og:product", "profile", "place", "business")):
        raise RejectedPage(Reason.NOT_AN_ARTICLE, kind)
    found = sorted(types & set(_ITEM_TYPES))
    if found and not has_author:
        raise RejectedPage(Reason.NOT_AN_ARTICLE, _ITEM_TYPES[found[0]])
    if path in ("", "/") and page.url and not has_date:
        raise RejectedPage(Reason.NOT_AN_ARTICLE, "home page")
    teasers, linked = _count_teasers(page), _linked_share(page)
    if teasers >= 6 and path not in ("", "/") and signs.prose_words < 25 * teasers and _says_it_is_home(page):
        raise RejectedPage(Reason.SOFT_404, "the home page came in the place of the page")
    if teasers >= 6 and signs.prose_words < 25 * teasers and not has_date and not has_author:
        raise RejectedPage(Reason.NOT_AN_ARTICLE, f"{teasers} teasers")
    if linked > 0.75 and signs.prose_words < 120 and signs.words > 120 and not has_date:
        raise RejectedPage(Reason.NOT_AN_ARTICLE, "links for the most part")
    if signs.words > 80 and signs.prose_words < 0.25 * signs.words and not has_date and not has_author:
        raise RejectedPage(Reason.NOT_AN_ARTICLE, "no prose")


def _count_teasers(page: Page) -> int:
    """Headings or `article` elements in the page's main part that are links to other pages."""
    count = 0
    for element in page.tree.iter("h2", "h3", "h4", "article"):
        if any(a.tag in ("aside", "footer", "nav", "header") for a in element.iterancestors()):
            continue
        link = next(element.iter("a"), None)
        parent = element.getparent()
        if link is None and parent is not None and parent.tag == "a":
            link = parent
        if link is not None and (element.tag != "article" or next(element.iter("h2", "h3", "h4"), None) is None):
            count += 1
    return count


def _says_it_is_home(page: Page) -> bool:
    """Whether the page names the root of its own host as its address."""
    link = next((e.get("href") for e in page.tree.iter("link") if (e.get("rel") or "").lower() == "canonical"), None)
    for address in (page.absolute(link), page.absolute(page.meta("og:url"))):
        if address is not None:
            parts = urlsplit(address)
            return parts.path in ("", "/") and (parts.hostname or "").removeprefix("www.") == page.host
    return False


def _linked_share(page: Page) -> float:
    body = page.tree.find("body")
    if body is None:
        return 0.0
    linked = sum(len(visible_text(a)) for a in body.iter("a"))
    return linked / max(1, len(visible_text(body)))
