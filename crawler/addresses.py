"""Which network addresses are public, so that no source file, redirect or name can lead us into a private network."""

from __future__ import annotations

import ipaddress

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public_address(text: str) -> bool:
    """Whether an IP address is one of the public internet; false for what is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        # These carry an IPv4 address that a gateway connects to.
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if not wrapped and address in _NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped:
            return is_public_address(str(wrapped))
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_private_literal(host: str) -> bool:
    """Whether a URL's host is an IP address, and not a public one."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return not is_public_address(host.strip("[]"))
