"""JSON-LD as it is found in the wild, and microdata."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.lenient_json import parse_leniently
from crawler.clean.page import parse_page
from crawler.clean.structured import choose_article, is_article_node, load_json, name_of, read_nodes, types_of

URL = "https://harbour-post.example/world/2031/ferry-strike"
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"headline": "Ferry strike",}', {"headline": "Ferry strike"}),
        ('{"tags": ["port", "strike",],}', {"tags": ["port", "strike"]}),
        ('{"headline": "Ferry\nstrike\tends"}', {"headline": "Ferry strike ends"}),
        ('<!-- {"a": 1} -->', {"a": 1}),
        ('//<![CDATA[\n{"a": 1}\n//]]>', {"a": 1}),
        ('/*<![CDATA[*/ {"a": 1} /*]]>*/', {"a": 1}),
        ('{"a": 1};', {"a": 1}),
        ("{&quot;headline&quot;: &quot;Ferry strike&quot;}", {"headline": "Ferry strike"}),
        ('"{\\"headline\\": \\"Ferry strike\\"}"', {"headline": "Ferry strike"}),
        ('{"a": 1}\n{"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": "x" "b": "y"}', {"a": "x", "b": "y"}),
        ('{"headline": "He says "never" to a toll", "b": 2}', {"headline": 'He says "never" to a toll', "b": 2}),
        ('{"quote": "say "yes", "no", and go", "b": 1}', {"quote": 'say "yes", "no", and go', "b": 1}),
        ('{"keywords": ["the "big" ferry", "port"]}', {"keywords": ['the "big" ferry', "port"]}),
        ("{'headline': 'It's over', 'tags': ['port']}", {"headline": "It's over", "tags": ["port"]}),
        ("{“@type”: “Report”, “headline”: “The “last” ferry”}", {"@type": "Report", "headline": "The “last” ferry"}),
        ('{"a": undefined, b: 12, "c": -1.5}', {"a": None, "b": 12, "c": -1.5}),
        ('{"headline": "Strike", "author": {"name": "Ada"', {"headline": "Strike", "author": {"name": "Ada"}}),
        ('{"headline": "Ferry strike ends aft', {"headline": "Ferry strike ends aft"}),
        ('{"a": {"b": 1}}}', {"a": {"b": 1}}),
        ('{"a": "\\ud83d\\ude00 \\u0641"}', {"a": "😀 ف"}),
        ("", None),
        ("window.data = 3", None),
    ],
)  # fmt: skip
def test_broken_json_is_read_as_far_as_it_goes(text: str, value: Any) -> None:
    found = load_json(text)
    assert (found or None) == value


def test_half_of_a_surrogate_pair_spoils_no_other_member() -> None:
    found = load_json('{"a": "x \\ud83d y", "headline": "Ferry strike"}')
    assert found["headline"] == "Ferry strike"
    assert found["a"].encode()


@given(_JSON)
def test_what_is_right_is_read_as_it_is(value: Any) -> None:
    text = json.dumps(value)
    if not isinstance(value, str):
        assert load_json(text) == value


@given(st.dictionaries(st.from_regex(r"[a-z@]{1,8}", fullmatch=True), st.text("abc äف.", max_size=12), max_size=5))
def test_the_lenient_reader_agrees_with_the_strict_one(value: dict[str, str]) -> None:
    assert parse_leniently(json.dumps(value, ensure_ascii=False)) == [value]


@given(st.text("{}[]\",:\\'“”ab1 \n/*", max_size=200))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    assert isinstance(parse_leniently(text), list)
    load_json(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * 100_000,
        "[" * 200_000,
        '"' * 300_000,
        '{"a":"' + '" ' * 150_000,
        '{"a":{},/*' * 40_000,
        '{"a": "x"' + " " * 300_000,
    ],
)
def test_hostile_nesting_and_quotes_end_in_an_answer(text: str) -> None:
    load_json(text)


def test_nodes_are_found_in_graphs_and_lists_outer_before_inner() -> None:
    script = json.dumps(
        [{"@graph": [{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle"}}]}, {"@type": "Organization"}]
    )
    assert [node["@type"] for node in read_nodes([script])] == ["WebPage", "NewsArticle", "Organization"]


def test_a_listing_of_articles_speaks_of_none() -> None:
    nodes = [{"@type": "NewsArticle", "headline": f"Story {n}", "url": f"/{n}"} for n in range(9)]
    assert choose_article(nodes, URL, ("Harbour Post",)) == {}


def test_the_article_is_the_node_with_the_address_of_the_page() -> None:
    nodes = [{"@type": "NewsArticle", "url": "/other"}, {"@type": "NewsArticle", "mainEntityOfPage": {"@id": URL}}]
    assert choose_article(nodes, URL, ()) is nodes[1]


def test_the_article_is_the_node_with_the_title_of_the_page() -> None:
    nodes = [{"@type": "Article", "headline": f"Story {n}"} for n in range(9)]
    nodes[4]["headline"] = "Storm &amp; ferries"
    assert choose_article(nodes, URL, ("Storm & ferries – Harbour Post",)) is nodes[4]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Ada&nbsp;Brill", "Ada Brill"),
        ({"name": {"name": "Ada Brill"}}, "Ada Brill"),
        ([{}, {"legalName": "Harbour Post Ltd"}], "Harbour Post Ltd"),
        (17, None),
    ],
)
def test_names_are_read_from_strings_objects_and_lists(value: Any, name: str | None) -> None:
    assert name_of(value) == name


def test_a_name_inside_of_itself_ends() -> None:
    value: dict[str, Any] = {}
    value["name"] = value
    assert name_of(value) is None


def test_types_lose_their_vocabulary() -> None:
    assert types_of({"@type": ["schema:NewsArticle", "https://schema.org/Report"]}) == {"NewsArticle", "Report"}
    assert is_article_node({"@type": "LiveBlogPosting"})
    assert not is_article_node({"@type": "ArticleSection"})


def test_microdata_is_the_article_where_no_json_is() -> None:
    page = parse_page(
        """<main itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Ferry strike ends</h1>
        <meta itemprop="datePublished" content="2031-04-02"><div itemprop="author">Ada Brill</div>
        <p>By <span itemprop="author">Jon Vael</span></p></main><p itemprop="headline">Elsewhere</p>""",
        URL,
    )
    assert page.article["headline"] == "Ferry strike ends"
    assert page.article["datePublished"] == "2031-04-02"
    assert {author["name"] for author in page.article["author"]} == {"Ada Brill", "Jon Vael"}
    assert page.article["@origin"] == "microdata"


def test_microdata_of_a_product_is_no_article() -> None:
    page = parse_page('<div itemscope itemtype="https://schema.org/Product"><p itemprop="name">Rope</p></div>', URL)
    assert page.article == {}
