"""Clean pages: bytes in, `Article` or `Rejection` out. No network and no database.

extract_article(payload, …) -> ArticleFields | Rejected    one page, pure
clean_batch(settings, batch_dir, progress) -> StageReport  the stage (crawler.clean.batch)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.clean.version import EXTRACTOR_VERSION

if TYPE_CHECKING:
    from crawler.clean.batch import clean_batch
    from crawler.clean.extract import extract_article
    from crawler.clean.reject import Rejected

__all__ = ["EXTRACTOR_VERSION", "Rejected", "clean_batch", "extract_article"]

_HOMES = {
    "clean_batch": "batch",
    "extract_article": "extract",
    "Rejected": "reject",
}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the extraction libraries take a second, which `dateline --help` should not wait for.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
