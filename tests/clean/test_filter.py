"""The filter behind `dateline extract`."""

from __future__ import annotations

import io
import json
from pathlib import Path

from crawler.clean.extract_filter import extract_files, extract_lines

PAGES = Path(__file__).parent / "pages"


def run(*lines: str) -> tuple[int, list[dict[str, object]], str]:
    target, problems = io.StringIO(), io.StringIO()
    status = extract_lines(io.StringIO("".join(line + "\n" for line in lines)), target, problems)
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
    assert rows[0]["published_at"] == "2023-02-11"


def test_lines_that_cannot_be_read_are_named_and_the_others_go_on() -> None:
    status, rows, problems = run("{broken", page("flash"), '{"id": "x"}', "[]", page("flash", fetched_at="2024-01-01"))
    assert status == 1
    assert [row["id"] for row in rows] == ["flash"]
    assert [line.split(":")[0] for line in problems.splitlines()] == ["line 1", "line 3", "line 4", "line 5"]
    assert "has no 'html'" in problems
    assert "write it as in" in problems


def test_files_as_objects_or_text(tmp_path: Path) -> None:
    target, problems = io.StringIO(), io.StringIO()
    assert extract_files([PAGES / "plain.txt"], target, problems) == 0
    assert json.loads(target.getvalue())["authors"] == ["Tomas Reh"]
    target = io.StringIO()
    paths = [PAGES / "plain.txt", tmp_path / "nowhere.html", PAGES / "soft-404.html"]
    assert extract_files(paths, target, problems, text_only=True) == 1
    assert target.getvalue().startswith("Two aid trucks hit on road to Merrow\n\nTwo trucks carrying flour")
    assert "nowhere.html: cannot be read" in problems.getvalue()
    assert "soft-404.html: rejected: soft_404" in problems.getvalue()
