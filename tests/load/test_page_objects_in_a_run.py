"""Page objects in the stages: the cleaning processes apply them, the report counts what they could not do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.archive import ArchiveWriter
from crawler.clean import clean_batch
from crawler.cli.sources import sources as sources_command
from crawler.errors import ConfigError
from crawler.load import load_batch
from crawler.manifests import RunKind, RunManifest
from crawler.progress import no_progress
from crawler.records import Article
from crawler.reports import read_run_report
from crawler.runs import read_records, write_record
from tests.load.builders import Batch, archive_page, at, make_source

CODE = """
from datetime import date
from crawler.page_objects import ArticlePage, field

class Layout(ArticlePage):
    @field
    def section(self):
        return self.line("p.section")

    @field(meta={"required": True})
    def tags(self):
        return self.lines("a.tag")
"""
STORY = """
The ferry to the island sails again from Monday, seven months after a storm had torn the landing stage from its piles.
Passengers will have to book a seat until the end of June, the ferry office said, because only the smaller ship is back.
Shopkeepers on the island expect their first guests at the weekend, and have asked the office for a later boat.
"""


def page(path: str, extra: str = "") -> bytes:
    story = "".join(f"<p>{line}</p>" for line in STORY.strip().splitlines())
    return (
        f"<html lang='en'><head><title>Ferry {path} sails again</title></head><body><article>"
        f"<h1>Ferry {path} sails again</h1><time datetime='2026-11-01T10:00:00Z'>1 November 2026</time>"
        f"{story}</article><p class='section'>Harbour</p>{extra}</body></html>"
    ).encode()


@pytest.fixture
def batch(settings: Any, tmp_path: Path) -> Batch:
    """Two pages of alpha and one of beta in the archive; only alpha has a page object."""
    batch = Batch(sources=(make_source(), make_source("beta")))
    writer = ArchiveWriter(settings.archive_url, "warc/2026/11/01/r1-b001", tmp_path / "spool")
    pages = (("one", page("one", "<a class='tag'>boats</a>"), 0), ("two", page("two"), 0), ("three", page("three"), 1))
    for minutes, (path, body, number) in enumerate(pages, start=1):
        source = batch.sources[number]
        batch.discover(path, minutes, source)
        batch.captures.append(archive_page(writer, batch.capture(path, minutes, source=source), body))
    writer.close()
    return batch


@pytest.fixture
def ours(settings: Any, tmp_path: Path) -> Any:
    folder = tmp_path / "sources"
    (folder / "pages").mkdir(parents=True)
    (folder / "pages" / "alpha.py").write_text(CODE)
    source = make_source().model_dump(mode="json", exclude_unset=True)
    (folder / "alpha.yaml").write_text(json.dumps(source))
    return replace(settings, sources_dir=folder, clean_workers=1)


@pytest.fixture
def cleaned(ours: Any, batch: Batch) -> Path:
    folder = batch.write(ours.runs_dir)
    (folder / "clean.json").unlink()
    clean_batch(ours, folder, no_progress)
    return folder


def test_the_cleaning_processes_apply_the_page_objects_of_each_source(cleaned: Path) -> None:
    articles = list(read_records(cleaned / "articles.jsonl", Article))
    found = {article.capture.url.rpartition("/")[2]: article.fields for article in articles}
    assert (found["one"].section, found["one"].tags) == ("Harbour", ("boats",))
    assert found["one"].origins["section"] == found["one"].origins["tags"] == "page-object"
    assert (found["two"].section, found["two"].origins["section"]) == ("Harbour", "page-object")
    assert found["three"].origins.get("section") != "page-object"


def test_what_a_page_object_could_not_do_is_a_warning_of_the_run(ours: Any, batch: Batch, cleaned: Path) -> None:
    load_batch(ours, cleaned, no_progress)
    manifest = RunManifest(run_id="r1", kind=RunKind.NEWS, created_at=batch.created_at, batches=("r1/b001",))
    write_record(ours.runs_dir / "r1" / "run.json", manifest)
    report = read_run_report(ours, "r1")
    told = "alpha: pages/alpha.py: Layout.tags: found nothing, and is required (pages: 1)"
    assert told in report.warnings
    assert report.problems == ()


@pytest.fixture
def run(ours: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_DATABASE_URL", ours.database_url)
    monkeypatch.setenv("DATELINE_HOME", str(ours.home))

    def invoke(*arguments: str) -> Any:
        result = CliRunner().invoke(sources_command, ["snapshot", "alpha", *arguments, "--folder", "sources"])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def test_a_page_is_saved_out_of_the_archive(ours: Any, cleaned: Path, run: Callable[..., Any]) -> None:
    load_batch(ours, cleaned, no_progress)
    result = run("--archived", "https://alpha.example/one?utm_source=feed", "--on", "2026-11-01")
    assert result.stdout == "wrote sources/pages/alpha/2026-11-01-one.json\n"
    saved = json.loads(Path("sources/pages/alpha/2026-11-01-one.json").read_text())
    assert (saved["url"], saved["fetched_at"]) == ("https://alpha.example/one", f"{at(1):%Y-%m-%dT%H:%M:%SZ}")
    assert saved["expected"]["tags"] == ["boats"]
    with pytest.raises(ConfigError, match="the archive has no page of it up to 2026-10-31"):
        run("--archived", "https://alpha.example/one", "--on", "2026-10-31")
    with pytest.raises(ConfigError, match="the archive has no page of it"):
        run("--archived", "https://alpha.example/three")
