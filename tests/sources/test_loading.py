from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import SourceError
from crawler.sources.loading import load_source, load_sources

GOOD = """\
id: {id}
name: Example
home_page: https://{id}.example.org/
country: SY
languages: [ar]
kind: news
feeds: [https://{id}.example.org/feed]
"""


def good(source_id: str = "x", extra: str = "") -> str:
    return GOOD.format(id=source_id) + extra


def problems(folder: Path) -> list[str]:
    with pytest.raises(SourceError) as caught:
        load_sources(folder)
    return str(caught.value).splitlines()


def changed(key: str, line: str) -> str:
    """The good file with the line of `key` replaced."""
    return "".join(line + "\n" if part.startswith(f"{key}:") else part for part in good().splitlines(keepends=True))


ZONE = "is not an IANA time zone: write one as in Asia/Damascus"
BAD = [
    (good(extra="schedule: {every: soon}\n"),
     "schedule.every: 'soon' is not a duration: write a number and s, m, h or d, as in 15m"),
    (good(extra="schedule: {every: 15}\n"),
     "schedule.every: 15 is not a duration: write a number and s, m, h or d, as in 15m"),
    (good(extra="schedule: {every: 99999999999999d}\n"),
     "schedule.every: '99999999999999d' is longer than any duration can be: write less"),
    (good(extra="schedule: {every: 0m}\n"), "schedule.every: '0m' must be longer than zero, as in 15m"),
    (good(extra="schedule: {fastest: 0s}\n"), "schedule.fastest: '0s' must be longer than zero, as in 15m"),
    (good(extra="schedule: {fastest: 2d}\n"), "schedule: fastest is longer than slowest: swap them"),
    (good(extra="shedule: {every: 15m}\n"), "shedule: is not a known key: did you mean schedule?"),
    (good(extra="delay_second: 3\n"), "delay_second: is not a known key here: did you mean politeness.delay_seconds?"),
    (good(extra="politeness: {delay: 3}\n"),
     "politeness.delay: is not a known key: did you mean politeness.delay_seconds?"),
    (good(extra="limits: {max_page: 3}\n"), "limits.max_page: is not a known key: did you mean limits.max_pages?"),
    (good(extra="url_rules: {zzz: 3}\n"),
     "url_rules.zzz: is not a known key: remove it, or use one of drop_parameters, keep_parameters"),
    (good(extra="name: Again\n"), "line 8: name is written a second time (first in line 2): keep one"),
    (good(extra="limits:\n  max_pages: 5\n  max_pages: 6\n"),
     "line 10: max_pages is written a second time (first in line 9): keep one"),
    (good(extra="limits:\n\tmax_pages: 5\n"), "line 9: a tab: indent and align with spaces"),
    (good(extra="notes: see: this\n"),
     "line 8: is not YAML: mapping values are not allowed here: put text that holds a colon in quotes"),
    (good(extra="include: [a\n"),
     "line 9: is not YAML: while parsing a flow sequence, expected ',' or ']', but got '<stream end>'"),
    (good(extra="notes: &a x\ntime_zone: *a\n"), "line 9: is not YAML: an alias (*): write the value out instead"),
    (good(extra="notes: !!python/name:os.system x\n"),
     "line 8: the tag 'tag:yaml.org,2002:python/name:os.system' has no place here: write the value without it"),
    (good(extra="limits: {max_pages: !!int many}\n"),
     "line 8: 'many' cannot be read as a number, true or false: write it out plainly"),
    (good(extra="[a]: b\n"), "line 8: a key that is a list or a mapping: write a word"),
    (good(extra="---\nid: y\n"), "line 8: a second document (---): one file holds one source"),
    (good(extra="notes: \x07\n"), "line 8: the character U+0007 is not allowed in YAML: remove it"),
    ("- a\n- b\n", "holds a list: write keys and values, as in `id: x`"),
    ("just text\n", "holds a single value: write keys and values, as in `id: x`"),
    ("", "is empty: write a source in it, or remove the file"),
    ("# only a comment\n", "is empty: write a source in it, or remove the file"),
    (good().encode() + "notes: d\u00e9j\u00e0\n".encode("latin-1"),
     "line 8: byte 0xe9 is not UTF-8: save the file as UTF-8"),
    (b"a" * 1_000_001, "is 1000001 bytes long: a source file is a page of text"),
    ("a: " + "[" * 3000, "is nested too deeply: a source file has two levels"),
    (changed("id", "id: y"), "id: 'y' is not the file's name: write `id: x` or rename the file"),
    (changed("id", "name2: y"), "id: is missing: write `id: enab-baladi`, the file's name without .yaml"),
    (changed("home_page", "home_page: example.org"),
     "home_page: 'example.org' is not a web address: write it in full, as in https://example.org/feed"),
    (changed("feeds", "feeds: [https://a.org/f, 5]"), "feeds[2]: 5 is not text: put it in quotes"),
    (changed("feeds", "feeds: https://a.org/f"),
     "feeds: 'https://a.org/f' is not a list: put it in brackets, as in [https://a.org/f]"),
    (changed("feeds", "feeds:"), "feeds: is empty: give it a value, or remove the key"),
    (changed("feeds", "notes: none"),
     "has no feeds, sitemaps or section_pages: name at least one, or nothing can be found"),
    (changed("country", "country: Syria"),
     "country: 'Syria' cannot be used: write two capital letters, as in SY, or ZZ where it is not known"),
    (changed("country", "country: false"), "country: False is not text: put it in quotes"),
    (changed("name", "name: 24"), "name: 24 is not text: put it in quotes"),
    (changed("name", "name: ''"), "name: is empty: write `name: Enab Baladi`"),
    (changed("languages", "languages: []"), "languages: is empty: write `languages: [ar, en]`"),
    (changed("languages", "languages: [arabic]"),
     "languages[1]: 'arabic' cannot be used: write the two or three lowercase letters of ISO 639, as in ar"),
    (changed("kind", "kind: blog"),
     "kind: 'blog' is not one of them: write 'news', 'wire', 'state', 'monitor', 'ngo' or 'un'"),
    (good(extra="enabled: maybe\n"), "enabled: 'maybe' is not true or false: write one of them"),
    (good(extra="limits: {max_pages: 0}\n"), "limits.max_pages: 0 is too small: write 1 or more"),
    (good(extra="limits: {max_pages: 2.5}\n"), "limits.max_pages: 2.5 is not a whole number: write one as in 3"),
    (good(extra="limits: {max_pages: many}\n"), "limits.max_pages: 'many' is not a whole number: write one as in 3"),
    (good(extra="politeness: {delay_seconds: 900}\n"), "politeness.delay_seconds: 900 is too large: write 600 or less"),
    (good(extra="politeness: {delay_seconds: '2,5'}\n"),
     "politeness.delay_seconds: '2,5' is not a number: write one as in 2.5"),
    (good(extra="politeness: 3\n"), "politeness: 3 is not a group of keys: write its keys below it, indented"),
    (good(extra="politeness:\n"), "politeness: is empty: give it a value, or remove the key"),
    (good(extra="exclude: ['(']\n"),
     "exclude[1]: '(' is not a regular expression (missing ), unterminated subpattern at position 0): "
     "see Python's `re` for the syntax"),
    (good(extra="allowed_hosts: ['https://example.org/']\n"),
     "allowed_hosts[1]: 'https://example.org/' is not a host: write it in lowercase and alone, "
     "as in example.org or *.example.org"),
    (good(extra="time_zone: Damascus\n"), f"time_zone: 'Damascus' {ZONE}"),
    (good(extra="revisit_after: [6h, 1h]\n"),
     "revisit_after: ['6h', '1h'] must grow from one age to the next, as in [1h, 6h, 24h, 7d]"),
    (good(extra="verified_on: last week\n"), "verified_on: 'last week' cannot be used: write a day as in 2026-01-31"),
    (good(extra="expect: {articles_per_day_min: 9, articles_per_day_max: 2}\n"),
     "expect: articles_per_day_min is above articles_per_day_max: swap them"),
    (good(extra='"a\\nb": 1\n'), None),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BAD)
def test_each_mistake_has_its_message(write: Callable[..., Path], content: str | bytes, message: str | None) -> None:
    found = problems(write("x.yaml", content))
    assert all(line.startswith("sources/x.yaml: ") for line in found)
    if message is not None:
        assert f"sources/x.yaml: {message}" in found


def test_every_problem_of_every_file_is_listed_in_order(write: Callable[..., Path]) -> None:
    write("b.yaml", good("b", "schedule: {every: soon}\ntime_zone: Mars\n"))
    write("a.yaml", "id: [")
    folder = write("c.yml", good("c"))
    assert problems(folder) == [
        "sources/c.yml: ends in .yml and would be passed over: rename it to c.yaml",
        "sources/a.yaml: line 1: is not YAML: while parsing a flow node, expected the node content, "
        "but found '<stream end>'",
        f"sources/b.yaml: time_zone: 'Mars' {ZONE}",
        "sources/b.yaml: schedule.every: 'soon' is not a duration: write a number and s, m, h or d, as in 15m",
    ]


def test_the_same_id_in_two_files(write: Callable[..., Path]) -> None:
    write("a.yaml", good("a"))
    folder = write("b.yaml", good("a").replace("/feed", "/other"))
    assert problems(folder) == ["sources/b.yaml: id: 'a' is not the file's name: write `id: b` or rename the file"]


def test_the_same_feed_in_two_files_or_twice_in_one(write: Callable[..., Path]) -> None:
    write("a.yaml", good("a", "sitemaps: [https://a.example.org/s.xml]\n"))
    folder = write("b.yaml", good("b").replace("feeds: [", "feeds: ['HTTPS://a.example.org:443/feed#top', "))
    write("c.yaml", good("c").replace("feeds: [", "feeds: [https://c.example.org/feed, "))
    assert problems(folder) == [
        "sources/b.yaml: feeds[1]: 'HTTPS://a.example.org:443/feed#top' is feeds[1] of sources/a.yaml too: "
        "keep one of them",
        "sources/c.yaml: feeds[2]: 'https://c.example.org/feed' is feeds[1] of the same file too: keep one of them",
    ]


def test_norway_and_dates_and_byte_order_marks_are_read_as_meant(write: Callable[..., Path]) -> None:
    content = changed("country", "country: NO").replace("[ar]", "[no, on]") + "verified_on: 2026-01-31\nenabled: yes\n"
    (source,) = load_sources(write("x.yaml", b"\xef\xbb\xbf" + content.encode()))
    assert (source.country, source.languages, source.verified_on, source.enabled) == (
        "NO",
        ("no", "on"),
        "2026-01-31",
        True,
    )


def test_no_folder_empty_folder_a_file_for_a_folder(write: Callable[..., Path], tmp_path: Path) -> None:
    folder = write("_notes.yaml", "anything: goes\n")
    assert problems(folder) == ["sources: holds no source files: add one with `dateline sources add URL`"]
    assert problems(tmp_path / "no") == ["no: no such folder: create it, or point DATELINE_SOURCES elsewhere"]
    assert problems(folder / "_notes.yaml") == [
        "sources/_notes.yaml: is a file: name the folder that holds the source files"
    ]


def test_an_unreadable_file_and_a_folder_named_as_a_file(write: Callable[..., Path]) -> None:
    folder = write("y.yaml", good("y"))
    (folder / "x.yaml").mkdir()
    (folder / "z.yaml").symlink_to("nowhere")
    assert problems(folder) == [
        "sources/x.yaml: is a folder: a source is a file",
        "sources/z.yaml: cannot be read (No such file or directory): check that the file is there and its permissions",
    ]


def test_defaults_merge_deep_and_lists_replace(write: Callable[..., Path]) -> None:
    write("_defaults.yaml", "limits: {max_pages: 7, max_seconds: 60}\nexclude: [/a/, /b/]\ntime_zone: Asia/Beirut\n")
    write("x.yaml", good("x", "limits: {max_pages: 9}\nexclude: [/c/]\n"))
    folder = write("y.yaml", good("y"))
    x, y = load_sources(folder)
    assert (x.limits.max_pages, x.limits.max_seconds, x.exclude, x.time_zone) == (9, 60, ("/c/",), "Asia/Beirut")
    assert (y.limits.max_pages, y.exclude) == (7, ("/a/", "/b/"))
    assert load_source(folder / "x.yaml") == x


def test_without_defaults_of_its_own_a_folder_takes_the_catalogues(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    catalogue = tmp_path / "catalogue"
    catalogue.mkdir()
    (catalogue / "_defaults.yaml").write_text("schedule: {every: 3h}\n")
    monkeypatch.setattr("crawler.sources.loading.resource_dir", lambda _: catalogue)
    folder = write("x.yaml", good())
    assert load_sources(folder)[0].schedule.every == timedelta(hours=3)
    write("_defaults.yaml", "# nothing\n")
    schedule = load_sources(folder)[0].schedule
    assert (schedule.every, schedule.fastest, schedule.slowest) == (None, timedelta(minutes=5), timedelta(hours=12))


def test_a_mistake_in_the_defaults_is_reported_once_and_there(write: Callable[..., Path]) -> None:
    write("_defaults.yaml", "schedule: {every: soon}\nlimit: {max_pages: 7}\n")
    write("x.yaml", good("x"))
    folder = write("y.yaml", good("y"))
    assert problems(folder) == [
        "sources/_defaults.yaml: schedule.every: 'soon' is not a duration: write a number and s, m, h or d, as in 15m",
        "sources/_defaults.yaml: limit: is not a known key: did you mean limits?",
    ]
    write("_defaults.yaml", "id: z\n")
    assert problems(folder) == ["sources/_defaults.yaml: id: has no default: write it in each source's own file"]
