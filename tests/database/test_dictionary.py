"""The page of the data dictionary is what the database says of itself."""

from __future__ import annotations

from pathlib import Path

from crawler.config import Settings
from crawler.database.dictionary import data_dictionary

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"


def test_page_is_made_from_the_comments_of_this_schema(settings: Settings) -> None:
    assert PAGE.read_text(encoding="utf-8") == data_dictionary(settings), (
        "the schema's comments changed: write the page again with `dateline db dictionary > docs/data-dictionary.md`"
    )
