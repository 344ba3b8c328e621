"""The main text as a list of blocks: boilerplate out of the tree, trafilatura, captions apart."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from html import unescape

import trafilatura
from lxml import html
from trafilatura.settings import Document

from crawler.clean.block import Block
from crawler.clean.captions import strip_credit
from crawler.clean.furniture import drop_headers, drop_link_tail, find_headers, find_story, keep_only
from crawler.clean.page import Page, class_and_id, visible_text
from crawler.clean.people import read_credit_sentence
from crawler.clean.tables import find_table_blocks
from crawler.clean.text import PARAGRAPH_MARK, fold, normalize_line, normalize_text

_JUNK_ROLE = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|sharedaddy|social|newsletter|subscribe|subscription-box|sign-?up|related|yarpp|"
    r"also-?read|read-?(?:more|also|next)|see-?also|recommend(?:ed|ations)?|more-?(?:stories|news|from|on)|"
    r"most-?(?:read|popular|viewed)|"
    r"trending|taboola|outbrain|comments?(?:-?(?:area|form|list|section|respond))?|respond|disqus(?:_thread)?|"
    r"captcha|"
    r"author-?(?:bio|box|info|card|about)|about-?author|post-?author-?bio|bio-?box|tags?(?:-?(?:links|list|"
    r"cloud))?|post-?tags|"
    r"breadcrumbs?|cookies?|consent|gdpr|advert(?:isement|ising)?|ads?|adsbygoogle|sponsored|promo(?:-?box)?|"
    r"print-?(?:only|link)|"
    r"pagination|post-?nav(?:igation)?|nav-?links|copyright|donate|donation|follow-?us|jp-relatedposts|teasers?|"
    r"reading-?time|skip-?link|screen-?reader-text|sr-only|visually-?hidden|app-?(?:banner|promo)|popup|"
    r"modal)(?:$|[\s_-])"
)
_JUNK_TAGS = (
    "script",
    "style",
    "noscript",
    "template",
    "form",
    "button",
    "select",
    "textarea",
    "input",
    "iframe",
    "nav",
    "svg",
)
_BESIDE = frozenset({"header", "footer", "aside", "nav"})
_CAPTION_ROLE = re.compile(
    r"(?:^|[\s_-])(?:(?:wp-)?caption(?:-text)?|image-?(?:caption|credit)|photo-?(?:caption|credit)|credit|"
    r"legend)(?:$|[\s_-])"
)
_CREDIT_ROLE = re.compile(r"(?:^|[\s_-])(?:credits?|copyright|photographer|attribution)(?:$|[\s_-])")
_TEASER_LEAD = re.compile(
    r"^[\s>»•*►▶\[(←→-]*(?:read (?:also|more|next|too)|also read|see also|more on|related(?: (?:news|stories|"
    r"articles?|items?|posts?))?|"
    r"recommended|don['’]t miss|watch(?: also)?|lire (?:aussi|également)|à lire aussi|lesen sie (?:auch|mehr)|"
    r"mehr zum thema|"
    r"lea también|te puede interesar|ver también|leggi anche|leia (?:também|mais)|читайте (?:также|ще)|читати також|"
    r"ayrıca okuyun|ilgili haber(?:ler)?|اقرأ (?:أيضا|أيضاً|ايضا|المزيد)|إقرأ أيضا|شاهد أيضا|شاهد أيضاً|"
    r"مواضيع ذات صلة|بیشتر بخوانید)"
    r"\s*(?:[:：\-–…]|\.\.\.|$)",
    re.IGNORECASE,
)
_SHORT = 200
_LEAST_SHARE = 0.3
"""Of the page's prose: with less than that, the main text was missed."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def find_blocks(page: Page, title: str | None) -> tuple[list[Block], list[str], str]:
    """The blocks of the main text, the photo captions, both in page order; and where the text came from."""
    tree = copy.deepcopy(page.tree)
    in_table = find_table_blocks(tree, title)
    if in_table is not None:
        return *in_table, "table-cell"
    _mark_line_breaks(tree)
    prose = _prose_length(tree)
    spare = copy.deepcopy(tree)
    headers, story = find_headers(tree), find_story(tree)
    _drop_junk(tree, title)
    captions = _take_captions(tree)
    drop_headers(tree, headers)
    keep_only(story, tree)
    drop_link_tail(tree)
    blocks = _main_text(tree)
    if _length(blocks) < max(_SHORT, _LEAST_SHARE * prose):
        # A theme may name the article itself like a box beside it: then less is taken away beforehand.
        for element in list(spare.iter(*_JUNK_TAGS)):
            if element.tag != "form" and element.getparent() is not None and not _holds_the_text(element, prose):
                element.drop_tree()
        _drop_headlines(spare, title)
        _take_captions(spare)
        other = _main_text(spare)
        if _length(other) > 2 * _length(blocks):
            blocks = other
    own = list(_own_paragraphs(tree))
    # On short pages trafilatura falls back on all text there is; a flash is in its paragraphs.
    is_flash = _length(blocks) < _SHORT and _length(own) >= 0.3 * _length(blocks)
    if is_flash or _are_lumped(blocks, own):
        blocks = own
    stated = page.article.get("articleBody")
    if isinstance(stated, str) and _length(blocks) < _SHORT and len(stated) > 2 * _length(blocks):
        return list(_stated_body(stated)), captions, "json-ld"
    return blocks, captions, "trafilatura"


def _main_text(tree: html.HtmlElement) -> list[Block]:
    document = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, include_images=False)
    if not isinstance(document, Document) or document.body is None:
        return []
    return list(_read_body(document.body))


def _own_paragraphs(tree: html.HtmlElement) -> Iterator[Block]:
    """Paragraphs, subheads and lists as the page marks them up, whatever stands around the story left out."""
    for element in tree.iter("p", "h2", "h3", "h4", "ul", "ol"):
        above = list(element.iterancestors())
        if any(a.tag in _BESIDE or a.tag in ("ul", "ol") or _JUNK_ROLE.search(class_and_id(a)) for a in above):
            continue
        text = visible_text(element)
        linked = sum(len(visible_text(a)) for a in element.iter("a"))
        if not text or linked >= 0.5 * len(text):
            continue
        if element.tag in ("ul", "ol"):
            yield Block("\n".join(filter(None, map(visible_text, element.iter("li")))) or text, "list")
        else:
            yield Block(text, "p" if element.tag == "p" else "head")


def _are_lumped(blocks: list[Block], own: list[Block]) -> bool:
    """Whether paragraphs ran together, as they do where trafilatura falls back on all text of a table layout."""
    telling = [block.text for block in own if len(block.text) > 40]
    if len(telling) < 2 or not 0.6 <= _length(own) / max(1, _length(blocks)) <= 1.15:
        return False
    return any(sum(text in block.text for text in telling) > 1 for block in blocks if block.kind == "p")


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _stated_body(text: str) -> Iterator[Block]:
    """The paragraphs of JSON-LD's articleBody, which some sites fill with markup."""
    if "<p" in text or "<br" in text or "&lt;" in text:
        text = html.fromstring(f"<div>{unescape(text) if '&lt;' in text else text}</div>").text_content()
    for part in normalize_text(unescape(text)).split("\n"):
        if part:
            yield Block(part)


def _mark_line_breaks(tree: html.HtmlElement) -> None:
    """Two `<br>` in a row part paragraphs; trafilatura would see no more than a line's end."""
    for element in list(tree.iter("br")):
        following = element.getnext()
        if following is not None and following.tag == "br" and not (element.tail or "").strip():
            element.tail = PARAGRAPH_MARK


def _drop_junk(tree: html.HtmlElement, title: str | None) -> None:
    total = max(1, _prose_length(tree))
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "body", "head", "article", "main"):
            continue
        if element.getparent() is None:
            continue
        if element.tag in _JUNK_TAGS:
            # An unclosed <button> or <select> may have swallowed the rest of the page.
            if not _holds_the_text(element, total):
                element.drop_tree()
        elif (
            (_HIDDEN.search(element.get("style") or "") and _prose_length(element) < 0.3 * total)
            or (_JUNK_ROLE.search(class_and_id(element)) and not _holds_the_text(element, total))
            or _is_teaser(element)
        ):
            element.drop_tree()
    _drop_headlines(tree, title)


def _drop_headlines(tree: html.HtmlElement, title: str | None) -> None:
    folded_title = fold(title or "")
    if not folded_title:
        return
    for element in list(tree.iter("h1", "h2")):
        text = fold(visible_text(element))
        if text and (text == folded_title or (element.tag == "h1" and folded_title in text)):
            element.drop_tree()


def _prose_length(element: html.HtmlElement) -> int:
    """Characters in paragraphs, those in links not counted."""
    length = 0
    for paragraph in element.iter("p"):
        length += len(paragraph.text_content()) - sum(len(a.text_content()) for a in paragraph.iter("a"))
    return max(0, length)


def _holds_the_text(element: html.HtmlElement, total: int) -> bool:
    """Whether much of the page's prose is inside: some themes call the whole article `share` or `post-tags`."""
    return _prose_length(element) > 0.25 * total or next(element.iter("h1"), None) is not None


def _is_teaser(element: html.HtmlElement) -> bool:
    """A box or line in mid-body that leads to another page: `Read also: …`, linked for the most part."""
    if element.tag not in ("p", "div", "aside", "section", "ul", "blockquote", "strong", "h3", "h4", "h5"):
        return False
    text = element.text_content()
    if len(text) > 600 or not _TEASER_LEAD.match(text):
        return False
    linked = sum(len(a.text_content()) for a in element.iter("a"))
    return linked > 0.5 * max(1, len(text.strip()) - 20) or len(text.split()) <= 4


def _take_captions(tree: html.HtmlElement) -> list[str]:
    """Take photo captions out of the tree. A figure without a picture (a quote, a table) stays."""
    captions: list[str] = []
    for element in list(tree.iter("figcaption", "p", "div", "span", "dd", "figure", "td")):
        if element.getparent() is None or not _is_attached(element, tree):
            continue
        is_caption = element.tag == "figcaption" or (
            _CAPTION_ROLE.search(class_and_id(element)) and len(element.text_content()) < 600
        )
        if not is_caption:
            continue
        inner = [e for e in element.iter() if e is not element and _CAPTION_ROLE.search(class_and_id(e))]
        named = inner[0] if element.tag not in ("figcaption",) and inner else element
        if read_credit_sentence(visible_text(named)):
            continue
        text = strip_credit(_without_credit(named))
        if text:
            captions.append(text)
        if not list(element.iter("h1", "article")):
            element.drop_tree()
    return list(dict.fromkeys(captions))


def _without_credit(caption: html.HtmlElement) -> str:
    """A caption's text without the elements in it that name the photographer, unless it is only they."""
    bare = copy.deepcopy(caption)
    bare.tail = None
    for element in list(bare.iterdescendants()):
        if isinstance(element.tag, str) and _CREDIT_ROLE.search(class_and_id(element)) and _is_attached(element, bare):
            element.drop_tree()
    return visible_text(bare) or visible_text(caption)


def _is_attached(element: html.HtmlElement, tree: html.HtmlElement) -> bool:
    return any(ancestor is tree for ancestor in element.iterancestors())


def _read_body(body: html.HtmlElement) -> Iterator[Block]:
    """Blocks of trafilatura's tree (its vocabulary: p, head, list/item, quote, table/row/cell, lb)."""
    if body.text and body.text.strip():
        yield from _paragraphs(body.text, "p")
    for element in body:
        if element.tag == "list":
            text = "\n".join(filter(None, (normalize_line(_text(item)) for item in element.iter("item"))))
            if text:
                yield Block(text, "list")
        elif element.tag == "table":
            rows = (
                " | ".join(filter(None, (normalize_line(_text(c)) for c in row.iter("cell"))))
                for row in element.iter("row")
            )
            yield from _table(list(filter(None, rows)))
        elif element.tag == "quote" and len(element):
            inner = list(_read_body(element))
            yield from (Block(block.text, "quote") for block in inner)
        elif element.tag in ("graphic", "lb", "ref") and not _text(element).strip():
            pass
        else:
            yield from _paragraphs(_text(element), "head" if element.tag == "head" else "p")
        if element.tail and element.tail.strip():
            yield from _paragraphs(element.tail, "p")


def _table(rows: list[str]) -> Iterator[Block]:
    if any(" | " in row for row in rows):
        yield Block("\n".join(rows), "table")
    else:  # a table used for layout
        yield from (Block(row) for row in rows)


def _paragraphs(text: str, kind: str) -> Iterator[Block]:
    for part in text.split(PARAGRAPH_MARK):
        cleaned = normalize_text(part)
        if cleaned:
            yield Block(cleaned, kind)


def _text(element: html.HtmlElement) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        parts.append(_text(child))
        if child.tag in ("p", "item", "cell"):
            parts.append("\n")
        parts.append(child.tail or "")
    return "".join(parts)
