"""A site's page object overrides single fields of the extractor, and whatever it does wrong costs no page."""

from __future__ import annotations

import socket
from datetime import datetime
from typing import Any

import pytest

from crawler.clean.overrides.applying import full_remarks, remarks_of
from crawler.clean.reject import Rejected
from crawler.reasons import Reason
from crawler.records import ArticleFields, ArticleKind, Precision
from tests.sources.page_object_cases import GENERIC


def test_only_the_fields_of_the_page_object_replace_those_of_the_extractor(apply: Any) -> None:
    found = apply("""
        class Layout(ArticlePage):
            @field
            def title(self):
                return self.line("h1")
    """)
    assert found.title == "Ferry returns to Lindsø"
    assert found.origins == {**GENERIC.origins, "title": "page-object"}
    assert found.confidences == {"authors": 0.3, "tags": 0.9}
    assert found.model_copy(update={"title": GENERIC.title, "origins": {}, "confidences": {}}) == GENERIC.model_copy(
        update={"origins": {}, "confidences": {}}
    )


def test_a_new_text_has_its_own_words_and_parts(apply: Any) -> None:
    found = apply("""
        class Layout(ArticlePage):
            @field
            def text(self):
                return self.lines("div.story p")
    """)
    assert found.text == "The ferry to Lindsø sails again.\n\nIt had lain still since May."
    assert found.word_count == 12
    assert [found.text[part.start : part.end] for part in found.parts] == found.text.split("\n\n")


@pytest.mark.parametrize(
    ("answer", "expected", "precision", "zone"),
    [
        ("self.line('.stamp')", "2026-02-03T12:05+00:00", Precision.MINUTE, "+02:00"),
        ("datetime(2026, 2, 3, 14, 5)", "2026-02-03T12:05+00:00", Precision.MINUTE, "+02:00"),
        ("datetime(2026, 7, 3, 14, 5, 9)", "2026-07-03T11:05:09+00:00", Precision.SECOND, "+03:00"),
        ("date(2026, 2, 3)", "2026-02-02T22:00+00:00", Precision.DAY, "+02:00"),
        ("'2026-02-03T14:05:00-05:00'", "2026-02-03T19:05+00:00", Precision.SECOND, "-05:00"),
    ],
)
def test_dates_are_read_in_the_zone_of_the_source(
    apply: Any, answer: str, expected: str, precision: Precision, zone: str
) -> None:
    found = apply(f"""
        class Layout(ArticlePage):
            @field
            def published_at(self):
                return {answer}
    """)
    assert found.published_at == datetime.fromisoformat(expected)
    assert (found.published_precision, found.published_zone) == (precision, zone)


def test_async_fields_processors_and_helpers_work(apply: Any) -> None:
    found = apply("""
        class _Shared(ArticlePage):
            @field(out=[lambda names: [name.strip() for name in names]])
            async def authors(self):
                return self.line(".by").removeprefix("Story:").split(";")

        class Layout(_Shared):
            @field
            def image_url(self):
                return self.line("img.lead::attr(src)")

            @field
            def kind(self):
                return "video"

            @field
            def tags(self):
                return [*self.generic.tags, "sea", "Sea"]
    """)
    assert found.authors == ("Mirja Aalto", "Tomé Rua")
    assert found.image_url == "https://gazette.example/photos/ferry.jpg"
    assert found.kind is ArticleKind.VIDEO
    assert found.tags == ("boats", "sea")
    assert not full_remarks(found)


def test_an_attrs_class_with_cached_fields_works(apply: Any) -> None:
    found = apply("""
        import attrs

        @attrs.define
        class Layout(ArticlePage):
            asked: int = 0

            @field(cached=True)
            async def title(self):
                self.asked += 1
                return f"{self.line('h1')} {self.asked}"

            @field
            async def description(self):
                return await self.title
    """)
    assert (found.title, found.description) == ("Ferry returns to Lindsø 1", "Ferry returns to Lindsø 1")


def test_an_empty_answer_empties_a_field_unless_it_is_required(apply: Any) -> None:
    code = """
        class Layout(ArticlePage):
            @field{meta}
            def authors(self):
                return self.lines(".nobody")
    """
    emptied = apply(code.format(meta=""))
    assert emptied.authors == ()
    assert "authors" not in emptied.origins
    kept = apply(code.format(meta='(meta={"required": True})'))
    assert kept.authors == GENERIC.authors
    assert kept.origins["authors"] == "class"
    assert full_remarks(kept) == ("pages/gazette.py: Layout.authors: found nothing, and is required",)


def test_a_story_never_loses_its_title_or_text(apply: Any) -> None:
    found = apply("""
        class Layout(ArticlePage):
            @field
            def title(self):
                return None
            @field
            def text(self):
                return []
    """)
    assert (found.title, found.text) == (GENERIC.title, GENERIC.text)
    assert len(full_remarks(found)) == 2


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("authors", "return 1 / 0", "Layout.authors: ZeroDivisionError — division by zero"),
        ("authors", "raise SystemExit(3)", "Layout.authors: SystemExit — 3"),
        ("title", "return self.css('h1')", "Layout.title: TypeError — is a SelectorList: end the query with .get()"),
        ("authors", "return [None]", "Layout.authors: TypeError — None is not text"),
        ("published_at", "return 'yesterday'", "Layout.published_at: ValueError — there is no date in 'yesterday'"),
        ("language", "return 'English'", "Layout.language: answers what cannot be used — 'English': "),
        ("kind", "return 'poem'", "Layout.kind: answers what cannot be used — 'poem': "),
        ("is_paywalled", "return 'perhaps'", "Layout.is_paywalled: answers what cannot be used — 'perhaps': "),
        ("title", "return 7", "Layout.title: answers what cannot be used — 7: "),
    ],
)
def test_what_goes_wrong_in_one_field_is_noted_and_the_others_stand(
    apply: Any, name: str, body: str, told: str
) -> None:
    found = apply(f"""
        class Layout(ArticlePage):
            @field
            def {name}(self):
                {body}
            @field
            def tags(self):
                return ["sea"]
    """)
    assert found.tags == ("sea",)
    assert getattr(found, name) == getattr(GENERIC, name)
    (remark,) = full_remarks(found)
    assert remark.startswith(f"pages/gazette.py: {told}")


def test_a_page_object_has_no_network(apply: Any) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        code = f"""
            import socket
            class Layout(ArticlePage):
                @field
                def title(self):
                    socket.create_connection(("127.0.0.1", {server.getsockname()[1]}))
                    return "Reached"
        """
        found = apply(code)
        socket.create_connection(server.getsockname()).close()  # others still have it
    assert found.title == GENERIC.title
    assert "a page object has no network" in full_remarks(found)[0]


def test_a_page_object_may_say_that_a_page_is_no_article(apply: Any) -> None:
    raised = apply("""
        class Layout(ArticlePage):
            @field
            def title(self):
                raise NotAnArticle("a list of sailings")
    """)
    assert raised == Rejected(Reason.NOT_AN_ARTICLE, "pages/gazette.py: Layout: a list of sailings")
    answered = apply("""
        class Layout(ArticlePage):
            def is_article(self):
                return not self.css("div.story")
    """)
    assert answered == Rejected(Reason.NOT_AN_ARTICLE, "pages/gazette.py: Layout: is_article answers no")


FULL = """
    class Layout(ArticlePage):
        def is_article(self):
            return self.generic is None and bool(self.css("div.story"))
        @field
        def title(self):
            return self.line("{title}")
        @field
        def text(self):
            return self.lines("div.story p")
"""


def test_a_page_object_may_keep_a_page_that_the_extractor_turned_down(apply: Any) -> None:
    found = apply(FULL.format(title="h1"), Rejected(Reason.NOT_AN_ARTICLE, "no date"))
    assert (found.title, found.language, found.word_count) == ("Ferry returns to Lindsø", "en", 12)


def test_a_page_that_is_kept_against_the_extractor_needs_title_and_text(apply: Any) -> None:
    found = apply(FULL.format(title="h7"), Rejected(Reason.NOT_AN_ARTICLE, "no date"))
    assert found.reason is Reason.NOT_AN_ARTICLE
    assert found.detail.startswith("no date [page object: ")
    assert full_remarks(found)[-1] == "pages/gazette.py: Layout.is_article: says yes, and there is no title"


@pytest.mark.parametrize("reason", [Reason.CHALLENGE, Reason.CLEAN_ERROR, Reason.ARCHIVE_LOST])
def test_a_page_that_never_came_is_not_brought_back(apply: Any, reason: Reason) -> None:
    rejected = Rejected(reason, "x")
    assert apply(FULL.format(title="h1"), rejected) is rejected


def inside(fields: ArticleFields) -> bytes:
    """As the cleaning process answers it."""
    return b'"fields":' + fields.model_dump_json().encode()


def test_remarks_are_counted_without_what_differs_from_page_to_page(apply: Any) -> None:
    code = """
        class L(ArticlePage):
            def is_article(self): return self.generic or 1 / 0
            @field
            def title(self): raise ValueError(self.url)
    """
    assert remarks_of(inside(apply(code))) == ("pages/gazette.py: L.title: ValueError",)
    rejected = apply(code, Rejected(Reason.NO_TEXT, "no text"))
    assert remarks_of(rejected) == ("pages/gazette.py: L.is_article: ZeroDivisionError",)
    assert remarks_of(inside(GENERIC)) == ()


def test_the_encoding_is_the_one_that_the_extractor_found(apply: Any) -> None:
    page = "<html><body><h1>عبّارة</h1><p>تعود العبارة إلى الميناء بعد أشهر من التوقف الطويل</p></body></html>"
    found = apply(
        "class L(ArticlePage):\n    @field\n    def title(self): return self.line('h1')",
        payload=page.encode("cp1256"),
        content_type="text/html",
        languages=["ar"],
    )
    assert found.title == "عبّارة"
