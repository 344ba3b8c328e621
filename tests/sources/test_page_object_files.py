"""Files of page objects: which layout is valid when, what is wrong with a file, and where files are found."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.overrides.applying import apply_page_object, full_remarks
from crawler.clean.overrides.loading import FIELDS, PageObjects, find_page_objects, load_page_objects
from crawler.errors import SourceError
from crawler.page_objects import ArticlePage
from tests.sources.page_object_cases import ARGUMENTS, GENERIC, HEAD, PAGE

LAYOUTS = """
    class Newer(ArticlePage):
        valid_from = date(2026, 2, 4)
        @field
        def title(self):
            return "newer"
    class Older(ArticlePage):
        valid_from = date(2020, 1, 1)
        valid_until = date(2026, 2, 3)
        @field
        def title(self):
            return "older"
"""


@pytest.mark.parametrize(
    ("fetched_at", "title"),
    [
        (datetime(2026, 2, 4, 0, 0, tzinfo=timezone.utc), "newer"),
        (datetime(2026, 2, 3, 23, 59, 59, tzinfo=timezone.utc), "older"),
        (datetime(2020, 1, 1, tzinfo=timezone.utc), "older"),
        (datetime(2019, 12, 31, 23, tzinfo=timezone.utc), "Harbour Gazette"),
        (None, "newer"),
    ],
)
def test_the_day_of_the_fetch_chooses_the_layout(apply: Any, fetched_at: datetime | None, title: str) -> None:
    assert apply(LAYOUTS, fetched_at=fetched_at).title == title


@given(days=st.lists(st.dates(), min_size=2, max_size=2, unique=True), asked=st.dates())
def test_bounds_are_inclusive_and_every_day_has_at_most_one_layout(days: list[Any], asked: Any) -> None:
    first, last = sorted(days)
    bounded = type("Bounded", (ArticlePage,), {"valid_from": first, "valid_until": last})
    objects = PageObjects(Path("pages/x.py"), (bounded,))
    assert (objects.valid_on(asked) is bounded) == (first <= asked <= last)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("def broken(:", "line 4: is not Python (invalid syntax): correct the line"),
        ("import nothing_of_the_sort", "line 4: ModuleNotFoundError: No module named 'nothing_of_the_sort': correct"),
        ("1 / 0", "line 4: ZeroDivisionError: division by zero: correct"),
        ("raise SystemExit", "line 4: SystemExit: : correct"),
        ("x = 1", "has no page object: write a class over crawler.page_objects.ArticlePage"),
        ("class Empty(ArticlePage): pass", "Empty: has no field: put @field above a method"),
        (
            "class L(ArticlePage):\n    @field\n    def titel(self): pass",
            "L: titel: is no field of an article: did you mean title?",
        ),
        (
            "class L(ArticlePage):\n    @field\n    def is_article(self): pass",
            "L: is_article: is a method, and no field: take @field away",
        ),
        (
            "class L(ArticlePage):\n    @field\n    def word_count(self): pass",
            "L: word_count: follows from text: override that",
        ),
        (
            "class L(ArticlePage):\n    @field\n    def text(self): pass\n    def title(self): pass",
            "L: title: is not marked as a field: put @field above it",
        ),
        (
            "class L(ArticlePage):\n    valid_from = '2026-01-01'\n    @field\n    def title(self): pass",
            "L: valid_from: '2026-01-01' is not a day: write date(2026, 1, 31)",
        ),
        (
            "class L(ArticlePage):\n    valid_until = datetime(2025, 3, 4)\n    @field\n    def title(self): pass",
            "is not a day: write date(2025, 3, 4)",
        ),
        (
            "class L(ArticlePage):\n    valid_from, valid_until = date(2026, 2, 1), date(2026, 1, 1)\n"
            "    @field\n    def title(self): pass",
            "L: valid_from: 2026-02-01 is after valid_until, 2026-01-01: swap them",
        ),
        (
            "class A(ArticlePage):\n    @field\n    def title(self): pass\n"
            "class B(A):\n    valid_from = date(2026, 1, 1)",
            "A and B are both valid on 2026-01-01: end the one with valid_until before",
        ),
    ],
)
def test_mistakes_are_told_with_file_class_field_and_remedy(
    write_pages: Any, apply: Any, code: str, problem: str
) -> None:
    path = write_pages(code)
    with pytest.raises(SourceError) as caught:
        load_page_objects(path)
    assert str(caught.value).startswith("sources/pages/gazette.py: ")
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
    # In the clean stage the same file costs no page.
    found = apply(code)
    assert found.title == GENERIC.title
    assert full_remarks(found)[0].startswith("pages/gazette.py: cannot be used — ")


def test_every_problem_of_a_file_is_told(write_pages: Any) -> None:
    path = write_pages("""
        class L(ArticlePage):
            valid_from = 2026
            @field
            def headline(self): pass
    """)
    with pytest.raises(SourceError) as caught:
        load_page_objects(path)
    assert str(caught.value).count("\n") == 1


def test_every_field_that_does_not_follow_from_others_can_be_overridden() -> None:
    assert {"title", "text", "published_at", "authors", "kind", "is_paywalled"} <= set(FIELDS)
    assert not {"parts", "word_count", "published_zone", "origins"} & set(FIELDS)


def test_a_file_that_changed_is_read_again(apply: Any) -> None:
    code = "class L(ArticlePage):\n    @field\n    def title(self): return {!r}"
    assert apply(code.format("one")).title == "one"
    path = Path("sources/pages/gazette.py")
    path.write_text(HEAD + code.format("two"))
    os.utime(path, ns=(1, 1))
    assert apply_page_object(GENERIC, PAGE, path.absolute(), ARGUMENTS).title == "two"
    assert not list(path.parent.glob("__pycache__"))


def test_web_poet_is_loaded_only_where_a_source_has_page_objects(tmp_path: Path) -> None:
    code = (
        "import sys, json; from pathlib import Path; import crawler.clean.overrides.applying as a; "
        "from crawler.clean.overrides.loading import find_page_objects; "
        f"print(find_page_objects(Path({str(tmp_path)!r}), 'x')); print('web_poet' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "False"]


def test_page_objects_are_found_beside_the_source_files(write_pages: Any, tmp_path: Path) -> None:
    path = write_pages("")
    assert find_page_objects(tmp_path / "sources", "gazette") == path
    assert find_page_objects(tmp_path / "sources", "other") is None
