"""How a page is turned down inside the cleaner."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.reasons import Reason


@dataclass(frozen=True)
class Rejected:
    """What `extract_article` returns for a page that is not kept as an article."""

    reason: Reason
    detail: str | None = None


class RejectedPage(Exception):  # noqa: N818 - not an error: a verdict, carried from deep inside to `extract_article`
    """Raised by any step that finds that the page cannot be an article."""

    def __init__(self, reason: Reason, detail: str | None = None):
        super().__init__(reason, detail)
        self.rejected = Rejected(reason, detail)
