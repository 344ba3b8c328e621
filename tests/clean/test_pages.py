"""Saved pages of invented outlets, each with what is to be found on it."""

from __future__ import annotations

import json
import os
import unicodedata
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from crawler.clean import Rejected, extract_article
from crawler.records import ArticleFields

PAGES = Path(__file__).parent / "pages"
FETCHED_AT = datetime(2024, 1, 1, tzinfo=timezone.utc)


def extract(name: str, **changes: Any) -> ArticleFields | Rejected:
    case = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    hint = case.get("hint_published_at")
    arguments: dict[str, Any] = {
        "content_type": case.get("content_type", "text/html; charset=utf-8"),
        "url": case["url"],
        "time_zone": case.get("time_zone"),
        "fetched_at": FETCHED_AT,
        "hint_published_at": datetime.fromisoformat(hint) if hint else None,
    }
    payload = (PAGES / case.get("file", f"{name}.html")).read_bytes()
    return extract_article(changes.pop("payload", payload), **{**arguments, **changes})


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.json")), ids=lambda path: path.stem)
def test_saved_page(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    result = extract(path.stem)
    if "rejected" in case:
        assert isinstance(result, Rejected), result
        assert result.reason == case["rejected"]
        return
    assert isinstance(result, ArticleFields), result
    found = json.loads(result.model_dump_json())
    assert {name: found[name] for name in case["expected"]} == case["expected"]
    if "paragraphs" in case:
        assert result.text.split("\n\n") == case["paragraphs"]


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.json")), ids=lambda path: path.stem)
def test_filled_fields_have_an_origin(path: Path) -> None:
    result = extract(path.stem)
    if isinstance(result, Rejected):
        return
    for name in ("title", "text", "authors", "agencies", "published_at", "modified_at", "language", "dateline_place"):
        assert bool(getattr(result, name)) == bool(result.origins.get(name)), name


def test_nul_bytes_change_nothing() -> None:
    payload = (PAGES / "wordpress.html").read_bytes()
    damaged = payload.replace(b"families", b"fami\x00lies").replace(b"<p>", b"\x00<p>\x00")
    whole, again = extract("wordpress"), extract("wordpress", payload=damaged)
    assert isinstance(whole, ArticleFields)
    assert isinstance(again, ArticleFields)
    assert again.text == whole.text


def test_header_charset_that_lies_does_not_spoil_utf8() -> None:
    result = extract("modern", content_type="text/html; charset=iso-8859-1")
    assert isinstance(result, ArticleFields)
    assert "“We are closer" in result.text


def test_undeclared_legacy_page_is_read_by_its_language() -> None:
    payload = (PAGES / "old-arabic.html").read_bytes().replace(b"; charset=windows-1256", b"")
    result = extract("old-arabic", payload=payload, languages=("ar",))
    assert isinstance(result, ArticleFields)
    assert result.title == "مقتل سبعة مدنيين في قصف على سوق شعبية"


def test_nothing_is_published_after_it_was_fetched() -> None:
    early = datetime(2021, 3, 14, 6, 0, tzinfo=timezone.utc)
    result = extract("wordpress", fetched_at=early)
    assert isinstance(result, ArticleFields)
    assert result.published_at is not None
    assert result.published_at <= early
    assert result.modified_at is None


def test_the_seed_page(shared: Path) -> None:
    seed = shared / "seed" / "aleppo-ara-news.txt"
    if not seed.exists():
        pytest.skip(f"the seed page is not at {seed}")
    result = extract_article(seed.read_bytes(), content_type=None, url="", fetched_at=FETCHED_AT)
    assert isinstance(result, ArticleFields)
    assert result.title == "Civilian casualties increase in Syria’s Aleppo ahead of Swiss talks"
    assert result.authors == ("Helin Saeed",)
    assert result.agencies == ("ARA News",)
    assert result.dateline_place == "Aleppo"
    assert result.captions == ("File photo shows men carrying wounded children after a Syrian airstrikes in Aleppo",)
    lines = [" ".join(line.split()) for line in seed.read_text(encoding="utf-8").split("\n") if line.strip()]
    first = next(n for n, line in enumerate(lines) if line.startswith("Aleppo – "))
    last = next(n for n, line in enumerate(lines) if line.endswith("hospitals and schools.”"))
    story = [unicodedata.normalize("NFC", line) for line in lines[first : last + 1]]
    assert "Mounting International Pressure" in story
    assert result.text.split("\n\n") == [story[0].removeprefix("Aleppo – "), *story[1:]]


@pytest.fixture
def shared() -> Path:
    """The folder beside the repository that holds the seed page."""
    named = os.environ.get("DATELINE_SHARED")
    if named:
        return Path(named)
    for parent in Path(__file__).resolve().parents:
        if (parent / "shared" / "seed").is_dir():
            return parent / "shared"
    pytest.skip("no shared folder with the seed page: set DATELINE_SHARED")
