"""A batch folder whose files do not add up is refused as a whole, and loudly."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler import stages
from crawler.cli.run import load as load_command
from crawler.cli.run import run as run_command
from crawler.errors import ReconciliationError, RunError
from crawler.load import load_batch
from crawler.plan import plan_run
from crawler.progress import no_progress
from crawler.reasons import Outcome, Reason
from tests.load.builders import Batch, make_source
from tests.load.snapshot import snapshot

Lines = list[dict[str, object]]


def whole(run_id: str = "r1") -> Batch:
    """Of each kind of record at least two, so that one can go and the file still says something."""
    batch = Batch(run_id=run_id)
    for number in range(2):
        batch.article(f"article-{number}", "Text.", 1)
        batch.reject(f"rejected-{number}")
        batch.fetch(f"failed-{number}", Outcome.FAILED, Reason.TIMEOUT)
    batch.article("article-0", "Text, edited.", 2)  # a second look in the same crawl
    return batch


def edit(path: Path, change: Callable[[Lines], None]) -> None:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def drop(lines: Lines) -> None:
    lines.pop(0)


def double(lines: Lines) -> None:
    lines.append(lines[0])


def rename(lines: Lines) -> None:
    """One line is of another URL now."""
    text = json.dumps(lines[0])
    key = (lines[0].get("capture") or lines[0])["url_key"]  # type: ignore[index]
    lines[0] = json.loads(text.replace(key, "f" * 64))


FILES = ("discoveries", "captures", "articles", "rejections", "fetches")


@pytest.mark.parametrize("change", [drop, double, rename])
@pytest.mark.parametrize("name", FILES)
def test_no_file_can_differ_from_the_others(settings, query, name, change):
    batch = whole()
    folder = batch.write(settings.runs_dir)
    untouched = (folder / f"{name}.jsonl").read_text()
    before = snapshot(query)
    edit(folder / f"{name}.jsonl", change)
    told = r"r1/b001 does not add up.*alpha: discovered \d, outcomes \d.*for one"
    with pytest.raises(ReconciliationError, match=told):
        load_batch(settings, folder, no_progress)
    assert snapshot(query) == before
    (folder / f"{name}.jsonl").write_text(untouched)
    assert load_batch(settings, folder, no_progress).sources["alpha"].discovered == 6


def test_a_url_that_is_in_no_file_any_more_is_missed(settings):
    folder = whole().write(settings.runs_dir)

    def forget(lines: Lines) -> None:
        lines[:] = [line for line in lines if not str(line["url"]).endswith("/failed-0")]

    edit(folder / "discoveries.jsonl", forget)
    edit(folder / "fetches.jsonl", forget)
    with pytest.raises(ReconciliationError, match="discovered 5, outcomes 5: 1 count is wrong: the crawl took on 6"):
        load_batch(settings, folder, no_progress)


def test_a_file_that_is_cut_off_is_missed(settings):
    folder = whole().write(settings.runs_dir)
    path = folder / "articles.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ReconciliationError, match="1 have a capture that clean did not read"):
        load_batch(settings, folder, no_progress)


def test_a_line_that_is_no_record_is_named(settings):
    folder = whole().write(settings.runs_dir)
    edit(folder / "fetches.jsonl", lambda lines: lines[1].pop("reason"))  # type: ignore[arg-type, return-value]
    with pytest.raises(RunError, match=r"fetches\.jsonl, line 2: not a FetchOutcome"):
        load_batch(settings, folder, no_progress)


def test_the_command_ends_with_an_error_and_the_batch_stays_open(settings, query, monkeypatch):
    manifest = plan_run(settings, [make_source()], run_id="r1")
    folder = whole().write(settings.runs_dir)
    edit(folder / "fetches.jsonl", drop)
    monkeypatch.setenv("DATELINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DATELINE_HOME", str(settings.home))
    monkeypatch.setenv("DATELINE_CONTACT", "test@example.org")
    result = CliRunner().invoke(load_command, ["r1/b001"])
    assert isinstance(result.exception, ReconciliationError)
    assert result.exception.exit_code == 1
    assert query("select state from ingest.batch") == [("planned",)]
    assert query("select lease_batch_id from ingest.source_state") == [("b001",)]
    # A whole run over the folder, whose crawl and clean have ended.
    monkeypatch.setattr(stages, "plan", lambda *_, **__: manifest)
    result = CliRunner().invoke(run_command)
    assert result.exit_code == 1
    assert "load: Batch r1/b001 does not add up" in result.stderr
