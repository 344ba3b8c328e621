"""What a page shows, read in one linear pass without a parser: hostile markup costs no more than any other.

All work is on UTF-8 bytes, whose `lower()` keeps positions (that of a string does not: İ has two characters).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from crawler.folding import fold
from crawler.recognition.topics import is_about_walls

MOST_BYTES = 1_500_000
"""No wall is as large; a page beyond it is not looked at."""
_MOST_TEXT = 40_000
"""Characters of visible text that are read: enough to see whether there is an article."""
_ENOUGH_PROSE = 1_500
"""Bytes of running prose by which a page is an article without a further look: some 250 words of English."""
_LEAST_RUN = 12
"""Words that make a run of text a sentence or more."""

# Long text between tags. Scripts and styles have braces and signs of equality in any such stretch.
_LONG_TEXT = re.compile(rb">([^<>{}=]{100,4000})")
_RAW = re.compile(rb"<(script|style|template|svg|noscript|textarea|select|iframe|title|!--)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s{0,4}=\s{0,4}[\"']?([a-z0-9_:-]{2,30})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([a-z0-9_:-]{2,30})", re.IGNORECASE)
_NAME = re.compile(rb"/?[a-z][a-z0-9]*")
_INLINE = frozenset(
    b"a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q s samp small span strike strong sub "
    b"sup time tt u var wbr".split()
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_STATED = (
    b'"articlebody"', b"article:published_time", b'"datepublished"', b'"newsarticle"', b'"liveblogposting"',
    b'itemprop="datepublished"', b'itemprop="articlebody"', b"<article",
)  # fmt: skip
_STATED_BODY = re.compile(rb'"(?:articlebody|reviewbody|transcript)"\s{0,9}:\s{0,9}"', re.IGNORECASE)
_EMBEDDED_PROSE = re.compile(rb'[^"{}<>;=()\[\]]{300,}')
_OG_ARTICLE = re.compile(rb"og:type[\"']?\s{1,9}content=[\"']?(?:article|news)", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s[|–—:·»•-]\s|\s?[|»•]\s?")


@dataclass(frozen=True)
class Run:
    """Text between two block tags. `tag` is the block that it is in."""

    tag: bytes
    text: str
    linked: int
    """How many of its characters are in links."""

    @cached_property
    def words(self) -> int:
        return len(self.text.split()) + (0 if self.text.isascii() else len(_UNSPACED.findall(self.text)) // 2)

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def is_prose(self) -> bool:
        """Sentences, for the most part not links."""
        return self.words >= _LEAST_RUN and self.linked * 2 < len(self.text)


class View:
    """One page as a reader without scripts sees it, and what its markup says."""

    def __init__(self, markup: bytes) -> None:
        self.markup = markup
        self.low = markup.lower()
        self._titles: list[bytes] = []
        self._noscripts: list[bytes] = []
        self._scripts: list[bytes] = []
        self.runs = _read_runs(self._without_raw(), self._titles)

    def _without_raw(self) -> bytes:
        """The markup without what no reader sees; titles, scripts and noscript are kept aside."""
        kept: list[bytes] = []
        at = 0
        while match := _RAW.search(self.markup, at):
            kept.append(self.markup[at : match.start()])
            name = match[1].lower()
            end = self.low.find(b"-->" if name == b"!--" else b"</" + name, match.end())
            if end < 0:
                return b" ".join(kept)
            inner = self.markup[match.end() : end]
            if name == b"title":
                self._titles.append(inner.partition(b">")[2])
            elif name == b"noscript":
                self._noscripts.append(inner.partition(b">")[2])
            elif name == b"script":
                self._scripts.append(inner)
            close = self.markup.find(b">", end)
            at = close + 1 if close >= 0 else len(self.markup)
        kept.append(self.markup[at:])
        return b" ".join(kept)

    @cached_property
    def title(self) -> str:
        return _to_text(self._titles[0]) if self._titles else ""

    @cached_property
    def has_heading(self) -> bool:
        return any(run.tag == b"h1" for run in self.runs)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Folded: the title, its parts, and the first headings."""
        parts = [self.title, *_TITLE_PARTS.split(self.title)]
        # Second headings of an ordinary page head its forms and boxes.
        parts += [run.text for run in self.runs if run.tag == (b"h1" if self.has_heading else b"h2")][:3]
        return tuple(dict.fromkeys(filter(None, map(fold, parts))))

    @cached_property
    def text(self) -> str:
        """All visible text, folded."""
        return fold(" ".join(run.text for run in self.runs))

    @cached_property
    def noscript(self) -> str:
        """What is said to those without scripts, folded."""
        return fold(_to_text(b" ".join(_strip_tags(part) for part in self._noscripts[:20])))[:4000]

    @cached_property
    def words(self) -> int:
        return sum(run.words for run in self.runs)

    @cached_property
    def prose(self) -> int:
        """Words in sentences that speak of something else than browsers, cookies, accounts and the like."""
        return sum(run.words for run in self.runs if run.is_prose and not is_about_walls(run.folded, run.words))

    @cached_property
    def scripts(self) -> list[bytes]:
        """What is between `<script` and `</script`, attributes included."""
        return self._scripts

    @cached_property
    def states_article(self) -> bool:
        """Whether the markup says that this is an article."""
        return any(mark in self.low for mark in _STATED) or _OG_ARTICLE.search(self.low) is not None

    @cached_property
    def holds_text_in_scripts(self) -> bool:
        """Whether the story is there, in JSON-LD or in the data that the page's scripts will show."""
        for script in self._scripts:
            stated = _STATED_BODY.search(script)
            if stated and script.find(b'"', stated.end() + 200) >= 0:
                return True
            head = script[:200].lower()
            is_data = b"json" in head or b"__next" in script[:4000].lower() or b"__nuxt" in script[:4000].lower()
            if (is_data or b"_state__" in script[:4000].lower()) and _has_embedded_prose(script):
                return True
        return False


def read_view(body: bytes | str, content_type: str) -> View:
    return View(to_utf8(body, content_type))


def to_utf8(body: bytes | str, content_type: str) -> bytes:
    """The body in UTF-8, by its declared character set where it is in another one."""
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        named = _HEADER_CHARSET.search(content_type)
        meta = _META_CHARSET.search(body[:4096])
        for label in (named[1] if named else None, meta[1].decode("ascii") if meta else None, "cp1252"):
            if label and _is_character_set(label):
                return body.decode(label, "replace").encode("utf-8", "replace")
    return body


def _is_character_set(label: str) -> bool:
    try:
        return codecs.lookup(label)._is_text_encoding
    except (LookupError, ValueError):
        return False


def is_plainly_article(body: bytes, enough: int = _ENOUGH_PROSE) -> bool:
    """Whether there is so much running prose (in bytes) that nothing else need be asked."""
    prose = 0
    for match in _LONG_TEXT.finditer(body):
        text = match[1]
        # ASCII marks suffice here: a doubt only leads to the longer look.
        if b"ookie" in text or b"avaScript" in text or b"onsent" in text or b"rowser" in text:
            continue
        words = text.split()
        if len(words) >= _LEAST_RUN:
            prose += sum(map(len, words))
            if prose >= enough:
                return True
    return False


def _read_runs(markup: bytes, titles: list[bytes]) -> list[Run]:
    runs: list[Run] = []
    total = 0
    for run in _split_runs(markup):
        runs.append(run)
        total += len(run.text)
        if total > _MOST_TEXT:
            break
    return runs


def _split_runs(markup: bytes) -> Iterator[Run]:
    parts: list[bytes] = []
    linked = 0
    is_in_link = False
    block = b"body"
    first, *pieces = markup.split(b"<")
    parts.append(first)
    for piece in pieces:
        inside, is_closed, text = piece.partition(b">")
        match = _NAME.match(inside.lower())
        if match is None or not is_closed:
            parts.append(text if is_closed else piece)
            continue
        name = match[0]
        bare = name.lstrip(b"/")
        if bare not in _INLINE:
            if found := _to_text(b"".join(parts)):
                yield Run(block, found, linked)
            parts, linked = [], 0
            block = b"body" if name != bare else bare
        if bare == b"a":
            is_in_link = name == bare
        parts.append(text)
        if is_in_link:
            linked += len(text)
    if found := _to_text(b"".join(parts)):
        yield Run(block, found, linked)


def _to_text(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    return " ".join((unescape(text) if "&" in text else text).split())


def _strip_tags(markup: bytes) -> bytes:
    first, *pieces = markup.split(b"<")
    return first + b" ".join(piece.partition(b">")[2] for piece in pieces)


def _has_embedded_prose(script: bytes) -> bool:
    return any(match[0].count(b" ") >= 40 for match in _EMBEDDED_PROSE.finditer(script))
