from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from crawler.cli.show import show
from crawler.cli.verify import verify_command
from crawler.config import Settings
from tests.evidence.newsroom import Newsroom
from tests.load.builders import Batch, make_source

TEXT = "Twelve people were hurt on the bridge.\n\nThe mayor spoke of 12 wounded.\n\nTraffic goes on."


@pytest.fixture
def newsroom(settings: Settings) -> Newsroom:
    """Three articles of one run; the first was edited in a second run."""
    room = Newsroom(settings)
    first = Batch()
    room.publish(
        first,
        {"bridge": TEXT, "harbour": "The harbour is open.", "souq": "فتح السوق أبوابه صباح اليوم."},
        authors=["Rana Aziz"],
        origins={"title": "h1", "text": "json-ld"},
        confidences={"title": 0.97},
    )
    room.load(first)
    second = Batch(run_id="r2")
    room.publish(second, {"bridge": TEXT.replace("12 wounded", "21 wounded")}, minutes=90)
    room.load(second)
    return room


@pytest.fixture
def run(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `show` or `verify` with the sources alpha and beta."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for source in (make_source(), make_source("beta", allowed_hosts=["alpha.example"])):
        (folder / f"{source.id}.yaml").write_text(yaml.safe_dump(source.model_dump(mode="json", exclude_unset=True)))
    monkeypatch.setenv("DATELINE_DATABASE_URL", settings.database_url or "")
    monkeypatch.setenv("DATELINE_HOME", str(settings.home))
    monkeypatch.setenv("DATELINE_SOURCES", str(folder))

    def run(command: str, *arguments: object) -> Result:
        known = {"show": show, "verify": verify_command}
        return CliRunner().invoke(known[command], [str(argument) for argument in arguments])

    return run
