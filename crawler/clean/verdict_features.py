"""Numbers about a whole page, from which the model tells articles from listings, forums, shops, manuals and offers.

Evidence of one kind is also added up by hand (`sum forum` and its like): a few hundred pages cannot teach trees how
rare signs add to each other. Words are English for the most part, structure and addresses are not; where no word is
known, a page counts as an article sooner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from crawler.clean import verdict_words as known
from crawler.clean.blocks import Block
from crawler.clean.page import Page, is_article_node, types_of
from crawler.clean.roles import Role

Array = NDArray[Any]
Features = dict[str, float]

_ASCII_WORD = re.compile(r"[a-z]+")
_WORD = re.compile(r"\w+")
_FURNITURE = Role.NAV | Role.FOOTER | Role.HEADER | Role.ASIDE | Role.HIDDEN | Role.COOKIE
_COUNTED_ROLES = {
    "standfirst": Role.STANDFIRST, "footer": Role.FOOTER, "form": Role.FORM, "byline": Role.BYLINE, "date": Role.DATE,
    "button": Role.BUTTON, "comment": Role.COMMENT, "nav": Role.NAV, "tags": Role.TAGS, "teaser": Role.TEASER,
    "caption": Role.CAPTION,
}  # fmt: skip
_BODY_ROLES = {
    "list": Role.LIST, "table": Role.TABLE, "teaser": Role.TEASER, "comment": Role.COMMENT, "body": Role.BODY,
    "article": Role.ARTICLE,
}  # fmt: skip


def _index(groups: dict[str, str], separator: str | None = None) -> dict[str, tuple[str, ...]]:
    """Word or phrase -> the groups that have it."""
    found: dict[str, tuple[str, ...]] = {}
    for name, words in groups.items():
        for word in words.split(separator):
            word = " ".join(word.split())
            found[word] = (*found.get(word, ()), name)
    return found


_GROUPS_OF_PATH, _GROUPS_OF_HOST, _GROUPS_OF_TITLE = map(
    _index, (known.PATH_WORDS, known.HOST_WORDS, known.TITLE_WORDS)
)
_GROUPS_OF_NAME = _index(known.CLASS_NAMES)
_GROUPS_OF_PHRASE = _index(known.PHRASES, "|")
_GROUPS_OF_SPEECH = {name: words.split() for name, words in known.SPEECH.items()}
_SOFTWARE = {name: [" ".join(word.split()) for word in words.split("|")] for name, words in known.SOFTWARE.items()}
_LONGEST_PHRASE = 30
_MOST_HEARD = 2000
_PROSE_LENGTH = 80
_LINES_ABOVE, _LINES_BELOW = 6, 12
_LONGEST_NOTE = 100
"""A byline or a line with the date is no longer."""


def compute_page_features(
    page: Page, *, headline: int | None, body: Sequence[int], probabilities: Array, text: str
) -> Features:
    """Features by name. `body` are the indexes of the story's blocks, `probabilities` those of all blocks."""
    values: Features = {}
    _read_address(page, values)
    _read_head(page, values)
    _read_blocks(page.blocks, headline, body, probabilities, values)
    _read_names(page, values)
    _read_speech(text, values)
    _sum_up(values)
    return values


def _count_groups(words: Iterable[str], index: dict[str, tuple[str, ...]], names: Iterable[str]) -> list[int]:
    """How many of the words are of each of the named groups."""
    counts: Counter[str] = Counter()
    for word in words:
        if word in index:
            counts.update(index[word])
    return [counts[name] for name in names]


def _read_address(page: Page, values: Features) -> None:
    parts = urlsplit(page.url)
    path = unquote(parts.path).lower()
    steps = [step for step in path.split("/") if step]
    last = steps[-1] if steps else ""
    stem = last.rpartition(".")[0] if "." in last[-6:] else last
    values["path depth"] = len(steps)
    values["path length"] = len(path)
    values["last step length"] = len(stem)
    values["last step words"] = stem.count("-") + stem.count("_") + 1 if stem else 0
    values["path has date"] = known.PATH_DATE.search(path) is not None
    query = "" if parts.query.startswith(("srsltid", "utm_", "fbclid")) else parts.query
    values["query keys"] = query.count("=")
    values["is root"] = bool(page.url) and not steps and not query
    before = _count_groups(_ASCII_WORD.findall("/".join(steps[:-1])), _GROUPS_OF_PATH, known.PATH_WORDS)
    at_end = _count_groups(_ASCII_WORD.findall(stem), _GROUPS_OF_PATH, known.PATH_WORDS)
    for name, first, second in zip(known.PATH_WORDS, before, at_end, strict=True):
        values["path " + name] = first
        values["last step " + name] = second
    values["step is word"] = sum(step in _GROUPS_OF_PATH for step in steps)
    hosts = _count_groups(_ASCII_WORD.findall(parts.hostname or ""), _GROUPS_OF_HOST, known.HOST_WORDS)
    values.update(zip(("host forum", "host manual", "host shop", "host story"), hosts, strict=True))
    address = f"{path}?{query}" if query else path
    values["address forum"] = known.FORUM_ADDRESS.search(address) is not None
    values["address shop"] = known.SHOP_ADDRESS.search(path) is not None
    values["address shelf"] = known.SHELF_ADDRESS.search(path) is not None
    values["address manual"] = known.MANUAL_ADDRESS.search(path) is not None
    values["address list"] = values["is root"] or known.LIST_ADDRESS.search(path) is not None


def _read_head(page: Page, values: Features) -> None:
    kind = (page.meta("og:type") or "").lower()
    values["og article"] = "article" in kind or "blog" in kind
    values["og product"] = "product" in kind
    types = [kind for node in page.nodes for kind in types_of(node)]
    values["ld product"] = sum(kind in known.PRODUCT_NODES for kind in types)
    values["ld list"] = sum(kind in known.LIST_NODES for kind in types)
    values["ld forum"] = sum(kind in known.FORUM_NODES for kind in types)
    values["ld articles"] = sum(map(is_article_node, page.nodes))
    values["ld nodes"] = len(types)
    # A post in a forum has a date and an author, too.
    article = page.article if not types_of(page.article) & known.FORUM_NODES else {}
    values["ld this article"] = bool(article)
    values["ld date"] = bool(article.get("datePublished"))
    values["ld author"] = bool(article.get("author"))
    values["meta date"] = page.meta("article:published_time", "datepublished", "date", "pubdate", "dc.date") is not None
    values["meta author"] = page.meta("author", "article:author", "dc.creator", "parsely-author") is not None
    values["meta section"] = page.meta("article:section", "article:tag", "news_keywords") is not None
    values["meta price"] = page.meta("product:price:amount", "og:price:amount", "product:availability") is not None
    description = page.meta("description", "og:description") or ""
    values["meta description"] = len(description)
    values["metas"] = len(page.metas)
    generator = (page.meta("generator") or "").lower()
    for name, software in _SOFTWARE.items():
        values["generator " + name] = bool(generator) and any(word in generator for word in software)
    values["next page"] = ("next" in page.links) + ("prev" in page.links)
    words = _WORD.findall(f"{page.head_title} {description[:300]}".lower())
    counts = _count_groups(words, _GROUPS_OF_TITLE, known.TITLE_WORDS)
    values.update(zip(("title story", "title offer", "title manual"), counts, strict=True))
    values["title length"] = len(page.head_title)
    values["title words"] = len(page.head_title.split())


def _read_blocks(
    blocks: list[Block], headline: int | None, body: Sequence[int], probabilities: Array, values: Features
) -> None:
    count = len(blocks)
    length = np.array([len(block.text) for block in blocks], np.int64)
    linked = np.array([block.linked for block in blocks], np.int64)
    roles = np.array([block.roles for block in blocks], np.int64)
    whole = max(1.0, float(length.sum()))
    is_linked = linked > 0.5 * length
    prose = length - linked
    is_prose = (prose >= _PROSE_LENGTH) & ~is_linked
    inner = (roles & _FURNITURE) == 0
    place = np.array(body, np.int64)
    own_length, own_roles = length[place], roles[place]
    of_body = max(1.0, float(own_length.sum()))

    values["blocks"] = float(np.log1p(count))
    values["linked lines"] = float(is_linked.sum()) / max(1, count)
    values["inner linked share"] = float(linked[inner].sum()) / max(1.0, float(length[inner].sum()))
    values["prose lines"] = float(is_prose.sum())
    values["body"] = float(np.log1p(of_body))
    values["body lines"] = len(body)
    values["body share"] = of_body / whole
    values["body share of prose"] = float((prose * is_prose)[place].sum()) / max(1.0, float((prose * is_prose).sum()))
    values["body longest line"] = float(own_length.max()) if len(body) else 0.0
    values["body linked share"] = float(linked[place].sum()) / of_body
    values["mean probability of body"] = float((own_length * probabilities[place]).sum()) / of_body
    values["doubt"] = float((length * np.minimum(probabilities, 1 - probabilities)).sum()) / of_body
    values["gaps in body"] = (body[-1] - body[0] + 1 - len(body)) / len(body) if len(body) else -1.0
    for name, bit in _COUNTED_ROLES.items():
        values["role " + name] = int(np.count_nonzero(roles & bit))
    for name, bit in _BODY_ROLES.items():
        values["body in " + name] = float(own_length[(own_roles & bit) != 0].sum()) / of_body
    values["role pre"] = int(np.count_nonzero(roles & Role.PREFORMATTED))

    parents: dict[int, float] = {}
    for index, size in zip(body, own_length.tolist(), strict=True):
        parent = blocks[index].element.parent
        order = parent.order if parent is not None else -1
        parents[order] = parents.get(order, 0.0) + size
    values["greatest container"] = max(parents.values()) / of_body if parents else 0.0
    values["containers"] = len(parents)
    kin = Counter([block.element.signature for block, is_inner in zip(blocks, inner.tolist(), strict=True) if is_inner])
    values["most alike"] = max(kin.values(), default=0)
    tags = Counter([block.element.tag for block in blocks])
    for tag in ("h1", "h2", "h3", "p", "td"):
        values["tag " + tag] = tags[tag]
    values["body headings"] = sum(blocks[index].element.tag[0] == "h" for index in body) / max(1, len(body))
    values["linked headings"] = sum(
        blocks[index].element.tag in ("h2", "h3", "h4", "h5") for index in np.flatnonzero(is_linked & inner).tolist()
    )

    values["headline length"] = len(blocks[headline].text) if headline is not None else 0
    near: list[Block] = []
    if headline is not None:
        near = blocks[max(0, headline - _LINES_ABOVE) : headline] + blocks[headline + 1 : headline + _LINES_BELOW]
    notes = [block.text for block in near if len(block.text) < _LONGEST_NOTE]
    values["date near headline"] = any(block.roles & Role.DATE for block in near)
    values["byline near headline"] = any(block.roles & Role.BYLINE for block in near)
    values["written date near headline"] = any(known.WRITTEN_DATE.search(note) for note in notes)
    values["signature near headline"] = any(known.SIGNED.match(note) for note in notes)

    lines = [blocks[index].text.lower() for index in np.flatnonzero(length <= _LONGEST_PHRASE).tolist()]
    counts = _count_groups(lines, _GROUPS_OF_PHRASE, known.PHRASES)
    for name, said in zip(known.PHRASES, counts, strict=True):
        values["says " + name] = said
    values["dated lines"] = sum("20" in line and known.WRITTEN_DATE.search(line) is not None for line in lines)
    values["prices"] = sum(map("\n".join(lines).count, "$€£"))


def _read_names(page: Page, values: Features) -> None:
    names = set(" ".join({element.names for element in page.elements}).lower().split())
    counts = _count_groups(names & _GROUPS_OF_NAME.keys(), _GROUPS_OF_NAME, known.CLASS_NAMES)
    for kind, count in zip(known.CLASS_NAMES, counts, strict=True):
        values["names " + kind] = count


def _read_speech(text: str, values: Features) -> None:
    spoken = text[:_MOST_HEARD]
    words = Counter(spoken.lower().split())
    many = max(20, words.total())
    for name, group in _GROUPS_OF_SPEECH.items():
        values["speaks " + name] = sum(words[word] for word in group) / many
    values["quotes"] = sum(map(spoken.count, "“«„")) / many + spoken.count('"') / 2 / many
    values["years"] = (spoken.count(" 20") + spoken.count(" 19")) / many
    values["brackets"] = sum(map(spoken.count, "({=")) / many
    values["colons"] = spoken.count(":") / many
    values["questions"] = spoken.count("?") / many


# Kind -> signs that count twice, signs that count once, and features that count once from above a bound.
_SUMS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, float], ...]]] = {
    "forum": (
        ("ld forum", "generator forum", "address forum"),
        ("host forum", "path forum", "names forum"),
        (("says forum", 2),),
    ),
    "manual": (
        ("generator manual", "address manual"),
        ("host manual", "path manual", "last step manual", "names manual", "next page"),
        (("role pre", 4), ("says manual", 2)),
    ),
    "shop": (
        ("ld product", "og product", "meta price", "address shop"),
        ("path shop", "generator shop", "host shop"),
        (("names shop", 2), ("says shop", 1), ("prices", 1)),
    ),
    "list": (
        ("ld list", "address list", "address shelf"),
        (),
        (
            ("linked headings", 5), ("most alike", 12), ("dated lines", 6), ("says more", 4), ("says shelf", 1),
            ("prices", 6), ("inner linked share", 0.5),
        ),
    ),
    "story": (
        ("og article", "ld this article", "ld date", "meta date", "path has date"),
        (
            "path story", "host story", "meta author", "ld author", "meta section", "date near headline",
            "byline near headline", "written date near headline", "signature near headline",
        ),
        (("body share", 0.5),),
    ),
}  # fmt: skip


def _sum_up(values: Features) -> None:
    for kind, (strong, plain, bounded) in _SUMS.items():
        points = 0
        for name in strong:
            points += 2 if values[name] else 0
        for name in plain:
            points += 1 if values[name] else 0
        for name, bound in bounded:
            points += 1 if values[name] > bound else 0
        values["sum " + kind] = points
    values["against"] = max(values["sum forum"], values["sum manual"], values["sum shop"], values["sum list"])
    values["balance"] = values["sum story"] - values["against"]
