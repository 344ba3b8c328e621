"""The source files with which the crawler reads the sample site."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from crawler.sample_site.outlets import Outlet, build_outlets


def write_source_files(directory: Path, site_urls: Mapping[str, str]) -> list[Path]:
    """Write `<outlet>.yaml` for every outlet and return the paths."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for outlet in build_outlets(site_urls):
        path = directory / f"{outlet.id}.yaml"
        text = yaml.safe_dump(build_source(outlet), sort_keys=False, allow_unicode=True, width=120)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def build_source(outlet: Outlet) -> dict[str, Any]:
    source: dict[str, Any] = {
        "id": outlet.id,
        "name": outlet.name,
        "home_page": outlet.base_url,
        "country": "XX",
        "languages": list(outlet.languages),
        "kind": outlet.kind,
        "enabled": True,
        "feeds": [],
        "sitemaps": [],
        "section_pages": [],
        "allowed_hosts": [urlsplit(outlet.base_url).netloc],
        "include": [],
        "exclude": [],
        "time_zone": "Asia/Damascus",
        "schedule": {"every": "1m"},
        # Every minute at first, so that the site's edits are seen while somebody watches.
        "revisit_after": ["5s", "1m", "2m", "3m", "4m", "5m", "6m", "8m", "10m", "30m", "1h", "1d"],
        "politeness": {"delay_seconds": 0.05, "concurrent_requests": 1},
        "limits": {"max_pages": 500, "sitemap_max_age": "3650d"},
        "expect": {"articles_per_day_min": 0, "articles_per_day_max": 200},
        "allow_private_addresses": True,
        "notes": "Invented outlet of the bundled sample site.",
    }
    return {**source, **outlet.source()}
