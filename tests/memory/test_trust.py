"""Which fields of a site can be taken at their word."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crawler.clean.memory import SiteTemplate, apply_fields, learn
from crawler.records import ArticleFields, Precision
from tests.memory.site import START, headline, observation


def learned(count: int, **fields: list[object]) -> SiteTemplate:
    """A template of stories whose fields have these values, one after the other."""
    pages = [
        observation(n, day=n, **{name: values[n % len(values)] for name, values in fields.items()})
        for n in range(count)
    ]
    template = learn(pages)
    assert template is not None
    return template


def article(**changes: object) -> ArticleFields:
    values = {
        "title": "Rain over Tivara",
        "text": "It rained over Tivara.",
        "word_count": 4,
        "origins": {"title": "h1"},
    }
    return ArticleFields.model_validate({**values, **changes})


def test_the_outlet_as_the_author_of_everything_goes_to_the_agencies() -> None:
    template = learned(6, authors=[("Karsu Ledger",)])
    found = apply_fields(article(authors=("Karsu Ledger",), origins={"authors": "json-ld"}), template)
    assert (found.authors, found.agencies) == ((), ("Karsu Ledger",))
    assert "authors" not in found.origins


@pytest.mark.parametrize("name", ["Web Desk", "Редакция", "هيئة التحرير", "Haber Merkezi"])
def test_a_newsroom_under_another_name_goes_there_too(name: str) -> None:
    found = apply_fields(article(authors=(name,)), learned(6, authors=[(name,)]))
    assert (found.authors, found.agencies) == ((), (name,))


def test_who_stands_on_every_page_gives_way_to_whoever_stands_on_this_one() -> None:
    template = learned(6, authors=[("Tomas Arlen",), ("Tomas Arlen", "Lena Oswin")])
    found = apply_fields(article(authors=("Tomas Arlen", "Mira Dahl"), origins={"authors": "meta"}), template)
    assert found.authors == ("Mira Dahl",)
    assert found.origins["authors"] == "meta+template"


def test_the_one_writer_of_a_site_stays() -> None:
    fields = article(authors=("Tomas Arlen",))
    assert apply_fields(fields, learned(9, authors=[("Tomas Arlen",)])) is fields


def test_a_section_is_no_author() -> None:
    template = learned(6, section=["Politics", "Sports"])
    assert apply_fields(article(authors=("Politics", "Mira Dahl")), template).authors == ("Mira Dahl",)


def test_a_writer_is_spelt_one_way() -> None:
    template = learned(6, authors=[("MIRA DAHL",), ("Mira Dahl",), ("Lena Oswin",)])
    assert apply_fields(article(authors=("MIRA DAHL",)), template).authors == ("Mira Dahl",)


def test_titles_lose_what_the_site_puts_behind_them() -> None:
    template = learned(6, title=[f"{headline(n)} | Karsu Ledger" for n in range(6)])
    found = apply_fields(article(title="Rain over Tivara | Karsu Ledger"), template)
    assert (found.title, found.origins["title"]) == ("Rain over Tivara", "h1+template")
    assert apply_fields(article(title="Rain over Tivara | A diary"), template).title == "Rain over Tivara | A diary"


def test_a_running_story_in_front_of_some_titles_stays() -> None:
    titles = [f"Flood: {headline(n)}" if n % 2 else headline(n) for n in range(6)]
    fields = article(title="Flood: rain over Tivara")
    assert apply_fields(fields, learned(6, title=titles)) is fields


def test_one_time_of_day_for_all_stories_is_no_time_of_day() -> None:
    dates = [START.replace(hour=0, minute=0) + timedelta(days=n) for n in range(6)]
    template = learned(6, published_at=dates, has_time_of_day=[True])
    assert template.trust.fixed_time_of_day == "00:00:00"
    midnight, morning = datetime(2026, 4, 1, tzinfo=timezone.utc), datetime(2026, 4, 1, 7, 12, tzinfo=timezone.utc)
    stated = {"published_precision": Precision.MINUTE}
    assert apply_fields(article(published_at=midnight, **stated), template).published_precision is Precision.DAY
    assert apply_fields(article(published_at=morning, **stated), template).published_precision is Precision.MINUTE


def test_midnight_is_read_on_the_outlet_s_own_clock() -> None:
    dates = [START.replace(hour=21, minute=0) + timedelta(days=n) for n in range(6)]
    template = learned(6, published_at=dates, has_time_of_day=[True], published_zone=["+03:00"])
    assert template.trust.fixed_time_of_day == "00:00:00"


def test_stories_as_old_as_their_captures_are_dated_by_the_request() -> None:
    dates = [START + timedelta(days=n, minutes=n, seconds=20) for n in range(9)]
    template = learned(9, published_at=dates, has_time_of_day=[True])
    assert template.trust.is_dated_by_fetch
    fetched_at = START + timedelta(days=40)
    fields = article(
        published_at=fetched_at - timedelta(seconds=9), published_precision=Precision.SECOND,
        confidences={"published_at": 0.95},
    )  # fmt: skip
    found = apply_fields(fields, template, fetched_at)
    assert (found.published_precision, found.confidences["published_at"]) == (Precision.DAY, 0.3)
    older = [dates[0] - timedelta(days=2), *dates[1:]]
    assert not learned(9, published_at=older, has_time_of_day=[True]).trust.is_dated_by_fetch


def test_three_stories_with_a_field_say_nothing_of_it() -> None:
    pages = [observation(n, **({"authors": ("Web Desk",)} if n < 3 else {})) for n in range(8)]
    template = learn(pages)
    assert template is not None
    assert template.trust.constant_authors == ()
