"""Turns what pydantic finds in a source file into a line that a person can act on."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from crawler.sources.model import Source

_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = 80

_EXAMPLES = {
    "id": "`id: enab-baladi`, the file's name without .yaml",
    "name": "`name: Enab Baladi`",
    "home_page": "`home_page: https://example.org/`",
    "country": "`country: SY`",
    "languages": "`languages: [ar, en]`",
    "kind": "`kind: news`",
}
_PATTERN_REMEDIES = {
    "id": "write lowercase letters, digits and hyphens, at most 63, as in enab-baladi",
    "country": "write two capital letters, as in SY, or ZZ where it is not known",
    "languages": "write the two or three lowercase letters of ISO 639, as in ar",
    "verified_on": "write a day as in 2026-01-31",
}
# pydantic's error types that say what was expected, and how to write it.
_EXPECTED = {
    "string_type": ("text", "put it in quotes"),
    "tuple_type": ("a list", "put it in brackets, as in [{value}]"),
    "int_type": ("a whole number", "write one as in 3"),
    "int_parsing": ("a whole number", "write one as in 3"),
    "int_parsing_size": ("a whole number of usable size", "write one as in 3"),
    "int_from_float": ("a whole number", "write one as in 3"),
    "float_type": ("a number", "write one as in 2.5"),
    "float_parsing": ("a number", "write one as in 2.5"),
    "bool_type": ("true or false", "write one of them"),
    "bool_parsing": ("true or false", "write one of them"),
    "model_type": ("a group of keys", "write its keys below it, indented"),
}
_BOUNDS = {
    "greater_than_equal": "is too small: write {ge:g} or more",
    "less_than_equal": "is too large: write {le:g} or less",
}


def describe_problem(error: ErrorDetails) -> str:
    """`dotted.key: 'value' is wrong: do this`."""
    loc = error["loc"]
    message = _explain(error, loc, error["input"])
    return one_line(f"{dotted(loc)}: {message}" if loc else message)


def one_line(text: str) -> str:
    """`text` with its control characters spelled out: what a file says must not break the list of problems."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def dotted(loc: tuple[int | str, ...]) -> str:
    """`feeds[1]`, `schedule.every`: where in the file, counted as a person counts, from 1."""
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


def _explain(error: ErrorDetails, loc: tuple[int | str, ...], value: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    key = next((part for part in reversed(loc) if isinstance(part, str)), "")
    shown = _repr.repr(value)
    if kind == "missing":
        return f"is missing: write {_EXAMPLES.get(key, 'it')}"
    if kind == "extra_forbidden":
        return _explain_unknown_key(loc)
    if value is None and kind not in ("value_error", "assertion_error"):
        return "is empty: give it a value, or remove the key"
    if kind in ("too_short", "string_too_short"):
        return f"is empty: write {_EXAMPLES.get(key, 'a value')}"
    if kind == "enum":
        return f"{shown} is not one of them: write {context['expected']}"
    if kind == "string_pattern_mismatch":
        return f"{shown} cannot be used: {_PATTERN_REMEDIES.get(key, 'write it as the documentation says')}"
    if kind in _BOUNDS:
        return f"{shown} {_BOUNDS[kind].format(**context)}"
    if kind in _EXPECTED:
        expected, remedy = _EXPECTED[kind]
        example = remedy.format(value=value if isinstance(value, str | int | float) else "…")
        return f"{shown} is not {expected}: {example}"
    if kind == "value_error":
        said = str(context.get("error", error["msg"]))
        return said if isinstance(value, Mapping) else f"{shown} {said}"
    return f"{shown} cannot be used: {error['msg']}"


def _explain_unknown_key(loc: tuple[int | str, ...]) -> str:
    section = Source.model_fields
    for part in loc[:-1]:
        model = section[str(part)].annotation
        section = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
    unknown = str(loc[-1])
    near = difflib.get_close_matches(unknown.lower(), section, n=1)
    near = near or [key for key in section if key.startswith(f"{unknown.lower()}_")]
    if near:
        return f"is not a known key: did you mean {dotted((*loc[:-1], near[0]))}?"
    by_last_part = {path[-1]: path for path in known_keys()}
    near = difflib.get_close_matches(unknown.lower(), by_last_part, n=1, cutoff=0.75)
    if near:
        return f"is not a known key here: did you mean {dotted(by_last_part[near[0]])}?"
    return f"is not a known key: remove it, or use one of {', '.join(section)}"


def known_keys() -> Iterator[tuple[str, ...]]:
    """The path of every key that a source file may hold, in the model's order."""
    for name, field in Source.model_fields.items():
        yield (name,)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from ((name, below) for below in field.annotation.model_fields)
