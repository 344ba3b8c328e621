"""What a crawl must never do, whatever a site or a name server says."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

from scrapy.settings import default_settings
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer

from crawler.archive import salvage_folder
from crawler.archive.places import archive_folder, spool_dir
from crawler.crawl.addresses import PublicAddressResolver
from crawler.manifests import BatchManifest
from crawler.runs import BATCH_FILE, read_record
from tests.hostile.server import Ask, HostileNet, http
from tests.hostile.table import article, feed
from tests.hostile.test_politeness import _pages, _source

_GUARDS = {
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.2",
    "DOWNLOADER_CLIENT_TLS_CIPHERS": None,
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "RETRY_ENABLED": False,
    "JOBDIR": None,
    "FEEDS": {},
    "HTTPAUTH_USER": "",
    "MEMUSAGE_ENABLED": True,
    "TWISTED_DNS_RESOLVER": "crawler.crawl.addresses.PublicAddressResolver",
}
_PROBE = """
import json, sys
from pathlib import Path
from crawler.config import load_settings
from crawler.crawl.job import Job
from crawler.crawl.process import scrapy_settings
from crawler.crawl.seen import NothingSeen
settings = scrapy_settings(Job(load_settings(), Path(sys.argv[1]), NothingSeen()))
names = json.loads(sys.argv[2])
plain = {name: settings.getdict(name) if name == "FEEDS" else settings.get(name) for name in names}
handlers = {scheme: handler for scheme, handler in settings.getwithbase("DOWNLOAD_HANDLERS").items() if handler}
print(json.dumps([plain, handlers]))
"""


def test_the_settings_of_a_crawl(net: HostileNet, make_batch: Any) -> None:
    # What it guards against is Scrapy's default.
    assert default_settings.REMOTE_CONTROL_ENABLED
    assert not default_settings.DOWNLOAD_VERIFY_CERTIFICATES
    batch = make_batch(_source(net.add("any"), "any"))
    home = {"DATELINE_HOME": str(batch.settings.home)}
    command = [sys.executable, "-c", _PROBE, str(batch.folder), json.dumps(list(_GUARDS))]
    out = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **home}).stdout
    settings, handlers = json.loads(out)
    assert settings == _GUARDS
    assert set(handlers) == {"http", "https"}


def test_a_crawl_listens_nowhere(net: HostileNet, make_batch: Any) -> None:
    """Asked by the site itself, while the crawl waits for its answer."""
    listening: list[str] = []

    async def look(ask: Ask) -> None:
        listening.extend(_listening_sockets_of_crawls(batch.folder))
        await ask.send(http(article("x")))

    host = net.add("curious")
    host.routes |= {"/list": feed(host, "/page"), "/page": look}
    batch = make_batch(_source(host, "curious"))
    batch.crawl()
    assert len(batch.captures) == 1
    assert listening == ["a crawl process"]


def _listening_sockets_of_crawls(folder: Path) -> list[str]:
    found: list[str] = []
    listeners = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":
                listeners.add(f"socket:[{fields[9]}]")
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            if str(folder.absolute()).encode() not in command:
                continue
            found.append("a crawl process")
            found += [link for fd in (process / "fd").iterdir() if (link := str(fd.readlink())) in listeners]
        except OSError:
            continue  # it has ended
    return found


@implementer(IResolutionReceiver)
class _Receiver:
    def __init__(self) -> None:
        self.addresses: list[str] = []

    def resolutionBegan(self, resolution: Any) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:
        pass


class _NameServer:
    """Answers each question for a name with the next of its addresses."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    def resolveHostName(self, receiver: Any, name: str, port: int = 0, *_: Any, **__: Any) -> Any:
        receiver.resolutionBegan(None)
        for address in self._answers.pop(0):
            receiver.addressResolved(IPv4Address("TCP", address, port))
        receiver.resolutionComplete()


def _resolver(*answers: list[str]) -> PublicAddressResolver:
    resolver = PublicAddressResolver.__new__(PublicAddressResolver)
    reactor = type("Reactor", (), {"nameResolver": _NameServer(*answers)})()
    PublicAddressResolver.__init__(resolver, reactor, 0)
    return resolver


def test_a_name_that_moves_into_our_network_is_refused_at_each_connection() -> None:
    """Rebinding: what was checked before says nothing of the address that the next connection gets."""
    resolver = _resolver(["93.184.215.14"], ["127.0.0.1"], ["93.184.215.14", "10.0.0.1", "169.254.169.254"])
    got = []
    for _ in range(3):
        receiver = _Receiver()
        resolver.resolveHostName(receiver, "rebind.example", 80)
        got.append(receiver.addresses)
    assert got == [["93.184.215.14"], [], ["93.184.215.14"]]
    assert resolver.refused == {"rebind.example"}


def test_a_page_says_whether_its_certificate_was_verified(
    net: HostileNet, make_batch: Any, self_made_tls: ssl.SSLContext
) -> None:
    secure, plain = net.add("secure", self_made_tls), net.add("plain")
    _pages(secure, 1)
    _pages(plain, 1)
    batch = make_batch(_source(secure, "secure", verify_tls=False), _source(plain, "plain"))
    batch.crawl()
    assert {c.source_id: c.is_tls_verified for c in batch.captures} == {"secure": False, "plain": None}
    manifest = read_record(batch.folder / BATCH_FILE, BatchManifest)
    archived = salvage_folder(batch.settings.archive_url, archive_folder(manifest), spool_dir(batch.folder))
    assert {c.source_id: c.is_tls_verified for c in archived} == {"secure": False, "plain": None}
    assert "without verification: secure" in batch.log
