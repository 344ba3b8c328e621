from __future__ import annotations

import re
from pathlib import Path

from crawler.sources.explaining import known_keys
from crawler.sources.loading import source_from_defaults
from crawler.sources.model import Source

DOC = Path(__file__).parents[2] / "docs" / "adding-a-source.md"


def test_the_table_has_every_key_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([\w.]+)` \| ([^|]*?) ?\|", DOC.read_text(encoding="utf-8"), re.MULTILINE))
    groups = {path[0] for path in known_keys() if len(path) > 1}
    keys = [".".join(path) for path in known_keys() if len(path) > 1 or path[0] not in groups]
    assert list(rows) == keys
    defaults = source_from_defaults({}).model_dump(mode="json")
    for key, stated in rows.items():
        first, _, second = key.partition(".")
        value = defaults[first][second] if second else defaults[first]
        if Source.model_fields[first].is_required():
            assert stated == "", key
        elif isinstance(value, bool | int | float) or second in ("fastest", "slowest", "sitemap_max_age"):
            assert stated == f"`{str(value).lower().removesuffix('.0')}`", key
