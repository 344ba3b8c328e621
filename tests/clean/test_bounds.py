"""Markup is kept within what a parser can build."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.clean.bounds import MOST_TAGS, bound_markup

PADDING = "<p>x</p>" * 5000
"""Makes a page one that is looked at tag by tag."""


def depth_of(markup: str) -> int:
    deepest, stack = 0, [(LexborHTMLParser(markup).body, 0)]
    while stack:
        node, depth = stack.pop()
        while node is not None:
            deepest = max(deepest, depth)
            if isinstance(node.first_child, LexborNode):
                stack.append((node.first_child, depth + 1))
            node = node.next
    return deepest


def test_an_ordinary_page_is_not_touched() -> None:
    page = "<html><body><div><p>One<p>two</div><script>if (a<b) {}</script></body></html>"
    assert bound_markup(page) is page


def test_a_large_page_of_ordinary_markup_is_not_changed() -> None:
    page = PADDING + "<div><ul><li><b>x</b><li>y</ul><br><img src=x><select><option>a<option>b</select></div>" * 2000
    assert bound_markup(page) == page


def test_blocks_beyond_the_depth_part_lines_but_do_not_nest() -> None:
    bounded = bound_markup(PADDING + "<div>a" * 10_000)
    assert depth_of(bounded) < 500
    assert bounded.count("a") == 10_000
    assert bounded.count("<div>") + bounded.count("<p>") == 10_000 + 5000


def test_the_end_of_a_tag_that_was_dropped_is_dropped_too() -> None:
    bounded = bound_markup(PADDING + "<div>" * 1000 + "x" + "</div>" * 1000 + "<section>y</section>")
    assert bounded.count("<div>") == bounded.count("</div>") < 500
    assert bounded.endswith("<section>y</section>")


def test_formats_that_would_be_opened_again_in_each_paragraph_are_few() -> None:
    bounded = bound_markup("".join(f"<font id=a{n}>" for n in range(300)) + PADDING)
    assert bounded.count("<font") < 20
    assert bounded.count("<p>") == 5000


def test_options_beyond_a_thousand_are_dropped() -> None:
    assert bound_markup("<select>" + "<option>x</option>" * 9000).count("<option>") == 1000


def test_a_tag_of_very_many_attributes_loses_them() -> None:
    attributes = " ".join(f"a{n}='b c'" for n in range(5000))
    assert bound_markup(f"<p>x</p><div {attributes}>y</div>") == "<p>x</p><div>y</div>"


def test_a_tag_with_one_long_attribute_keeps_it() -> None:
    page = f"<p>x</p><div data-state='{'a b ' * 20_000}' class=story>y</div>"
    assert bound_markup(page) == page


def test_a_long_script_is_left_alone() -> None:
    page = f"<script>{'a = b; ' * 10_000} f = c => d; {'a = b; ' * 10_000}</script><p>x</p>"
    assert bound_markup(page) == page


def test_tags_in_scripts_and_comments_are_not_counted() -> None:
    page = PADDING + "<script>" + "'<div>' + " * 5000 + "</script><!--" + "<div>" * 5000 + "--><div>y</div>"
    assert bound_markup(page) == page


def test_what_a_script_or_a_comment_swallows_to_the_end_is_left_alone() -> None:
    for opening in ("<script>", "<!--", "<style>"):
        page = PADDING + opening + "<div>" * 5000
        assert bound_markup(page) == page


def test_a_page_of_too_many_tags_is_cut() -> None:
    assert bound_markup("<b>" * (MOST_TAGS + 10)).count("<") <= MOST_TAGS


_PIECES = st.sampled_from(
    ["<div>", "</div>", "<b>", "</b>", "<font a=1>", "</font>", "<p>", "</p>", "<span>", "</span>", "<option>", "w ",
     "<script>", "</script>", "<!--", "-->", "<x-y>", "</x-y>", "<SECTION>", "</SECTION>", "<br/>", " < ", " > "]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=60), st.integers(1, 3))
def test_no_text_is_lost_and_none_is_made_up(pieces: list[str], times: int) -> None:
    page = PADDING + "<div>" * 200 * times + "".join(pieces * 20)
    bounded = bound_markup(page)
    words = re.findall(r"w ", page)
    assert re.findall(r"w ", bounded) == words
    assert len(bounded) <= len(page)


def test_what_looks_like_tags_in_a_script_is_none() -> None:
    script = "<script>" + "var a = '<p>x</p>';" * (MOST_TAGS // 2) + "</script>"
    data = '<script type="application/ld+json">{"headline": "<b>Wells</b>"}</script>'
    bounded = bound_markup(f"<p>before</p>{data}{script}<p>after</p>")
    assert bounded == f"<p>before</p>{data}<script></script><p>after</p>"
