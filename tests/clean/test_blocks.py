"""The walk over a page: its visible lines in order, each with what stands around it."""

from __future__ import annotations

import html
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.clean.blocks import MOST_BLOCKS, MOST_DEPTH, MOST_MARKS, Block, Element, read_blocks
from crawler.clean.roles import Role
from crawler.clean.text import normalize_line


def blocks_of(markup: str) -> list[Block]:
    return read_blocks(LexborHTMLParser(markup).body)[0]


def elements_of(markup: str) -> list[Element]:
    return read_blocks(LexborHTMLParser(markup).body)[1]


def texts_of(markup: str) -> list[str]:
    return [block.text for block in blocks_of(markup)]


# Lines


def test_paragraphs_headings_items_and_cells_are_lines_in_the_page_s_order() -> None:
    markup = "<h1>Wells</h1><p>One.</p><ul><li>Two</li><li>Three</li></ul><table><tr><td>4</td><td>5</td></tr></table>"
    assert texts_of(markup) == ["Wells", "One.", "Two", "Three", "4", "5"]


def test_blocks_are_numbered_by_their_place() -> None:
    assert [block.index for block in blocks_of("<p>a</p>\n<p></p><p>b</p><div>c</div>")] == [0, 1, 2]


def test_bare_text_between_paragraphs_is_a_line_of_the_element_around() -> None:
    found = blocks_of("<div class='story'>Before<p>inside</p>between<p>again</p>after</div>")
    assert [(block.text, block.tag) for block in found] == [
        ("Before", "div"),
        ("inside", "p"),
        ("between", "div"),
        ("again", "p"),
        ("after", "div"),
    ]


def test_white_space_of_the_markup_is_no_part_of_a_line() -> None:
    assert texts_of("<p>\n  The\n\twells <b> of </b>\nHarun \n</p>") == ["The wells of Harun"]


def test_words_of_inline_elements_are_joined_as_they_are_written() -> None:
    assert texts_of("<p>Ha<b>run</b> and <i>Sada</i>, twice<sup>2</sup></p>") == ["Harun and Sada, twice2"]


def test_a_space_that_stands_alone_between_elements_parts_words() -> None:
    assert texts_of("<p><b>Sada</b> <i>Tel</i></p>") == ["Sada Tel"]


def test_one_break_is_a_newline_and_two_are_two_lines() -> None:
    assert texts_of("<p>one<br>two<br><br>three<br> <br/>four</p>") == ["one\ntwo", "three", "four"]


@pytest.mark.parametrize("between", ["<br><br>", "<br>&nbsp;<br>", "<br><b> </b><br>", "<br><br><br><br>", "<hr>"])
def test_breaks_with_nothing_between_them_end_a_line(between: str) -> None:
    assert texts_of(f"<div>one{between}two</div>") == ["one", "two"]


def test_breaks_at_the_ends_of_a_line_leave_nothing() -> None:
    assert texts_of("<p><br>one<br></p><br><br><p>two</p>") == ["one", "two"]


def test_a_newline_in_the_source_is_a_space_but_in_preformatted_text() -> None:
    assert texts_of("<p>one\ntwo</p><pre>three\nfour</pre>") == ["one two", "three\nfour"]


def test_what_no_browser_shows_is_no_line() -> None:
    markup = (
        "<script>var a</script><style>p{}</style><template><p>t</p></template><!-- c --><svg><text>s</text></svg>"
        "<select><option>o</option></select><textarea>x</textarea><iframe>f</iframe><object>e</object><p>shown</p>"
    )
    assert texts_of(markup) == ["shown"]


def test_an_unseen_element_in_a_word_does_not_part_it() -> None:
    assert texts_of("<p>Har<script>1</script>un</p>") == ["Harun"]


def test_invisible_characters_alone_are_no_line() -> None:
    assert texts_of("<p>\u200b</p><p>&shy;&nbsp;</p><p>\u202b</p><p>x</p>") == ["x"]


def test_an_element_that_a_site_made_up_is_a_block() -> None:
    assert texts_of("<article-body>one<story-part>two</story-part></article-body>") == ["one", "two"]


def test_text_after_the_end_of_the_body_is_still_read() -> None:
    assert texts_of("<html><body><p>one</p></body></html>two") == ["one", "two"]


def test_a_page_without_a_body_has_neither_blocks_nor_elements() -> None:
    assert read_blocks(None) == ([], [])


# Markup that a parser repairs


def test_paragraphs_that_never_close_are_lines_of_their_own() -> None:
    assert texts_of("<p>one<p>two<li>three<li>four") == ["one", "two", "three", "four"]


def test_wrongly_nested_emphasis_keeps_every_word_once() -> None:
    assert texts_of("<p><b>one <i>two</b> three</i> four</p>") == ["one two three four"]


def test_text_that_stands_loose_in_a_table_is_moved_before_it_as_browsers_do() -> None:
    assert texts_of("<table>loose<tr><td>cell</td></tr></table>") == ["loose", "cell"]


def test_a_link_around_blocks_keeps_them_apart() -> None:
    assert texts_of("<a href='/x'><h3>Title</h3><p>Summary</p></a>") == ["Title", "Summary"]


def test_a_block_inside_emphasis_ends_the_line() -> None:
    assert texts_of("<b>one<div>two</div>three</b>") == ["one", "two", "three"]


# Shares and marks


def test_linked_and_bold_characters_are_counted() -> None:
    (block,) = blocks_of("<p>Read <a href='/x'>all of it</a> in <b>Sada</b></p>")
    assert (block.linked, block.strong, block.prose) == (9, 4, len(block.text) - 9)


def test_a_line_that_is_one_link_is_linked_whole_whatever_its_spaces() -> None:
    (block,) = blocks_of("<li> <a href='/x'> All  of <b>it</b>\n</a> </li>")
    assert block.linked == len(block.text) == 9


def test_an_anchor_without_an_address_links_nothing() -> None:
    (block,) = blocks_of("<p><a name='top'>Harun</a></p>")
    assert block.linked == 0


def test_lines_inside_one_link_are_all_linked() -> None:
    assert [block.linked for block in blocks_of("<a href='/x'><p>four</p><p>words</p></a><p>no</p>")] == [4, 5, 0]


def test_marks_hold_the_text_of_their_element() -> None:
    markup = "<p>By <a rel=author href='/salma'>Salma <b>Haddad</b></a>, <time datetime='2031-05-04'>4 May</time></p>"
    (block,) = blocks_of(markup)
    assert [(mark.tag, mark.text) for mark in block.marks] == [("a", "Salma Haddad"), ("time", "4 May")]
    assert block.marks[1].attributes["datetime"] == "2031-05-04"


def test_a_mark_inside_a_mark_has_its_own_text() -> None:
    (block,) = blocks_of("<p><span itemprop=author>by <span itemprop=name>Omar Said</span></span></p>")
    assert [mark.text for mark in block.marks] == ["by Omar Said", "Omar Said"]


def test_a_link_around_blocks_has_their_text() -> None:
    found = blocks_of("<a href='/x'><h3>Title of it</h3><p>Summary of it</p></a><p>next</p>")
    assert [mark.text for block in found for mark in block.marks] == ["Title of it Summary of it"]


def test_a_picture_without_text_is_a_mark_of_the_next_line() -> None:
    (block,) = blocks_of("<p><img src='a.png' alt='A well'></p><p>The well.</p>")
    assert [mark.attributes["alt"] for mark in block.marks] == ["A well"]


def test_marks_belong_to_the_line_that_they_stand_in() -> None:
    first, second = blocks_of("<p><a href='/1'>one</a></p><p><a href='/2'>two</a></p>")
    assert [mark.text for mark in first.marks] == ["one"]
    assert [mark.text for mark in second.marks] == ["two"]


# Roles


def test_roles_are_inherited_from_all_elements_around() -> None:
    (block,) = blocks_of("<footer><div class='newsletter-box'><ul><li>text</li></ul></div></footer>")
    assert block.has(Role.FOOTER)
    assert block.has(Role.NEWSLETTER)
    assert block.has(Role.LIST)
    assert not block.has(Role.NAV)


def test_own_roles_are_those_of_the_element_alone() -> None:
    _, nav, item = elements_of("<nav><p class='byline'>x</p></nav>")
    assert nav.own == Role.NAV
    assert item.own == Role.BYLINE
    assert item.roles == Role.NAV | Role.BYLINE


def test_words_on_the_body_say_nothing_of_what_is_in_it() -> None:
    assert blocks_of("<body class='single-post footer'><p>x</p></body>")[0].roles == 0


@pytest.mark.parametrize(
    "attribute", ["hidden", "style='display:none'", "style='VISIBILITY: hidden'", "class='sr-only'"]
)
def test_hidden_lines_are_read_and_marked(attribute: str) -> None:
    hidden, shown = blocks_of(f"<div {attribute}><p>one</p></div><p>two</p>")
    assert hidden.has(Role.HIDDEN)
    assert not shown.has(Role.HIDDEN)


def test_an_inline_element_that_holds_the_whole_line_gives_it_its_role() -> None:
    (block,) = blocks_of("<p><span class='author-name'>Salma Haddad</span></p>")
    assert block.has(Role.BYLINE)


def test_an_inline_element_that_holds_a_part_of_the_line_does_not() -> None:
    (block,) = blocks_of("<p><span class='author-name'>Salma Haddad</span> walked to the well and back again</p>")
    assert not block.has(Role.BYLINE)
    (block,) = blocks_of("<p>At the well stood <span hidden>nobody</span></p>")
    assert not block.has(Role.HIDDEN)


def test_a_time_that_is_the_line_makes_it_a_date() -> None:
    assert blocks_of("<div><time>4 May 2031</time></div>")[0].has(Role.DATE)


# Elements


def test_an_element_spans_its_blocks() -> None:
    markup = "<p>0</p><section><p>1</p>2<ul><li>3</li></ul></section><section></section>4"
    blocks = blocks_of(markup)
    spans = [(element.tag, element.first, element.last) for element in elements_of(markup)]
    assert spans == [("body", 0, 5), ("p", 0, 1), ("section", 1, 4), ("p", 1, 2), ("ul", 3, 4), ("li", 3, 4),
                     ("section", 4, 4)]  # fmt: skip
    assert [block.text for block in blocks] == ["0", "1", "2", "3", "4"]


def test_path_names_tags_and_classes_from_the_root_down() -> None:
    (block,) = blocks_of("<div class='page wide'><p class='lead'>x</p></div>")
    assert block.element.path == "body/div.page.wide/p.lead"


def test_lines_of_the_same_make_have_equal_signatures() -> None:
    first, second, other = blocks_of("<p class=a>1</p><p class=a>2</p><p class=b>3</p>")
    assert first.element.signature == second.element.signature != other.element.signature


# Scripts


@pytest.mark.parametrize(
    "line",
    [
        "قال المجلس المحلي إن المياه عادت إلى القرى الثلاث، بعد أسبوع من الانقطاع.",
        "המועצה הודיעה כי המים חזרו לשלושת הכפרים.",
        "شورا گفت که آب به سه روستا باز\u200cگشته است.",
        "Рада повідомила, що вода повернулася до трьох сіл.",
        "協議会は水が戻ったと発表した。",
    ],
)
def test_lines_are_kept_in_reading_order_in_every_script(line: str) -> None:
    head, tail = line[:20], line[20:]
    (block,) = blocks_of(f"<p dir='auto'>{head}<a href='/x'>{tail}</a></p>")
    assert block.text == line


def test_bidi_marks_are_dropped_and_the_joiner_of_persian_stays() -> None:
    assert texts_of("<p>\u202bباز\u200cگشته\u202c \u200fاست</p>") == ["باز\u200cگشته است"]


# Limits


def test_elements_nested_50_000_deep_are_walked() -> None:
    assert texts_of("<div>" * 50_000 + "deep") == ["deep"]
    assert texts_of("<b>" * 50_000 + "deep") == ["deep"]


def test_elements_deeper_than_browsers_go_are_flat_but_still_part_lines() -> None:
    markup = "<div>" * (MOST_DEPTH + 20) + "<p>one</p>two<p>three</p>"
    blocks, elements = read_blocks(LexborHTMLParser(markup).body)
    assert [block.text for block in blocks] == ["one", "two", "three"]
    assert max(element.depth for element in elements) == MOST_DEPTH
    assert all((element.first, element.last) == (0, 3) for element in elements)


@pytest.mark.parametrize("line", ["<p>x</p>", "x<p>", "x<br><br>", "<p>x</p>y"])
def test_blocks_beyond_the_most_are_not_read(line: str) -> None:
    blocks, elements = read_blocks(LexborHTMLParser("<div>" + line * (MOST_BLOCKS + 10)).body)
    assert len(blocks) == MOST_BLOCKS
    assert elements[0].last == elements[1].last == MOST_BLOCKS


def test_marks_beyond_the_most_are_not_kept_but_their_words_are() -> None:
    (block,) = blocks_of("<p>" + "<a href='/x'>y</a> " * (MOST_MARKS + 10))
    assert len(block.marks) == MOST_MARKS
    assert block.text.count("y") == MOST_MARKS + 10


# The law: every visible word once, in order, in the block that the markup says


@dataclass
class Document:
    """Generated markup, and the words that a reader sees of it."""

    markup: str
    words: list[str]


_WORDS = st.text(st.characters(categories=("L", "N"), max_codepoint=0x6FF), min_size=1, max_size=6)
_UNSEEN = st.sampled_from(["script", "style", "template", "textarea", "svg"])
_INLINE = st.sampled_from(["b", "i", "span", "a href='/x'", "em", "time", "span itemprop=x", "font", "u class='date'"])
_BLOCK = st.sampled_from(["div", "p", "section class='nav'", "ul", "li", "blockquote", "h2", "article", "x-y", "pre"])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    markup: list[str] = []
    words: list[str] = []
    open_tags: list[str] = []
    for _ in range(draw(st.integers(1, 40))):
        deed = draw(st.sampled_from(["words", "words", "block", "inline", "close", "unseen", "break", "comment"]))
        if deed == "words":
            word = f"{draw(_WORDS)}{len(words)}x"
            words.append(word)
            markup.append(f" {html.escape(word)} ")
        elif deed in ("block", "inline"):
            tag = draw(_BLOCK if deed == "block" else _INLINE)
            open_tags.append(tag.split()[0])
            markup.append(f"<{tag}>")
        elif deed == "close" and open_tags:
            markup.append(f"</{open_tags.pop()}>")
        elif deed == "unseen":
            tag = draw(_UNSEEN)
            markup.append(f"<{tag}>unseen</{tag}>")
        elif deed == "break":
            markup.append(draw(st.sampled_from(["<br>", "<hr>", "<br><br>", "<wbr>"])))
        elif deed == "comment":
            markup.append("<!-- unseen -->")
    return Document("".join(markup), words)


@settings(max_examples=300, deadline=None)
@given(documents())
def test_every_visible_word_stands_in_exactly_one_block_in_order(document: Document) -> None:
    blocks, elements = read_blocks(LexborHTMLParser(document.markup).body)
    said = " ".join(block.text for block in blocks).split()
    assert said == [text for word in document.words for text in normalize_line(word).split()]
    assert [block.index for block in blocks] == list(range(len(blocks)))
    assert [element.order for element in elements] == list(range(len(elements)))
    for element in elements:
        assert 0 <= element.first <= element.last <= len(blocks)
        if element.parent is not None:
            assert element.parent.first <= element.first
            assert element.last <= element.parent.last
            assert element.roles & element.parent.roles == element.parent.roles
    for block in blocks:
        assert block.element.first <= block.index < block.element.last
        assert 0 <= block.linked <= len(block.text)
        assert 0 <= block.strong <= len(block.text)
        assert block.text == "\n".join(normalize_line(line) for line in block.text.split("\n"))
