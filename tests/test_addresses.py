from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import is_private_literal, is_public_address


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.4", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fec0::1"),
        *("2001:0:808:808::80ff:fffe", "2001:db8::1", "not an address", ""),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public_address(address)
    assert not is_private_literal(address)


@given(st.ip_addresses(v=4))
def test_mapped_addresses_are_judged_as_what_they_map(address: ipaddress.IPv4Address) -> None:
    assert is_public_address(f"::ffff:{address}") == is_public_address(str(address))


def test_literals_and_names() -> None:
    assert is_private_literal("127.0.0.1")
    assert is_private_literal("[::1]")
    assert not is_private_literal("localhost"), "names are judged by what they resolve to"
