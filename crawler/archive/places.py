"""Where a batch's WARC files are and grow."""

from __future__ import annotations

from pathlib import Path

from crawler.manifests import BatchManifest


def archive_folder(batch: BatchManifest) -> str:
    """Where a batch's WARC files are, below the archive's address."""
    return f"warc/{batch.created_at:%Y/%m/%d}/{batch.run_id}-{batch.batch_id}"


def spool_dir(batch_dir: Path) -> Path:
    """Where WARC files grow when the archive is an object store: with the batch, where any worker can salvage them."""
    return batch_dir / "spool"
