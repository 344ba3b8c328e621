"""Every page of the sample site says what the truth says, and nothing of the furniture is in the truth."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser

import pytest

from crawler.sample_site import SampleSite
from crawler.sample_site.article import load_articles
from crawler.sample_site.boilerplate import BOILERPLATE_LINES
from crawler.sample_site.dates import LEVANTINE_MONTHS
from crawler.sample_site.truth import (
    ExpectedArticle,
    expected_articles,
    expected_other_outcomes,
    expected_rejections,
)

ENGLISH_DATE = r"\d{1,2} [A-Z][a-z]+ \d{4}(, \d\d:\d\d)?"
ARABIC_DATE = rf"[٠-٩]+ ({'|'.join(LEVANTINE_MONTHS)}) [٠-٩]+( - [٠-٩:]+)?"
DATE = re.compile(f"({ENGLISH_DATE}|{ARABIC_DATE})")


class TextNodes(HTMLParser):
    """Collects the text nodes of a page, without scripts, styles and the title element."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[str] = []
        self._skipped = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped = tag in ("script", "style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._skipped = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._skipped:
            self.nodes.append(" ".join(data.split()))


def page_text(fetch, article: ExpectedArticle) -> str:
    answer = fetch(article.url)
    assert answer.status == 200, article.url
    encoding = "windows-1256" if article.source_id == "sada-tel-harun" else "utf-8"
    return html.unescape(answer.body.decode(encoding))


def test_every_article_shows_its_title_text_and_captions(site: SampleSite, fetch) -> None:
    for article in expected_articles(site.urls, developed=False):
        text = page_text(fetch, article)
        assert article.title in text
        for paragraph in article.text.split("\n\n"):
            assert paragraph in text, (article.url, paragraph)
        for caption in article.captions:
            assert caption in text
        for author in article.authors:
            assert author in text
        if article.dateline_place:
            assert article.dateline_place in text


def test_there_are_enough_articles_of_both_languages(site: SampleSite) -> None:
    first = expected_articles(site.urls)
    assert len(first) >= 64
    assert sum(article.language == "ar" for article in first) >= 22
    assert len(expected_articles(site.urls, edition=2)) >= len(first) + 4
    assert len(expected_articles(site.urls, edition=3)) >= len(first) + 6
    assert len({article.url for article in first}) == len(first)
    assert len({article.text for article in first}) == len(first)
    assert min(len(article.text) for article in first) > 100
    assert {article.outlet for article in load_articles()} == set(site.urls)


def test_one_wire_report_is_carried_by_three_outlets_in_different_words(site: SampleSite) -> None:
    carried = [article for article in expected_articles(site.urls) if article.wire_group]
    assert len({article.wire_group for article in carried}) == 1
    assert len({article.source_id for article in carried}) == len(carried) == 3
    assert len({article.text for article in carried}) == 3


def test_every_boilerplate_line_is_on_a_page_and_in_no_text(site: SampleSite, fetch) -> None:
    # Edition 3: some lines show only on changed articles.
    texts = {}
    with SampleSite(base_port=0, developing_seconds=0) as late:
        late.set_edition(3)
        articles = expected_articles(late.urls, edition=3)
        pages = [page_text(fetch, article) for article in articles]
        others = [*expected_rejections(late.urls), *expected_other_outcomes(late.urls)]
        pages += [html.unescape(fetch(url).body.decode()) for url in others]
        texts = {article.url: article.text for article in articles}
    shown = "\n".join(" ".join(re.sub(r"<[^>]+>", "", page).split()) + page for page in pages)
    assert [line for line in BOILERPLATE_LINES if line not in shown] == []
    held = [(line, url) for line in BOILERPLATE_LINES for url, text in texts.items() if line in text]
    assert held == []


def test_no_line_of_a_template_is_missing_from_the_boilerplate(site: SampleSite, fetch) -> None:
    content = set()
    for article in load_articles():
        image = [article.image.caption, article.image.credit or ""] if article.image else []
        fields = [article.title, article.summary, article.section, article.wire_credit or "", article.pull_quote or ""]
        fields += [article.dateline_place or "", *article.authors, *article.tags, *image]
        fields += [line for block in article.blocks for line in block.lines]
        content |= {" ".join(field.split()) for field in fields if field}
    content |= {outlet.name for outlet in site.outlets.values()}
    everything = "\n".join(content)
    unknown = set()
    for article in expected_articles(site.urls, developed=False):
        if article.section is None:
            continue
        parser = TextNodes()
        parser.feed(page_text(fetch, article))
        for node in parser.nodes:
            rest = DATE.sub("", node).strip(" –—|-·،,()")
            known = rest.removesuffix("...").rstrip() in everything
            known = known or any(line in rest for line in BOILERPLATE_LINES)
            # Words of menus are left out; sums of captchas have no words.
            if len(re.findall(r"[^\W\d]+", rest)) >= 3 and not known:
                unknown.add(rest)
    authors = {author for article in load_articles() for author in article.authors}
    assert {node for node in unknown if not any(author in node for author in authors)} == set()


def test_old_arabic_pages_are_windows_1256_and_only_the_meta_element_says_so(site: SampleSite, fetch) -> None:
    for article in expected_articles(site.urls):
        if article.source_id == "sada-tel-harun":
            answer = fetch(article.url)
            assert answer.headers["Content-Type"] == "text/html"
            assert b"charset=windows-1256" in answer.body
            with pytest.raises(UnicodeDecodeError):
                answer.body.decode("utf-8")


def test_modern_pages_carry_a_graph_with_the_facts(site: SampleSite, fetch) -> None:
    for article in expected_articles(site.urls):
        if article.source_id != "karsuma-ledger":
            continue
        text = fetch(article.url).body.decode()
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        assert found is not None
        news = next(node for node in json.loads(found[1])["@graph"] if node["@type"] == "NewsArticle")
        assert news["headline"] == article.title
        assert [author["name"] for author in news["author"]] == article.authors
        assert news["datePublished"].endswith("+03:00")


def test_plain_text_page_has_no_tags(site: SampleSite, fetch) -> None:
    [article] = [item for item in expected_articles(site.urls) if item.url.endswith(".txt")]
    answer = fetch(article.url)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.body.decode()
    assert text.startswith(f"{article.title}\n\n\n{article.captions[0]}\n\n")
    assert f"{article.dateline_place} – {article.text}" in text
    assert "<" not in text
    assert "&" not in text


def test_dead_ends_answer_as_the_truth_says(site: SampleSite, fetch) -> None:
    rejections = expected_rejections(site.urls)
    assert sorted(rejections.values()) == ["paywall", "soft_404"]
    for url, reason in rejections.items():
        answer = fetch(url)
        assert answer.status == 200
        assert (b'"isAccessibleForFree": false' in answer.body) == (reason == "paywall")
    articles = {article.url for article in expected_articles(site.urls)}
    for url, outcome in expected_other_outcomes(site.urls).items():
        answer = fetch(url)
        assert answer.status == {"gone": 410, "redirect": 301}.get(outcome, 200)
        if outcome == "redirect":
            assert answer.headers["Location"] in articles
        if outcome == "canonical_duplicate":
            canonical = re.search(r'<link rel="canonical" href="([^"]+)"', answer.body.decode())
            assert canonical is not None
            assert canonical[1] in articles


def test_every_outlet_has_the_usual_pages(site: SampleSite, fetch) -> None:
    for outlet_id, base in site.urls.items():
        home = fetch(base)
        assert home.status == 200
        assert b"/search" in home.body
        assert b"<a " in home.body
        about = fetch(f"{base}about").body.decode(site.outlets[outlet_id].encoding)
        assert "invented" in about or "مُتخيَّل" in html.unescape(about)
        for section in site.outlets[outlet_id].sections:
            path = site.outlets[outlet_id].section_path(section)
            assert fetch(base + path.removeprefix("/")).status == 200
        assert fetch(f"{base}search?q=nothing-such").status == 200
        assert fetch(f"{base}nothing/such").status == 404


def test_photos_of_articles_exist(site: SampleSite, fetch) -> None:
    for outlet_id, base in site.urls.items():
        photos = [
            item
            for item in load_articles()
            if item.outlet == outlet_id and item.image is not None and item.edition == 1
        ]
        for article in photos:
            answer = fetch(base + site.outlets[outlet_id].photo_path(article).removeprefix("/"))
            assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")
