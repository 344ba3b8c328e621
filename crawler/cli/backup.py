"""`dateline db backup` and `dateline db restore`."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import click

from crawler.cli.run import stage_progress
from crawler.config import load_settings
from crawler.database.backup import back_up
from crawler.database.backup_files import BackupManifest
from crawler.database.restore import restore
from crawler.local.session import ready_database

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Dump so many tables at once; the backup is a folder then, and a file otherwise.",
)
@json_option
def backup_command(target: Path, jobs: int, as_json: bool) -> None:
    """Back the database up to TARGET: a new file, or a new one named by the time in a folder that is there.

    It is of one moment, though loads go on meanwhile. The manifest beside it (inside, if it is a folder) says what is
    in it. The archive is not in it: back that up as well. Uses pg_dump, in the format `custom` or `directory`.
    """
    if target.is_dir():
        name = f"dateline-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}"
        target = target / (name if jobs > 1 else f"{name}.dump")
    with ready_database(load_settings(), migrated=False) as settings, stage_progress() as show:
        manifest = back_up(settings, target.absolute(), jobs, show)
    size = sum(file.bytes for file in manifest.files.values())
    if as_json:
        values = manifest.model_dump(mode="json", exclude={"files"})
        click.echo(json.dumps({"backup": str(target), "bytes": size, **values}, indent=2, ensure_ascii=False))
        return
    click.echo(f"{target}: {size:,} bytes, {_content(manifest)}")
    click.echo(f"The bytes that its rows point at are in the archive, {manifest.archive_url}: back that up, too")


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path))
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Restore so many tables at once."
)
@click.option(
    "--replace",
    is_flag=True,
    help="Give up what the database holds: its schemas news and ingest, and all that depends on them.",
)
@json_option
def restore_command(backup: Path, jobs: int, replace: bool, as_json: bool) -> None:
    """Restore BACKUP, which `dateline db backup` wrote, into an empty database; then migrate and check it.

    Nothing else may use the database meanwhile. The roles are made where they are missing; logins and passwords are
    not in a backup: `dateline db set-password`. With --jobs it is faster, and not one transaction. Exit status 1 if
    anything did not come back.
    """
    with ready_database(load_settings(), migrated=False) as settings, stage_progress() as show:
        restored = restore(settings, backup.absolute(), jobs, replace=replace, show=show)
    broken = [check for check in restored.checks if check.failures]
    manifest = restored.manifest
    if as_json:
        values = {
            "backup": str(backup),
            "made_at": manifest.made_at.isoformat(),
            "row_counts": manifest.row_counts,
            "migrations_applied": [migration.name for migration in restored.applied],
            "checks": {check.name: check.failures for check in restored.checks},
        }
        click.echo(json.dumps(values, indent=2, ensure_ascii=False))
    else:
        click.echo(f"{_content(manifest)} came back as of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC")
        for migration in restored.applied:
            click.echo(f"applied {migration.name}")
        for check in broken:
            click.echo(f"{check.failures} rows break it: {check.description}")
        if not broken:
            click.echo(f"All {len(restored.checks)} checks of the data hold")
        if manifest.archive_url != settings.archive_url:
            click.echo(f"Its rows point into the archive {manifest.archive_url}; this one is {settings.archive_url}")
        click.echo("`dateline verify` compares the archive with it")
    if broken:
        raise SystemExit(1)


def _content(manifest: BackupManifest) -> str:
    rows = sum(manifest.row_counts.values())
    articles = manifest.row_counts.get("news.article", 0)
    return f"{rows:,} rows in {len(manifest.row_counts)} tables with {articles:,} articles"
