from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.archive import ArchiveWriter, HttpExchange, capture_metadata
from crawler.archive.places import archive_folder
from crawler.database import run_checks
from crawler.errors import ConfigError, RunError
from crawler.load import load_batch
from crawler.locks import lock_batch
from crawler.manifests import BatchManifest, RunKind, Stage
from crawler.plan import plan_reprocess, plan_run, release_lease, renew_lease
from crawler.progress import no_progress
from crawler.reasons import Outcome, Reason
from crawler.records import Capture
from crawler.runs import read_record, read_records
from tests.load.builders import Batch, make_source

ALPHA, BETA, GAMMA = make_source("alpha"), make_source("beta"), make_source("gamma")


def batch_of(settings, path) -> BatchManifest:
    return read_record(settings.runs_dir / path / "batch.json", BatchManifest)


def ids(settings, run):
    return [[source["id"] for source in batch_of(settings, path).sources] for path in run.batches]


def finish(settings, path, *, make=lambda batch: None) -> None:
    """What crawl, clean and load do with a planned batch."""
    manifest = batch_of(settings, path)
    sources = tuple(make_source(one["id"]) for one in manifest.sources)
    batch = Batch(
        run_id=manifest.run_id, batch_id=manifest.batch_id, kind=manifest.kind, sources=sources,
        created_at=manifest.created_at,
    )  # fmt: skip
    make(batch)
    load_batch(settings, batch.write(settings.runs_dir), no_progress)


def archive(settings, folder, capture) -> tuple[Capture, Path]:
    """A capture as a crawl that was killed leaves it in the archive, and the file."""
    writer = ArchiveWriter(
        settings.archive_url, archive_folder(read_record(folder / "batch.json", BatchManifest)), folder
    )
    exchange = HttpExchange(capture.final_url, capture.fetched_at, capture.http_status, b"<p>Text.")
    kept = capture.model_copy(update=vars(writer.write(exchange, capture_metadata(capture))))
    writer.close()
    path = Path(settings.archive_url) / kept.archive_file
    with path.open("ab") as file:
        file.write(b"\x1f\x8b\x08\x00torn")
    return kept, path


def expire(query) -> None:
    query("update ingest.batch set lease_until = now() - interval '1 second' where state = 'planned'")


@pytest.fixture(autouse=True)
def all_checks_hold(settings):
    yield
    assert [check for check in run_checks(settings) if check.failures] == []


def test_due_sources_are_leased_and_not_taken_twice(settings, query):
    small = replace(settings, batch_sources=2)
    run = plan_run(small, [ALPHA, BETA, GAMMA])
    assert ids(settings, run) == [["alpha", "beta"], ["gamma"]]
    assert query("select count(*) from ingest.source_state where lease_run_id = %s", run.run_id) == [(3,)]
    assert plan_run(small, [ALPHA, BETA, GAMMA]).batches == ()


def test_sources_that_share_a_host_share_a_batch(settings):
    wide = make_source("wide", allowed_hosts=["*.example"])
    run = plan_run(replace(settings, batch_sources=1), [ALPHA, wide])
    assert ids(settings, run) == [["alpha", "wide"]]


def test_a_host_in_another_batch_keeps_its_sources_waiting(settings):
    twin = make_source("twin", allowed_hosts=["alpha.example"], feeds=["https://alpha.example/other"])
    plan_run(settings, [ALPHA])
    assert plan_run(settings, [ALPHA, twin]).batches == ()
    run = plan_run(settings, [ALPHA, twin], only=["twin"])
    assert run.batches == ()
    assert run.busy_sources == ("twin",)


def test_the_same_run_id_is_the_same_run(settings):
    first = plan_run(settings, [ALPHA], run_id="r1")
    assert plan_run(settings, [ALPHA, BETA], run_id="r1") == first


def test_two_plans_at_once_with_one_run_id_agree(settings):
    plans = []
    threads = [
        threading.Thread(target=lambda: plans.append(plan_run(settings, [ALPHA, BETA], run_id="r1"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(plans) == 4
    assert len({plan.model_dump_json() for plan in plans}) == 1


def test_nothing_due_is_a_run_without_batches(settings):
    assert plan_run(settings, []).batches == ()


@pytest.mark.parametrize("run_id", ["a/b", "..", "scheduled__2026-11-01T00:00:00+00:00", "x" * 200])
def test_a_run_id_that_is_no_folder_name_is_refused(settings, run_id):
    with pytest.raises(RunError, match="Run id"):
        plan_run(settings, [ALPHA], run_id=run_id)


def test_disabled_and_vanished_sources_are_marked_and_kept(settings, query):
    plan_run(settings, [ALPHA, BETA], run_id="r1")
    plan_run(settings, [ALPHA.model_copy(update={"enabled": False})], run_id="r2")
    assert query("select source_id, is_enabled from news.source order by 1") == [("alpha", False), ("beta", False)]
    with pytest.raises(RunError, match="Source beta is disabled"):
        plan_run(settings, [BETA.model_copy(update={"enabled": False})], only=["beta"])
    with pytest.raises(ConfigError, match="no source 'nobody'"):
        plan_run(settings, [BETA], only=["nobody"])


def test_an_unchanged_source_file_writes_nothing(settings, query):
    plan_run(settings, [ALPHA])
    before = query("select xmin, * from news.source")
    plan_run(settings, [ALPHA])
    assert query("select xmin, * from news.source") == before


def test_only_ignores_when_a_source_is_due(settings):
    first = plan_run(settings, [ALPHA, BETA])
    finish(settings, first.batches[0])
    future = make_source("alpha")
    run = plan_run(settings, [future, BETA], only=["alpha"], run_id="now")
    assert ids(settings, run) == [["alpha"]]
    assert run.busy_sources == ()


def test_due_urls_and_endpoint_states_are_handed_on(settings, query):
    def make(batch):
        batch.visit(0, etag='"e1"')
        batch.article("a", "Text.", 1)
        batch.fetch("b", Outcome.PENDING, Reason.PAGE_LIMIT, 2)
        batch.fetch("c", Outcome.FAILED, Reason.NOT_FOUND, 2)

    finish(settings, plan_run(settings, [ALPHA]).batches[0], make=make)
    query("update ingest.endpoint set last_visited_at = now()")
    query("update ingest.url set next_due_at = now() + interval '1 h' where url like '%%/c'")
    run = plan_run(settings, [ALPHA], only=["alpha"])
    manifest = batch_of(settings, run.batches[0])
    assert [(state.url, state.etag) for state in manifest.endpoints] == [("https://alpha.example/feed", '"e1"')]
    assert [(url.url, url.etag) for url in manifest.due_urls] == [
        ("https://alpha.example/b", None),
        ("https://alpha.example/a", '"a-1"'),
    ]


def test_an_endpoint_is_asked_when_its_turn_has_come_and_one_that_is_named_anew_at_once(settings, query):
    both = make_source("alpha", feeds=["https://alpha.example/feed", "https://alpha.example/slow"])

    def make(batch):
        batch.visit(0)
        batch.visit(0, url="https://alpha.example/slow", etag=None)
        batch.visit(0, url="https://alpha.example/other", stands_in_for="https://alpha.example/slow", etag=None)

    finish(settings, plan_run(settings, [ALPHA]).batches[0], make=make)
    query("update ingest.endpoint set last_visited_at = now(), next_due_at = now() + interval '1 h'")
    query("update ingest.source_state set next_due_at = now() + interval '1 h'")
    query("update ingest.endpoint set next_due_at = now() where url like '%%/feed'")
    assert plan_run(settings, [ALPHA]).batches == ()
    run = plan_run(settings, [both])
    states = {state.url: state for state in batch_of(settings, run.batches[0]).endpoints}
    assert {url.rsplit("/", 1)[1]: state.is_due for url, state in states.items()} == {
        "feed": True, "slow": False, "other": False
    }  # fmt: skip
    assert states["https://alpha.example/other"].stands_in_for == "https://alpha.example/slow"
    finish(settings, run.batches[0])
    run = plan_run(settings, [both], only=["alpha"])
    assert all(state.is_due for state in batch_of(settings, run.batches[0]).endpoints)


def test_a_url_that_is_due_makes_its_source_due_and_no_endpoint(settings, query):
    def make(batch):
        batch.visit(0)
        batch.article("a", "Text.", 1)

    finish(settings, plan_run(settings, [ALPHA, BETA]).batches[0], make=make)
    query("update ingest.source_state set next_due_at = now() + interval '9 h'")
    query("update ingest.endpoint set next_due_at = now() + interval '9 h', last_visited_at = now()")
    query("update ingest.url set next_due_at = now() + interval '1 minute'")
    assert plan_run(settings, [ALPHA, BETA]).batches == ()
    query("update ingest.url set next_due_at = now() - interval '1 second'")
    run = plan_run(settings, [ALPHA, BETA])
    assert ids(settings, run) == [["alpha"]]
    manifest = batch_of(settings, run.batches[0])
    assert [url.url for url in manifest.due_urls] == ["https://alpha.example/a"]
    assert [state.is_due for state in manifest.endpoints] == [False]


def test_another_schedule_is_in_effect_at_once_but_for_a_wait(settings, query):
    finish(settings, plan_run(settings, [ALPHA]).batches[0], make=lambda batch: batch.visit(0))
    later = (
        "update ingest.endpoint set next_due_at = now() + interval '9 h', last_visited_at = now(), wait_seconds = %s"
    )
    due = "select next_due_at <= now() from ingest.endpoint"
    query("update ingest.source_state set next_due_at = now() + interval '9 h'")
    query(later, None)
    renamed = ALPHA.model_copy(update={"name": "Alpha Post"})
    assert plan_run(settings, [renamed], run_id="r2").batches == ()
    assert query(due) == [(False,)]
    plan_run(settings, [make_source("alpha", schedule={"slowest": "1h"})], run_id="r3")
    assert query(due) == [(True,)]
    query(later, 3600)
    plan_run(settings, [make_source("alpha", schedule={"slowest": "2h"})], run_id="r4")
    assert query(due) == [(False,)]
    assert query("select next_due_at < now() + interval '61 minutes' from ingest.endpoint") == [(True,)]


def test_a_batch_that_died_is_adopted_as_it_is(settings, query):
    first = plan_run(settings, [ALPHA], run_id="r1")
    assert plan_run(settings, [ALPHA], run_id="r2").batches == ()
    expire(query)
    second = plan_run(settings, [ALPHA], run_id="r3")
    assert second.batches == first.batches == ("r1/b001",)
    assert query("select attempts, lease_until > now() from ingest.batch") == [(2, True)]
    finish(settings, second.batches[0])
    expire(query)
    assert plan_run(settings, [ALPHA, BETA], only=["beta"], run_id="r4").batches == ("r4/b001",)


def test_only_adopts_no_more_than_it_asked_for(settings, query):
    plan_run(settings, [ALPHA, BETA], run_id="r1")
    expire(query)
    assert plan_run(settings, [ALPHA, BETA, GAMMA], only=["gamma"], run_id="r2").batches == ("r2/b001",)
    third = plan_run(settings, [ALPHA, BETA, GAMMA], only=["alpha"], run_id="r3")
    assert third.batches == ("r1/b001",)
    assert third.busy_sources == ()


def test_a_batch_is_abandoned_after_three_runs_and_its_captures_are_kept(settings, query, caplog):
    plan_run(settings, [ALPHA, BETA], run_id="r1")
    batch = Batch(run_id="r1", sources=(ALPHA, BETA))
    article = batch.article("a", "Text.")
    folder = batch.write(settings.runs_dir)
    kept, warc_file = archive(settings, folder, article.capture)
    for number in (2, 3):
        expire(query)
        assert plan_run(settings, [ALPHA, BETA], run_id=f"r{number}").batches == ("r1/b001",)
    expire(query)
    run = plan_run(settings, [ALPHA, BETA], run_id="r4")
    assert run.abandoned_batches == ("r1/b001",)
    assert "Abandoned batch r1/b001" in caplog.text
    assert run.batches == ("r4/s001", "r4/b001")
    assert batch_of(settings, "r4/s001").kind is RunKind.REPROCESS
    assert list(read_records(settings.runs_dir / "r4/s001/captures.jsonl", Capture)) == [kept], (
        "what captures.jsonl lists and the archive lacks is fetched again"
    )
    assert not warc_file.read_bytes().endswith(b"torn"), "no crawl comes back to make it readable"
    assert ids(settings, run)[1] == ["alpha", "beta"]

    def make(salvaged):
        salvaged.article("a", "Text.", capture=article.capture)

    finish(settings, "r4/s001", make=make)
    assert query("select count(*) from news.article") == [(1,)]
    assert query("select next_due_at is not null from ingest.url") == [(True,)]
    assert query("select lease_run_id from ingest.source_state group by 1") == [("r4",)]


def test_a_released_batch_is_adopted_at_once(settings, query):
    plan_run(settings, [ALPHA], run_id="r1")
    folder = settings.runs_dir / "r1/b001"
    with lock_batch(folder, Stage.CRAWL), pytest.raises(RunError, match="being worked on"):
        release_lease(settings, folder)
    assert plan_run(settings, [ALPHA], run_id="r2").batches == ()
    release_lease(settings, folder)
    assert plan_run(settings, [ALPHA], run_id="r3").batches == ("r1/b001",)
    finish(settings, "r1/b001")
    with pytest.raises(RunError, match="it is loaded"):
        release_lease(settings, folder)


def test_a_batch_that_is_worked_on_is_left_alone_whatever_its_lease_says(settings, query):
    plan_run(settings, [ALPHA, BETA], run_id="r1")
    expire(query)
    with lock_batch(settings.runs_dir / "r1/b001", Stage.CRAWL):
        run = plan_run(settings, [ALPHA, BETA], only=["alpha"], run_id="r2")
        assert run.batches == ()
        assert run.busy_sources == ("alpha",)
    assert plan_run(settings, [ALPHA, BETA], run_id="r3").batches == ("r1/b001",)


def test_a_lost_folder_is_abandoned_at_once(settings, query):
    plan_run(settings, [ALPHA], run_id="r1")
    (settings.runs_dir / "r1/b001/batch.json").unlink()
    expire(query)
    run = plan_run(settings, [ALPHA], run_id="r2")
    assert run.abandoned_batches == ("r1/b001",)
    assert run.batches == ("r2/b001",)


def test_a_plan_that_dies_before_its_commit_leaves_no_lease(settings, query, monkeypatch):
    def die(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr("crawler.plan.news.RunManifest", die)
    with pytest.raises(KeyboardInterrupt):
        plan_run(settings, [ALPHA], run_id="r1")
    assert (settings.runs_dir / "r1/b001/batch.json").exists()
    assert query("select count(*) from ingest.source_state") == [(0,)]
    monkeypatch.undo()
    assert plan_run(settings, [ALPHA], run_id="r1").batches == ("r1/b001",)


def test_a_lease_is_renewed_until_the_batch_is_loaded(settings, query):
    run = plan_run(settings, [ALPHA])
    folder = settings.runs_dir / run.batches[0]
    expire(query)
    assert renew_lease(settings, folder) == "planned"
    assert query("select lease_until > now() from ingest.batch") == [(True,)]
    finish(settings, run.batches[0])
    before = query("select lease_until from ingest.batch")
    assert renew_lease(settings, folder) == "loaded"
    assert query("select lease_until from ingest.batch") == before
    (folder / "batch.json").write_text((folder / "batch.json").read_text().replace(run.run_id, "elsewhere"))
    assert renew_lease(settings, folder) is None


def test_reprocess_takes_pages_in_order_and_leaves_sources_alone(settings, query, monkeypatch):
    def make(batch):
        batch.article("b", "Text b.", 1)
        batch.article("a", "Old.", 1)
        batch.article("a", "New.", 90)
        batch.reject("c", Reason.NO_TEXT, 2)
        batch.fetch("d", Outcome.BLOCKED, Reason.FORBIDDEN, 3, evidence=True)

    finish(settings, plan_run(settings, [ALPHA]).batches[0], make=make)
    monkeypatch.setattr("crawler.plan.reprocess.MAX_CAPTURES", 3)
    run = plan_reprocess(settings, [ALPHA], run_id="again")
    assert run.kind is RunKind.REPROCESS
    assert run.batches == ("again/b001", "again/b002")
    captures = [
        one for path in run.batches for one in read_records(settings.runs_dir / path / "captures.jsonl", Capture)
    ]
    assert len(captures) == 4
    assert captures == sorted(captures, key=lambda one: (one.final_url_key, one.fetched_at))
    assert plan_reprocess(settings, [ALPHA], run_id="again") == run
    assert query("select count(*) from ingest.source_state where lease_batch_id is not null") == [(0,)]
    assert plan_reprocess(settings, [ALPHA], other_than_extractor="1").batches == ()
    assert plan_reprocess(settings, [ALPHA, BETA], only=["beta"]).batches == ()
    with pytest.raises(ConfigError, match="no source 'gamma'"):
        plan_reprocess(settings, [ALPHA], only=["gamma"])
    with pytest.raises(RunError, match="taken by a reprocess run"):
        plan_run(settings, [ALPHA], run_id="again")
    late = plan_reprocess(settings, [], since=captures[0].fetched_at.replace(hour=13))
    found = json.loads((settings.runs_dir / late.batches[0] / "captures.jsonl").read_text())
    assert found["fetched_at"].startswith("2026-11-01T13:30")
