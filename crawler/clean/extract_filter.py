"""The filter behind `dateline extract`: pages in, what was found on them out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from crawler.clean.extract import extract_article
from crawler.clean.reject import Rejected
from crawler.records import ArticleFields, Precision


def extract_lines(source: IO[str], target: IO[str], problems: IO[str]) -> int:
    """JSON Lines `{id, url, html, …}` to JSON Lines, in order; returns the exit status.

    A line may also hold `content_type`, `time_zone`, `languages`, `fetched_at`, `hint_title`,
    `hint_published_at` and `http_status`. A line that cannot be read is reported on `problems`, and the others go on.
    """
    status = 0
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            row = extract_row(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            status = 1
            print(f"line {number}: {_explain(error)}", file=problems)
            continue
        target.write(json.dumps(row, ensure_ascii=False) + "\n")
        target.flush()
    return status


def extract_row(page: Any) -> dict[str, Any]:
    """One page of the filter's input as one row of its output. Raises ValueError, TypeError or KeyError."""
    if not isinstance(page, dict):
        raise TypeError('is not a JSON object: write {"id": …, "url": …, "html": …}')
    html = page["html"]
    if not isinstance(html, str):
        raise TypeError("`html` is not a string")
    languages = page.get("languages") or ([page["language"]] if page.get("language") else [])
    result = extract_article(
        b"\xef\xbb\xbf" + html.encode("utf-8", "replace"),
        content_type=(page.get("content_type") or "text/html").split(";")[0],
        url=page.get("url") or "",
        time_zone=page.get("time_zone"),
        languages=languages,
        fetched_at=_instant(page.get("fetched_at")),
        hint_title=page.get("hint_title"),
        hint_published_at=_instant(page.get("hint_published_at")),
        http_status=int(page.get("http_status") or 200),
    )
    return {"id": page.get("id"), **to_row(result)}


def extract_file(path: Path, *, url: str = "", content_type: str | None = None) -> dict[str, Any]:
    """One HTML or text file as an output row, with its path as `id`."""
    if content_type is None and path.suffix.lower() in (".txt", ".text"):
        content_type = "text/plain"
    return {"id": str(path), **to_row(extract_article(path.read_bytes(), content_type=content_type, url=url))}


def to_row(result: ArticleFields | Rejected) -> dict[str, Any]:
    """A result as plain JSON values. Instants keep the offset of the page; one without a time of day is a bare day."""
    if isinstance(result, Rejected):
        return {"outcome": "rejected", "reason": result.reason.value, "detail": result.detail}
    row: dict[str, Any] = {"outcome": "article", **result.model_dump(mode="json")}
    for name in ("published", "modified"):
        moment: datetime | None = getattr(result, f"{name}_at")
        offset = result.origins.get(f"{name}_at_offset")
        if moment:
            local = moment.astimezone(datetime.strptime(offset, "%z").tzinfo) if offset else moment
            is_day = getattr(result, f"{name}_precision") is Precision.DAY
            row[f"{name}_at"] = local.date().isoformat() if is_day else local.isoformat()
    return row


def _instant(value: Any) -> datetime | None:
    if not value:
        return None
    moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone: write it as in 2016-10-13T08:00:00Z")
    return moment


def _explain(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON ({error})"
    if isinstance(error, KeyError):
        return f"has no {error}"
    return str(error)


def extract_files(
    paths: Sequence[Path],
    target: IO[str],
    problems: IO[str],
    *,
    url: str = "",
    content_type: str | None = None,
    text_only: bool = False,
) -> int:
    """One JSON object a file, or only its title and text; returns the exit status."""
    status = 0
    for path in paths:
        try:
            row = extract_file(path, url=url, content_type=content_type)
        except OSError as error:
            status = 1
            print(f"{path}: cannot be read: {error.strerror}", file=problems)
            continue
        if not text_only:
            target.write(json.dumps(row, ensure_ascii=False, indent=2) + "\n")
        elif row["outcome"] == "article":
            target.write(f"{row['title']}\n\n{row['text']}\n")
        else:
            status = 1
            print(f"{path}: rejected: {row['reason']}: {row['detail']}", file=problems)
    return status
