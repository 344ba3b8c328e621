"""`dateline export`: which rows and columns come out, and what it refuses."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import resource
import subprocess
import sys
from datetime import datetime, timezone

import pyarrow
import pyarrow.parquet
import pytest

from crawler.errors import ConfigError, ExportError
from crawler.export import Compression, ExportRequest, Format, Partition, export
from crawler.load import load_batch
from crawler.progress import no_progress
from crawler.search import reindex_search
from tests.export.conftest import as_analyst, command_line, environment, read_lines
from tests.load.builders import Batch, make_source

NOVEMBER = datetime(2026, 11, 1, tzinfo=timezone.utc)


def test_all_columns_of_the_table_come_out_in_their_order(exported, add_articles, query) -> None:
    (article_id,) = add_articles(title="جسر يعاد فتحه 🌉", text='One.\n\nTwo "quoted".')
    (row,) = exported()
    expected = query(
        "select attname from pg_attribute where attrelid = 'news.article'::regclass and attnum > 0 order by attnum"
    )
    assert list(row) == [name for (name,) in expected]
    assert (row["article_id"], row["title"], row["text"]) == (article_id, "جسر يعاد فتحه 🌉", 'One.\n\nTwo "quoted".')
    assert row["authors"] == ["Mona Khoury"]
    assert row["origins"] == {"title": "h1"}
    assert row["published_at"] == "2026-11-01T10:00:00+00:00"
    assert row["withdrawn_at"] is None


@pytest.mark.parametrize("what", ["articles", "versions", "events", "stories", "sources"])
@pytest.mark.parametrize("format_", list(Format))
def test_everything_can_be_exported_in_every_format_even_when_there_is_nothing(
    what, format_, run_export, tmp_path
) -> None:
    target = tmp_path / f"out.{format_}"
    report = run_export(target, format_, what=what)
    assert (report.rows, report.files) == (0, 1)
    if format_ is Format.PARQUET:
        assert pyarrow.parquet.read_table(target).num_rows == 0
    else:
        assert len(target.read_text().splitlines()) == (1 if format_ is Format.CSV else 0)


def test_versions_events_and_stories_follow_the_source_and_language_of_their_articles(
    exported, settings, query
) -> None:
    other = make_source("beta")
    batch = Batch(sources=(make_source(), other))
    batch.article("one", "Some text of it.", fields={"language": "en"})
    batch.article("two", "Other text of it.", fields={"language": "ar"}, source=other)
    load_batch(settings, batch.write(settings.runs_dir), no_progress)
    query(
        "insert into news.story (story_id, family_id, title, language, first_article_id, first_source_id, "
        "first_seen_at, last_seen_at, article_count, source_count, agencies) select article_id, article_id, title, "
        "language, article_id, source_id, now(), now(), 1, 1, '{}' from news.article"
    )
    query("insert into news.story_article select article_id, article_id, 'first', 1 from news.article")
    for what in ("articles", "versions", "events", "stories"):
        assert len(exported(what=what)) == 2
        assert len(exported(what=what, source_ids=("beta",))) == 1
        assert len(exported(what=what, languages=("ar",))) == 1
        assert len(exported(what=what, source_ids=("alpha",), languages=("ar",))) == 0
    assert [row["source_id"] for row in exported(what="sources", source_ids=("beta",))] == ["beta"]


def test_since_is_taken_in_and_until_is_left_out(exported, add_articles) -> None:
    add_articles(count=5, published_at="2026-11-01T00:00:00Z", apart="1 day")
    add_articles(published_at=None)
    rows = exported(since=NOVEMBER.replace(day=2), until=NOVEMBER.replace(day=4))
    assert [row["published_at"][:10] for row in rows] == ["2026-11-02", "2026-11-03"]


def test_chosen_columns_come_in_their_order(exported, add_articles) -> None:
    add_articles()
    assert exported(columns=("title", "article_id")) == [{"title": "Bridge reopens", "article_id": 1}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--columns", "titel"], "did you mean title?"),
        (["--columns", "title,title"], "name it once"),
        (["--columns", 'title"; drop table news.article; --'], "has no column"),
        (["--source", "alpah"], "did you mean alpha?"),
        (["--since", "2026-02-01", "--until", "2026-01-01"], "is not before --until"),
        (["--since", "yesterday"], "is no date or time"),
        (["--what", "sources", "--since", "2026-01-01"], "have no date of their own"),
        (["--what", "sources", "--query", "bridge"], "cannot be searched"),
        (["--by-day", "--rows-per-file", "3"], "exclude one another"),
        (["--changed-since", "2026-01-01", "--state", "s.json"], "say the same"),
        (["--format", "parquet", "--raw"], "are for CSV"),
        (["--format", "parquet", "--compress", "gz"], "compressed inside"),
    ],
)
def test_what_cannot_be_met_is_told_in_one_line(options, said, command, add_articles, tmp_path) -> None:
    add_articles()
    done = command("out.csv", *options)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("out*"))


def test_a_name_that_tells_no_format_is_refused(command) -> None:
    done = command("out.txt")
    assert done.returncode == 2
    assert "say --format" in done.stderr


def test_a_file_that_is_there_is_replaced_only_by_force(run_export, add_articles, tmp_path) -> None:
    add_articles()
    target = tmp_path / "out.csv"
    target.write_text("precious")
    with pytest.raises(ExportError, match="--force"):
        run_export(target, Format.CSV)
    assert target.read_text() == "precious"
    run_export(target, Format.CSV, force=True)
    assert "Bridge" in target.read_text()


def test_a_folder_that_is_missing_or_no_folder_is_named(run_export, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    for target in (tmp_path / "missing/out.csv", tmp_path / "file/out.csv", tmp_path):
        with pytest.raises(ExportError, match="folder"):
            run_export(target, Format.CSV)
    with pytest.raises(ExportError, match="is a file"):
        run_export(tmp_path / "file", Format.CSV, partition=Partition.DAY)


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl.gz", "out.jsonl.zst", "out.parquet"])
def test_a_full_disk_leaves_no_part_of_a_file(name, command, add_articles, tmp_path) -> None:
    add_articles(count=300, characters=4000)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))  # noqa: E731
    done = command(name, preexec_fn=limit)
    assert done.returncode == 1
    assert "no room is left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_what_is_no_ordinary_file_is_not_replaced(run_export, tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ExportError, match="standard output"):
        run_export(tmp_path / "pipe.csv", Format.CSV, force=True)


def test_a_state_file_without_a_folder_is_told_before_the_work(run_export, add_articles, tmp_path) -> None:
    add_articles()
    with pytest.raises(ExportError, match="state file"):
        run_export(tmp_path / "out.csv", Format.CSV, state_file=tmp_path / "missing/state.json")
    assert not (tmp_path / "out.csv").exists()


def test_json_report_says_what_a_script_needs(command, add_articles) -> None:
    add_articles(count=3)
    done = command("out.csv.gz", "--json")
    report = json.loads(done.stdout)
    assert (report["rows"], report["files"], report["format"]) == (3, 1, "csv.gz")
    assert report["next_changed_since"] < report["snapshot_at"]


def test_standard_output_gets_the_rows_and_nothing_else(command, add_articles) -> None:
    add_articles(count=3)
    done = command("-", "--format", "jsonl", "--columns", "article_id")
    assert [json.loads(line)["article_id"] for line in done.stdout.splitlines()] == [1, 2, 3]
    assert "3 rows" in done.stderr


def test_a_reader_that_leaves_is_no_error_to_talk_about(settings, add_articles) -> None:
    add_articles(count=2000, characters=1000)
    process = subprocess.Popen(
        command_line("-", "--format", "csv"), env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.wait(30)
    assert b"Traceback" not in said
    assert b"Error" not in said


def test_compressed_files_open_with_what_the_ending_says(run_export, add_articles, tmp_path) -> None:
    add_articles(count=3)
    run_export(tmp_path / "a.csv.gz", Format.CSV, compression=Compression.GZIP)
    run_export(tmp_path / "a.jsonl.zst", Format.JSONL, compression=Compression.ZSTANDARD)
    with gzip.open(tmp_path / "a.csv.gz", "rt", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3
    with pyarrow.input_stream(str(tmp_path / "a.jsonl.zst"), compression="zstd") as stream:
        assert len(stream.read().splitlines()) == 3


def test_every_file_says_what_it_is(run_export, add_articles, tmp_path) -> None:
    add_articles()
    run_export(tmp_path / "a.parquet", Format.PARQUET, source_ids=("alpha",))
    run_export(tmp_path / "a.csv", Format.CSV, source_ids=("alpha",))
    inside = json.loads(pyarrow.parquet.read_schema(tmp_path / "a.parquet").metadata[b"dateline"])
    beside = json.loads((tmp_path / "a.csv_export.json").read_text())
    for described in (inside, beside):
        assert described["dateline"]
        assert described["parameters"] == {"what": "articles", "source_ids": ["alpha"]}
        assert described["horizon"]["moment"]
    assert beside["parts"][0]["sha256"] == hashlib.sha256((tmp_path / "a.csv").read_bytes()).hexdigest()


def test_an_analyst_may_export(settings, database, add_articles, tmp_path) -> None:
    add_articles(count=2)
    request = ExportRequest(str(tmp_path / "out.jsonl"), Format.JSONL, source_ids=("alpha",))
    assert export(as_analyst(settings, database.analyst_url), request, no_progress).rows == 2


def test_search_words_choose_articles(exported, add_articles, settings) -> None:
    add_articles(text="The bridge of Tel Harun is open again.")
    add_articles(text="Sugar costs more than before in Karsuma.")
    reindex_search(settings, no_progress, everything=True)
    assert [row["article_id"] for row in exported(query="sugar karsuma")] == [2]


def test_own_query_is_exported(command, add_articles, tmp_path) -> None:
    add_articles(count=3)
    (tmp_path / "q.sql").write_text(
        "-- a percent sign: 100%\nselect source_id, count(*) as articles, 1.50 as exact, '{1,2}'::int[] as numbers,\n"
        "interval '1 day' as while from news.article where title like '%open%' group by 1; -- done\n"
    )
    done = command("out.jsonl", "--sql", "q.sql")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.jsonl").read_text() == (
        '{"source_id":"alpha","articles":3,"exact":1.50,"numbers":[1,2],"while":"1 day"}\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "select 1 as one; drop table news.article",
        "select 1 as one; commit; drop table news.article",
        "delete from news.article returning article_id",
        "with gone as (delete from news.article returning *) select * from gone",
        "copy news.article to '/tmp/stolen'",
        "select 1, 2",
        "select 1 as a, 2 as a",
        "select nothing from nowhere",
        "commit",
        "set transaction read write",
        "$$",
    ],
)
def test_own_query_can_only_be_one_that_reads(text, command, add_articles, tmp_path, query) -> None:
    add_articles(count=3)
    (tmp_path / "q.sql").write_text(text)
    done = command("out.csv", "--sql", "q.sql")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert query("select count(*) from news.article") == [(3,)]
    assert not (tmp_path / "out.csv").exists()


def test_own_query_runs_as_the_analyst_where_the_login_may(settings, database, tmp_path) -> None:
    request = ExportRequest(str(tmp_path / "o.jsonl"), Format.JSONL, sql="select current_user::text as name")
    export(as_analyst(settings, database.owner_url), request, no_progress)
    assert read_lines(tmp_path / "o.jsonl") == [{"name": "dateline_analyst"}]
    request = ExportRequest(str(tmp_path / "p.jsonl"), Format.JSONL, sql="select * from ingest.run")
    with pytest.raises(ConfigError, match="permission denied"):
        export(as_analyst(settings, database.owner_url), request, no_progress)


def test_own_query_excludes_what_else_chooses_rows(run_export, tmp_path) -> None:
    with pytest.raises(ConfigError, match="--source"):
        run_export(tmp_path / "o.jsonl", sql="select 1 as one", source_ids=("alpha",))
    with pytest.raises(ConfigError, match="--rows-per-file"):
        run_export(tmp_path / "o", sql="select 1 as one", partition=Partition.DAY)


def test_other_commands_do_not_load_pyarrow() -> None:
    code = "import sys, crawler.cli.main, crawler.cli.export; assert 'pyarrow' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
