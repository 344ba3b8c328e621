"""The values that page objects answer, in the shape that records have; and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from crawler.clean.instants import Moment, offset_of, parse_iso, zone_of
from crawler.clean.reject import Rejected
from crawler.clean.text import count_words, fold, join_paragraphs, normalize_line, normalize_text
from crawler.records import ArticleFields, PartKind, Precision, TextPart

_LINES = frozenset({"title", "publisher", "dateline_place", "description", "section", "image_caption", "language"})
_LISTS = frozenset({"authors", "agencies", "tags", "captions"})
_ADDRESSES = frozenset({"image_url", "canonical_link"})
_INSTANTS = frozenset({"published_at", "modified_at"})


def shape_value(name: str, value: Any, time_zone: str | None, absolute: Callable[[str], str]) -> Any:
    """A field's value as `ArticleFields` has it; a `Moment` for an instant, None or empty where there is none.

    Raises ValueError or TypeError for what cannot be read.
    """
    if value is None:
        return None
    if type(value).__module__.startswith("parsel."):
        raise TypeError(f"is a {type(value).__name__}: end the query with .get() or .getall()")
    if name == "text":
        return normalize_text(value) if isinstance(value, str) else join_paragraphs(_strings(value))
    if name in _LISTS:
        return tuple(_unique(map(normalize_line, _strings((value,) if isinstance(value, str) else value))))
    if name in _INSTANTS:
        return _moment(value, time_zone)
    if name in _ADDRESSES and isinstance(value, str):
        return absolute(value.strip()) if value.strip() else None
    if name in _LINES and isinstance(value, str):
        return normalize_line(value)
    return value


def complete_fields(
    result: ArticleFields | Rejected, values: Mapping[str, Any], languages: Sequence[str], origin: str
) -> ArticleFields:
    """The extractor's fields with `values` over them, and all that follows from these put right.

    Raises pydantic's ValidationError, whose places are names of fields.
    """
    fields: dict[str, Any] = result.model_dump() if isinstance(result, ArticleFields) else {}
    origins, confidences = fields.get("origins", {}), fields.get("confidences", {})
    if isinstance(result, Rejected) and len(languages) == 1:
        fields["language"], origins["language"] = languages[0], "source"
    for name, value in values.items():
        # Nobody has measured how sure a page object is.
        confidences.pop(name, None)
        origins.pop(name, None)
        is_empty = value is None or value in ("", ())
        fields[name] = ArticleFields.model_fields[name].get_default() if is_empty else value
        if not is_empty:
            origins[name] = origin
        if name in _INSTANTS:
            fields |= _instant_fields(name, value)
        if name == "text":
            fields["word_count"], fields["parts"] = count_words(value), _paragraphs(value)
    return ArticleFields.model_validate({**fields, "origins": origins, "confidences": confidences})


def _strings(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{value!r} is not text")
        yield value


def _unique(names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name and fold(name) not in seen:
            seen.add(fold(name))
            yield name


def _moment(value: Any, time_zone: str | None) -> Moment | None:
    zone = zone_of(time_zone)
    if isinstance(value, datetime):
        has_seconds = value.second or value.microsecond
        at = value if value.tzinfo else value.replace(tzinfo=zone)
        return Moment(at, Precision.SECOND if has_seconds else Precision.MINUTE, offset_of(at))
    if isinstance(value, date):
        at = datetime(value.year, value.month, value.day, tzinfo=zone)
        return Moment(at, Precision.DAY, offset_of(at))
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no datetime, date or text")
    moment = parse_iso(value, zone) if value.strip() else None
    if moment is None and value.strip():
        raise ValueError(f"there is no date in {value!r}: answer a datetime or a date")
    return moment


def _instant_fields(name: str, moment: Moment | None) -> dict[str, Any]:
    kind = name.removesuffix("_at")
    if moment is None:
        return {name: None, f"{kind}_precision": None, f"{kind}_zone": None}
    return {name: moment.at, f"{kind}_precision": moment.precision, f"{kind}_zone": moment.zone}


def _paragraphs(text: str) -> tuple[TextPart, ...]:
    parts, start = [], 0
    for paragraph in text.split("\n\n"):
        parts.append(TextPart(kind=PartKind.PARAGRAPH, start=start, end=start + len(paragraph)))
        start += len(paragraph) + 2
    return tuple(parts)
