from __future__ import annotations

import re
from collections import Counter

import pytest

from crawler.resources import resource_dir
from crawler.sources.loading import DEFAULTS_NAME, load_sources, read_defaults
from crawler.sources.model import Source, SourceKind

CATALOGUE = resource_dir("sources")


@pytest.fixture(scope="module")
def catalogue() -> list[Source]:
    return load_sources(CATALOGUE)


def test_the_catalogue_covers_the_home_ground(catalogue: list[Source]) -> None:
    assert len(catalogue) >= 45
    assert [source.id for source in catalogue] == sorted({source.id for source in catalogue})
    assert {source.kind for source in catalogue} == set(SourceKind)
    languages = Counter(language for source in catalogue for language in source.languages)
    assert all(languages[language] >= 3 for language in ("en", "ar", "ku", "ckb", "tr", "fr"))
    countries = Counter(source.country for source in catalogue)
    assert all(countries[country] >= 2 for country in ("SY", "LB", "JO", "IQ", "TR", "PS", "IL"))


def test_nothing_in_it_claims_to_have_been_fetched(catalogue: list[Source]) -> None:
    for source in catalogue:
        assert not source.enabled, source.id
        assert source.verified_on is None, source.id
        text = (CATALOGUE / f"{source.id}.yaml").read_text(encoding="utf-8")
        check = f"dateline sources check --live {source.id}"
        assert text.startswith(f"# Written down from general knowledge, not fetched: run `{check}` before"), source.id


def test_each_expects_something_and_takes_its_own_pages(catalogue: list[Source]) -> None:
    for source in catalogue:
        assert source.expect.articles_per_day_max < 1500, source.id
        assert source.time_zone != "UTC", source.id
        host = re.sub(r"^https?://", "", source.home_page).partition("/")[0]
        assert source.allows_host(host), source.id
        assert not source.allow_private_addresses, source.id
        assert all(source.allows_host(re.sub(r"^https?://", "", url).partition("/")[0]) for url in source.section_pages)


def test_the_defaults_name_every_group_of_settings() -> None:
    assert list(read_defaults(CATALOGUE)) == ["schedule", "politeness", "limits", "revisit_after", "expect"]
    assert "#" in (CATALOGUE / DEFAULTS_NAME).read_text(encoding="utf-8")
