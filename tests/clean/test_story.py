"""The story's blocks as one text with its parts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.clean.page import parse_page
from crawler.clean.story import Story, assemble_story, find_captions
from crawler.records import PartKind


def story_of(markup: str) -> Story:
    return assemble_story(parse_page(markup, "").blocks)


def parts_of(markup: str) -> list[tuple[str, str]]:
    story = story_of(markup)
    return [(part.kind.value, story.text[part.start : part.end]) for part in story.parts]


def test_paragraphs_are_apart_by_an_empty_line() -> None:
    assert story_of("<p>One.</p><p>Two.</p>").text == "One.\n\nTwo."


def test_nothing_makes_an_empty_story() -> None:
    assert assemble_story([]) == Story("", ())


def test_items_of_a_list_are_one_part() -> None:
    assert parts_of("<p>First.</p><ul><li>one</li><li>two</li></ul><p>Last.</p>") == [
        ("paragraph", "First."),
        ("list", "one\ntwo"),
        ("paragraph", "Last."),
    ]


def test_two_lists_are_two_parts() -> None:
    assert parts_of("<ul><li>one</li></ul><ol><li>two</li></ol>") == [("list", "one"), ("list", "two")]


def test_paragraphs_in_items_are_lines_of_the_list() -> None:
    assert parts_of("<ul><li><p>one</p></li><li><div>two</div></li></ul>") == [("list", "one\ntwo")]


def test_a_list_goes_on_after_the_list_inside_it() -> None:
    found = parts_of("<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>")
    assert [kind for kind, _ in found] == ["list"] * len(found)
    assert "\n".join(text for _, text in found) == "one\ninner\ntwo"


def test_rows_of_a_table_are_lines_with_their_cells_apart() -> None:
    markup = "<table><tr><th>Village</th><th>Wells</th></tr><tr><td>Sada</td><td>3</td></tr></table>"
    assert parts_of(markup) == [("table", "Village | Wells\nSada | 3")]


def test_a_break_in_a_cell_does_not_begin_a_row() -> None:
    assert parts_of("<table><tr><td>Sada<br>Tel</td><td>3</td></tr></table>") == [("table", "Sada Tel | 3")]


def test_two_tables_are_two_parts() -> None:
    markup = "<table><tr><td>a<td>b</table><table><tr><td>c<td>d</table>"
    assert parts_of(markup) == [("table", "a | b"), ("table", "c | d")]


def test_a_table_that_lays_out_the_page_holds_paragraphs() -> None:
    markup = "<table><tr><td><p>One.</p><p>Two.</p><p>Three.</p><p>Four.</p></td></tr></table>"
    assert [kind for kind, _ in parts_of(markup)] == ["paragraph"] * 4


def test_quotes_and_preformatted_text_are_named() -> None:
    assert parts_of("<blockquote><p>We wait.</p></blockquote><pre>a\n b</pre>") == [
        ("quote", "We wait."),
        ("preformatted", "a\nb"),
    ]


def test_headings_are_subheads() -> None:
    assert parts_of("<h2>What next</h2><p>Rain.</p>") == [("subhead", "What next"), ("paragraph", "Rain.")]


def test_a_short_bold_line_is_a_subhead() -> None:
    assert parts_of("<p><b>What next</b></p><p><strong>ماذا بعد</strong></p>") == [
        ("subhead", "What next"),
        ("subhead", "ماذا بعد"),
    ]


def test_a_bold_sentence_is_a_paragraph() -> None:
    for line in ("Nobody was hurt.", "Nobody was hurt.”", "لم يصب أحد؟", "Wells:", "没有人受伤。"):
        assert parts_of(f"<p><b>{line}</b></p>") == [("paragraph", line)]


def test_a_long_bold_line_and_one_with_a_break_are_paragraphs() -> None:
    assert parts_of(f"<p><b>{'word ' * 40}</b></p>")[0][0] == "paragraph"
    assert parts_of("<p><b>one<br>two</b></p>")[0][0] == "paragraph"


def test_a_line_with_a_bold_word_is_a_paragraph() -> None:
    assert parts_of("<p>The <b>wells</b></p>") == [("paragraph", "The wells")]


# The dateline


def test_the_dateline_goes_to_its_fields() -> None:
    story = story_of("<p>HARUN (Zahim Press Agency) — The council met on Tuesday to hear about wells.</p><p>More.</p>")
    assert story.dateline_place == "HARUN"
    assert story.dateline_agencies == ("Zahim Press Agency",)
    assert story.text == "The council met on Tuesday to hear about wells.\n\nMore."
    assert story.parts[0].end == len("The council met on Tuesday to hear about wells.")


def test_nothing_of_a_long_paragraph_is_lost_with_its_dateline() -> None:
    for dateline, rest in (
        ("HARUN — ", "Wells " * 400 + "end."),
        ("حلب - سانا: ", "قال " + "المجلس " * 400 + "اليوم."),
    ):
        for more in range(8):
            line = "x" * more + rest if dateline == "HARUN — " else rest[: len(rest) - more]
            line = line[0].upper() + line[1:].rstrip()
            story = story_of(f"<p>{dateline}{line}</p>")
            assert story.text == line


def test_a_dateline_may_stand_below_a_standfirst_and_a_subhead() -> None:
    markup = "<p>The council met.</p><h2>Wells</h2><p>HARUN — Engineers said on Tuesday that the wells are full.</p>"
    story = story_of(markup)
    assert story.dateline_place == "HARUN"
    assert story.text == "The council met.\n\nWells\n\nEngineers said on Tuesday that the wells are full."


def test_a_dateline_is_not_looked_for_once_the_story_is_under_way() -> None:
    line = "<p>HARUN — Engineers said on Tuesday that the wells are full.</p>"
    story = story_of(f"<p>{'The council met to hear about wells and rain, and nobody could say when. ' * 6}</p>" + line)
    assert story.dateline_place is None
    assert "HARUN — Engineers" in story.text


def test_a_subhead_has_no_dateline() -> None:
    story = story_of("<h2>HARUN — Engineers said on Tuesday that the wells are full</h2>")
    assert story.dateline_place is None


# Captions

_PAGE = (
    "<figure><img><figcaption>Above the headline, of another story</figcaption></figure><h1>Wells reopen</h1>"
    "<figure><img><figcaption>Villagers at the well. Photo: Salma Haddad</figcaption></figure>"
    "<p>{}</p><figure><figcaption>Villagers at the well. Photo: Salma Haddad</figcaption></figure>"
    "<p>The last line of the story.</p><footer><figure><figcaption>A map of offices</figcaption></figure></footer>"
)


def test_captions_of_the_story_stand_once_without_the_photographer() -> None:
    page = parse_page(_PAGE.format("The first line of the story."), "")
    texts = [block.text for block in page.blocks]
    body = [texts.index("The first line of the story."), texts.index("The last line of the story.")]
    assert find_captions(page, texts.index("Wells reopen"), body) == ("Villagers at the well.",)


def test_a_credit_in_an_element_of_its_own_leaves_no_bracket_in_the_caption() -> None:
    figure = "<figure><figcaption>Villagers at the well (<div>Image: Getty Images)</div></figcaption></figure>"
    page = parse_page(f"<h1>Wells reopen</h1>{figure}<p>The first line of the story.</p>", "")
    assert find_captions(page, 0, [len(page.blocks) - 1]) == ("Villagers at the well",)


def test_a_page_without_a_story_has_no_captions() -> None:
    assert find_captions(parse_page(_PAGE.format("x"), ""), 1, []) == ()


# The law

_LINE = st.sampled_from(
    ["One sentence.", "two words", "HARUN (AP) — The council of the valley met here.", "قال المجلس", "a<br>b", "3"]
)
_SHAPES = st.sampled_from(
    [
        "<p>{}</p>",
        "<p><b>{}</b></p>",
        "<ul><li>{}<li>x</ul>",
        "<li>{}",
        "<ul><li><ul><li>{}</ul>",
        "<table><tr><td>{}<td>y</table>",
        "<table><tr><td>{}",
        "<tr><td>{}</td>",
        "<h3>{}</h3>",
        "<blockquote>{}</blockquote>",
        "<pre>{}\nz</pre>",
        "<div>{}",
        "{}",
        "</div>",
        "</table>",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds(lambda shape, line: shape.format(line), _SHAPES, _LINE)))
def test_parts_cover_the_text_but_for_empty_lines(pieces: list[str]) -> None:
    page = parse_page("".join(pieces) or "<p>", "")
    story = assemble_story(page.blocks)
    at = 0
    for number, part in enumerate(story.parts):
        assert story.text[at : part.start] == ("\n\n" if number else "")
        text = story.text[part.start : part.end]
        assert text == text.strip() != ""
        assert "\n\n" not in text
        assert part.kind in PartKind
        at = part.end
    assert at == len(story.text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.builds(lambda shape, line: shape.format(line), _SHAPES, _LINE), min_size=1))
def test_no_word_of_the_blocks_is_lost_or_said_twice(pieces: list[str]) -> None:
    page = parse_page(f"<p>{'It begins with words. ' * 30}</p>" + "".join(pieces), "")
    said = " ".join(block.text for block in page.blocks).split()
    assert [word for word in assemble_story(page.blocks).text.split() if word != "|"] == said
