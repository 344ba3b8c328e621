"""What `dateline show` prints for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from rich.console import Console
from rich.text import Text

from crawler.archive.store import Store
from crawler.cli.explain import relative_time
from crawler.cli.explain_story import describe_difference
from crawler.cli.sections import SectionPage
from crawler.database.asking import Row
from crawler.evidence.article import ArticleEvidence, FieldEvidence
from crawler.evidence.differences import Change, Pieces, changed_fields, changed_paragraphs
from crawler.evidence.proof import Proof, Verdict
from crawler.tables import plain_text

_SHOWN_CHARACTERS = 300
_MARKS = {Change.GONE: ("[-", "-]", "red"), Change.NEW: ("{+", "+}", "green"), Change.SAME: ("", "", "")}


class ShowPage(SectionPage):
    """Shows an article with its evidence. Times are in UTC."""

    def __init__(self, console: Console, archive_url: str, now: datetime) -> None:
        super().__init__(console)
        self._archive_url = archive_url
        self._now = now

    def show(self, found: ArticleEvidence, proof: Proof) -> None:
        article, version = found.article, found.version
        number, current = version["version_number"], article["current_version"]
        self.line(f"Article {article['article_id']}: {version['title']}", "bold")
        self.line("Times are in UTC.", "dim")
        self.section("Article")
        self.facts(self._article(article, version))
        if found.story:
            self.section("Story")
            self.facts(self._story(found.story))
        which = "the current one" if number == current else f"the current one is {current}"
        self.section(f"Fields of version {number} ({which}): value, origin, confidence")
        self.facts(self._field(field) for field in found.fields if field.value not in (None, [], False))
        self.section(f"Versions: {len(found.versions)}")
        self.lines(self._versions(found.versions, number))
        if found.events:
            self.section(f"Events: {len(found.events)}")
            self.lines(self._event(row) for row in found.events)
        self.section(f"Archived response of version {number}")
        self.facts(self._response(found, proof))
        self.console.print()
        if proof.verdict is Verdict.OK:
            self.line("VERIFIED: the archive holds the very bytes that were captured.", "bold green")
        else:
            self.line(f"NOT VERIFIED ({proof.verdict}): {proof.problem}", "bold red")

    def _article(self, article: Row, version: Row) -> Iterator[tuple[str, str]]:
        yield "address", version["url"]
        if article["canonical_url"] != version["url"]:
            yield "canonical", article["canonical_url"]
        yield "source", f"{article['source_id']} ({article['source_name']})"
        yield "first fetched", self._time(article["first_fetched_at"])
        yield "last there", self._time(article["checked_at"])
        if article["withdrawn_at"]:
            yield "withdrawn", f"{self._time(article['withdrawn_at'])}: {article['withdrawn_reason']}"

    def _story(self, story: Row) -> Iterator[tuple[str, str]]:
        yield "story", f"{story['story_id']}: {story['title']}"
        yield "this article", f"{story['relation']}, {story['similarity']:.0%} like the first"
        yield "first", f"article {story['first_article_id']} of {story['first_source_id']}"
        yield "in all", f"articles: {story['article_count']}, sources: {story['source_count']}"

    def _field(self, field: FieldEvidence) -> tuple[str, str]:
        sure = "" if field.confidence is None else f", {field.confidence:.2f}"
        origin = f"  [{field.origin}{sure}]" if field.origin else ""
        return field.name, _shown(field.value) + (f" ({field.note})" if field.note else "") + origin

    def _versions(self, versions: list[Row], shown: int) -> Iterator[tuple[str, str]]:
        before: Row | None = None
        for row in versions:
            what = describe_difference(before, row) if before else f"{row['word_count']} words"
            mark = " (shown here)" if row["version_number"] == shown else ""
            kind = f"{row['version_number']}, {row['change_kind']}{mark}: «{row['title']}»; {what}"
            yield self._time(row["fetched_at"]), kind
            before = row

    def _event(self, row: Row) -> tuple[str, str]:
        status = f", HTTP {row['http_status']}" if row["http_status"] else ""
        detail = f" — {row['detail']}" if row["detail"] else ""
        return self._time(row["observed_at"]), f"{row['event']} ({row['reason']}{status}){detail}"

    def _response(self, found: ArticleEvidence, proof: Proof) -> Iterator[tuple[str, str]]:
        kept, response = found.kept, proof.response
        store = Store(self._archive_url)
        yield "file", str(store.local_path(kept.archive_file)) if store.is_local else store.path_of(kept.archive_file)
        yield "place", f"offset {kept.archive_offset:,}, {kept.archive_length:,} bytes"
        yield "of", kept.url
        yield "fetched", self._time(kept.fetched_at)
        if response is not None:
            yield "status", f"HTTP {response.status}"
            for name, value in response.headers:
                yield "header", f"{name}: {value}"
        if kept.payload_bytes is not None:
            yield "payload", f"{kept.payload_bytes:,} bytes"
        yield "SHA-256 captured", kept.payload_sha256
        yield "SHA-256 now", proof.found_sha256 or "none: it cannot be read"
        if kept.rendered_sha256:
            yield "drawn by a browser", f"{kept.rendered_length:,} bytes at {kept.rendered_offset:,}: this was read"

    def _time(self, value: datetime) -> str:
        return f"{value.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} ({relative_time(value, self._now)})"


class DifferencePage(SectionPage):
    """Shows how two versions differ: what is gone stands in [- -], what is new in {+ +}."""

    def show(self, article_id: int, before: Row, after: Row) -> None:
        old, new = before["version_number"], after["version_number"]
        self.line(f"Article {article_id}: from version {old} to version {new}", "bold")
        for sign, row in (("-", before), ("+", after)):
            fetched_at = row["fetched_at"].astimezone(timezone.utc)
            self.line(
                f"{sign} version {row['version_number']}, {row['change_kind']}, {fetched_at:%Y-%m-%d %H:%M:%S} UTC"
            )
        for change in changed_fields(before, after):
            self.section(change.name)
            self.line(f"- {_shown(change.before)}", "red")
            self.line(f"+ {_shown(change.after)}", "green")
        if before["text"] == after["text"]:
            self.console.print()
            self.line("The text is the same.")
            return
        self.section("text")
        same = 0
        for pieces in changed_paragraphs(before["text"], after["text"]):
            if all(change is Change.SAME for change, _ in pieces):
                same += 1
                continue
            self._left_out(same)
            same = 0
            self.console.print(_marked(pieces), soft_wrap=True)
        self._left_out(same)

    def _left_out(self, paragraphs: int) -> None:
        if paragraphs:
            self.line(f"… {paragraphs} paragraph{'' if paragraphs == 1 else 's'} the same …", "dim")


def _marked(pieces: Pieces) -> Text:
    shown = Text()
    for change, text in pieces:
        start, end, style = _MARKS[change]
        piece = plain_text(f"{start}{text}{end}")
        piece.stylize(style)
        shown.append_text(piece)
    return shown


def _shown(value: object) -> str:
    """A value in one line, not too long."""
    if isinstance(value, list):
        value = "; ".join(str(one) for one in value)
    if isinstance(value, datetime):
        value = f"{value.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S}"
    text = " ".join(str("(none)" if value in (None, "") else value).split())
    more = len(text) - _SHOWN_CHARACTERS
    return text if more <= 0 else f"{text[:_SHOWN_CHARACTERS]}… ({more:,} more characters)"
