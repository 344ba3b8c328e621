"""A page of the filter's input as a row of its output; run as a program, the nursery of the filter's processes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import orjson

from crawler.clean.extract import extract_article
from crawler.clean.extract_filter import PROBLEM
from crawler.clean.memory import Observation, SiteTemplate, load_template
from crawler.clean.reject import Rejected
from crawler.clean.worker import main
from crawler.reasons import Reason
from crawler.records import ArticleFields

T = TypeVar("T")
_AN_INSTANT = "an instant with its zone, as 2016-10-13T08:00:00Z"


def answer_line(line: bytes, arguments: dict[str, Any]) -> bytes | Rejected:
    """A line of input as a line of output, without its newline; or `PROBLEM` and why it cannot be read.

    `template` among the arguments is the file of what is known of the page's site. With `observe` the answer is what
    the page tells of its site, an `Observation`; a rejection, where it tells nothing.
    """
    try:
        page = _load(line)
        if arguments.get("observe"):
            told: list[Observation] = []
            extract_row(page, watch=told.append)
            return told[0].model_dump_json().encode() if told else Rejected(Reason.NOT_AN_ARTICLE, None)
        path = arguments.get("template")
        return dump_row(extract_row(page, template=load_template(path) if path else None))
    except (ValueError, TypeError, KeyError) as error:
        return PROBLEM + _explain(error).encode("utf-8", "backslashreplace")


def extract_row(
    page: Any, *, template: SiteTemplate | None = None, watch: Callable[[Observation], None] | None = None
) -> dict[str, Any]:
    """One page of the filter's input as one row of its output. Raises ValueError, TypeError or KeyError."""
    if not isinstance(page, dict):
        raise TypeError('is not a JSON object: write {"id": …, "url": …, "html": …}')
    html = page["html"]
    if not isinstance(html, str):
        raise TypeError("`html` is not a string")
    language = _read(page, "language", _text, 'a code, as "ar"')
    result = extract_article(
        b"\xef\xbb\xbf" + html.encode("utf-8", "replace"),
        content_type=(_read(page, "content_type", _text, 'a media type, as "text/html"') or "text/html").split(";")[0],
        url=_read(page, "url", _text, "an address") or "",
        time_zone=_read(page, "time_zone", lambda name: ZoneInfo(_text(name)).key, 'an IANA name, as "Asia/Damascus"'),
        languages=_read(page, "languages", _texts, 'a list of codes, as ["ar", "en"]')
        or ([language] if language else []),
        fetched_at=_read(page, "fetched_at", _instant, _AN_INSTANT),
        hint_title=_read(page, "hint_title", _text, "a string"),
        hint_published_at=_read(page, "hint_published_at", _instant, _AN_INSTANT),
        http_status=_read(page, "http_status", int, "a number, as 200") or 200,
        template=template,
        watch=watch,
    )
    return {"id": page.get("id"), **to_row(result)}


def type_of(path: Path) -> str | None:
    """The media type that a file's ending says; None where the content says more."""
    return "text/plain" if path.suffix.lower() in (".txt", ".text") else None


def extract_file(path: Path, *, url: str = "", content_type: str | None = None) -> dict[str, Any]:
    """One HTML or text file as an output row, with its path as `id`."""
    content_type = content_type or type_of(path)
    return {"id": str(path), **to_row(extract_article(path.read_bytes(), content_type=content_type, url=url))}


def to_row(result: ArticleFields | Rejected) -> dict[str, Any]:
    """A result as plain JSON values. Instants keep the page's offset; of the precision `day` it is its start."""
    if isinstance(result, Rejected):
        return {"outcome": "rejected", "reason": result.reason.value, "detail": result.detail}
    row: dict[str, Any] = {"outcome": "article", **result.model_dump(mode="json")}
    for name in ("published", "modified"):
        moment: datetime | None = getattr(result, f"{name}_at")
        zone: str | None = getattr(result, f"{name}_zone")
        if moment:
            local = moment.astimezone(datetime.strptime(zone, "%z").tzinfo) if zone else moment
            row[f"{name}_at"] = local.isoformat()
    return row


def dump_row(row: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(row)
    except TypeError:  # half a surrogate pair in an id: no UTF-8 can hold it
        return json.dumps(row).encode("ascii")


def _load(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        # Half a surrogate pair, a bad byte, NaN: what Python's own reader takes.
        return json.loads(line.decode("utf-8", "replace"))


def _read(page: dict[str, Any], name: str, read: Callable[[Any], T], what: str) -> T | None:
    """A field of a line, None where it is empty. Raises ValueError that says what to write."""
    value = page.get(name)
    if value in (None, "", []):
        return None
    try:
        return read(value)
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"`{name}` is {value!r}: write {what}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError(value)
    return [_text(one) for one in value]


def _instant(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


def _explain(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON ({error})"
    if isinstance(error, KeyError):
        return f"has no {error}"
    return str(error)


if __name__ == "__main__":
    main(answer_line)
