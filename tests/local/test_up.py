"""The main job as a user starts it: the real scheduler, real spiders, a real PostgreSQL, the sample site.

The tests of this file share one stack and go through its life in order: first run, second run with edits, a task
killed in the middle, components killed, stop, and start again.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import psycopg2
import pytest

from crawler.runs import safe_run_id
from crawler.sample_site.truth import BOILERPLATE_LINES, expected_articles, expected_rejections
from tests.local.stack import Stack

OUTLETS = ("marj-observer", "karsuma-ledger", "sada-tel-harun", "qasmara-relief-desk", "zahim-incident-log")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    # A path with a space in it: what a user's folder may be called.
    running = Stack(tmp_path_factory.mktemp("a home") / "date line", "--sample-edition-seconds", "0")
    try:
        yield running
    finally:
        running.kill_everything()


def site_urls(stack: Stack) -> dict[str, str]:
    return {outlet: f"http://127.0.0.1:{stack.sample_port + index}" for index, outlet in enumerate(OUTLETS)}


def assert_rows_equal_truth(stack: Stack, edition: int) -> None:
    expected = {article.url: article for article in expected_articles(site_urls(stack), edition=edition)}
    found = stack.query("select canonical_url, title, text, description from news.article")
    assert {url: title for url, title, _, _ in found} == {url: article.title for url, article in expected.items()}
    texts = {url: lines(text) for url, _, text, _ in found}
    for url, _, _, description in found:
        # A standfirst over the story may be its first paragraph: sites mean it either way.
        if texts[url][0] == description and lines(expected[url].text)[0] != description:
            texts[url] = texts[url][1:]
    assert texts == {url: lines(article.text) for url, article in expected.items()}


def wait_until_rows_equal_truth(stack: Stack, edition: int) -> None:
    """An edit is found when its article is next looked at, a minute or so after the last time: runs go on meanwhile."""
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        try:
            assert_rows_equal_truth(stack, edition)
        except AssertionError:
            time.sleep(3)
        else:
            return
    assert_rows_equal_truth(stack, edition)


def lines(text: str) -> list[str]:
    """Paragraphs and list items alike."""
    return [line for line in text.splitlines() if line]


def test_first_run_lands_every_article_and_nothing_else(stack: Stack) -> None:
    stack.wait_for_first_run()
    assert_rows_equal_truth(stack, edition=1)
    said = stack.said()
    assert "success" in said
    assert "postgresql://" in said
    assert f"http://127.0.0.1:{stack.airflow_port}" in said


def test_no_boilerplate_line_is_in_any_text(stack: Stack) -> None:
    found = {line for (text,) in stack.query("select text from news.article") for line in lines(text)}
    assert not found & set(BOILERPLATE_LINES)


def test_article_that_changed_during_the_crawl_has_two_versions(stack: Stack) -> None:
    rows = stack.query("select version_number, text from news.article_version where title like '%market at midday%'")
    assert sorted(number for number, _ in rows) == [1, 2]
    assert ["At least 12" in text for _, text in sorted(rows)] == [True, False]
    assert ["At least 21" in text for _, text in sorted(rows)] == [False, True]


def test_wire_report_has_three_rows(stack: Stack) -> None:
    groups = Counter(a.wire_group for a in expected_articles(site_urls(stack)) if a.wire_group)
    urls = [a.url for a in expected_articles(site_urls(stack)) if a.wire_group]
    assert list(groups.values()) == [3]
    found = stack.query("select canonical_url from news.article")
    assert {url for (url,) in found} >= set(urls)


def test_discovered_is_the_sum_of_outcomes(stack: Stack) -> None:
    rows = stack.query_as(
        "owner",
        "select source_id, discovered, stored + unchanged + duplicate + rejected + failed + blocked + pending "
        "from ingest.source_run where discovered > 0",
    )
    assert {row[0] for row in rows} == set(OUTLETS)
    assert all(discovered == outcomes for _, discovered, outcomes in rows)


def test_rejected_pages_have_their_reasons(stack: Stack) -> None:
    rows = stack.query_as(
        "owner",
        "select url, reason from ingest.outcome where outcome = 'rejected'",
    )
    assert dict(rows) == expected_rejections(site_urls(stack))


@pytest.mark.parametrize("checker", ["warcio", "fastwarc"])
def test_archive_files_are_without_error(stack: Stack, checker: str) -> None:
    files = sorted((stack.home / "archive").rglob("*.warc.gz"))
    assert files
    for file in files:
        done = subprocess.run(
            [str(Path(sys.executable).parent / checker), "check", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "fail" not in done.stdout.lower()


def test_second_run_finds_new_changed_and_unchanged(stack: Stack) -> None:
    stack.set_edition(2)
    run = stack.wait_for_run(stack.run_now(*OUTLETS))
    assert run.state == "success"
    wait_until_rows_equal_truth(stack, edition=2)
    reasons = {
        f"{outcome}:{reason}"
        for outcome, reason in stack.query_as("owner", "select distinct outcome, reason from ingest.outcome")
    }
    assert {"stored:new", "stored:changed"} <= reasons
    assert reasons & {"unchanged:same_text", "unchanged:not_modified"}


def test_change_of_articles_is_told_to_those_who_are_scheduled_on_it(stack: Stack) -> None:
    rows = stack.query_airflow(
        "select count(*) from asset_event e join asset a on a.id = e.asset_id where a.uri = 'dateline://news/article'"
    )
    assert rows[0][0] >= 2


def test_reprocess_of_the_archive_changes_nothing_with_the_same_extractor(stack: Stack) -> None:
    before = stack.query("select article_id, version_number, content_sha256, fetched_at from news.article_version")
    stack.api.unpause("dateline_reprocess")
    run_id = stack.api.trigger("dateline_reprocess", {"sources": ["karsuma-ledger"]})
    assert stack.wait_for_run(run_id, dag_id="dateline_reprocess").state == "success"
    outcomes = stack.query_as(
        "owner",
        "select distinct o.outcome, o.reason from ingest.outcome o join ingest.run r using (run_id) "
        "where r.kind = 'reprocess' and o.source_id = 'karsuma-ledger'",
    )
    assert outcomes == [("unchanged", "same_text")]
    after = stack.query("select article_id, version_number, content_sha256, fetched_at from news.article_version")
    assert sorted(before) == sorted(row for row in after if row[3] <= max(row[3] for row in before))


@pytest.mark.parametrize("dag_id", ["dateline_learn", "dateline_housekeeping"])
def test_daily_dag_runs(stack: Stack, dag_id: str) -> None:
    stack.api.unpause(dag_id)
    assert stack.wait_for_run(stack.api.trigger(dag_id, {}), dag_id=dag_id).state == "success"


def test_housekeeping_made_the_coming_months(stack: Stack) -> None:
    months = "select count(*) from pg_inherits where inhparent = 'ingest.outcome'::regclass"
    assert stack.query_as("owner", months) == [(4,)]


def test_task_killed_in_the_middle_is_retried_and_nothing_is_lost_or_doubled(stack: Stack) -> None:
    stack.set_edition(3)
    run_id = stack.run_now(*OUTLETS)

    def crawl_process() -> psutil.Process | None:
        for process in stack.processes():
            line = process.cmdline()
            # A scheduled run may be at work as well.
            if "crawler.crawl.process" in line and any(f"/{safe_run_id(run_id)}/" in word for word in line):
                return process
        return None

    crawl = stack.wait_for("a crawl to start", crawl_process)
    task = crawl.parent()
    assert task is not None
    task.kill()
    run = stack.wait_for_run(run_id, seconds=400)
    assert run.state == "success"
    tries = stack.query_airflow(f"select max(try_number) from task_instance where run_id = '{run_id}'")
    assert tries[0][0] >= 2
    wait_until_rows_equal_truth(stack, edition=3)
    doubled = stack.query(
        "select article_id, content_sha256 from news.article_version group by 1, 2 having count(*) > 1 and "
        "bool_or(version_number = 2)"
    )
    assert not doubled


@pytest.mark.parametrize("word", ["scheduler", "dag-processor", "triggerer", "api-server", "crawler.sample_site"])
def test_killed_component_is_started_again(stack: Stack, word: str) -> None:
    before = stack.component(word)
    assert before is not None
    before.kill()

    def other() -> bool:
        now = stack.component(word)
        return now is not None and now.pid != before.pid

    stack.wait_for(f"{word} to come back", other, seconds=30)


def test_hung_scheduler_is_started_again(stack: Stack) -> None:
    before = stack.component("scheduler")
    assert before is not None
    before.suspend()

    def other() -> bool:
        now = stack.component("scheduler")
        return now is not None and now.pid != before.pid

    stack.wait_for("the scheduler to come back", other, seconds=180)
    assert "no heartbeat" in stack.said()


def test_killed_database_is_started_again_and_runs_go_on(stack: Stack) -> None:
    listening = [
        p for p in psutil.net_connections("tcp") if p.laddr.port == stack.postgres_port and p.status == "LISTEN"
    ]
    psutil.Process(listening[0].pid).kill()
    stack.wait_for("the message", lambda: "PostgreSQL has ended" in stack.said(), seconds=30)

    def answers() -> bool:
        try:
            return bool(stack.query("select 1 from news.article limit 1"))
        except psycopg2.OperationalError:
            return False

    stack.wait_for("PostgreSQL to answer", answers, seconds=60)

    def triggered() -> str | None:
        try:
            return stack.run_now(*OUTLETS)
        except httpx.HTTPError:
            return None

    run_id = stack.wait_for("Airflow to take a run", triggered, seconds=60)
    assert stack.wait_for_run(run_id, seconds=300).state == "success"
    assert_rows_equal_truth(stack, edition=3)


def test_sigterm_leaves_no_process_behind(stack: Stack) -> None:
    assert stack.processes()
    started = time.monotonic()
    stack.stop(seconds=15)
    assert time.monotonic() - started < 15
    assert not stack.processes()


def test_next_start_goes_on_with_the_same_data_and_ends_after_one_run(stack: Stack) -> None:
    before = len(stack.said())
    stack.start("--once")
    assert stack.process.wait(timeout=300) == 0, stack.said()[-5000:]
    assert not stack.processes()
    assert "(0 migrations and views applied now)" in stack.said()[before:]
