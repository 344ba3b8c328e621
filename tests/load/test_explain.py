"""What `dateline explain` tells."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from crawler.cli.explain import explain, relative_time
from crawler.cli.explain_story import describe_difference
from crawler.errors import ConfigError
from crawler.plan.pauses import pause_source
from crawler.reasons import Outcome, Reason
from tests.load.builders import Batch, make_source

HOUR = 60


@pytest.fixture
def tell(settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run the command with the sources alpha and beta; gives its exit status and output."""
    folder = tmp_path / "sources"
    folder.mkdir()
    rules = {"url_rules": {"drop_parameters": ["ref"]}, "exclude": ["/video/"], "include": ["/", "x"]}
    for source in (make_source(**rules), make_source("beta", allowed_hosts=["alpha.example"], enabled=False)):
        (folder / f"{source.id}.yaml").write_text(yaml.safe_dump(source.model_dump(mode="json", exclude_unset=True)))
    monkeypatch.setenv("DATELINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DATELINE_HOME", str(settings.home))
    monkeypatch.setenv("DATELINE_SOURCES", str(folder))

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(explain, list(arguments))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


@pytest.fixture
def story(load, query):
    """An article with an edit, a second address, a withdrawal; and one rejected page."""
    batch = Batch(run_id="r1")
    batch.article("a?id=7", "12 people were killed.", 1, fields={"title": "Twelve killed"})
    hints = {"hint_title": "Said by the feed"}
    batch.discoveries[:] = [found.model_copy(update=hints) for found in batch.discoveries]
    batch.reject("quiz", Reason.NOT_AN_ARTICLE, 1)
    load(batch)
    batch = Batch(run_id="r2")
    batch.article("a?id=7", "21 people were killed and many hurt.", HOUR + 1, fields={"title": "Many killed"})
    batch.article(
        "short", "21 people were killed and many hurt.", HOUR, final="a?id=7", fields={"title": "Many killed"}
    )
    load(batch)
    batch = Batch(run_id="r3")
    batch.fetch("a?id=7", Outcome.FAILED, Reason.GONE, 6 * HOUR, evidence=True)
    load(batch)
    return query("select article_id from news.article")[0][0]


def test_the_whole_story_of_an_article(tell, story, settings):
    status, output = tell("https://ALPHA.example/a?id=7&utm_source=feed&ref=x#top")
    assert status == 0
    said = " ".join(output.split())
    for wanted in (
        f"Article {story} in alpha, withdrawn: gone",
        "canonical https://alpha.example/a?id=7",
        "where a reader came from are dropped: utm_source",
        "url_rules.drop_parameters are dropped: ref",
        "the fragment is dropped: #top",
        "alpha takes it",
        "feed https://alpha.example/feed",
        "said title Said by the feed",
        "stored: new (HTTP 200). A new article.",
        "stored: changed (HTTP 200)",
        "failed: gone. Removed by the outlet (410). [run r3]",
        "kept as evidence",
        "1, first: 4 words",
        "title was «Twelve killed»; numbers 12 → 21; +5 −2 words",
        "edited: changed",
        "withdrawn: gone, missing since 2026-11-01 18:00",
        "duplicate: redirect https://alpha.example/short",
        "looked for 1, 7 and 30 days after it was first missing",
        f"tail -c +500001 '{settings.home}/archive/warc/r3-b001/0.warc.gz' | head -c 900 | gunzip",
    ):
        assert wanted.replace("'", "") in said.replace("'", ""), wanted


@pytest.mark.parametrize("form", ["alpha.example/a?id=7", "number", "https://alpha.example/short"])
def test_other_ways_to_ask(tell, story, form):
    status, output = tell(str(story) if form == "number" else form, "--json")
    told = json.loads(output)
    assert status == 0
    [found] = told["stories"]
    assert found["article"]["article_id"] == story
    assert [version["version_number"] for version in found["versions"]] == [1, 2]
    assert [event["event"] for event in found["events"]] == ["first_stored", "edited", "withdrawn"]
    assert (found["url"]["duplicate_of"] is not None) == (form.endswith("short"))


def test_where_a_redirect_ended_finds_who_led_there(tell, load):
    batch = Batch()
    capture = batch.capture("go", 1, final="end")
    batch.reject("go")
    moved = {"final_url": capture.final_url, "final_url_key": capture.final_url_key, "redirects": capture.redirects}
    batch.captures[:] = [one.model_copy(update=moved) for one in batch.captures]
    batch.rejections[:] = [one.model_copy(update={"capture": batch.captures[0]}) for one in batch.rejections]
    load(batch)
    status, output = tell("https://alpha.example/end")
    assert status == 0
    assert "No article in alpha: rejected, no_text" in output
    assert "a URL that redirects to it" in output
    assert "a day after it brought no article" in output


def test_an_unknown_url_says_why_that_may_be(tell, story):
    for url, reason in (
        ("https://alpha.example/video/1", "its `exclude` has the pattern /video/"),
        ("https://alpha.example/other", "no feed, sitemap or section page"),
        ("https://alpha.example/other", "the source is not enabled"),
        ("https://alpha.example/feed", "the home page or an endpoint of the source"),
        ("https://alpha.exampel/a", "no source has the host alpha.exampel; some have alpha.example"),
        ("ftp://alpha.example/a", "not an absolute http(s) URL"),
        ("http://alpha.example/quiz/", "https://alpha.example/quiz"),
        ("99999999", "no article 99999999"),
        ("9" * 30, "no article"),
    ):
        status, output = tell(url)
        assert status == 1, url
        assert reason in " ".join(output.split()), output
    status, output = tell("https://alpha.example/other", "--json")
    assert status == 1
    assert [verdict["takes"] for verdict in json.loads(output)["absence"]["verdicts"]] == [True, False]


def test_each_source_that_knows_it_tells_its_story(tell, load):
    alpha, beta = make_source(), make_source("beta", allowed_hosts=["alpha.example"])
    batch = Batch(sources=(alpha, beta))
    batch.article("a", "Text.", 1)
    capture = batch.capture("a", 2).model_copy(update={"source_id": "beta"})
    batch.discoveries.append(batch.discoveries[0].model_copy(update={"source_id": "beta"}))
    batch.article("a", "Text.", 2, capture=capture)
    load(batch)
    sources = [found["source_id"] for found in json.loads(tell("https://alpha.example/a", "--json")[1])["stories"]]
    assert sources == ["alpha", "beta"]
    only = json.loads(tell("https://alpha.example/a", "--source", "beta", "--json")[1])["stories"]
    assert [found["source_id"] for found in only] == ["beta"]
    assert only[0]["next_look_why"] == "for edits, 1h after it was first fetched; the next run takes it"
    with pytest.raises(ConfigError, match="no source 'gamma'"):
        tell("https://alpha.example/a", "--source", "gamma")


def test_the_page_obeys_nothing_that_a_site_wrote(tell, load):
    batch = Batch()
    batch.article("a", "Text.", fields={"title": "[red]Title\x1b]0;owned\x07"})
    load(batch)
    output = tell("https://alpha.example/a")[1]
    assert "[red]Title" in output
    assert "\x1b]0" not in output


def test_the_next_look_is_the_url_s_own_and_never_that_of_its_sources_feeds(tell, load, query):
    batch = Batch()
    batch.article("a", "Text.", 1)
    batch.article("b", "Text.", 2, final="a")
    load(batch)
    query("update ingest.source_state set next_due_at = '2100-01-01'")
    query("update ingest.url set next_due_at = '2099-01-01' where next_due_at is not null")

    def next_look(path: str) -> tuple[str | None, str]:
        (found,) = json.loads(tell(f"https://alpha.example/{path}", "--json")[1])["stories"]
        return found["next_look_at"], found["next_look_why"]

    assert next_look("a") == ("2099-01-01T00:00:00+00:00", "for edits")
    (article,) = query("select article_id from news.article")[0]
    assert next_look("b") == (None, f"article {article} is looked at by its own address")
    query("update ingest.source_state set state = 'paused', state_reason = 'by_operator'")
    assert next_look("a") == (None, "its source is paused")


def test_how_far_an_instant_is():
    now = datetime(2026, 11, 24, tzinfo=timezone.utc)
    told = [relative_time(now + timedelta(seconds=s), now) for s in (-1, -119, 7200, 3 * 86400, 0)]
    assert told == ["1 second ago", "1 minute ago", "in 2 hours", "in 3 days", "now"]


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        ("One two.", "nothing in title and text"),
        ("two. One", "the same words in another order or layout"),
        ("One ٢١ two.", "numbers none → ٢١; +1 −0 words"),
    ],
)
def test_how_a_version_differs(text: str, difference: str):
    before: dict[str, Any] = {"title": "T", "text": "One two."}
    assert describe_difference(before, {"title": "T", "text": text}) == difference


def test_the_next_look_is_when_the_planner_takes_the_url(tell, load, settings, query):
    """A URL that is due makes its source due; one of a paused source is looked at by nobody."""
    batch = Batch()
    batch.fetch("a", Outcome.FAILED, Reason.TIMEOUT, 1)
    load(batch)
    query("update ingest.source_state set next_due_at = '2100-01-01 00:00Z' returning 1")
    (told,) = json.loads(tell("https://alpha.example/a", "--json")[1])["stories"]
    assert told["next_look_at"].startswith("2026-11-01T12:16")
    pause_source(settings, "alpha", None, "they asked us to")
    (told,) = json.loads(tell("https://alpha.example/a", "--json")[1])["stories"]
    assert (told["next_look_at"], told["next_look_why"]) == (None, "its source is paused (they asked us to)")
