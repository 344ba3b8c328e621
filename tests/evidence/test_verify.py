"""What `dateline verify` finds in an archive, and what it finds nothing wrong with."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archive.exchange import HttpExchange
from crawler.archive.writer import ArchiveWriter
from crawler.errors import ArchiveError, ConfigError
from crawler.evidence.files import ArchiveFiles, order_of
from crawler.evidence.proof import KeptResponse, Verdict, prove
from tests.evidence.newsroom import Newsroom
from tests.load.builders import START, Batch, at


def checked(run, *options: object) -> tuple[int, dict]:
    told = run("verify", "--json", "-v", *options)
    return told.exit_code, json.loads(told.stdout)


def test_what_was_captured_is_there(newsroom: Newsroom, run) -> None:
    newsroom.keep_endpoint_answer(Batch())
    status, report = checked(run, "--all")
    assert status == 0
    assert report["verdicts"] == {"ok": 4, "missing": 0, "damaged": 0, "differing": 0, "unreachable": 0}
    assert (report["versions"], report["files"], report["endpoint_answers"]) == (4, 3, 1)
    assert report["findings"] == []
    assert "The archive holds all of it." in run("verify").output


def test_one_bad_record_is_named_and_stops_no_other(newsroom: Newsroom, run) -> None:
    newsroom.overwrite(newsroom.kept[1], 60, b"\0\1\2\3")
    status, report = checked(run, "--all")
    assert status == 1
    assert (report["verdicts"]["ok"], report["verdicts"]["damaged"]) == (3, 1)
    (finding,) = report["findings"]
    assert (finding["kind"], finding["archive_offset"]) == ("damaged", newsroom.kept[1].archive_offset)
    assert "harbour" in finding["text"]
    told = run("verify", "--all").output
    assert "article" in told
    assert "The archive does NOT hold all of it." in told


def test_a_file_that_ends_early_lacks_what_stood_behind(newsroom: Newsroom, run) -> None:
    newsroom.truncate(newsroom.kept[1], 10)
    status, report = checked(run, "--all")
    assert status == 1
    assert (report["verdicts"]["ok"], report["verdicts"]["missing"]) == (2, 2)
    assert report["damaged_parts"] == 0


def test_a_file_that_is_gone_is_missing_for_each_of_its_rows(newsroom: Newsroom, run) -> None:
    (newsroom.settings.home / "archive" / newsroom.kept[0].archive_file).unlink()
    status, report = checked(run, "--all")
    assert (status, report["verdicts"]["ok"], report["verdicts"]["missing"]) == (1, 1, 3)


def test_an_archive_that_is_gone_is_one_error(newsroom: Newsroom, run) -> None:
    shutil.rmtree(newsroom.settings.home / "archive")
    for option in ("--all", "--sample=2"):
        told = run("verify", option)
        assert isinstance(told.exception, ArchiveError)
        assert "there is no archive at" in str(told.exception)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("final_url = 'https://alpha.example/other'", "the record is of https://alpha.example/harbour"),
        ("fetched_at = fetched_at + interval '2 seconds'", "not of 2026-11-01T12:01:02Z"),
        ("http_status = 203", "its HTTP status is 200, not 203"),
    ],
)
def test_a_row_that_tells_of_another_capture_differs(newsroom: Newsroom, run, query, change: str, says: str) -> None:
    query(f"update ingest.capture set {change} where archive_offset = %s", newsroom.kept[1].archive_offset)
    status, report = checked(run, "--all")
    assert (status, report["verdicts"]["differing"]) == (1, 1)
    assert says in report["findings"][0]["text"]


def test_a_version_without_a_capture_differs(newsroom: Newsroom, run, query) -> None:
    query("alter table news.article_version disable trigger all")
    query("update news.article_version set archive_offset = 1 where url like '%/harbour'")
    report = checked(run, "--sample", 100)[1]
    assert (report["verdicts"]["ok"], report["verdicts"]["damaged"]) == (3, 1)


def test_the_page_that_a_browser_drew_is_checked_too(newsroom: Newsroom, run) -> None:
    batch = Batch(run_id="r3")
    writer = newsroom.writer(batch)
    capture = newsroom.keep(writer, batch.capture("drawn", 200), "a shell", rendered=b"<p>Drawn.")
    writer.close()
    batch.article("drawn", "Drawn.", 200, capture=capture)
    newsroom.load(batch)
    assert checked(run, "--all")[0] == 0
    assert capture.rendered_offset is not None
    newsroom.overwrite(capture, capture.rendered_offset - capture.archive_offset + 30, b"\0\1\2\3")
    status, report = checked(run, "--all")
    assert (status, report["verdicts"]["damaged"], report["damaged_parts"]) == (1, 1, 0)
    assert "rendered page" in report["findings"][0]["text"]


def test_responses_that_no_row_knows_are_named_with_their_batch(newsroom: Newsroom, run, query) -> None:
    waiting, stray = Batch(run_id="r-3", batch_id="b-9"), Batch(run_id="gone")
    for batch in (waiting, stray):
        writer = newsroom.writer(batch)
        newsroom.keep(writer, batch.capture("late", 300), "Not loaded.")
        writer.close()
    query("insert into ingest.run values ('r-3', 'news', now())")
    query(
        "insert into ingest.batch (run_id, batch_id, kind, path, state, hosts, lease_until, planned_at)"
        " values ('r-3', 'b-9', 'news', 'r-3/b-9', 'planned', '{}', now(), now())"
    )
    status, report = checked(run, "--all")
    assert status == 0
    assert (report["not_loaded"], report["unknown"]) == (1, 1)
    told = {finding["kind"]: finding["text"] for finding in report["findings"]}
    assert "the batch r-3/b-9 is not loaded yet" in told["not_loaded"]
    assert "https://alpha.example/late of 2026-11-01T17:00:00" in told["not_loaded"]
    assert "no batch that wrote this file" in told["unknown"]
    quiet = run("verify", "--all").output
    assert "1 responses of batches that are not loaded yet" in quiet
    assert "not_loaded:" not in quiet


def test_a_record_between_the_known_ones_that_cannot_be_read_is_found(newsroom: Newsroom, run) -> None:
    first = newsroom.kept[0]
    newsroom.overwrite(first, first.archive_length + 30, b"\0\1\2\3")  # its metadata
    status, report = checked(run, "--all")
    assert (status, report["damaged_parts"], report["verdicts"]["ok"]) == (1, 1, 4)
    assert report["findings"][0]["archive_offset"] == first.archive_offset + first.archive_length


def test_the_end_of_a_file_that_is_being_written_is_no_damage(newsroom: Newsroom, run, query) -> None:
    newsroom.truncate(newsroom.kept[3], newsroom.kept[3].archive_length + 9)
    assert checked(run, "--all")[1]["damaged_parts"] == 1
    query("update ingest.batch set state = 'planned', loaded_at = null where run_id = 'r2'")
    assert checked(run, "--all")[1]["damaged_parts"] == 0


def test_a_response_of_two_versions_is_read_once(newsroom: Newsroom, run, query) -> None:
    query(
        'insert into news.article_version select (jsonb_populate_record(version, \'{"version_number": 2,'
        ' "change_kind": "reextraction"}\')).* from news.article_version as version where url like \'%/harbour\''
    )
    report = checked(run, "--all")[1]
    assert (report["versions"], report["responses"]) == (5, 4)


def test_what_was_kept_and_never_became_an_article_is_checked_with_all(newsroom: Newsroom, run) -> None:
    batch = Batch(run_id="r3")
    writer = newsroom.writer(batch)
    capture = newsroom.keep(writer, batch.capture("wall", 200), "Log in.")
    writer.close()
    batch.discover("wall", 200)
    batch.captures.append(capture)
    made = batch.reject("other", minutes=201)
    batch.captures.remove(made.capture)
    batch.rejections[0] = made.model_copy(update={"capture": capture})
    batch.discoveries = [one for one in batch.discoveries if one.url_key == capture.url_key]
    newsroom.load(batch)
    newsroom.overwrite(capture, 60, b"\0\1\2\3")
    assert checked(run, "--sample", 100)[0] == 0
    status, report = checked(run, "--all")
    assert (status, report["verdicts"]["damaged"]) == (1, 1)
    assert report["findings"][0]["version_number"] is None


def test_a_sample_can_be_drawn_again(newsroom: Newsroom, run, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    untouched = ArchiveFiles.read

    def spy(self: ArchiveFiles, name: str, offset: int, length: int, url: str) -> bytes:
        read.append(offset)
        return untouched(self, name, offset, length, url)

    monkeypatch.setattr(ArchiveFiles, "read", spy)
    drawn = {}
    for seed in range(6):
        for again in (False, True):
            read.clear()
            assert checked(run, "--sample", 2, "--seed", seed)[1]["responses"] == 2
            assert not again or drawn[seed] == tuple(read)
            drawn[seed] = tuple(read)
    assert len(set(drawn.values())) > 1


@pytest.mark.parametrize(
    ("options", "versions"),
    [
        (["--source", "alpha"], 4),
        (["--since", "2026-11-01T13:00:00"], 1),
        (["--until", "2026-11-01T13:00:00"], 3),
        (["--since", "2027-01-01"], 0),
    ],
)
def test_only_what_was_asked_for_is_checked(newsroom: Newsroom, run, options: list[str], versions: int) -> None:
    status, report = checked(run, "--all", *options)
    assert (status, report["versions"]) == (0, versions)


@pytest.mark.parametrize("options", [["--source", "nobody"], ["--all", "--sample", "3"]])
def test_a_wrong_question_is_refused(newsroom: Newsroom, run, options: list[str]) -> None:
    assert isinstance(run("verify", *options).exception, ConfigError)


def test_an_interrupt_leaves_a_report_of_what_was_done(
    newsroom: Newsroom, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    untouched = ArchiveFiles.read
    reads = iter(range(100))

    def interrupted(self: ArchiveFiles, name: str, offset: int, length: int, url: str) -> bytes:
        if next(reads) == 2:
            raise KeyboardInterrupt
        return untouched(self, name, offset, length, url)

    monkeypatch.setattr(ArchiveFiles, "read", interrupted)
    told = run("verify", "--sample", 10)
    assert told.exit_code == 130
    assert "Checked 2 responses" in told.output
    assert "Interrupted" in told.output


def test_an_object_store_is_read_like_a_folder(newsroom: Newsroom, run, monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.put(f"{newsroom.settings.home}/archive/", "/verified/", recursive=True)
    monkeypatch.setenv("DATELINE_ARCHIVE_URL", "memory://verified")
    try:
        status, report = checked(run, "--all")
        assert (status, report["verdicts"]["ok"], report["files"]) == (0, 4, 2)
        assert run("show", "alpha.example/bridge").exit_code == 0
        memory.rm(f"/verified/{newsroom.kept[0].archive_file}")
        assert checked(run, "--all")[1]["verdicts"]["missing"] == 3
        assert run("show", "alpha.example/harbour").exit_code == 1
    finally:
        memory.rm("/verified", recursive=True)


def test_files_are_walked_in_the_order_of_the_rows(tmp_path) -> None:
    names = [
        "warc/2026/a-b/00001.warc.gz",
        "warc/2026/a/00001.warc.gz",
        "warc/2026/a/00010.warc.gz",
        "warc/2026/é/00001.warc.gz",
    ]
    for name in [*names, "warc/2026/a/00002.warc.gz.unreadable", "warc/.hidden/00001.warc.gz"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(ArchiveFiles(str(tmp_path)).names()) == sorted(names, key=order_of)


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> tuple[KeptResponse, bytes]:
    folder = tmp_path_factory.mktemp("archive")
    writer = ArchiveWriter(str(folder), "warc/r1", folder / "spool")
    exchange = HttpExchange(url="https://alpha.example/a", fetched_at=START, status=200, body=b"<p>Twelve.")
    pointer = writer.write(exchange, {})
    writer.close()
    known = KeptResponse(
        exchange.url, START, **{k: v for k, v in vars(pointer).items() if k != "rendered_bytes"}, http_status=200
    )
    return known, (folder / pointer.archive_file).read_bytes()


@settings(max_examples=300)
@given(data=st.data())
def test_no_change_of_a_record_passes_for_the_bytes_that_were_captured(kept, data: st.DataObject) -> None:
    known, content = kept
    place = known.archive_offset + data.draw(st.integers(0, known.archive_length - 1))
    spoiled = bytearray(content)
    spoiled[place] ^= data.draw(st.integers(1, 255))

    def read(file: bytes, name: str, offset: int, length: int, url: str) -> bytes:
        return file[offset : offset + length]

    whole = prove(known, "archive", partial(read, content))
    found = prove(known, "archive", partial(read, bytes(spoiled)))
    assert whole.verdict is Verdict.OK
    # A byte of gzip's own header (its time, its system) says nothing of what is inside.
    assert found.verdict is not Verdict.OK or (found.record, found.response) == (whole.record, whole.response)
    assert (found.problem is None) == (found.verdict is Verdict.OK)


def test_a_clock_without_fractions_is_the_same_time(kept) -> None:
    known, content = kept
    for seconds, verdict in ((0.9, Verdict.OK), (1.1, Verdict.DIFFERING)):
        other = replace(known, fetched_at=at(seconds / 60))
        assert (
            prove(other, "archive", lambda name, offset, length, url: content[offset : offset + length]).verdict
            is verdict
        )
