"""The page that shows what became of each line of a page."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.clean.explain import Fate, explain_page
from crawler.cli.extract import extract

PAGES = Path(__file__).parent / "pages"
SENTENCE = "The council of Harun met on Tuesday to hear about the wells of the valley, and what they will cost."
ARTICLE = (
    "<html lang=en><head><title>Council hears about wells</title>"
    "<meta property='article:published_time' content='2031-05-04T08:00:00+03:00'></head><body>"
    "<nav><ul class='menu'><li><a href=/a>Home</a><li><a href=/b>World</a></ul></nav>"
    "<article class='story'><h1>Council hears about wells</h1><p class='byline'>By Salma Haddad</p>"
    "<figure><img src=/w.jpg><figcaption>Villagers wait at the well of Sada</figcaption></figure>"
    + "".join(f"<p>{SENTENCE} This was read out to {n} engineers of the district.</p>" for n in (3, 4, 5, 6, 7, 8))
    + f"<p>{SENTENCE} This was read out to 3 engineers of the district.</p>"
    + "</article><footer><p>All rights reserved. <a href=/c>Contact</a></p></footer></body></html>"
)


def explained(markup: str | bytes, **more: str) -> LexborHTMLParser:
    payload = markup.encode() if isinstance(markup, str) else markup
    return LexborHTMLParser(explain_page(payload, **more))


def lines_of(tree: LexborHTMLParser) -> list[LexborNode]:
    return tree.css("details.line")


def fates_of(tree: LexborHTMLParser) -> dict[str, str]:
    """The fate of each line by its text."""
    return {text_of(line, ".text"): (line.attributes["class"] or "").split()[1] for line in lines_of(tree)}


def text_of(node: LexborNode, selector: str) -> str:
    found = node.css_first(selector)
    assert found is not None
    return found.text()


@pytest.fixture(scope="module")
def tree() -> LexborHTMLParser:
    return explained(ARTICLE, url="https://sada.example/wells", name="wells.html")


def test_every_line_stands_once_in_the_page_s_order(tree: LexborHTMLParser) -> None:
    texts = [text_of(line, ".text") for line in lines_of(tree)]
    assert texts[:4] == ["Home", "World", "Council hears about wells", "By Salma Haddad"]
    assert texts[-1] == "All rights reserved. Contact"
    assert [text_of(line, ".index") for line in lines_of(tree)] == [str(n) for n in range(len(texts))]


def test_lines_are_marked_by_what_became_of_them(tree: LexborHTMLParser) -> None:
    fates = [(line.attributes["class"] or "").split()[1] for line in lines_of(tree)]
    assert fates == ["cut", "cut", "headline", "credit", "caption", *["kept"] * 6, "repeated", "cut"]


def test_a_notice_that_is_trimmed_off_the_end_of_the_text_is_marked() -> None:
    notice = "<p>Sign up for our newsletter to get the latest news of the wells of Harun in your inbox.</p>"
    tree = explained(ARTICLE.replace("</article>", notice + "</article>"))
    fates = fates_of(tree)
    assert fates["Sign up for our newsletter to get the latest news of the wells of Harun in your inbox."] != "kept"
    assert "newsletter" not in " ".join(text for text, fate in fates.items() if fate == "kept")


def test_legend_counts_the_lines_of_each_fate(tree: LexborHTMLParser) -> None:
    counted = {text_of(label, "b"): int(text_of(label, "span")) for label in tree.css(".legend label")}
    assert counted == {fate.value: 0 for fate in Fate} | Counter(
        (line.attributes["class"] or "").split()[1] for line in lines_of(tree)
    )


def test_a_line_tells_what_moved_it_where_it_stands_and_its_roles(tree: LexborHTMLParser) -> None:
    home = lines_of(tree)[0]
    effects = [float(cell.text().replace("−", "-")) for cell in home.css(".effect")]
    assert effects
    assert effects == sorted(effects, key=abs, reverse=True)
    assert text_of(home, ".path") == "body / nav / ul.menu / li"
    assert {"nav", "list"} <= {role.text() for role in home.css(".role")}
    assert "4 of them linked" in home.text()


def test_fields_have_their_value_origin_and_confidence(tree: LexborHTMLParser) -> None:
    rows = {text_of(row, ".name"): row for row in tree.css(".fields tr")}
    assert text_of(rows["title"], ".value") == "Council hears about wells"
    assert text_of(rows["authors"], ".value") == "Salma Haddad"
    assert text_of(rows["published_at"], ".value").startswith("2031-05-04 05:00:00 UTC, known to the second")
    assert text_of(rows["published_at"], ".origin").strip()
    assert re.fullmatch(r"\d+ %", text_of(rows["title"], ".sure").strip())
    assert "section" in text_of(tree.css_first("main"), ".unfilled")


def test_a_rejected_page_says_why_and_shows_its_lines() -> None:
    tree = explained((PAGES / "paywall.html").read_bytes())
    assert "rejected: paywall" in text_of(tree.css_first("main"), ".verdict")
    assert lines_of(tree)


@pytest.mark.parametrize("payload", [b"", b"\x89PNG\r\n", b"<html></html>", (PAGES / "plain.txt").read_bytes()])
def test_a_page_without_lines_is_explained(payload: bytes) -> None:
    tree = explained(payload, name="page")
    assert lines_of(tree) == []
    assert tree.css_first(".verdict") is not None


def test_all_of_the_page_is_data() -> None:
    attack = "\"'><script>alert(1)</script><img src=x onerror=alert(1)></style></details><style>*{}"
    quoted = html.escape(attack)
    markup = (
        ARTICLE.replace("Council hears about wells", f"Council {quoted}")
        .replace("class='byline'", f'class="{quoted.replace(" ", "_")}"')
        .replace("By Salma", f"{quoted} By Salma")
    )
    out = explain_page(markup.encode(), url="javascript:alert(1)//" + attack, name=attack)
    tree = LexborHTMLParser(out)
    assert tree.css("script, img, iframe, a, link, object, form") == []
    assert len(tree.css("style")) == 1
    assert len(lines_of(tree)) == len(lines_of(explained(ARTICLE)))
    assert not [node for node in tree.css("*") if any(name.startswith("on") for name in node.attributes)]


def test_the_page_loads_nothing(tree: LexborHTMLParser) -> None:
    policy = tree.css_first("meta[http-equiv='Content-Security-Policy']")
    assert policy is not None
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "url(" not in text_of(tree.css_first("html"), "style")
    assert "@import" not in text_of(tree.css_first("html"), "style")


def test_long_lines_and_deep_paths_are_cut() -> None:
    out = explain_page(("<div class=x>" * 400 + "<p>" + "word " * 200_000).encode())
    assert len(out) < 60_000
    assert "999999" in out  # its length is told


def test_a_page_of_thousands_of_lines_is_explained_whole() -> None:
    tree = explained(ARTICLE.replace("<footer>", "<div>" + "<p>A short line of it.</p>" * 6000 + "</div><footer>"))
    assert len(lines_of(tree)) > 6000


# The command


def test_the_command_writes_the_page_to_a_file(tmp_path: Path) -> None:
    source, target = tmp_path / "wells.html", tmp_path / "explained.html"
    source.write_text(ARTICLE, encoding="utf-8")
    done = CliRunner().invoke(
        extract, ["--explain", str(source), "--url", "https://sada.example/wells", "--to", str(target)]
    )
    assert done.exit_code == 0, done.output
    assert done.output == ""
    assert "https://sada.example/wells" in target.read_text(encoding="utf-8")


def test_the_command_writes_to_standard_output() -> None:
    done = CliRunner().invoke(extract, ["--explain", str(PAGES / "wordpress.html")])
    assert done.exit_code == 0
    assert done.output.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--explain"], "one FILE"),
        (["--explain", "a.html", "b.html"], "one FILE"),
        (["--explain", "--text", "a.html"], "no --text"),
        (["--to", "b.html", "a.html"], "goes with --explain"),
    ],
)
def test_the_command_says_how_it_is_used(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(extract, arguments)
    assert done.exit_code == 2
    assert message in done.output


def test_the_command_says_what_cannot_be_read_or_written(tmp_path: Path) -> None:
    done = CliRunner().invoke(extract, ["--explain", str(tmp_path / "none.html")])
    assert done.exit_code == 1
    assert "cannot be read" in done.output
    target = tmp_path / "no folder" / "page.html"
    done = CliRunner().invoke(extract, ["--explain", str(PAGES / "wordpress.html"), "--to", str(target)])
    assert done.exit_code == 1
    assert "cannot be written" in done.output
