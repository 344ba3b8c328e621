"""The worked example of docs/adding-a-source.md works as it says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from crawler.clean.overrides.snapshots import Snapshot, check_snapshots, renew_expectations, save_snapshot
from crawler.sources.loading import load_source

DOC = Path(__file__).parents[2] / "docs" / "adding-a-source.md"
SECTION = re.search(
    r"^## When the extractor is wrong on a site\n(.*?)^## ", DOC.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)[1]
SOURCE_FILE = """
    id: gazette
    name: Harbour Gazette
    home_page: https://gazette.example/
    country: SY
    languages: [en]
    kind: news
    time_zone: Asia/Damascus
    feeds: [https://gazette.example/feed]
"""
STORY = """
A crane fell into the bay on Tuesday afternoon, an hour after it had been moved to the new quay to unload two ships.
Nobody was hurt, the harbour master said, because the crew of the crane had gone ashore for lunch when it began to lean.
Divers will look at the wreck on Wednesday, and the port expects to be closed to larger ships until the end of the week.
Fishermen were told to use the northern entrance, which is marked by two lights.
"""
OLD = "<h1>Old crane painted</h1><div class='signed'><a>Ilmari Roos</a><a>Sanna Levy</a></div>"


def block(language: str) -> str:
    return re.search(rf"^```{language}\n(.*?)^```", SECTION, re.DOTALL | re.MULTILINE)[1]


def page(head: str) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>" for line in STORY.strip().splitlines())
    body = f"<body><main><article>{head}<div class='story'>{paragraphs}</div></article></main></body>"
    return f"<html lang='en'><head><title>Harbour Gazette</title></head>{body}</html>".encode()


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    folder = write("gazette.yaml", SOURCE_FILE)
    (folder / "pages").mkdir()
    return folder


def test_the_worked_example_works(folder: Path) -> None:
    source = load_source(folder / "gazette.yaml")
    shown = json.loads(block("json"))
    facts = {name: shown[name] for name in ("url", "fetched_at", "content_type")}
    old = {
        **facts,
        "url": "https://gazette.example/2025/paint",
        "fetched_at": datetime(2025, 5, 5, tzinfo=timezone.utc),
    }
    saved = save_snapshot(folder, source, Snapshot.model_validate(facts), page(block("html")))
    save_snapshot(folder, source, Snapshot.model_validate(old), page(OLD))
    (folder / "pages" / "gazette.py").write_text(block("python"), encoding="utf-8")

    written = renew_expectations(folder, source)
    assert saved in written
    expected = json.loads(saved.read_text(encoding="utf-8"))
    assert list(expected) == list(shown)
    assert list(expected["expected"]) == list(shown["expected"])
    for name in ("outcome", "authors", "published_at"):
        assert expected["expected"][name] == shown["expected"][name]

    assert len(check_snapshots(folder, source).problems) == 2  # nobody has reviewed them
    for path in written:
        path.write_text(path.read_text(encoding="utf-8").replace('"reviewed": false', '"reviewed": true'))
    checked = check_snapshots(folder, source)
    assert (checked.page_objects, checked.snapshots, checked.problems) == (2, 2, ())


def test_the_list_that_the_example_turns_down_is_no_article(folder: Path) -> None:
    source = load_source(folder / "gazette.yaml")
    (folder / "pages" / "gazette.py").write_text(block("python"), encoding="utf-8")
    fetched_at = datetime(2026, 4, 7, tzinfo=timezone.utc)
    snapshot = Snapshot(url="https://gazette.example/sailings", fetched_at=fetched_at, content_type="text/html")
    path = save_snapshot(folder, source, snapshot, page(block("html") + "<ul class='sailings'><li>06:00</li></ul>"))
    assert json.loads(path.read_text())["expected"] == {"outcome": "rejected", "reason": "not_an_article"}
