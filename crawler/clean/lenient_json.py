"""A JSON reader that puts up with what people and templates write: for texts that a strict reader refuses.

It closes what is left open, drops commas too many and supplies those too few, takes single and curly quotes, comments,
bare words, values one after another, and quotes inside of strings that nobody escaped: a quote ends a string only where
what follows could follow a string. Linear in time but for the search for such ends, which has a budget.
"""

from __future__ import annotations

import re
from typing import Any

_SKIPPED = re.compile(r"(?:[\s\ufeff]|//[^\n\"{}\[\]]*|/\*.{0,500}?\*/)+", re.DOTALL)
_BARE = re.compile(r"[^\s,:{}\[\]\"]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$")
_WORDS = {"true": True, "false": False, "null": None, "undefined": None, "None": None, "NaN": None}
_QUOTES = {'"': '"', "'": "'", "“": '”“″"', "”": '”″"', "″": '″”"', "„": '“”"', "«": "»"}
_ENDS = {closing: re.compile(rf"\\.|[{closing}]", re.DOTALL) for closing in set(_QUOTES.values())}
_GAP = re.compile(r"[\s,]*")
_KEY = re.compile(r"""["'“”″][^"'“”″:]{1,60}["'“”″]\s*:|[\w@]{1,40}\s*:""")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.)|$)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " ", "u": "\\u"}
_DEEPEST = 64
_MOST_TRIES = 20_000
_LONGEST_NUMBER = 30
_LONGEST_SEARCH = 400
"""Quotes that are tried as the end of one string."""


class _Frame:
    __slots__ = ("has_colon", "items", "key", "members")

    def __init__(self, is_object: bool) -> None:
        self.members: dict[str, Any] | None = {} if is_object else None
        self.items: list[Any] = []
        self.key: str | None = None
        self.has_colon = False

    def take(self, value: Any) -> None:
        if self.members is None:
            self.items.append(value)
        elif self.key is not None and self.has_colon:
            self.members.setdefault(self.key, value)
            self.key, self.has_colon = None, False
        elif isinstance(value, str):
            self.key = value

    @property
    def value(self) -> Any:
        return self.items if self.members is None else self.members


def parse_leniently(text: str) -> list[Any]:
    """The objects and arrays of a text, as far as it can be understood. Never raises."""
    top = _Frame(is_object=False)
    stack = [top]
    place, tries = 0, _MOST_TRIES
    while place < len(text):
        skipped = _SKIPPED.match(text, place)
        if skipped:
            place = skipped.end()
            continue
        char, frame = text[place], stack[-1]
        if char in "{[":
            if len(stack) > _DEEPEST:
                break
            stack.append(_Frame(is_object=char == "{"))
        elif char in "}]":
            _close(stack, is_object=char == "}")
        elif char == ",":
            frame.key, frame.has_colon = None, False
        elif char == ":":
            frame.has_colon = frame.key is not None
        elif char in _QUOTES:
            value, place, tries = _read_string(text, place, frame, tries)
            frame.take(value)
            continue
        else:
            bare = _BARE.match(text, place)
            word = bare[0] if bare else char
            frame.take(_read_word(word))
            place += len(word)
            continue
        place += 1
    while len(stack) > 1:
        value = stack.pop().value
        stack[-1].take(value)
    return [value for value in top.items if isinstance(value, (dict, list))]


def _close(stack: list[_Frame], *, is_object: bool) -> None:
    """End the innermost object (or array), and with it what was left open inside; a stray bracket ends nothing."""
    depth = next((d for d in range(len(stack) - 1, 0, -1) if (stack[d].members is not None) == is_object), 0)
    while depth and len(stack) > depth:
        value = stack.pop().value
        stack[-1].take(value)


def _read_string(text: str, start: int, frame: _Frame, tries: int) -> tuple[str, int, int]:
    """The string that opens at `start`, the place after it, and the tries that are left."""
    ends = _ENDS[_QUOTES[text[start]]]
    place, first, searched = start + 1, -1, 0
    while tries > 0 and searched < _LONGEST_SEARCH:
        found = ends.search(text, place)
        if found is None:
            break
        place = found.end()
        if found[0][0] == "\\":
            continue
        if _may_follow(text, place, frame):
            return _unescape(text[start + 1 : found.start()]), place, tries
        first = first if first >= 0 else found.start()
        searched += 1
        tries -= 1
    else:
        if first < 0:
            found = ends.search(text, start + 1)
            first = found.start() if found else -1
    if first < 0:
        return _unescape(text[start + 1 :]), len(text), tries
    return _unescape(text[start + 1 : first]), first + 1, tries


def _may_follow(text: str, place: int, frame: _Frame) -> bool:
    """Whether what stands here could stand after a string."""
    gap = _GAP.match(text, place)
    after = gap.end() if gap else place
    char = text[after : after + 1]
    has_comma = "," in text[place:after]
    if frame.members is None:
        return char in ("", "]") or (has_comma and char in "\"'[{“”-0123456789tfn")
    if not frame.has_colon:
        return char == ":" and not has_comma
    return char in ("", "}", "]") or bool(_KEY.match(text, after))


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _ESCAPED.get(m[2] or "", m[2] or ""), text)
    # Pairs of surrogates become the character that they stand for, single ones a mark of what is lost.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _read_word(word: str) -> Any:
    if word in _WORDS:
        return _WORDS[word]
    if not _NUMBER.match(word) or len(word) > _LONGEST_NUMBER:
        return word
    return int(word) if word.lstrip("-").isdigit() else float(word)
