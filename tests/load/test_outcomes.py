from __future__ import annotations

import pytest

from crawler.errors import ReconciliationError, RunError
from crawler.load import load_batch
from crawler.manifests import RunKind, RunManifest
from crawler.progress import no_progress
from crawler.reasons import REASONS_OF, Outcome, Reason
from crawler.reports import read_run_report
from crawler.runs import write_record
from tests.load.builders import Batch, make_source
from tests.load.snapshot import snapshot


def outcome_of(query, path):
    rows = query("select outcome, reason from ingest.outcome where url like %s order by decided_at", f"%/{path}")
    return ":".join(rows[-1])


def test_reasons_in_the_database_are_those_of_the_contract(query):
    assert set(query("select outcome, reason from ingest.reason")) == {
        (outcome.value, reason.value) for outcome, reasons in REASONS_OF.items() for reason in reasons
    }


def test_a_redirect_to_a_discovered_article_is_a_duplicate(load, query):
    batch = Batch()
    batch.article("a", "Text.", 1)
    batch.article("short", "Text.", 2, final="a")
    assert load(batch).reasons == {"stored:new": 1, "duplicate:redirect": 1}
    assert query("select count(*) from news.article") == [(1,)]
    assert query("select count(distinct article_id) from ingest.outcome") == [(1,)]
    assert query("select url_key = (select url_key from news.article) from ingest.url where duplicate_of is null") == [
        (True,)
    ]


def test_a_redirect_that_nobody_else_leads_to_is_the_article_and_stays_so(load, query):
    first = Batch(run_id="r1")
    title = {"title": "One title"}
    first.article("short", "Text.", 1, final="a", fields=title)
    assert load(first).reasons == {"stored:new": 1}
    again = Batch(run_id="r2")
    again.article("short", "Text.", 70, final="a", fields=title)
    again.article("other", "Text.", 71, final="a", fields=title)
    assert load(again).reasons == {"unchanged:same_text": 1, "duplicate:redirect": 1}


def test_a_redirect_brings_a_version_and_stays_a_duplicate(load, query):
    batch = Batch(run_id="r1")
    batch.article("a", "Text.", 1)
    load(batch)
    batch = Batch(run_id="r2")
    batch.article("short", "New text.", 70, final="a")
    counts = load(batch)
    assert counts.reasons == {"duplicate:redirect": 1}
    assert counts.versions == 1


def link(path: str) -> dict[str, object]:
    return {"title": "One title", "canonical_link": f"https://alpha.example/{path}"}


def test_a_canonical_link_folds_the_same_text(load, query):
    batch = Batch(run_id="r1")
    batch.article("a", "Text.", 1, fields=link("a"))
    batch.article("a-print", "Text.", 2, fields=link("a?utm_source=print"))
    assert load(batch).reasons == {"stored:new": 1, "duplicate:canonical_link": 1}
    batch = Batch(run_id="r2")
    batch.article("a-mobile", "Text.", 30, fields=link("a"))
    assert load(batch).reasons == {"duplicate:canonical_link": 1}
    assert query("select count(*) from news.article") == [(1,)]


@pytest.mark.parametrize(
    ("text", "canonical_link"),
    [
        ("Another text.", "https://alpha.example/a"),
        ("Text.", "https://elsewhere.example/a"),
        ("Text.", "https://alpha.example/unknown"),
        ("Text.", "not a link"),
    ],
)
def test_a_canonical_link_alone_folds_nothing(load, text, canonical_link):
    batch = Batch()
    batch.article("a", "Text.", 1, fields={"title": "One title"})
    batch.article("b", text, 2, fields={"title": "One title", "canonical_link": canonical_link})
    assert load(batch).reasons == {"stored:new": 2}


def test_a_stored_article_with_another_text_takes_no_folds(load):
    batch = Batch(run_id="r1")
    batch.article("a", "Text.", 1, fields=link("a"))
    load(batch)
    batch = Batch(run_id="r2")
    batch.article("b", "Another text.", 30, fields=link("a"))
    assert load(batch).reasons == {"stored:new": 1}


def test_two_that_name_each_other_are_both_kept(load):
    batch = Batch()
    batch.article("a", "Text.", 1, fields=link("b"))
    batch.article("b", "Text.", 2, fields=link("a"))
    assert load(batch).reasons == {"stored:new": 2}


def test_a_rejection_or_failure_changes_no_text_of_a_stored_article(load, query):
    batch = Batch(run_id="r1")
    batch.article("a", "Text.", 1)
    batch.article("b", "Text b.", 1)
    load(batch)
    marks = "'{withdrawn_at,withdrawn_reason,updated_at}'::text[]"
    before = query(f"select to_jsonb(a) - {marks} from news.article a order by article_id")
    batch = Batch(run_id="r2")
    batch.reject("a", Reason.PAYWALL, 70)
    batch.fetch("b", Outcome.FAILED, Reason.GONE, 70, evidence=True)
    assert load(batch).reasons == {"rejected:paywall": 1, "failed:gone": 1}
    assert query(f"select to_jsonb(a) - {marks} from news.article a order by article_id") == before


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "\x00"},
        {"text": " \n\x00"},
        {"published_at": "2026-11-01T00:00:00Z"},
        {"published_precision": "day"},
        {"modified_precision": "second"},
    ],
)
def test_an_invalid_article_is_rejected_and_the_others_stay(load, query, fields):
    batch = Batch()
    batch.article("good", "Text.", 1)
    batch.article("bad", "Text.", 1, fields=fields)
    assert load(batch).reasons == {"stored:new": 1, "rejected:invalid_record": 1}
    assert outcome_of(query, "bad") == "rejected:invalid_record"


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        (Reason.CHALLENGE, "blocked:challenge"),
        (Reason.CONSENT_WALL, "blocked:consent_wall"),
        (Reason.LOGIN_WALL, "blocked:login_wall"),
        (Reason.GEO_BLOCKED, "blocked:geo_blocked"),
        (Reason.MAINTENANCE, "failed:maintenance"),
        (Reason.NEEDS_JAVASCRIPT, "rejected:needs_javascript"),
    ],
)
def test_a_page_that_clean_took_for_a_wall_ends_as_one(load, query, reason, end):
    batch = Batch()
    batch.article("a", "Text.", 1)
    batch.reject("b", reason, 1)
    assert load(batch).reasons == {"stored:new": 1, end: 1}
    assert outcome_of(query, "b") == end


def test_a_redirect_to_an_offer_ends_as_a_paywall(load, query):
    batch = Batch()
    batch.fetch("a", Outcome.REJECTED, Reason.PAYWALL, 1)
    assert load(batch).reasons == {"rejected:paywall": 1}


@pytest.mark.parametrize("reason", [Reason.ARCHIVE_LOST, Reason.TOO_LARGE])
def test_a_page_that_clean_could_not_read_has_failed(load, query, reason):
    batch = Batch()
    batch.article("fine")
    batch.reject("unreadable", reason)
    assert load(batch).reasons == {"stored:new": 1, f"failed:{reason}": 1}
    assert query("select next_due_at is not null from ingest.url where last_outcome = 'failed'") == [(True,)]


def test_half_a_surrogate_pair_does_not_lose_the_article(settings, query):
    batch = Batch()
    batch.article("a", "before HALF after")
    folder = batch.write(settings.runs_dir)
    path = folder / "articles.jsonl"
    path.write_text(path.read_text().replace("HALF", "\\ud83d"))
    load_batch(settings, folder, no_progress)
    assert query("select text from news.article") == [("before \ufffd after",)]


def test_a_url_without_an_outcome_rolls_everything_back(settings, query):
    batch = Batch()
    batch.article("a", "Text.")
    batch.discover("lost")
    before = snapshot(query)
    with pytest.raises(ReconciliationError, match=r"discovered 2, outcomes 1: 1 have no outcome \(for one, .*lost"):
        load_batch(settings, batch.write(settings.runs_dir), no_progress)
    assert snapshot(query) == before


def test_an_outcome_for_a_url_that_was_never_taken_on_does_not_add_up(settings, query):
    batch = Batch()
    batch.article("a", "Text.")
    batch.fetch("stray", Outcome.FAILED, Reason.TIMEOUT, discovered=False)
    with pytest.raises(ReconciliationError, match="alpha: discovered 1, outcomes 2"):
        load_batch(settings, batch.write(settings.runs_dir), no_progress)


def test_what_a_stopped_crawl_did_not_reach_is_pending(load):
    batch = Batch(is_complete=False)
    batch.article("a", "Text.")
    batch.discover("not-reached")
    assert load(batch).reasons == {"stored:new": 1, "pending:crawl_stopped": 1}


def test_a_batch_that_clean_has_not_finished_is_refused(settings, query):
    folder = Batch().write(settings.runs_dir)
    (folder / "clean.json").unlink()
    with pytest.raises(RunError, match=r"clean\.json does not exist"):
        load_batch(settings, folder, no_progress)


def test_a_record_of_a_foreign_source_is_refused(settings):
    batch = Batch()
    batch.article("a", "Text.", source=make_source("beta"))
    with pytest.raises(RunError, match=r"names source 'beta'"):
        load_batch(settings, batch.write(settings.runs_dir), no_progress)


def test_several_sources_are_counted_apart(settings, load, query):
    alpha, beta = make_source("alpha"), make_source("beta")
    batch = Batch(sources=(alpha, beta))
    batch.article("a", "Text.", source=alpha)
    batch.article("a", "Text.", source=beta)
    load(batch)
    assert query("select source_id, discovered, stored from ingest.source_run order by 1") == [
        ("alpha", 1, 1),
        ("beta", 1, 1),
    ]
    assert query("select count(*) from news.article") == [(2,)]


def test_feeds_that_fail_are_told(load, settings):
    batch = Batch()
    batch.visit()
    batch.visit(url="https://alpha.example/other", reason="not_found", http_status=404)
    load(batch)
    manifest = RunManifest(run_id="r1", kind=RunKind.NEWS, created_at=batch.created_at, batches=("r1/b001",))
    write_record(settings.runs_dir / "r1/run.json", manifest)
    report = read_run_report(settings, "r1")
    assert report.problems == ()
    assert report.warnings == ("alpha: 1 of 2 feeds, sitemaps and sections failed",)


def test_captures_that_are_imported_are_registered_from_the_folder(load, query):
    batch = Batch(run_id="import-1", kind=RunKind.REPROCESS)
    batch.article("a", "Text.", discovered_via="import", discovered_from="CC-NEWS-1.warc.gz")
    assert load(batch).reasons == {"stored:new": 1}
    assert query("select next_due_at, article_id is not null from ingest.url") == [(None, True)]
    assert query("select kind, state from ingest.batch") == [("reprocess", "loaded")]
    assert query("select count(*) from news.source") == [(1,)]


def test_a_reprocess_can_store_what_was_rejected(load, query):
    first = Batch(run_id="r1")
    rejected = first.reject("a")
    load(first)
    due = query("select next_due_at from ingest.url")
    again = Batch(run_id="r2", kind=RunKind.REPROCESS)
    again.article("a", "Text.", capture=rejected.capture, extractor="2")
    assert load(again).reasons == {"stored:new": 1}
    assert query("select next_due_at from ingest.url") == due
    assert query("select article_id is not null from ingest.url") == [(True,)]
