"""HTTP as a crawler needs it: gzip, conditional GET, HEAD, keep-alive, refusals, errors that a person can act on."""

from __future__ import annotations

import gzip
import http.client
import logging
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.errors import ConfigError
from crawler.sample_site import SampleSite
from crawler.sample_site.truth import expected_articles

REPOSITORY = Path(__file__).resolve().parents[2]


def first_urls(site: SampleSite) -> list[str]:
    """One article of every outlet, and the agency's feed."""
    articles = expected_articles(site.urls)
    found = [next(item.url for item in articles if item.source_id == outlet) for outlet in site.urls]
    return [*found, f"{site.urls['marj-observer']}feed/"]


def test_gzip_is_given_when_it_is_accepted(site: SampleSite, fetch) -> None:
    for url in first_urls(site):
        plain, packed = fetch(url), fetch(url, headers={"Accept-Encoding": "gzip, deflate"})
        assert plain.headers["Content-Encoding"] is None
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body)


def test_conditional_get_answers_304_without_a_body(site: SampleSite, fetch) -> None:
    for url in first_urls(site):
        full = fetch(url)
        by_tag = fetch(url, headers={"If-None-Match": full.headers["ETag"]})
        by_date = fetch(url, headers={"If-Modified-Since": full.headers["Last-Modified"]})
        assert (by_tag.status, by_tag.body, by_date.status, by_date.body) == (304, b"", 304, b"")
        assert by_tag.headers["ETag"] == full.headers["ETag"]
        assert fetch(url, headers={"If-None-Match": '"other"'}).status == 200
        assert fetch(url, headers={"If-Modified-Since": "Tue, 01 Jul 2003 10:00:00 GMT"}).status == 200
        assert fetch(url, headers={"If-Modified-Since": "not a date"}).status == 200


def test_head_has_the_headers_of_get(site: SampleSite, fetch) -> None:
    for url in first_urls(site):
        full, head = fetch(url), fetch(url, "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(full.body))
        assert head.headers["ETag"] == full.headers["ETag"]


def test_other_methods_are_refused(site: SampleSite, fetch) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = fetch(site.urls["marj-observer"], method, body=b"x")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_bad_control_requests_are_refused(site: SampleSite, fetch) -> None:
    url = f"{site.urls['marj-observer']}_control/edition"
    for body in (b"", b"[]", b"{}", b'{"edition": 9}', b'{"edition": null}'):
        assert fetch(url, "POST", body=body).status == 400
    assert site.edition == 1


def test_one_connection_serves_many_requests(site: SampleSite) -> None:
    connection = http.client.HTTPConnection(urlsplit(site.urls["karsuma-ledger"]).netloc, timeout=10)
    connection.connect()
    first_socket = connection.sock
    for path in ("/", "/about", "/nothing", "/atom.xml", "/"):
        connection.request("GET", path)
        connection.getresponse().read()
        assert connection.sock is first_socket
    connection.close()


def test_requests_are_logged_for_tests_of_politeness(fetch) -> None:
    with SampleSite(base_port=0) as site:
        fetch(f"{site.urls['marj-observer']}feed/", headers={"User-Agent": "dateline-test"})
        [request] = site.request_log
        assert request[:4] == ("marj-observer", "GET", "/feed/", 200)
        assert request.user_agent == "dateline-test"
        assert request.at <= time.monotonic()


def test_a_client_that_hangs_up_leaves_no_traceback(site: SampleSite, caplog, capfd) -> None:
    with caplog.at_level(logging.INFO, logger="crawler.sample_site"):
        for _ in range(5):
            parts = urlsplit(site.urls["marj-observer"])
            connection = socket.create_connection((parts.hostname, parts.port))
            # Linger of 0 seconds: closing sends a reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
            connection.close()
        time.sleep(0.3)
    assert caplog.records == []
    assert "Traceback" not in capfd.readouterr().err


def test_a_request_target_that_is_no_address_is_not_found(site: SampleSite) -> None:
    connection = http.client.HTTPConnection(urlsplit(site.urls["marj-observer"]).netloc, timeout=10)
    connection.putrequest("GET", "http://[", skip_host=True)
    connection.endheaders()
    assert connection.getresponse().status == 404
    connection.close()


def test_a_busy_port_is_one_clear_error() -> None:
    with SampleSite(base_port=0) as site:
        port = urlsplit(site.urls["marj-observer"]).port
        with pytest.raises(ConfigError, match=rf"Port {port} .* is in use.*--port or DATELINE_SAMPLE_PORT"):
            SampleSite(base_port=port).start()


def test_a_port_out_of_range_is_one_clear_error() -> None:
    with pytest.raises(ConfigError, match="--port is 65534"):
        SampleSite(base_port=65534)


def test_a_stopped_site_drops_kept_connections() -> None:
    site = SampleSite(base_port=0)
    site.start()
    connection = http.client.HTTPConnection(urlsplit(site.urls["marj-observer"]).netloc, timeout=10)
    connection.request("GET", "/about")
    connection.getresponse().read()
    site.stop()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        connection.sock.sendall(b"GET /about HTTP/1.1\r\nHost: x\r\n\r\n")
        if not connection.sock.recv(1):
            raise ConnectionError("closed")
    connection.close()


def test_the_module_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "crawler.sample_site", "--port", "0", "--write-sources", str(tmp_path / "sources")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Sample site is up"):
            break
    asked_at = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert time.monotonic() - asked_at < 3
    assert len(list((tmp_path / "sources").glob("*.yaml"))) == 5
    assert sum("http://127.0.0.1:" in line for line in lines) == 5


def test_the_module_names_a_bad_port(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "DATELINE_SAMPLE_PORT": "many"}
    done = subprocess.run(
        [sys.executable, "-m", "crawler.sample_site"],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        timeout=30,
    )
    assert done.returncode == 2
    assert "'many'" in done.stderr
    assert "Traceback" not in done.stderr
