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
"""Characters: a tag of twice as many is looked at."""
_MOST_ATTRIBUTES = 1000


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TAG = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][^\s/>]*))")
_LONG_TAG = re.compile(r"<[a-zA-Z][^\s/>]*")
_SCRIPT = re.compile(r"<(script|style)(?=[\s/>])", re.IGNORECASE)
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
        text = _empty_scripts(text)
        tags = text.count("<")
    if tags > MOST_TAGS:
        text = "<".join(text.split("<", MOST_TAGS)[:MOST_TAGS])
        tags = MOST_TAGS
    text = _drop_attributes(text)
    return _flatten(text) if tags > _MANY_TAGS else text


def _empty_scripts(text: str) -> str:
    """Without what stands in scripts and styles: a comparison in them is no tag. JSON-LD stays."""
    kept: list[str] = []
    done = 0
    while (opening := _SCRIPT.search(text, done)) is not None:
        end = _END_OF_RAW[opening[1].lower()].search(text, opening.end())
        if end is None:
            break
        start = text.find(">", opening.end(), end.start()) + 1 or end.start()
        is_data = "json" in text[opening.start() : min(start, opening.start() + _STRETCH)]
        kept += (text[done : end.start() if is_data else start], end.group())
        done = end.end()
    return "".join((*kept, text[done:]))


def _drop_attributes(text: str) -> str:
    """Tags of very many attributes lose all of them. Such a tag is long: some stretch of it holds no end of a tag."""
    kept: list[str] = []
    done = start = 0
    while start < len(text) - _STRETCH:
        if text.find(">", start, start + _STRETCH) >= 0:
            start += _STRETCH
            continue
        end = text.find(">", start)
        end = len(text) if end < 0 else end
        opening = text.rfind("<", text.rfind(">", done, start) + 1, end)
        tag = _LONG_TAG.match(text, opening) if opening >= 0 else None
        if tag is not None:
            more = islice(_ATTRIBUTE.finditer(text, tag.end(), end), _MOST_ATTRIBUTES, None)
            if next(more, None) is not None:
                kept.append(text[done : tag.end()])
                done = end
        start = end + 1
    return "".join((*kept, text[done:])) if kept else text


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
