"""The documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from crawler.reasons import REASONS_OF, Reason

ROOT = Path(__file__).resolve().parent.parent


def test_operating_page_explains_every_outcome_and_reason() -> None:
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    section = text[text.index("## Outcomes and reason codes") : text.index("## Settings")]
    explained = {tuple(row) for row in re.findall(r"^\| (\w+) \| (\w+) \|", section, re.MULTILINE)}
    expected = {(outcome.value, reason.value) for outcome, reasons in REASONS_OF.items() for reason in reasons}
    assert expected <= explained
    assert explained - expected == {("outcome", "reason")}


def test_every_reason_belongs_to_one_outcome() -> None:
    assigned = [reason for reasons in REASONS_OF.values() for reason in reasons]
    assert sorted(assigned) == sorted(Reason)


def test_operating_page_names_every_variable_that_the_code_reads() -> None:
    read = set()
    for path in [*(ROOT / "crawler").rglob("*.py"), *(ROOT / "dags").glob("*.py")]:
        if path.is_relative_to(ROOT / "crawler/crawl"):
            continue  # names of Scrapy settings look alike
        read |= set(re.findall(r'"(DATELINE_[A-Z_]+)"', path.read_text(encoding="utf-8")))
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    assert not {name for name in read if f"`{name}`" not in text}


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    broken = []
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http://", "https://")) and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert not broken
