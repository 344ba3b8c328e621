"""What a page is expected to give, as people read and write it, and how what it gives differs."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import zip_longest
from typing import Any

from crawler.clean.overrides.loading import FIELDS
from crawler.clean.reject import Rejected
from crawler.records import ArticleFields, Precision

_ALWAYS_TOLD = ("title", "authors", "published_at", "language")
_ARTICLE, _REJECTED = "article", "rejected"
_LONGEST = 160
_CONTEXT = 20
_MOST_PARAGRAPHS = 5


def expectation_of(result: ArticleFields | Rejected, zone: tzinfo, overridden: Collection[str]) -> dict[str, Any]:
    """A result as JSON values: of an article its main fields and those overridden, instants in the source's zone."""
    if isinstance(result, Rejected):
        return {"outcome": _REJECTED, "reason": result.reason.value}
    shown = _shown(result, zone)
    wanted = dict.fromkeys([*_ALWAYS_TOLD, *(name for name in FIELDS if name in overridden), "text"])
    ordered = [*(name for name in wanted if name != "text"), "text"]
    return {"outcome": _ARTICLE, **{name: shown[name] for name in ordered}}


def compare(expected: Mapping[str, Any], result: ArticleFields | Rejected, zone: tzinfo) -> Iterator[str]:
    """One line for each way in which a result is not as expected: field, expected, got."""
    outcome = expected.get("outcome")
    if outcome not in (_ARTICLE, _REJECTED):
        yield f"expected.outcome: {outcome!r} is not one of them: write {_ARTICLE} or {_REJECTED}"
        return
    if isinstance(result, Rejected):
        if outcome == _ARTICLE:
            yield f"outcome: expected an article, got a rejection: {result.reason} ({result.detail})"
        elif "reason" in expected and expected["reason"] != result.reason.value:
            yield f"reason: expected {_quoted(expected['reason'])}, got {_quoted(result.reason.value)}"
        return
    if outcome == _REJECTED:
        yield f"outcome: expected a rejection, got the article {_quoted(result.title)}"
        return
    shown = _shown(result, zone)
    for name, value in expected.items():
        if name == "outcome":
            continue
        if name not in shown:
            near = difflib.get_close_matches(name, FIELDS, n=1)
            yield f"expected.{name}: is no field of an article: " + (
                f"did you mean {near[0]}?" if near else "remove it"
            )
        elif name == "text":
            yield from _compare_texts(value, shown[name])
        elif not _is_same(value, shown[name]):
            yield f"{name}: expected {_quoted(value)}, got {_quoted(shown[name])}"


def _shown(result: ArticleFields, zone: tzinfo) -> dict[str, Any]:
    values = result.model_dump(mode="json", include=set(FIELDS))
    values["text"] = result.text.split("\n\n")
    for name in ("published", "modified"):
        at, precision = getattr(result, f"{name}_at"), getattr(result, f"{name}_precision")
        if at:
            local = at.astimezone(zone)
            values[f"{name}_at"] = (local.date() if precision is Precision.DAY else local).isoformat()
    return values


def _is_same(expected: Any, got: Any) -> bool:
    if expected == got:
        return True
    # The same instant may be written in another zone.
    if not (isinstance(expected, str) and isinstance(got, str) and "T" in expected and "T" in got):
        return False
    try:
        return datetime.fromisoformat(expected) == datetime.fromisoformat(got)
    except (ValueError, TypeError):
        return False


def _compare_texts(expected: Any, got: Sequence[str]) -> Iterator[str]:
    wanted = expected.split("\n\n") if isinstance(expected, str) else expected
    if not isinstance(wanted, list) or not all(isinstance(paragraph, str) for paragraph in wanted):
        yield f"expected.text: {_quoted(expected)} is no text: write a list of its paragraphs"
        return
    told = 0
    for kind, i, k, j, m in difflib.SequenceMatcher(None, wanted, got, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for number, (left, right) in enumerate(zip_longest(wanted[i:k], got[j:m]), start=i + 1):
            told += 1
            if told > _MOST_PARAGRAPHS:
                yield "text: more paragraphs differ"
                return
            yield _describe_difference(number, left, right)


def _describe_difference(number: int, expected: str | None, got: str | None) -> str:
    if expected is None:
        return f"text: not expected: {_quoted(got)}"
    if got is None:
        return f"text: paragraph {number} is missing: {_quoted(expected)}"
    same = next((n for n, (a, b) in enumerate(zip_longest(expected, got)) if a != b), 0)
    start = max(0, same - _CONTEXT)
    mark = "…" if start else ""
    return f"text: paragraph {number}: expected {_quoted(mark + expected[start:])}, got {_quoted(mark + got[start:])}"


def _quoted(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
