"""The download handler: certificates verified by host, answers bounded, and no request after its source's time."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped, unused-ignore]

from crawler.crawl.addresses import PublicAddressResolver, names_host
from crawler.crawl.bodies import LARGE_WAIT_SECONDS, BoundedHeadFactory
from crawler.crawl.fetch import MAX_ROBOTS_BYTES, Purpose, fetch_of
from crawler.crawl.outcomes import Refused
from crawler.crawl.retries import plan_after_error, plan_after_response
from crawler.reasons import Outcome, Reason

if TYPE_CHECKING:
    from crawler.crawl.spiders.news import NewsSpider


class NewsDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler with the checks that belong next to the connection."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedHeadFactory
        self._contextFactory = cast("IPolicyForHTTPS", _TlsByHost(self._contextFactory, crawler))

    async def download_request(self, request: Request) -> Response:
        # A request may have waited long for its turn: what may have changed is checked here, where it would leave.
        job = cast("NewsSpider", self._crawler.spider).job
        job.check_request(request)
        job.count_request(request)
        started_at = monotonic()
        try:
            response = await super().download_request(request)
            _check_status(response)
        except Exception as error:
            job.large_bodies.release(fetch_of(request))
            name = _host_name(request)
            if isinstance(error, CannotResolveHostError) and name in _refused_names():
                detail = f"{name} resolves to an address that is not public"
                raise Refused(Outcome.BLOCKED, Reason.PRIVATE_ADDRESS, detail) from error
            plan_after_error(self._crawler, job, request, error, monotonic() - started_at)
            raise
        job.walls.look_at(self._crawler.engine.downloader, job.slots, request, response)
        plan_after_response(self._crawler, job, request, response)
        return response


class _Agent(http11._ScrapyAgent):
    """Scrapy's, but that large bodies wait for each other, and robots.txt is read up to its bound."""

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        deliver = txresponse.deliverBody
        large_bodies = cast("NewsSpider", self._crawler.spider).job.large_bodies
        fetch = fetch_of(request)
        is_robots = fetch.purpose is Purpose.ROBOTS
        if is_robots:
            # Of a larger file the start is read, and Scrapy is not to refuse it for its size.
            request = request.replace(meta={**request.meta, "download_maxsize": 0})

        def deliver_bounded(reader: Any) -> None:
            receive = reader.dataReceived

            def receive_bounded(data: bytes) -> None:
                receive(data)
                if reader._finished.called:
                    return
                if is_robots and reader._bytes_received >= MAX_ROBOTS_BYTES:
                    reader.transport.stopProducing()
                    reader.transport.loseConnection()
                    reader._finish_response(flags=["partial"])
                else:
                    large_bodies.grew(fetch, reader._bytes_received, _Waiting(reader.transport, self, request))

            reader.dataReceived = receive_bounded
            deliver(reader)

        txresponse.deliverBody = deliver_bounded
        return super()._cb_bodyready(txresponse, request)


class _Waiting:
    """A response that can wait for its turn to grow. Its time stands still meanwhile, within a bound."""

    def __init__(self, transport: Any, agent: _Agent, request: Request) -> None:
        self._transport = transport
        self._agent = agent
        self._seconds = float(request.meta["download_timeout"])

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's interface
        self._wait(LARGE_WAIT_SECONDS)
        self._transport.pauseProducing()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's interface
        self._wait(self._seconds)
        self._transport.resumeProducing()

    def _wait(self, seconds: float) -> None:
        timer = cast("Any", self._agent._timeout_cl)
        if timer.active():
            timer.reset(seconds)


# Scrapy 2.19 names the class in the middle of a method, and has no setting for it.
http11._ScrapyAgent = _Agent  # type: ignore[misc]


@implementer(IPolicyForHTTPS)
class _TlsByHost:
    """Verifies certificates, but for the hosts of sources that say `verify_tls: false`.

    By host and not by request, because connections are kept and shared by host.
    """

    def __init__(self, verifying: Any, crawler: Crawler) -> None:
        self._verifying = verifying
        self._trusting = type(verifying).from_crawler(crawler)
        self._trusting._verify_certificates = False
        self._job = cast("NewsSpider", crawler.spider).job

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's interface
        is_unverified = names_host(self._job.unverified_hosts, hostname.decode().lower(), port)
        return (self._trusting if is_unverified else self._verifying).creatorForNetloc(hostname, port)


def _check_status(response: Response) -> None:
    if not 100 <= response.status <= 599:
        raise Refused(Outcome.FAILED, Reason.BAD_RESPONSE, f"answered with status {response.status}")


def _host_name(request: Request) -> str:
    return (urlsplit(request.url).hostname or "").lower()


def _refused_names() -> frozenset[str] | set[str]:
    from twisted.internet import reactor

    resolver = getattr(reactor, "nameResolver", None)
    return resolver.refused if isinstance(resolver, PublicAddressResolver) else frozenset()
