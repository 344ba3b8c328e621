"""One walk over a page's body: the lines that a reader sees, each with the elements around it.

A block is what stands between two breaks: a paragraph, a heading, an item of a list, a cell. Nothing is left out
here but what no browser shows as text (scripts, styles, templates, form fields); what is furniture is decided later,
by those who read the blocks.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborNode

from crawler.clean.roles import Role, role_of_names, role_of_state, role_of_tag
from crawler.clean.text import normalize_line

_BLOCK_NAMES = (
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noscript ol p pre "
    "search section summary table tbody td tfoot th thead tr ul"
)
_BLOCK_TAGS = frozenset(_BLOCK_NAMES.split())
_UNSEEN_NAMES = (
    "script style template svg math head select option textarea object iframe canvas datalist map area audio video "
    "source track param link meta base col colgroup -comment -doctype -processing-instruction"
)
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_NAMING = ("class", "id", "itemprop", "data-testid", "data-component", "data-qa")
_OTHER_NAMING = frozenset(_NAMING[1:])
MOST_BLOCKS = 20_000
MOST_ELEMENTS = 200_000
MOST_MARKS = 50_000
MOST_DEPTH = 500
"""Block elements deeper than this part lines, but are taken for the one around them: browsers stop at 512."""
_LONGEST_MARK = 1000
"""Characters of a mark's text that are kept: marks may stand in each other."""


@dataclass(slots=True, eq=False)
class Element:
    """An element around blocks. `own` and `roles` are bits of `Role`: its own, and with those of all around it."""

    tag: str
    names: str
    """class, id, itemprop, data-testid, data-component, data-qa: in this order, with a space between."""
    attributes: dict[str, str | None]
    parent: Element | None
    own: int
    roles: int
    depth: int
    order: int
    """Place among the page's elements, in the order of their start tags."""
    signature: int
    """Equal for elements of the same tags and classes from the root down; within one process only."""
    first: int = 0
    """Index of the first block inside."""
    last: int = 0
    """Index after the last block inside."""

    def ancestors(self) -> Iterator[Element]:
        """The elements around it, from the inside out, itself first."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def nearest(self, tags: Container[str]) -> Element | None:
        """The innermost element around it, or itself, that has one of these tags."""
        return next((element for element in self.ancestors() if element.tag in tags), None)

    @property
    def path(self) -> str:
        """Tags and classes from the root down, as `body/div.page/p.lead`: the same in every process."""
        steps = [".".join([e.tag, *sorted((e.attributes.get("class") or "").split())[:3]]) for e in self.ancestors()]
        return "/".join(reversed(steps))


@dataclass(slots=True)
class Mark:
    """An inline element that field modules read: `a`, `time`, `abbr`, or anything with itemprop, rel or datetime."""

    tag: str
    attributes: dict[str, str | None]
    roles: int
    text: str


@dataclass(slots=True)
class Block:
    """A line of the page. `text` is normalised; a single `<br>` inside is kept as a newline."""

    index: int
    text: str
    element: Element
    """The innermost block element around it."""
    roles: int
    """Bits of `Role` of the element and all around it, and of the inline elements that hold the whole line."""
    linked: int
    """Characters of the text that are links."""
    strong: int
    """Characters of the text that are bold or emphasised."""
    marks: list[Mark] = field(default_factory=list)

    @property
    def tag(self) -> str:
        return self.element.tag

    @property
    def prose(self) -> int:
        """Characters outside of links."""
        return len(self.text) - self.linked

    def has(self, roles: int) -> bool:
        """Whether it has any of these roles."""
        return bool(self.roles & roles)


LIST_TAGS = frozenset(("ul", "ol", "dl", "menu", "dir"))
_STRONG = frozenset(("b", "strong", "em", "i", "u", "mark"))
_MARKED = frozenset(("a", "time", "abbr", "img", "amp-img"))
_MARKING = frozenset(
    ("itemprop", "datetime", "rel", "data-timestamp", "data-time", "data-date", "data-datetime", "data-author")
)
_STATES = frozenset(("style", "role", "hidden"))
_PREFORMATTED = int(Role.PREFORMATTED)
_DATE = int(Role.DATE)
# What the walk does at a tag.
_SKIP, _BLOCK, _INLINE, _BREAK, _RULE, _END = range(6)
_DEEDS = {
    **dict.fromkeys(_UNSEEN, _SKIP),
    **dict.fromkeys(_BLOCK_TAGS, _BLOCK),
    "br": _BREAK,
    "hr": _RULE,
}


def read_blocks(body: LexborNode | None) -> tuple[list[Block], list[Element]]:
    """The blocks of a page's body and the block elements around them, each in the page's order.

    An iterative walk: a page may nest as deep as it likes. Written for speed: it meets thousands of nodes a page, so
    the line that is being read is a handful of local variables.
    """
    blocks: list[Block] = []
    elements: list[Element] = []
    if body is None:
        return blocks, elements
    current = _element("body", body.attributes, None, 0, 0)
    elements.append(current)
    stack: list[tuple[LexborNode, Element | None, Any]] = [(body, current, None)]
    """Open elements; a block element with the one around it, an inline one with what ends with it, if anything."""
    parts: list[str] = []
    marks: list[Mark] = []
    length = linked = strong = 0
    covering = covered = 0
    """Roles of inline elements that began with the line, and how far the last of them reached."""
    lines = in_link = in_strong = marked = 0
    node = body.first_child
    while True:
        if node is None:
            node, outer, inline = stack.pop()
            if outer is None:
                if inline is not None:
                    is_link, is_strong, mark, roles, line, place, first = inline
                    in_link -= is_link
                    in_strong -= is_strong
                    if mark is not None:
                        mark.text = _text_since(parts, place) if line == lines else _text_of(blocks, first, parts)
                    if roles and line == lines:
                        covering |= roles
                        covered = length
                node = node.next
                continue
            deed = _END
        else:
            text = node.text_content
            if text is not None:
                size = len(text.strip())
                if size:
                    length += size
                    if in_link:
                        linked += size
                    if in_strong:
                        strong += size
                    if "\n" in text and not current.roles & _PREFORMATTED:
                        text = text.replace("\n", " ")
                    parts.append(text)
                elif parts and text:
                    parts.append(" ")
                node = node.next
                continue
            tag = node.tag or "-"
            deed = _DEEDS.get(tag, _INLINE)
            if deed == _INLINE:
                if "-" in tag:
                    if tag[0] == "-":
                        node = node.next
                        continue
                    deed = _BLOCK
                else:
                    attributes = node.attributes
                    is_strong = tag in _STRONG
                    if attributes:
                        mark = None
                        is_link = tag == "a" and "href" in attributes
                        names = _names(attributes)
                        roles = role_of_names(names) if names else 0
                        if (tag in _MARKED or not _MARKING.isdisjoint(attributes)) and marked < MOST_MARKS:
                            mark = Mark(tag, attributes, roles, "")
                            marks.append(mark)
                            marked += 1
                        if "style" in attributes or "hidden" in attributes:
                            roles |= role_of_state(attributes)
                        if tag == "time":
                            roles |= _DATE
                        if length:
                            roles = 0  # it does not hold the whole line
                        in_link += is_link
                        in_strong += is_strong
                        stack.append((node, None, (is_link, is_strong, mark, roles, lines, len(parts), len(blocks))))
                    elif tag == "time":
                        stack.append((node, None, (0, 0, None, 0 if length else _DATE, lines, 0, 0)))
                    elif is_strong:
                        in_strong += 1
                        stack.append((node, None, (0, 1, None, 0, 0, 0, 0)))
                    else:
                        stack.append((node, None, None))
                    node = node.first_child
                    continue
            elif deed == _SKIP:
                node = node.next
                continue
            elif deed == _BREAK and (not parts or not _is_second_break(parts)):
                if parts:
                    parts.append("\n")
                node = node.next
                continue
        # Here a line ends.
        if parts:
            raw = "".join(parts)
            text = "\n".join(filter(None, map(normalize_line, raw.split("\n")))) if "\n" in raw else normalize_line(raw)
            if text:
                size = len(text)
                roles = current.roles
                if covering and covered >= 0.9 * length:
                    roles |= covering
                linked = size if linked >= length else min(linked, size)
                strong = size if strong >= length else min(strong, size)
                blocks.append(Block(len(blocks), text, current, roles, linked, strong, marks))
                marks = []
                if len(blocks) >= MOST_BLOCKS:
                    break
            parts = []
            length = linked = strong = covering = covered = 0
            lines += 1
        if deed == _BLOCK:
            stack.append((node, current, None))
            if current.depth < MOST_DEPTH and len(elements) < MOST_ELEMENTS:
                current = _element(tag, node.attributes, current, len(elements), len(blocks))
                elements.append(current)
            node = node.first_child
            continue
        if deed == _END:
            current.last = len(blocks)
            current = outer  # type: ignore[assignment]
            if not stack:
                break
        node = node.next
    for element in current.ancestors():
        element.last = len(blocks)
    return blocks, elements


def _element(tag: str, attributes: dict[str, str | None], parent: Element | None, order: int, first: int) -> Element:
    names = kind = None
    if attributes:
        kind = attributes.get("class")
        names = _names(attributes)
    if parent is None:
        # Words on <body> speak of the site, not of what is in it.
        return Element(tag, names or "", attributes, None, 0, 0, 0, order, hash((tag, kind)), first)
    if names:
        own = role_of_tag(tag) | role_of_names(names)
    else:
        names = ""
        own = role_of_tag(tag)
    if attributes and not _STATES.isdisjoint(attributes):
        own |= role_of_state(attributes)
    return Element(
        tag, names, attributes, parent, own, own | parent.roles, parent.depth + 1, order,
        hash((parent.signature, tag, kind)), first,
    )  # fmt: skip


def _text_since(parts: list[str], place: int) -> str:
    """The beginning of what was read from a part on."""
    if len(parts) == place + 1:
        return normalize_line(parts[place][:_LONGEST_MARK])
    length, end = 0, place
    while end < len(parts) and length < _LONGEST_MARK:
        length += len(parts[end])
        end += 1
    return normalize_line("".join(parts[place:end])[:_LONGEST_MARK])


def _names(attributes: dict[str, str | None]) -> str:
    if len(attributes) == 1:
        return attributes.get("class") or attributes.get("id") or attributes.get("itemprop") or ""
    found = attributes.get("class") or ""
    if not _OTHER_NAMING.isdisjoint(attributes):
        for name in _NAMING[1:]:
            value = attributes.get(name)
            if value:
                found = f"{found} {value}" if found else value
    return found


def _text_of(blocks: list[Block], first: int, parts: list[str]) -> str:
    """The beginning of the text of a mark that stands around blocks: those, and the line after them."""
    texts: list[str] = []
    length = 0
    while first < len(blocks) and length < _LONGEST_MARK:
        texts.append(blocks[first].text[:_LONGEST_MARK])
        length += len(texts[-1])
        first += 1
    texts.append(_text_since(parts, 0))
    return " ".join(filter(None, texts)).replace("\n", " ")[:_LONGEST_MARK]


def _is_second_break(parts: list[str]) -> bool:
    for part in reversed(parts):
        if part == "\n":
            return True
        if not part.isspace():
            return False
    return False
