"""What a page shows, read in one linear pass without a parser: hostile markup costs no more than any other.

All work is on UTF-8 bytes, whose `lower()` keeps positions (that of a string does not: İ has two characters).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from math import inf

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
_NAME = re.compile(rb"(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
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

    @cached_property
    def prose(self) -> int:
        """Its words, if they are sentences of something else than browsers, cookies, accounts and the like."""
        return self.words if self.is_prose and not is_about_walls(self.folded, self.words) else 0


class View:
    """One page as a reader without scripts sees it, and what its markup says."""

    def __init__(self, markup: bytes) -> None:
        self.markup = markup
        self.low = markup.lower()
        self.runs: list[Run] = []
        self._titles: list[bytes] = []
        self._noscripts: list[bytes] = []
        self._scripts: list[bytes] = []

    def read(self, enough_prose: float) -> bool:
        """Read the page to its end; false where it was left as soon as that many words of prose had come."""
        stretches = self._split_raw()
        characters = prose = 0
        for run in _split_runs(stretches):
            self.runs.append(run)
            prose += run.prose
            if prose >= enough_prose:
                return False
            characters += len(run.text)
            if characters > _MOST_TEXT:
                break
        for _ in stretches:  # titles, scripts and noscript of the rest
            pass
        return True

    def _split_raw(self) -> Iterator[bytes]:
        """The markup without what no reader sees; titles, scripts and noscript are kept aside."""
        at = 0
        while match := _RAW.search(self.markup, at):
            yield self.markup[at : match.start()]
            name = match[1].lower()
            end = self.low.find(b"-->" if name == b"!--" else b"</" + name, match.end())
            if end < 0:
                return
            inner = self.markup[match.end() : end]
            if name == b"title":
                self._titles.append(inner.partition(b">")[2])
            elif name == b"noscript":
                self._noscripts.append(inner.partition(b">")[2])
            elif name == b"script":
                self._scripts.append(inner)
            close = self.markup.find(b">", end)
            at = close + 1 if close >= 0 else len(self.markup)
        yield self.markup[at:]

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
        """Words of prose on the page."""
        return sum(run.prose for run in self.runs)

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


def read_view(body: bytes | str, content_type: str, enough_prose: float = inf) -> View | None:
    """What the page shows; none, and no further look at it, as soon as it has that many words of prose."""
    view = View(to_utf8(body, content_type))
    return view if view.read(enough_prose) else None


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


def _split_runs(stretches: Iterable[bytes]) -> Iterator[Run]:
    parts: list[bytes] = []
    linked = 0
    is_in_link = False
    block = b"body"
    pieces = _split_tags(stretches)
    parts.append(next(pieces))
    for piece in pieces:
        inside, is_closed, text = piece.partition(b">")
        match = _NAME.match(inside)
        if match is None or not is_closed:
            parts.append(text if is_closed else piece)
            continue
        slash, name = match.groups()
        name = name.lower()
        if name not in _INLINE:
            if parts and (found := _to_text(b"".join(parts))):
                yield Run(block, found, linked)
            parts, linked = [], 0
            block = b"body" if slash else name
        elif name == b"a":
            is_in_link = not slash
        if not text.isspace() or parts:
            parts.append(text)
        if is_in_link:
            linked += len(text)
    if found := _to_text(b"".join(parts)):
        yield Run(block, found, linked)


def _split_tags(stretches: Iterable[bytes]) -> Iterator[bytes]:
    """What is between one `<` and the next, as if the stretches were one text with spaces between."""
    rest: list[bytes] = []
    for stretch in stretches:
        first, *others = stretch.split(b"<")
        rest.append(first)
        if others:
            yield b" ".join(rest)
            yield from others[:-1]
            rest = [others[-1]]
    yield b" ".join(rest)


def _to_text(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    return " ".join((unescape(text) if "&" in text else text).split())


def _strip_tags(markup: bytes) -> bytes:
    first, *pieces = markup.split(b"<")
    return first + b" ".join(piece.partition(b">")[2] for piece in pieces)


def _has_embedded_prose(script: bytes) -> bool:
    return any(match[0].count(b" ") >= 40 for match in _EMBEDDED_PROSE.finditer(script))
