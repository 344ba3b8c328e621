"""What the arguments of an import name: files, folders, patterns, addresses, and lists of them."""

from __future__ import annotations

import glob
import gzip
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin

from crawler.errors import ConfigError
from crawler.imports.raw import STDIN, open_raw

_ENDINGS = (".warc", ".warc.gz", ".warc.zst")
_MAX_LIST_BYTES = 64_000_000


def find_inputs(
    arguments: Sequence[str], lists: Sequence[str], base_url: str | None, user_agent: str, *, allow_private: bool
) -> list[str]:
    """The addresses of all inputs, each once: absolute paths, URLs, `-`. Those of a folder are in the order of names.

    Raises ConfigError for an argument that names nothing.
    """
    found: dict[str, None] = {}
    for argument in arguments:
        found.update(dict.fromkeys(_expand(argument)))
    for name in lists:
        found.update(dict.fromkeys(_read_list(name, base_url, user_agent, allow_private)))
    if not found:
        raise ConfigError("Nothing to import is named: give WARC files, folders, addresses, or --list")
    return list(found)


def is_remote(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _expand(argument: str) -> Iterable[str]:
    if argument == STDIN or is_remote(argument):
        return [argument]
    path = Path(argument)
    if path.is_dir():
        inside = sorted(str(one.absolute()) for one in path.rglob("*") if one.name.endswith(_ENDINGS) and one.is_file())
        if not inside:
            raise ConfigError(f"{argument}: no file in this folder ends in {', '.join(_ENDINGS)}")
        return inside
    if path.exists():
        return [str(path.absolute())]
    matching = sorted(str(Path(one).absolute()) for one in glob.glob(argument, recursive=True))  # noqa: PTH207 - a pattern may be absolute
    if not matching:
        raise ConfigError(f"{argument}: there is no such file, folder or pattern")
    return matching


def _read_list(name: str, base_url: str | None, user_agent: str, allow_private: bool) -> Iterator[str]:
    """A file with one input a line (as Common Crawl's warc.paths.gz), compressed or not, here or on the web."""
    data = bytearray()
    with closing(open_raw(name, user_agent, allow_private=allow_private)) as raw:
        while chunk := raw.read():
            data += chunk
            if len(data) > _MAX_LIST_BYTES:
                raise ConfigError(f"{name} is larger than {_MAX_LIST_BYTES // 1_000_000} MB: no list of paths")
    try:
        text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else bytes(data)).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name} is no list of paths, one a line: {error}") from error
    for line in text.splitlines():
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        if is_remote(entry):
            yield entry
        elif base_url:
            yield urljoin(base_url.rstrip("/") + "/", entry.lstrip("/"))
        elif is_remote(name):
            raise ConfigError(f"{name} lists paths ({entry}): say with --base-url what they are below")
        else:
            yield str((Path(name).absolute().parent / entry).absolute())
