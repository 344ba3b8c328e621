from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from crawler.cli.main import dateline
from crawler.config import Settings
from crawler.sources.model import Source
from tests.imports.warcs import HOST


def make_source(source_id: str = "qasmara-times", **changes: object) -> Source:
    values = {
        "id": source_id,
        "name": source_id.title(),
        "home_page": f"https://{HOST}/",
        "country": "SY",
        "languages": ["en"],
        "kind": "news",
        "enabled": True,
        "feeds": [f"https://{HOST}/feed.xml"],
        **changes,
    }
    return Source.model_validate(values)


@dataclass
class Ended:
    code: int
    said: dict
    errors: str

    @property
    def counts(self) -> dict[str, int]:
        return self.said["counts"]


@pytest.fixture
def catalogue(tmp_path: Path) -> Callable[..., Path]:
    """Write source files."""

    def write(*sources: Source) -> Path:
        folder = tmp_path / "sources"
        folder.mkdir(exist_ok=True)
        for source in sources:
            values = source.model_dump(mode="json", exclude_defaults=True)
            (folder / f"{source.id}.yaml").write_text(yaml.safe_dump(values))
        return folder

    return write


@pytest.fixture
def environment(settings: Settings, catalogue: Callable[..., Path]) -> dict[str, str]:
    return {
        "DATELINE_HOME": str(settings.home),
        "DATELINE_DATABASE_URL": settings.database_url or "",
        "DATELINE_CONTACT": "test@example.org",
        "DATELINE_SOURCES": str(catalogue(make_source())),
        "DATELINE_CLEAN_WORKERS": "1",
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Callable[..., Ended]:
    """Run a command with --json; what it said as data."""

    def call(*arguments: object, code: int | None = 0, stdin: bytes | None = None) -> Ended:
        result = CliRunner().invoke(dateline, [*map(str, arguments), "--json"], env=environment, input=stdin)
        if code is not None:
            assert result.exit_code == code, (result.output, result.exception)
        said = json.loads(result.stdout) if result.stdout.startswith("{") else {}
        return Ended(result.exit_code, said, result.stderr + str(result.exception or ""))

    return call


@pytest.fixture
def articles(query) -> Callable[[], list[tuple]]:
    statement = "select url, fetched_at, first_fetched_at, published_at, version_number from news.article order by url"
    return lambda: query(statement)
