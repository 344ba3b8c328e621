"""What the machine must have."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawler.errors import ConfigError
from crawler.local.machine import check_home, check_ports, find_port_pair, is_port_free


def test_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=12_000_000))
    with pytest.raises(ConfigError, match=r"only 12 MB are free .* DATELINE_HOME"):
        check_home(tmp_path / "home")


def test_home_is_made(tmp_path: Path) -> None:
    check_home(tmp_path / "a" / "home")
    assert (tmp_path / "a" / "home").is_dir()


def test_ports() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        assert not is_port_free(port)
        with pytest.raises(ConfigError, match=rf"port {port} .* the thing .* THE_VARIABLE"):
            check_ports(range(port, port + 1), "the thing", "THE_VARIABLE")
        first = find_port_pair(port)
        assert port not in (first, first + 1)
    assert is_port_free(port)


def test_a_port_that_a_connection_goes_out_from() -> None:
    with socket.socket() as listening, socket.socket() as connected:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        connected.connect(listening.getsockname())
        port = connected.getsockname()[1]
        assert is_port_free(port)
        with pytest.raises(ConfigError, match=rf"port {port} on 127\.0\.0\.1 is in use"):
            check_ports(range(port, port + 1), "the thing", "THE_VARIABLE")
