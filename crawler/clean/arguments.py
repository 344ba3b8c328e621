"""What a capture and its source tell the extractor."""

from __future__ import annotations

from typing import Any

from crawler.records import Capture
from crawler.sources.model import Source


def extract_arguments(capture: Capture, source: Source | None) -> dict[str, Any]:
    """The keyword arguments of `extract_article` for a capture, as JSON values."""
    return {
        "content_type": capture.page_content_type,
        "url": capture.final_url,
        "time_zone": source.time_zone if source else None,
        "languages": list(source.languages) if source else [],
        "fetched_at": capture.fetched_at.isoformat(),
        "hint_title": capture.hint_title,
        "hint_published_at": capture.hint_published_at.isoformat() if capture.hint_published_at else None,
        "http_status": capture.http_status,
        "asked_url": capture.url,
    }
