"""The nursery of the processes that observe archived pages: they answer with what a page tells of its site."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawler.clean.extract import extract_article
from crawler.clean.memory import Observation
from crawler.clean.reject import Rejected
from crawler.clean.worker import main
from crawler.reasons import Reason


def observe_page(payload: bytes, arguments: dict[str, Any]) -> bytes | Rejected:
    """An `Observation` as JSON. The arguments are those of `extract_article` as they came through JSON.

    A template is not among them: what a site is like is learned from pages that were read without knowing.
    """
    for name in ("fetched_at", "hint_published_at"):
        if arguments.get(name):
            arguments[name] = datetime.fromisoformat(arguments[name])
    told: list[Observation] = []
    result = extract_article(payload, watch=told.append, **arguments)
    if isinstance(result, Rejected):
        return result
    if not told:
        return Rejected(Reason.NOT_AN_ARTICLE, "not HTML")
    return told[0].model_dump_json().encode("utf-8")


if __name__ == "__main__":
    main(observe_page)
