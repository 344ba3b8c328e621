"""Saved pages with reviewed expectations are the tests of page objects."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.overrides.comparing import compare, expectation_of
from crawler.clean.overrides.snapshots import Snapshot, check_snapshots, renew_expectations, save_snapshot
from crawler.clean.reject import Rejected
from crawler.cli.main import main
from crawler.cli.sources import sources
from crawler.errors import ConfigError, SiteError, SourceError
from crawler.reasons import Reason
from crawler.records import ArticleFields, Precision
from crawler.sources.loading import load_source
from crawler.sources.model import Source

PAGE = b"""<html><head><title>Harbour Gazette</title></head><body><h1>Crane falls into the bay</h1>
<p class="by">By Mirja Aalto</p><div class="story"><p>A crane fell into the bay on Monday.</p>
<p>Nobody was hurt.</p></div></body></html>"""
CODE = """
from datetime import date
from crawler.page_objects import ArticlePage, field

class Layout(ArticlePage):
    valid_from = date(2026, 1, 1)

    @field
    def title(self):
        return self.line("h1")

    @field
    def section(self):
        return "Harbour"
"""
GENERIC = ArticleFields(
    title="Harbour Gazette",
    text="A crane fell into the bay on Monday.\n\nNobody was hurt.",
    word_count=11,
    authors=("Mirja Aalto",),
    language="en",
    published_at=datetime(2026, 2, 1, 22, 30, tzinfo=timezone.utc),
    published_precision=Precision.MINUTE,
)
SNAPSHOT = Snapshot(
    url="https://gazette.example/2026/Crane-falls.html",
    fetched_at=datetime(2026, 2, 3, 10, tzinfo=timezone.utc),
    content_type="text/html; charset=utf-8",
)
SOURCE_FILE = """
    id: gazette
    name: Harbour Gazette
    home_page: {home}
    country: LB
    languages: [en]
    kind: news
    time_zone: Asia/Beirut
    feeds: [{home}feed]
    allow_private_addresses: true
"""


@pytest.fixture
def generic(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the extractor finds on any page: the last of the list."""
    found: list[Any] = [GENERIC]
    monkeypatch.setattr(
        import_module("crawler.clean.extract"), "extract_article", lambda payload, **arguments: found[-1]
    )
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Any) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "sources"
    (folder / "pages").mkdir(parents=True)
    (folder / "gazette.yaml").write_text(dedent(SOURCE_FILE).format(home=site.url()))
    (folder / "pages" / "gazette.py").write_text(CODE)
    return folder


@pytest.fixture
def source(folder: Path) -> Source:
    return load_source(folder / "gazette.yaml")


def edit(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def expect(path: Path, **values: Any) -> None:
    edit(path, reviewed=True, expected={**json.loads(path.read_text())["expected"], **values})


def problems(folder: Path, source: Source) -> list[str]:
    return list(check_snapshots(folder, source).problems)


def test_a_page_is_saved_as_it_came_with_what_is_found_on_it(generic: Any, folder: Path, source: Source) -> None:
    path = save_snapshot(folder, source, SNAPSHOT, PAGE)
    assert path == folder / "pages" / "gazette" / "2026-02-03-crane-falls.json"
    assert gzip.decompress((path.parent / "2026-02-03-crane-falls.html.gz").read_bytes()) == PAGE
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert list(saved)[-2:] == ["reviewed", "expected"]
    assert saved["reviewed"] is False
    assert saved["expected"] == {
        "outcome": "article",
        "title": "Crane falls into the bay",
        "authors": ["Mirja Aalto"],
        "published_at": "2026-02-02T00:30:00+02:00",
        "language": "en",
        "section": "Harbour",
        "text": ["A crane fell into the bay on Monday.", "Nobody was hurt."],
    }


def test_an_expectation_that_nobody_reviewed_fails(generic: Any, folder: Path, source: Source) -> None:
    path = save_snapshot(folder, source, SNAPSHOT, PAGE)
    (problem,) = problems(folder, source)
    assert problem.startswith("sources/pages/gazette/2026-02-03-crane-falls.json: nobody has reviewed what it expects")
    edit(path, reviewed=True)
    found = check_snapshots(folder, source)
    assert (found.page_objects, found.snapshots, found.problems) == (1, 1, ())


def test_a_mismatch_tells_field_expected_and_got(generic: Any, folder: Path, source: Source) -> None:
    path = save_snapshot(folder, source, SNAPSHOT, PAGE)
    expect(path, title="Crane topples", text=["A crane fell into the bay on Tuesday.", "Nobody was hurt.", "More."])
    assert [problem.partition(".json: ")[2] for problem in problems(folder, source)] == [
        'title: expected "Crane topples", got "Crane falls into the bay"',
        'text: paragraph 1: expected "…ell into the bay on Tuesday.", got "…ell into the bay on Monday."',
        'text: paragraph 3 is missing: "More."',
    ]


def test_only_what_the_file_lists_is_compared(generic: Any, folder: Path, source: Source) -> None:
    path = save_snapshot(folder, source, SNAPSHOT, PAGE)
    edit(path, reviewed=True, expected={"outcome": "article", "section": "Harbour"})
    generic.append(GENERIC.model_copy(update={"authors": ("Somebody",)}))
    assert problems(folder, source) == []
    expect(path, sektion="Harbour")
    assert problems(folder, source)[0].endswith("expected.sektion: is no field of an article: did you mean section?")


def test_a_page_object_that_fails_on_a_saved_page_fails_the_check(generic: Any, folder: Path, source: Source) -> None:
    edit(save_snapshot(folder, source, SNAPSHOT, PAGE), reviewed=True)
    code = CODE + "\n    @field(meta={'required': True})\n    def tags(self):\n        return self.lines('.gone')\n"
    (folder / "pages" / "gazette.py").write_text(code)
    (problem,) = problems(folder, source)
    assert problem.endswith("pages/gazette.py: Layout.tags: found nothing, and is required")


def test_a_layout_without_a_saved_page_of_its_days_fails(generic: Any, folder: Path, source: Source) -> None:
    old = SNAPSHOT.model_copy(update={"fetched_at": datetime(2025, 5, 5, tzinfo=timezone.utc)})
    edit(save_snapshot(folder, source, old, PAGE), reviewed=True)
    (problem,) = problems(folder, source)
    assert problem == (
        "sources/pages/gazette.py: Layout: no saved page is of its days: save one with "
        "`dateline sources snapshot gazette URL`"
    )


def test_rejections_are_expected_too(generic: Any, folder: Path, source: Source) -> None:
    generic.append(Rejected(Reason.PAYWALL, "a wall"))
    path = save_snapshot(folder, source, SNAPSHOT, PAGE)
    assert json.loads(path.read_text())["expected"] == {"outcome": "rejected", "reason": "paywall"}
    edit(path, reviewed=True)
    assert problems(folder, source) == []
    generic.append(Rejected(Reason.NO_TEXT, "none"))
    assert problems(folder, source)[0].endswith('reason: expected "paywall", got "no_text"')
    generic.append(GENERIC)
    assert problems(folder, source)[0].endswith(
        'outcome: expected a rejection, got the article "Crane falls into the bay"'
    )
    expect(path, outcome="article")
    generic.append(Rejected(Reason.NO_TEXT, "none"))
    assert problems(folder, source)[0].endswith("outcome: expected an article, got a rejection: no_text (none)")


def test_a_reviewed_expectation_is_not_overwritten_without_force(generic: Any, folder: Path, source: Source) -> None:
    path = save_snapshot(folder, source, SNAPSHOT, PAGE)
    save_snapshot(folder, source, SNAPSHOT, PAGE)
    edit(path, reviewed=True)
    with pytest.raises(SourceError, match=r"crane-falls.json: is reviewed, and would be lost: replace it with --force"):
        save_snapshot(folder, source, SNAPSHOT, b"other")
    assert gzip.decompress((path.parent / "2026-02-03-crane-falls.html.gz").read_bytes()) == PAGE
    assert renew_expectations(folder, source) == []
    save_snapshot(folder, source, SNAPSHOT, PAGE, replace=True)
    assert json.loads(path.read_text())["reviewed"] is False


def test_pages_of_one_slug_do_not_overwrite_each_other(generic: Any, folder: Path, source: Source) -> None:
    other = SNAPSHOT.model_copy(update={"url": "https://gazette.example/sports/crane-falls"})
    arabic = SNAPSHOT.model_copy(update={"url": "https://gazette.example/%D8%B1%D8%A7%D9%81%D8%B9%D8%A9"})
    paths = [save_snapshot(folder, source, each, PAGE) for each in (SNAPSHOT, other, arabic)]
    assert len(set(paths)) == 3
    assert [save_snapshot(folder, source, each, PAGE) for each in (SNAPSHOT, other, arabic)] == paths


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "is not JSON"),
        ('{"url": "x"}', "fetched_at: Field required"),
        ('{"url": "x", "fetched_at": "2026-01-01T00:00:00Z", "titel": 1}', "titel: Extra inputs"),
        ("[]", "Input should be"),
    ],
)
def test_damaged_files_are_told_and_the_others_are_checked(
    generic: Any, folder: Path, source: Source, content: str, problem: str
) -> None:
    edit(save_snapshot(folder, source, SNAPSHOT, PAGE), reviewed=True)
    broken = folder / "pages" / "gazette" / "2026-01-01-broken.json"
    broken.write_text(content)
    (told,) = problems(folder, source)
    assert told.startswith(f"{broken.relative_to(Path.cwd())}: ")
    assert problem in told


def test_a_page_without_its_other_half_is_told(generic: Any, folder: Path, source: Source) -> None:
    path = save_snapshot(folder, source, SNAPSHOT, PAGE)
    page = path.with_name("2026-02-03-crane-falls.html.gz")
    page.write_bytes(page.read_bytes()[:20])
    assert "html.gz: cannot be read" in problems(folder, source)[0]
    path.unlink()
    assert "html.gz: has no .json beside it" in problems(folder, source)[0]


@given(
    st.builds(
        ArticleFields,
        title=st.text(min_size=1),
        text=st.text(min_size=1),
        word_count=st.just(1),
        authors=st.lists(st.text(), max_size=3).map(tuple),
        published_at=st.none() | st.datetimes(timezones=st.just(timezone.utc)),
        published_precision=st.sampled_from(Precision),
    )
)
def test_what_is_written_as_expected_is_as_expected(fields: ArticleFields) -> None:
    zone = timezone.utc
    written = json.loads(json.dumps(expectation_of(fields, zone, ("section", "kind"))))
    assert list(compare(written, fields, zone)) == []


def test_an_instant_may_be_written_in_any_zone() -> None:
    expected = {"outcome": "article", "published_at": "2026-02-01T17:30:00-05:00"}
    assert list(compare(expected, GENERIC, timezone.utc)) == []
    assert len(list(compare({**expected, "published_at": "2026-02-01"}, GENERIC, timezone.utc))) == 1


# The command


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATELINE_CONTACT", "mailto:desk@example.org")

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(sources, [*arguments, "--folder", "sources"])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def test_a_page_is_fetched_saved_reviewed_and_checked(
    generic: Any, folder: Path, site: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add("/news/crane", PAGE)
    saved = run("snapshot", "gazette", site.url("/news/crane"))
    (name,) = re.findall(r"^wrote (sources/pages/gazette/\d{4}-\d\d-\d\d-crane\.json)$", saved.stdout, re.MULTILINE)
    assert "/robots.txt" in site.paths
    failed = run("check", "gazette")
    assert failed.exit_code == 1
    assert json.loads(run("check", "--json").stdout)[0]["level"] == "fail"
    monkeypatch.setattr("sys.argv", ["dateline", "sources", "check", "gazette", "--folder", "sources"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert f"fail\tgazette\t\t\t\t\t{name}: nobody has reviewed" in failed.stdout
    assert "0 ok, 0 warn, 1 fail" in failed.stderr
    edit(Path(name), reviewed=True)
    checked = run("check", "gazette")
    assert checked.exit_code == 0
    assert "1 page objects, 1 saved pages are as expected" in checked.stdout
    told = json.loads(run("check", "--json").stdout)
    assert told[0]["pages"] == {"page_objects": 1, "snapshots": 1, "problems": []}


def test_expectations_are_written_anew_after_a_change_of_the_page_object(
    generic: Any, folder: Path, site: Any, run: Any
) -> None:
    site.add("/news/crane", PAGE)
    (name,) = re.findall(r"sources/\S+", run("snapshot", "gazette", site.url("/news/crane")).stdout)
    (folder / "pages" / "gazette.py").write_text(CODE.replace("Harbour", "Bay"))
    asked = len(site.asked)
    assert run("snapshot", "gazette").stdout == f"wrote {name}\n"
    assert json.loads(Path(name).read_text())["expected"]["section"] == "Bay"
    assert len(site.asked) == asked
    edit(Path(name), reviewed=True)
    assert "has no saved page that waits for a review" in run("snapshot", "gazette").stderr


def test_what_cannot_be_fetched_is_not_saved(generic: Any, folder: Path, site: Any, run: Any) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /private", "text/plain")
    for path, told in (("/gone", "not_found"), ("/private/x", "disallows")):
        with pytest.raises(SiteError, match=told):
            run("snapshot", "gazette", site.url(path))
    for url, told in (
        ("https://other.example/x", "is none of the hosts of gazette"),
        ("https://[x", "not a web addre"),
    ):
        with pytest.raises(ConfigError, match=told):
            run("snapshot", "gazette", url)
    assert not (folder / "pages" / "gazette").exists()
    assert run("snapshot", "gazette", "--on", "2026-01-01", site.url()).exit_code == 2
    assert run("snapshot", "gazette", "--archived").exit_code == 2


def test_a_page_that_a_browser_draws_is_taken_from_the_archive_alone(folder: Path, site: Any, run: Any) -> None:
    path = folder / "gazette.yaml"
    path.write_text(path.read_text() + "render: browser\n")
    with pytest.raises(ConfigError, match="a browser draws its pages: take one from the archive, with --archived"):
        run("snapshot", "gazette", site.url("/x"))


def test_mistakes_in_page_objects_end_the_check_with_every_problem(folder: Path, run: Any) -> None:
    (folder / "pages" / "gazette.py").write_text("def broken(:\n")
    (folder / "pages" / "gazete.py").write_text(CODE)
    with pytest.raises(SourceError) as caught:
        run("check")
    assert caught.value.exit_code == 2
    first, second = str(caught.value).splitlines()
    assert first == "sources/pages/gazete.py: there is no source 'gazete': rename it, or remove it"
    assert second == "sources/pages/gazette.py: line 1: is not Python (invalid syntax): correct the line"
