"""Puts what a source's page object finds over what the extractor found. Pure: no network, no clock.

Nothing that a page object does wrong costs a page: the extractor's result stands, and a remark says what went wrong.
Remarks travel with the record (`remarks_of`) and are counted in the report of the run.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timezone
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from crawler.clean.decode import decode_page
from crawler.clean.overrides.loading import DERIVED_FIELDS, PageObjects, fields_of, load_page_objects
from crawler.clean.overrides.values import complete_fields, shape_value
from crawler.clean.reject import Rejected
from crawler.errors import SourceError
from crawler.reasons import Reason
from crawler.records import ArticleFields

if TYPE_CHECKING:
    from crawler.page_objects import ArticlePage

ORIGIN = "page-object"
_REMARKS = "page_object_remarks"
"""Key among the origins of an article."""
_BEFORE_DETAIL = " — "
_IN_REJECTION = re.compile(r" \[page object: (.*)\]\Z", re.DOTALL)
_OPEN_TO_DOUBT = frozenset(
    {Reason.NOT_AN_ARTICLE, Reason.NO_TEXT, Reason.SOFT_404, Reason.PAYWALL, Reason.NEEDS_JAVASCRIPT}
)
"""Verdicts that a page object may overrule: they are about what the page says, not about whether it came."""
_ALWAYS_REQUIRED = frozenset({"title", "text"})
_NEEDS_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "socket.sendmsg")
_closed_off = threading.local()


def apply_page_object(
    result: ArticleFields | Rejected, payload: bytes, path: Path, arguments: Mapping[str, Any]
) -> ArticleFields | Rejected:
    """`result` with the fields of the page object that was valid when the page was fetched.

    `path` is the source's file of page objects, `arguments` are the keyword arguments of `extract_article`. Never
    raises but for MemoryError.
    """
    try:
        objects = load_page_objects(path)
    except SourceError as error:
        told = str(error).splitlines()[0].rpartition(f"{path.name}: ")[2]
        return _with_remarks(result, [f"{path.parent.name}/{path.name}: cannot be used{_BEFORE_DETAIL}{told}"])
    fetched_at = arguments.get("fetched_at")
    found = objects.valid_on(fetched_at.astimezone(timezone.utc).date() if fetched_at else None)
    if found is None:
        return result
    reading = _Reading(objects, found, arguments)
    with _without_network():
        return reading.apply(result, payload)


def remarks_of(result: bytes | Rejected) -> tuple[str, ...]:
    """What page objects could not do on this page, in words that are the same for every page that it happens on.

    `result` is a rejection, or the inside of a JSON object that holds the `fields` of an article.
    """
    if isinstance(result, Rejected):
        told = full_remarks(result)
    elif _REMARKS.encode() in result:
        told = _split_remarks(orjson.loads(b"{" + result + b"}")["fields"]["origins"].get(_REMARKS, ""))
    else:
        told = ()
    return tuple(remark.partition(_BEFORE_DETAIL)[0] for remark in told)


def full_remarks(result: ArticleFields | Rejected) -> tuple[str, ...]:
    """What page objects could not do, with what was different on this page."""
    if isinstance(result, ArticleFields):
        told = result.origins.get(_REMARKS, "")
    else:
        match = _IN_REJECTION.search(result.detail or "")
        told = match[1] if match else ""
    return _split_remarks(told)


def _split_remarks(told: str) -> tuple[str, ...]:
    return tuple(remark for remark in told.split("\n") if remark)


class _Reading:
    """One page object at work on one page."""

    def __init__(self, objects: PageObjects, found: type[ArticlePage], arguments: Mapping[str, Any]) -> None:
        self._class = found
        self._arguments = arguments
        self._name = f"{objects.name}: {found.__name__}"
        self._remarks: list[str] = []

    def apply(self, result: ArticleFields | Rejected, payload: bytes) -> ArticleFields | Rejected:
        generic = result if isinstance(result, ArticleFields) else None
        if generic is None and not self._may_overrule(result):
            return result
        from crawler.page_objects import NotAnArticle

        try:
            page = self._attempt("__init__", lambda: self._build(payload, generic))
            if page is None:
                return _with_remarks(result, self._remarks)
            verdict = self._attempt("is_article", lambda: _resolve(page.is_article()))
            if verdict is not None and not verdict:
                raise NotAnArticle("is_article answers no")  # noqa: TRY301 - as a field may raise it
            if generic is None and not verdict:
                return _with_remarks(result, self._remarks)
            values = dict(self._read_fields(page))
        except NotAnArticle as veto:
            detail = f"{self._name}: {veto}".rstrip(": ")
            return _with_remarks(Rejected(Reason.NOT_AN_ARTICLE, detail[:300]), self._remarks)
        return _with_remarks(self._put_over(result, values), self._remarks)

    def _may_overrule(self, result: ArticleFields | Rejected) -> bool:
        from crawler.page_objects import ArticlePage

        has_verdict = self._class.is_article is not ArticlePage.is_article
        return isinstance(result, Rejected) and result.reason in _OPEN_TO_DOUBT and has_verdict

    def _build(self, payload: bytes, generic: ArticleFields | None) -> ArticlePage:
        from web_poet import HttpResponse

        content_type = self._arguments.get("content_type")
        decoded = decode_page(payload, content_type, self._arguments.get("languages") or ())
        stated = (("Content-Type", content_type),) if content_type else ()
        response = HttpResponse(
            self._arguments.get("url") or "",
            payload,
            status=self._arguments.get("http_status"),
            headers=[*map(tuple, self._arguments.get("headers") or ()), *stated],
            encoding=decoded.encoding,
        )
        return self._class(response=response, generic=generic, fetched_at=self._arguments.get("fetched_at"))

    def _attempt(self, name: str, read: Callable[[], Any]) -> Any:
        """What a method answers; None, and a remark, where it fails."""
        from crawler.page_objects import NotAnArticle

        try:
            return read()
        except (NotAnArticle, MemoryError):
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code may raise anything
            self._remark(name, type(error).__name__, str(error))
        return None

    def _read_fields(self, page: ArticlePage) -> Iterator[tuple[str, Any]]:
        for name, is_required in fields_of(self._class).items():
            remarks = len(self._remarks)
            value = self._attempt(name, partial(self._read_field, page, name))
            if len(self._remarks) > remarks:
                continue
            if (is_required or name in _ALWAYS_REQUIRED) and not value and value is not False:
                self._remark(name, "found nothing, and is required")
                continue
            yield name, value

    def _read_field(self, page: ArticlePage, name: str) -> Any:
        return shape_value(name, _resolve(getattr(page, name)), self._arguments.get("time_zone"), page.urljoin)

    def _put_over(self, result: ArticleFields | Rejected, values: dict[str, Any]) -> ArticleFields | Rejected:
        while values:
            if isinstance(result, Rejected) and (missing := sorted(_ALWAYS_REQUIRED - values.keys())):
                self._remark("is_article", f"says yes, and there is no {' and no '.join(missing)}")
                return result
            try:
                return complete_fields(result, values, self._arguments.get("languages") or (), ORIGIN)
            except ValidationError as error:
                wrong = {DERIVED_FIELDS.get(name, name): told for name, told in _told_by_field(error).items()}
                for name, told in wrong.items():
                    self._remark(name, "answers what cannot be used", told)
                values = {name: value for name, value in values.items() if name not in wrong}
        return result

    def _remark(self, name: str, what: str, detail: str = "") -> None:
        line = f"{self._name}.{name}: {what}" + (f"{_BEFORE_DETAIL}{' '.join(detail.split())[:200]}" if detail else "")
        self._remarks.append(line)


def _told_by_field(error: ValidationError) -> dict[str, str]:
    return {str(problem["loc"][0]): f"{problem['input']!r}: {problem['msg']}" for problem in error.errors()}


def _resolve(value: Any) -> Any:
    return _runner().run(_awaited(value)) if inspect.isawaitable(value) else value


async def _awaited(value: Any) -> Any:
    return await value


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner()


def _with_remarks(result: ArticleFields | Rejected, remarks: Sequence[str]) -> ArticleFields | Rejected:
    if not remarks:
        return result
    told = "\n".join(remarks)
    if isinstance(result, ArticleFields):
        return result.model_copy(update={"origins": {**result.origins, _REMARKS: told}})
    return Rejected(result.reason, f"{result.detail or ''} [page object: {told}]")


@contextmanager
def _without_network() -> Iterator[None]:
    """A cleaned page must be the same next year: code that asks the network meanwhile is refused it."""
    _install_guard()
    _closed_off.is_on = True
    try:
        yield
    finally:
        _closed_off.is_on = False


@cache
def _install_guard() -> None:
    """Once a process, because an audit hook cannot be taken away."""

    def refuse(event: str, _: object) -> None:
        if event.startswith("socket.") and event.startswith(_NEEDS_NETWORK) and getattr(_closed_off, "is_on", False):
            raise PermissionError("a page object has no network: it reads the page alone")

    sys.addaudithook(refuse)
