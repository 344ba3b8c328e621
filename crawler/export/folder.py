"""An export of many files into one folder, which a later process can go on with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from crawler.errors import ExportError
from crawler.export.horizon import Horizon
from crawler.export.manifest import MANIFEST_FILE, Manifest, Part, find_difference, new_manifest, read_manifest
from crawler.export.request import ExportRequest
from crawler.locks import lock_work

_LOCK = "_export"
_SAVE_EVERY_SECONDS = 1.0
"""A killed export does again what it wrote since its list of files was last saved."""


class ExportFolder:
    """The folder, and what is finished in it."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._saved_at = monotonic()

    @property
    def finished(self) -> dict[str, Part]:
        return {part.file: part for part in self.manifest.parts}

    def add(self, part: Part) -> None:
        self.manifest.parts.append(part)
        if monotonic() - self._saved_at >= _SAVE_EVERY_SECONDS:
            self.save()

    def save(self) -> None:
        self.manifest.write(self.path / MANIFEST_FILE)
        self._saved_at = monotonic()

    def finish(self) -> None:
        self.manifest.is_complete = True
        self.manifest.parts.sort(key=lambda part: part.file)
        self.save()


@contextmanager
def open_folder(request: ExportRequest, horizon: Horizon) -> Iterator[ExportFolder]:
    """The folder of a request, held against other exports; one that was cut off is gone on with.

    Raises ExportError where it holds another export or other files, or a complete export that no state file waits for,
    and RunError while another process is at it.
    """
    path = Path(request.target)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{path} cannot be made a folder ({error.strerror}): choose another") from error
    try:
        with lock_work(path, _LOCK, wait_seconds=0):
            folder = ExportFolder(path, _take_up(path, request, horizon))
            try:
                yield folder
            except BaseException:
                folder.save()
                raise
    except PermissionError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror}): choose another folder") from error


def _take_up(path: Path, request: ExportRequest, horizon: Horizon) -> Manifest:
    file = path / MANIFEST_FILE
    manifest = read_manifest(file)
    if manifest is None:
        strange = next((one.name for one in path.iterdir() if not one.name.startswith((".", "_export."))), None)
        if strange is not None and not request.force:
            raise ExportError(
                f"{path} holds files of another origin ({strange}): choose an empty folder, or use --force"
            )
        manifest = new_manifest(request, horizon)
        manifest.write(file)
        return manifest
    difference = find_difference(manifest, request)
    is_done = manifest.is_complete and (request.force or request.state_file is None)
    if not difference and not is_done:
        _forget_what_is_missing(path, manifest)
        return manifest
    if not request.force:
        raise ExportError(
            f"{path} belongs to {difference}: choose another folder, or replace that export with --force"
            if difference
            else f"{path} holds this export already, complete and as of {manifest.horizon.moment:%Y-%m-%d %H:%M} UTC: "
            "make it anew with --force, or choose another folder"
        )
    _remove_all(path, manifest.parts)
    manifest = new_manifest(request, horizon)
    manifest.write(file)
    return manifest


def _forget_what_is_missing(path: Path, manifest: Manifest) -> None:
    """Keep the parts whose files are still there; of those that follow one another, up to the first that is not."""
    kept: list[Part] = []
    for part in manifest.parts:
        file = path / part.file
        if file.is_file() and file.stat().st_size == part.bytes:
            kept.append(part)
        elif part.last_key is not None:
            break
    if "rows_per_file" in manifest.layout and "sql" in manifest.parameters and not manifest.is_complete:
        kept = []  # a query of the user's own need not give its rows in the same order again
    if len(kept) < len(manifest.parts):
        _remove_parts(path, [part for part in manifest.parts if part not in kept])
        manifest.parts = kept
        manifest.is_complete = False


def _remove_parts(path: Path, parts: list[Part]) -> None:
    for part in parts:
        file = path / part.file
        if ".." not in file.parts and file.is_relative_to(path):
            file.unlink(missing_ok=True)


def _remove_all(path: Path, parts: list[Part]) -> None:
    """Remove the files of an export of ours, those too that a killed one had written since its list was saved."""
    _remove_parts(path, parts)
    for pattern in ("part-*", ".part-*", "day=*/*part-0.*", "month=*/*part-0.*"):
        for file in path.glob(pattern):
            file.unlink(missing_ok=True)
