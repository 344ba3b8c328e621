"""From the archive to a template in the database, into a manifest, and to the pages that are cleaned by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler import stages
from crawler.archive import ArchiveWriter
from crawler.clean import clean_batch
from crawler.clean.memory import SiteTemplate
from crawler.cli.sources import sources as sources_command
from crawler.database import run_checks
from crawler.errors import ConfigError
from crawler.learning import learn_sources, read_template
from crawler.load import load_batch
from crawler.manifests import BatchManifest
from crawler.progress import no_progress
from crawler.records import Article
from crawler.runs import read_record, read_records
from tests.load.builders import Batch, archive_page, make_source
from tests.memory.site import html

NOW = datetime(2026, 11, 20, tzinfo=timezone.utc)
ALPHA = make_source()


def archive(settings: Any, spool: Path, pages: dict[str, bytes], **batch: Any) -> Batch:
    """A batch whose captures are in the archive, a page a day."""
    made = Batch(sources=(ALPHA,), **batch)
    writer = ArchiveWriter(settings.archive_url, f"warc/2026/11/01/{made.run_id}-b001", spool)
    for day, (path, body) in enumerate(pages.items()):
        made.discover(path, 1440 * day)
        made.captures.append(archive_page(writer, made.capture(path, 1440 * day), body))
    writer.close()
    return made


def clean_and_load(settings: Any, batch: Batch) -> None:
    folder = batch.write(settings.runs_dir)
    (folder / "clean.json").unlink()
    clean_batch(settings, folder, no_progress)
    load_batch(settings, folder, no_progress)


@pytest.fixture
def ours(settings: Any, tmp_path: Path) -> Any:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "alpha.yaml").write_text(json.dumps(ALPHA.model_dump(mode="json", exclude_unset=True)))
    return replace(settings, sources_dir=folder, clean_workers=1)


@pytest.fixture
def archived(ours: Any, tmp_path: Path) -> Any:
    odd = "<p>Type \\u0000 and then %s on the keypad of the lift to reach the newsroom of the Ledger.</p>"
    pages = {f"story-{n}": html(n, odd).encode() for n in range(6)}
    clean_and_load(ours, archive(ours, tmp_path / "spool", pages))
    return ours


def stored(query: Callable[..., list[Any]]) -> list[Any]:
    return query("select version, stories, is_current from ingest.site_template order by learned_at, version")


def test_a_site_is_learned_once_and_again_only_when_it_differs(archived: Any, query: Any, tmp_path: Path) -> None:
    (first,) = learn_sources(archived, [ALPHA], now=NOW)
    assert (first.source_id, first.pages, first.stories, first.is_new) == ("alpha", 6, 6, True)
    (again,) = learn_sources(archived, [ALPHA], now=NOW + timedelta(days=1))
    assert (again.version, again.is_new) == (first.version, False)
    assert stored(query) == [(first.version, 6, True)]
    titled = {f"news-{n}": html(n, author="MIRA DAHL" if n % 2 else "Mira Dahl").encode() for n in range(20, 26)}
    clean_and_load(archived, archive(archived, tmp_path / "spool", titled, run_id="r2"))
    (changed,) = learn_sources(archived, [ALPHA], now=NOW + timedelta(days=2))
    assert changed.is_new
    assert stored(query) == [(first.version, 6, False), (changed.version, 12, True)]
    template = read_template(archived, "alpha")
    assert template is not None
    assert template.version == changed.version
    assert [check for check in run_checks(archived) if check.failures] == []


def test_too_few_stories_leave_what_is_known_as_it_is(archived: Any, query: Any) -> None:
    (first,) = learn_sources(archived, [ALPHA], now=NOW)
    (less,) = learn_sources(archived, [ALPHA], most=3, now=NOW)
    assert (less.pages, less.stories, less.version, less.is_new) == (3, 0, first.version, False)
    assert stored(query) == [(first.version, 6, True)]


def test_old_versions_are_not_kept_for_ever(archived: Any, query: Any) -> None:
    learn_sources(archived, [ALPHA], now=NOW)
    statement = """insert into ingest.site_template select source_id, lpad(n::text, 12, '0'), learned_at - n * interval
        '1 day', pages, stories, template, false from ingest.site_template, generate_series(1, 30) as n"""
    query(statement)
    query("update ingest.site_template set template = jsonb_set(template, '{trust,is_dated_by_fetch}', 'true')")
    learn_sources(archived, [ALPHA], now=NOW)
    assert len(stored(query)) <= 12


def test_a_source_that_is_unknown_is_named(archived: Any) -> None:
    with pytest.raises(ConfigError, match="there is no source 'gamma'"):
        learn_sources(archived, [ALPHA], only=("gamma",), now=NOW)


def test_a_plan_hands_the_template_to_clean_and_the_article_names_it(archived: Any) -> None:
    (learned,) = learn_sources(archived, [ALPHA], now=NOW)
    run = stages.plan_reprocess(archived, run_id="r9")
    folder = archived.runs_dir / run.batches[0]
    manifest = read_record(folder / "batch.json", BatchManifest)
    assert SiteTemplate.model_validate(manifest.templates["alpha"]).version == learned.version
    # What is known may change between the plan and clean, or between two tries of it.
    clean_batch(archived, folder, no_progress)
    articles = list(read_records(folder / "articles.jsonl", Article))
    assert {article.template_version for article in articles} == {learned.version}
    assert all(article.fields.origins["template"].startswith(learned.version) for article in articles)
    news = stages.plan(archived, only=("alpha",), run_id="r10")
    manifest = read_record(archived.runs_dir / news.batches[0] / "batch.json", BatchManifest)
    assert manifest.templates["alpha"]["version"] == learned.version


def test_cleaning_again_gives_the_same_bytes(archived: Any) -> None:
    learn_sources(archived, [ALPHA], now=NOW)
    folder = archived.runs_dir / stages.plan_reprocess(archived, run_id="r9").batches[0]
    clean_batch(archived, folder, no_progress)
    first = (folder / "articles.jsonl").read_bytes()
    (folder / "clean.json").unlink()
    clean_batch(archived, folder, no_progress)
    assert (folder / "articles.jsonl").read_bytes() == first


def test_a_template_of_another_version_of_ours_is_left_out(archived: Any, query: Any) -> None:
    learn_sources(archived, [ALPHA], now=NOW)
    query("update ingest.site_template set template = '{\"format\": 9}'")
    folder = archived.runs_dir / stages.plan_reprocess(archived, run_id="r9").batches[0]
    clean_batch(archived, folder, no_progress)
    articles = list(read_records(folder / "articles.jsonl", Article))
    assert len(articles) == 6
    assert {article.template_version for article in articles} == {None}
    (learned,) = learn_sources(archived, [ALPHA], now=NOW)
    assert learned.is_new


@pytest.fixture
def run(archived: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("DATELINE_DATABASE_URL", archived.database_url)
    monkeypatch.setenv("DATELINE_HOME", str(archived.home))
    monkeypatch.setenv("DATELINE_SOURCES", str(archived.sources_dir))

    def invoke(*arguments: str) -> Any:
        result = CliRunner().invoke(sources_command, list(arguments))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def test_a_person_can_learn_a_site_and_read_what_is_known(run: Callable[..., Any]) -> None:
    with pytest.raises(ConfigError, match="nothing is known of the site of alpha yet"):
        run("show", "alpha", "--template")
    source_id, pages, stories, version, came = run("learn", "alpha").stdout.strip().split("\t")
    assert (source_id, pages, stories, came) == ("alpha", "6", "6", "new version")
    assert json.loads(run("learn", "--json").stdout)[0]["is_new"] is False
    shown = run("show", "alpha", "--template").stdout
    assert f"alpha: version {version}" in shown
    assert "Readers keep the Karsu Ledger alive" in shown
    assert "Type \\u0000 and then %s" in shown
    assert "The headline stands at" in shown
    template = SiteTemplate.model_validate_json(run("show", "alpha", "--template", "--json").stdout)
    assert template.version == version
