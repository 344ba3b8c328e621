"""What stands around the body inside the same element: the header over it, the rows of links under it."""

from __future__ import annotations

from lxml import html

_ENOUGH_PROSE = 80
_LINK_SHARE = 0.9
_LIST_SHARE = 0.7
_LONGEST_STANDFIRST = 200


def find_headers(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """`header` elements that hold a headline: title, standfirst, byline and date of the story, not its text."""
    found = []
    for h1 in tree.iter("h1"):
        header = next(h1.iterancestors("header"), None)
        if header is not None and header not in found:
            found.append(header)
    return found


def drop_headers(tree: html.HtmlElement, headers: list[html.HtmlElement]) -> None:
    """Drop them, but for paragraphs too long for a standfirst: those open the story."""
    total = _prose_of(tree)
    for header in headers:
        if header.getparent() is None or _prose_of(header) >= 0.3 * total:
            continue
        for paragraph in list(header.iter("p")):
            if len(paragraph.text_content()) >= _LONGEST_STANDFIRST:
                paragraph.tail = None
                header.addprevious(paragraph)
        header.drop_tree()


def find_story(tree: html.HtmlElement) -> html.HtmlElement | None:
    """The one `article` that holds the page's headline."""
    holders = {article for h1 in tree.iter("h1") for article in h1.iterancestors("article")}
    return holders.pop() if len(holders) == 1 else None


def keep_only(story: html.HtmlElement | None, tree: html.HtmlElement) -> None:
    """Empty the page around the story, when most of the page's sentences are in it."""
    body = tree.find("body")
    if story is None or body is None or story.getparent() is None or _prose_of(story) <= 0.5 * _prose_of(tree):
        return
    story.tail = None
    for child in list(body):
        body.remove(child)
    body.text = None
    body.append(story)


def drop_link_tail(tree: html.HtmlElement) -> None:
    """Drop what follows the last sentence and is links alone: topics, actions, other pages, the headings over them."""
    has_dropped = False
    for element in reversed(list(tree.iter("p", "ul", "ol", "h2", "h3", "h4", "h5", "h6"))):
        if element.getparent() is None or next(element.iterancestors("footer", "aside", "nav"), None) is not None:
            continue
        if element.tag in ("ul", "ol") and next(element.iterancestors("article"), None) is None:
            continue  # outside of the story a list shows the extractor that the headings around it are furniture
        length, linked = _lengths(element)
        if element.tag == "p" and length - linked >= _ENOUGH_PROSE:
            break
        if element.tag[0] == "h":
            is_over = has_dropped
        else:
            share = _LIST_SHARE if element.tag != "p" and len(element) > 2 else _LINK_SHARE
            is_over = bool(linked) and linked >= share * length
        if is_over:
            element.drop_tree()
        has_dropped = is_over


def _prose_of(element: html.HtmlElement) -> int:
    return sum(length - linked for p in element.iter("p") for length, linked in [_lengths(p)])


def _lengths(element: html.HtmlElement) -> tuple[int, int]:
    """Characters of an element, and those of them that are links; white space is not counted."""
    length = len("".join(element.text_content().split()))
    return length, sum(len("".join(a.text_content().split())) for a in element.iter("a"))
