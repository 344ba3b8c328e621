"""What the database knows of a URL, gathered for `dateline explain`."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

from crawler.database.asking import Ask, Row
from crawler.evidence.finding import canonical_form, find_known_urls
from crawler.sources.model import Source, format_duration
from crawler.urls import host_of, is_web_address, url_key

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MIN_SLUG_LENGTH = 8
_SHOWN_NUMBERS = 5


@dataclass
class Verdict:
    """Whether a source would take a URL that it found in a list, and why not."""

    source_id: str
    takes: bool
    why: str
    canonical_url: str
    folding: list[str]


@dataclass
class Story:
    """All that is known of one URL of one source. `next_look_at` is None when none is planned."""

    source_id: str
    url_key: str
    matched_by: str
    verdict: Verdict | None
    url: Row | None
    outcomes: list[Row]
    captures: list[Row]
    article: Row | None
    versions: list[Row]
    events: list[Row]
    other_urls: list[Row]
    next_look_at: datetime | None = None
    next_look_why: str = ""


@dataclass
class Absence:
    """Why a URL may be unknown."""

    reasons: list[str]
    verdicts: list[Verdict]
    similar: list[Row] = field(default_factory=list)


_MATCHED = {
    1: "this URL",
    2: "the URL that its article is fetched by",
    3: "a URL that redirects to it",
}


def find_stories(ask: Ask, asked: str, sources: Mapping[str, Source]) -> list[Story]:
    """The stories of a URL or an article number, one for each source that knows it."""
    found = find_known_urls(ask, asked, sources)
    stories = []
    best = {row["source_id"]: row["place"] for row in reversed(found)}
    for row in found:
        # An address that is known itself is not told again as the end of another's redirect.
        if row["place"] == best[row["source_id"]]:
            source = sources.get(row["source_id"])
            stories.append(_gather(ask, asked, row, source))
    return stories


def _gather(ask: Ask, asked: str, row: Row, source: Source | None) -> Story:
    place = {"source_id": row["source_id"], "url_key": row["url_key"]}
    url = next(iter(ask("explain_url", **place)), None)
    article = next(iter(ask("explain_article", **place)), None)
    number = article["article_id"] if article else None
    versions = ask("explain_versions", article_id=number) if article else []
    shown = asked if not asked.isdecimal() else (url or article or {}).get("url", "")
    story = Story(
        **place,
        matched_by="the article with this number" if asked.isdecimal() else _MATCHED[row["place"]],
        verdict=judge(source, shown) if source else None,
        url=url,
        outcomes=ask("explain_outcomes", **place),
        captures=ask("explain_captures", **place),
        article=article,
        versions=_with_differences(versions),
        events=ask("explain_events", article_id=number) if article else [],
        other_urls=ask("explain_other_urls", article_id=number, **place) if article else [],
    )
    story.next_look_at, story.next_look_why = next_look(story, source)
    return story


def judge(source: Source, url: str) -> Verdict:
    """Whether a source would take a URL, by its hosts, endpoints, and patterns."""
    canonical = canonical_form(source, url) or url
    ends = {canonical_form(source, known): known for known in (*source.endpoint_urls, source.home_page)}
    excluded = [pattern for pattern in source.exclude if re.search(pattern, url)]
    takes = False
    if not source.allows_host(host_of(url)):
        why = f"{host_of(url)} is none of its hosts ({', '.join(source.host_patterns)})"
    elif canonical in ends:
        why = "it is the home page or an endpoint of the source, where links are looked for: no article"
    elif excluded:
        why = f"its `exclude` has the pattern {excluded[0]}"
    elif not source.takes_url(url):
        why = f"it matches none of the patterns of its `include`: {', '.join(source.include)}"
    elif not source.enabled:
        why = "the source is not enabled, so that nothing of it is crawled on schedule"
    else:
        takes, why = True, "its host, `include` and `exclude` allow it"
    return Verdict(source.id, takes, why, canonical, describe_folding(source, url, canonical))


def describe_folding(source: Source, url: str, canonical: str) -> list[str]:
    """What canonicalisation changed in a URL, in words."""
    given, kept = urlsplit(url.strip()), urlsplit(canonical)
    told = []
    if given.netloc != kept.netloc or given.scheme != kept.scheme:
        told.append(f"host: {given.scheme}://{given.netloc} is written {kept.scheme}://{kept.netloc}")
    before = [name for name, _ in parse_qsl(given.query, keep_blank_values=True)]
    after = Counter(name for name, _ in parse_qsl(kept.query, keep_blank_values=True))
    dropped = list(dict.fromkeys(name for name in before if name not in after))
    own = [name for name in dropped if name in source.url_rules.drop_parameters]
    general = [name for name in dropped if name not in own]
    if general:
        told.append(f"parameters that mark where a reader came from are dropped: {', '.join(general)}")
    if own:
        told.append(f"parameters in the source's url_rules.drop_parameters are dropped: {', '.join(own)}")
    if given.fragment:
        told.append(f"the fragment is dropped: #{given.fragment}")
    if given.path != kept.path and (given.path or "/") != kept.path:
        told.append("the path is written in its normal form")
    if not dropped and given.query != kept.query:
        told.append("the parameters are put in order and written in their normal form")
    return told


def next_look(story: Story, source: Source | None) -> tuple[datetime | None, str]:
    """When a URL is looked at again, and why then. One that is due makes its source due, whatever its lists are."""
    url, article = story.url, story.article
    if url is None:
        return None, "no run looks at this address by itself"
    due_at = url["next_due_at"]
    if due_at is None:
        return None, _why_never(url, article)
    if not url["source_is_enabled"]:
        return None, "its source is not enabled"
    if url["source_is_paused"]:
        because = url["source_state_detail"]
        return None, "its source is paused" + (f" ({because})" if because else "")
    why = _why_then(url, article, source)
    if url["source_is_running"]:
        why += "; its source is being crawled now"
    elif due_at <= datetime.now(timezone.utc):
        why += "; the next run takes it"
    return due_at, why


def _why_never(url: Row, article: Row | None) -> str:
    if url["discovered_via"] == "import":
        return "it was imported, and is not crawled"
    if article and article["withdrawn_at"]:
        return "it did not come back within 30 days; it is looked at if a list names it again"
    if url["duplicate_of"]:
        return f"article {url['duplicate_of']} is looked at by its own address"
    if url["retry"] in ("by_age", "never"):
        return "all the ages at which its source looks again (revisit_after) are past"
    return f"given up after {url['failure_count']} looks in a row without an article"


def _why_then(url: Row, article: Row | None, source: Source | None) -> str:
    if url["last_outcome"] == "pending":
        return "no run has come to it yet"
    if article and article["withdrawn_at"]:
        return "withdrawn: looked for 1, 7 and 30 days after it was first missing"
    if url["missing_since"]:
        return "missing: a second look decides whether it is withdrawn"
    if article and source and url["first_fetched_at"]:
        age: timedelta = url["next_due_at"] - url["first_fetched_at"]
        if age in source.revisit_after:
            return f"for edits, {format_duration(age)} after it was first fetched"
    if url["retry"] == "backoff":
        return f"again after {url['failure_count']} failures in a row, more and more rarely"
    return "a day after it brought no article" if url["retry"] == "daily" else "for edits"


def explain_absence(ask: Ask, asked: str, sources: Mapping[str, Source]) -> Absence:
    """Why a URL is not known: what stands against it, and what is like it."""
    if asked.isdecimal():
        return Absence([f"there is no article {asked} in this database"], [])
    if not is_web_address(asked):
        return Absence(["it is not an absolute http(s) URL: write it in full, as in https://example.org/news/1"], [])
    host = host_of(asked)
    verdicts = [judge(source, asked) for source in sources.values() if source.allows_host(host)]
    ids = [verdict.source_id for verdict in verdicts]
    forms = [verdict.canonical_url for verdict in verdicts]
    reasons = [
        f"it is a {row['kind']} of {row['source_id']}, last asked {row['last_visited_at']:%Y-%m-%d %H:%M} UTC: "
        f"{row['last_reason'] or row['last_status']}, {row['last_links']} links"
        for row in ask("explain_endpoint", source_ids=ids, urls=[asked, *forms])
    ]
    if not verdicts:
        known = sorted({pattern for source in sources.values() for pattern in source.host_patterns})
        near = difflib.get_close_matches(host, known, n=3, cutoff=0.75)
        reasons.append(
            f"no source has the host {host}"
            + (f"; some have {', '.join(near)}" if near else "")
            + ": `dateline sources add` makes one, `allowed_hosts` in a source file names further hosts"
        )
    elif any(verdict.takes for verdict in verdicts):
        reasons.append(
            "no feed, sitemap or section page that was read has named it, or the load of that run is to come"
        )
    slug = urlsplit(asked).path.rstrip("/").rpartition("/")[2]
    similar = ask(
        "explain_similar",
        source_ids=ids,
        url_keys=[url_key(form) for verdict in verdicts for form in _variants(sources[verdict.source_id], asked)],
        slug=slug if len(slug) >= _MIN_SLUG_LENGTH else "",
    )
    return Absence(reasons, verdicts, similar)


def _variants(source: Source, url: str) -> set[str]:
    """Canonical forms of the same address with another scheme, `www.`, last slash, or without its parameters."""
    parts = urlsplit(url)
    bare = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port else ""
    path = parts.path.rstrip("/")
    made = set()
    for scheme in ("http", "https"):
        for host in (bare, f"www.{bare}"):
            for end in (path, f"{path}/"):
                for query in {parts.query, ""}:
                    made.add(canonical_form(source, f"{scheme}://{host}{port}{end}{'?' * bool(query)}{query}"))
    return {form for form in made if form}


def _with_differences(versions: Sequence[Row]) -> list[Row]:
    """The versions without their texts, each with how it differs from the one before, in a line."""
    told: list[Row] = []
    before: Row | None = None
    for version in versions:
        difference = describe_difference(before, version) if before else f"{version['word_count']} words"
        told.append({**{k: v for k, v in version.items() if k != "text"}, "difference": difference})
        before = version
    return told


def describe_difference(before: Row, after: Row) -> str:
    """How a version differs from another: title, numbers, words more and less."""
    told = []
    if before["title"] != after["title"]:
        told.append(f"title was «{before['title']}»")
    old, new = (Counter(_NUMBER.findall(f"{row['title']}\n{row['text']}")) for row in (before, after))
    gone, come = list((old - new).elements()), list((new - old).elements())
    if gone or come:
        told.append(f"numbers {_some(gone)} → {_some(come)}")
    words, others = (Counter(row["text"].split()) for row in (before, after))
    more, less = (others - words).total(), (words - others).total()
    if more or less:
        told.append(f"+{more} −{less} words")
    elif before["text"] != after["text"]:
        told.append("the same words in another order or layout")
    return "; ".join(told) or "nothing in title and text"


def _some(numbers: Sequence[str]) -> str:
    shown = ", ".join(numbers[:_SHOWN_NUMBERS]) or "none"
    return f"{shown}, …" if len(numbers) > _SHOWN_NUMBERS else shown
