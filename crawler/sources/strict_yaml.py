"""Reads the plain part of YAML: mappings, lists, text, numbers, true, false and null.

Booleans and numbers are those of YAML 1.2, so that the country `NO` is Norway and a date stays text. Anchors, tags and
keys that are written twice are problems, each with its line: in a source file they are slips, not intentions.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from crawler.sources.explaining import one_line

_MAX_BYTES = 1_000_000
_STR = "tag:yaml.org,2002:str"
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str", "int", "float", "bool", "null"))


class StrictYamlError(ValueError):
    """The text is not the YAML that we read. `problems` are for people, each one line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """SafeLoader with a narrower idea of what plain words mean, and without aliases."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (as in PyYAML)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "an alias (*): write the value out instead", mark)
        return super().compose_node(parent, index)


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?$", "-+0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def read_yaml(data: bytes) -> Any:
    """The value that `data` holds; None where it holds nothing. Raises StrictYamlError."""
    if len(data) > _MAX_BYTES:
        raise StrictYamlError([f"is {len(data)} bytes long: a source file is a page of text"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = f"line {line}: byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8"
        raise StrictYamlError([problem]) from None
    try:
        node = yaml.compose(text, Loader=_Loader)
        problems: list[str] = []
        value = None if node is None else _construct(node, problems)
    except yaml.YAMLError as error:
        raise StrictYamlError([_describe_yaml_error(error, text)]) from None
    except RecursionError:
        raise StrictYamlError(["is nested too deeply: a source file has two levels"]) from None
    if problems:
        raise StrictYamlError(problems)
    return value


def _construct(node: yaml.Node, problems: list[str]) -> Any:
    line = node.start_mark.line + 1
    if node.tag not in _PLAIN_TAGS:
        problems.append(f"line {line}: the tag {node.tag!r} has no place here: write the value without it")
        return None
    if isinstance(node, yaml.MappingNode):
        return _construct_mapping(node, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, problems) for item in node.value]
    return _construct_scalar(node, line, problems)


def _construct_mapping(node: yaml.MappingNode, problems: list[str]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    first_lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        value = _construct(value_node, problems)
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(f"line {line}: a key that is a list or a mapping: write a word")
            continue
        key = str(key_node.value)
        if key in first_lines:
            problems.append(
                f"line {line}: {one_line(key)} is written a second time (first in line {first_lines[key]}): keep one"
            )
            continue
        first_lines[key] = line
        mapping[key] = value
    return mapping


def _construct_scalar(node: yaml.Node, line: int, problems: list[str]) -> Any:
    text = str(node.value)
    kind = node.tag.rpartition(":")[2]
    try:
        if kind == "bool":
            return {"true": True, "false": False}[text.lower()]
        if kind == "null":
            return None
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except (KeyError, ValueError):
        problems.append(f"line {line}: {text[:40]!r} cannot be read as a number, true or false: write it out plainly")
        return None
    return text


def _describe_yaml_error(error: yaml.YAMLError, text: str) -> str:
    if isinstance(error, yaml.reader.ReaderError):
        line = text[: error.position].count("\n") + 1
        return f"line {line}: the character U+{ord(text[error.position]):04X} is not allowed in YAML: remove it"
    if not isinstance(error, yaml.MarkedYAMLError):
        return f"is not YAML: {str(error).splitlines()[0]}"
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    problem = error.problem or "cannot be read"
    lines = text.splitlines()
    if "'\\t'" in problem or (mark and line <= len(lines) and lines[line - 1][: mark.column + 1].endswith("\t")):
        return f"line {line}: a tab: indent and align with spaces"
    if isinstance(error, yaml.composer.ComposerError) and "single document" in str(error.context or ""):
        return f"line {line}: a second document (---): one file holds one source"
    hint = ": put text that holds a colon in quotes" if "mapping values are not allowed" in problem else ""
    context = f" {error.context}," if error.context else ""
    return f"line {line}: is not YAML:{context} {problem}{hint}"
