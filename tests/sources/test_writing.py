from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import SourceError
from crawler.resources import resource_dir
from crawler.sources.loading import load_source, load_sources, read_defaults
from crawler.sources.model import Source, SourceKind, format_duration, parse_duration
from crawler.sources.writing import dump_full_source, dump_source, write_source_file

text = st.text(max_size=40) | st.sampled_from(
    ["NO", "yes", "1e5", "12:30", "0x1f", "~", "2026-01-31", "- a", "a: b", "#", "a\nb\n\n c ", "\n", "حلب", "\x85"]
)
urls = st.builds(
    "https://{}.example.org/{}".format, st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.sampled_from("abc")
)
durations = st.timedeltas(timedelta(0), timedelta(days=4000))
patterns = st.sampled_from(["/video/", "^x$", r"\d+", "#a", "a: b", "'", '"', "[a]", "é"])


def lists(strategy: st.SearchStrategy[Any], **bounds: int) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=4, unique=True, **bounds)


minimum = st.shared(st.integers(0, 10**6), key="minimum")
sources = st.fixed_dictionaries(
    {
        "id": st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
        "name": text.filter(bool),
        "home_page": urls,
        "country": st.from_regex(r"[A-Z]{2}", fullmatch=True),
        "languages": lists(st.from_regex(r"[a-z]{2,3}", fullmatch=True), min_size=1),
        "kind": st.sampled_from(SourceKind),
        "section_pages": lists(urls, min_size=1),
    },
    optional={
        "enabled": st.booleans(),
        "verified_on": st.dates().map(str),
        "feeds": lists(urls),
        "sitemaps": lists(urls),
        "allowed_hosts": lists(st.sampled_from(["example.org", "*.example.org", "127.0.0.1:80", "[::1]:8080"])),
        "include": lists(patterns),
        "exclude": lists(patterns),
        "time_zone": st.sampled_from(sorted(available_timezones())),
        "schedule": st.fixed_dictionaries(
            {}, optional={"every": durations.filter(bool), "slowest": durations.filter(lambda one: one.days > 0)}
        ),
        "revisit_after": lists(durations).map(sorted),
        "politeness": st.fixed_dictionaries(
            {}, optional={"delay_seconds": st.just(0) | st.floats(0, 600), "concurrent_requests": st.integers(1, 8)}
        ),
        "limits": st.fixed_dictionaries(
            {},
            optional={
                "max_pages": st.integers(1, 10**15),
                "max_bytes": st.integers(10_000, 10**12),
                "sitemap_max_age": durations,
            },
        ),
        "url_rules": st.fixed_dictionaries(
            {}, optional={"drop_parameters": lists(text), "keep_parameters": lists(text)}
        ),
        "expect": minimum.flatmap(
            lambda low: st.fixed_dictionaries(
                {"articles_per_day_min": st.just(low), "articles_per_day_max": st.integers(low, 10**7)}
            )
        ),
        "allow_private_addresses": st.booleans(),
        "verify_tls": st.booleans(),
        "notes": text,
    },
).map(Source.model_validate)

SOME_DEFAULTS = """\
enabled: true
country: SY
languages: [ar]
exclude: [/video/]
time_zone: Asia/Damascus
schedule: {every: 1h}
revisit_after: [2h]
allowed_hosts: [example.org]
limits: {max_pages: 5}
notes: from the defaults
verify_tls: false
"""


def read_back(source: Source, text: str, defaults: str | None) -> Source:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{source.id}.yaml")
        path.write_text(text, encoding="utf-8")
        if defaults is not None:
            Path(folder, "_defaults.yaml").write_text(defaults, encoding="utf-8")
        return load_source(path)


MINIMAL = {
    "id": "x",
    "name": "X",
    "home_page": "https://example.org/",
    "country": "NO",
    "languages": ["no"],
    "kind": "news",
    "section_pages": ["https://example.org/"],
}


@pytest.mark.parametrize(
    "values",
    [
        *(
            {"notes": text}
            for text in ("\x85", "a\u2028b", "\r", "\t", "a\r\nb", " a\n b ", "\n", "~", "NO", "\ufeff", "")
        ),
        {"politeness": {"delay_seconds": 0}},
        {"politeness": {"delay_seconds": 1e-7}},
        {"expect": {"articles_per_day_max": 0}},
        {"verify_tls": True, "exclude": [], "revisit_after": [], "enabled": False, "time_zone": "UTC"},
    ],
)
def test_values_that_are_easily_lost_are_kept(values: dict[str, Any]) -> None:
    source = Source.model_validate(MINIMAL | values)
    assert read_back(source, dump_source(source), None) == source
    assert read_back(source, dump_source(source, yaml.safe_load(SOME_DEFAULTS)), SOME_DEFAULTS) == source


@settings(max_examples=80, deadline=None)
@given(sources)
def test_what_is_dumped_loads_as_the_same(source: Source) -> None:
    assert read_back(source, dump_source(source), None) == source


@settings(max_examples=60, deadline=None)
@given(sources)
def test_under_any_defaults_too(source: Source) -> None:
    defaults = yaml.safe_load(SOME_DEFAULTS)
    assert read_back(source, dump_source(source, defaults), SOME_DEFAULTS) == source
    assert read_back(source, dump_full_source(source), SOME_DEFAULTS) in (
        source,
        source.model_copy(update={"verified_on": None}),
    )


@settings(max_examples=300, deadline=None)
@given(st.timedeltas(timedelta(0), timedelta.max))
def test_durations_keep_their_last_microsecond(value: timedelta) -> None:
    assert parse_duration(format_duration(value)) == value


def test_every_file_of_the_catalogue_is_as_it_would_be_written() -> None:
    folder = resource_dir("sources")
    for source in load_sources(folder):
        written = (folder / f"{source.id}.yaml").read_text(encoding="utf-8")
        assert written.partition("\n")[2] == dump_source(source, read_defaults(folder))


def test_a_dump_reads_as_a_person_would_write_it() -> None:
    source = Source.model_validate(
        {
            "id": "x",
            "name": "Example",
            "home_page": "https://example.org/",
            "country": "NO",
            "languages": ["ar", "en"],
            "kind": "news",
            "feeds": ["https://example.org/feed"],
            "schedule": {"every": "90m"},
            "revisit_after": ["60m", "1d"],
            "notes": "First.\nSecond.\n",
        }
    )
    assert dump_source(source) == (
        "id: x\n"
        "name: Example\n"
        "home_page: https://example.org/\n"
        "country: 'NO'\n"
        "languages: [ar, en]\n"
        "kind: news\n"
        "enabled: false\n"
        "feeds:\n"
        "- https://example.org/feed\n"
        "schedule:\n"
        "  every: 90m\n"
        "revisit_after: [1h, 1d]\n"
        "notes: |\n"
        "  First.\n"
        "  Second.\n"
    )


def test_a_file_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.yaml"
    write_source_file(path, "one\n")
    with pytest.raises(SourceError, match="is there already: replace it with --force"):
        write_source_file(path, "two\n")
    assert path.read_text() == "one\n"
    write_source_file(path, "two\n", replace=True)
    assert path.read_text() == "two\n"
    assert [child.name for child in path.parent.iterdir()] == ["x.yaml"]


def test_a_folder_that_cannot_be_written_is_named(write: Callable[..., Path]) -> None:
    folder = write("x.yaml", "")
    with pytest.raises(SourceError, match=r"y\.yaml: cannot be written \(.*\): choose another --folder"):
        write_source_file(folder / "x.yaml" / "y.yaml", "text")
