"""The invented world that the database is measured with: the same every time, valid records, shares as promised."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from bench.world.build import CLUSTERS_FILE, Plan, Written, write_world
from bench.world.pages import COPIES_SHARE, EDITS_SHARE
from crawler.clean.text import content_sha256, count_words
from crawler.load import load_batch
from crawler.manifests import BatchManifest, RunManifest, StageReport
from crawler.progress import no_progress
from crawler.records import Article, Capture, Discovery, EndpointVisit, FetchOutcome, Rejection
from crawler.runs import read_record, read_records
from crawler.sources.model import Source

PLAN = Plan(articles=6_000, seed=5, outlets=60, batch_pages=500, groups=3)
MODELS = {
    "discoveries.jsonl": Discovery,
    "captures.jsonl": Capture,
    "articles.jsonl": Article,
    "rejections.jsonl": Rejection,
    "fetches.jsonl": FetchOutcome,
    "endpoints.jsonl": EndpointVisit,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    list(write_world(folder, PLAN))
    return folder


@pytest.fixture(scope="module")
def articles(world) -> list[Article]:
    return [one for path in sorted(world.glob("*/*/articles.jsonl")) for one in read_records(path, Article)]


@pytest.fixture(scope="module")
def clusters(world) -> list[dict[str, str]]:
    with (world / CLUSTERS_FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fingerprint(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def numbers_of(article: Article) -> list[str]:
    return [word.strip(".,") for word in article.fields.text.split() if word.strip(".,").isdigit()]


def test_the_same_plan_makes_the_same_bytes_and_another_seed_others(tmp_path):
    small = Plan(articles=300, seed=3, outlets=20, batch_pages=50, groups=2)
    other = Plan(articles=300, seed=4, outlets=20, batch_pages=50, groups=2)
    for name, plan in (("one", small), ("two", small), ("other", other)):
        list(write_world(tmp_path / name, plan))
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")
    assert fingerprint(tmp_path / "one") != fingerprint(tmp_path / "other")


def test_every_file_holds_valid_records(world):
    for path in world.glob("*/run.json"):
        assert all((world / batch).is_dir() for batch in read_record(path, RunManifest).batches)
    for folder in world.glob("*/b*"):
        manifest = read_record(folder / "batch.json", BatchManifest)
        assert all(Source.model_validate(source) for source in manifest.sources)
        assert read_record(folder / "crawl.json", StageReport).is_complete
        assert read_record(folder / "clean.json", StageReport).is_complete
        for name, model in MODELS.items():
            lines = (folder / name).read_bytes().splitlines()
            assert len(list(read_records(folder / name, model))) == len(lines)


def test_addresses_hashes_and_counts_are_what_crawl_and_clean_would_have_made(world, articles):
    folder = next(world.glob("*/b001"))
    sources = [Source.model_validate(one) for one in read_record(folder / "batch.json", BatchManifest).sources]
    by_id = {source.id: source for source in sources}
    for article in read_records(folder / "articles.jsonl", Article):
        capture = article.capture
        assert by_id[capture.source_id].canonicalize(capture.url) == capture.canonical_url
        assert hashlib.sha256(capture.canonical_url.encode()).hexdigest() == capture.url_key
        assert content_sha256(article.fields.title, article.fields.text) == article.content_sha256
        assert abs(count_words(article.fields.text) - article.fields.word_count) <= article.fields.word_count / 50
        for part in article.fields.parts:
            assert "\n" not in article.fields.text[part.start : part.end]


def test_shares_lengths_and_languages_are_as_promised(articles, clusters):
    first = [one for one in articles if one.capture.discovered_via == "feed"]
    roles = Counter(row["role"] for row in clusters)
    copies = sum(roles[kind] for kind in ("verbatim", "light_edit", "cut", "with_intro"))
    assert len(first) == len(clusters) == PLAN.articles
    assert copies / PLAN.articles == pytest.approx(COPIES_SHARE, abs=0.06)
    assert (len(articles) - len(first)) / PLAN.articles == pytest.approx(EDITS_SHARE, abs=0.015)
    assert roles["other_numbers"] > 0
    assert {one.fields.language for one in articles} == {"en", "ar", "fr", "es", "ru", "tr", "fa", "uk"}
    lengths = sorted(one.fields.word_count for one in first)
    assert 280 < lengths[len(lengths) // 2] < 380
    assert max(Counter(row["cluster"] for row in clusters).values()) <= 40


def test_every_edit_is_another_text_of_a_known_address_in_a_later_run(world, articles):
    first, edits = {}, []
    for one in articles:
        key = (one.capture.source_id, one.capture.url_key)
        if one.capture.discovered_via == "revisit":
            edits.append((key, one))
        else:
            first[key] = one
    assert edits
    for key, edit in edits:
        assert edit.content_sha256 != first[key].content_sha256
        assert edit.capture.fetched_at > first[key].capture.fetched_at
        assert edit.capture.archive_file.split("/")[4] > first[key].capture.archive_file.split("/")[4]


def test_copies_bring_no_number_of_their_own_and_twins_differ_in_numbers_alone(articles, clusters):
    row_of = {(row["source_id"], row["url_key"]): row for row in clusters}
    by_cluster = defaultdict(dict)
    by_family = defaultdict(dict)
    for one in articles:
        if one.capture.discovered_via != "revisit":
            row = row_of[one.capture.source_id, one.capture.url_key]
            by_cluster[row["cluster"]].setdefault(row["role"], one)
            by_family[row["family"]].setdefault(row["role"], one)
    for members in by_cluster.values():
        if "first" in members:
            known = set(numbers_of(members["first"]))
            assert all(set(numbers_of(one)) <= known for one in members.values())
    twins = [members for members in by_family.values() if {"single", "other_numbers"} <= members.keys()]
    assert twins
    for members in twins:
        assert numbers_of(members["single"]) != numbers_of(members["other_numbers"])
        assert members["single"].fields.title == members["other_numbers"].fields.title


def test_the_folders_load_and_every_outcome_is_accounted_for(settings, query):
    plan = Plan(articles=250, seed=2, outlets=12, batch_pages=40, groups=2)
    written: list[Written] = list(write_world(settings.runs_dir, plan))
    for one in written:
        load_batch(settings, one.folder, no_progress)
    assert query("select count(*) from news.article") == [(250,)]
    pages = sum(one.pages for one in written)
    assert query("select count(*) from news.article_version") == [(pages,)]
    edits = query("select count(*) from news.article_event where event = 'edited'")
    assert edits == [(pages - 250,)]
    assert pages > 250
