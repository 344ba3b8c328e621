"""`dateline extract --learn`: the filter in two passes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.clean.extract_learning import extract_learning
from crawler.cli.extract import extract
from tests.memory.site import html, story


def row(number: int, host: str = "ledger.example", **more: object) -> str:
    return json.dumps({"id": number, "url": f"https://{host}/{number}", "html": html(number), **more})


def run(*lines: str) -> tuple[int, list[dict[str, object]], str]:
    target, problems = io.BytesIO(), io.StringIO()
    status = extract_learning(io.BytesIO("".join(f"{line}\n" for line in lines).encode()), target, problems, workers=2)
    return status, [json.loads(line) for line in target.getvalue().splitlines()], problems.getvalue()


def template_of(row: dict[str, object]) -> object:
    origins = row["origins"]
    assert isinstance(origins, dict)
    return origins.get("template")


def test_pages_come_out_in_order_each_host_by_what_its_own_pages_tell() -> None:
    hosts = ["ledger.example", "other.example"]
    numbers = [*range(10), 77]
    lines = [row(n, hosts[n % 2] if n < 77 else "alone.example") for n in numbers]
    status, rows, problems = run(*lines)
    assert (status, problems) == (0, "")
    assert [one["id"] for one in rows] == numbers
    templates = [template_of(one) for one in rows]
    assert len(set(templates[0:10:2])) == len(set(templates[1:10:2])) == 1
    assert templates[0] != templates[1]
    assert None not in templates[:10]
    assert templates[10] is None
    for one in rows:
        text = one["text"]
        assert isinstance(text, str)
        assert all(line in text for line in story(int(str(one["id"]))))


def test_hosts_of_one_domain_with_few_pages_are_one_site() -> None:
    _, rows, _ = run(*(row(n, f"{place}.ledger.example") for n, place in enumerate(("news", "news", "sport", "www"))))
    assert len({template_of(one) for one in rows}) == 1
    assert template_of(rows[0]) is not None


def test_lines_that_cannot_be_read_are_named_by_their_number() -> None:
    status, rows, problems = run(row(1), "{broken", "", '{"id": "x"}', row(2))
    assert status == 1
    assert [one["id"] for one in rows] == [1, 2]
    assert [line.split(":")[0] for line in problems.splitlines()] == ["line 2", "line 4"]


def test_without_input_nothing_comes_out() -> None:
    assert run() == (0, [], "")


def test_a_last_line_without_its_end_is_read() -> None:
    target = io.BytesIO()
    assert extract_learning(io.BytesIO(row(1).encode()), target, io.StringIO()) == 0
    assert json.loads(target.getvalue())["id"] == 1


def test_files_have_no_site_to_learn(tmp_path: Path) -> None:
    path = tmp_path / "one.html"
    path.write_text(html(1))
    result = CliRunner().invoke(extract, ["--learn", str(path)])
    assert result.exit_code == 2
    assert "give it JSON Lines" in result.output


@pytest.mark.parametrize("url", [None, "", "no address", 7])
def test_a_page_without_an_address_is_read_all_the_same(url: object) -> None:
    _, rows, _ = run(*(row(n, url=url if n == 1 else f"https://ledger.example/{n}") for n in range(5)))
    assert len(rows) >= 4
