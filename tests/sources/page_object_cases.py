"""A page of an invented outlet, what the extractor finds on it, and the beginning of a file of page objects."""

from __future__ import annotations

from datetime import datetime, timezone

from crawler.records import ArticleFields

HEAD = """
from datetime import date, datetime
from crawler.page_objects import ArticlePage, NotAnArticle, field
"""
PAGE = """<html><head><title>Ferry returns — Harbour Gazette</title></head><body>
<h1>Ferry returns to <b>Lindsø</b></h1><p class="by">Story: Mirja Aalto; Tomé Rua</p>
<span class="stamp">٣ شباط ٢٠٢٦ 14:05</span>
<div class="story"><p>The ferry to Lindsø sails again.</p><p>It had<br>lain still <i>since</i> May.</p>
<script>track()</script></div><img class="lead" src="/photos/ferry.jpg"></body></html>""".encode()
GENERIC = ArticleFields(
    title="Harbour Gazette",
    text="The ferry to Lindsø sails again. Subscribe now.",
    word_count=8,
    authors=("Story",),
    tags=("boats",),
    language="en",
    origins={"title": "head", "text": "blocks", "authors": "class", "tags": "head"},
    confidences={"title": 0.4, "authors": 0.3, "tags": 0.9},
)
ARGUMENTS = {
    "url": "https://gazette.example/2026/ferry",
    "content_type": "text/html; charset=utf-8",
    "time_zone": "Asia/Beirut",
    "languages": ["en"],
    "fetched_at": datetime(2026, 2, 4, tzinfo=timezone.utc),
    "http_status": 200,
    "headers": (),
}
