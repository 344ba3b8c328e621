"""Names of lines and places, the same in every process and on every page of a site."""

from __future__ import annotations

import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.memory.keys import line_key, path_keys
from crawler.clean.page import parse_page

SCRIPT = """
from crawler.clean.memory.keys import line_key, path_keys
from crawler.clean.page import parse_page
print(line_key("Сегодня в номере"), path_keys(parse_page("<main class='b a'><p>One</p></main>", "").blocks))
"""


def keys_of(html: str) -> list[str]:
    return path_keys(parse_page(html, "https://a.example/").blocks)


def test_another_process_gives_the_same_keys() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


def test_numbers_case_and_marks_do_not_make_another_line() -> None:
    assert line_key("3 Comments") == line_key("12 comments!")
    assert line_key("اقرأ أيضًا") == line_key("اقرأ أيضا:")
    assert line_key("Read more") != line_key("Read this")


def test_a_line_without_letters_has_no_key() -> None:
    assert line_key("1.") == line_key("12,5 %") == line_key("* * *") == ""


def test_what_is_of_one_page_is_no_part_of_a_path() -> None:
    one = "<body class='postid-7'><article class='post post-7 item-90210 category-news tag-war'><p>One</p></article>"
    other = "<body class='postid-8'><article class='post post-8 category-life'><p>Two</p></article>"
    assert keys_of(one) == keys_of(other)


def test_names_that_a_build_makes_up_still_tell_paths_apart() -> None:
    assert keys_of("<div class='sc-aXZ hGtRew'><p>One</p>") != keys_of("<div class='sc-bYY kPoLmn'><p>One</p>")
    assert keys_of("<div class='css-1ab2c'><p>One</p>") != keys_of("<div class='css-9xy8z'><p>One</p>")


def test_a_line_that_is_all_link_or_all_bold_has_a_path_of_its_own() -> None:
    plain, link, bold = keys_of("<p>One</p>"), keys_of("<p><a href='/1'>One</a></p>"), keys_of("<p><b>One</b></p>")
    assert len({*plain, *link, *bold}) == 3
    assert keys_of("<p>One, <a href='/2'>two</a>, three and four</p>") == plain


def test_order_of_classes_does_not_matter_and_of_elements_does() -> None:
    assert keys_of("<div class='a b'><p>One</p>") == keys_of("<div class='b a'><p>One</p>")
    assert keys_of("<main><div>One</div></main>") != keys_of("<div><main>One</main></div>")


@given(st.text(max_size=200))
def test_any_text_has_a_key_of_some_bytes(text: str) -> None:
    key = line_key(text)
    assert len(key) <= 12
    assert key == line_key(text)
