from __future__ import annotations

import pytest

from crawler.manifests import RunKind
from tests.load.builders import Batch, at


def current(query):
    return query("select version_number, text, fetched_at, checked_at from news.article")[0]


def test_an_edit_appends_a_version_and_the_article_changes(load, query, versions):
    first = Batch(run_id="r1")
    first.article("a", "Twelve killed.", 1)
    assert load(first).reasons == {"stored:new": 1}
    second = Batch(run_id="r2")
    second.article("a", "Twenty killed.", 70)
    counts = load(second)
    assert counts.reasons == {"stored:changed": 1}
    assert counts.versions == 1
    assert versions() == [(1, "first", "Twelve killed."), (2, "edit", "Twenty killed.")]
    assert current(query) == (2, "Twenty killed.", at(70), at(70))


def test_the_same_text_moves_only_checked_at(load, query, versions):
    for run, minutes in (("r1", 1), ("r2", 70), ("r3", 30)):
        batch = Batch(run_id=run)
        batch.article("a", "Text.", minutes)
        counts = load(batch)
    assert counts.reasons == {"unchanged:same_text": 1}
    assert versions() == [(1, "first", "Text.")]
    assert current(query) == (1, "Text.", at(1), at(70))


def test_two_captures_of_one_url_in_one_batch_are_two_versions(load, query, versions):
    batch = Batch()
    batch.article("a", "Later.", 20)
    batch.article("a", "Sooner.", 10)
    counts = load(batch)
    assert counts.discovered == 1
    assert counts.reasons == {"stored:new": 1}
    assert counts.versions == 2
    assert versions() == [(1, "first", "Sooner."), (2, "edit", "Later.")]
    assert current(query)[:2] == (2, "Later.")


def test_an_older_capture_that_comes_late_does_not_become_current(load, query, versions):
    for run, text, minutes in (("r1", "Newer.", 60), ("r2", "Older.", 10)):
        batch = Batch(run_id=run)
        batch.article("a", text, minutes)
        load(batch)
    assert versions() == [(1, "first", "Newer."), (2, "edit", "Older.")]
    assert current(query) == (1, "Newer.", at(60), at(60))
    assert query("select first_fetched_at from news.article") == [(at(10),)]


def test_a_text_that_returns_is_a_version_again(load, versions):
    for number, text in enumerate(("A.", "B.", "A."), start=1):
        batch = Batch(run_id=f"r{number}")
        batch.article("a", text, number * 100)
        load(batch)
    assert [text for _, _, text in versions()] == ["A.", "B.", "A."]


def test_a_better_extractor_appends_a_reextraction(load, query, versions):
    first = Batch(run_id="r1")
    original = first.article("a", "Text. Share this!", 1)
    load(first)
    again = Batch(run_id="r2", kind=RunKind.REPROCESS)
    again.article("a", "Text.", capture=original.capture, extractor="2")
    assert load(again).reasons == {"stored:changed": 1}
    assert versions() == [(1, "first", "Text. Share this!"), (2, "reextraction", "Text.")]
    assert current(query) == (2, "Text.", at(1), at(1))
    assert query("select extractor_version from ingest.capture") == [("2",)]


def test_a_reextraction_of_an_old_capture_does_not_become_current(load, query, versions):
    captures = []
    for run, text, minutes in (("r1", "One. Share!", 1), ("r2", "Two.", 60)):
        batch = Batch(run_id=run)
        captures.append(batch.article("a", text, minutes).capture)
        load(batch)
    again = Batch(run_id="r3", kind=RunKind.REPROCESS)
    again.article("a", "One.", capture=captures[0], extractor="2")
    load(again)
    assert versions()[2] == (3, "reextraction", "One.")
    assert current(query)[:2] == (2, "Two.")


def test_a_page_that_was_only_confirmed_reads_otherwise_after_a_reextraction(load, query, versions):
    captures = []
    for run, minutes in (("r1", 1), ("r2", 60)):
        batch = Batch(run_id=run)
        captures.append(batch.article("a", "Text. Share!", minutes).capture)
        load(batch)
    again = Batch(run_id="r3", kind=RunKind.REPROCESS)
    for capture in captures:
        again.article("a", "Text.", capture=capture, extractor="2")
    load(again)
    assert versions() == [(1, "first", "Text. Share!"), (2, "reextraction", "Text.")]
    assert current(query) == (2, "Text.", at(1), at(60))


def test_the_same_bytes_read_otherwise_are_no_edit(load, versions):
    for run, text, minutes in (("r1", "Text. Share!", 1), ("r2", "Text.", 60)):
        batch = Batch(run_id=run)
        batch.article("a", text, minutes, payload="the same bytes")
        load(batch)
    assert versions()[1] == (2, "reextraction", "Text.")


def test_a_late_capture_from_before_the_last_confirmation_does_not_become_current(load, query, versions):
    for run, text, minutes in (("r1", "A.", 10), ("r2", "A.", 40), ("r3", "B.", 30)):
        batch = Batch(run_id=run)
        batch.article("a", text, minutes)
        load(batch)
    assert versions() == [(1, "first", "A."), (2, "edit", "B.")]
    assert current(query) == (1, "A.", at(10), at(40))


def test_new_metadata_updates_the_article_without_a_version(load, query, versions):
    first = Batch(run_id="r1")
    original = first.article("a", "Text.", 1)
    load(first)
    again = Batch(run_id="r2", kind=RunKind.REPROCESS)
    again.article("a", "Text.", capture=original.capture, extractor="2", fields={"authors": ["Layla H."]})
    assert load(again).reasons == {"unchanged:same_text": 1}
    assert query("select authors, extractor_version from news.article") == [(["Layla H."], "2")]
    assert len(versions()) == 1


def test_metadata_of_an_older_capture_does_not_replace_newer(load, query):
    for run, author, minutes in (("r1", "New", 60), ("r2", "Old", 10)):
        batch = Batch(run_id=run)
        batch.article("a", "Text.", minutes, fields={"authors": [author]})
        load(batch)
    assert query("select authors from news.article") == [(["New"],)]


@pytest.mark.parametrize("hostile", ["nul\x00 inside", "tab\t line\n back\\slash \\N \\. \\u0000", "‏العربية 🙂"])
def test_text_survives_the_copy(load, query, hostile):
    batch = Batch()
    batch.article("a", hostile, fields={"title": f"T {hostile}", "authors": [hostile, "B"]})
    load(batch)
    wanted = hostile.replace("\x00", "")
    assert query("select title, text, authors from news.article") == [(f"T {wanted}", wanted, [wanted, "B"])]
