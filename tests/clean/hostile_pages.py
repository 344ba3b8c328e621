"""Pages that are made to take long or much memory, by name. Each holds an ordinary article unless it says otherwise."""

from __future__ import annotations

from collections.abc import Callable

SENTENCES = (
    "The council of Nahrin met on Tuesday to hear about the wells of the valley and what they will cost.",
    "Engineers from three districts brought measurements that had been taken since the spring, and read them out.",
    "Nobody in the hall could say how long the drought would last, but the mayor asked for patience and for rain.",
    "Two trucks with pipes left the depot in the afternoon, and a third is expected to follow before the weekend.",
    "A report is to be printed next month, with the figures of each village and of all the wells around it.",
)
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def article(before: str = "", after: str = "", head: str = "", body: str = TEXT) -> str:
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Council hears about wells</title>"
        f"<meta property=article:published_time content=2031-05-04T08:00:00Z>{head}</head><body>{before}<article>"
        f"<h1>Council hears about wells</h1>{body}</article>{after}</body></html>"
    )


def _linked_data(content: str) -> str:
    return f"<script type='application/ld+json'>{content}</script>"


_MB = 1_000_000
PAGES: dict[str, Callable[[], str]] = {
    # Depth
    "100,000 blocks in each other after the article": lambda: article(after="<div>" * 100_000 + "deep"),
    "20,000 lists in each other around the article": lambda: "<ul><li>" * 20_000 + article(),
    "50,000 blocks in each other around 20,000 lines": lambda: (
        "<ul><li>" + "<div>" * 50_000 + "<p>A line.</p>" * 20_000
    ),
    "50,000 elements of a site's own in each other": lambda: article(after="<x-y>" * 50_000 + "deep"),
    "50,000 tables in each other": lambda: article(after="<table><tr><td>" * 50_000 + "deep"),
    "100,000 drawings in each other": lambda: article(after="<svg>" + "<g>" * 100_000 + "<title>deep"),
    "10 MB of <b>": lambda: article(after="<b>" * 3_300_000),
    "300 fonts open before 20,000 paragraphs": lambda: article(
        after="<p>" + "".join(f"<font color=a{n}>" for n in range(300)) + "</p><p>x</p>" * 20_000
    ),
    "20,000 kinds of bold": lambda: article(after="".join(f"<b id=a{n}>" for n in range(20_000)) + "x"),
    "20,000 spans open before 20,000 paragraphs": lambda: article(after="<span>" * 20_000 + "<p>x</p>" * 20_000),
    "40,000 ends of what is not open": lambda: article(after="<b>" * 40_000 + "</i>" * 40_000),
    "100,000 marks in each other": lambda: article(after="<span itemprop=x>" * 100_000 + "word " * 200_000),
    "wrongly nested links and paragraphs": lambda: article(after="<a href=/x><b><i><p>" * 20_000),
    # Width
    "1,000,000 paragraphs": lambda: article(after="<p>x" * _MB),
    "1,000,000 links": lambda: article(after="".join(f"<a href=/{n}>x</a> " for n in range(_MB))),
    "300,000 rows of a table": lambda: article(after="<table>" + "<tr><td>a<td>b" * 300_000),
    "500,000 options": lambda: article(after="<select>" + "<option>x" * 500_000),
    "1,000,000 breaks": lambda: article(after="<p>" + "a<br>" * _MB),
    "700,000 comments": lambda: article(after="<!--x-->" * 700_000),
    "400,000 metas": lambda: article(head="<meta name=author content='By X'>" * 400_000),
    "100,000 pictures": lambda: article(after="<figure><img src=x alt=y><figcaption>z</figcaption></figure>" * 100_000),
    "100,000 times": lambda: article(after="<time datetime=2031-05-04>4 May</time> " * 100_000),
    "100,000 bylines": lambda: article(after="<p class=byline>By Omar Said</p>" * 100_000),
    "100,000 headings": lambda: article(before="<h1>Council of wells hears</h1>" * 100_000),
    # Length
    "100,000 attributes": lambda: article(before="<p " + " ".join(f"a{n}=b" for n in range(100_000)) + ">x</p>"),
    "an attribute of 5 MB": lambda: article(before=f"<p data-x='{'a ' * 2_500_000}'>x</p>"),
    "a class of 5 MB": lambda: article(before=f"<p class='{'bX9 article-body ' * 300_000}'>x</p>"),
    "a style of 5 MB": lambda: article(before=f"<p style='{'display   ' * 500_000}'>x</p>"),
    "an address of 5 MB": lambda: article(before=f"<a href='/{'a/' * 2_500_000}'>x</a>"),
    "a line of 5 MB": lambda: article(after="<p>" + "word " * _MB),
    "a line of 5 MB in Arabic": lambda: article(after="<p>" + "كلمة، " * 800_000),
    "a line of 5 MB in Chinese": lambda: article(after="<p>" + "水井。" * 1_600_000),
    "a line of 5 MB of combining marks": lambda: article(after="<p>a" + "\u0301\u0327" * 1_200_000),
    "5 MB of entities": lambda: article(after="<p>" + "&amp;&lt;&nbsp;&#x202e;" * 220_000),
    "an entity bomb": lambda: "<!DOCTYPE x [<!ENTITY a '" + "a" * 1000 + "'>]>" + article(after="&a;" * 100_000),
    "a title of 5 MB": lambda: article(before="<h1>Of wells</h1>" * 20_000).replace("wells</t", "аbc " * _MB + "</t"),
    "a description of 5 MB": lambda: article(
        head="<meta property=og:description content='" + "аbc " * _MB + "'>", before="<p>A line of it</p>" * 20_000
    ),
    # Linked data
    "5 MB of linked data": lambda: article(
        head=_linked_data('{"@type":"NewsArticle","articleBody":"' + "word, " * 800_000 + '"}')
    ),
    "3 MB of linked data that is broken": lambda: article(
        head=_linked_data('{"@type":"NewsArticle","articleBody":"' + 'word", "' * 400_000 + '}')
    ),
    "linked data that nests 100,000 deep": lambda: article(head=_linked_data("[" * 100_000 + "]" * 100_000)),
    "linked data whose publisher nests 900 deep": lambda: article(
        head=_linked_data('{"@type":"NewsArticle","publisher":' + "[" * 900 + "]" * 900 + "}")
    ),
    "linked data whose author nests 900 deep": lambda: article(
        head=_linked_data('{"@type":"NewsArticle","author":' + '{"name":' * 900 + '"x"' + "}" * 901)
    ),
    "100,000 nodes of linked data": lambda: article(
        head=_linked_data("[" + ",".join(['{"@type":"NewsArticle","headline":"x"}'] * 100_000) + "]")
    ),
    "100,000 authors in linked data": lambda: article(
        head=_linked_data('{"@type":"NewsArticle","author":[' + ",".join(['{"name":"Omar Said"}'] * 100_000) + "]}")
    ),
    "100,000 scripts of linked data": lambda: article(head=_linked_data('{"@type":"Thing"}') * 100_000),
    "a stated body that resembles every line": lambda: article(
        head=_linked_data('{"@type":"NewsArticle","articleBody":"' + "ab" * 100_000 + '"}'),
        after="".join(f"<p>{'ab' * 70}c{n}</p>" for n in range(20_000)),
    ),
}  # fmt: skip

# Runs that a regular expression may stumble over, wherever one is let loose on a page.
RUNS = (
    " ", "\xa0", "\t", "\n", ",", ".", ":", ";", "-", "–", "|", "/", "\\", "(", ")", "[", "{", "<", ">", "\"", "'", "«",
    "@", "#", "&", "©", "=", "_", "0", "1", "a", "A", "é", "İ", "ß", "ا", "ה", "水", "한", "\u200f", "\u0301",
    "a ", "A ", "A. ", "Ab ", "a, ", "A, B ", "1 ", "1/", "1-", "1.", "1:", "12:", "١ ", "水 ", "ال ", "قال ", "و",
    "By ", "by Omar ", "By Omar Said, ", "and ", "and and ", " and", "von ", "بقلم ", "Photo: ", "photo by ", "(c) ",
    " و ", "©x ",
    "May ", "4 May ", "May 4, ", "2031-", "2031 ", "2031年", "am ", "T00", "+00:", " ago", "1 hour ", "قبل ", "منذ ",
    "- ", " -", " - ", " | ", " / ", "–A", "A–", "—", "(AP) ", "(A", "A)", "A (B) ", "AP/", "AFP, ", "A/B ",
    "http://", "https://a.b/", "www.a.", "@a", "a@b.", "x@", "&amp;", "&#", "<br>", "<b>a</b> ", "<a href=/x>A</a>, ",
    "Read more ", "Share ", "Mr. ", "Dr", "O'", "Mc", "de ", "al-", "Jr., ", "bin ", "Updated ", "Published: ", "s",
)  # fmt: skip
_PLACES = (
    "<title>{}</title>",
    "<meta name=author content=\"{}\"><meta property=article:published_time content=\"{}\">"
    "<meta property=og:title content=\"{}\"><meta name=keywords content=\"{}\">"
    "<meta property=og:site_name content=\"{}\">",
    "<h1>Council {} wells</h1>",
    "<p class=byline>By Omar Said {}</p><p class=author>{}</p><div class=byline>{} Salma Haddad</div>",
    "<time datetime=\"{}\">{}</time><p class=date>Published {}</p><p class=date>4 May 2031 {}</p>",
    "<figure><img alt=\"{}\"><figcaption>A well {} Photo: Salma Haddad</figcaption></figure>",
    "<article><p>{}</p>" + TEXT + "<p>HARUN (AP) {}</p><p>حلب {} - قال</p><p>{}</p></article>",
    "<p>HARUN {}</p>" + TEXT,
    "<p>حلب {}</p>" + TEXT,
    TEXT + "<p>(Reporting by {})</p><p>Source: {}</p><p>Tags: {}</p><nav class=breadcrumb>{}</nav>",
    "<a href=\"{}\">{}</a><link rel=canonical href=\"{}\"><div class=\"{}\">x</div>",
)  # fmt: skip


def pages_of_runs(run: str, length: int) -> str:
    """One page with the run, so many characters long, in each place that a field is read from."""
    filled = run * (length // len(run))
    quoted = filled.replace('"', "&quot;") if '"' in run or "<" in run or ">" in run else filled
    parts = [
        place.replace('"{}"', f'"{quoted}"').replace("{}", filled if "<" in run and len(run) > 1 else quoted)
        for place in _PLACES
    ]
    return article(
        head="".join(parts[:2]), before=parts[2], after="".join(parts[3:6]) + parts[9] + parts[10]
    ) + "".join(parts[6:9])


def plain_of_runs(run: str, length: int) -> str:
    """The same as plain text."""
    filled = run * (length // len(run))
    return "\n\n".join(
        ("Council hears about wells", f"By Omar Said {filled}", f"4 May 2031 {filled}", f"HARUN (AP) {filled}",
         *SENTENCES, f"حلب {filled} - قال", filled, f"Source: {filled}")
    )  # fmt: skip
