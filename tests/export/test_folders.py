"""Exports of many files: days, months, numbers of rows; killed and gone on with."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pyarrow.dataset
import pytest

from crawler.errors import DatelineError, ExportError, RunError
from crawler.export import ExportRequest, Format, Partition, export
from crawler.locks import lock_work
from tests.export.conftest import command_line, environment, read_lines


def rows_below(folder: Path) -> list[dict]:
    return [row for path in sorted(folder.rglob("*.jsonl")) for row in read_lines(path)]


def numbers_below(folder: Path) -> list[int]:
    return sorted(row["article_id"] for row in rows_below(folder))


def manifest_of(folder: Path) -> dict:
    return json.loads((folder / "_export.json").read_text())


def test_each_day_has_its_file_and_rows_without_a_date_have_theirs(run_export, add_articles, tmp_path) -> None:
    add_articles(count=4, published_at="2026-10-31T18:00:00Z", apart="5 hours")
    add_articles(published_at=None)
    folder = tmp_path / "out"
    report = run_export(folder, Format.PARQUET, partition=Partition.DAY)
    assert (report.rows, report.files) == (5, 3)
    read = pyarrow.dataset.dataset(folder, partitioning="hive").to_table()
    by_day = {row["article_id"]: row["day"] for row in read.to_pylist()}
    assert by_day == {1: "2026-10-31", 2: "2026-10-31", 3: "2026-11-01", 4: "2026-11-01", 5: None}


def test_months_are_those_of_utc(run_export, add_articles, tmp_path) -> None:
    add_articles(published_at="2026-11-01T01:00:00+03:00")
    add_articles(published_at="2026-11-01T03:00:00+03:00")
    folder = tmp_path / "out"
    run_export(folder, partition=Partition.MONTH)
    assert [row["article_id"] for row in read_lines(folder / "month=2026-10/part-0.jsonl")] == [1]
    assert [row["article_id"] for row in read_lines(folder / "month=2026-11/part-0.jsonl")] == [2]


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (6, [3, 3]), (7, [3, 3, 1])])
def test_files_hold_the_rows_asked_for(count, sizes, run_export, add_articles, tmp_path) -> None:
    add_articles(count=count)
    folder = tmp_path / "out"
    run_export(folder, partition=Partition.ROWS, rows_per_file=3, columns=("title", "article_id"))
    assert [part["rows"] for part in manifest_of(folder)["parts"]] == sizes
    assert numbers_below(folder) == list(range(1, count + 1))


def test_the_list_of_files_proves_each(run_export, add_articles, tmp_path) -> None:
    add_articles(count=7)
    folder = tmp_path / "out"
    run_export(folder, partition=Partition.ROWS, rows_per_file=3)
    manifest = manifest_of(folder)
    assert manifest["is_complete"]
    for part in manifest["parts"]:
        data = (folder / part["file"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (part["sha256"], part["bytes"])
        assert data.count(b"\n") == part["rows"]


PARTITIONS = [
    ["--rows-per-file", "2", "--columns", "article_id"],
    ["--by-day"],
]


@pytest.mark.parametrize("options", PARTITIONS, ids=["rows", "days"])
def test_a_killed_export_goes_on_with_the_files_that_are_missing(
    options, settings, add_articles, tmp_path, command
) -> None:
    add_articles(count=3000, apart="1 day", published_at="2000-01-01T00:00:00Z")
    folder = tmp_path / "out"
    arguments = [folder, "--format", "jsonl", *options]
    process = subprocess.Popen(
        command_line(*arguments), env=environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (folder / "_export.json").exists() or not manifest_of(folder)["parts"]:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    killed = manifest_of(folder)
    assert not killed["is_complete"]
    assert 0 < len(killed["parts"]) < 1500
    kept = {part["file"]: (folder / part["file"]).stat().st_mtime_ns for part in killed["parts"]}

    done = command(*arguments, "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == 3000
    assert numbers_below(folder) == list(range(1, 3001))
    assert {name: (folder / name).stat().st_mtime_ns for name in kept} == kept
    assert manifest_of(folder)["is_complete"]
    assert not list(folder.rglob("*.part"))


def test_what_changed_between_kill_and_resumption_is_asked_for_next_time(
    settings, run_export, add_articles, tmp_path, query, monkeypatch
) -> None:
    add_articles(count=4, apart="1 day", updated_at="2026-11-01T00:00:00Z")
    folder = tmp_path / "out"
    state = tmp_path / "state.json"
    options = {"partition": Partition.ROWS, "rows_per_file": 2, "state_file": state}

    def stop_after_the_first_file(done: int, total: int | None, note: str) -> None:
        if done > 2:
            raise KeyboardInterrupt

    request = ExportRequest(str(folder), Format.JSONL, **options)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        export(settings, request, stop_after_the_first_file)
    assert not state.exists()
    assert len(manifest_of(folder)["parts"]) == 1
    query("update news.article set title = 'Corrected', updated_at = now() where article_id = 1")
    assert run_export(folder, **options).rows == 4
    assert {row["title"] for row in rows_below(folder)} == {"Bridge reopens"}
    later = tmp_path / "later"
    run_export(later, **options)
    assert [(row["article_id"], row["title"]) for row in rows_below(later)] == [(1, "Corrected")]


def test_a_file_that_was_lost_is_written_again(run_export, add_articles, tmp_path) -> None:
    add_articles(count=4, apart="1 day")
    folder = tmp_path / "out"
    options = {"partition": Partition.DAY, "state_file": tmp_path / "state.json"}
    run_export(folder, **options)
    (tmp_path / "state.json").unlink()
    (folder / "day=2026-11-02/part-0.jsonl").unlink()
    assert run_export(folder, **options).rows == 4
    assert numbers_below(folder) == [1, 2, 3, 4]


def test_a_folder_is_not_mixed_with_another_export(run_export, add_articles, tmp_path) -> None:
    add_articles(count=3, apart="1 day")
    add_articles(source_id="beta")
    folder = tmp_path / "out"
    run_export(folder, partition=Partition.DAY)
    with pytest.raises(ExportError, match="complete"):
        run_export(folder, partition=Partition.DAY)
    for other in ({"source_ids": ("beta",)}, {"columns": ("title",)}, {"format_": Format.CSV}, {"what": "versions"}):
        with pytest.raises(ExportError, match="belongs to an export with"):
            run_export(folder, **{"partition": Partition.DAY, **other})
    with pytest.raises(ExportError, match="partition = 'day', and this one has 'month'"):
        run_export(folder, partition=Partition.MONTH)
    with pytest.raises(ExportError, match="since"):
        run_export(folder, partition=Partition.DAY, changed_since=datetime(2026, 1, 1, tzinfo=timezone.utc))
    assert numbers_below(folder) == [1, 2, 3, 4]
    run_export(folder, partition=Partition.DAY, source_ids=("beta",), force=True)
    assert numbers_below(folder) == [4]


def test_force_leaves_nothing_of_an_export_whose_list_was_not_saved(run_export, add_articles, tmp_path) -> None:
    add_articles(count=3, apart="1 day")
    folder = tmp_path / "out"
    run_export(folder, partition=Partition.DAY)
    manifest = manifest_of(folder)
    del manifest["parts"][1:]
    (folder / "_export.json").write_text(json.dumps({**manifest, "is_complete": False}))
    run_export(folder, Format.CSV, partition=Partition.DAY, force=True)
    assert not list(folder.rglob("*.jsonl"))


def test_a_folder_with_other_files_is_left_alone(run_export, add_articles, tmp_path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "thesis.txt").write_text("precious")
    with pytest.raises(ExportError, match=r"thesis\.txt"):
        run_export(folder, partition=Partition.DAY)


def test_a_list_of_files_that_points_elsewhere_removes_nothing(run_export, add_articles, tmp_path) -> None:
    add_articles()
    folder = tmp_path / "out"
    run_export(folder, partition=Partition.DAY)
    (tmp_path / "precious").write_text("")
    manifest = manifest_of(folder)
    manifest["parts"][0]["file"] = "../precious"
    (folder / "_export.json").write_text(json.dumps(manifest))
    run_export(folder, partition=Partition.DAY, force=True)
    assert (tmp_path / "precious").exists()


def test_two_exports_into_one_folder_at_once_are_refused(run_export, add_articles, tmp_path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with lock_work(folder, "_export"), pytest.raises(RunError, match="another process"):
        run_export(folder, partition=Partition.DAY)
    run_export(folder, partition=Partition.DAY)


def test_two_exports_into_one_file_at_once_are_refused(settings, run_export, add_articles, tmp_path) -> None:
    add_articles(count=3)
    target = tmp_path / "out.jsonl"

    def meanwhile(done: int, total: int | None, note: str) -> None:
        with pytest.raises(ExportError, match="another export is writing"):
            run_export(target)

    export(settings, ExportRequest(str(target), Format.JSONL), meanwhile)
    assert numbers_below(tmp_path) == [1, 2, 3]


def test_what_a_killed_export_left_beside_a_file_is_overwritten(run_export, add_articles, tmp_path) -> None:
    add_articles()
    (tmp_path / ".out.jsonl.part").write_text("half a ro" * 1000)
    run_export(tmp_path / "out.jsonl")
    assert numbers_below(tmp_path) == [1]
    assert not list(tmp_path.glob(".*part"))


def test_own_query_into_many_files_begins_anew(settings, run_export, add_articles, tmp_path) -> None:
    add_articles(count=5)
    folder = tmp_path / "out"
    options = {"partition": Partition.ROWS, "rows_per_file": 2, "sql": "select article_id from news.article order by 1"}

    def stop(done: int, total: int | None, note: str) -> None:
        if done > 2:
            raise DatelineError("stop")

    with pytest.raises(DatelineError, match="stop"):
        export(settings, ExportRequest(str(folder), Format.JSONL, **options), stop)  # type: ignore[arg-type]
    assert run_export(folder, **options).files == 3
    assert numbers_below(folder) == [1, 2, 3, 4, 5]


PEAK = """
import resource, sys
from crawler.config import load_settings
from crawler.export import ExportRequest, Format, export
from crawler.progress import no_progress
export(load_settings(), ExportRequest(sys.argv[1], Format(sys.argv[2])), no_progress)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("format_", [format_.value for format_ in Format])
def test_memory_does_not_grow_with_the_number_of_rows(format_, settings, add_articles, tmp_path) -> None:
    def peak_megabytes() -> float:
        arguments = [sys.executable, "-c", PEAK, str(tmp_path / f"{time.monotonic_ns()}"), format_]
        done = subprocess.run(arguments, env=environment(settings), capture_output=True, text=True, check=True)
        return int(done.stdout) / 1024

    add_articles(count=8000, characters=8000)
    small = peak_megabytes()
    add_articles(count=24000, characters=8000)
    large = peak_megabytes()
    assert large - small < 40, f"{small:.0f} MB for 64 MB of text, {large:.0f} MB for 256 MB"
