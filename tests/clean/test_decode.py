"""Encodings: what a page, its header and its bytes say."""

from __future__ import annotations

import pytest

from crawler.clean.decode import decode_page
from crawler.clean.reject import RejectedPage


@pytest.mark.parametrize(
    ("payload", "content_type", "text"),
    [
        (b"\xff\xfe" + "<p>żółw".encode("utf-16-le"), None, "<p>żółw"),
        ("<p>żółw".encode("utf-16-be"), None, "<p>żółw"),
        ("<p>حلب".encode("cp1256"), "text/html; charset=Windows-1256", "<p>حلب"),
        ("<meta charset=iso-8859-1><p>“x”".encode("cp1252"), None, "<meta charset=iso-8859-1><p>“x”"),
        ("<p>привет мир".encode("cp1251"), 'text/html; charset="x-cp1251"', "<p>привет мир"),
        ("<p>حلب".encode(), "text/html; charset=nonsense", "<p>حلب"),
    ],
)
def test_decoding(payload: bytes, content_type: str | None, text: str) -> None:
    assert decode_page(payload, content_type).text == text


def test_python_codecs_that_are_no_charsets_are_not_taken_from_a_page() -> None:
    assert decode_page(b"<p>uryyb", "text/html; charset=rot13").text == "<p>uryyb"
    with pytest.raises(RejectedPage):
        decode_page(b"GIF89a", "text/html")
