"""Keeps requests away from addresses inside our own network, unless a source allows them.

The check is in the resolver that connections use, so that what is checked is what is connected to.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Self

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped, unused-ignore]

from crawler.addresses import is_public_address

PRIVATE_HOSTS_SETTING = "DATELINE_PRIVATE_HOSTS"


def names_host(patterns: Collection[str], name: str, port: int) -> bool:
    """Whether a connection to `name` and `port` is one to a host of the patterns (`example.org`, `*.test:8080`)."""
    bracketed = f"[{name}]" if ":" in name else name
    hosts = [f"{bracketed}:{port}"] + ([bracketed] if port in (80, 443) else [])
    return any(
        host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))
        for pattern in patterns
        for host in hosts
    )


@implementer(IHostnameResolver)
class PublicAddressResolver(CachingHostnameResolver):  # type: ignore[misc, unused-ignore]
    """Resolves names to public addresses only, but for the hosts (as in source files) that may be private."""

    def __init__(self, reactor: Any, cache_size: int, private_hosts: Collection[str] = ()) -> None:
        super().__init__(reactor, cache_size)
        self._private_hosts = frozenset(private_hosts)
        self.refused: set[str] = set()
        """Names of which an address was refused."""

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        settings = crawler.settings
        return cls(reactor, settings.getint("DNSCACHE_SIZE"), settings.getlist(PRIVATE_HOSTS_SETTING))

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        receiver = resolutionReceiver
        if not names_host(self._private_hosts, hostName.lower(), portNumber):
            receiver = _PublicOnly(resolutionReceiver, hostName.lower(), self.refused)  # type: ignore[assignment]
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes on the public addresses of a name, and notes the name of any other."""

    def __init__(self, receiver: Any, name: str, refused: set[str]) -> None:
        self._receiver = receiver
        self._name = name
        self._refused = refused

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_public_address(address.host):
            self._receiver.addressResolved(address)
        else:
            self._refused.add(self._name)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()
