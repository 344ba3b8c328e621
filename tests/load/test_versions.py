from __future__ import annotations

import json

import pytest

from crawler.load import load_batch
from crawler.manifests import RunKind
from crawler.progress import no_progress
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


@pytest.mark.parametrize("hostile", ["nul\x00 inside", "tab\t line\n back\\slash \\N \\. \\u0000", "\u200fالعربية 🙂"])
def test_text_survives_the_copy(load, query, hostile):
    batch = Batch()
    batch.article("a", hostile, fields=everywhere(hostile))
    load(batch)
    assert_everywhere(query, hostile.replace("\x00", ""))


def everywhere(text):
    """Fields that have this text in each place that a page's words come to."""
    return {
        "title": f"T {text}",
        "authors": [text, "B"],
        "agencies": [text],
        "publisher": text,
        "dateline_place": text,
        "description": text,
        "section": text,
        "tags": [text],
        "image_caption": text,
        "captions": ["A well.", text],
        "links": [{"url": f"https://alpha.example/{text}", "text": text, "is_in_text": True}],
        "origins": {"title": text},
    }


def assert_everywhere(query, wanted):
    """In the article and its version alike, and as what a search or an export makes of it."""
    links = [{"url": f"https://alpha.example/{wanted}", "text": wanted, "is_in_text": True}]
    for table in ("news.article", "news.article_version"):
        (row,) = query(
            "select title, text, authors, agencies, publisher, dateline_place, description, section, tags,"
            f" image_caption, captions, links, origins from {table}"
        )
        assert row[:2] == (f"T {wanted}", wanted)
        assert row[2:5] == ([wanted, "B"], [wanted], wanted)
        assert row[5:11] == (wanted, wanted, wanted, [wanted], wanted, ["A well.", wanted])
        assert row[11:] == (links, {"title": wanted})
        ((exported, found),) = query(
            f"select row_to_json(a)::text, to_tsvector('simple', title || ' ' || text) @@ 'zzz' from {table} a"
        )
        assert json.loads(exported)["text"] == wanted
        assert found is False


@pytest.mark.parametrize("half", ["\\ud83d", "\\udc00", "\\udc00\\ud83d", "\\ud83d\\u0000"])
def test_half_a_surrogate_pair_anywhere_does_not_lose_the_article(settings, query, half):
    batch = Batch()
    batch.article("a", "before HALF after", fields=everywhere("before HALF after"))
    folder = batch.write(settings.runs_dir)
    path = folder / "articles.jsonl"
    path.write_text(path.read_text().replace("HALF", half))
    load_batch(settings, folder, no_progress)
    marks = "\ufffd" * (half.count("\\ud"))
    assert_everywhere(query, f"before {marks} after")
