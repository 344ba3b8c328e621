"""Pages that can be told from articles at once, and why."""

from __future__ import annotations

import pytest

from crawler.clean import Rejected, extract_article
from crawler.reasons import Reason


@pytest.mark.parametrize(
    ("payload", "content_type", "reason"),
    [
        (b"%PDF-1.7 ...", "text/html", Reason.UNSUPPORTED_TYPE),
        (b"\x89PNG\r\n\x1a\n", None, Reason.UNSUPPORTED_TYPE),
        (b'{"a": 1}', None, Reason.UNSUPPORTED_TYPE),
        (b"<?xml version='1.0'?><rss version='2.0'></rss>", "text/html", Reason.UNSUPPORTED_TYPE),
        (b"x", "image/webp", Reason.UNSUPPORTED_TYPE),
        (b"", "text/html", Reason.NO_TEXT),
        (b"<html><body><script>1</script></body></html>", "text/html", Reason.NO_TEXT),
        (bytes(range(1, 9)) * 100, "text/html", Reason.UNDECODABLE),
        (b"<title>404</title><h1>Page not found</h1><p>Try the search box or go home.</p>", None, Reason.SOFT_404),
        (b"<h1>Seite nicht gefunden</h1><p>Leider gibt es hier nichts.</p>", None, Reason.SOFT_404),
    ],
)
def test_rejections(payload: bytes, content_type: str | None, reason: Reason) -> None:
    result = extract_article(payload, content_type=content_type, url="https://a.example/x")
    assert isinstance(result, Rejected), result
    assert result.reason is reason
