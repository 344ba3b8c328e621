"""Numbers about a whole page, from which the model tells articles from listings, forums, shops, manuals and offers.

Evidence of one kind is also added up by hand (`sum forum` and its like): a few hundred pages cannot teach trees how
rare signs add to each other. Words are English for the most part, structure and addresses are not; where no word is
known, a page counts as an article sooner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from crawler.clean.blocks import Block
from crawler.clean.page import Page, is_article_node, types_of
from crawler.clean.roles import Role

Array = NDArray[Any]
Features = dict[str, float]

_PATH_DATE = re.compile(r"/(?:19|20)\d\d[/-]?(?:[01]?\d|[a-z]{3})\b")
_ASCII_WORD = re.compile(r"[a-z]+")
_WORD = re.compile(r"\w+")
_PATH_WORDS = {
    "shop": "shop store product products p item items dp buy cart sku pd prod produkt produkte urun producto",
    "forum": "forum forums thread threads topic viewtopic showthread questions question boards board discussion "
    "discussions comments community t d r qa answers viewforum messages groups",
    "manual": "docs doc documentation manual manuals reference handbook library wiki tutorial tutorials userguide guide "
    "man help support kb api howto userguides usersguide learn",
    "service": "services service solutions programs program course certificate certificates department departments "
    "locations about contact careers pricing features platform industries coupons insurance booking company team reviews "
    "training rental loans plans",
    "story": "blog blogs news article articles story stories post posts press insights opinion magazine journal haber "
    "noticias actualite aktuelles nachrichten artikel artikkel politics world local sport sports health business "
    "entertainment review columns column",
}
_HOST_WORDS = {
    "forum": "forum forums community discuss discussion bbs talk board boards answers users",
    "manual": "docs doc developer developers wiki readthedocs manual learn support help",
    "shop": "shop store boutique",
    "story": "blog blogs news times post daily herald journal gazette",
}
_TITLE_WORDS = {
    "story": "how why what when who best top vs guide tips ways things reasons review reviews explained says said after "
    "amid over ultimate complete 2020 2021 2022 2023 2024 2025 2026 your should is are to from",
    "offer": "shop buy official sale store price prices shipping service services company companies experts expert hire "
    "quote near program programs course courses certificate certification degree rental rentals repair agency solutions "
    "free online training collection for men women kit",
    "manual": "documentation reference manual docs introduction overview tutorial api python library module book using "
    "chapter",
}
_PHRASES = {
    "shop": "add to cart|add to bag|add to basket|add to wishlist|add to wish list|buy now|buy it now|in stock|out of "
    "stock|sold out|free shipping|quantity|qty|shop now|write a review|customer reviews|checkout|sku|specifications|"
    "regular price|sale price|add to compare|view cart|size chart|size guide|you may also like|shipping & returns|"
    "in den warenkorb|sepete ekle|ajouter au panier|añadir al carrito|aggiungi al carrello|أضف إلى السلة|"
    "добавить в корзину|в корзину|додати в кошик",
    "shelf": "sort by|sort by:|filter|filters|filter by|filter by:|clear all|clear filters|view all|quick view|quick "
    "shop|load more|show more|featured|best selling|best sellers|price, low to high|price: low to high|items per page|"
    "view details|compare|price|sortieren nach|trier par|sırala|ordenar por",
    "forum": "reply|quote|report|log in to reply|jump to latest|last post|first post|thread starter|joined|messages|"
    "posts|likes|solved|replies|views|reply to this topic|share this post|post reply|register|members|new member|"
    "link to comment|reaction score|original poster|asked|active|accepted|permalink|antworten|zitieren|répondre|citer|"
    "ответить|цитата|رد|اقتباس|yanıtla|alıntı",
    "manual": "on this page|table of contents|edit this page|next|previous|contents|index|navigation|search docs|"
    "edit on github|copy|report a bug|installation|getting started|reference|parameters|syntax|examples|see also|note|"
    "modules|browser compatibility|previous topic|next topic|quick search",
    "more": "read more|read more »|continue reading|learn more|more|view more|see more|read article|full story|details|"
    "older posts|next page|next »|load more|mehr|weiterlesen|mehr lesen|devamı|devamını oku|lire la suite|leer más|"
    "اقرأ المزيد|المزيد|читать далее|подробнее|детальніше",
}
_SPEECH = {
    "we": "we our us we're we've ours",
    "you": "you your you're yours",
    "I": "i my me i'm i've i'd",
    "they": "he she his her they their him them",
    "if": "will can if when must should may",
}
_PRODUCT_NODES = {"Product", "ProductGroup", "Offer", "AggregateOffer", "SoftwareApplication", "VideoGame"}
_LIST_NODES = {"ItemList", "CollectionPage", "SearchResultsPage", "Blog", "OfferCatalog"}
_FORUM_NODES = {"DiscussionForumPosting", "QAPage", "Question"}
_FORUM_SOFTWARE = (
    "phpbb", "vbulletin", "discourse", "xenforo", "mybb", "invision", "simplemachines", "flarum", "vanilla forums", "nodebb"
)  # fmt: skip
_MANUAL_SOFTWARE = (
    "sphinx", "mkdocs", "docusaurus", "gitbook", "readthedocs", "doxygen", "javadoc", "antora", "vitepress", "docsify",
    "mdbook", "mediawiki",
)  # fmt: skip
_SHOP_SOFTWARE = ("shopify", "woocommerce", "magento", "prestashop", "bigcommerce", "squarespace commerce")
_BLOG_SOFTWARE = ("wordpress", "ghost", "hugo", "jekyll", "blogger", "drupal", "joomla", "typo3")
# Class names that one kind of software or page has.
_KINDS_OF_NAMES = {
    "forum": "message-body postbody js-post ipscomment topic-post cpost post_body post-stream blockpost post_wrapper postmsg "
    "message-cell postprofile answercell threadauthor topic-body bbcode forum-post forum-topic message message-user "
    "message-inner ipstype_richtext post-signature postcontent post-text answer question p-body ipscomment_content "
    "crawler-post creator post_message postdetails post-content-container post-avatar username signature",
    "manual": "sphinx sphinxsidebar toctree-wrapper toctree-l1 toctree-l2 md-content md-nav mkdocs theme-doc-markdown "
    "mw-parser-output mw-body rst-content doc-content docs-content doc-sidebar hljs docutils highlight-python3 "
    "highlight-default code-block breadcrumbs__item mw-headline literal-block document documentwrapper",
    "shop": "add-to-cart addtocart add_to_cart_button product-price product-form product-title product-card product-info "
    "product-gallery product-single product-detail product-details product-grid product-item product-tile product-list "
    "product-name product-info-main product__title product__info product-form__submit product-image product_title "
    "products product minicart mini-cart cart cart-drawer price-box price price-wrapper price-item regular-price "
    "special-price facets facet quick-view quickview quick-add variant swatch woocommerce sku plp pdp quantity "
    "product-description product__description product-summary star-rating ratings reviews-summary",
}
_FORUM_ADDRESS = re.compile(
    r"/(?:show|view)?(?:thread|topic)s?[./-][^/]*\d|/t/[^/]+/\d|/questions?/\d|/(?:forums?|boards?|discussions?|d)/"
    r"(?:.*/)?[^/]*\d{3}|viewtopic|showthread|topic=\d|/r/\w+/comments/|-t\d{3,}\.html|/community/.*\d{4}"
)
_SHOP_ADDRESS = re.compile(
    r"/(?:products?|item|itm|dp|sku|pd|prod|p)/|/shop/p/|/(?:[a-z]*-)?\d{5,}\.html?$|/store/|/app/\d"
)
_SHELF_ADDRESS = re.compile(
    r"/(?:collections?|categor(?:y|ies)|browse|departments?|catalog|sub-categories|c|cp|s|shop|market|brands?)(?:/|$)"
)
_MANUAL_ADDRESS = re.compile(
    r"/(?:docs?|documentation|manuals?|reference|handbook|wiki|howto|userguides?|usersguide|library|man\d?|latest|stable)/"
)
_LIST_ADDRESS = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|authors?|archives?|search|page/\d+|section|news|latest|blog|articles|issues|list"
    r"|events|videos|podcasts?|gallery|jobs)/?$|/(?:tags?|topics?|category|authors?|list|subject)/[^/]+/?$|^/?$"
)
_WRITTEN_DATE = re.compile(
    r"\b(?:19|20)\d\d\b(?:\D|$)|\b\d{1,2}[./-]\d{1,2}[./-](?:20)?\d\d\b|\b(?:minutes?|hours?|days?) ago\b|"
    r"[٠-٩۰-۹]{4}"
)
_SIGNED = re.compile(
    r"(?:written |posted |published |story )?by[: ]|(?:von|par|por|di|автор|بقلم|كتب)\b", re.IGNORECASE
)
_FURNITURE = Role.NAV | Role.FOOTER | Role.HEADER | Role.ASIDE | Role.HIDDEN | Role.COOKIE
_COUNTED_ROLES = {
    "standfirst": Role.STANDFIRST, "footer": Role.FOOTER, "form": Role.FORM, "byline": Role.BYLINE, "date": Role.DATE,
    "button": Role.BUTTON, "comment": Role.COMMENT, "nav": Role.NAV, "tags": Role.TAGS, "teaser": Role.TEASER,
    "caption": Role.CAPTION,
}  # fmt: skip
_BODY_ROLES = {
    "list": Role.LIST, "table": Role.TABLE, "teaser": Role.TEASER, "comment": Role.COMMENT, "body": Role.BODY,
    "article": Role.ARTICLE,
}  # fmt: skip


def _index(groups: dict[str, str], separator: str | None = None) -> dict[str, tuple[str, ...]]:
    """Word or phrase -> the groups that have it."""
    found: dict[str, tuple[str, ...]] = {}
    for name, words in groups.items():
        for word in words.split(separator):
            found[word] = (*found.get(word, ()), name)
    return found


_GROUPS_OF_PATH, _GROUPS_OF_HOST, _GROUPS_OF_TITLE = map(_index, (_PATH_WORDS, _HOST_WORDS, _TITLE_WORDS))
_GROUPS_OF_NAME = _index(_KINDS_OF_NAMES)
_GROUPS_OF_PHRASE = _index(_PHRASES, "|")
_GROUPS_OF_SPEECH = {name: words.split() for name, words in _SPEECH.items()}
_LONGEST_PHRASE = 30
_MOST_HEARD = 3000
_PROSE_LENGTH = 80
_LINES_ABOVE, _LINES_BELOW = 6, 12
_LONGEST_NOTE = 100
"""A byline or a line with the date is no longer."""


def compute_page_features(
    page: Page, *, headline: int | None, body: Sequence[int], probabilities: Array, text: str
) -> Features:
    """Features by name. `body` are the indexes of the story's blocks, `probabilities` those of all blocks."""
    values: Features = {}
    _read_address(page, values)
    _read_head(page, values)
    _read_blocks(page.blocks, headline, body, probabilities, values)
    _read_names(page, values)
    _read_speech(text, values)
    _sum_up(values)
    return values


def _count_groups(words: Iterable[str], index: dict[str, tuple[str, ...]], names: Iterable[str]) -> list[int]:
    """How many of the words are of each of the named groups."""
    counts: Counter[str] = Counter()
    for word in words:
        if word in index:
            counts.update(index[word])
    return [counts[name] for name in names]


def _read_address(page: Page, values: Features) -> None:
    parts = urlsplit(page.url)
    path = unquote(parts.path).lower()
    steps = [step for step in path.split("/") if step]
    last = steps[-1] if steps else ""
    stem = last.rpartition(".")[0] if "." in last[-6:] else last
    values["path depth"] = len(steps)
    values["path length"] = len(path)
    values["last step length"] = len(stem)
    values["last step words"] = stem.count("-") + stem.count("_") + 1 if stem else 0
    values["path has date"] = _PATH_DATE.search(path) is not None
    values["query keys"] = 0 if parts.query.startswith(("srsltid", "utm_")) else parts.query.count("=")
    before = _count_groups(_ASCII_WORD.findall("/".join(steps[:-1])), _GROUPS_OF_PATH, _PATH_WORDS)
    at_end = _count_groups(_ASCII_WORD.findall(stem), _GROUPS_OF_PATH, _PATH_WORDS)
    for name, first, second in zip(_PATH_WORDS, before, at_end, strict=True):
        values["path " + name] = first
        values["last step " + name] = second
    values["step is word"] = sum(step in _GROUPS_OF_PATH for step in steps)
    hosts = _count_groups(_ASCII_WORD.findall(parts.hostname or ""), _GROUPS_OF_HOST, _HOST_WORDS)
    values.update(zip(("host forum", "host manual", "host shop", "host story"), hosts, strict=True))
    address = f"{path}?{parts.query}" if parts.query else path
    values["address forum"] = _FORUM_ADDRESS.search(address) is not None
    values["address shop"] = _SHOP_ADDRESS.search(path) is not None
    values["address shelf"] = _SHELF_ADDRESS.search(path) is not None
    values["address manual"] = _MANUAL_ADDRESS.search(path) is not None
    values["address list"] = bool(page.url) and _LIST_ADDRESS.search(path) is not None


def _read_head(page: Page, values: Features) -> None:
    kind = (page.meta("og:type") or "").lower()
    values["og article"] = "article" in kind or "blog" in kind
    values["og product"] = "product" in kind
    types = [kind for node in page.nodes for kind in types_of(node)]
    values["ld product"] = sum(kind in _PRODUCT_NODES for kind in types)
    values["ld list"] = sum(kind in _LIST_NODES for kind in types)
    values["ld forum"] = sum(kind in _FORUM_NODES for kind in types)
    values["ld articles"] = sum(map(is_article_node, page.nodes))
    values["ld nodes"] = len(types)
    values["ld this article"] = bool(page.article)
    values["ld date"] = bool(page.article.get("datePublished"))
    values["ld author"] = bool(page.article.get("author"))
    values["meta date"] = page.meta("article:published_time", "datepublished", "date", "pubdate", "dc.date") is not None
    values["meta author"] = page.meta("author", "article:author", "dc.creator", "parsely-author") is not None
    values["meta section"] = page.meta("article:section", "article:tag", "news_keywords") is not None
    values["meta price"] = page.meta("product:price:amount", "og:price:amount", "product:availability") is not None
    description = page.meta("description", "og:description") or ""
    values["meta description"] = len(description)
    values["metas"] = len(page.metas)
    generator = (page.meta("generator") or "").lower()
    for name, software in (("forum", _FORUM_SOFTWARE), ("manual", _MANUAL_SOFTWARE), ("shop", _SHOP_SOFTWARE),
                           ("blog", _BLOG_SOFTWARE)):  # fmt: skip
        values["generator " + name] = bool(generator) and any(word in generator for word in software)
    values["next page"] = ("next" in page.links) + ("prev" in page.links)
    words = _WORD.findall(f"{page.head_title} {description[:300]}".lower())
    counts = _count_groups(words, _GROUPS_OF_TITLE, _TITLE_WORDS)
    values.update(zip(("title story", "title offer", "title manual"), counts, strict=True))
    values["title length"] = len(page.head_title)
    values["title words"] = len(page.head_title.split())


def _read_blocks(
    blocks: list[Block], headline: int | None, body: Sequence[int], probabilities: Array, values: Features
) -> None:
    count = len(blocks)
    length = np.array([len(block.text) for block in blocks], np.float64)
    linked = np.array([block.linked for block in blocks], np.float64)
    roles = np.array([block.roles for block in blocks], np.int64)
    whole = max(1.0, float(length.sum()))
    is_linked = linked > 0.5 * length
    prose = length - linked
    is_prose = (prose >= _PROSE_LENGTH) & ~is_linked
    inner = (roles & _FURNITURE) == 0
    place = np.array(body, np.int64)
    own_length, own_roles = length[place], roles[place]
    of_body = max(1.0, float(own_length.sum()))

    values["blocks"] = float(np.log1p(count))
    values["linked lines"] = float(is_linked.sum()) / max(1, count)
    values["inner linked share"] = float(linked[inner].sum()) / max(1.0, float(length[inner].sum()))
    values["prose lines"] = float(is_prose.sum())
    values["body"] = float(np.log1p(of_body))
    values["body lines"] = len(body)
    values["body share"] = of_body / whole
    values["body share of prose"] = float((prose * is_prose)[place].sum()) / max(1.0, float((prose * is_prose).sum()))
    values["body longest line"] = float(own_length.max()) if len(body) else 0.0
    values["body linked share"] = float(linked[place].sum()) / of_body
    values["mean probability of body"] = float((own_length * probabilities[place]).sum()) / of_body
    values["doubt"] = float((length * np.minimum(probabilities, 1 - probabilities)).sum()) / of_body
    values["gaps in body"] = (body[-1] - body[0] + 1 - len(body)) / len(body) if len(body) else -1.0
    for name, bit in _COUNTED_ROLES.items():
        values["role " + name] = int(np.count_nonzero(roles & bit))
    for name, bit in _BODY_ROLES.items():
        values["body in " + name] = float(own_length[(own_roles & bit) != 0].sum()) / of_body
    values["role pre"] = int(np.count_nonzero(roles & Role.PREFORMATTED))

    parents: dict[int, float] = {}
    for index, size in zip(body, own_length.tolist(), strict=True):
        parent = blocks[index].element.parent
        order = parent.order if parent is not None else -1
        parents[order] = parents.get(order, 0.0) + size
    values["greatest container"] = max(parents.values()) / of_body if parents else 0.0
    values["containers"] = len(parents)
    kin = Counter([block.element.signature for block, is_inner in zip(blocks, inner.tolist(), strict=True) if is_inner])
    values["most alike"] = max(kin.values(), default=0)
    tags = Counter([block.element.tag for block in blocks])
    for tag in ("h1", "h2", "h3", "p", "td"):
        values["tag " + tag] = tags[tag]
    values["linked headings"] = sum(
        blocks[index].element.tag in ("h2", "h3", "h4", "h5") for index in np.flatnonzero(is_linked & inner).tolist()
    )

    values["headline length"] = len(blocks[headline].text) if headline is not None else 0
    near: list[Block] = []
    if headline is not None:
        near = blocks[max(0, headline - _LINES_ABOVE) : headline] + blocks[headline + 1 : headline + _LINES_BELOW]
    notes = [block.text for block in near if len(block.text) < _LONGEST_NOTE]
    values["date near headline"] = any(block.roles & Role.DATE for block in near)
    values["byline near headline"] = any(block.roles & Role.BYLINE for block in near)
    values["written date near headline"] = any(_WRITTEN_DATE.search(note) for note in notes)
    values["signature near headline"] = any(_SIGNED.match(note) for note in notes)

    lines = [blocks[index].text.lower() for index in np.flatnonzero(length <= _LONGEST_PHRASE).tolist()]
    counts = _count_groups(lines, _GROUPS_OF_PHRASE, _PHRASES)
    for name, said in zip(_PHRASES, counts, strict=True):
        values["says " + name] = said
    values["prices"] = sum("$" in line or "€" in line or "£" in line for line in lines)


def _read_names(page: Page, values: Features) -> None:
    names = set(" ".join({element.names for element in page.elements}).lower().split())
    counts = _count_groups(names & _GROUPS_OF_NAME.keys(), _GROUPS_OF_NAME, _KINDS_OF_NAMES)
    for kind, count in zip(_KINDS_OF_NAMES, counts, strict=True):
        values["names " + kind] = count


def _read_speech(text: str, values: Features) -> None:
    spoken = text[:_MOST_HEARD]
    words = Counter(spoken.lower().split())
    many = max(20, words.total())
    for name, group in _GROUPS_OF_SPEECH.items():
        values["speaks " + name] = sum(words[word] for word in group) / many
    values["quotes"] = sum(map(spoken.count, "“«„")) / many + spoken.count('"') / 2 / many
    values["years"] = (spoken.count(" 20") + spoken.count(" 19")) / many
    values["brackets"] = sum(map(spoken.count, "({=")) / many
    values["colons"] = spoken.count(":") / many
    values["questions"] = spoken.count("?") / many


def _sum_up(values: Features) -> None:
    def some(names: str) -> int:
        return sum(values[name.strip()] > 0 for name in names.split(","))

    values["sum forum"] = (
        2 * some("ld forum, generator forum, address forum") + some("host forum, path forum, names forum")
        + (values["says forum"] > 2)
    )  # fmt: skip
    values["sum manual"] = (
        2 * some("generator manual, address manual")
        + some("host manual, path manual, last step manual, names manual, next page")
        + (values["role pre"] > 4) + (values["says manual"] > 2)
    )  # fmt: skip
    values["sum shop"] = (
        2 * some("ld product, og product, meta price, address shop") + some("path shop, generator shop, host shop")
        + (values["names shop"] > 2) + (values["says shop"] > 1) + (values["prices"] > 1)
    )  # fmt: skip
    values["sum list"] = (
        2 * some("ld list, address list, address shelf") + (values["linked headings"] > 5)
        + (values["most alike"] > 12) + (values["says more"] > 4) + (values["says shelf"] > 1) + (values["prices"] > 6)
        + (values["inner linked share"] > 0.5)
    )  # fmt: skip
    values["sum story"] = (
        2 * some("og article, ld this article, ld date, meta date, path has date")
        + some("path story, host story, meta author, ld author, date near headline, byline near headline")
        + some("written date near headline, signature near headline, meta section") + (values["body share"] > 0.5)
    )  # fmt: skip
    values["against"] = max(values["sum forum"], values["sum manual"], values["sum shop"], values["sum list"])
    values["balance"] = values["sum story"] - values["against"]
