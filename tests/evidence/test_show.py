"""What `dateline show` tells of an article, and what it writes."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import ArchiveError, ConfigError
from tests.evidence.conftest import TEXT
from tests.evidence.newsroom import Newsroom, page
from tests.load.builders import Batch, make_source, sha


def number_of(query, path: str, source_id: str = "alpha") -> int:
    return query("select article_id from news.article where source_id = %s and url like %s", source_id, f"%/{path}")[0][
        0
    ]


def test_each_field_stands_with_its_origin_and_confidence(newsroom: Newsroom, run, query) -> None:
    told = run("show", number_of(query, "harbour"))
    assert told.exit_code == 0
    assert "Title of harbour  [h1, 0.97]" in told.output
    assert "Rana Aziz" in told.output
    assert "VERIFIED" in told.output
    assert "NOT VERIFIED" not in told.output
    assert newsroom.kept[1].payload_sha256 in told.output


@pytest.mark.parametrize("address", ["https://alpha.example/bridge", "alpha.example/bridge?utm_source=feed#top"])
def test_an_address_is_as_good_as_a_number(newsroom: Newsroom, run, query, address: str) -> None:
    told = json.loads(run("show", address, "--json").stdout)
    assert told["article"]["article_id"] == number_of(query, "bridge")
    assert [row["version_number"] for row in told["versions"]] == [1, 2]
    assert [row["event"] for row in told["events"]] == ["first_stored", "edited"]
    assert told["version"]["version_number"] == 2


def test_each_version_rests_on_its_own_bytes(newsroom: Newsroom, run) -> None:
    for number, capture in ((1, newsroom.kept[0]), (2, newsroom.kept[3])):
        told = json.loads(run("show", "alpha.example/bridge", "--version", number, "--json").stdout)["evidence"]
        assert (told["archive_file"], told["archive_offset"]) == (capture.archive_file, capture.archive_offset)
        assert told["is_verified"]
        assert told["found_sha256"] == capture.payload_sha256
        assert told["found_bytes"] == capture.payload_bytes


def test_the_story_is_told(newsroom: Newsroom, run, query) -> None:
    first, copy = number_of(query, "bridge"), number_of(query, "harbour")
    query(
        "insert into news.story (story_id, family_id, title, first_article_id, first_source_id, first_seen_at,"
        " last_seen_at, article_count, source_count, agencies)"
        " values (%s, %s, 'Bridge', %s, 'alpha', now(), now(), 2, 1, '{}')",
        first, first, first,
    )  # fmt: skip
    query("insert into news.story_article values (%s, %s, 'light_edit', 0.75)", copy, first)
    assert "light_edit, 75% like the first" in run("show", copy).output
    assert json.loads(run("show", copy, "--json").stdout)["story"]["story_id"] == first


def test_the_text_is_printed_alone(newsroom: Newsroom, run) -> None:
    assert run("show", "alpha.example/souq", "--text").output == "فتح السوق أبوابه صباح اليوم.\n"
    assert run("show", "alpha.example/bridge", "--version", 1, "--text").output == TEXT + "\n"


def test_a_difference_shows_what_went_and_what_came(newsroom: Newsroom, run) -> None:
    told = run("show", "alpha.example/bridge", "--diff", 1, 2).output
    assert "The mayor spoke of [-12-]{+21+} wounded." in told
    assert "… 1 paragraph the same …" in told
    assert "Twelve people" not in told
    back = run("show", "alpha.example/bridge", "--diff", 2, 1).output
    assert "[-21-]{+12+}" in back
    assert "Rana Aziz" in back


def test_what_a_terminal_would_obey_is_not_printed(newsroom: Newsroom, run) -> None:
    batch = Batch(run_id="r3")
    newsroom.publish(batch, {"trap": "Calm \x1b[2J\u202eweather"}, minutes=200, title="\x1b]0;gotcha\x07 [bold]")
    newsroom.load(batch)
    told = run("show", "alpha.example/trap").output
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "\x07" not in told
    assert "[bold]" in told


def test_the_page_is_written_as_the_browser_got_it(newsroom: Newsroom, run, tmp_path: Path) -> None:
    file = tmp_path / "a page.html"
    file.write_text("older")
    assert run("show", "alpha.example/souq", "--html", file).exit_code == 0
    assert file.read_bytes() == page("فتح السوق أبوابه صباح اليوم.")
    assert run("show", "alpha.example/souq", "--html", "-").stdout_bytes == file.read_bytes()
    assert [path.name for path in tmp_path.glob("*page*")] == [file.name]


def test_the_payload_is_written_as_it_was_sent(newsroom: Newsroom, run, tmp_path: Path) -> None:
    file = tmp_path / "payload"
    assert run("show", "alpha.example/souq", "--raw", file).exit_code == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() == newsroom.kept[2].payload_sha256
    assert gzip.decompress(file.read_bytes()) == page("فتح السوق أبوابه صباح اليوم.")


def test_the_records_of_one_exchange_are_a_warc_file(newsroom: Newsroom, run, tmp_path: Path) -> None:
    file = tmp_path / "one.warc.gz"
    assert run("show", "alpha.example/harbour", "--warc", file).exit_code == 0
    with file.open("rb") as opened:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"))
            for record in ArchiveIterator(opened, check_digests=True)
        ]
    assert records == [(kind, "https://alpha.example/harbour") for kind in ("request", "response", "metadata")]
    archive = newsroom.settings.home / "archive" / newsroom.kept[1].archive_file
    assert file.read_bytes() in archive.read_bytes()


def test_what_a_browser_drew_is_the_page(newsroom: Newsroom, run, tmp_path: Path) -> None:
    batch = Batch(run_id="r3")
    writer = newsroom.writer(batch)
    capture = newsroom.keep(writer, batch.capture("drawn", 200), "a shell", rendered=page("Drawn."))
    writer.close()
    batch.article("drawn", "Drawn.", 200, capture=capture)
    newsroom.load(batch)
    file, records = tmp_path / "drawn.html", tmp_path / "drawn.warc.gz"
    assert run("show", "alpha.example/drawn", "--html", file, "--warc", records).exit_code == 0
    assert file.read_bytes() == page("Drawn.")
    with records.open("rb") as opened:
        kinds = [record.rec_type for record in ArchiveIterator(opened, check_digests=True)]
    assert kinds == ["request", "response", "conversion", "metadata"]


def spoil(newsroom: Newsroom, query, how: str) -> None:
    capture = newsroom.kept[1]
    path = newsroom.settings.home / "archive" / capture.archive_file
    if how == "gone":
        path.unlink()
    elif how == "cut":
        newsroom.truncate(capture, capture.archive_length - 5)
    elif how == "torn":
        newsroom.overwrite(capture, 60, b"\0\1\2\3")
    elif how == "elsewhere":
        newsroom.overwrite(capture, -1, b"\0")
        query("alter table news.article_version disable trigger all")
        query("update news.article_version set archive_offset = archive_offset + 1 where url like '%/harbour'")
    elif how == "other":
        query("alter table news.article_version disable trigger all")
        query("update news.article_version set payload_sha256 = %s where url like %s", sha("other"), "%/harbour")


@pytest.mark.parametrize(
    ("how", "verdict", "says"),
    [
        ("gone", "missing", "No such file"),
        ("cut", "missing", "the file ends 5 bytes before the end"),
        ("torn", "damaged", "not a gzip member"),
        ("elsewhere", "damaged", "not a gzip member"),
        ("other", "differing", sha("other")),
    ],
)
def test_bytes_that_are_not_the_captured_ones_are_never_passed_off(
    newsroom: Newsroom, run, query, tmp_path: Path, how: str, verdict: str, says: str
) -> None:
    spoil(newsroom, query, how)
    told = run("show", "alpha.example/harbour")
    assert told.exit_code == 1
    assert f"NOT VERIFIED ({verdict})" in told.output
    assert says in told.output
    assert json.loads(run("show", "alpha.example/harbour", "--json").stdout)["evidence"]["verdict"] == verdict
    written = run("show", "alpha.example/harbour", "--html", tmp_path / "page.html")
    assert isinstance(written.exception, ArchiveError)
    assert "nothing was written" in str(written.exception)
    assert not (tmp_path / "page.html").exists()
    forced = run("show", "alpha.example/harbour", "--html", tmp_path / "page.html", "--force")
    assert isinstance(forced.exception, ArchiveError)
    assert (tmp_path / "page.html").exists() == (how == "other")
    # The others are what they were, where their file is there.
    assert run("show", "alpha.example/bridge", "--version", 1).exit_code == (1 if how == "gone" else 0)


def test_an_address_of_several_articles_lists_them(newsroom: Newsroom, run, query) -> None:
    source = make_source("beta", home_page="https://alpha.example/")
    batch = Batch(run_id="r3", sources=(source,))
    writer = newsroom.writer(batch)
    capture = newsroom.keep(writer, batch.capture("bridge", 200, source=source), "Beta's words.")
    writer.close()
    batch.discover("bridge", 200, source=source)
    batch.article("bridge", "Beta's words.", 200, capture=capture, source=source)
    newsroom.load(batch)
    told = run("show", "alpha.example/bridge")
    assert isinstance(told.exception, ConfigError)
    assert "2 articles have the address" in str(told.exception)
    assert "(beta): Title of bridge" in str(told.exception)
    assert run("show", "alpha.example/bridge", "--source", "beta", "--text").output == "Beta's words.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["999"], "there is no article 999"),
        (["9" * 30], "there is no article 999"),
        (["https://nowhere.example/a"], "`dateline explain https://nowhere.example/a` says why"),
        (["alpha.example/bridge", "--version", "7"], "has no version 7: it has versions 1 to 2"),
        (["alpha.example/harbour", "--diff", "1", "2"], "has no version 2: it has version 1 only"),
        (["alpha.example/bridge", "--json", "--text"], "ask for one"),
        (["alpha.example/bridge", "--html", "/nowhere/at/all/page.html"], "cannot be written: No such file"),
    ],
)
def test_what_cannot_be_answered_is_said(newsroom: Newsroom, run, arguments: list[str], says: str) -> None:
    told = run("show", *arguments)
    assert isinstance(told.exception, ConfigError)
    assert says in str(told.exception)


def test_an_archive_that_is_not_there_is_told_without_a_traceback(
    newsroom: Newsroom, settings, query, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "DATELINE_DATABASE_URL": settings.database_url,
        "DATELINE_HOME": str(settings.home),
        "DATELINE_ARCHIVE_URL": str(tmp_path / "moved"),
        "DATELINE_SOURCES": str(tmp_path),
    }
    command = [sys.executable, "-m", "crawler", "show", str(number_of(query, "bridge")), "--raw", "-"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "nothing was written" in done.stderr
    assert "moved" in done.stderr
    assert "Traceback" not in done.stderr
