"""`_export.json`: what an export is of, and which of its files are finished."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from crawler import __version__
from crawler.errors import ExportError
from crawler.export.horizon import Horizon
from crawler.export.request import ExportRequest
from crawler.export.target import write_whole

MANIFEST_FILE = "_export.json"


class Part(BaseModel):
    """A finished file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    """Its path below the folder."""
    rows: int
    bytes: int
    sha256: str
    snapshot_at: AwareDatetime
    """The file shows the database as it was then."""
    last_key: tuple[int | str, ...] | None = None
    """Key of its last row, where the next file goes on from there."""


class Manifest(BaseModel):
    """An export and its files. `horizon` is that of its first attempt: from there on changes may be missing in it."""

    model_config = ConfigDict(extra="forbid")

    dateline: str = __version__
    parameters: dict[str, object]
    layout: dict[str, object]
    changed_since: AwareDatetime | None
    horizon: Horizon
    is_complete: bool = False
    parts: list[Part] = []

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts)

    def write(self, path: Path) -> None:
        write_whole(path, self.model_dump_json(indent=2).encode() + b"\n")


def new_manifest(request: ExportRequest, horizon: Horizon) -> Manifest:
    return Manifest(
        parameters=request.parameters(),
        layout=request.layout(),
        changed_since=request.changed_since,
        horizon=horizon,
    )


def describe_export(request: ExportRequest, horizon: Horizon) -> str:
    """What a file says of itself, as JSON."""
    described = new_manifest(request, horizon).model_dump(mode="json", exclude={"parts", "is_complete"})
    return json.dumps(described, ensure_ascii=False)


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of a folder; None where there is none. Raises ExportError for a file that is none of ours."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise ExportError(f"{path} is no list of exported files: move it away, or choose another folder") from error


def find_difference(manifest: Manifest, request: ExportRequest) -> str | None:
    """What an export of a folder has other than the request, in words; None: they are of the same."""
    wanted = new_manifest(request, manifest.horizon)
    for name in ("parameters", "layout"):
        old, new = getattr(manifest, name), getattr(wanted, name)
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                return f"an export with {key} = {old.get(key)!r}, and this one has {new.get(key)!r}"
    if manifest.changed_since != request.changed_since:
        since, now_since = manifest.changed_since or "ever", request.changed_since or "ever"
        return f"an export of what changed since {since}, and this one asks for what changed since {now_since}"
    return None
