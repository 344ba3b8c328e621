"""trafilatura as a filter like `dateline extract`: what our extraction is measured against.

`python -m bench.trafilatura_filter`: JSON Lines `{id, url, html}` in, `{id, outcome, title, authors, …}` out.
"""

from __future__ import annotations

import sys
from typing import Any

import orjson
import trafilatura


def extract_row(page: dict[str, Any]) -> dict[str, Any]:
    found = trafilatura.bare_extraction(page["html"], url=page.get("url"), with_metadata=True)
    if found is None or not found.text:
        return {"id": page["id"], "outcome": "rejected", "reason": "nothing_found"}
    return {
        "id": page["id"],
        "outcome": "article",
        "title": found.title,
        "authors": found.author.split("; ") if found.author else [],
        "published_at": found.date,
        "language": found.language,
        "text": found.text,
    }


def main() -> None:
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(orjson.dumps(extract_row(orjson.loads(line))) + b"\n")


if __name__ == "__main__":
    main()
