"""PostgreSQL's own programs for backups: which `pg_dump` and `pg_restore` fit a server, and how they are run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from psycopg2.extensions import make_dsn, parse_dsn

from crawler.database.service_user import shipped_binaries
from crawler.errors import ConfigError, DatabaseError

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_KEPT_LINES = 5
_END_SECONDS = 10.0


@dataclass(frozen=True)
class ClientTool:
    """A program that runs, and its major version."""

    program: Path
    major: int


def find_tool(name: str, least_major: int, *, is_embedded: bool) -> ClientTool:
    """The program to use with a server: of those that are not too old the oldest, which fits it best.

    The embedded server's programs come with it. For others the PATH is asked, and what came with the embedded server
    stands in. Raises DatabaseError with a remedy when there is none, or all are older than the server.
    """
    paths = [] if is_embedded else [Path(found) for found in (shutil.which(name),) if found]
    with suppress(DatabaseError):
        paths.append(shipped_binaries() / name)
    tools = [tool for path in paths if (tool := _try_tool(path)) is not None]
    fitting = [tool for tool in tools if tool.major >= least_major]
    if fitting:
        return min(fitting, key=lambda tool: tool.major)
    remedy = f"install the client programs of PostgreSQL {least_major} or newer, and put them on the PATH"
    if not tools:
        raise DatabaseError(f"There is no program {name} that runs: {remedy}")
    found = ", ".join(f"{tool.program} is of PostgreSQL {tool.major}" for tool in tools)
    raise DatabaseError(f"{name} is too old, PostgreSQL {least_major} is needed: {found}: {remedy}")


def run_tool(tool: ClientTool, arguments: Sequence[str], url: str, on_line: Callable[[str], None]) -> None:
    """Run a program on a database, and hand on what it says of its progress, line by line.

    The password goes by environment, which other users cannot read, and never by command line, which all can. Raises
    DatabaseError with the program's own words when it fails. An interrupt ends the program as well.
    """
    parameters = parse_dsn(url)
    password = parameters.pop("password", None)
    if "sslpassword" in parameters:
        raise ConfigError("a URL with sslpassword cannot be used here: it would show on a command line")
    environment = {**os.environ, "LC_ALL": "C"}
    if password:
        environment["PGPASSWORD"] = password
    process = subprocess.Popen(
        [str(tool.program), "--no-password", "--verbose", f"--dbname={make_dsn(**parameters)}", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
    )
    complaints: list[str] = []
    try:
        for line in process.stderr or ():
            text = line.strip().removeprefix(f"{tool.program.name}: ")
            if re.match(r"(error|fatal|detail|hint):", text, re.IGNORECASE):
                complaints.append(text)
            on_line(text)
        status = process.wait()
    except BaseException:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
        process.kill()
        process.wait()
        raise
    finally:
        if process.stderr:
            process.stderr.close()
    if status != 0:
        said = " ".join(" ".join(complaints[:_KEPT_LINES]).split()) or f"it ended with status {status}"
        raise DatabaseError(f"{tool.program.name} failed: {said.replace(password, '***') if password else said}")


def _try_tool(path: Path) -> ClientTool | None:
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, text=True, cwd="/", check=False)
    except OSError:
        return None
    match = _VERSION.search(done.stdout)
    return ClientTool(path, int(match[1])) if done.returncode == 0 and match else None
