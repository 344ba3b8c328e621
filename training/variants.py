"""The same page in poorer markup, so that a model does not lean on what many sites do not have.

Names of classes, semantic tags and what the head states are strong evidence where they are. A model that sees them on
all its pages learns little else, and is lost on a page of tables, of made-up class names, or of `div` alone.
"""

from __future__ import annotations

import re
import zlib

_ATTRIBUTE = re.compile(
    r"""\s(?:class|id|itemprop|itemtype|itemscope|role|data-[\w-]+|aria-[\w-]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?""",
    re.IGNORECASE,
)
_START_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_SEMANTIC = re.compile(
    r"<(/?)(?:article|main|header|footer|nav|aside|section|figure|figcaption|hgroup)\b", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"<(/?)p\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
WEIGHT = 0.4
"""Of a variant, where the page itself counts one."""


def make_variants(name: str, html: str) -> list[str]:
    """Two variants of a page; which ones is drawn by its name: poorer in markup, and without what the head states."""
    first = zlib.crc32(name.encode()) % 3
    second = zlib.crc32(b"x" + name.encode()) % 3
    return [_degrade(html, first), _without_head(html if second == 2 else _degrade(html, 2 * second))]


def _degrade(html: str, how_much: int) -> str:
    """Without names of classes; from 1 on with `div` for all semantic tags, with 2 for paragraphs too."""
    head, body = _split(html)
    body = _START_TAG.sub(lambda tag: _ATTRIBUTE.sub("", tag.group()), body)
    if how_much >= 1:
        body = _SEMANTIC.sub(r"<\1div", body)
    if how_much >= 2:
        body = _PARAGRAPH.sub(r"<\1div", body)
    return head + body


def _without_head(html: str) -> str:
    title = _TITLE.search(html)
    return f"<html><head><title>{title[1] if title else ''}</title></head>{_split(html)[1]}"


def _split(html: str) -> tuple[str, str]:
    head, found, body = html.partition("<body")
    return (head, found + body) if found else ("", html)
