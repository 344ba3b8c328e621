"""Markup that a parser can build in bounded time and memory.

HTML's rules for repairing markup take time that grows with the square of what is left open: 100,000 `<div>` (half a
megabyte) take half a minute, a list of 20,000 options five seconds. Browsers stop at a depth of 512. Pages that are
written to be read come nowhere near these bounds, and are not touched.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

MOST_TAGS = 300_000
"""Tags, comments and the like that are read of a page; lexbor takes some 330 bytes for each."""
_MANY_TAGS = 8000
"""A page of fewer tags can do no harm that is worth a look at each of them."""
_MOST_OPTIONS = 1000
"""Of one select."""
_DEEPEST = 400
"""Elements that may stand open in one another: blocks, and apart from them inline elements."""
_MOST_FORMATS = 16
"""Open elements of those that HTML opens again in each paragraph until they are closed."""
_STRETCH = 10_000
_LONGEST_TAG = 2 * _STRETCH
_MOST_ATTRIBUTES = 1000


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TAG = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][^\s/>]*))")
_LONG_TAG = re.compile(r"<[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"[\s/]([^\s/>=\"']+)(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?")
_RAW = _set("script style textarea title xmp iframe noembed noframes")
# What never stands open, or is closed by the next of its kind.
_UNCOUNTED = _set(
    "area base br col embed hr img input link meta param source track wbr html head body "
    "p li dt dd td th tr tbody thead tfoot colgroup caption rp rt optgroup a nobr button"
)
_FORMATS = _set("b big code em font i s small strike strong tt u")
_INLINE = _set("abbr acronym bdi bdo cite data del dfn ins kbd label mark q samp span sub sup time var")
_END_OF_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}


def bound_markup(text: str) -> str:
    """The page, without tags that would make it too deep, too many or too wide; nearly always the text itself."""
    tags = text.count("<")
    if tags > MOST_TAGS:
        text = "<".join(text.split("<", MOST_TAGS)[:MOST_TAGS])
        tags = MOST_TAGS
    if _has_long_tag(text):
        text = _drop_attributes(text)
    return _flatten(text) if tags > _MANY_TAGS else text


def _has_long_tag(text: str) -> bool:
    """Whether there may be one: some stretch of the page is without an end of a tag."""
    return any(text.find(">", start, start + _STRETCH) < 0 for start in range(0, len(text) - _STRETCH, _STRETCH))


def _drop_attributes(text: str) -> str:
    """Tags of very many attributes lose all of them."""
    segments = text.split(">")
    is_changed = False
    for number, segment in enumerate(segments):
        if len(segment) > _LONGEST_TAG:
            start = segment.rfind("<")
            tag = _LONG_TAG.match(segment, start) if start >= 0 else None
            if tag is not None:
                more = islice(_ATTRIBUTE.finditer(segment, tag.end()), _MOST_ATTRIBUTES, None)
                if next(more, None) is not None:
                    segments[number] = segment[: tag.end()]
                    is_changed = True
    return ">".join(segments) if is_changed else text


def _flatten(text: str) -> str:
    """Drop start tags beyond the bounds with their end tags, and end tags of what is not open."""
    kept: list[str] = []
    is_open: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    depths = {"block": 0, "inline": 0, "format": 0}
    most = {"block": _DEEPEST, "inline": _DEEPEST, "format": _MOST_FORMATS}
    options = done = place = 0
    while (tag := _TAG.search(text, place)) is not None:
        place = tag.end()
        comment, slash, name = tag.groups()
        if comment:
            place = text.find("-->", place)
            if place < 0:
                break
            continue
        name = name.lower()
        if name in _RAW:
            end = None if slash else _END_OF_RAW[name].search(text, place)
            if end is None and not slash:
                break
            place = end.end() if end else place
            continue
        if name in _UNCOUNTED:
            continue
        if name == "select":
            options = 0
        if name == "option":
            options += not slash
            if options <= _MOST_OPTIONS:
                continue
            is_kept = False
        else:
            group = "format" if name in _FORMATS else "inline" if name in _INLINE else "block"
            if slash:
                is_kept = not dropped[name] and is_open[name] > 0
                if is_kept:
                    is_open[name] -= 1
                    depths[group] -= 1
                elif dropped[name]:
                    dropped[name] -= 1
            else:
                is_kept = depths[group] < most[group]
                if is_kept:
                    is_open[name] += 1
                    depths[group] += 1
                else:
                    dropped[name] += 1
        if not is_kept:
            end_of_tag = text.find(">", place)
            kept.append(text[done : tag.start()])
            if name not in _FORMATS and name not in _INLINE:
                kept.append("<p>")  # it parts lines all the same
            done = place = end_of_tag + 1 if end_of_tag >= 0 else len(text)
    kept.append(text[done:])
    return "".join(kept)
