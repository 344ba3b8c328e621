"""What the embedded server remembers of itself: where its data is, its port, and its generated passwords."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "postgres"
LOGINS = ("dateline_owner", "dateline_loader", "dateline_analyst", "airflow")
DATABASE_OWNERS = {"dateline": "dateline_owner", "airflow": "airflow"}
# Migrations of the embedded database run as its superuser, because they make roles.
LOGIN_OF_ROLE = {"owner": SUPERUSER, "loader": "dateline_loader", "analyst": "dateline_analyst"}
STATE_FILE = "server.json"


@dataclass
class ServerState:
    """The content of `postgres/server.json`, which only its owner may read."""

    data_dir: Path
    passwords: dict[str, str] = field(
        default_factory=lambda: {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *LOGINS)}
    )

    def url(self, role: str, database: str, port: int) -> str:
        return f"postgresql://{role}:{quote(self.passwords[role])}@127.0.0.1:{port}/{quote(database)}"


def read_state(folder: Path) -> ServerState | None:
    """The state of the server in `<home>/postgres`, or None when there is none yet."""
    try:
        values = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return ServerState(data_dir=Path(values["data_dir"]), passwords=values["passwords"])


def write_state(folder: Path, state: ServerState) -> None:
    """Write the state so that no moment exists at which somebody else may read it."""
    part = folder / f"{STATE_FILE}.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({**asdict(state), "data_dir": str(state.data_dir)}, file, indent=2)
    part.replace(folder / STATE_FILE)


@dataclass(frozen=True)
class Postmaster:
    """A running server, as its `postmaster.pid` tells."""

    pid: int
    port: int
    is_ready: bool


def find_postmaster(data_dir: Path) -> Postmaster | None:
    """The server that runs on this data folder. A file that a killed server left behind is no server."""
    try:
        lines = (data_dir / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None
    if not _is_server_of(pid, data_dir):
        return None
    return Postmaster(pid, port, is_ready=len(lines) > 7 and lines[7].strip() == "ready")


def embedded_url(home: Path, role: str, database: str = "dateline") -> str | None:
    """The URL of the embedded server under `home`, or None when it is not running."""
    state = read_state(home / "postgres")
    postmaster = find_postmaster(state.data_dir) if state else None
    if state is None or postmaster is None:
        return None
    return state.url(LOGIN_OF_ROLE.get(role, role), database, postmaster.port)


def _is_server_of(pid: int, data_dir: Path) -> bool:
    """Whether the process is a postgres started with this data folder: process ids are used again."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it exists, and is another user's; its command line decides
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").replace("\0", " ")
    except OSError:
        shown = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
        command = shown.stdout
    return "postgres" in command and str(data_dir) in command
