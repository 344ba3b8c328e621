"""Writes a source file as a person would: what the defaults say is left out, keys stand in the model's order."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from crawler.errors import SourceError
from crawler.sources.loading import read_defaults, source_from_defaults
from crawler.sources.model import Source

_ALWAYS = ("id", "name", "home_page", "country", "languages", "kind", "enabled")
_FLOW_LISTS = ("languages", "revisit_after", "drop_parameters", "keep_parameters")


def dump_source(source: Source, defaults: Mapping[str, Any] | None = None) -> str:
    """The YAML text of a source, without what `defaults` (None: the catalogue's) give it anyway.

    Read back under the same defaults, it is the same source. `defaults={}` leaves out only what the model gives.
    """
    effective = source_from_defaults(read_defaults() if defaults is None else defaults)
    values = _differing(source.model_dump(mode="json"), effective.model_dump(mode="json"))
    return str(yaml.serialize(_mapping_node(values), Dumper=yaml.SafeDumper, allow_unicode=True, width=110))


def dump_full_source(source: Source) -> str:
    """The YAML text of a source with every value that is in effect."""
    exclude = {"verified_on"} if source.verified_on is None else None  # no file may say `verified_on: null`
    node = _mapping_node(source.model_dump(mode="json", exclude=exclude))
    return str(yaml.serialize(node, Dumper=yaml.SafeDumper, allow_unicode=True, width=110))


def write_source_file(path: Path, text: str, replace: bool = False) -> None:
    """Write a source file whole or not at all. Raises SourceError where one is there and may not be replaced."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not replace:
            _take_name(path)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(f"{path}: cannot be written ({error.strerror}): choose another --folder") from None


def _take_name(path: Path) -> None:
    """Fails where the name is taken, so that nobody's file is lost to a race."""
    try:
        path.open("x").close()
    except FileExistsError:
        raise SourceError(f"{path}: is there already: replace it with --force, or choose another --id") from None


def _differing(values: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            section = {name: item for name, item in value.items() if item != base[key][name]}
            if section:
                kept[key] = section
        elif key in _ALWAYS or _is_own(key, value, base):
            kept[key] = value
    return kept


def _is_own(key: str, value: Any, base: Mapping[str, Any]) -> bool:
    if key in ("feeds", "sitemaps", "section_pages", "verified_on"):  # no default can give these
        return bool(value)
    return bool(value != base[key])


def _mapping_node(values: Mapping[str, Any]) -> yaml.MappingNode:
    pairs = [(_scalar_node(key), _value_node(key, value)) for key, value in values.items()]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)


def _value_node(key: str, value: Any) -> yaml.Node:
    if isinstance(value, Mapping):
        return _mapping_node(value)
    if isinstance(value, list):
        items = [_scalar_node(item) for item in value]
        flow = key in _FLOW_LISTS or not items
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=flow)
    return _scalar_node(value)


def _scalar_node(value: Any) -> yaml.ScalarNode:
    if isinstance(value, str):
        style = "|" if "\n" in value.strip("\n") else None
        if not value.replace("\n", "").isprintable():
            style = '"'  # PyYAML writes U+0085 and its like bare, and reads them as a line's end
        return yaml.ScalarNode("tag:yaml.org,2002:str", value, style=style)
    kind = {bool: "bool", int: "int", float: "float", type(None): "null"}[type(value)]
    return yaml.ScalarNode(f"tag:yaml.org,2002:{kind}", json.dumps(value))
