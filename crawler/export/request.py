"""What an export was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from crawler.errors import ConfigError

STDOUT = "-"


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Compression(StrEnum):
    GZIP = "gz"
    ZSTANDARD = "zst"


class Partition(StrEnum):
    DAY = "day"
    MONTH = "month"
    ROWS = "rows"


_FORMAT_OF_ENDING = {
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".parquet": Format.PARQUET,
}


@dataclass(frozen=True)
class ExportRequest:
    """One export. Instants are in UTC; empty collections and None mean that nothing is asked of that."""

    target: str
    """A file, `-` for the standard output, or with `partition` a folder."""
    format: Format
    compression: Compression | None = None
    what: str = "articles"
    columns: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    changed_since: datetime | None = None
    state_file: Path | None = None
    """Remembers up to when the last export has everything, and takes the place of `changed_since`."""
    source_ids: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    query: str | None = None
    """Search words."""
    sql: str | None = None
    """A SELECT of the user's own, in the place of `what` and all filters."""
    partition: Partition | None = None
    rows_per_file: int | None = None
    excel: bool = False
    raw: bool = False
    force: bool = False

    @property
    def ending(self) -> str:
        """What the name of each part ends in."""
        return f".{self.format}" + (f".{self.compression}" if self.compression else "")

    def parameters(self) -> dict[str, object]:
        """What decides which rows there are, as JSON: what a state file must have in common with an export."""
        chosen = {
            "what": None if self.sql else self.what,
            "columns": list(self.columns),
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "source_ids": sorted(self.source_ids),
            "languages": sorted(self.languages),
            "query": self.query,
            "sql": self.sql,
        }
        return {name: value for name, value in chosen.items() if value}

    def layout(self) -> dict[str, object]:
        """What decides how they are written: what the parts of one folder must have in common besides."""
        chosen = {
            "format": self.format.value,
            "compression": self.compression and self.compression.value,
            "partition": self.partition and self.partition.value,
            "rows_per_file": self.rows_per_file,
            "excel": self.excel,
            "raw": self.raw,
        }
        return {name: value for name, value in chosen.items() if value}


def guess_format(target: str) -> tuple[Format | None, Compression | None]:
    """What a file's name says of its format: `articles.csv.gz` is CSV in gzip."""
    path = Path(target)
    compression = next((one for one in Compression if path.suffix == f".{one}"), None)
    ending = Path(path.stem).suffix if compression else path.suffix
    return _FORMAT_OF_ENDING.get(ending), compression


def check_request(request: ExportRequest) -> None:
    """Raises ConfigError for what does not go together."""
    if request.since and request.until and request.since >= request.until:
        raise ConfigError(
            f"--since {request.since:%Y-%m-%dT%H:%M:%S} is not before --until {request.until:%Y-%m-%dT%H:%M:%S}: "
            "exchange them (--until is the first moment that is left out)"
        )
    if request.compression and request.format is Format.PARQUET:
        raise ConfigError("Parquet is compressed inside: leave the ending or option for compression out")
    if request.format is not Format.CSV and (request.excel or request.raw):
        raise ConfigError(f"--excel and --raw are for CSV, and this export is {request.format}")
    if request.changed_since and request.state_file:
        raise ConfigError("--changed-since and --state say the same: give one of them")
    if request.target == STDOUT and request.partition:
        raise ConfigError("Many files cannot go to the standard output: name a folder")
    if request.target == STDOUT and request.state_file:
        raise ConfigError(
            "--state needs a file or folder: nobody tells us whether the reader of a pipe kept what it got"
        )
    if request.sql is not None:
        _check_own_query(request)


def _check_own_query(request: ExportRequest) -> None:
    with_query = {
        "--columns": request.columns,
        "--since": request.since,
        "--until": request.until,
        "--changed-since": request.changed_since,
        "--state": request.state_file,
        "--source": request.source_ids,
        "--language": request.languages,
        "--query": request.query,
    }
    for option, value in with_query.items():
        if value:
            raise ConfigError(
                f"--sql FILE says by itself which rows there are: put what {option} asks for into the query"
            )
    if request.partition in (Partition.DAY, Partition.MONTH):
        raise ConfigError("--sql FILE goes into one file or, with --rows-per-file, into several of one size")
