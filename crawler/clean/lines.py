"""A page as the lines that a reader sees, each with the element that holds it: for pages built without paragraphs."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import html

from crawler.clean.text import normalize_line

_BLOCK_TAGS = frozenset(
    {"body", "table", "tbody", "thead", "tr", "td", "th", "div", "p", "center", "blockquote", "ul", "ol", "li", "dl"}
    | {"dt", "dd", "pre", "hr", "form", "section", "article", "main", "header", "footer", "aside", "nav", "figure"}
    | {"figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "address", "fieldset"}
)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "select", "textarea", "button", "option"})


@dataclass
class Line:
    """What stands between two breaks. A single `<br>` inside is kept as a newline, two in a row end the line."""

    text: str
    linked: int
    """Characters of it that are links."""
    block: html.HtmlElement
    """The innermost block element around it."""

    @property
    def is_link(self) -> bool:
        return self.linked >= 0.9 * len(self.text)

    @property
    def prose(self) -> int:
        """Characters outside of links, when there are enough of them for a sentence."""
        free = len(self.text) - self.linked
        return free if free >= 60 and self.linked < 0.4 * len(self.text) else 0


@dataclass
class _Reader:
    lines: list[Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    linked: int = 0

    def read(self, element: html.HtmlElement, block: html.HtmlElement, in_link: bool) -> None:
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            return
        is_block = element.tag in _BLOCK_TAGS
        if is_block:
            self.end(block)
        inner = element if is_block else block
        if element.tag == "br":
            if self.parts and self.parts[-1] == "\n":
                self.end(block)
            else:
                self.parts.append("\n")
        in_link = in_link or element.tag == "a"
        self.take(element.text, in_link)
        for child in element:
            self.read(child, inner, in_link)
            self.take(child.tail, in_link)
        if is_block:
            self.end(inner)

    def take(self, text: str | None, in_link: bool) -> None:
        if not text:
            return
        words = " ".join(text.split())
        if words:
            self.linked += len(words) if in_link else 0
            words = (" " if text[0].isspace() else "") + words + (" " if text[-1].isspace() else "")
            self.parts.append(words)
        elif self.parts and self.parts[-1] != "\n":
            self.parts.append(" ")

    def end(self, block: html.HtmlElement) -> None:
        text = "\n".join(filter(None, (normalize_line(part) for part in "".join(self.parts).split("\n"))))
        if text:
            self.lines.append(Line(text, min(self.linked, len(text)), block))
        self.parts, self.linked = [], 0


def read_lines(tree: html.HtmlElement) -> list[Line]:
    body = tree.find("body") if tree.tag == "html" else tree
    if body is None:
        return []
    reader = _Reader()
    reader.read(body, body, in_link=False)
    return reader.lines


def find_densest(lines: list[Line], share: float = 0.7) -> html.HtmlElement | None:
    """The smallest element that holds at least `share` of the page's prose."""
    inside: dict[html.HtmlElement, int] = {}
    total = 0
    for line in lines:
        total += line.prose
        if line.prose:
            for element in (line.block, *line.block.iterancestors()):
                inside[element] = inside.get(element, 0) + line.prose
    holders = [element for element, amount in inside.items() if amount >= share * total]
    return max(holders, key=_depth) if holders else None


def _depth(element: html.HtmlElement) -> int:
    return sum(1 for _ in element.iterancestors())


def is_inside(element: html.HtmlElement, holder: html.HtmlElement) -> bool:
    return element is holder or any(ancestor is holder for ancestor in element.iterancestors())
