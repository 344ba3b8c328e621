"""The download handler: certificates verified by host, and no request after its source's time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped, unused-ignore]

from crawler.crawl.addresses import PublicAddressResolver, names_host
from crawler.crawl.outcomes import Refused
from crawler.crawl.retries import plan_after_error, plan_after_response
from crawler.records import Outcome, Reason

if TYPE_CHECKING:
    from crawler.crawl.spiders.news import NewsSpider


class NewsDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with the checks that belong next to the connection."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._contextFactory = cast("IPolicyForHTTPS", _TlsByHost(self._contextFactory, crawler))

    async def download_request(self, request: Request) -> Response:
        # A request may have waited long for its turn: what may have changed is checked here, where it would leave.
        job = cast("NewsSpider", self._crawler.spider).job
        job.check_request(request)
        try:
            response = await super().download_request(request)
        except Exception as error:
            name = _host_name(request)
            if isinstance(error, CannotResolveHostError) and name in _refused_names():
                detail = f"{name} resolves to an address that is not public"
                raise Refused(Outcome.BLOCKED, Reason.PRIVATE_ADDRESS, detail) from error
            plan_after_error(self._crawler, job, request, error)
            raise
        job.walls.look_at(self._crawler.engine.downloader, job.slots, request, response)
        plan_after_response(self._crawler, job, request, response)
        return response


@implementer(IPolicyForHTTPS)
class _TlsByHost:
    """Verifies certificates, but for the hosts of sources that say `verify_tls: false`.

    By host and not by request, because connections are kept and shared by host.
    """

    def __init__(self, verifying: Any, crawler: Crawler) -> None:
        self._verifying = verifying
        self._trusting = type(verifying).from_crawler(crawler)
        self._trusting._verify_certificates = False
        self._unverified = cast("NewsSpider", crawler.spider).job.unverified_hosts

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's interface
        is_unverified = names_host(self._unverified, hostname.decode().lower(), port)
        return (self._trusting if is_unverified else self._verifying).creatorForNetloc(hostname, port)


def _host_name(request: Request) -> str:
    return (urlsplit(request.url).hostname or "").lower()


def _refused_names() -> frozenset[str] | set[str]:
    from twisted.internet import reactor

    resolver = getattr(reactor, "nameResolver", None)
    return resolver.refused if isinstance(resolver, PublicAddressResolver) else frozenset()
