"""The filter behind `dateline extract`."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.clean.extract_filter import extract_files, extract_lines

PAGES = Path(__file__).parent / "pages"


def run(*lines: str) -> tuple[int, list[dict[str, object]], str]:
    target, problems = io.BytesIO(), io.StringIO()
    source = io.BytesIO("".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass"))
    status = extract_lines(source, target, problems, workers=2)
    return status, [json.loads(line) for line in target.getvalue().splitlines()], problems.getvalue()


def page(name: str, **more: object) -> str:
    html = (PAGES / f"{name}.html").read_text(encoding="utf-8")
    return json.dumps({"id": name, "url": f"https://a.example/{name}", "html": html, **more})


def test_pages_come_out_in_order_with_what_the_scorer_reads() -> None:
    status, rows, problems = run(page("modern"), page("soft-404"), page("flash"))
    assert (status, problems) == (0, "")
    assert [row["id"] for row in rows] == ["modern", "soft-404", "flash"]
    assert [row["outcome"] for row in rows] == ["article", "rejected", "article"]
    assert rows[0]["authors"] == ["Ines Calder", "Yusuf Rahal"]
    assert rows[0]["published_at"] == "2022-07-03T21:15:30-04:00"
    assert rows[1]["reason"] == "soft_404"


def test_day_is_written_as_the_outlet_s_day() -> None:
    status, rows, _ = run(page("metered", time_zone="Europe/Vienna"))
    assert status == 0
    assert rows[0]["published_at"] == "2023-02-11T00:00:00+01:00"
    assert rows[0]["published_precision"] == "day"


def test_lines_that_cannot_be_read_are_named_and_the_others_go_on() -> None:
    status, rows, problems = run("{broken", page("flash"), '{"id": "x"}', "[]", page("flash", fetched_at="2024-01-01"))
    assert status == 1
    assert [row["id"] for row in rows] == ["flash"]
    assert [line.split(":")[0] for line in problems.splitlines()] == ["line 1", "line 3", "line 4", "line 5"]
    assert "has no 'html'" in problems
    assert "write an instant with its zone" in problems


def test_half_a_surrogate_pair_or_a_bad_byte_is_no_reason_to_stop() -> None:
    odd = page("flash").replace('"id": "flash"', '"id": "a\\ud800"')
    status, rows, problems = run(odd, page("flash", note="\ud800"))
    assert (status, problems) == (0, "")
    assert [row["id"] for row in rows] == ["a\ud800", "flash"]


def test_a_page_that_hangs_is_rejected_by_its_id_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.clean.extract_filter.PAGE_SECONDS", 1.0)
    target = io.BytesIO()
    lines = [page("flash"), json.dumps({"id": 7, "html": "HANG"}), json.dumps({"id": 8, "html": "FILL"}), page("flash")]
    naughty = (sys.executable, str(Path(__file__).with_name("naughty_worker.py")))
    source = io.BytesIO("".join(line + "\n" for line in lines).encode())
    assert extract_lines(source, target, io.StringIO(), command=naughty) == 0
    _, slow, large, _ = target.getvalue().splitlines()
    assert json.loads(slow) == {
        "id": 7, "outcome": "rejected", "reason": "clean_timeout", "detail": "longer than 1 s",
    }  # fmt: skip
    assert json.loads(large) == {"id": 8, "outcome": "rejected", "reason": "clean_error", "detail": "out of memory"}


def test_who_writes_a_page_and_waits_gets_its_row() -> None:
    command = (sys.executable, "-c", "from crawler.cli.main import main; main()", "extract")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for name in ("flash", "modern"):
            process.stdin.write(page(name).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == name
        process.stdin.write(page("flash").encode())  # and no newline
        process.stdin.close()
        assert json.loads(process.stdout.read())["id"] == "flash"


def test_files_as_objects_or_text(tmp_path: Path) -> None:
    target, problems = io.BytesIO(), io.StringIO()
    assert extract_files([PAGES / "plain.txt"], target, problems) == 0
    assert json.loads(target.getvalue())["authors"] == ["Tomas Reh"]
    target = io.BytesIO()
    paths = [PAGES / "plain.txt", tmp_path / "nowhere.html", PAGES / "soft-404.html"]
    assert extract_files(paths, target, problems, text_only=True) == 1
    assert target.getvalue().startswith(b"Two aid trucks hit on road to Merrow\n\nTwo trucks carrying flour")
    assert "nowhere.html: cannot be read" in problems.getvalue()
    assert "soft-404.html: rejected: soft_404" in problems.getvalue()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("fetched_at", "yesterday", "write an instant with its zone"),
        ("fetched_at", "2024-01-01", "write an instant with its zone"),
        ("time_zone", "Mars/Base", "write an IANA name"),
        ("languages", 7, "write a list of codes"),
        ("url", 7, "write an address"),
        ("http_status", "abc", "write a number"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_with_its_value_and_remedy(field: str, value: object, told: str) -> None:
    status, rows, problems = run(page("flash", **{field: value}))
    assert (status, rows) == (1, [])
    assert problems.startswith(f"line 1: `{field}` is {value!r}: ")
    assert told in problems
