"""The headline, on pages of invented outlets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.found import Found
from crawler.clean.headline import find_headline
from crawler.clean.page import Page, parse_page
from crawler.clean.title import find_title

BODY = "<p>More than 200 people left the harbour town on Monday, and officials expect as many again tomorrow.</p>"


def page_of(
    body: str,
    *,
    og: str = "",
    title: str = "",
    site: str = "",
    json_ld: dict[str, object] | None = None,
    url: str = "https://www.harbourpost.example/world/ferry",
) -> Page:
    head = f"<title>{title}</title>"
    if og:
        head += f'<meta property="og:title" content="{og}">'
    if site:
        head += f'<meta property="og:site_name" content="{site}">'
    if json_ld:
        head += f'<script type="application/ld+json">{json.dumps(json_ld)}</script>'
    return parse_page(f"<html><head>{head}</head><body>{body}{BODY}</body></html>", url)


def found(page: Page) -> Found[str]:
    title = find_title(page, find_headline(page))
    assert title is not None
    return title


def test_the_heading_that_the_head_agrees_with_is_the_title() -> None:
    page = page_of(
        "<h1>Harbour Post</h1><h2>Most read</h2><h1>Ferry strike ends after nine days</h1>",
        og="Ferry strike ends after nine days",
        site="Harbour Post",
    )
    assert found(page).value == "Ferry strike ends after nine days"
    assert found(page).origin == "h1"


def test_the_headline_on_the_page_wins_over_its_rewrite_for_search_engines() -> None:
    page = page_of(
        "<h1>Nine days, no ferries: how a port stood still</h1>",
        og="Ferry strike 2031: everything you need to know",
        title="Ferry strike 2031: everything you need to know | Harbour Post",
        site="Harbour Post",
    )
    assert found(page).value == "Nine days, no ferries: how a port stood still"


@pytest.mark.parametrize(
    ("title", "site"),
    [
        ("Ferry strike ends - Harbour Post", "Harbour Post"),
        ("Ferry strike ends | World | HarbourPost", "Harbour Post"),
        ("Harbour Post: news :: Ferry strike ends", ""),
        ("Ferry strike ends — harbourpost.example", ""),
        ("Ferry strike ends | Harbour Post", "Harbour Post | News from the coast"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(title: str, site: str) -> None:
    page = page_of("<div class='headline'>Ferry strike ends</div>", title=title, site=site)
    assert found(page).value == "Ferry strike ends"


def test_a_stated_title_alone_loses_the_name_of_the_site() -> None:
    title = found(page_of("", title="إضراب العبارات ينتهي بعد تسعة أيام - مرفأ اليوم", site="مرفأ اليوم"))
    assert title.value == "إضراب العبارات ينتهي بعد تسعة أيام"
    assert title.origin == "title"


def test_a_dash_inside_of_a_headline_is_kept() -> None:
    headline = "Brel - a town between two fronts"
    assert found(page_of(f"<h1>{headline}</h1>", og=headline, title=headline)).value == headline


def test_a_site_named_as_its_article_leaves_the_title_whole() -> None:
    headline = "How nine villages rebuilt their only bridge in a month"
    assert found(page_of(f"<h1>{headline}</h1>", og=headline, title=headline, site=headline)).value == headline


def test_the_site_may_be_named_inside_of_a_headline() -> None:
    headline = "Why the Harbour Post stopped printing"
    page = page_of(f"<h1>{headline}</h1>", title=f"{headline} | Harbour Post", site="Harbour Post")
    assert found(page).value == headline


def test_a_kicker_in_the_heading_is_no_part_of_the_title() -> None:
    page = page_of(
        "<h1><span class='kicker'>Port dispute</span> <span>Ferry strike ends after nine days</span></h1>",
        og="Ferry strike ends after nine days",
        title="Ferry strike ends after nine days",
    )
    assert found(page).value == "Ferry strike ends after nine days"


def test_the_first_words_of_a_headline_are_no_kicker() -> None:
    headline = "The ferry strike ends after nine days"
    page = page_of(f"<h1>{headline}</h1>", og="Ferry strike ends after nine days", title="Ferry strike")
    assert found(page).value == headline


def test_a_kicker_above_the_heading_joins_where_head_and_data_say_so() -> None:
    page = page_of(
        "<p>Streik im Hafen</p><h1>Fähren fahren wieder</h1>",
        og="Streik im Hafen: Fähren fahren wieder",
        title="Streik im Hafen: Fähren fahren wieder",
    )
    assert found(page).value == "Streik im Hafen: Fähren fahren wieder"


def test_a_section_above_the_heading_does_not_join() -> None:
    stated = "Nachrichten | Fähren fahren wieder"
    page = page_of("<h1>Fähren fahren wieder</h1>", og=stated, title=stated)
    assert found(page).value == "Fähren fahren wieder"


def test_what_a_newsroom_states_twice_is_its_headline() -> None:
    page = page_of(
        "<h1>Joria ferries are back</h1>",
        og="Ferries return to Joria after nine days of strike",
        json_ld={"@type": "NewsArticle", "headline": "Ferries return to Joria after nine days of strike"},
    )
    assert found(page).value == "Ferries return to Joria after nine days of strike"
    assert found(page).origin == "og"


def test_a_heading_of_a_section_is_not_the_title() -> None:
    page = page_of(
        "<h1>Football</h1>",
        og="Vael scores twice as Joria reach the final",
        title="Vael scores twice as Joria reach the final",
    )
    assert found(page).value == "Vael scores twice as Joria reach the final"


def test_the_line_that_is_the_title_is_found_on_a_page_without_headings() -> None:
    page = page_of(
        "<p>Menu</p><p>武汉港口的罢工在九天之后终于结束了</p>", title="武汉港口的罢工在九天之后终于结束了 - 海港报"
    )
    index = find_headline(page)
    assert index is not None
    assert page.blocks[index].text == "武汉港口的罢工在九天之后终于结束了"


def test_entities_escaped_twice_are_read() -> None:
    page = page_of("", og="Storm &amp;amp; strike: what &amp;#8217;s next for Joria")
    assert found(page).value == "Storm & strike: what ’s next for Joria"


def test_a_heading_set_in_capitals_takes_the_case_of_the_head() -> None:
    page = page_of("<h1>FERRY STRIKE ENDS IN JORIA</h1>", og="Ferry strike ends in Joria")
    assert found(page).value == "Ferry strike ends in Joria"


def test_labels_of_the_newsroom_stay() -> None:
    headline = "LIVE: Ferries return to Joria"
    assert found(page_of(f"<h1>{headline}</h1>", og=headline)).value == headline


def test_the_hint_of_the_feed_is_the_last_resort() -> None:
    page = page_of("")
    page.hint_title = "Ferry strike ends after nine days"
    assert (found(page).value, found(page).origin) == ("Ferry strike ends after nine days", "feed")


def test_a_page_that_says_nothing_has_no_title() -> None:
    page = page_of("")
    assert find_title(page, find_headline(page)) is None


def test_more_agreement_gives_more_confidence() -> None:
    headline = "Ferry strike ends after nine days"
    alone = found(page_of(f"<h1>{headline}</h1>", og="Something else altogether was stated here"))
    agreed = found(page_of(f"<h1>{headline}</h1>", og=headline, title=headline))
    assert alone.value == agreed.value == headline
    assert alone.confidence < agreed.confidence


def test_a_title_cut_short_is_taken_whole_where_it_stands() -> None:
    whole = "Ferries return to Joria after nine days of strike, and nobody knows for how long"
    page = page_of("", og=whole[:50] + "...", title=f"{whole} | Harbour Post", site="Harbour Post")
    assert found(page).value == whole


def test_a_short_tail_of_a_title_alone_goes_though_nobody_knows_it() -> None:
    assert found(page_of("", title="Guinée : un pont rouvre après neuf mois ‹ Vael")).value == (
        "Guinée : un pont rouvre après neuf mois"
    )


@given(
    st.text("<>hp1/ aé\"'&;:|-–العنوان 標題", max_size=120),
    st.text("ab |-–:.", max_size=30),
    st.text("ab |-–:.", max_size=30),
)
def test_any_page_has_a_title_of_one_line_or_none(body: str, title: str, site: str) -> None:
    page = page_of(f"<h1>{body}</h1>", title=title, site=site)
    answer = find_title(page, find_headline(page))
    assert answer is None or (answer.value == " ".join(answer.value.split()) and 0 < answer.confidence < 1)


@pytest.mark.parametrize(
    "heading",
    [
        "<span class='article__overline'>Streit im Hafen</span> <span>Fähren in Joria fahren wieder</span>",
        "<small>Streit im Hafen</small> – Fähren in Joria fahren wieder",
        "Fähren in Joria fahren wieder <span class='post-date'>2. April 2031</span>",
    ],
)
def test_lines_set_around_the_headline_in_its_heading_go(heading: str) -> None:
    page = page_of(f"<h1>{heading}</h1>", og="Ende eines Streiks: alles über Jorias Schiffe")
    assert found(page).value == "Fähren in Joria fahren wieder"


def test_a_word_set_apart_in_the_headline_stays() -> None:
    page = page_of("<h1>Fähren in <span class='caps'>Joria</span> fahren <span class='badge'>wieder</span> ab</h1>")
    assert found(page).value == "Fähren in Joria fahren wieder ab"
