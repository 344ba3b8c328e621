"""What changed between two texts: the laws that the parts keep, and what a reader sees."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawler.database import connect_url

WORDS = ("At", "least", "12", "21", "people", "قتل", "١٢", "شخصا", "killed", "—", "3.5", "“Marj”", "a", "b")
GAPS = (" ", " ", " ", "  ", ". ", ", ", "؟ ", ".\n\n", "\n", "\u00a0", '." ')
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=40).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)


@pytest.fixture(scope="module")
def diff(postgres_server):
    session = connect_url(postgres_server.url("analyst", "template_migrated"))
    session.autocommit = True

    def run(function: str, *texts: object) -> list[tuple]:
        with session.cursor() as cursor:
            cursor.execute(f"select * from news.{function}({', '.join(['%s'] * len(texts))})", texts)
            return cursor.fetchall()

    yield run
    session.close()


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(old=TEXTS | ANY_TEXT, new=TEXTS | ANY_TEXT)
@example(old="", new="")
@example(old=" ", new="\n")
@example(old="Same. Same. Same.", new="Same. Same.")
@example(old="One. Two", new="One. Three. Two")
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_parts_give_both_texts_back(diff, old, new):
    parts = diff("diff_parts", old, new)
    assert "".join(part for _, kind, part in parts if kind != "added") == old
    assert "".join(part for _, kind, part in parts if kind != "removed") == new
    numbers = [number for number, _, _ in parts]
    assert numbers == sorted(numbers)
    assert "" not in {part for _, _, part in parts}


@given(old=TEXTS, new=TEXTS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_marks_of_the_readable_form_give_both_texts_back(diff, old, new):
    ((shown,),) = diff("text_diff", old, new, True)
    olds, news = [], []
    for line in (shown or "").split("\n"):
        sign, marked = line[:2], line[2:]
        if sign != "+ ":
            olds.append(re.sub(r"\{\+(.*?)\+\}", "", marked).replace("[-", "").replace("-]", ""))
        if sign != "- ":
            news.append(re.sub(r"\[-(.*?)-\]", "", marked).replace("{+", "").replace("+}", ""))
    assert without_space("".join(olds)) == without_space(old)
    assert without_space("".join(news)) == without_space(new)


@given(text=TEXTS | ANY_TEXT)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_differs_from_itself_in_nothing(diff, text):
    assert {kind for _, kind, _ in diff("diff_parts", text, text)} <= {"same"}
    assert diff("text_diff", text, text) == [(None,)]
    assert diff("numbers_lost", text, text) == [([],)]


def test_a_toll_that_changed_is_marked_in_its_sentence(diff):
    old = "The road is closed. At least 12 people were killed in Marj on Monday, officials said.\n\nA bridge fell."
    new = "The road is closed. At least 21 people were killed in Marj on Monday, officials said.\n\nA bridge fell."
    assert diff("text_diff", old, new) == [
        ("~ At least [-12-]{+21+} people were killed in Marj on Monday, officials said.",)
    ]


def test_arabic_sentences_end_where_arabic_ends_them(diff):
    old = "هل أغلق الطريق؟ قتل ١٢ شخصا في المرج يوم الاثنين. وانهار الجسر."
    new = "هل أغلق الطريق؟ قتل ٢١ شخصا في المرج يوم الاثنين. وانهار الجسر."
    assert diff("text_diff", old, new) == [("~ قتل [-١٢-]{+٢١+} شخصا في المرج يوم الاثنين.",)]


def test_sentences_that_went_and_came_have_lines_of_their_own(diff):
    old = "The bridge at Harun stands. The mayor blamed heavy rain. Traffic goes on."
    new = "The bridge at Harun stands. Traffic goes on. Nobody was hurt."
    assert diff("text_diff", old, new) == [("- The mayor blamed heavy rain.\n+ Nobody was hurt.",)]


def test_another_sentence_is_not_shown_as_another_wording(diff):
    old, new = "Five trucks reached Qasmara.", "The ministry denies all reports."
    assert diff("text_diff", old, new) == [(f"- {old}\n+ {new}",)]


def test_space_alone_is_no_change_to_a_reader(diff):
    assert diff("text_diff", "One two.\nThree.", "One  two.\n\nThree.") == [(None,)]


def test_unchanged_sentences_are_shown_when_asked_for(diff):
    ((shown,),) = diff("text_diff", "It rained. We saw 3.", "It rained. We saw 4.", True)
    assert shown == "  It rained.\n~ We saw [-3-]{+4+}."


@pytest.mark.parametrize("sentence", ["Word {} of many here. ", "w{}", "w{} "])
def test_a_huge_text_is_compared_within_bounds(diff, sentence):
    """Texts of a million characters that differ in every word: within the analysts' time limit, and right."""
    old = "".join(sentence.format(number) for number in range(60_000))
    new = "".join(sentence.format(-number) for number in range(60_000))
    parts = diff("diff_parts", old, new)
    assert "".join(part for _, kind, part in parts if kind != "added") == old
    assert "".join(part for _, kind, part in parts if kind != "removed") == new


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12 killed, 1,200 displaced; 3.5 km.", ["12", "1200", "3.5"]),
        ("قتل ١٢ شخصا ونزح ١٬٢٠٠ على بعد ٣٫٥ كم", ["12", "1200", "3.5"]),
        ("۲۱ نفر", ["21"]),
        ("On 12.5.2026 at 10:30, COVID-19", ["12.5.2026", "10", "30", "19"]),
        ("1,2,3 and 1,20,300", ["1,2,3", "1,20300"]),
        ("Twelve.", []),
        ("", []),
    ],
)
def test_numbers_are_read_alike_in_all_digits(diff, text, numbers):
    assert diff("numbers_in", text) == [(numbers,)]


def test_a_number_that_stands_less_often_is_lost_once(diff):
    assert diff("numbers_lost", "12 and 12 and 7", "7 and 12 and 9") == [(["12"],)]
    assert diff("numbers_lost", "7 and 12 and 9", "12 and 12 and 7") == [(["9"],)]
